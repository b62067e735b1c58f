//! Targets of Nx projects, where a package has no script of that name: `nx serve api`, `nx run api:serve:production`.
//!
//! Executors: <https://nx.dev/nx-api/js/executors/node>, <https://nx.dev/nx-api/nx/executors/run-commands>.

use super::Walk;
use super::disk::normalised;
use super::flow::Flow;
use super::state::State;
use crate::Runtime;
use prodcheck_facts::FileFacts;
use prodcheck_facts::command::{Invoked, ScriptRun, Word};
use prodcheck_facts::nx::Project;
use prodcheck_source::{Place, RepoPath};

impl Walk<'_> {
    /// What a target runs; `None` where there is no such project or target.
    pub(super) fn nx_target(
        &mut self,
        project: &str,
        run: &ScriptRun,
        invoked: &Invoked,
        inner: &mut State,
    ) -> Option<Flow> {
        let (path, declared, root) = self.nx_project(project)?;
        let target = declared.target(run.script.text()?)?.clone();
        let executor = target.executor.as_ref().map_or("", |executor| executor.value.as_str());
        let place = Place::new(path.clone(), target.span);
        inner.directory = self.scene.disk.path_of(&root);
        inner.pass(&place);
        let kind = executor.rsplit(':').next().unwrap_or("");
        let text = |name: &str| {
            let value = target.option(name)?;
            Some(Word::new(&value.value, Place::new(path.clone(), value.span)))
        };
        Some(match kind {
            "run-commands" | "" if text("command").is_some() => {
                let code = text("command")?;
                if let Some(folder) = text("cwd").as_ref().and_then(Word::text) {
                    inner.directory = inner.directory.as_ref().map(|root| normalised(root, folder));
                }
                inner.pass(&code.place);
                let script = self.parsed(&code);
                self.list(&script.list, inner, &path, &run.arguments).of_child()
            }
            // Both build, start and watch.
            "node" | "execute" => {
                let build = text("buildTarget").or_else(|| text("main"));
                let build = build.and_then(|build| Some(build.text()?.split(':').nth(1)?.to_owned()));
                let main = declared.target(build.as_deref().unwrap_or("build")).and_then(|build| build.option("main"));
                let script = main.map(|main| Word::new(&main.value, Place::new(path.clone(), main.span)));
                let mut at = invoked.clone();
                at.argv.place = place;
                Flow::front(self.candidate(Runtime::Node, &[], script.as_ref(), &run.arguments, true, &at, inner))
            }
            "dev-server" | "server" | "serve" | "serve-ssr" | "webpack-dev-server" => {
                let runtime = Runtime::Framework { name: "nx".to_owned(), command: Some(target.name.value.clone()) };
                Flow::front(self.candidate(runtime, &[], None, &run.arguments, true, invoked, inner))
            }
            _ => {
                self.step_done(invoked.clone(), crate::StepKind::Runs);
                Flow::default()
            }
        })
    }

    /// A project by its name: the file that declares it, and the folder that its paths start from.
    fn nx_project(&self, name: &str) -> Option<(RepoPath, Project, RepoPath)> {
        let facts = self.scene.repository.facts.iter();
        let files = facts.filter_map(|(path, facts)| match facts {
            FileFacts::Nx(nx) => Some((path, nx)),
            _ => None,
        });
        for (path, nx) in files {
            let folder = path.parent();
            let fits = |project: &&Project| match &project.name {
                Some(own) => own.value == name,
                None => folder.name() == name,
            };
            if let Some(project) = nx.projects.iter().find(fits) {
                let is_root = |folder: &RepoPath| {
                    let there =
                        |name: &str| folder.join(name).is_some_and(|file| self.scene.repository.files.contains(&file));
                    there("nx.json") || there("workspace.json") || there("angular.json")
                };
                let root = path.parent().ancestors().find(is_root).unwrap_or_else(RepoPath::root);
                return Some((path.clone(), project.clone(), root));
            }
        }
        None
    }
}
