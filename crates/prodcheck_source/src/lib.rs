//! The files of a repository in memory: paths, decoded text, spans and line positions.

mod decode;
mod file_set;
mod glob;
mod lines;
mod note;
mod path;
mod span;

pub use decode::{DecodeError, Encoding, decode};
pub use file_set::{FileSet, FileState};
pub use glob::Glob;
pub use lines::{LineIndex, Position, Range};
pub use note::Note;
pub use path::RepoPath;
pub use span::{Place, Span, Spanned};

use std::sync::Arc;

/// One decoded file: its text and where its lines start. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceText {
    text: Arc<str>,
    lines: Arc<LineIndex>,
}

impl SourceText {
    /// Takes text that is decoded already (no byte order mark).
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let lines = Arc::new(LineIndex::new(&text));
        Self { text, lines }
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text under a span; empty where the span does not lie on character boundaries of this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// The line index.
    pub fn lines(&self) -> &LineIndex {
        &self.lines
    }

    /// Line and UTF-16 column of both ends of a span, 1-based.
    pub fn range(&self, span: Span) -> Range {
        self.lines.range(&self.text, span)
    }
}
