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
        let mut walk = Walk {
            path,
            text,
            calls,
            around: Vec::new(),
            environment: HashMap::new(),
            images: HashMap::new(),
            matrix: Vec::new(),
        };
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
    /// The names of images that `docker/metadata-action` makes tags of, by the step's id.
    images: HashMap<String, Vec<String>>,
    /// The combinations of the job's matrix.
    matrix: Vec<HashMap<String, String>>,
}

/// Actions that build an image, with the inputs of Docker's own.
const BUILD_ACTIONS: &[&str] =
    &["docker/build-push-action", "depot/build-push-action", "useblacksmith/build-push-action"];

/// How many combinations of a matrix are looked at.
const COMBINATIONS: usize = 64;

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
        if let Some(matrix) = node.at(&["strategy", "matrix"]) {
            self.matrix = combinations(matrix);
        }
        let uses = node.get("uses").and_then(Node::as_str).unwrap_or("");
        if BUILD_ACTIONS.iter().any(|action| uses.starts_with(action)) {
            self.builds(node);
        } else if uses.starts_with("docker/metadata-action")
            && let (Some(id), Some(images)) = (node.get("id").and_then(Node::to_text), node.at(&["with", "images"]))
        {
            let images = self.interpolated(&images.to_text().unwrap_or_default(), None);
            self.images.insert(id, lines(&images));
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

    /// The builds of a step: one for each combination of the matrix where it takes something from it.
    fn builds(&mut self, step: &Node) {
        let Some(with) = step.get("with") else { return };
        let varies = with.entries().any(|entry| entry.value.as_str().is_some_and(|text| text.contains("matrix.")));
        let mut builds: Vec<DeclaredBuild> = match self.matrix.as_slice() {
            combinations if varies && !combinations.is_empty() => {
                combinations.iter().map(|combination| self.build(step, with, Some(combination))).collect()
            }
            _ => vec![self.build(step, with, None)],
        };
        builds.dedup();
        self.calls.builds.extend(builds);
    }

    fn build(&self, step: &Node, with: &Node, matrix: Option<&HashMap<String, String>>) -> DeclaredBuild {
        let text = |key: &str| Some(self.interpolated(&with.get(key)?.to_text()?, matrix));
        let arguments = text("build-args").unwrap_or_default();
        let arguments = arguments.lines().filter_map(|line| line.trim().split_once('='));
        let push = match with.get("push").map(|push| push.to_text().unwrap_or_default()).as_deref() {
            None | Some("false") => Some(text("outputs").is_some_and(|outputs| outputs.contains("push=true"))),
            Some("true") => Some(true),
            Some(_) => None,
        };
        let written = [text("tags"), text("labels")].into_iter().flatten().collect::<Vec<_>>().join("\n");
        let made = self.images.iter().filter(|(id, _)| written.contains(&format!("steps.{id}.")));
        let mut made: Vec<String> = made.flat_map(|(_, images)| images.iter().cloned()).collect();
        made.sort();
        DeclaredBuild {
            file: text("file"),
            context: text("context"),
            target: text("target"),
            arguments: arguments.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            tags: lines(&text("tags").unwrap_or_default()).into_iter().chain(made).collect(),
            push,
            around: self.around.clone(),
            place: Place::new(self.path.clone(), step.get("uses").map_or(step.span, |uses| uses.span)),
        }
    }

    /// Puts in what `env` sets and the matrix gives: `${{ env.NAME }}`, `${{ matrix.name }}`.
    fn interpolated(&self, text: &str, matrix: Option<&HashMap<String, String>>) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${{") {
            out.push_str(before);
            let Some((expression, after)) = after.split_once("}}") else {
                out.push_str("${{");
                rest = after;
                continue;
            };
            let name = expression.trim();
            let variable = name.strip_prefix("env.").and_then(|name| self.environment.get(name));
            let value = variable.or_else(|| matrix?.get(name.strip_prefix("matrix.")?));
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

/// The lines and comma-separated parts of an input.
fn lines(text: &str) -> Vec<String> {
    text.split(['\n', ',']).map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

/// The combinations of a matrix: all of its lists' values with one another, `include` added.
/// <https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrixinclude>
fn combinations(matrix: &Node) -> Vec<HashMap<String, String>> {
    let mut all: Vec<HashMap<String, String>> = Vec::new();
    for entry in matrix.entries().filter(|entry| !matches!(entry.key.as_str(), "include" | "exclude")) {
        let values: Vec<String> = entry.value.items().iter().filter_map(Node::to_text).collect();
        if values.is_empty() {
            continue;
        }
        let before = if all.is_empty() { vec![HashMap::new()] } else { std::mem::take(&mut all) };
        for combination in before {
            for value in &values {
                let mut next = combination.clone();
                next.insert(entry.key.clone(), value.clone());
                all.push(next);
            }
        }
        all.truncate(COMBINATIONS);
    }
    let lists: Vec<HashMap<String, String>> = all.clone();
    for include in matrix.get("include").map(Node::items).unwrap_or(&[]).iter().take(COMBINATIONS) {
        let given: HashMap<String, String> =
            include.entries().filter_map(|entry| Some((entry.key.clone(), entry.value.to_text()?))).collect();
        let fits = |combination: &HashMap<String, String>| {
            given.iter().all(|(name, value)| combination.get(name).is_none_or(|known| known == value))
        };
        let mut added = false;
        for (combination, _) in all.iter_mut().zip(&lists).filter(|(_, list)| fits(list)) {
            combination.extend(given.clone());
            added = true;
        }
        if !added && all.len() < COMBINATIONS {
            all.push(given);
        }
    }
    all
}
