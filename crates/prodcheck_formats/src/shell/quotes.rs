//! Reads quoted text and backticks.

use super::expansion::{Mode, Parts};
use super::parser::{Frame, Parser};
use super::tree::{List, Part, PartKind, Quote};
use crate::excerpt::Excerpt;

impl Parser<'_> {
    pub fn single_quoted(&mut self, out: &mut Parts) {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        let length = self.rest().find('\'');
        let close = length.map_or(self.end, |length| start + length);
        out.parts.extend(self.text(start, close, Quote::Single));
        self.at = close + usize::from(length.is_some());
        if length.is_none() {
            self.note(open, start, "`'` is not closed");
        }
    }

    pub fn double_quoted(&mut self, out: &mut Parts) {
        let open = self.at;
        self.at += 1;
        self.parts_into(Mode::Double, out);
        if self.next_is(0, b'"') {
            self.at += 1;
        } else {
            self.note(open, open + 1, "`\"` is not closed");
        }
    }

    /// `$'…'`, with the escapes of C.
    pub fn ansi_quoted(&mut self, out: &mut Parts) {
        let open = self.at;
        self.at += 2;
        let mut run = self.at;
        loop {
            match self.peek() {
                None => {
                    self.note(open, open + 2, "`$'` is not closed");
                    break;
                }
                Some(b'\'') => break,
                Some(b'\\') => {
                    out.parts.extend(self.text(run, self.at, Quote::Single));
                    let (length, text) = decode(self.rest());
                    let end = (self.at + length).min(self.end);
                    self.push_decoded(self.at, end, &text, Quote::Single, out);
                    self.at = end;
                    run = end;
                }
                Some(_) => self.at += 1,
            }
        }
        out.parts.extend(self.text(run, self.at, Quote::Single));
        if self.peek().is_some() {
            self.at += 1;
        }
    }

    /// Backticks: their text is unescaped, then read as a script of its own.
    pub fn backticks(&mut self, mode: Mode, out: &mut Parts) {
        let open = self.at;
        self.at += 1;
        let mut inner = Excerpt::default();
        let mut run = self.at;
        loop {
            match self.peek() {
                None => {
                    self.note(open, open + 1, "a backtick is not closed");
                    break;
                }
                Some(b'`') => break,
                Some(b'\\') => {
                    let unescaped = match self.byte(self.at + 1) {
                        Some(b'"') => mode == Mode::Double,
                        Some(byte) => matches!(byte, b'`' | b'$' | b'\\'),
                        None => false,
                    };
                    if unescaped {
                        inner.push_from(self.source, run, self.at);
                        let text = self.slice(self.at + 1, self.at + 2);
                        inner.push_opaque(text, self.span(self.at, self.at + 2));
                        run = self.at + 2;
                    }
                    self.at += if unescaped { 2 } else { 1 };
                }
                Some(_) => self.at += 1,
            }
        }
        inner.push_from(self.source, run, self.at);
        if self.peek().is_some() {
            self.at += 1;
        }
        let mut list = List::new();
        if self.enter() {
            let mut parser = Parser::new(&inner);
            parser.depth = self.depth;
            list = parser.list(Frame::default());
            let (notes, comments) = (parser.notes, parser.comments);
            self.notes.extend(notes);
            self.comments.extend(comments);
            self.leave();
        }
        let kind = PartKind::Substitution(list);
        out.parts.push(Part { span: self.span(open, self.at), quote: mode.quote(), kind });
    }
}

/// One escape of `$'…'`: its length, and what it stands for.
fn decode(text: &str) -> (usize, String) {
    let mut chars = text.chars().skip(1);
    let Some(kind) = chars.next() else { return (1, "\\".to_owned()) };
    let number = |skip: usize, most: usize, radix: u32| {
        let digits: String = text.chars().skip(skip).take(most).take_while(|c| c.is_digit(radix)).collect();
        let value = u32::from_str_radix(&digits, radix).ok().and_then(char::from_u32);
        (skip + digits.len(), value.map_or_else(String::new, String::from))
    };
    let simple = |text: &str| (2, text.to_owned());
    match kind {
        'a' => simple("\u{7}"),
        'b' => simple("\u{8}"),
        'e' | 'E' => simple("\u{1b}"),
        'f' => simple("\u{c}"),
        'n' => simple("\n"),
        'r' => simple("\r"),
        't' => simple("\t"),
        'v' => simple("\u{b}"),
        '\\' | '\'' | '"' | '?' => simple(kind.encode_utf8(&mut [0; 4])),
        'x' => number(2, 2, 16),
        'u' => number(2, 4, 16),
        'U' => number(2, 8, 16),
        '0'..='7' => number(1, 3, 8),
        _ => (1 + kind.len_utf8(), format!("\\{kind}")),
    }
}
