//! Build files of `docker buildx bake`: the targets, with what they inherit and the defaults of their variables.
//!
//! Follows <https://docs.docker.com/build/bake/reference/>. What an environment would set instead is not known.

use super::{DeclaredBuild, DockerCalls};
use prodcheck_formats::hcl::{self, Block};
use prodcheck_formats::json;
use prodcheck_formats::value::{Node, Unknown, Value};
use prodcheck_source::{Place, RepoPath, Span};
use std::collections::BTreeMap;

/// How many targets of one file are read, and how many others each may inherit from in a row.
const MOST: usize = 200;
const DEPTH: usize = 8;

/// Whether a file is one by its name: those that bake finds by itself, and `*bake*.hcl`.
/// <https://docs.docker.com/build/bake/reference/#file-lookup>
pub(super) fn is_bake(path: &RepoPath) -> bool {
    let name = path.name();
    let hcl = path.extension() == Some("hcl") && name.contains("bake");
    hcl || matches!(name, "docker-bake.json" | "docker-bake.override.json")
}

/// A target as written: what each key is set to.
struct Target {
    name: String,
    span: Span,
    keys: Vec<(String, Node)>,
}

pub(super) fn read(path: &RepoPath, text: &str, calls: &mut DockerCalls) {
    let (targets, variables) = if path.extension() == Some("json") { of_json(text) } else { of_hcl(text) };
    for target in &targets {
        let build = Reader { targets: &targets, variables: &variables }.build(path, target);
        calls.builds.extend(build);
    }
}

type File = (Vec<Target>, BTreeMap<String, String>);

fn of_hcl(text: &str) -> File {
    let tree = hcl::parse(text).tree;
    let target = |block: &Block| {
        let keys = block.body.attributes.iter().map(|one| (one.name.value.clone(), one.value.clone()));
        Some(Target { name: block.label(0)?.to_owned(), span: block.header(), keys: keys.collect() })
    };
    let default = |block: &Block| Some((block.label(0)?.to_owned(), block.body.get("default")?.to_text()?));
    let targets = tree.blocks("target").take(MOST).filter_map(target).collect();
    (targets, tree.blocks("variable").take(MOST).filter_map(default).collect())
}

fn of_json(text: &str) -> File {
    let tree = json::parse(text).tree;
    let entries = |key: &str| tree.get(key).into_iter().flat_map(Node::entries).take(MOST);
    let targets = entries("target").map(|entry| Target {
        name: entry.key.clone(),
        span: entry.key_span,
        keys: entry.value.entries().map(|key| (key.key.clone(), key.value.clone())).collect(),
    });
    let defaults =
        entries("variable").filter_map(|entry| Some((entry.key.clone(), entry.value.get("default")?.to_text()?)));
    (targets.collect(), defaults.collect())
}

struct Reader<'a> {
    targets: &'a [Target],
    variables: &'a BTreeMap<String, String>,
}

