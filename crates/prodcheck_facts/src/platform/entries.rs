//! Keys of platforms' files by their paths, with the values that several platforms spell alike.

use super::{Command, Memory, Scale};
use crate::given::{Field, Given, Variable, entry_span, spanned_text, whole_number};
use prodcheck_formats::value::{Node, Value};
use prodcheck_source::Spanned;

/// The key at the end of a path of keys; `null` counts as not set.
pub(super) fn field<T>(node: &Node, keys: &[&str], read: impl FnOnce(&Node) -> Option<T>) -> Option<Field<T>> {
    let (last, front) = keys.split_last()?;
    let entry = node.at(front)?.entry(last).filter(|entry| !entry.value.is_null())?;
    let mut field = Field::of(entry, keys.join("."), read);
    if matches!(entry.value.value, Value::Array(_) | Value::Object(_)) {
        field.span = entry.key_span;
    }
    Some(field)
}

/// A count of processes.
pub(super) fn count(node: &Node) -> Option<Scale> {
    whole_number(node).map(Scale::Count)
}

/// That there is something, whatever it is.
pub(super) fn present(_: &Node) -> Option<bool> {
    Some(true)
}

/// A plan's or size's name.
pub(super) fn named(node: &Node) -> Option<Memory> {
    node.to_text().filter(|text| !text.is_empty()).map(|_| Memory::Named)
}

/// A text, a number as text.
pub(super) fn as_text(node: &Node) -> Option<String> {
    node.to_text()
}

/// The text at a path of keys.
pub(super) fn text_at(node: &Node, keys: &[&str]) -> Option<Spanned<String>> {
    node.at(keys).and_then(spanned_text).filter(|text| !text.value.trim().is_empty())
}

/// A command that is a line or a list of words.
pub(super) fn command(node: &Node, keys: &[&str]) -> Option<Command> {
    if let Some(line) = text_at(node, keys) {
        return Some(Command::Line(line));
    }
    let words: Vec<Spanned<String>> = node.at(keys)?.items().iter().filter_map(spanned_text).collect();
    (!words.is_empty()).then_some(Command::Words(words))
}

/// The variables of a list of `{ key, value }`; one that has no value here is set elsewhere.
pub(super) fn listed_variables(node: Option<&Node>, key: &str) -> Vec<Variable> {
    let items = node.map_or(&[][..], Node::items);
    let variable = |item: &Node| {
        let name = item.get(key)?.as_str()?.to_owned();
        let value = item.entry("value").filter(|entry| !entry.value.is_null());
        let given = match value.map(|entry| &entry.value) {
            Some(value) if !value.is_unknown() => value.to_text().map_or(Given::Wrong, Given::Known),
            _ => Given::Unknown,
        };
        let named = entry_span(item.entry(key)?);
        Some(Variable { name, value: given, span: value.map_or(named, |value| named.to(entry_span(value))) })
    };
    items.iter().filter_map(variable).collect()
}

/// The value of a variable, as the version of Node.js that it asks for.
pub(super) fn version_in(variables: &[Variable], name: &str) -> Option<Field<String>> {
    let variable = variables.iter().rev().find(|variable| variable.name == name)?;
    let written = match &variable.value {
        Given::Known(text) => text.clone(),
        Given::Wrong | Given::Unknown => String::new(),
    };
    Some(Field {
        key: name.to_owned(),
        span: variable.span,
        value_span: variable.span,
        written,
        value: variable.value.clone(),
    })
}

/// Bytes out of a number of mebibytes.
pub(super) fn mebibytes(node: &Node) -> Option<Memory> {
    whole_number(node).map(|number| Memory::Bytes(number.saturating_mul(1 << 20)))
}

/// Bytes out of `512mb`, `1GB`, `512Mi`, `2g`, or a bare number of mebibytes.
pub(super) fn size(node: &Node) -> Option<Memory> {
    let text = node.to_text()?.trim().to_ascii_lowercase();
    let digits = text.trim_end_matches(|char: char| char.is_ascii_alphabetic() || char == ' ');
    let unit = text.get(digits.len()..)?.trim();
    let factor = match unit {
        "" | "m" | "mb" | "mi" | "mib" => 1u64 << 20,
        "k" | "kb" | "ki" | "kib" => 1 << 10,
        "g" | "gb" | "gi" | "gib" => 1 << 30,
        _ => return None,
    };
    let number: f64 = digits.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)?;
    Some(Memory::Bytes((number * factor as f64) as u64))
}
