//! OpenShift templates: their objects, with the defaults of their parameters put in.
//!
//! Follows <https://docs.redhat.com/en/documentation/openshift_container_platform/4.18/html/images/using-templates>.

use prodcheck_formats::value::{Node, Object, Unknown, Value};
use std::collections::BTreeMap;

/// The objects of a template; nothing where a document is none.
pub(super) fn objects(document: &Node) -> Option<Vec<Node>> {
    if document.get("kind").and_then(Node::as_str) != Some("Template") {
        return None;
    }
    let parameters = document.get("parameters").map_or(&[][..], Node::items);
    let default = |parameter: &Node| {
        Some((parameter.get("name")?.as_str()?.to_owned(), parameter.get("value").and_then(Node::to_text)))
    };
    let defaults: BTreeMap<String, Option<String>> = parameters.iter().filter_map(default).collect();
    let mut objects = document.get("objects")?.items().to_vec();
    objects.iter_mut().for_each(|object| put_in(object, &defaults));
    Some(objects)
}

fn put_in(node: &mut Node, defaults: &BTreeMap<String, Option<String>>) {
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        let value = match &node.value {
            Value::String(text) if text.contains("${") => Some(filled(text, defaults)),
            _ => None,
        };
        if let Some(value) = value {
            node.value = value;
        }
        match &mut node.value {
            Value::Array(items) => waiting.extend(items.iter_mut()),
            Value::Object(Object { entries, .. }) => waiting.extend(entries.iter_mut().map(|entry| &mut entry.value)),
            _ => {}
        }
    }
}

/// `${NAME}` stands for a text, `${{NAME}}` for a value of any kind.
fn filled(text: &str, defaults: &BTreeMap<String, Option<String>>) -> Value {
    let whole = |start: &str, end: &str| text.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    let default = |name: &str| defaults.get(name).cloned().flatten();
    if let Some(name) = whole("${{", "}}").filter(|name| !name.contains('$')) {
        return match default(name) {
            Some(value) => match value.parse::<f64>() {
                Ok(number) => Value::Number { value: number, raw: value.into() },
                Err(_) if value == "true" || value == "false" => Value::Bool(value == "true"),
                Err(_) => Value::String(value),
            },
            None => Value::Unknown(Unknown::Computed),
        };
    }
    if let Some(name) = whole("${", "}").filter(|name| !name.contains(['$', '{'])) {
        return default(name).map_or(Value::Unknown(Unknown::Computed), Value::String);
    }
    let mut all = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        all.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            all.push_str("${");
            rest = after;
            continue;
        };
        match default(name) {
            Some(value) => all.push_str(&value),
            None => all.extend(["${", name, "}"]),
        }
        rest = tail;
    }
    all.push_str(rest);
    Value::String(all)
}
