//! Go templates as Helm charts write them: text, actions, blocks and pipelines with their places.
//!
//! Syntax: <https://pkg.go.dev/text/template>.

mod parser;
mod scan;
#[cfg(test)]
mod tests;
mod token;
mod tree;

pub use tree::{Base, Branch, Command, Definition, Operand, Part, Pipeline, Template};

use crate::Parsed;

/// Reads a template.
///
/// - An action that cannot be read is [`Part::Broken`], and so is a block of which the opening cannot be read, with all
///   that stands in it.
/// - A block that is not closed ends with the text, and an `end` or `else` without a block is left out; each with a note.
/// - Spans of actions hold their braces and trim markers, those of text hold what the markers of their neighbours leave.
pub fn parse(text: &str) -> Parsed<Template> {
    let mut notes = Vec::new();
    let pieces = scan::pieces(text, &mut notes);
    let mut builder = parser::Builder::new(text, notes);
    for piece in pieces {
        builder.piece(piece);
    }
    let (template, notes) = builder.finish();
    Parsed::with_notes(template, notes)
}
