//! What a reader of a file could not make sense of: never an error, always a remark with its place.

use crate::Span;
use serde::{Deserialize, Serialize};

/// A remark about one file, for its owner to read: lower case, no full stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Where; `None` for the file as a whole.
    pub span: Option<Span>,
    /// What is the matter.
    pub message: String,
}

impl Note {
    /// A remark about a span.
    pub fn at(span: Span, message: impl Into<String>) -> Self {
        Self { span: Some(span), message: message.into() }
    }

    /// A remark about the file as a whole.
    pub fn whole(message: impl Into<String>) -> Self {
        Self { span: None, message: message.into() }
    }
}
