//! One key of a configuration file: how it is spelled, where it stands, and what it means where that can be told.

use prodcheck_formats::ini::Assignment;
use prodcheck_formats::value::{Entry, Node, Object, Unknown, Value};
use prodcheck_source::{Span, Spanned};

/// What a value means to the tool that reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given<T> {
    /// This.
    Known(T),
    /// Nothing: it is of a kind or spelling that the tool does not take.
    Wrong,
    /// Only running the project would tell.
    Unknown,
}

/// A key that a file sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<T> {
    /// The key as written, an alias included; nested ones with dots.
    pub key: String,
    /// Key and value; the key alone where the value stands elsewhere.
    pub span: Span,
    /// The value.
    pub value_span: Span,
    /// The value as written, on one line and short.
    pub written: String,
    /// What it means.
    pub value: Given<T>,
}

impl<T> Field<T> {
    /// The value, where it is known.
    pub fn known(&self) -> Option<&T> {
        match &self.value {
            Given::Known(value) => Some(value),
            Given::Wrong | Given::Unknown => None,
        }
    }

    /// Reads the value further: a value that cannot be read is wrong, and an unknown one stays unknown.
    pub fn and_then<U>(self, read: impl FnOnce(T) -> Option<U>) -> Field<U> {
        let value = match self.value {
            Given::Known(value) => read(value).map_or(Given::Wrong, Given::Known),
            Given::Wrong => Given::Wrong,
            Given::Unknown => Given::Unknown,
        };
        Field { key: self.key, span: self.span, value_span: self.value_span, written: self.written, value }
    }

    /// A line of an INI file, with the value read by `read`.
    pub fn assigned(line: &Assignment, read: impl FnOnce(&str) -> Given<T>) -> Self {
        Self {
            key: line.key.value.clone(),
            span: line.span(),
            value_span: line.value_span,
            written: shortened(line.text()),
            value: read(line.text()),
        }
    }

    /// The key's entry, with the value read by `read`.
    pub fn of(entry: &Entry, key: String, read: impl FnOnce(&Node) -> Option<T>) -> Self {
        let value = if entry.value.is_unknown() {
            Given::Unknown
        } else {
            read(&entry.value).map_or(Given::Wrong, Given::Known)
        };
        Self { key, span: entry_span(entry), value_span: entry.value.span, written: written(&entry.value), value }
    }
}

/// An environment variable that a file sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Given<String>,
    /// Where it is set: name and value.
    pub span: Span,
}

/// The keys of one mapping, as a tool looks them up.
#[derive(Debug, Clone, Copy)]
pub struct Keys<'a> {
    object: &'a Object,
    /// What stands before each key in messages: `resource_limits.`
    prefix: &'a str,
}

impl<'a> Keys<'a> {
    /// The keys of a mapping.
    pub fn of(object: &'a Object) -> Self {
        Self { object, prefix: "" }
    }

    /// The keys of a nested mapping.
    pub fn nested(object: &'a Object, prefix: &'a str) -> Self {
        Self { object, prefix }
    }

    /// The entry of the first of the names that is set; `null` counts as not set.
    pub fn entry(&self, names: &[&str]) -> Option<&'a Entry> {
        names.iter().find_map(|name| self.object.entry(name).filter(|entry| !entry.value.is_null()))
    }

    /// The first of the names that is set.
    pub fn field<T>(&self, names: &[&str], read: impl FnOnce(&Node) -> Option<T>) -> Option<Field<T>> {
        let entry = self.entry(names)?;
        Some(Field::of(entry, format!("{}{}", self.prefix, entry.key), read))
    }

    /// A text.
    pub fn text(&self, names: &[&str]) -> Option<Field<String>> {
        self.field(names, |node| node.as_str().map(str::to_owned))
    }

    /// A truth value.
    pub fn flag(&self, names: &[&str]) -> Option<Field<bool>> {
        self.field(names, Node::as_bool)
    }

    /// A whole number from 0 on.
    pub fn count(&self, names: &[&str]) -> Option<Field<u64>> {
        self.field(names, whole_number)
    }
}

