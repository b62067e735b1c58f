//! The reader of shell text: its cursor, and lists, pipelines and simple commands.

use super::argv::SHELLS;
use super::tree::{AndOr, Assignment, Command, Connector, List, Part, PartKind, Pipeline, Quote, Script, Step, Word};
use crate::excerpt::Excerpt;
use crate::{DEPTH_LIMIT, Parsed};
use prodcheck_source::{Note, Span, Spanned};

/// How many remarks one text gets.
const MOST_NOTES: usize = 100;

/// Builtins whose arguments are assignments, arrays included.
pub(super) const DECLARING: [&str; 5] = ["export", "readonly", "local", "declare", "typeset"];

/// The reserved words that end a list, where something waits for them.
const CLOSING: [&str; 8] = ["then", "elif", "else", "fi", "do", "done", "esac", "}"];

/// What the construct around a list waits for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Frame {
    /// Reserved words.
    pub words: &'static [&'static str],
    /// `)`.
    pub parenthesis: bool,
    /// `;;`.
    pub arm: bool,
}

/// Whether the line after `#!` names a shell, directly or through `env` and its like.
fn names_a_shell(shebang: &str) -> bool {
    let mut programs = shebang.split_ascii_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
    programs.any(|program| SHELLS.contains(&program) || program == "openrc-run")
}

/// The length of `[…]` at the start; `None` where it is longer than any index, or not closed.
fn index_length(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.iter().take(200).enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 1 => return Some(at + 1),
            b']' => depth -= 1,
            b'\n' => return None,
            _ => {}
        }
    }
    None
}

/// A here-document that was read ahead: where its line ends, and where reading goes on after its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadAhead {
    pub line_end: usize,
    pub resume: usize,
}

pub(super) struct Parser<'a> {
    pub text: &'a str,
    pub source: &'a Excerpt<'a>,
    pub at: usize,
    pub end: usize,
    pub depth: usize,
    pub notes: Vec<Note>,
    pub comments: Vec<Span>,
    pub frames: Vec<Frame>,
    pub here: Option<ReadAhead>,
    /// Bytes that may still be looked at before they are read, so that the whole stays linear.
    pub lookahead: usize,
    /// What escapes the next character: a backslash, or what a Dockerfile says.
    pub escape: u8,
    /// Whether only quotes, the escape and parameters are special, as in the words of a Dockerfile.
    pub plain: bool,
    /// A range in which no `}}` stands.
    pub no_template: Option<(usize, usize)>,
}

impl<'a> Parser<'a> {
    pub fn new(source: &'a Excerpt<'a>) -> Self {
        let text = source.text();
        Self {
            text,
            source,
            at: 0,
            end: text.len(),
            depth: 0,
            notes: Vec::new(),
            comments: Vec::new(),
            frames: Vec::new(),
            here: None,
            lookahead: text.len().saturating_mul(4),
            escape: b'\\',
            plain: false,
            no_template: None,
        }
    }

    pub fn script(mut self) -> Parsed<Script> {
        let shebang = self.shebang();
        let foreign = shebang.as_ref().is_some_and(|shebang| !names_a_shell(&shebang.value));
        let list = if foreign { List::new() } else { self.list(Frame::default()) };
        self.notes.sort_by_key(|note| note.span);
        self.comments.sort();
        let span = self.span(0, self.text.len());
        Parsed::with_notes(Script { span, shebang, list, comments: self.comments }, self.notes)
    }

    fn shebang(&self) -> Option<Spanned<String>> {
        let line = self.text.strip_prefix("#!")?.lines().next()?;
        let value = line.trim();
        let start = 2 + line.len() - line.trim_start().len();
        Some(Spanned::new(value.to_owned(), self.span(start, start + value.len())))
    }

    pub fn byte(&self, at: usize) -> Option<u8> {
        if at < self.end { self.text.as_bytes().get(at).copied() } else { None }
    }

    pub fn peek(&self) -> Option<u8> {
        self.byte(self.at)
    }

