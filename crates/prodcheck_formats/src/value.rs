//! The one tree that all data syntaxes share: JSON, YAML, TOML, and JavaScript configuration folded to constants.

use prodcheck_source::Span;
use std::collections::HashSet;

/// A value, where it stands, and its YAML tag.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it stands, in the text that was parsed. An alias (`*a`) has the alias' own span.
    pub span: Span,
    /// The value.
    pub value: Value,
    /// A YAML tag as written, without expansion (`!Ref`, `!reset`, `!!binary`), or the name of an HCL function that only
    /// encodes or converts the value (`jsonencode`); `None` elsewhere.
    pub tag: Option<Box<str>>,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `~`, nothing at all.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number and its spelling (`3.10` is a version to some readers).
    Number {
        /// Its value; integers beyond 2^53 lose precision.
        value: f64,
        /// Its spelling in the text.
        raw: Box<str>,
    },
    /// Text, unescaped.
    String(String),
    /// A sequence.
    Array(Vec<Node>),
    /// A mapping in the order of the text.
    Object(Object),
    /// Something that only running the project would tell, and why.
    Unknown(Unknown),
}

/// Why a value is not known.
#[derive(Debug, Clone, PartialEq)]
pub enum Unknown {
    /// It is read from this environment variable, and has no default.
    Environment(String),
    /// The number of the machine's processors (`os.cpus().length`, `availableParallelism()`).
    ProcessorCount,
    /// It is what this expression of HCL gives (`var.port`, `"${local.name}-api"`), as written; a template that is
    /// nothing but one expression stands here as that expression.
    Expression(Box<str>),
    /// It is computed, imported from where we cannot follow, or could not be read.
    Computed,
}

/// A mapping that remembers the order and places of its keys.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object {
    /// The entries in the order of the text; a repeated key stands repeatedly, and the last one counts.
    pub entries: Vec<Entry>,
    /// Whether keys may be there that could not be read (a spread of something unknown, a computed key).
    pub open: bool,
}

/// One key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key as text; numbers and booleans as keys are spelled as in the text.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Entry {
    /// Key and value together.
    pub fn span(&self) -> Span {
        self.key_span.to(self.value.span)
    }
}

impl Object {
    /// The entry of a key; of several the last.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.key == key)
    }

    /// The value of a key; of several the last.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entries that count: of a repeated key only the last, in the order of the text.
    pub fn effective(&self) -> impl Iterator<Item = &Entry> {
        let mut seen = HashSet::new();
        let mut last: Vec<&Entry> = self.entries.iter().rev().filter(|entry| seen.insert(entry.key.as_str())).collect();
        last.reverse();
        last.into_iter()
    }
}

impl Node {
    /// A value at a place, without a tag.
    pub fn new(span: Span, value: Value) -> Self {
        Self { span, value, tag: None }
    }

    /// Something that cannot be known.
    pub fn unknown(span: Span) -> Self {
        Self::new(span, Value::Unknown(Unknown::Computed))
    }

    /// The value of a key, where this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_object()?.get(key)
    }

    /// The entry of a key, where this is an object that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_object()?.entry(key)
    }

    /// Follows keys down nested objects.
    pub fn at(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text, where it is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Strings, numbers (as spelled) and booleans as text: what a shell or an environment would see.
    pub fn to_text(&self) -> Option<String> {
        match &self.value {
            Value::String(text) => Some(text.clone()),
            Value::Number { raw, .. } => Some(raw.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// The number, where it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self.value {
            Value::Number { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The truth value, where it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The elements; none where it is no sequence.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// The mapping, where it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match &self.value {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The entries that count; none where it is no mapping.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.as_object().into_iter().flat_map(Object::effective)
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// Whether it cannot be known.
    pub fn is_unknown(&self) -> bool {
        matches!(self.value, Value::Unknown(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_repeated_key_the_last_counts() {
        let entry = |key: &str, at: usize| Entry {
            key: key.into(),
            key_span: Span::at(at),
            value: Node::new(Span::at(at), Value::Null),
        };
        let object = Object { entries: vec![entry("a", 0), entry("b", 1), entry("a", 2), entry("c", 3)], open: false };
        let at: Vec<u32> = object.effective().map(|entry| entry.key_span.start).collect();
        assert_eq!(at, [1, 2, 3]);
        assert_eq!(object.entry("a").map(|entry| entry.key_span.start), Some(2));
    }
}
