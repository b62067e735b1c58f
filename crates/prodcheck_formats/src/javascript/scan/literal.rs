//! What is skipped as a whole: comments, strings, templates, regular expressions, numbers, and the text of JSX.

use super::level::Kind;
use super::scanner::{Previous, Scanner, is_word};

/// The longest number; the parser takes quadratic time for the digits of a `BigInt`.
const MAX_NUMBER: usize = 1000;

impl Scanner<'_> {
    pub(super) fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|byte| byte != b'\n') {
            self.at += 1;
        }
    }

    /// White space and comments; whether there was one.
    pub(super) fn trivia(&mut self, byte: u8) -> bool {
        match (byte, self.peek(1)) {
            (b'\n', _) => {
                self.newline = true;
                self.at += 1;
            }
            (b' ' | b'\t' | b'\r', _) => self.at += 1,
            (b'/', Some(b'/')) => self.skip_line(),
            (b'/', Some(b'*')) => {
                self.at += 2;
                while let Some(byte) = self.peek(0) {
                    if byte == b'*' && self.peek(1) == Some(b'/') {
                        self.at += 2;
                        break;
                    }
                    self.newline |= byte == b'\n';
                    self.at += 1;
                }
            }
            _ => return false,
        }
        true
    }

    pub(super) fn quoted(&mut self, quote: u8) {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => self.at += 2,
                b'\n' => return,
                _ => {
                    self.at += 1;
                    if byte == quote {
                        return;
                    }
                }
            }
        }
    }

    /// The text of a template, to its end or to the next `${`.
    pub(super) fn template(&mut self) {
        while let Some(byte) = self.peek(0) {
            match (byte, self.peek(1)) {
                (b'\\', _) => self.at += 2,
                (b'`', _) => {
                    self.at += 1;
                    self.previous = Previous::Operand;
                    return;
                }
                (b'$', Some(b'{')) => {
                    self.at += 2;
                    self.push(Kind::Template, 0);
                    self.previous = Previous::Operator;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// A regular expression. One that does not end on its line is none, and the line is lost.
    pub(super) fn regex(&mut self) {
        self.at += 1;
        let mut in_class = false;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => self.at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'\n' => return,
                b'/' if !in_class => {
                    self.at += 1;
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    pub(super) fn number(&mut self, start: usize) {
        self.operand_begins(start, b"");
        while self.peek(0).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.') {
            self.at += 1;
        }
        self.exceeded |= self.at - start > MAX_NUMBER;
        self.previous = Previous::Operand;
    }

    /// Whether `<` begins a JSX element, and not type parameters.
    pub(super) fn begins_element(&self) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or(&[]);
        let name = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
        match rest.first() {
            Some(b'>') => return true,
            Some(first) if is_word(*first) && !first.is_ascii_digit() => {}
            _ => return false,
        }
        let after = rest.get(name..).unwrap_or(&[]).trim_ascii_start();
        !(after.starts_with(b",") || after.starts_with(b"extends ") || after.starts_with(b"= "))
    }

    pub(super) fn jsx_tag(&mut self, byte: u8, closing: bool) {
        if self.trivia(byte) {
            return;
        }
        match (byte, self.peek(1)) {
            (b'"' | b'\'', _) => {
                self.at += 1;
                while self.peek(0).is_some_and(|next| next != byte) {
                    self.at += 1;
                }
                self.at += 1;
            }
            (b'{', _) => {
                self.at += 1;
                self.push(Kind::JsxExpr, 0);
                self.previous = Previous::Operator;
            }
            (b'/', Some(b'>')) => {
                self.at += 2;
                self.pop();
                self.previous = Previous::Operand;
            }
            // Types of the element: `<Table<Row> …>`.
            (b'<', _) => {
                self.at += 1;
                self.change(|level| level.angles += 1);
            }
            (b'(' | b'[', _) => {
                self.at += 1;
                self.push(if byte == b'(' { Kind::Paren } else { Kind::Bracket }, 2);
                self.previous = Previous::Operator;
            }
            (b'=', Some(b'>')) => {
                self.at += 2;
                self.change(|level| level.held_forks += 2 * u32::from(level.angles > 0));
            }
            (b'>', _) if self.top().angles > 0 => {
                self.at += 1;
                self.change(|level| level.angles -= 1);
            }
            (b'>', _) => {
                self.at += 1;
                let forks = self.pop().map_or(0, |level| level.held_forks);
                self.previous = Previous::Operand;
                if !closing {
                    self.push(Kind::JsxText, forks);
                } else if self.top().kind == Kind::JsxText {
                    self.pop();
                }
            }
            _ => self.at += 1,
        }
    }

    pub(super) fn jsx_text(&mut self, byte: u8) {
        self.at += 1;
        match byte {
            b'{' => {
                self.push(Kind::JsxExpr, 0);
                self.previous = Previous::Operator;
            }
            b'<' => {
                let closing = self.peek(0) == Some(b'/');
                self.at += usize::from(closing);
                self.push(Kind::JsxTag { closing }, 0);
            }
            _ => {}
        }
    }
}
