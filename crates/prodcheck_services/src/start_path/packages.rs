//! Packages' scripts: which package a command means, its hooks, and what the script's command runs.

use super::disk::normalised;
use super::flow::Flow;
use super::state::State;
use super::{Followed, Walk};
use crate::{Obstacle, ObstacleKind, Sources};
use prodcheck_facts::command::{Argv, Invoked, PackageManager, Packages, ScriptRun, Word};
use prodcheck_facts::npm::Package;
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::json;
use prodcheck_source::{Glob, Place, RepoPath, Spanned};
use std::rc::Rc;

impl Walk<'_> {
    fn manifest(&self, folder: &RepoPath) -> Option<&Package> {
        let sources: Sources<'_> = self.scene.repository.sources();
        prodcheck_program::workspaces::manifest(folder, sources)
    }

    /// The package that a shell is in, and where its folder stands on the disk: the nearest `package.json` upwards.
    pub(super) fn nearest(&self, state: &State) -> Option<(RepoPath, String)> {
        let mut folder = state.directory.clone()?;
        loop {
            let file = normalised(&folder, "package.json");
            let there = |path: &RepoPath| self.scene.repository.files.contains(path);
            if let Some(found) = self.scene.disk.locate(&file, there).filter(there) {
                return Some((found.parent(), folder));
            }
            if folder == "/" {
                return None;
            }
            folder = normalised(&folder, "..");
        }
    }

    /// The packages that a command names, and where their folders stand on the disk.
    pub(super) fn packages(&self, packages: &Packages, state: &State) -> Vec<(RepoPath, String)> {
        let here = self.nearest(state);
        let place = |folder: RepoPath| {
            let path = self.scene.disk.path_of(&folder)?;
            Some((folder, path))
        };
        let root = here.as_ref().map(|(folder, _)| self.scene.workspaces.root_of(folder).clone());
        match packages {
            Packages::Here => here.into_iter().collect(),
            Packages::Root => root.and_then(place).into_iter().collect(),
            Packages::All => {
                let members = root.iter().flat_map(|root| self.scene.workspaces.members(root)).cloned();
                members.filter_map(place).collect()
            }
            Packages::Named(names) => {
                let mut found: Vec<RepoPath> = Vec::new();
                for name in names.iter().filter_map(Word::text) {
                    for folder in self.named(name, root.as_ref(), here.as_ref().map(|(folder, _)| folder)) {
                        if !found.contains(&folder) {
                            found.push(folder);
                        }
                    }
                }
                found.into_iter().filter_map(place).collect()
            }
        }
    }

    /// A name, a folder, or a filter of pnpm and Turborepo (`api...`, `./apps/*`, `{apps/api}`, `@scope/*`).
    fn named(&self, name: &str, root: Option<&RepoPath>, here: Option<&RepoPath>) -> Vec<RepoPath> {
        let name = name.trim_start_matches("...").trim_end_matches("...").trim_matches('^');
        let name = name.split('[').next().unwrap_or(name);
        let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
        if name.starts_with('!') || name.is_empty() {
            return Vec::new();
        }
        if let Some(folder) = self.scene.workspaces.named(name) {
            return vec![folder.clone()];
        }
        for base in [root, here].into_iter().flatten() {
            if let Some(folder) = base.join(name).filter(|folder| self.scene.workspaces.is_package(folder)) {
                return vec![folder];
            }
        }
        let pattern = Glob::new(name);
        let folders = self.scene.workspaces.folders();
        let fits = |folder: &&RepoPath| {
            let named = self.manifest(folder).and_then(|package| package.name.as_ref());
            let by_folder = root.is_some_and(|root| pattern.matches_below(root, folder));
            // pnpm also takes a name without its scope.
            let by_name =
                named.is_some_and(|own| pattern.matches(&own.value) || own.value.rsplit('/').next() == Some(name));
            by_folder || by_name
        };
        folders.filter(fits).take(super::MOST_KEPT).cloned().collect()
    }

    fn has_script(&self, package: &RepoPath, name: &str) -> bool {
        self.manifest(package).is_some_and(|package| package.script(name).is_some())
    }

    /// `npm run …` and its kin.
    pub(super) fn script_run(&mut self, run: &ScriptRun, invoked: &Invoked, inner: &mut State) -> Flow {
        if let Some(directory) = &run.directory {
            inner.directory = self.folder(directory, inner);
        }
        let kind = ObstacleKind::PackageManager(run.manager.name().to_owned());
        inner.add_obstacle(Obstacle { kind, place: run.place.clone() });
        let Some(name) = run.script.text() else {
            self.lost(
                &run.script.place,
                format!("which script `{}` is, is only known when it runs", run.script.shown()),
            );
            return Flow::default();
        };
        let packages = self.packages(&run.packages, inner);
        if let (PackageManager::Monorepo("nx"), Packages::Named(names)) = (run.manager, &run.packages)
            && !packages.iter().any(|(folder, _)| self.has_script(folder, name))
        {
            let mut all = Flow::default();
            for project in names.iter().filter_map(Word::text) {
                match self.nx_target(project, run, invoked, &mut inner.clone()) {
                    Some(next) => all.or(next),
                    None => self.lost(&run.place, format!("the repository declares no target `{project}:{name}`")),
                }
            }
            return Flow { ends: false, ..all };
        }
        if packages.is_empty() {
            self.lost(&run.place, "the package whose script this runs is not in the repository");
        }
        let mut all = Flow::default();
        for (package, folder) in &packages {
            let mut state = inner.clone();
            state.directory = Some(folder.clone());
            for name in self.names(package, name) {
                let next = self.hooked(package, &name, run, invoked, &mut state.clone());
                all.or(next);
            }
        }
        Flow { ends: false, ..all }
    }

    /// The scripts that a name or pattern means: `*` stands for what has no colon in it.
    fn names(&self, package: &RepoPath, name: &str) -> Vec<String> {
        if !name.contains('*') {
            return vec![name.to_owned()];
        }
        let pattern = Glob::new(&name.replace(':', "/"));
        let scripts = self.manifest(package).map_or(&[][..], |package| &package.scripts);
        let names = scripts.iter().map(|script| script.name.value.clone());
        names.filter(|script| pattern.matches(&script.replace(':', "/"))).collect()
    }

    /// A script with the hook before it. What comes after it runs when it has ended.
    fn hooked(
        &mut self,
        package: &RepoPath,
        name: &str,
        run: &ScriptRun,
        invoked: &Invoked,
        state: &mut State,
    ) -> Flow {
        let hooks = matches!(
            run.manager,
            PackageManager::Npm | PackageManager::Yarn | PackageManager::Pnpm | PackageManager::Bun
        );
        let before = format!("pre{name}");
        let has_hook = hooks && self.has_script(package, &before);
        let has_script = self.has_script(package, name);
        let mut flow = match has_hook && has_script {
            true => self.package_script(package, &before, &[], &mut state.clone()),
            false => Flow::default(),
        };
        if has_script {
            let next = self.package_script(package, name, &run.arguments, state);
            self.sequence(&mut flow, next);
            return flow;
        }
        let manifest = package.join("package.json");
        if manifest.as_ref().is_some_and(|manifest| self.wants(manifest)) {
            return flow;
        }
        if run.or_binary && run.packages != Packages::All {
            let words = std::iter::once(run.script.clone()).chain(run.arguments.iter().cloned()).collect();
            return self.run(&Argv::new(words, invoked.argv.place.clone()), state);
        }
        let server = package.join("server.js").filter(|server| self.scene.repository.files.contains(server));
        if name == "start" && server.is_some() {
            // npm's default: https://docs.npmjs.com/cli/v11/commands/npm-start
            let place = run.script.place.clone();
            let words = ["node", "server.js"].map(|word| Word::new(word, place.clone())).to_vec();
            return self.run(&Argv::new(words, place), state);
        }
        if !run.if_present && run.packages != Packages::All {
            self.lost(&run.place, format!("`{package}` has no script `{name}`"));
        }
        flow
    }

    /// The command of one script.
    pub(super) fn package_script(
        &mut self,
        package: &RepoPath,
        name: &str,
        arguments: &[Word],
        state: &mut State,
    ) -> Flow {
        let followed = Followed::Script(package.clone(), name.to_owned());
        if state.depth >= super::DEPTH || self.following.contains(&followed) || !self.spend() {
            return Flow::default();
        }
        let Some(manifest) = package.join("package.json") else { return Flow::default() };
        let Some(mut command) =
            self.manifest(package).and_then(|package| package.script(name)).map(|s| s.command.clone())
        else {
            self.wants(&manifest);
            return Flow::default();
        };
        let Some(content) = self.scene.repository.files.text(&manifest).cloned() else { return Flow::default() };
        state.pass(&Place::new(manifest.clone(), command.span));
        if command.value.trim() == "wireit" {
            // https://github.com/google/wireit: the command stands in a table of its own.
            if !self.spend_on(content.text()) {
                return Flow::default();
            }
            let tree = json::parse(content.text()).tree;
            let Some(node) = tree.at(&["wireit", name, "command"]) else { return Flow::default() };
            let Some(text) = node.as_str() else { return Flow::default() };
            command = Spanned::new(text.to_owned(), node.span);
        }
        self.following.push(followed);
        state.depth += 1;
        state.functions = Rc::default();
        state.arguments = Some(Rc::default());
        let text = Excerpt::aligned(content.text(), command.span, &command.value);
        let script = self.parse(&text);
        let flow = self.list(&script.list, state, &manifest, arguments).of_child();
        state.depth -= 1;
        self.following.pop();
        flow
    }

    /// `per-env` runs the script of its own name with `:$NODE_ENV` behind it:
    /// <https://github.com/ericclemmons/per-env>.
    pub(super) fn per_env(&mut self, invoked: &Invoked, inner: &mut State) -> Flow {
        let Some(Followed::Script(package, name)) = self.following.last().cloned() else { return Flow::default() };
        let environment = match inner.variable("NODE_ENV") {
            Some(super::state::Value::Text(text)) => text.clone(),
            _ => "production".to_owned(),
        };
        let kind = ObstacleKind::PackageManager("per-env".to_owned());
        inner.add_obstacle(Obstacle { kind, place: invoked.place.clone() });
        self.package_script(&package, &format!("{name}:{environment}"), &[], inner)
    }
}
