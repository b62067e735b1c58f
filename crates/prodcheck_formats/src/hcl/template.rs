//! Texts of HCL: in quotes, and heredocs. Where something is put in they are expressions.

use super::Reader;
use crate::value::{Node, Unknown, Value};
use prodcheck_source::Span;

/// What a template is inside of, on the way to its end.
#[derive(Clone, Copy, PartialEq)]
enum Inside {
    Braces,
    Quotes,
}

impl Reader<'_> {
    /// Reads a text in quotes, which begins here.
    pub(super) fn quoted(&mut self) -> Node {
        let start = self.cursor.at;
        let mut value = String::new();
        let mut put_in: Vec<Span> = Vec::new();
        self.cursor.skip(1);
        loop {
            let rest = self.cursor.rest();
            match rest.chars().next() {
                None | Some('\n') => {
                    let span = Span::new(start, start + self.cursor.slice(start, self.cursor.at).trim_end().len());
                    self.note(span, "the text is never closed");
                    return Node::unknown(span);
                }
                Some('"') => {
                    self.cursor.skip(1);
                    break;
                }
                Some('\\') => self.escape(&mut value),
                Some('$' | '%') if rest.starts_with("$${") || rest.starts_with("%%{") => {
                    value.push_str(rest.get(1..3).unwrap_or(""));
                    self.cursor.skip(3);
                }
                Some('$' | '%') if rest.starts_with("${") || rest.starts_with("%{") => {
                    let from = self.cursor.at;
                    if !self.skip_template() {
                        let span = Span::new(from, from + 2);
                        self.note(span, "what is put in here is never closed");
                        self.cursor.at = self.cursor.line_end(from);
                        return Node::unknown(Span::new(start, self.cursor.at));
                    }
                    put_in.push(Span::new(from, self.cursor.at));
                }
                Some(char) => {
                    value.push(char);
                    self.cursor.skip(char.len_utf8());
                }
            }
        }
        let span = Span::new(start, self.cursor.at);
        let value = match put_in.as_slice() {
            [] => Value::String(value),
            [one] if one.start as usize == start + 1 && one.end + 1 == span.end => {
                let written = self.cursor.slice(start + 1, span.end as usize - 1);
                let inner = written.strip_prefix("${").and_then(|inner| inner.strip_suffix('}'));
                expression(inner.map_or(written, |inner| inner.trim_matches('~').trim()))
            }
            _ => expression(self.cursor.slice(start, span.end as usize)),
        };
        Node::new(span, value)
    }

    fn escape(&mut self, value: &mut String) {
        let rest = self.cursor.rest();
        let kind = rest.chars().nth(1);
        let number = |digits: usize| {
            let code = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
            Some((char::from_u32(code)?, 2 + digits))
        };
        let known = match kind {
            Some('n') => Some(('\n', 2)),
            Some('r') => Some(('\r', 2)),
            Some('t') => Some(('\t', 2)),
            Some('"') => Some(('"', 2)),
            Some('\\') => Some(('\\', 2)),
            Some('u') => number(4),
            Some('U') => number(8),
            _ => None,
        };
        let (char, length) = known.unwrap_or(('\\', 1));
        value.push(char);
        self.cursor.skip(length);
    }

    /// Reads past `${…}` or `%{…}`, which begins here; whether it is closed.
    pub(super) fn skip_template(&mut self) -> bool {
        let mut inside = vec![Inside::Braces];
        self.cursor.skip(2);
        while let Some(innermost) = inside.last().copied() {
            let rest = self.cursor.rest();
            let Some(char) = rest.chars().next() else {
                self.line_templates = true;
                return false;
            };
            if char == '\n' && (self.line_templates || innermost == Inside::Quotes) {
                return false;
            }
            let opens = rest.starts_with("${") || rest.starts_with("%{");
            match (innermost, char) {
                (Inside::Braces, '{') => inside.push(Inside::Braces),
                (Inside::Braces, '}') | (Inside::Quotes, '"') => {
                    inside.pop();
                }
                (Inside::Braces, '"') => inside.push(Inside::Quotes),
                (Inside::Quotes, '\\') => self.cursor.skip_char(),
                (Inside::Quotes, '$' | '%') if rest.starts_with("$${") || rest.starts_with("%%{") => {
                    self.cursor.skip(2)
                }
                (Inside::Quotes, '$' | '%') if opens => {
                    inside.push(Inside::Braces);
                    self.cursor.skip(1);
                }
                _ => {}
            }
            self.cursor.skip_char();
        }
        true
    }

    /// Reads a heredoc where one begins here.
    pub(super) fn heredoc(&mut self) -> Option<Node> {
        let start = self.cursor.at;
        let after = self.cursor.rest().strip_prefix("<<")?;
        let is_indented = after.starts_with('-');
        self.cursor.skip(if is_indented { 3 } else { 2 });
        let marker = self.cursor.identifier();
        let line_end = self.cursor.line_end(self.cursor.at);
        let is_alone = self.cursor.slice(self.cursor.at, line_end).trim().is_empty();
        let Some(marker) = marker.filter(|_| is_alone) else {
            self.cursor.at = start;
            return None;
        };
        self.cursor.at = line_end;
        self.cursor.skip(1);
        let from = self.cursor.at;
        let mut lines = Vec::new();
        loop {
            let line_start = self.cursor.at;
            let line_end = self.cursor.line_end(line_start);
            let line = self.cursor.slice(line_start, line_end);
            if line.trim() == marker.value {
                let end = line_start + line.trim_end().len();
                let node = heredoc(&lines, is_indented, self.cursor.slice(from, line_start), from);
                self.cursor.at = end;
                return Some(node);
            }
            if self.cursor.rest().is_empty() {
                let marker = marker.value;
                self.note(Span::new(start, from), format!("the line `{marker}` that ends this text is missing"));
                return Some(Node::unknown(Span::new(start, line_end)));
            }
            lines.push(line.strip_suffix('\r').unwrap_or(line));
            self.cursor.at = line_end;
            self.cursor.skip(1);
        }
    }
}

/// The value of a heredoc from its lines.
fn heredoc(lines: &[&str], is_indented: bool, written: &str, from: usize) -> Node {
    let span = Span::new(from, from + written.trim_end_matches(['\n', '\r']).len());
    let written_lines = written.replace("$${", "").replace("%%{", "");
    if written_lines.contains("${") || written_lines.contains("%{") {
        return Node::new(span, expression(written));
    }
    let indent = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let common = if is_indented { filled.map(indent).min().unwrap_or(0) } else { 0 };
    let mut value = String::new();
    for line in lines {
        value.push_str(line.get(common..).unwrap_or(""));
        value.push('\n');
    }
    Node::new(span, Value::String(value.replace("$${", "${").replace("%%{", "%{")))
}

/// A value that is what an expression gives.
pub(super) fn expression(text: &str) -> Value {
    Value::Unknown(Unknown::Expression(text.into()))
}
