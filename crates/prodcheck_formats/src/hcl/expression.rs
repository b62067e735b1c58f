//! Values of HCL, as far as they are literal.

use super::Reader;
use super::template::expression;
use crate::DEPTH_LIMIT;
use crate::value::{Entry, Node, Object, Value};
use prodcheck_source::{Span, Spanned};

/// Where an expression ends, outside of brackets of its own.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Ends {
    /// With the line, or before the `}` of a block in one line.
    Line,
    /// With the line, or before a `,` or the `}` of the object.
    Item,
    /// Before a `,`, a `]` or a `)`.
    Element,
}

/// Functions that only encode or convert what they are given.
const TRANSPARENT: [&str; 11] = [
    "base64encode",
    "jsonencode",
    "nonsensitive",
    "sensitive",
    "tobool",
    "tolist",
    "tomap",
    "tonumber",
    "toset",
    "tostring",
    "yamlencode",
];

impl Reader<'_> {
    /// Reads an expression that stands in `depth` containers.
    pub(super) fn value(&mut self, ends: Ends, depth: usize) -> Node {
        self.cursor.blanks(ends == Ends::Element);
        let start = self.cursor.at;
        let literal = self.literal(depth);
        let mut end = self.cursor.at;
        self.cursor.blanks(ends == Ends::Element);
        let is_whole = self.is_at_end(ends);
        match literal {
            Some(node) if is_whole => return node,
            None if is_whole => {
                self.note(Span::at(start), "a value is missing here");
                return Node::unknown(Span::at(start));
            }
            _ => {}
        }
        while !self.is_at_end(ends) {
            self.piece();
            end = self.cursor.at;
            self.cursor.blanks(ends == Ends::Element);
        }
        let text = self.cursor.slice(start, end).trim_end();
        Node::new(Span::new(start, start + text.len()), expression(text))
    }

    fn is_at_end(&self, ends: Ends) -> bool {
        match self.cursor.peek() {
            None | Some(')' | ']' | '}') => true,
            Some('\n') => ends != Ends::Element,
            Some(',') => ends != Ends::Line,
            Some('#' | '/') => ends != Ends::Element && self.cursor.at_line_comment(),
            Some(_) => false,
        }
    }

    /// Reads past one piece of an expression: a text, a pair of brackets with all inside, or a character.
    fn piece(&mut self) {
        let start = self.cursor.at;
        match self.cursor.peek() {
            Some('"') => {
                let _ = self.quoted();
            }
            Some('(' | '[' | '{') => {
                self.cursor.skip(1);
                if !self.skip_brackets(1) {
                    self.note(Span::new(start, start + 1), "this bracket is never closed");
                }
            }
            Some('<') if self.heredoc().is_some() => {}
            Some(_) => self.cursor.skip_char(),
            None => {}
        }
    }

    /// Reads past everything until so many brackets are closed; whether they are.
    pub(super) fn skip_brackets(&mut self, open: usize) -> bool {
        let mut open = open;
        while open > 0 {
            self.cursor.blanks(true);
            match self.cursor.peek() {
                None => return false,
                Some('(' | '[' | '{') => {
                    open += 1;
                    self.cursor.skip(1);
                }
                Some(')' | ']' | '}') => {
                    open -= 1;
                    self.cursor.skip(1);
                }
                Some('"') => {
                    let _ = self.quoted();
                }
                Some('<') if self.heredoc().is_some() => {}
                Some(_) => self.cursor.skip_char(),
            }
        }
        true
    }

    /// Reads what is literal by itself; `None`, and nothing read, where an expression begins otherwise.
    fn literal(&mut self, depth: usize) -> Option<Node> {
        match self.cursor.peek()? {
            '"' => Some(self.quoted()),
            '<' => self.heredoc(),
            '0'..='9' | '-' => self.number(),
            '[' | '{' => self.collection(depth),
            _ => self.word(depth),
        }
    }

    fn number(&mut self) -> Option<Node> {
        let start = self.cursor.at;
        let rest = self.cursor.rest();
        let digits = rest.strip_prefix('-').unwrap_or(rest);
        if !digits.starts_with(|char: char| char.is_ascii_digit()) {
            return None;
        }
        let mut length = rest.len() - digits.len();
        let mut before = ' ';
        for char in digits.chars() {
            let after_exponent = matches!(before, 'e' | 'E') && matches!(char, '+' | '-');
            if !(char.is_ascii_digit() || matches!(char, '.' | 'e' | 'E') || after_exponent) {
                break;
            }
            before = char;
            length += 1;
        }
        let raw = rest.get(..length)?;
        let value = raw.parse().ok()?;
        self.cursor.skip(length);
        Some(Node::new(Span::new(start, start + length), Value::Number { value, raw: raw.into() }))
    }

    /// `true`, `false`, `null`, or a function that is its argument.
    fn word(&mut self, depth: usize) -> Option<Node> {
        let start = self.cursor.at;
        let word = self.cursor.identifier()?;
        let value = match word.value.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            name if TRANSPARENT.contains(&name) => {
                let argument = self.argument(depth);
                if argument.is_none() {
                    self.cursor.at = start;
                }
                return argument.map(|node| Node { tag: Some(name.into()), ..node });
            }
            _ => {
                self.cursor.at = start;
                return None;
            }
        };
        Some(Node::new(word.span, value))
    }

    /// The one argument of a function, in its parentheses.
    fn argument(&mut self, depth: usize) -> Option<Node> {
        if self.cursor.peek() != Some('(') || depth == DEPTH_LIMIT {
            return None;
        }
        self.cursor.skip(1);
        let known = self.notes.len();
        let node = self.value(Ends::Element, depth + 1);
        if self.cursor.peek() == Some(',') {
            self.cursor.skip(1);
            self.cursor.blanks(true);
        }
        if self.cursor.peek() != Some(')') || self.notes.len() > known && node.is_unknown() {
            self.notes.truncate(known);
            return None;
        }
        self.cursor.skip(1);
        Some(node)
    }

    /// A list or an object; `None`, and nothing read, where it is a `for` expression.
    fn collection(&mut self, depth: usize) -> Option<Node> {
        let start = self.cursor.at;
        let is_list = self.cursor.peek() == Some('[');
        let open = Span::new(start, start + 1);
        self.cursor.skip(1);
        self.cursor.blanks(true);
        let is_for = self.cursor.rest().strip_prefix("for").is_some_and(|rest| rest.starts_with([' ', '\t']));
        if is_for {
            self.cursor.at = start;
            return None;
        }
        if depth == DEPTH_LIMIT {
            self.too_deep(open);
            self.skip_brackets(1);
            return Some(Node::unknown(Span::new(start, self.cursor.at)));
        }
        let value = if is_list { self.list(open, depth) } else { self.object(open, depth) };
        Some(Node::new(Span::new(start, self.cursor.at), value))
    }

    fn list(&mut self, open: Span, depth: usize) -> Value {
        let mut items = Vec::new();
        loop {
            self.cursor.blanks(true);
            match self.cursor.peek() {
                Some(']') => {
                    self.cursor.skip(1);
                    return Value::Array(items);
                }
                None | Some(')' | '}') => {
                    self.note(open, "`[` is never closed");
                    items.push(Node::unknown(Span::at(self.cursor.at)));
                    return Value::Array(items);
                }
                Some(_) => {
                    items.push(self.value(Ends::Element, depth + 1));
                    if self.cursor.peek() == Some(',') {
                        self.cursor.skip(1);
                    }
                }
            }
        }
    }

    fn object(&mut self, open: Span, depth: usize) -> Value {
        let mut object = Object::default();
        loop {
            self.cursor.blanks(true);
            match self.cursor.peek() {
                Some('}') => {
                    self.cursor.skip(1);
                    return Value::Object(object);
                }
                Some(',') => self.cursor.skip(1),
                None | Some(')' | ']') => {
                    self.note(open, "`{` is never closed");
                    object.open = true;
                    return Value::Object(object);
                }
                Some(_) => self.item(&mut object, depth),
            }
        }
    }

    fn item(&mut self, object: &mut Object, depth: usize) {
        let start = self.cursor.at;
        let key = self.key();
        self.cursor.blanks(false);
        if !matches!(self.cursor.peek(), Some('=' | ':')) {
            let end = self.cursor.line_end(self.cursor.at);
            while !self.is_at_end(Ends::Item) {
                self.piece();
                self.cursor.blanks(false);
            }
            let line = self.cursor.slice(start, self.cursor.at.min(end)).trim_end().len();
            self.note(Span::new(start, start + line), "a `=` is missing behind this key");
            object.open = true;
            // A bracket of another kind ends what holds the object, and nothing else was read.
            return;
        }
        self.cursor.skip(1);
        let value = self.value(Ends::Item, depth + 1);
        match key {
            Some(key) => object.entries.push(Entry { key: key.value, key_span: key.span, value }),
            None => object.open = true,
        }
    }

    /// A key that is known; `None` for one that is computed, which is read past.
    fn key(&mut self) -> Option<Spanned<String>> {
        let start = self.cursor.at;
        let known = match self.cursor.peek() {
            Some('"') => {
                let node = self.quoted();
                node.as_str().map(|text| Spanned::new(text.to_owned(), node.span))
            }
            Some('0'..='9') => self.number().map(|node| Spanned::new(node.to_text().unwrap_or_default(), node.span)),
            _ => self.cursor.identifier(),
        };
        self.cursor.blanks(false);
        let mut is_known = true;
        while !self.is_at_end(Ends::Item) && !matches!(self.cursor.peek(), Some('=' | ':')) {
            is_known = false;
            self.piece();
            self.cursor.blanks(false);
        }
        known.filter(|_| is_known && self.cursor.at > start)
    }
}