/// A whole number from 0 on, where the node is one.
pub fn whole_number(node: &Node) -> Option<u64> {
    let number = node.as_number()?;
    // Beyond 2^53 a float no longer holds every integer; no limit that a file sets is that large.
    (number.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&number)).then_some(number as u64)
}

/// The variables of an `env` mapping. Values that no environment takes as they are (lists, mappings) are wrong.
pub fn variables(node: &Node) -> Vec<Variable> {
    let value = |node: &Node| match &node.value {
        Value::Unknown(_) => Given::Unknown,
        _ => node.to_text().map_or(Given::Wrong, Given::Known),
    };
    node.entries()
        .filter(|entry| !entry.value.is_null())
        .map(|entry| Variable { name: entry.key.clone(), value: value(&entry.value), span: entry_span(entry) })
        .collect()
}

/// A text with its place, where the node is one.
pub fn spanned_text(node: &Node) -> Option<Spanned<String>> {
    node.as_str().map(|text| Spanned::new(text.to_owned(), node.span))
}

/// How far a value may stand from its key before it counts as standing elsewhere (behind an anchor, in a constant).
const NEAR: u32 = 64;

/// The key and its value, or the key alone where the value stands elsewhere.
pub fn entry_span(entry: &Entry) -> Span {
    let (key, value) = (entry.key_span, entry.value.span);
    let near = value.start >= key.end && value.start - key.end <= NEAR;
    if near { key.to(value) } else { key }
}

/// The longest spelling that is shown whole, in characters.
const SHOWN: usize = 60;

/// A value as a person would write it, on one line and short.
pub fn written(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number { raw, .. } => raw.to_string(),
        Value::String(text) => format!("\"{}\"", shortened(text)),
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
        Value::Unknown(Unknown::Environment(name)) => format!("process.env.{name}"),
        Value::Unknown(Unknown::ProcessorCount) => "os.cpus().length".to_owned(),
        Value::Unknown(Unknown::Expression(text)) => shortened(text),
        Value::Unknown(Unknown::Computed) => "…".to_owned(),
    }
}

/// The text on one line, cut where it is long.
pub fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    let mut short: String = line.chars().take(SHOWN - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: Span, value: Node) -> Entry {
        Entry { key: "k".into(), key_span: key, value }
    }

    #[test]
    fn a_value_that_stands_elsewhere_is_not_part_of_the_place() {
        let at = |start, end| entry(Span::new(10, 12), Node::new(Span::new(start, end), Value::Bool(true)));
        assert_eq!(entry_span(&at(14, 18)), Span::new(10, 18));
        assert_eq!(entry_span(&at(2, 6)), Span::new(10, 12), "an anchor above");
        assert_eq!(entry_span(&at(400, 404)), Span::new(10, 12), "a constant below");
    }

    #[test]
    fn tells_wrong_from_unknown() {
        let read = |value| Field::of(&entry(Span::at(0), Node::new(Span::at(2), value)), "k".into(), Node::as_bool);
        assert_eq!(read(Value::Bool(true)).value, Given::Known(true));
        assert_eq!(read(Value::String("yes".into())).value, Given::Wrong);
        assert_eq!(read(Value::Unknown(Unknown::Computed)).value, Given::Unknown);
        assert_eq!(read(Value::Unknown(Unknown::Environment("X".into()))).written, "process.env.X");
    }

    #[test]
    fn whole_numbers_only() {
        let number = |value: f64| Node::new(Span::at(0), Value::Number { value, raw: "".into() });
        assert_eq!(whole_number(&number(512.0)), Some(512));
        for value in [-1.0, 0.5, f64::INFINITY, f64::NAN, 1e300] {
            assert_eq!(whole_number(&number(value)), None);
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(shortened("a\n   é"), "a é");
        assert_eq!(shortened(&"é".repeat(80)).chars().count(), SHOWN);
    }
}