    pub fn next_is(&self, ahead: usize, byte: u8) -> bool {
        self.byte(self.at + ahead) == Some(byte)
    }

    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or("")
    }

    pub fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or("")
    }

    pub fn span(&self, start: usize, end: usize) -> Span {
        self.source.span(start, end)
    }

    pub fn note(&mut self, start: usize, end: usize, message: impl Into<String>) {
        if self.notes.len() < MOST_NOTES {
            let span = self.span(start, end);
            self.notes.push(Note::at(span, message));
        }
    }

    /// Goes one level deeper; where that is too deep the rest of the text is left unread.
    pub fn enter(&mut self) -> bool {
        if self.depth >= DEPTH_LIMIT {
            if self.at < self.end {
                self.note(self.at, self.at, "nested too deeply, the rest is not read");
            }
            self.at = self.end;
            return false;
        }
        self.depth += 1;
        true
    }

    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Steps over a line end and over the here-documents that begin there.
    pub fn newline(&mut self) {
        match self.here.filter(|here| here.line_end == self.at) {
            Some(here) => {
                self.at = here.resume.max(self.at + 1);
                self.here = None;
            }
            None => self.at += 1,
        }
    }

    /// The length of a line continuation here: 0 where there is none.
    pub fn continuation(&self) -> usize {
        match (self.peek(), self.byte(self.at + 1), self.byte(self.at + 2)) {
            (Some(b'\\'), Some(b'\n'), _) => 2,
            (Some(b'\\'), Some(b'\r'), Some(b'\n')) => 3,
            _ => 0,
        }
    }

    /// Steps over blanks, continued line ends, and a comment.
    pub fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\r') if self.byte(self.at + 1).is_none_or(|next| next == b'\n') => self.at += 1,
                Some(b'\\') if self.continuation() > 0 => {
                    self.at += self.continuation() - 1;
                    self.newline();
                }
                Some(b'#') => {
                    let length = self.rest().find('\n').unwrap_or(self.end - self.at);
                    let line = self.slice(self.at, self.at + length).trim_end();
                    let span = self.span(self.at, self.at + line.len());
                    self.comments.push(span);
                    self.at += length;
                }
                _ => return,
            }
        }
    }

    /// Steps over blanks, comments and line ends.
    pub fn breaks(&mut self) {
        self.blanks();
        while self.peek() == Some(b'\n') {
            self.newline();
            self.blanks();
        }
    }

    /// The unquoted word here, where it could be a reserved one.
    pub fn keyword(&self) -> Option<&'a str> {
        let length = (0..10).take_while(|ahead| {
            matches!(self.byte(self.at + ahead), Some(b'a'..=b'z' | b'!' | b'{' | b'}' | b'[' | b']'))
        });
        let length = length.count();
        let continued = if self.slice(self.at + length, self.end).starts_with("\\\n") { 2 } else { 0 };
        let ends = match self.byte(self.at + length + continued) {
            None => true,
            Some(byte) => matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>'),
        };
        (ends && length > 0).then(|| self.slice(self.at, self.at + length))
    }

    fn awaits(&self, wanted: impl Fn(&Frame) -> bool) -> bool {
        self.frames.iter().any(wanted)
    }

    /// Reads commands until something that a construct around them waits for.
    pub fn list(&mut self, frame: Frame) -> List {
        let mut list = Vec::new();
        if !self.enter() {
            return list;
        }
        self.frames.push(frame);
        loop {
            self.breaks();
            let start = self.at;
            let Some(byte) = self.peek() else { break };
            let next = self.byte(self.at + 1);
            let stray = match byte {
                b')' if self.awaits(|frame| frame.parenthesis) => break,
                b')' | b'|' => 1,
                b';' if matches!(next, Some(b';' | b'&')) => {
                    if self.awaits(|frame| frame.arm) {
                        break;
                    }
                    2
                }
                b';' => 1,
                b'&' if next != Some(b'>') => 1,
                _ => match self.keyword().filter(|word| CLOSING.contains(word)) {
                    Some(word) if self.awaits(|frame| frame.words.contains(&word)) => break,
                    Some(word) => word.len(),
                    None => 0,
                },
            };
            if stray > 0 {
                let what = self.slice(start, start + stray);
                self.note(start, start + stray, format!("unexpected `{what}`"));
                self.at += stray;
                continue;
            }
            match self.and_or() {
                Some(and_or) => list.push(and_or),
                None if self.at == start => {
                    let length = self.rest().chars().next().map_or(1, char::len_utf8);
                    self.note(start, start + length, "unexpected character");
                    self.at += length;
                }
                None => {}
            }
        }
        self.frames.pop();
        self.leave();
        list
    }

    fn and_or(&mut self) -> Option<AndOr> {
        let first = self.pipeline()?;
        let mut span = first.span;
        let mut rest = Vec::new();
        loop {
            self.blanks();
            let connector = match (self.peek(), self.byte(self.at + 1)) {
                (Some(b'&'), Some(b'&')) => Connector::And,
                (Some(b'|'), Some(b'|')) => Connector::Or,
                _ => break,
            };
            let start = self.at;
            self.at += 2;
            self.breaks();
            match self.pipeline() {
                Some(pipeline) => {
                    span = span.to(pipeline.span);
                    rest.push((connector, pipeline));
                }
                None => self.missing(start, 2),
            }
        }
        let background = self.separator();
        Some(AndOr { span, first, rest, background })
    }

    fn missing(&mut self, start: usize, length: usize) {
        let what = self.slice(start, start + length);
        self.note(start, start + length, format!("no command follows `{what}`"));
    }

    /// Steps over what separates two commands; whether it was `&`.
    fn separator(&mut self) -> bool {
        match (self.peek(), self.byte(self.at + 1)) {
            (Some(b';'), Some(b';' | b'&')) => false,
            (Some(b';'), _) => {
                self.at += 1;
                false
            }
            (Some(b'&'), next) if next != Some(b'>') => {
                self.at += 1;
                true
            }
            (None | Some(b'\n' | b')' | b'&'), _) => false,
            _ => {
                if self.keyword().is_none_or(|word| !CLOSING.contains(&word)) {
                    self.note(self.at, self.at, "`;` or a line end is missing");
                }
                false
            }
        }
    }

    fn pipeline(&mut self) -> Option<Pipeline> {
        let start = self.at;
        let mut negated = false;
        while let Some(word @ ("!" | "time")) = self.keyword() {
            if word == "time" && !self.times_a_pipeline() {
                break;
            }
            negated ^= word == "!";
            self.at += word.len();
            self.blanks();
        }
        let Some(step) = self.step() else {
            if self.at > start {
                self.missing(start, 1);
            }
            return None;
        };
        let mut span = self.span(start, start).to(step.span());
        let mut steps = vec![step];
        loop {
            self.blanks();
            if !self.next_is(0, b'|') || self.next_is(1, b'|') {
                break;
            }
            let start = self.at;
            self.at += if self.next_is(1, b'&') { 2 } else { 1 };
            self.breaks();
            match self.step() {
                Some(step) => {
                    span = span.to(step.span());
                    steps.push(step);
                }
                None => self.missing(start, 1),
            }
        }
        Some(Pipeline { span, negated, steps })
    }

    /// Whether `time` here is the reserved word, and not the program of that name with options.
    fn times_a_pipeline(&self) -> bool {
        let rest = self.rest().get(4..).unwrap_or("");
        let blank = rest.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        !matches!(rest.as_bytes().get(blank), None | Some(b'-' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'\\'))
    }

    fn step(&mut self) -> Option<Step> {
        if self.keyword().is_some_and(|word| CLOSING.contains(&word)) {
            return None;
        }
        match self.compound() {
            Some(step) => Some(step),
            None => self.simple(),
        }
    }

    fn simple(&mut self) -> Option<Step> {
        let mut command = Command::default();
        let start = self.at;
        let mut end = start;
        let mut declares = false;
        loop {
            self.blanks();
            if self.redirection_ahead() {
                command.redirections.extend(self.redirection());
                end = self.at;
                continue;
            }
            match self.peek() {
                None | Some(b'\n' | b';' | b'|' | b')' | b'&') => break,
                Some(b'(') => {
                    if let Some(step) = self.function_here(&command, start) {
                        return Some(step);
                    }
                    self.note(self.at, self.at + 1, "unexpected `(`");
                    self.at += 1;
                    end = self.at;
                    continue;
                }
                Some(_) => {}
            }
            let assignment = if command.words.is_empty() { self.assignment() } else { None };
            if let Some(assignment) = assignment {
                command.assignments.push(assignment);
            } else {
                let Some(mut word) = self.word() else { break };
                if declares && self.next_is(0, b'(') && self.text.as_bytes().get(self.at - 1) == Some(&b'=') {
                    self.array(&mut word);
                }
                declares |= command.words.is_empty() && word.literal().is_some_and(|name| DECLARING.contains(&&*name));
                command.words.push(word);
            }
            end = self.at;
        }
        if command.words.is_empty() && command.assignments.is_empty() && command.redirections.is_empty() {
            return None;
        }
        command.span = self.span(start, end);
        Some(Step::Simple(command))
    }

    /// `NAME=value` here, before a command's first word.
    fn assignment(&mut self) -> Option<Assignment> {
        let start = self.at;
        let rest = self.rest().as_bytes();
        let named = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        if named == 0 || rest.first().is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let mut length = named;
        if rest.get(length) == Some(&b'[') {
            length += index_length(rest.get(length..)?)?;
        }
        let appends = rest.get(length) == Some(&b'+');
        length += usize::from(appends);
        (rest.get(length) == Some(&b'=')).then_some(())?;
        self.at += length + 1;
        let name = Spanned::new(self.slice(start, start + named).to_owned(), self.span(start, start + named));
        let from = self.at;
        let mut value = Word { span: self.span(from, from), ..Word::default() };
        if self.next_is(0, b'(') {
            self.array(&mut value);
        } else if let Some(word) = self.word() {
            value = word;
        }
        value.expands = false;
        let partial = appends || length > named + 1;
        Some(Assignment { span: self.span(start, self.at), name, partial, value })
    }

    /// `(value …)` after the `=` that ends the word.
    fn array(&mut self, word: &mut Word) {
        let start = self.at;
        if !self.enter() {
            return;
        }
        self.at += 1;
        let mut words = Vec::new();
        loop {
            self.breaks();
            match self.peek() {
                None => {
                    self.note(start, start + 1, "`(` is not closed");
                    break;
                }
                Some(b')') => {
                    self.at += 1;
                    break;
                }
                Some(_) => match self.word() {
                    Some(word) => words.push(word),
                    None => self.at += self.rest().chars().next().map_or(1, char::len_utf8),
                },
            }
        }
        self.leave();
        let span = self.span(start, self.at);
        word.span = word.span.to(span);
        word.parts.push(Part { span, quote: Quote::None, kind: PartKind::Array(words) });
    }
}
