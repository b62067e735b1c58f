//! Words in which only quotes, an escape character and parameters are special, as Docker reads its instructions.

use super::expansion::Mode;
use super::parser::Parser;
use super::tree::Word;
use crate::excerpt::Excerpt;
use prodcheck_source::Note;

/// Reads such words from an excerpt.
pub(crate) struct Plain<'a> {
    parser: Parser<'a>,
}

impl<'a> Plain<'a> {
    /// Reads a range of the excerpt; `escape` is the byte that escapes the next character.
    pub fn new(source: &'a Excerpt<'a>, start: usize, end: usize, escape: u8) -> Self {
        let mut parser = Parser::new(source);
        (parser.at, parser.end) = (start, end.min(source.text().len()));
        (parser.escape, parser.plain) = (escape, true);
        Self { parser }
    }

    /// Where it is: an offset in the excerpt.
    pub fn at(&self) -> usize {
        self.parser.at
    }

    /// Steps over blanks.
    pub fn blanks(&mut self) {
        while matches!(self.parser.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.parser.at += 1;
        }
    }

    /// The next word up to a blank.
    pub fn word(&mut self) -> Option<Word> {
        self.blanks();
        self.read(Mode::Plain)
    }

    /// All that is left as one word, blanks included.
    pub fn line(&mut self) -> Option<Word> {
        self.blanks();
        self.read(Mode::PlainLine)
    }

    fn read(&mut self, mode: Mode) -> Option<Word> {
        let start = self.parser.at;
        let parts = self.parser.parts(mode).parts;
        (self.parser.at > start).then(|| Word { span: self.parser.span(start, self.parser.at), parts, expands: false })
    }

    /// What was noted.
    pub fn notes(self) -> Vec<Note> {
        self.parser.notes
    }
}
