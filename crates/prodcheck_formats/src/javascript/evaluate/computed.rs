//! Values on the way, and what JavaScript makes of them.

use super::super::tree::FunctionId;
use crate::value::{Entry, Node, Object, Unknown, Value};
use prodcheck_source::Span;

/// A value on the way.
#[derive(Debug, Clone, PartialEq)]
pub enum Computed {
    /// A value that is written somewhere, or unknown.
    Node(Node),
    /// `undefined`.
    Undefined,
    /// A function of the module.
    Function(FunctionId),
    /// `process.env`.
    ProcessEnv,
    /// `os.cpus()`.
    Processors,
    /// The module's own path or URL.
    ThisFile,
    /// Unknown, and written nowhere yet.
    Unknown(Unknown),
}

impl Computed {
    pub fn unknown() -> Self {
        Self::Unknown(Unknown::Computed)
    }

    pub fn text(span: Span, text: String) -> Self {
        Self::Node(Node::new(span, Value::String(text)))
    }

    pub fn bool(span: Span, value: bool) -> Self {
        Self::Node(Node::new(span, Value::Bool(value)))
    }

    /// A number; one that is none is unknown.
    pub fn number(span: Span, value: f64) -> Self {
        if !value.is_finite() {
            return Self::unknown();
        }
        Self::Node(Node::new(span, Value::Number { value, raw: value.to_string().into() }))
    }

    /// The value at a place, if it has none yet.
    pub fn into_node(self, span: Span) -> Node {
        match self {
            Self::Node(node) => node,
            Self::Undefined => Node::new(span, Value::Null),
            Self::ProcessEnv => Node::new(span, Value::Object(Object { entries: Vec::new(), open: true })),
            Self::Unknown(reason) => Node::new(span, Value::Unknown(reason)),
            Self::Function(_) | Self::Processors | Self::ThisFile => Node::unknown(span),
        }
    }

    /// Why it is unknown, if it is.
    pub fn reason(&self) -> Option<Unknown> {
        match self {
            Self::Node(Node { value: Value::Unknown(reason), .. }) | Self::Unknown(reason) => Some(reason.clone()),
            Self::ThisFile | Self::Processors => Some(Unknown::Computed),
            _ => None,
        }
    }

    /// Whether it is a variable without a known value: what takes a default.
    pub fn is_unset(&self) -> bool {
        matches!(self, Self::Undefined) || matches!(self.reason(), Some(Unknown::Environment(_)))
    }

    /// The value as a condition.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Undefined => Some(false),
            Self::Function(_) | Self::ProcessEnv | Self::Processors | Self::ThisFile => Some(true),
            Self::Unknown(_) => None,
            Self::Node(node) => match &node.value {
                Value::Null => Some(false),
                Value::Bool(value) => Some(*value),
                Value::Number { value, .. } => Some(*value != 0.0),
                Value::String(text) => Some(!text.is_empty()),
                Value::Array(_) | Value::Object(_) => Some(true),
                Value::Unknown(_) => None,
            },
        }
    }

    /// Whether it is `null` or `undefined`.
    pub fn nullish(&self) -> Option<bool> {
        match self {
            Self::Undefined => Some(true),
            Self::Unknown(_) => None,
            Self::Node(node) if node.is_unknown() => None,
            Self::Node(node) => Some(node.is_null()),
            _ => Some(false),
        }
    }

    /// `===` between what is known.
    pub fn equals(&self, other: &Self) -> Option<bool> {
        if self.reason().is_some() || other.reason().is_some() {
            return None;
        }
        match (self, other) {
            (Self::Undefined, Self::Undefined) => Some(true),
            (Self::Node(left), Self::Node(right)) => match (&left.value, &right.value) {
                (Value::Array(_) | Value::Object(_), _) | (_, Value::Array(_) | Value::Object(_)) => None,
                (Value::Number { value: left, .. }, Value::Number { value: right, .. }) => Some(left == right),
                (left, right) => Some(left == right),
            },
            _ => Some(false),
        }
    }

    /// What text a template makes of it.
    pub fn as_text(&self) -> Option<String> {
        match self {
            Self::Node(node) if node.is_null() => Some("null".to_owned()),
            Self::Node(node) => node.to_text(),
            Self::Undefined => Some("undefined".to_owned()),
            _ => None,
        }
    }

    /// What number an operator makes of it.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Node(node) => match &node.value {
                Value::Number { value, .. } => Some(*value),
                Value::Bool(value) => Some(f64::from(u8::from(*value))),
                Value::Null => Some(0.0),
                Value::String(text) => text.trim().parse().ok(),
                _ => None,
            },
            _ => None,
        }
    }

    /// A property, where it is known whether it is there.
    pub fn property(&self, key: &str) -> Self {
        match self {
            Self::Node(node) => match &node.value {
                Value::Object(object) => match object.get(key) {
                    Some(value) => Self::Node(value.clone()),
                    None if object.open => Self::unknown(),
                    None => Self::Undefined,
                },
                Value::Array(items) if key == "length" => Self::number(node.span, count(items.len())),
                Value::Array(items) => match key.parse::<usize>() {
                    Ok(index) => items.get(index).map_or(Self::Undefined, |item| Self::Node(item.clone())),
                    Err(_) => Self::unknown(),
                },
                Value::String(text) if key == "length" => Self::number(node.span, count(text.encode_utf16().count())),
                _ => Self::unknown(),
            },
            Self::Processors if key == "length" => Self::Unknown(Unknown::ProcessorCount),
            _ => Self::unknown(),
        }
    }
}

#[allow(clippy::cast_precision_loss)] // no text or list comes near 2^53
fn count(length: usize) -> f64 {
    length as f64
}

/// How many nodes a value has.
pub fn size(node: &Node) -> u32 {
    let inner = match &node.value {
        Value::Array(items) => items.iter().map(size).fold(0, u32::saturating_add),
        Value::Object(object) => object.entries.iter().map(|entry| size(&entry.value)).fold(0, u32::saturating_add),
        Value::String(text) => u32::try_from(text.len() / 256).unwrap_or(u32::MAX),
        _ => 0,
    };
    inner.saturating_add(1)
}

/// Gives a value and all in it one place.
pub fn place_all(node: &mut Node, span: Span) {
    node.span = span;
    match &mut node.value {
        Value::Array(items) => items.iter_mut().for_each(|item| place_all(item, span)),
        Value::Object(object) => {
            for Entry { key_span, value, .. } in &mut object.entries {
                *key_span = span;
                place_all(value, span);
            }
        }
        _ => {}
    }
}
