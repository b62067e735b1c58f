//! Strategic merge: <https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md>.

use prodcheck_formats::value::{Node, Object, Value};

/// How deep objects are merged.
const DEPTH: usize = 64;

/// The key by which the items of a list are told apart, of those lists that are merged; all others are replaced.
fn key_of(list: &str) -> Option<&'static str> {
    match list {
        "containers" | "initContainers" | "ephemeralContainers" | "env" | "volumes" | "imagePullSecrets" => {
            Some("name")
        }
        "volumeMounts" => Some("mountPath"),
        "ports" => Some("containerPort"),
        "hostAliases" => Some("ip"),
        _ => None,
    }
}

/// Lays a patch over a value.
pub(super) fn merge(base: &mut Node, patch: Node) {
    merge_at(base, patch, DEPTH);
}

fn merge_at(base: &mut Node, patch: Node, depth: usize) {
    let replaces = patch.get("$patch").and_then(Node::as_str) == Some("replace");
    let Some(depth) = depth.checked_sub(1) else { return };
    match (&mut base.value, patch.value) {
        (Value::Object(base), Value::Object(patch)) if !replaces => {
            for entry in patch.entries {
                if entry.key == "$patch" {
                    continue;
                }
                if entry.value.is_null() || deletes(&entry.value) {
                    base.entries.retain(|known| known.key != entry.key);
                    continue;
                }
                match base.entries.iter_mut().rev().find(|known| known.key == entry.key) {
                    Some(known) if is_merged(&known.value, &entry.value, &entry.key) => {
                        let key = key_of(&entry.key);
                        match (&mut known.value.value, entry.value.value) {
                            (Value::Array(items), Value::Array(patches)) => merge_items(items, patches, key, depth),
                            (_, value) => {
                                let patch = Node { value, span: entry.value.span, tag: entry.value.tag };
                                merge_at(&mut known.value, patch, depth);
                            }
                        }
                    }
                    Some(known) if known.value.value == entry.value.value => {}
                    Some(known) => *known = entry,
                    None => base.entries.push(entry),
                }
            }
        }
        (_, mut value) => {
            if let Value::Object(Object { entries, .. }) = &mut value {
                entries.retain(|entry| entry.key != "$patch");
            }
            *base = Node { value, span: patch.span, tag: patch.tag };
        }
    }
}

fn is_merged(base: &Node, patch: &Node, key: &str) -> bool {
    match (&base.value, &patch.value) {
        (Value::Object(_), Value::Object(_)) => true,
        (Value::Array(_), Value::Array(_)) => key_of(key).is_some(),
        _ => false,
    }
}

fn deletes(node: &Node) -> bool {
    node.get("$patch").and_then(Node::as_str) == Some("delete")
}

fn merge_items(items: &mut Vec<Node>, patches: Vec<Node>, key: Option<&str>, depth: usize) {
    let Some(key) = key else { return };
    if patches
        .iter()
        .any(|patch| patch.get("$patch").and_then(Node::as_str) == Some("replace") && patch.get(key).is_none())
    {
        items.clear();
    }
    for patch in patches {
        let Some(name) = patch.get(key).and_then(Node::to_text) else { continue };
        let same = |item: &Node| item.get(key).and_then(Node::to_text).as_ref() == Some(&name);
        match items.iter().position(same) {
            Some(at) if deletes(&patch) => {
                items.remove(at);
            }
            Some(at) => {
                if let Some(item) = items.get_mut(at) {
                    // A variable is replaced as a whole: a value and a reference do not stand together.
                    let whole = patch.get("valueFrom").is_some()
                        || (patch.get("value").is_some() && item.get("valueFrom").is_some());
                    if whole { *item = patch } else { merge_at(item, patch, depth) }
                }
            }
            None if !deletes(&patch) => items.push(patch),
            None => {}
        }
    }
}
