//! CircleCI: jobs with commands of the file put in, orbs, and the workflows that run them.
//!
//! Source: <https://circleci.com/docs/configuration-reference/>.

use super::github_actions::variables;
use super::shells::Shells;
use super::{Automation, AutomationTool, Job, ReadFile, Step, Trigger, TriggerKind, Use, Variable};
use crate::fields::{text, texts};
use prodcheck_formats::value::Node;
use prodcheck_formats::yaml;
use prodcheck_source::{RepoPath, Span, Spanned};

/// Whether a file is CircleCI's configuration.
pub(super) fn is_config(path: &RepoPath) -> bool {
    path.parent().as_str() == ".circleci" && matches!(path.extension(), Some("yml" | "yaml"))
}

/// How deep commands of the file may call one another.
const DEPTH: usize = 6;

/// How many jobs of workflows are kept.
const MOST: usize = 500;

/// Reads the configuration. Each job of a workflow is one; a job that no workflow runs stands by itself.
pub(super) fn read(path: &RepoPath, source: &str) -> ReadFile {
    let parsed = yaml::parse(source);
    let Some(root) = parsed.tree.first().filter(|root| root.get("jobs").is_some() || root.get("workflows").is_some())
    else {
        return (None, parsed.notes);
    };
    let reader = Reader { root, shells: Shells { path, source } };
    let mut file = Automation::new(AutomationTool::CircleCi);
    let declared = root.get("jobs");
    for workflow in root.get("workflows").into_iter().flat_map(Node::entries) {
        let items = workflow.value.get("jobs").map(Node::items).unwrap_or_default();
        for item in items.iter().take(MOST) {
            let (name, given) = match text(item) {
                Some(name) => (name, None),
                None => match item.entries().next() {
                    Some(entry) => (Spanned::new(entry.key.clone(), entry.key_span), Some(&entry.value)),
                    None => continue,
                },
            };
            let job = declared.and_then(|jobs| jobs.get(&name.value));
            file.jobs.push(reader.job(&name, job, given));
            let filters =
                given.and_then(|given| given.at(&["filters", "branches", "only"])).map(texts).unwrap_or_default();
            for branch in filters {
                let span = branch.span;
                file.triggers.push(Trigger { kind: TriggerKind::Push, of: vec![branch], span });
            }
        }
    }
    for entry in declared.into_iter().flat_map(Node::entries) {
        if !file.jobs.iter().any(|job| job.id.value == entry.key) && root.get("workflows").is_none() {
            file.jobs.push(reader.job(&Spanned::new(entry.key.clone(), entry.key_span), Some(&entry.value), None));
        }
    }
    if file.triggers.is_empty() {
        file.triggers.push(Trigger { kind: TriggerKind::Push, of: Vec::new(), span: Span::default() });
    }
    (Some(file), parsed.notes)
}

struct Reader<'a> {
    root: &'a Node,
    shells: Shells<'a>,
}

impl Reader<'_> {
    fn job(&self, name: &Spanned<String>, job: Option<&Node>, given: Option<&Node>) -> Job {
        let alias = given.and_then(|given| given.get("name")).and_then(text);
        let id = alias.unwrap_or_else(|| name.clone());
        let span = job.map_or(name.span, |job| job.span);
        let mut read = Job::new(id, span);
        let requires = given.and_then(|given| given.get("requires")).map(Node::items).unwrap_or_default();
        read.needs = requires
            .iter()
            .filter_map(|one| {
                text(one).or_else(|| one.entries().next().map(|entry| Spanned::new(entry.key.clone(), entry.key_span)))
            })
            .collect();
        let inputs: Vec<Variable> = variables(given)
            .into_iter()
            .filter(|one| !matches!(one.name.value.as_str(), "requires" | "filters" | "context" | "name"))
            .collect();
        for key in ["environment", "env", "stage"] {
            let stage = inputs.iter().find(|input| input.name.value == key).and_then(|input| input.value.clone());
            read.environments.extend(stage);
        }
        let Some(job) = job else {
            // What no job of the file is, an orb brings.
            if given.and_then(|given| given.get("type")).and_then(Node::as_str) != Some("approval")
                && name.value.contains('/')
            {
                let called = Spanned::new(self.orb(&name.value), name.span);
                read.calls = Some(Use { name: called, version: None, inputs });
            }
            return read;
        };
        let images = job.get("docker").map(Node::items).unwrap_or_default();
        read.images = images.iter().filter_map(|one| one.get("image").and_then(text)).collect();
        read.variables = variables(job.get("environment"));
        let folder = job.get("working_directory").and_then(Node::as_str).filter(|folder| !folder.starts_with('~'));
        let steps = job.get("steps").map(Node::items).unwrap_or_default();
        for step in steps {
            self.step(step, folder, &read.variables, DEPTH, &mut read.steps);
        }
        read
    }

    /// `heroku/deploy-via-git` with `orbs: { heroku: circleci/heroku@2 }` is `circleci/heroku/deploy-via-git`.
    fn orb(&self, name: &str) -> String {
        let whole = name.split_once('/').and_then(|(alias, command)| {
            let source = self.root.at(&["orbs", alias])?.as_str()?;
            Some(format!("{}/{command}", source.split('@').next()?))
        });
        whole.unwrap_or_else(|| name.to_owned())
    }

    fn step(&self, node: &Node, folder: Option<&str>, outer: &[Variable], depth: usize, found: &mut Vec<Step>) {
        if depth == 0 || found.len() >= MOST {
            return;
        }
        if let Some(name) = text(node) {
            self.command(&name, None, folder, outer, depth, found);
            return;
        }
        for entry in node.entries().take(1) {
            match entry.key.as_str() {
                "run" => {
                    let command = entry.value.get("command").unwrap_or(&entry.value);
                    let own = entry.value.get("working_directory").and_then(Node::as_str).or(folder);
                    let here = variables(entry.value.get("environment"));
                    let all: Vec<Variable> = outer.iter().chain(&here).cloned().collect();
                    found.push(Step {
                        name: entry.value.get("name").and_then(text),
                        span: entry.span(),
                        folder: own.map(str::to_owned),
                        commands: self.shells.commands(&[command], &all, own, false),
                        variables: here,
                        ..Step::default()
                    });
                }
                "when" | "unless" => {
                    for step in entry.value.get("steps").map(Node::items).unwrap_or_default() {
                        self.step(step, folder, outer, depth - 1, found);
                    }
                }
                key => {
                    let name = Spanned::new(key.to_owned(), entry.key_span);
                    self.command(&name, Some(&entry.value), folder, outer, depth, found);
                }
            }
        }
    }

    /// A command of the file or of an orb.
    fn command(
        &self,
        name: &Spanned<String>,
        given: Option<&Node>,
        folder: Option<&str>,
        outer: &[Variable],
        depth: usize,
        found: &mut Vec<Step>,
    ) {
        if let Some(own) = self.root.at(&["commands", &name.value]) {
            for step in own.get("steps").map(Node::items).unwrap_or_default() {
                self.step(step, folder, outer, depth - 1, found);
            }
        } else if name.value.contains('/') {
            let called = Spanned::new(self.orb(&name.value), name.span);
            let uses = Use { name: called, version: None, inputs: variables(given) };
            found.push(Step { span: name.span, uses: Some(uses), ..Step::default() });
        }
    }
}
