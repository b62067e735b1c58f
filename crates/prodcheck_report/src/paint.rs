//! Colours for terminals, or none.

use crate::cells;

/// Whether to paint.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    /// Whether to write ANSI escape sequences.
    pub color: bool,
}

/// What a piece of text is.
#[derive(Debug, Clone, Copy)]
pub enum Ink {
    /// Nothing that stands out.
    Plain,
    /// A heading.
    Heading,
    /// A name that stands out.
    Strong,
    /// Something met.
    Good,
    /// Something not met.
    Bad,
    /// Something to look at.
    Caution,
    /// Beside the point.
    Dim,
    /// A file and line.
    Place,
}

impl Paint {
    /// The text, painted where colours are on, without what the name of a hostile file could do to the terminal.
    pub fn ink(self, ink: Ink, text: &str) -> String {
        let text = cells::cleaned(text);
        let code = match ink {
            _ if !self.color => return text,
            Ink::Plain => return text,
            Ink::Heading => "1;4",
            Ink::Strong => "1",
            Ink::Good => "32",
            Ink::Bad => "31",
            Ink::Caution => "33",
            Ink::Dim => "2",
            Ink::Place => "36",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}
