//! Which documents a patch is for, and JSON patches: <https://datatracker.ietf.org/doc/html/rfc6902>.

use super::merge::merge;
use prodcheck_formats::value::{Entry, Node, Value};
use prodcheck_source::Span;

/// What a patch is laid over.
#[derive(Debug, Clone, Default)]
pub(super) struct Target {
    kind: Option<String>,
    name: Option<String>,
    group: Option<String>,
    labels: Vec<(String, String)>,
}

impl Target {
    /// `target` of a patch.
    pub fn read(node: &Node) -> Self {
        let text = |key: &str| node.get(key).and_then(Node::to_text).filter(|text| !text.is_empty());
        let labels = text("labelSelector").unwrap_or_default();
        let pair = |pair: &str| {
            pair.split_once('=').map(|(key, value)| (key.trim().to_owned(), value.trim_matches(['=', ' ']).to_owned()))
        };
        Self {
            kind: text("kind"),
            name: text("name"),
            group: text("group"),
            labels: labels.split(',').filter_map(pair).collect(),
        }
    }

    /// What a strategic merge patch says of itself.
    fn of_patch(patch: &Node) -> Self {
        Self {
            kind: patch.get("kind").and_then(Node::to_text),
            name: patch.at(&["metadata", "name"]).and_then(Node::to_text),
            group: None,
            labels: Vec::new(),
        }
    }

    fn fits(&self, document: &Node) -> bool {
        let text = |keys: &[&str]| document.at(keys).and_then(Node::to_text).unwrap_or_default();
        let group = || {
            let version = text(&["apiVersion"]);
            version.split_once('/').map(|(group, _)| group.to_owned()).unwrap_or_default()
        };
        self.kind.as_ref().is_none_or(|kind| matches(kind, &text(&["kind"])))
            && self.name.as_ref().is_none_or(|name| matches(name, &text(&["metadata", "name"])))
            && self.group.as_ref().is_none_or(|wanted| *wanted == group())
            && self.labels.iter().all(|(key, value)| text(&["metadata", "labels", key]) == *value)
    }
}

/// Kustomize takes regular expressions here; what is used of them is `.*` and `a|b`.
fn matches(pattern: &str, text: &str) -> bool {
    let one = |pattern: &str| {
        let pattern = pattern.trim_start_matches('^').trim_end_matches('$');
        match pattern.split_once(".*") {
            Some((start, end)) => {
                text.len() >= start.len() + end.len() && text.starts_with(start) && text.ends_with(end)
            }
            None => pattern == text,
        }
    };
    pattern.trim_start_matches('(').trim_end_matches(')').split('|').any(one)
}

/// Lays a patch over the documents that it is for: a list is a JSON patch, a map a strategic merge patch.
pub(super) fn apply(documents: &mut Vec<Node>, patch: &Node, target: Option<&Target>) {
    let operations = patch.items();
    let own = Target::of_patch(patch);
    let target = target.unwrap_or(&own);
    if operations.is_empty()
        && (patch.as_object().is_none() || target.name.is_none() && target.kind.is_none() && target.labels.is_empty())
    {
        return;
    }
    let deletes = patch.get("$patch").and_then(Node::as_str) == Some("delete");
    if deletes {
        documents.retain(|document| !target.fits(document));
        return;
    }
    for document in documents.iter_mut().filter(|document| target.fits(document)) {
        if operations.is_empty() {
            let mut patch = patch.clone();
            // The name in a patch with a target only fills in.
            remove(&mut patch, &["metadata", "name"]);
            merge(document, patch);
        } else {
            operations.iter().take(MOST_OPERATIONS).for_each(|operation| operate(document, operation));
        }
    }
}

/// How many operations of one JSON patch are followed.
const MOST_OPERATIONS: usize = 500;

fn operate(document: &mut Node, operation: &Node) {
    let text = |key: &str| operation.get(key).and_then(Node::as_str);
    let (Some(op), Some(path)) = (text("op"), text("path")) else { return };
    let steps: Vec<String> = path.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let Some((last, parents)) = steps.split_last() else { return };
    let Some(parent) = descend(document, parents) else { return };
    let span = operation.get("path").map_or(operation.span, |path| path.span);
    match op {
        "add" | "replace" => {
            let Some(value) = operation.get("value") else { return };
            put(parent, last, value.clone(), span, op == "add");
        }
        "remove" => take(parent, last),
        _ => {}
    }
}

fn descend<'n>(node: &'n mut Node, steps: &[String]) -> Option<&'n mut Node> {
    steps.iter().try_fold(node, |node, step| match &mut node.value {
        Value::Object(object) => {
            object.entries.iter_mut().rev().find(|entry| entry.key == *step).map(|entry| &mut entry.value)
        }
        Value::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    })
}

fn put(parent: &mut Node, key: &str, value: Node, span: Span, adds: bool) {
    match &mut parent.value {
        Value::Object(object) => {
            object.entries.retain(|entry| entry.key != key);
            object.entries.push(Entry { key: key.to_owned(), key_span: span, value });
        }
        Value::Array(items) => match key.parse::<usize>() {
            Ok(at) if adds && at <= items.len() => items.insert(at, value),
            Ok(at) => {
                if let Some(item) = items.get_mut(at) {
                    *item = value;
                }
            }
            Err(_) if key == "-" => items.push(value),
            Err(_) => {}
        },
        _ => {}
    }
}

fn take(parent: &mut Node, key: &str) {
    match &mut parent.value {
        Value::Object(object) => object.entries.retain(|entry| entry.key != key),
        Value::Array(items) => {
            if let Some(at) = key.parse::<usize>().ok().filter(|at| *at < items.len()) {
                items.remove(at);
            }
        }
        _ => {}
    }
}

fn remove(node: &mut Node, path: &[&str]) {
    let Some((last, parents)) = path.split_last() else { return };
    let steps: Vec<String> = parents.iter().map(|step| (*step).to_owned()).collect();
    if let Some(parent) = descend(node, &steps) {
        take(parent, last);
    }
}
