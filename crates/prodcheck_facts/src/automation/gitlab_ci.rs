//! GitLab CI: jobs with what they extend, their stages' order, environments, and what is included from elsewhere.
//!
//! Source: <https://docs.gitlab.com/ci/yaml/>.

use super::github_actions::variables;
use super::shells::Shells;
use super::{Automation, AutomationTool, Job, ReadFile, Step, Trigger, TriggerKind, Use, Variable};
use crate::fields::{text, texts};
use prodcheck_formats::value::{Entry, Node};
use prodcheck_formats::yaml;
use prodcheck_source::{RepoPath, Span, Spanned};

/// Whether a file is a pipeline by its name: the root's own, and those that it may include.
pub(super) fn is_pipeline(path: &RepoPath) -> bool {
    let lower = path.as_str().to_ascii_lowercase();
    matches!(path.extension(), Some("yml" | "yaml"))
        && (path.name().to_ascii_lowercase().contains("gitlab-ci")
            || lower.starts_with(".gitlab/")
            || lower.contains(".gitlab-ci/"))
}

/// Keys at the top that are no jobs.
const RESERVED: &[&str] = &[
    "default",
    "include",
    "stages",
    "variables",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "spec",
];

/// How many jobs of earlier stages count as needed.
const MOST_NEEDS: usize = 200;

/// How deep `extends` is followed.
const DEPTH: usize = 11;

/// Reads a pipeline.
pub(super) fn read(path: &RepoPath, source: &str) -> ReadFile {
    let parsed = yaml::parse(source);
    // A header with `spec` may stand in a document of its own.
    let Some(root) = parsed.tree.iter().rev().find(|root| root.as_object().is_some()) else {
        return (None, parsed.notes);
    };
    let mut file = Automation::new(AutomationTool::GitLab);
    file.variables = declared(root.get("variables"));
    let root_reader = Reader { root, shells: Shells { path, source }, outer: &file.variables.clone() };
    let ordered: Vec<String> = match root.get("stages") {
        Some(stages) => texts(stages).into_iter().map(|stage| stage.value).collect(),
        None => ["build", "test", "deploy"].map(str::to_owned).to_vec(),
    };
    if let Some(includes) = root.entry("include") {
        root_reader.includes(includes, &mut file);
    }
    let mut stages: Vec<(String, String, bool)> = Vec::new();
    for entry in root.entries().filter(|entry| !RESERVED.contains(&entry.key.as_str())) {
        if entry.value.as_object().is_none() || entry.key.starts_with('.') {
            continue;
        }
        let chain = root_reader.chain(&entry.value);
        let job = root_reader.job(entry, &chain);
        let stage = first(&chain, "stage").and_then(Node::as_str).unwrap_or("test").to_owned();
        stages.push((job.id.value.clone(), stage, first(&chain, "needs").is_some()));
        file.triggers.extend(root_reader.trigger(&chain));
        file.jobs.push(job);
    }
    if file.jobs.is_empty() {
        return (None, parsed.notes);
    }
    needs_of_stages(&mut file, &stages, &ordered);
    if file.triggers.is_empty() {
        file.triggers.push(Trigger { kind: TriggerKind::Push, of: Vec::new(), span: Span::default() });
    }
    (Some(file), parsed.notes)
}

/// Jobs that name no needs run after all jobs of earlier stages.
fn needs_of_stages(file: &mut Automation, stages: &[(String, String, bool)], ordered: &[String]) {
    let order = |stage: &str| match stage {
        ".pre" => 0,
        ".post" => usize::MAX,
        stage => ordered.iter().position(|one| one == stage).map_or(1, |at| at + 1),
    };
    for job in &mut file.jobs {
        let own = stages.iter().find(|(id, _, named)| *id == job.id.value && !named);
        let Some((_, stage, _)) = own else { continue };
        let own = order(stage);
        let before = stages.iter().filter(|(_, other, _)| order(other) < own).take(MOST_NEEDS);
        job.needs = before.map(|(id, _, _)| Spanned::new(id.clone(), job.id.span)).collect();
    }
}

fn first<'a>(chain: &[&'a Node], key: &str) -> Option<&'a Node> {
    chain.iter().find_map(|node| node.get(key))
}

/// Variables; a value can stand under `value` beside a description.
fn declared(node: Option<&Node>) -> Vec<Variable> {
    let mut all = variables(node);
    for (variable, entry) in all.iter_mut().zip(node.into_iter().flat_map(Node::entries)) {
        if variable.value.is_none() {
            variable.value = entry.value.get("value").and_then(text);
        }
    }
    all
}

struct Reader<'a> {
    root: &'a Node,
    shells: Shells<'a>,
    outer: &'a [Variable],
}

