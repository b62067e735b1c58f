//! HCL 2, as Terraform, OpenTofu and Nomad write it: blocks, attributes, and as much of expressions as is literal.
//!
//! Syntax: <https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md>.

mod cursor;
mod expression;
mod template;

use crate::value::Node;
use crate::{DEPTH_LIMIT, Parsed};
use cursor::Cursor;
use expression::Ends;
use prodcheck_source::{Note, Span, Spanned};

/// What stands at the top of a file, or between the braces of a block.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Body {
    /// `name = value`, in the order of the text.
    pub attributes: Vec<Attribute>,
    /// The blocks, in the order of the text.
    pub blocks: Vec<Block>,
    /// Whether there may be more that could not be read.
    pub open: bool,
}

/// `name = value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// The name and its place.
    pub name: Spanned<String>,
    /// The value.
    pub value: Node,
}

/// `kind "label" { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// What it is, such as `resource`.
    pub kind: Spanned<String>,
    /// Its labels, such as `aws_lb` and `api`; their places hold the quotes.
    pub labels: Vec<Spanned<String>>,
    /// What stands in it.
    pub body: Body,
    /// From the kind to the closing brace.
    pub span: Span,
}

impl Attribute {
    /// Name and value together.
    pub fn span(&self) -> Span {
        self.name.span.to(self.value.span)
    }
}

impl Block {
    /// Kind and labels, without the body: a short place for the block as a whole.
    pub fn header(&self) -> Span {
        self.labels.last().map_or(self.kind.span, |label| self.kind.span.to(label.span))
    }

    /// A label by its number, from 0 on.
    pub fn label(&self, at: usize) -> Option<&str> {
        self.labels.get(at).map(|label| label.value.as_str())
    }
}

impl Body {
    /// An attribute by its name; of a repeated one, which HCL forbids, the last.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().rev().find(|attribute| attribute.name.value == name)
    }

    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.attribute(name).map(|attribute| &attribute.value)
    }

    /// The blocks of a kind.
    pub fn blocks<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| block.kind.value == kind)
    }

    /// The first block of a kind.
    pub fn block(&self, kind: &str) -> Option<&Block> {
        self.blocks.iter().find(|block| block.kind.value == kind)
    }
}

/// Reads a file.
///
/// - Values that are literal are read as such; references, operations, function calls and templates are
///   [unknown](crate::value::Unknown::Expression), with their text. Functions that only encode or convert
///   (`jsonencode({…})`, `toset([…])`) are their argument, with their name as its [tag](Node::tag).
/// - The span of a heredoc is its lines, without the markers.
/// - A line that cannot be read is a note, and the body around it is [`open`](Body::open).
pub fn parse(text: &str) -> Parsed<Body> {
    let mut reader = Reader { cursor: Cursor::new(text), notes: Vec::new(), line_templates: false };
    let body = reader.body(None, 0);
    reader.notes.truncate(NOTE_LIMIT);
    Parsed::with_notes(body, reader.notes)
}

/// How many notes one file gets: each is a line that could not be read.
const NOTE_LIMIT: usize = 20;

struct Reader<'a> {
    cursor: Cursor<'a>,
    notes: Vec<Note>,
    /// A template was not closed up to the end of the file: from now on each must close in its own line.
    line_templates: bool,
}

impl Reader<'_> {
    fn note(&mut self, span: Span, message: impl Into<String>) {
        self.notes.push(Note::at(span, message));
    }

    /// Reads the lines of a file, or of a block behind its `{`, which stands at `open`.
    fn body(&mut self, open: Option<Span>, depth: usize) -> Body {
        let mut body = Body::default();
        loop {
            self.cursor.blanks(true);
            match self.cursor.peek() {
                None => {
                    if let Some(open) = open {
                        self.note(open, "`{` is never closed");
                        body.open = true;
                    }
                    return body;
                }
                Some('}') if open.is_some() => {
                    self.cursor.skip(1);
                    return body;
                }
                Some(_) => body.open |= self.line(&mut body, depth).is_none(),
            }
        }
    }

    /// Reads an attribute or a block; `None` where it could not be read.
    fn line(&mut self, body: &mut Body, depth: usize) -> Option<()> {
        let start = self.cursor.at;
        let Some(name) = self.name() else {
            self.bad_line(start, "an attribute or a block is wanted here");
            return None;
        };
        self.cursor.blanks(false);
        if self.cursor.starts_with("=") && !self.cursor.starts_with("==") {
            self.cursor.skip(1);
            let value = self.value(Ends::Line, depth);
            body.attributes.push(Attribute { name, value });
            return Some(());
        }
        let mut labels = Vec::new();
        while let Some(label) = self.name() {
            labels.push(label);
            self.cursor.blanks(false);
        }
        if self.cursor.peek() != Some('{') {
            self.bad_line(start, "a `=` or a `{` is missing in this line");
            return None;
        }
        let open = Span::new(self.cursor.at, self.cursor.at + 1);
        if depth == DEPTH_LIMIT {
            self.too_deep(open);
            self.cursor.skip(1);
            self.skip_brackets(1);
            return None;
        }
        self.cursor.skip(1);
        let inner = self.body(Some(open), depth + 1);
        body.open |= inner.open && self.cursor.peek().is_none();
        let span = Span::new(name.span.start as usize, self.cursor.at);
        body.blocks.push(Block { kind: name, labels, body: inner, span });
        Some(())
    }

    /// An identifier, or a text in quotes without anything put in.
    fn name(&mut self) -> Option<Spanned<String>> {
        if self.cursor.peek() == Some('"') {
            let start = self.cursor.at;
            let node = self.quoted();
            return match node.as_str() {
                Some(text) => Some(Spanned::new(text.to_owned(), node.span)),
                None => {
                    self.cursor.at = start;
                    None
                }
            };
        }
        self.cursor.identifier()
    }

    fn bad_line(&mut self, start: usize, message: &str) {
        self.cursor.at = self.cursor.line_end(start);
        let line = self.cursor.slice(start, self.cursor.at).trim_end();
        self.note(Span::new(start, start + line.len()), message);
    }

    fn too_deep(&mut self, place: Span) {
        self.note(place, format!("nested deeper than {DEPTH_LIMIT} levels: not read"));
    }
}

#[cfg(test)]
mod tests;
