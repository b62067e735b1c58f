//! Values as YAML and JSON, with the places where their keys and scalars were written.

use super::data::{DEPTH, Data, Heap, Slot, Val};
use super::text::{Origin, Text, UNKNOWN};
use prodcheck_formats::value::Value;

/// How much one value may render to, in bytes.
const SIZE: usize = 1 << 20;

/// A value as `toYaml` spells it: keys sorted, lists not indented in mappings, without the last line break.
pub(super) fn yaml(heap: &Heap, value: &Val) -> Text {
    let mut out = Text::default();
    write(heap, value, 0, &mut out);
    out
}

fn write(heap: &Heap, value: &Val, depth: usize, out: &mut Text) {
    if depth > DEPTH || out.len() > SIZE {
        out.push(&Text::unknown(value.origin));
        return;
    }
    let indent = |out: &mut Text, depth: usize, origin: Option<Origin>| {
        if !out.as_str().is_empty() && !out.as_str().ends_with("- ") {
            out.push_str("\n", None);
            out.push_str(&"  ".repeat(depth), origin.map(|origin| Origin { verbatim: false, ..origin }));
        }
    };
    match &value.data {
        Data::List(list) if list.items.is_empty() => out.push_str("[]", value.origin),
        Data::List(list) => {
            for item in &list.items {
                indent(out, depth, item.origin);
                out.push_str("- ", item.origin.map(|origin| Origin { verbatim: false, ..origin }));
                write(heap, item, depth + 1, out);
            }
        }
        Data::Dict(id) => {
            let entries: Vec<(&String, &Slot)> = heap.dict(*id).into_iter().flatten().collect();
            if entries.is_empty() {
                out.push_str("{}", value.origin);
            }
            for (key, slot) in entries {
                indent(out, depth, slot.key_origin);
                let spelled = scalar(key);
                let origin = slot.key_origin.map(|o| Origin { verbatim: o.verbatim && spelled == *key, ..o });
                out.push_str(&spelled, origin);
                out.push_str(":", None);
                let nested = match &slot.value.data {
                    Data::Dict(id) => heap.dict(*id).is_some_and(|dict| !dict.is_empty()).then_some(depth + 1),
                    Data::List(list) => (!list.items.is_empty()).then_some(depth),
                    _ => None,
                };
                if nested.is_none() {
                    out.push_str(" ", None);
                }
                write(heap, &slot.value, nested.unwrap_or(depth + 1), out);
            }
        }
        Data::Nil => out.push_str("null", value.origin),
        Data::Float(number) => out.push_str(&number.to_string(), value.origin),
        Data::Text(text) => {
            let spelled = scalar(text.as_str());
            match spelled == text.as_str() {
                true => out.push(text),
                false => out.push(&text.replaced(spelled)),
            }
        }
        _ => out.push(&heap.print(value, 0)),
    }
}

/// A text as a scalar that YAML reads back as that text.
fn scalar(text: &str) -> String {
    let is_plain = !text.is_empty()
        && !text.starts_with(['-', '.'])
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./@".contains(c) || c == UNKNOWN)
        && !matches!(text.to_ascii_lowercase().as_str(), "yes" | "no" | "on" | "off" | "y" | "n")
        && {
            let document = prodcheck_formats::yaml::parse(text).tree;
            document.first().is_some_and(|node| matches!(node.value, Value::String(_)))
        };
    if is_plain { text.to_owned() } else { quoted(text) }
}

/// A text in double quotes, as JSON and Go's `%q` spell it.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if (c as u32) < 0x20 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A value as JSON.
pub(super) fn json(heap: &Heap, value: &Val, depth: usize, out: &mut Text) {
    if depth > DEPTH || out.len() > SIZE {
        out.push(&Text::unknown(value.origin));
        return;
    }
    match &value.data {
        Data::List(list) => {
            out.push_str("[", None);
            for (index, item) in list.items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" }, None);
                json(heap, item, depth + 1, out);
            }
            out.push_str("]", None);
        }
        Data::Dict(id) => {
            out.push_str("{", None);
            for (index, (key, slot)) in heap.dict(*id).into_iter().flatten().enumerate() {
                out.push_str(if index > 0 { "," } else { "" }, None);
                out.push_str(&quoted(key), slot.key_origin.map(|origin| Origin { verbatim: false, ..origin }));
                out.push_str(":", None);
                json(heap, &slot.value, depth + 1, out);
            }
            out.push_str("}", None);
        }
        Data::Nil => out.push_str("null", value.origin),
        Data::Float(number) => out.push_str(&number.to_string(), value.origin),
        Data::Text(text) => out.push(&text.replaced(quoted(text.as_str()))),
        _ => out.push(&heap.print(value, 0)),
    }
}
