//! GitHub Actions: workflows, reusable ones included, and the repository's own actions.
//!
//! Sources: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax>,
//! <https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax>.

use super::commands::Commands;
use super::{Automation, AutomationTool, InputDeclaration, Job, Step, Trigger, TriggerKind, Use, Variable};
use crate::fields::{text, texts};
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::value::{Entry, Node};
use prodcheck_formats::yaml;
use prodcheck_source::{Note, RepoPath, Spanned};

/// Whether a file is a workflow: GitHub reads those right in the folder, at the repository's root only.
pub(super) fn is_workflow(path: &RepoPath) -> bool {
    let folder = path.parent();
    matches!(path.extension(), Some("yml" | "yaml"))
        && [".github/workflows", ".gitea/workflows", ".forgejo/workflows"].contains(&folder.as_str())
}

/// Whether a file describes an action.
pub(super) fn is_action(path: &RepoPath) -> bool {
    matches!(path.name(), "action.yml" | "action.yaml")
}

/// Reads a workflow.
pub(super) fn read_workflow(path: &RepoPath, source: &str) -> (Option<Automation>, Vec<Note>) {
    let parsed = yaml::parse(source);
    let Some(root) = parsed.tree.first().filter(|root| root.get("jobs").is_some()) else { return (None, parsed.notes) };
    let mut file = Automation::new(AutomationTool::GitHubWorkflow);
    file.name = root.get("name").and_then(text);
    if let Some(on) = root.entry("on") {
        triggers(on, &mut file);
    }
    file.variables = variables(root.get("env"));
    let reader = Reader { path, source };
    let folder = root.at(&["defaults", "run", "working-directory"]).and_then(Node::as_str);
    for entry in root.get("jobs").into_iter().flat_map(Node::entries) {
        file.jobs.push(reader.job(entry, &file.variables, folder));
    }
    (Some(file), parsed.notes)
}

/// Reads an action; one that runs a program of its own has no steps.
pub(super) fn read_action(path: &RepoPath, source: &str) -> (Option<Automation>, Vec<Note>) {
    let parsed = yaml::parse(source);
    let Some((root, runs)) = parsed.tree.first().and_then(|root| Some((root, root.get("runs")?))) else {
        return (None, parsed.notes);
    };
    let mut file = Automation::new(AutomationTool::GitHubAction);
    file.name = root.get("name").and_then(text);
    file.inputs = inputs(root.get("inputs"));
    let reader = Reader { path, source };
    let id = Spanned::new("runs".to_owned(), root.entry("runs").map_or(runs.span, |entry| entry.key_span));
    let mut job = Job::new(id, runs.span);
    let steps = runs.get("steps").map(Node::items).unwrap_or_default();
    job.steps = steps.iter().map(|step| reader.step(step, &[], None)).collect();
    file.jobs.push(job);
    (Some(file), parsed.notes)
}

/// <https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows>.
fn triggers(on: &Entry, file: &mut Automation) {
    let kind = |name: &str| match name {
        "push" | "create" => TriggerKind::Push,
        "pull_request" | "pull_request_target" | "merge_group" => TriggerKind::PullRequest,
        "schedule" => TriggerKind::Schedule,
        "workflow_dispatch" | "repository_dispatch" => TriggerKind::Manual,
        "workflow_call" => TriggerKind::Called,
        "workflow_run" => TriggerKind::AfterPipeline,
        "release" => TriggerKind::Release,
        _ => TriggerKind::Other,
    };
    for name in texts(&on.value) {
        file.triggers.push(Trigger { kind: kind(&name.value), of: Vec::new(), span: name.span });
    }
    for entry in on.value.entries() {
        let kind = kind(&entry.key);
        let narrowed = ["branches", "tags", "workflows"].iter().filter_map(|key| entry.value.get(key)).flat_map(texts);
        let lines = entry.value.items().iter().filter_map(|item| item.get("cron").and_then(text));
        file.triggers.push(Trigger { kind, of: narrowed.chain(lines).collect(), span: entry.span() });
        file.inputs.extend(inputs(entry.value.get("inputs")));
    }
}

fn inputs(node: Option<&Node>) -> Vec<InputDeclaration> {
    let declared = node.into_iter().flat_map(Node::entries);
    let read = |entry: &Entry| InputDeclaration {
        name: Spanned::new(entry.key.clone(), entry.key_span),
        default: entry.value.get("default").and_then(scalar),
        options: entry.value.get("options").map(texts).unwrap_or_default(),
    };
    declared.map(read).collect()
}

/// Texts, numbers and truth values as text.
fn scalar(node: &Node) -> Option<Spanned<String>> {
    Some(Spanned::new(node.to_text()?, node.span))
}

/// Variables and inputs; a list becomes lines.
pub(super) fn variables(node: Option<&Node>) -> Vec<Variable> {
    let entries = node.into_iter().flat_map(Node::entries);
    let value = |node: &Node| {
        let items: Vec<String> = node.items().iter().filter_map(Node::to_text).collect();
        scalar(node).or_else(|| (!items.is_empty()).then(|| Spanned::new(items.join("\n"), node.span)))
    };
    entries
        .map(|entry| Variable { name: Spanned::new(entry.key.clone(), entry.key_span), value: value(&entry.value) })
        .collect()
}

