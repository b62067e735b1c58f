//! Cuts a Dockerfile into logical lines: directives, comments, continued lines and here-documents.

use super::tree::{Directives, HereDocument, Line};
use crate::excerpt::Excerpt;
use crate::shell::{Plain, Quote};
use prodcheck_source::{Note, Span, Spanned};

pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
    pub directives: Directives,
    pub comments: Vec<Span>,
    pub notes: Vec<Note>,
}

/// One physical line: where it starts, its text without the line end, and where the next one starts.
#[derive(Clone, Copy)]
struct Physical<'a> {
    start: usize,
    text: &'a str,
    next: usize,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Self {
        let directives = Directives { syntax: None, check: None, escape: '\\' };
        let mut lines = Self { text, at: 0, directives, comments: Vec::new(), notes: Vec::new() };
        lines.read_directives();
        lines
    }

    fn peek(&self) -> Option<Physical<'a>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let text = rest.get(..length)?.trim_end_matches(['\r', '\n']);
        Some(Physical { start: self.at, text, next: self.at + length })
    }

    /// The lines `# name=value` before anything else.
    fn read_directives(&mut self) {
        let start = self.at;
        while let Some(line) = self.peek() {
            let Some((name, value)) = line.text.trim_start().strip_prefix('#').and_then(|rest| rest.split_once('='))
            else {
                break;
            };
            let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
            if name.is_empty() || value.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                break;
            }
            let from = line.start + line.text.trim_end().len() - value.len();
            let found = Spanned::new(value.to_owned(), Span::new(from, from + value.len()));
            match name.as_str() {
                "syntax" => self.directives.syntax = Some(found),
                "check" => self.directives.check = Some(found),
                "escape" => match value {
                    "\\" => self.directives.escape = '\\',
                    "`" => self.directives.escape = '`',
                    _ => {
                        self.notes.push(Note::at(found.span, "`escape` must be a backslash or a backtick"));
                    }
                },
                _ => {}
            }
            self.at = line.next;
        }
        self.at = start;
    }

    fn comment(&mut self, line: Physical<'_>) -> bool {
        let body = line.text.trim_start();
        if body.starts_with('#') {
            let start = line.start + line.text.len() - body.len();
            self.comments.push(Span::new(start, start + body.trim_end().len()));
        }
        body.starts_with('#')
    }

    /// The text of a line before a continuation sign, if it ends in one.
    fn continued<'t>(&self, text: &'t str) -> Option<&'t str> {
        let escape = self.directives.escape;
        let kept = text.trim_end_matches([' ', '\t']).strip_suffix(escape)?;
        (!kept.ends_with(escape)).then_some(kept)
    }

    /// The next logical line that is neither blank nor a comment.
    pub fn next(&mut self) -> Option<Line> {
        loop {
            let line = self.peek()?;
            self.at = line.next;
            if !self.comment(line) && !line.text.trim().is_empty() {
                let line = self.logical(line);
                if !line.text.text().trim().is_empty() {
                    return Some(line);
                }
            }
        }
    }

    fn logical(&mut self, first: Physical<'a>) -> Line {
        let mut text = Excerpt::default();
        let body = first.text.trim_start();
        let start = first.start + first.text.len() - body.len();
        let mut end = start + body.trim_end().len();
        let mut line = Physical { start, text: body, next: first.next };
        loop {
            let kept = self.continued(line.text);
            text.push_verbatim(kept.unwrap_or(line.text), line.start);
            if kept.is_none() {
                break;
            }
            let Some(next) = self.following() else { break };
            line = next;
            end = line.start + line.text.trim_end().len();
        }
        let mut line = Line { text, here_documents: Vec::new(), script: None, span: Span::new(start, end) };
        self.read_here_documents(&mut line);
        line
    }

    /// The line that continues another one: comments and blank lines are stepped over.
    fn following(&mut self) -> Option<Physical<'a>> {
        loop {
            let line = self.peek()?;
            self.at = line.next;
            if !self.comment(line) && !line.text.trim().is_empty() {
                return Some(line);
            }
        }
    }

    fn read_here_documents(&mut self, line: &mut Line) {
        let found = here_documents(&line.text);
        if found.is_empty() {
            return;
        }
        let mut script = line.text.clone();
        for mut document in found {
            let start = self.at;
            let mut close = None;
            while let Some(physical) = self.peek() {
                self.at = physical.next;
                let text = physical.text;
                let text = if document.strips_tabs { text.trim_start_matches('\t') } else { text };
                if text == document.name.value {
                    close = Some(physical);
                    break;
                }
            }
            let end = close.map_or(self.at, |close| close.start);
            if close.is_none() {
                let message = format!("the here-document is not closed by `{}`", document.name.value);
                self.notes.push(Note::at(document.name.span, message));
            }
            let text = self.text.get(start..end).unwrap_or("").to_owned();
            document.text = Spanned::new(text, Span::new(start, end));
            let stop = close.map_or(end, |close| close.start + close.text.len());
            script.push_opaque("\n", Span::at(start));
            script.push_verbatim(self.text.get(start..stop).unwrap_or(""), start);
            line.span = line.span.to(Span::new(start, stop));
            line.here_documents.push(document);
        }
        line.script = Some(script);
    }
}

/// The here-documents that a logical line opens, their texts not read yet.
fn here_documents(text: &Excerpt<'_>) -> Vec<HereDocument> {
    let mut found = Vec::new();
    if !text.text().contains("<<") || !may_hold_here_documents(text.text()) {
        return found;
    }
    let mut words = Plain::new(text, 0, text.text().len(), b'\\');
    loop {
        words.blanks();
        let start = words.at();
        if words.word().is_none() {
            return found;
        }
        found.extend(here_document(text, start, words.at()));
    }
}

/// A word such as `3<<-"EOF"`.
fn here_document(text: &Excerpt<'_>, start: usize, end: usize) -> Option<HereDocument> {
    let spelled = text.text().get(start..end)?;
    let rest = spelled.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let delimiter = rest.strip_prefix('-').unwrap_or(rest);
    if delimiter.is_empty() || delimiter.contains('<') {
        return None;
    }
    let mut words = Plain::new(text, end - delimiter.len(), end, b'\\');
    let word = words.word()?;
    let name = word.pattern().filter(|name| !name.is_empty())?;
    Some(HereDocument {
        name: Spanned::new(name, word.span),
        text: Spanned::new(String::new(), Span::default()),
        expands: word.parts.iter().all(|part| part.quote == Quote::None),
        strips_tabs: delimiter.len() < rest.len(),
    })
}

fn may_hold_here_documents(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    let mut keyword = words.next().unwrap_or("");
    if keyword.eq_ignore_ascii_case("ONBUILD") {
        keyword = words.next().unwrap_or("");
    }
    let named = ["RUN", "COPY", "ADD"].iter().any(|name| keyword.eq_ignore_ascii_case(name));
    let is_array = words.find(|word| !word.starts_with("--")).is_some_and(|word| word.starts_with("[\""));
    named && !is_array
}
