//! What can be seen of a text without parsing it: how deeply it nests, and where its statements begin.
//!
//! The parser calls itself for each level of nesting, so that a text of a few kilobytes could overflow its stack. The
//! scanner is a loop over the bytes with a stack on the heap. It tells strings, comments, regular expressions,
//! templates and JSX apart as well as that goes without a grammar; it need not be exact, for its answers only decide
//! what is left out.

mod level;
mod literal;
mod scanner;

use super::Dialect;
use prodcheck_source::Span;

/// What the scanner saw.
#[derive(Debug, Default, PartialEq)]
pub struct Scan {
    /// The statements of the module itself that nest too deeply.
    pub too_deep: Vec<Span>,
    /// The statements of the module itself that TypeScript's parser could take too long for.
    pub ambiguous: Vec<Span>,
    /// How often that parser may read a part of the rest, as a power of two.
    pub forks: u32,
    /// Where statements begin and blocks end, in the order of the text.
    pub marks: Vec<Mark>,
    /// The signs of Flow that TypeScript has no place for: `?` before a type, `|` inside the braces of an object type.
    /// Where they are found no JavaScript has them. Source: <https://flow.org/en/docs/types/>.
    pub flow: Vec<Span>,
    length: u32,
}

/// A place where a statement begins or a block ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The byte.
    pub at: u32,
    /// How many brackets are open around the statement.
    pub depth: u32,
    /// Whether it is the end of the block of that depth.
    pub closes: bool,
}

impl Scan {
    /// The statements around a byte, from the inside out.
    pub fn statements_around(&self, at: u32) -> Vec<Span> {
        let split = self.marks.partition_point(|mark| mark.at <= at);
        let (before, after) = self.marks.split_at_checked(split).unwrap_or((&self.marks, &[]));
        let mut found = Vec::new();
        let mut depth = u32::MAX;
        for mark in before.iter().rev().filter(|mark| !mark.closes) {
            if mark.depth < depth {
                depth = mark.depth;
                let end = after.iter().find(|next| next.depth <= depth).map_or(self.length, |next| next.at);
                if end > at {
                    found.push(Span { start: mark.at, end });
                }
            }
            if depth == 0 {
                break;
            }
        }
        found
    }
}

/// Looks over a text.
pub fn scan(text: &str, dialect: Dialect) -> Scan {
    scanner::Scanner::new(text, dialect).run()
}
