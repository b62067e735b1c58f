//! Reads words: quotes, escapes, parameters and substitutions.

use super::parser::{Frame, Parser};
use super::tree::{Change, Parameter, Part, PartKind, Quote, Word};

/// Where a run of parts stands, which decides what is special in it and what ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// A word outside of quotes.
    Word,
    /// A word of a Dockerfile, up to a blank.
    Plain,
    /// A line of a Dockerfile as one word.
    PlainLine,
    /// Between double quotes.
    Double,
    /// The text of a here-document, to the end of the range.
    HereDocument,
    /// Between `$((` and `))`, to the end of the range.
    Arithmetic,
    /// After the operator in `${…}`, with or without double quotes around it.
    Operand { quoted: bool },
}

impl Mode {
    pub fn quote(self) -> Quote {
        match self {
            Mode::Word | Mode::Plain | Mode::PlainLine | Mode::Operand { quoted: false } => Quote::None,
            _ => Quote::Double,
        }
    }

    fn single_quotes(self) -> bool {
        self.quote() == Quote::None
    }

    fn double_quotes(self) -> bool {
        matches!(self, Mode::Word | Mode::Plain | Mode::PlainLine | Mode::Operand { .. })
    }
}

/// Parts as they are collected, and whether unquoted text among them makes several words.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub parts: Vec<Part>,
    expands: bool,
    bracket: bool,
    brace: u8,
    last: u8,
}

impl Parts {
    fn watch(&mut self, text: &str) {
        for byte in text.bytes() {
            match byte {
                b'*' | b'?' => self.expands = true,
                b'[' => self.bracket = true,
                b']' => self.expands |= self.bracket,
                b'{' => self.brace = 1,
                b',' if self.brace > 0 => self.brace = 2,
                b'.' if self.brace > 0 && self.last == b'.' => self.brace = 2,
                b'}' => self.expands |= self.brace == 2,
                _ => {}
            }
            self.last = byte;
        }
    }
}