impl Reader<'_> {
    /// The build of a target; `None` where it builds nothing of the repository (`FROM` a remote context alone).
    fn build(&self, path: &RepoPath, target: &Target) -> Option<DeclaredBuild> {
        let mut lineage = Vec::new();
        self.lineage(target, &mut lineage, DEPTH);
        let last = |key: &str| lineage.iter().rev().find_map(|one| one.keys.iter().rev().find(|(name, _)| name == key));
        let text = |key: &str| last(key).and_then(|(_, node)| self.text(node));
        // What only others inherit builds nothing by itself.
        let is_abstract = target.name.starts_with('_')
            || (last("context").is_none() && last("dockerfile").is_none() && last("args").is_none());
        if is_abstract || last("dockerfile-inline").is_some() {
            return None;
        }
        let mut arguments: Vec<(String, String)> = Vec::new();
        for (_, node) in lineage.iter().flat_map(|one| one.keys.iter().filter(|(name, _)| name == "args")) {
            for entry in node.entries() {
                if let Some(value) = self.text(&entry.value) {
                    arguments.retain(|(name, _)| *name != entry.key);
                    arguments.push((entry.key.clone(), value));
                }
            }
        }
        let context = text("context").unwrap_or_else(|| ".".to_owned());
        let folder = path.parent();
        let context = if folder.is_root() { context } else { format!("{folder}/{context}") };
        // The Dockerfile is found in the context.
        let file = text("dockerfile").map(|file| if context == "." { file } else { format!("{context}/{file}") });
        let tags = last("tags").map_or(&[][..], |(_, node)| node.items());
        Some(DeclaredBuild {
            file,
            context: Some(context),
            target: text("target"),
            arguments,
            tags: tags.iter().filter_map(|tag| self.text(tag)).collect(),
            push: None,
            around: vec![target.name.clone()],
            place: Place::new(path.clone(), target.span),
        })
    }

    /// The targets that one inherits from, those that count less first, and itself last.
    fn lineage<'t>(&'t self, target: &'t Target, lineage: &mut Vec<&'t Target>, depth: usize) {
        let inherits = target.keys.iter().filter(|(name, _)| name == "inherits").flat_map(|(_, node)| node.items());
        for name in inherits.filter_map(Node::as_str) {
            let other = self.targets.iter().find(|other| other.name == name);
            if let Some(other) = other.filter(|_| depth > 0 && lineage.len() < MOST) {
                self.lineage(other, lineage, depth - 1);
            }
        }
        lineage.push(target);
    }

    /// The text of a value, the defaults of variables put in.
    fn text(&self, node: &Node) -> Option<String> {
        match &node.value {
            Value::Unknown(Unknown::Expression(expression)) => self.expression(expression),
            _ => self.interpolated(&node.to_text()?),
        }
    }

    fn expression(&self, expression: &str) -> Option<String> {
        let expression = expression.trim();
        match expression.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(template) => self.interpolated(template),
            None => self.variables.get(expression).cloned(),
        }
    }

    fn interpolated(&self, text: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}')?;
            out.push_str(before);
            out.push_str(self.variables.get(name.trim())?);
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builds(path: &str, text: &str) -> Vec<DeclaredBuild> {
        let path = RepoPath::new(path);
        assert!(is_bake(&path));
        let mut calls = DockerCalls::default();
        read(&path, text, &mut calls);
        calls.builds
    }

    #[test]
    fn targets_with_defaults_and_what_they_inherit() {
        let text = "# größe\nvariable \"NODE\" {\n  default = \"22.22\"\n}\nvariable \"TAG\" { default = \"latest\" }\ngroup \"default\" { targets = [\"api\"] }\ntarget \"docker-metadata-action\" {}\ntarget \"_base\" {\n  context = \".\"\n  args = { NODE_VERSION = NODE, OTHER = \"1\" }\n}\ntarget \"api\" {\n  inherits = [\"docker-metadata-action\", \"_base\"]\n  dockerfile = \"docker/Dockerfile\"\n  target = \"release\"\n  args = { OTHER = \"${NODE}-x\", UNKNOWN = notequal(\"\", X) ? 1 : 2 }\n  tags = [\"acme/api:${TAG}\"]\n}\n";
        let builds = builds("docker-bake.hcl", text);
        let [build] = builds.as_slice() else { panic!("{builds:?}") };
        let arguments: Vec<(&str, &str)> = build.arguments.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(arguments, [("NODE_VERSION", "22.22"), ("OTHER", "22.22-x")]);
        assert_eq!((build.file.as_deref(), build.target.as_deref()), (Some("docker/Dockerfile"), Some("release")));
        assert_eq!(build.tags, ["acme/api:latest"]);
        assert_eq!(text.get(build.place.span.range()), Some("target \"api\""));
    }

    #[test]
    fn json_and_folders() {
        let text = r#"{ "variable": { "N": { "default": "20" } }, "target": { "ü": { "context": "api", "args": { "NODE": "${N}" } } } }"#;
        let builds = builds("deploy/docker-bake.json", text);
        assert_eq!(builds[0].context.as_deref(), Some("deploy/api"));
        assert_eq!(builds[0].arguments, [("NODE".to_owned(), "20".to_owned())]);
    }

    #[test]
    fn circles_end() {
        let text = "target \"a\" {\n  inherits = [\"b\", \"b\"]\n  context = \".\"\n}\ntarget \"b\" {\n  inherits = [\"a\", \"a\"]\n}\n";
        assert_eq!(builds("docker-bake.hcl", text).len(), 2);
        assert!(builds("bake.hcl", "target").is_empty());
    }
}
