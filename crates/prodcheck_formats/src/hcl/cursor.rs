//! A place in an HCL text, and what lies between its tokens.

use prodcheck_source::{Span, Spanned};

pub(super) struct Cursor<'a> {
    text: &'a str,
    /// How far it was read, in bytes; on a character boundary.
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Goes on by so many bytes, which must end on a character boundary.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.text.len());
    }

    /// Goes on by one character.
    pub(super) fn skip_char(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or("")
    }

    pub(super) fn line_end(&self, from: usize) -> usize {
        self.text.get(from..).and_then(|rest| rest.find('\n')).map_or(self.text.len(), |length| from + length)
    }

    /// Reads past blanks and comments in brackets, and with `lines` past line ends and comments to them too.
    pub(super) fn blanks(&mut self, lines: bool) {
        loop {
            let rest = self.rest();
            let is_blank = |char: char| matches!(char, ' ' | '\t' | '\r' | '\u{feff}') || lines && char == '\n';
            let after = rest.trim_start_matches(is_blank);
            self.at += rest.len() - after.len();
            if after.starts_with("/*") {
                self.skip(after.find("*/").map_or(after.len(), |end| end + 2));
            } else if lines && self.at_line_comment() {
                self.at = self.line_end(self.at);
            } else {
                return;
            }
        }
    }

    pub(super) fn at_line_comment(&self) -> bool {
        self.starts_with("#") || self.starts_with("//")
    }

    /// Takes an identifier.
    pub(super) fn identifier(&mut self) -> Option<Spanned<String>> {
        let rest = self.rest();
        if !rest.starts_with(|char: char| char.is_alphabetic() || char == '_') {
            return None;
        }
        let end = rest.find(|char: char| !(char.is_alphanumeric() || matches!(char, '_' | '-'))).unwrap_or(rest.len());
        let name = rest.get(..end)?.to_owned();
        let span = Span::new(self.at, self.at + end);
        self.at += end;
        Some(Spanned::new(name, span))
    }
}