impl Parser<'_> {
    /// The word here; `None` where none begins.
    pub fn word(&mut self) -> Option<Word> {
        let start = self.at;
        let Parts { parts, expands, .. } = self.parts(Mode::Word);
        (self.at > start).then(|| Word { span: self.span(start, self.at), parts, expands })
    }

    /// A range of the text as parts that hold nothing but text.
    pub fn text(&self, start: usize, end: usize, quote: Quote) -> Vec<Part> {
        let runs = self.source.runs(start, end);
        let part = |run: crate::excerpt::Run| {
            let kind = PartKind::Text { text: self.slice(run.start, run.end).to_owned(), verbatim: run.verbatim };
            Part { span: run.span, quote, kind }
        };
        runs.map(part).collect()
    }

    fn push_text(&self, start: usize, end: usize, mode: Mode, out: &mut Parts) {
        if mode == Mode::Word {
            out.watch(self.slice(start, end));
        }
        out.parts.extend(self.text(start, end, mode.quote()));
    }

    pub fn push_decoded(&self, start: usize, end: usize, text: &str, quote: Quote, out: &mut Parts) {
        let kind = PartKind::Text { text: text.to_owned(), verbatim: false };
        out.parts.push(Part { span: self.span(start, end), quote, kind });
    }

    pub fn parts(&mut self, mode: Mode) -> Parts {
        let mut out = Parts::default();
        self.parts_into(mode, &mut out);
        out
    }

    pub fn parts_into(&mut self, mode: Mode, out: &mut Parts) {
        let first = self.at;
        let mut run = self.at;
        while let Some(byte) = self.peek() {
            let special = match byte {
                b'$' => true,
                byte if byte == self.escape => true,
                b'`' => !self.plain,
                b'\'' => mode.single_quotes(),
                b'"' if mode == Mode::Double => break,
                b'"' => mode.double_quotes(),
                b'}' if matches!(mode, Mode::Operand { .. }) => break,
                b' ' | b'\t' | b'\r' | b'\n' if mode == Mode::Plain => break,
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b')' if mode == Mode::Word => break,
                b'\r' if mode == Mode::Word && self.byte(self.at + 1).is_none_or(|next| next == b'\n') => break,
                b'<' | b'>' if mode == Mode::Word && self.next_is(1, b'(') => true,
                b'<' | b'>' if mode == Mode::Word => break,
                b'(' if mode == Mode::Word => {
                    if !self.extended_pattern(first) {
                        break;
                    }
                    out.expands = true;
                    continue;
                }
                _ => false,
            };
            if !special {
                self.at += 1;
                continue;
            }
            self.push_text(run, self.at, mode, out);
            run = self.at;
            match byte {
                byte if byte == self.escape => run = self.escaped(mode, out),
                b'\'' => self.single_quoted(out),
                b'"' => self.double_quoted(out),
                b'`' => self.backticks(mode, out),
                b'$' => {
                    if !self.dollar(mode, out) {
                        self.at += 1;
                        continue;
                    }
                }
                _ => {
                    self.at += 2;
                    self.substitution(run, mode.quote(), out);
                }
            }
            if byte != self.escape {
                run = self.at;
            }
        }
        self.push_text(run, self.at, mode, out);
    }

    /// Steps over bash's `@(…|…)`, where the character before it makes it one.
    fn extended_pattern(&mut self, first: usize) -> bool {
        let before = self.at.checked_sub(1).filter(|at| *at >= first).and_then(|at| self.byte(at));
        let negates = before == Some(b'!') && self.at == first + 1;
        if negates || !matches!(before, Some(b'?' | b'*' | b'+' | b'@' | b'!')) {
            return false;
        }
        let mut depth = 0_usize;
        while let Some(byte) = self.peek().filter(|byte| *byte != b'\n') {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        true
    }

    /// A backslash; tells where the next run of text begins.
    fn escaped(&mut self, mode: Mode, out: &mut Parts) -> usize {
        let start = self.at;
        let continued = self.continuation();
        if continued > 0 {
            self.at += continued - 1;
            self.newline();
            return self.at;
        }
        let Some(next) = self.slice(start + 1, self.end).chars().next() else {
            self.at += 1;
            return start;
        };
        self.at += 1 + next.len_utf8();
        let quote = match mode {
            _ if mode.quote() == Quote::None => Quote::Single,
            _ => Quote::Double,
        };
        let special = match mode {
            Mode::Word | Mode::Plain | Mode::PlainLine | Mode::Operand { quoted: false } => true,
            Mode::Double => matches!(next, '$' | '`' | '"' | '\\'),
            Mode::HereDocument | Mode::Arithmetic => matches!(next, '$' | '`' | '\\'),
            Mode::Operand { quoted: true } => matches!(next, '$' | '`' | '"' | '\\' | '}'),
        };
        if !special {
            return start;
        }
        self.push_decoded(start, self.at, next.encode_utf8(&mut [0; 4]), quote, out);
        self.at
    }

    /// What a `$` begins; `false` where it is an ordinary character.
    fn dollar(&mut self, mode: Mode, out: &mut Parts) -> bool {
        let start = self.at;
        let kind = match self.byte(start + 1) {
            Some(b'\'' | b'"' | b'(') if self.plain => return false,
            Some(b'\'') if mode.single_quotes() => {
                self.ansi_quoted(out);
                return true;
            }
            Some(b'"') if mode.double_quotes() => {
                self.at += 1;
                return true;
            }
            Some(b'{') => match self.template() {
                Some(template) => PartKind::Template(template),
                None => PartKind::Parameter(self.parameter(mode)),
            },
            Some(b'(') => {
                let close = if self.next_is(2, b'(') { self.arithmetic_end(start + 3) } else { None };
                let Some(close) = close else {
                    self.at += 2;
                    self.substitution(start, mode.quote(), out);
                    return true;
                };
                self.at += 3;
                PartKind::Arithmetic(self.arithmetic(close))
            }
            Some(byte) if name_byte(byte) && !byte.is_ascii_digit() => {
                let name: usize = self.slice(start + 1, self.end).bytes().take_while(|byte| name_byte(*byte)).count();
                self.at += 1 + name;
                PartKind::Parameter(plain(self.slice(start + 1, start + 1 + name)))
            }
            Some(byte) if byte.is_ascii_digit() || is_special(byte) => {
                self.at += 2;
                PartKind::Parameter(plain(self.slice(start + 1, start + 2)))
            }
            _ => return false,
        };
        out.parts.push(Part { span: self.span(start, self.at), quote: mode.quote(), kind });
        true
    }

    /// `${{ … }}`, which no shell knows.
    fn template(&mut self) -> Option<String> {
        let start = self.at;
        if !self.next_is(2, b'{') || self.no_template.is_some_and(|(from, to)| from <= start && self.end <= to) {
            return None;
        }
        let Some(length) = self.rest().find("}}") else {
            self.no_template = Some((start, self.end));
            return None;
        };
        self.at += length + 2;
        Some(self.slice(start, self.at).to_owned())
    }

    /// `${…}`.
    fn parameter(&mut self, mode: Mode) -> Parameter {
        let start = self.at;
        self.at += 2;
        let mut other = false;
        if self.next_is(0, b'!') || (self.next_is(0, b'#') && !self.next_is(1, b'}')) {
            other = true;
            self.at += 1;
        }
        let from = self.at;
        let name = self.rest().bytes().take_while(|byte| name_byte(*byte)).count();
        self.at += if name == 0 && self.peek().is_some_and(is_special) { 1 } else { name };
        let name = self.slice(from, self.at).to_owned();
        if self.next_is(0, b'[') {
            other = true;
        }
        let colon = self.next_is(0, b':') && matches!(self.byte(self.at + 1), Some(b'-' | b'=' | b'?' | b'+'));
        let operator = self.byte(self.at + usize::from(colon));
        other |= name.is_empty() || !matches!(operator, Some(b'}' | b'-' | b'=' | b'?' | b'+'));
        if other || operator == Some(b'}') {
            let word = self.operand(start, mode);
            if name.is_empty() {
                self.note(start, self.at, "`${…}` without a name");
            }
            return Parameter { name, change: if other { Change::Other(word) } else { Change::None } };
        }
        self.at += 1 + usize::from(colon);
        let word = self.operand(start, mode);
        let change = match operator {
            Some(b'+') => Change::Alternative { word, or_empty: colon },
            Some(b'?') => Change::Required { word, or_empty: colon },
            _ => Change::Default { word, or_empty: colon, assigned: operator == Some(b'=') },
        };
        Parameter { name, change }
    }

    /// The rest of `${…}`, its brace included.
    fn operand(&mut self, start: usize, mode: Mode) -> Word {
        let from = self.at;
        if !self.enter() {
            return Word::default();
        }
        let parts = self.parts(Mode::Operand { quoted: mode.quote() == Quote::Double }).parts;
        self.leave();
        let span = self.span(from, self.at);
        if self.next_is(0, b'}') {
            self.at += 1;
        } else {
            self.note(start, (start + 2).min(self.end), "`${` is not closed");
        }
        Word { span, parts, expands: false }
    }

    /// The commands up to `)`.
    fn substitution(&mut self, start: usize, quote: Quote, out: &mut Parts) {
        let frames = std::mem::take(&mut self.frames);
        let list = self.list(Frame { parenthesis: true, ..Frame::default() });
        self.frames = frames;
        if self.next_is(0, b')') {
            self.at += 1;
        } else {
            self.note(start, (start + 2).min(self.end), "`$(` is not closed");
        }
        let kind = PartKind::Substitution(list);
        out.parts.push(Part { span: self.span(start, self.at), quote, kind });
    }

    /// Where the `))` stands that closes arithmetic opened before `from`; `None` where the parentheses are others.
    pub fn arithmetic_end(&mut self, from: usize) -> Option<usize> {
        let mut depth = 0_usize;
        let mut at = from;
        while let Some(byte) = self.byte(at) {
            self.lookahead = self.lookahead.checked_sub(1)?;
            match byte {
                b'\\' => at += 1,
                b'(' => depth += 1,
                b')' if depth > 0 => depth -= 1,
                b')' => return (self.byte(at + 1) == Some(b')')).then_some(at),
                _ => {}
            }
            at += 1;
        }
        None
    }

    /// The text of arithmetic up to its end, which is stepped over.
    pub fn arithmetic(&mut self, close: usize) -> Word {
        let start = self.at;
        let mut word = Word { span: self.span(start, close), ..Word::default() };
        if self.enter() {
            let end = std::mem::replace(&mut self.end, close);
            word.parts = self.parts(Mode::Arithmetic).parts;
            self.end = end;
            self.leave();
            self.at = close + 2;
        }
        word
    }
}

fn plain(name: &str) -> Parameter {
    Parameter { name: name.to_owned(), change: Change::None }
}

fn name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-')
}