impl<'a> Reader<'a> {
    /// A job and what it extends in this file, the job itself first, then the last named, and the defaults last.
    fn chain(&self, job: &'a Node) -> Vec<&'a Node> {
        let mut chain = vec![job];
        let mut open = vec![(job, DEPTH)];
        while let Some((node, depth)) = open.pop() {
            let Some(depth) = depth.checked_sub(1) else { continue };
            let parents = node.get("extends").map(texts).unwrap_or_default();
            for parent in parents.iter().rev().filter_map(|name| self.root.get(&name.value)) {
                if chain.len() < 50 && !chain.iter().any(|known| std::ptr::eq(*known, parent)) {
                    chain.push(parent);
                    open.push((parent, depth));
                }
            }
        }
        chain.extend(self.root.get("default"));
        // `before_script` and `image` at the top are defaults too.
        chain.push(self.root);
        chain
    }

    fn job(&self, entry: &Entry, chain: &[&Node]) -> Job {
        let mut job = Job::new(Spanned::new(entry.key.clone(), entry.key_span), entry.span());
        let own = chain.split_last().map_or(chain, |(_, own)| own);
        let needs = first(own, "needs").map(Node::items).unwrap_or_default();
        job.needs = needs.iter().filter_map(|need| text(need).or_else(|| text(need.get("job")?))).collect();
        let environment = first(own, "environment");
        let stops = environment.and_then(|one| one.get("action")).and_then(Node::as_str) == Some("stop");
        job.environments
            .extend(environment.filter(|_| !stops).and_then(|one| text(one).or_else(|| text(one.get("name")?))));
        job.variables = declared(first(own, "variables"));
        job.images.extend(first(chain, "image").and_then(|one| text(one).or_else(|| text(one.get("name")?))));
        job.extends = entry.value.get("extends").map(texts).unwrap_or_default();
        if let Some(trigger) = first(own, "trigger") {
            let target = text(trigger).or_else(|| text(trigger.get("project")?));
            job.calls =
                target.map(|project| Use::parse(&Spanned::new(format!("gitlab/{}", project.value), project.span)));
        }
        let all: Vec<Variable> = self.outer.iter().chain(&job.variables).cloned().collect();
        let scripts: Vec<&Node> =
            ["before_script", "script", "after_script"].iter().filter_map(|key| first(chain, key)).collect();
        let referred: Vec<&Node> = scripts.iter().flat_map(|node| self.with_references(node)).collect();
        let mut step = Step { span: entry.span(), ..Step::default() };
        step.commands = if stops { Vec::new() } else { self.shells.commands(&referred, &all, None, false) };
        job.steps.push(step);
        job
    }

    /// The lines of a script, those of `!reference [job, script]` put in.
    fn with_references(&self, node: &'a Node) -> Vec<&'a Node> {
        if node.items().is_empty() {
            return vec![node];
        }
        let mut lines = Vec::new();
        for item in node.items() {
            if item.tag.as_deref() == Some("!reference") {
                let keys: Vec<&str> = item.items().iter().filter_map(Node::as_str).collect();
                lines.extend(self.root.at(&keys));
            } else {
                lines.push(item);
            }
        }
        lines
    }

    /// What starts a job, by its `rules` and `only`.
    fn trigger(&self, chain: &[&Node]) -> Vec<Trigger> {
        let mut found = Vec::new();
        let only = first(chain, "only").into_iter().flat_map(|only| match only.get("refs") {
            Some(refs) => texts(refs),
            None => texts(only),
        });
        for name in only {
            let kind = match name.value.as_str() {
                "merge_requests" | "external_pull_requests" => TriggerKind::PullRequest,
                "schedules" => TriggerKind::Schedule,
                "web" | "api" | "triggers" => TriggerKind::Manual,
                _ => TriggerKind::Push,
            };
            found.push(Trigger { kind, of: vec![name.clone()], span: name.span });
        }
        for rule in first(chain, "rules").map(Node::items).unwrap_or_default() {
            let Some(condition) = rule.get("if").and_then(text) else { continue };
            let kind = if condition.value.contains("merge_request_event") {
                TriggerKind::PullRequest
            } else if condition.value.contains("\"schedule\"") {
                TriggerKind::Schedule
            } else {
                TriggerKind::Push
            };
            // `$CI_COMMIT_BRANCH == "staging"`
            let branch = condition.value.split('"').nth(1).map(|name| Spanned::new(name.to_owned(), condition.span));
            found.push(Trigger { kind, of: branch.into_iter().collect(), span: condition.span });
        }
        found
    }

    /// `include`: files of the repository, and files and templates of others, which become calls.
    fn includes(&self, entry: &Entry, file: &mut Automation) {
        let node = &entry.value;
        let items = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
        for item in items {
            let own = item.get("local").and_then(text).or_else(|| text(item).filter(|one| !one.value.contains("://")));
            if let Some(own) = own {
                file.includes.push(own);
                continue;
            }
            let named = |key: &str, prefix: &str| {
                let of = item.get(key).and_then(text)?;
                Some(Spanned::new(format!("{prefix}/{}", of.value), of.span))
            };
            let file_of = item
                .get("file")
                .map(|files| texts(files).into_iter().map(|one| one.value).collect::<Vec<_>>().join(" "));
            let called = named("template", "template")
                .or_else(|| named("component", "component"))
                .or_else(|| named("remote", "remote"))
                .or_else(|| {
                    let project = named("project", "gitlab")?;
                    let whole = format!("{} {}", project.value, file_of.unwrap_or_default());
                    Some(Spanned::new(whole.trim().to_owned(), project.span))
                })
                .or_else(|| text(item).map(|url| Spanned::new(format!("remote/{}", url.value), url.span)));
            if let Some(called) = called {
                let mut job = Job::new(Spanned::new("include".to_owned(), entry.key_span), item.span);
                job.calls = Some(Use { name: called, version: None, inputs: variables(item.get("inputs")) });
                file.jobs.push(job);
            }
        }
    }
}
