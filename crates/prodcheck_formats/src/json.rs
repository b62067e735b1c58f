//! JSON and its looser dialects: JSON with comments, and JSON5.
//!
//! Plain JSON is [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259), JSON5 is <https://spec.json5.org>.

use crate::value::{Entry, Node, Object, Unknown, Value};
use crate::{DEPTH_LIMIT, Parsed};
use jsonc_parser::ParseStringErrorKind;
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};
use prodcheck_source::{Note, Span};

/// Reads JSON, JSON with comments and trailing commas, or JSON5.
///
/// Where the text breaks off or cannot be understood, what stands before is kept: an object that was not closed is
/// [`open`](Object::open), an array that was not closed ends in an unknown element. Spans of strings and keys hold
/// their quotes. A text without a value is `null`, with a note.
pub fn parse(text: &str) -> Parsed<Node> {
    Reader::new(text, false).document()
}

/// Reads the same, for files whose reader takes plain JSON only (`package.json`): the first thing that plain JSON does
/// not have is a note.
pub fn parse_plain(text: &str) -> Parsed<Node> {
    Reader::new(text, true).document()
}

struct Reader<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    notes: Vec<Note>,
    /// Deviations from plain JSON are still to be noted.
    plain: bool,
    /// Nothing after this can be understood.
    stopped: bool,
    /// End of the last token that is no comment, in bytes.
    end: usize,
    /// End of the last token or comment, in bytes.
    scanned: usize,
    peeked: Option<(Token<'a>, Span)>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, plain: bool) -> Self {
        let scanner = Scanner::new(text, &ScannerOptions::default());
        Self { text, scanner, notes: Vec::new(), plain, stopped: false, end: 0, scanned: 0, peeked: None }
    }

    fn document(mut self) -> Parsed<Node> {
        let tree = match self.next() {
            Some((token, span)) => self.value(token, span, 0),
            None if self.stopped => Node::unknown(Span::at(self.end)),
            None => {
                self.notes.push(Note::whole("holds no value"));
                Node::new(Span::at(0), Value::Null)
            }
        };
        if let Some((_, span)) = self.next() {
            self.stop(span, "the value has ended before this");
        }
        Parsed::with_notes(tree, self.notes)
    }

    /// The next token that is no comment; `None` at the end and where nothing can be understood any more.
    fn next(&mut self) -> Option<(Token<'a>, Span)> {
        if let Some(peeked) = self.peeked.take() {
            return Some(peeked);
        }
        if self.stopped {
            return None;
        }
        loop {
            let scanned = self.scanner.scan();
            let span = Span::new(self.scanner.token_start(), self.scanner.token_end());
            let token = match scanned {
                Ok(token) => token?,
                Err(error) => {
                    let span = Span::new(error.range().start, error.range().end);
                    self.stop(span, unreadable(&error));
                    return None;
                }
            };
            self.blank_between(span);
            self.scanned = self.scanner.token_end();
            if matches!(token, Token::CommentLine(_) | Token::CommentBlock(_)) {
                self.deviates(span, "plain JSON has no comments");
                continue;
            }
            self.end = self.scanned;
            return Some((token, span));
        }
    }

    fn put_back(&mut self, token: Token<'a>, span: Span) {
        self.peeked = Some((token, span));
    }

    fn stop(&mut self, span: Span, message: impl Into<String>) {
        self.stopped = true;
        self.peeked = None;
        self.notes.push(Note::at(span, message));
    }

    fn deviates(&mut self, span: Span, message: &str) {
        if self.plain {
            self.plain = false;
            self.notes.push(Note::at(span, message));
        }
    }

    fn blank_between(&mut self, span: Span) {
        if !self.plain {
            return;
        }
        let gap = self.text.get(self.scanned..span.start as usize).unwrap_or("");
        let is_blank = |char: char| matches!(char, ' ' | '\t' | '\n' | '\r');
        if let Some((offset, char)) = gap.char_indices().find(|(_, char)| !is_blank(*char)) {
            let start = self.scanned + offset;
            self.deviates(Span::new(start, start + char.len_utf8()), "plain JSON takes no such space");
        }
    }

    /// The value that begins with a token, at a depth of `depth` containers.
    fn value(&mut self, token: Token<'a>, span: Span, depth: usize) -> Node {
        match token {
            Token::OpenBrace | Token::OpenBracket if depth == DEPTH_LIMIT => self.skip(span),
            Token::OpenBrace => self.object(span, depth + 1),
            Token::OpenBracket => self.array(span, depth + 1),
            Token::String(value) => {
                self.check_plain_string(span);
                Node::new(span, Value::String(value.into_owned()))
            }
            Token::Boolean(value) => Node::new(span, Value::Bool(value)),
            Token::Null => Node::new(span, Value::Null),
            Token::Number(raw) => {
                if !is_plain_number(raw) {
                    self.deviates(span, "plain JSON has no such number");
                }
                Node::new(span, number(raw))
            }
            Token::Word(word) => {
                self.stop(span, format!("`{word}` is no value"));
                Node::unknown(span)
            }
            _ => {
                self.stop(span, "a value is missing before this");
                Node::unknown(Span::at(span.start as usize))
            }
        }
    }

    /// Reads past a container that is nested too deep.
    fn skip(&mut self, open: Span) -> Node {
        self.notes.push(Note::at(open, format!("nested deeper than {DEPTH_LIMIT} levels: not read")));
        let mut depth = 1usize;
        while depth > 0 {
            match self.next() {
                Some((Token::OpenBrace | Token::OpenBracket, _)) => depth += 1,
                Some((Token::CloseBrace | Token::CloseBracket, _)) => depth -= 1,
                Some(_) => {}
                None => {
                    self.stopped = true;
                    break;
                }
            }
        }
        Node::unknown(Span::new(open.start as usize, self.end))
    }

    fn array(&mut self, open: Span, depth: usize) -> Node {
        let mut items = Vec::new();
        loop {
            match self.next() {
                Some((Token::CloseBracket, _)) => break,
                Some((Token::Comma, span)) => {
                    self.stop(span, "a value is missing before this");
                }
                Some((token, span)) => {
                    items.push(self.value(token, span, depth));
                    self.separator(&Token::CloseBracket, "an array");
                }
                None => self.unclosed(open, "`[` is never closed"),
            }
            if self.stopped {
                items.push(Node::unknown(Span::at(self.end)));
                break;
            }
        }
        Node::new(Span::new(open.start as usize, self.end), Value::Array(items))
    }

    fn object(&mut self, open: Span, depth: usize) -> Node {
        let mut object = Object::default();
        loop {
            match self.next() {
                Some((Token::CloseBrace, _)) => break,
                Some((token, span)) => match self.key(token, span) {
                    Some(key) => {
                        let value = self.value_of(&key, span, depth);
                        object.entries.push(Entry { key, key_span: span, value });
                        self.separator(&Token::CloseBrace, "an object");
                    }
                    None => self.stop(span, "a key is missing before this"),
                },
                None => self.unclosed(open, "`{` is never closed"),
            }
            if self.stopped {
                object.open = true;
                break;
            }
        }
        Node::new(Span::new(open.start as usize, self.end), Value::Object(object))
    }

    fn unclosed(&mut self, open: Span, message: &str) {
        if !self.stopped {
            self.stop(open, message);
        }
    }

    fn key(&mut self, token: Token<'a>, span: Span) -> Option<String> {
        let key = match token {
            Token::String(key) => {
                self.check_plain_string(span);
                return Some(key.into_owned());
            }
            Token::Word(word) | Token::Number(word) => word,
            Token::Boolean(true) => "true",
            Token::Boolean(false) => "false",
            Token::Null => "null",
            _ => return None,
        };
        self.deviates(span, "plain JSON wants the key in double quotes");
        Some(key.to_owned())
    }

    fn value_of(&mut self, key: &str, key_span: Span, depth: usize) -> Node {
        match self.next() {
            Some((Token::Colon, _)) => {}
            Some((_, span)) => {
                self.stop(span, format!("`:` is missing after the key `{key}`"));
                return Node::unknown(Span::at(key_span.end as usize));
            }
            None => return self.missing_value(key, key_span),
        }
        match self.next() {
            Some((token @ (Token::Comma | Token::CloseBrace), span)) => {
                self.notes.push(Note::at(key_span, format!("the key `{key}` has no value")));
                self.put_back(token, span);
                Node::unknown(Span::at(span.start as usize))
            }
            Some((token, span)) => self.value(token, span, depth),
            None => self.missing_value(key, key_span),
        }
    }

    fn missing_value(&mut self, key: &str, key_span: Span) -> Node {
        if !self.stopped {
            self.stop(key_span, format!("the key `{key}` has no value"));
        }
        Node::unknown(Span::at(self.end))
    }

    /// Reads the comma between two elements; leaves the end of the container to be read.
    fn separator(&mut self, close: &Token<'a>, what: &str) {
        if self.stopped {
            return;
        }
        let end = self.end;
        match self.next() {
            Some((Token::Comma, comma)) => {
                let Some((token, span)) = self.next() else { return };
                if token == *close {
                    self.deviates(comma, "plain JSON has no trailing commas");
                }
                self.put_back(token, span);
            }
            Some((token, span)) if token == *close => self.put_back(token, span),
            Some((token @ (Token::CloseBrace | Token::CloseBracket | Token::Colon), span)) => {
                self.stop(span, format!("`{}` does not belong in {what}", token.as_str()));
            }
            Some((token, span)) => {
                self.notes.push(Note::at(Span::at(end), "a comma is missing here"));
                self.put_back(token, span);
            }
            None => {}
        }
    }

    fn check_plain_string(&mut self, span: Span) {
        if !self.plain {
            return;
        }
        let raw = self.text.get(span.range()).unwrap_or("");
        if raw.starts_with('\'') {
            return self.deviates(span, "plain JSON wants double quotes");
        }
        let mut escaped = false;
        for char in raw.chars() {
            if char < ' ' || escaped && !matches!(char, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') {
                return self
                    .deviates(span, "plain JSON wants line breaks, tabs and the like escaped, as `\\n` or `\\t`");
            }
            escaped = !escaped && char == '\\';
        }
    }
}

