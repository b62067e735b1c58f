//! Values files as template values, and how several are laid over one another.
//!
//! <https://helm.sh/docs/chart_template_guide/values_files/>

use super::data::{DEPTH, Data, Dict, Heap, Slot, Val};
use super::text::{Origin, Text};
use prodcheck_formats::value::{Node, Value};

/// A YAML tree as a template value. `text` is the text that it was read from, `file` its index.
pub(super) fn from_node(heap: &mut Heap, node: &Node, text: &str, file: Option<u32>, depth: usize) -> Val {
    let place = |span| file.map(|file| Origin { file, span, verbatim: false });
    let origin = place(node.span);
    if depth > DEPTH || !heap.step() {
        return Val { data: Data::Unknown, origin };
    }
    let data = match &node.value {
        Value::Null => Data::Nil,
        Value::Bool(value) => Data::Bool(*value),
        Value::Number { value, .. } => Data::Float(*value),
        Value::String(value) => {
            let written = text.get(node.span.range()).unwrap_or("");
            let is_plain = written == value;
            // Helm reads values as YAML 1.1 does: <https://yaml.org/type/bool.html>.
            match value.to_ascii_lowercase().as_str() {
                "y" | "yes" | "on" if is_plain => Data::Bool(true),
                "n" | "no" | "off" if is_plain => Data::Bool(false),
                _ => {
                    let origin = origin.map(|origin| Origin { verbatim: is_plain, ..origin });
                    return Val { origin, ..Val::rich(Text::new(value.clone(), origin)) };
                }
            }
        }
        Value::Array(items) => {
            Val::list(items.iter().map(|item| from_node(heap, item, text, file, depth + 1)).collect()).data
        }
        Value::Object(object) => {
            let mut dict = Dict::new();
            for entry in object.effective() {
                let value = from_node(heap, &entry.value, text, file, depth + 1);
                dict.insert(entry.key.clone(), Slot { value, key_origin: place(entry.key_span) });
            }
            heap.add(dict).data
        }
        Value::Unknown(_) => Data::Unknown,
    };
    Val { data, origin }
}

/// Reads a values file; an empty mapping where it is none.
pub(super) fn read(heap: &mut Heap, text: &str, file: u32) -> Val {
    let parsed = prodcheck_formats::yaml::parse(text);
    let value = parsed.tree.first().map(|node| from_node(heap, node, text, Some(file), 0));
    value.filter(|value| heap.of(value).is_some()).unwrap_or_else(|| heap.add(Dict::new()))
}

/// Lays values over others: mappings entry by entry, everything else as a whole; `null` deletes.
pub(super) fn lay_over(heap: &mut Heap, below: &Val, above: &Val) {
    let entries = heap.of(above).cloned();
    if let (Data::Dict(target), Some(entries)) = (&below.data, entries) {
        heap.merge(*target, &entries, true, true, 0);
    }
}
