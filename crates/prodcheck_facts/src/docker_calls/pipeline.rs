//! Pipelines: commands under the keys that hold scripts, and builds by `docker/build-push-action`.

use super::script::Scripts;
use super::{DeclaredBuild, DockerCalls};
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::value::{Node, Value};
use prodcheck_formats::yaml;
use prodcheck_source::{Place, RepoPath};
use std::collections::HashMap;

/// Whether a file is a pipeline or a task file by its name.
pub(super) fn is_pipeline(path: &RepoPath) -> bool {
    if !matches!(path.extension(), Some("yml" | "yaml")) {
        return false;
    }
    let text = path.as_str().to_ascii_lowercase();
    let folders =
        [".github/workflows/", ".github/actions/", ".circleci/", ".buildkite/", ".woodpecker/", ".gitlab/", ".azure/"];
    let names = [
        ".gitlab-ci",
        "bitbucket-pipelines",
        "azure-pipelines",
        ".drone",
        ".woodpecker",
        ".travis",
        "buildspec",
        "cloudbuild",
        "taskfile",
        "appspec",
        "action",
    ];
    folders.iter().any(|folder| text.starts_with(folder) || text.contains(&format!("/{folder}")))
        || names.iter().any(|name| path.stem().to_ascii_lowercase().starts_with(name))
}

/// Keys whose text, or list of texts, is run by a shell.
const SCRIPTS: &[&str] = &[
    "run",
    "script",
    "scripts",
    "before_script",
    "after_script",
    "command",
    "commands",
    "cmd",
    "cmds",
    "sh",
    "bash",
    "inline",
    "inlinescript",
    "deploy",
];

pub(super) fn read(path: &RepoPath, text: &str, calls: &mut DockerCalls) {
    for document in &yaml::parse(text).tree {
        let mut walk = Walk { path, text, calls, around: Vec::new(), environment: HashMap::new() };
        walk.node(document);
    }
}

struct Walk<'a> {
    path: &'a RepoPath,
    text: &'a str,
    calls: &'a mut DockerCalls,
    around: Vec<String>,
    /// What `env` sets, outer ones included.
    environment: HashMap<String, String>,
}

impl Walk<'_> {
    fn node(&mut self, node: &Node) {
        match &node.value {
            Value::Array(items) => items.iter().for_each(|item| self.node(item)),
            Value::Object(_) => self.mapping(node),
            _ => {}
        }
    }

    fn mapping(&mut self, node: &Node) {
        let depth = self.around.len();
        let environment = self.environment.clone();
        let named = node.get("name").or_else(|| node.get("displayName")).and_then(Node::as_str);
        self.around.extend(named.map(str::to_owned));
        if let Some(stage) = node.get("environment") {
            let name = stage.as_str().or_else(|| stage.get("name")?.as_str());
            self.around.extend(name.map(str::to_owned));
        }
        for variable in ["env", "variables"].iter().filter_map(|key| node.get(key)).flat_map(Node::entries) {
            if let Some(value) = variable.value.to_text() {
                self.environment.insert(variable.key.clone(), value);
            }
        }
        if node.get("uses").and_then(Node::as_str).is_some_and(|uses| uses.starts_with("docker/build-push-action")) {
            self.build(node);
        }
        for entry in node.entries() {
            if SCRIPTS.contains(&entry.key.to_ascii_lowercase().as_str()) && self.scripts(node, &entry.value) {
                continue;
            }
            let names =
                matches!(entry.value.value, Value::Object(_)) && !matches!(entry.key.as_str(), "with" | "env" | "jobs");
            if names {
                self.around.push(entry.key.clone());
            }
            self.node(&entry.value);
            if names {
                self.around.pop();
            }
        }
        self.around.truncate(depth);
        self.environment = environment;
    }

    /// Reads a text or a list of texts as scripts; whether it is one.
    fn scripts(&mut self, step: &Node, node: &Node) -> bool {
        let items = if node.items().is_empty() { std::slice::from_ref(node) } else { node.items() };
        let texts: Vec<(&Node, &str)> = items.iter().filter_map(|item| Some((item, item.as_str()?))).collect();
        if texts.is_empty() {
            return false;
        }
        let folder = ["working-directory", "working_directory", "workingDirectory", "dir"];
        let folder = folder.iter().find_map(|key| step.get(key)?.as_str()).map(str::to_owned);
        // The lines of a list are run in one shell.
        let mut all = Excerpt::default();
        for (item, value) in texts {
            let excerpt = Excerpt::aligned(self.text, item.span, value);
            all.push_from(&excerpt, 0, value.len());
            all.push_opaque("\n", item.span);
        }
        let mut scripts = Scripts::new(self.path, self.around.clone()).in_folder(folder);
        for (name, value) in &self.environment {
            scripts = scripts.with(name, value);
        }
        scripts.read(&all, self.calls);
        true
    }

    fn build(&mut self, step: &Node) {
        let Some(with) = step.get("with") else { return };
        let text = |key: &str| Some(self.interpolated(&with.get(key)?.to_text()?));
        let lines = |key: &str| -> Vec<String> {
            let lines = text(key).unwrap_or_default();
            lines.split(['\n', ',']).map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
        };
        let arguments = text("build-args").unwrap_or_default();
        let arguments = arguments.lines().filter_map(|line| line.trim().split_once('='));
        let push = match with.get("push").map(|push| push.to_text().unwrap_or_default()).as_deref() {
            None | Some("false") => Some(text("outputs").is_some_and(|outputs| outputs.contains("push=true"))),
            Some("true") => Some(true),
            Some(_) => None,
        };
        let build = DeclaredBuild {
            file: text("file"),
            context: text("context"),
            target: text("target"),
            arguments: arguments.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            tags: lines("tags"),
            push,
            around: self.around.clone(),
            place: Place::new(self.path.clone(), step.get("uses").map_or(step.span, |uses| uses.span)),
        };
        self.calls.builds.push(build);
    }

    /// Puts in what `env` sets: `${{ env.NAME }}`.
    fn interpolated(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${{") {
            out.push_str(before);
            let Some((expression, after)) = after.split_once("}}") else {
                out.push_str("${{");
                rest = after;
                continue;
            };
            let value = expression.trim().strip_prefix("env.").and_then(|name| self.environment.get(name.trim()));
            match value {
                Some(value) => out.push_str(value),
                None => {
                    out.push_str("${{");
                    out.push_str(expression);
                    out.push_str("}}");
                }
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }
}
