//! Config maps that a kustomization generates from literals and env files.

use super::sources::{Sources, shift};
use prodcheck_formats::dotenv::{self, Dialect};
use prodcheck_formats::value::{Entry, Node, Object, Value};
use prodcheck_source::{FileSet, RepoPath, Span};
use std::collections::BTreeSet;

/// The env files that a kustomization names.
pub(super) fn referred(path: &RepoPath, text: &str) -> Vec<RepoPath> {
    let parsed = prodcheck_formats::yaml::parse(text);
    let Some(root) = parsed.tree.first() else { return Vec::new() };
    let generators = root.get("configMapGenerator").map_or(&[][..], Node::items);
    generators.iter().flat_map(env_files).filter_map(|file| path.parent().join(file)).collect()
}

fn env_files(generator: &Node) -> Vec<&str> {
    let listed = generator.get("envs").map_or(&[][..], Node::items).iter().filter_map(Node::as_str);
    listed.chain(generator.get("env").and_then(Node::as_str)).collect()
}

/// The config map of one generator.
pub(super) fn config_map(
    generator: &Node,
    folder: &RepoPath,
    files: &FileSet,
    sources: &mut Sources,
    read: &mut BTreeSet<RepoPath>,
) -> Option<Node> {
    let name = generator.get("name")?.clone();
    let mut data: Vec<Entry> = Vec::new();
    for path in env_files(generator).into_iter().filter_map(|file| folder.join(file)) {
        let Some(text) = files.text(&path) else { continue };
        let Some(offset) = sources.file(&path, text.text().len()) else { continue };
        read.insert(path);
        for variable in dotenv::parse(text.text(), Dialect::Compose).tree {
            let value = variable.value.as_ref().map_or("", |value| value.value.as_str()).to_owned();
            let mut node = Node::new(variable.span(), Value::String(value));
            shift(&mut node, offset);
            data.push(Entry { key: variable.key.value.clone(), key_span: node.span, value: node });
        }
    }
    for literal in generator.get("literals").map_or(&[][..], Node::items) {
        let Some((key, value)) = literal.as_str().and_then(|text| text.split_once('=')) else { continue };
        let value = value.trim_matches(['"', '\'']).to_owned();
        let value = Node::new(literal.span, Value::String(value));
        data.push(Entry { key: key.to_owned(), key_span: literal.span, value });
    }
    let span = generator.span;
    let text = |text: &str| Node::new(span, Value::String(text.to_owned()));
    Some(object(
        span,
        vec![
            ("apiVersion", text("v1")),
            ("kind", text("ConfigMap")),
            ("metadata", object(span, vec![("name", name)])),
            ("data", Node::new(span, Value::Object(Object { entries: data, open: false }))),
        ],
    ))
}

fn object(span: Span, entries: Vec<(&str, Node)>) -> Node {
    let entry = |(key, value): (&str, Node)| Entry { key: key.to_owned(), key_span: value.span, value };
    Node::new(span, Value::Object(Object { entries: entries.into_iter().map(entry).collect(), open: false }))
}