/// The variables that have a text, as name and value.
pub(super) fn known(variables: &[Variable]) -> impl Iterator<Item = (&str, &str)> {
    variables.iter().filter_map(|one| Some((one.name.value.as_str(), one.value.as_ref()?.value.as_str())))
}

struct Reader<'a> {
    path: &'a RepoPath,
    source: &'a str,
}

impl Reader<'_> {
    fn job(&self, entry: &Entry, outer: &[Variable], folder: Option<&str>) -> Job {
        let node = &entry.value;
        let mut job = Job::new(Spanned::new(entry.key.clone(), entry.key_span), entry.span());
        job.name = node.get("name").and_then(text);
        job.needs = node.get("needs").map(texts).unwrap_or_default();
        let environment = node.get("environment");
        job.environments.extend(environment.and_then(|stage| text(stage).or_else(|| text(stage.get("name")?))));
        job.variables = variables(node.get("env"));
        job.condition = node.get("if").and_then(scalar);
        job.matrix = node.at(&["strategy", "matrix"]).map(matrix).unwrap_or_default();
        job.images.extend(node.get("container").and_then(|one| text(one).or_else(|| text(one.get("image")?))));
        if let Some(called) = node.get("uses").and_then(text) {
            job.calls = Some(Use { inputs: variables(node.get("with")), ..Use::parse(&called) });
        }
        let folder = node.at(&["defaults", "run", "working-directory"]).and_then(Node::as_str).or(folder);
        let all: Vec<Variable> = outer.iter().chain(&job.variables).cloned().collect();
        let steps = node.get("steps").map(Node::items).unwrap_or_default();
        job.steps = steps.iter().map(|step| self.step(step, &all, folder)).collect();
        job
    }

    fn step(&self, node: &Node, outer: &[Variable], folder: Option<&str>) -> Step {
        let own = node.get("working-directory").and_then(Node::as_str).or(folder).map(str::to_owned);
        let variables_here = variables(node.get("env"));
        let uses = node.get("uses").and_then(text).map(|called| {
            let inputs = variables(node.get("with"));
            // A container's name has no version that can be told from a digest.
            let mut call = if called.value.starts_with("docker://") {
                Use { name: called, version: None, inputs: Vec::new() }
            } else {
                Use::parse(&called)
            };
            call.inputs = inputs;
            call
        });
        let shell = node.get("shell").and_then(Node::as_str).unwrap_or("bash");
        let mut commands = Vec::new();
        let mut read = |script: &Node, remote: bool| {
            if let Some(value) = script.as_str() {
                let excerpt = Excerpt::aligned(self.source, script.span, value);
                let variables = known(outer).chain(known(&variables_here));
                let folder = if remote { None } else { own.clone() };
                let mut reader = Commands::new(self.path).in_folder(folder).on_other_machine(remote).with(variables);
                reader.read(&excerpt, &mut commands);
            }
        };
        if let Some(run) = node.get("run").filter(|_| !shell.contains("python") && !shell.contains("node")) {
            read(run, false);
        }
        if let Some(uses) = &uses {
            let remote = uses.name.value.to_ascii_lowercase().contains("ssh");
            for script in handed_on(&uses.name.value, node.get("with")) {
                read(script, remote);
            }
        }
        Step {
            name: node.get("name").and_then(text),
            span: node.span,
            condition: node.get("if").and_then(scalar),
            folder: own,
            variables: variables_here,
            uses,
            commands,
        }
    }
}

/// The inputs that an action runs in a shell.
fn handed_on<'a>(name: &str, with: Option<&'a Node>) -> impl Iterator<Item = &'a Node> {
    const SCRIPTS: &[&str] = &[
        "script",
        "scripts",
        "inlinescript",
        "command",
        "commands",
        "run",
        "cmd",
        "script_before",
        "script_after",
        "post-deploy",
        "post_deploy",
        "remote_script",
        "exec",
    ];
    // The text of this one is JavaScript.
    let is_shell = !name.starts_with("actions/github-script");
    let entries = with.into_iter().flat_map(Node::entries).filter(move |_| is_shell);
    entries.filter(|entry| SCRIPTS.contains(&entry.key.to_ascii_lowercase().as_str())).map(|entry| &entry.value)
}

/// The values of each axis. `include` adds to them; `exclude` is left out, since each value can still come up.
fn matrix(node: &Node) -> Vec<(String, Vec<Spanned<String>>)> {
    let mut axes: Vec<(String, Vec<Spanned<String>>)> = Vec::new();
    let mut add = |name: &str, values: Vec<Spanned<String>>| {
        match axes.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => known.extend(values),
            None => axes.push((name.to_owned(), values)),
        };
    };
    for entry in node.entries().filter(|entry| entry.key != "exclude") {
        if entry.key == "include" {
            for given in entry.value.items().iter().flat_map(Node::entries) {
                add(&given.key, scalar(&given.value).into_iter().collect());
            }
            continue;
        }
        let items = entry.value.items().iter().filter_map(scalar);
        let whole = scalar(&entry.value);
        add(&entry.key, items.chain(whole).collect());
    }
    axes
}