fn unreadable(error: &ParseError) -> &'static str {
    match error.kind() {
        ParseErrorKind::String(ParseStringErrorKind::UnterminatedStringLiteral) => "the string is never closed",
        ParseErrorKind::String(_) => "the string holds an escape that JSON does not have",
        ParseErrorKind::UnterminatedCommentBlock => "the comment is never closed",
        ParseErrorKind::ExpectedDigit
        | ParseErrorKind::ExpectedDigitFollowingNegativeSign
        | ParseErrorKind::ExpectedPlusMinusOrDigitInNumberLiteral => "a digit is missing here",
        _ => "this is not JSON",
    }
}

/// A number in any spelling that JSON5 has, and whatever `f64` makes of it.
fn number(raw: &str) -> Value {
    let (sign, digits) = match raw.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, raw.strip_prefix('+').unwrap_or(raw)),
    };
    let value = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => Some(
            hex.chars()
                .filter_map(|digit| digit.to_digit(16))
                .fold(0.0, |value, digit| value * 16.0 + f64::from(digit)),
        ),
        None => digits.parse::<f64>().ok(),
    };
    match value {
        Some(value) => Value::Number { value: sign * value, raw: raw.into() },
        None => Value::Unknown(Unknown::Computed),
    }
}

/// Whether RFC 8259 has this number, of those that the scanner lets pass.
fn is_plain_number(raw: &str) -> bool {
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    let fraction_is_bare = digits
        .find('.')
        .is_some_and(|dot| !digits.get(dot + 1..).unwrap_or("").starts_with(|char: char| char.is_ascii_digit()));
    digits.starts_with(|char: char| char.is_ascii_digit()) && !digits.contains(['x', 'X']) && !fraction_is_bare
}

#[cfg(test)]
mod tests;
