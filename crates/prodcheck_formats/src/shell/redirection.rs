//! Reads redirections and the texts of here-documents.

use super::expansion::Mode;
use super::parser::{Parser, ReadAhead};
use super::tree::{Quote, Redirect, Redirection, Word};

const OPERATORS: [(&str, Redirect); 12] = [
    ("&>>", Redirect::AppendOutputAndErrors),
    ("&>", Redirect::OutputAndErrors),
    ("<<<", Redirect::HereString),
    ("<<-", Redirect::IndentedHereDocument),
    ("<<", Redirect::HereDocument),
    ("<&", Redirect::DuplicateInput),
    ("<>", Redirect::ReadWrite),
    ("<", Redirect::Input),
    (">>", Redirect::Append),
    (">&", Redirect::DuplicateOutput),
    (">|", Redirect::Output),
    (">", Redirect::Output),
];

impl Parser<'_> {
    /// The length of a descriptor before a redirection operator: digits, or `{name}`.
    fn descriptor(&self) -> usize {
        let within = |from: usize, test: fn(u8) -> bool| {
            (from..from + 40).take_while(|ahead| self.byte(self.at + ahead).is_some_and(test)).count()
        };
        if self.next_is(0, b'{') {
            let name = within(1, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
            return if name > 0 && self.next_is(1 + name, b'}') { name + 2 } else { 0 };
        }
        within(0, |byte| byte.is_ascii_digit())
    }

    /// Whether a redirection begins here.
    pub fn redirection_ahead(&self) -> bool {
        let length = self.descriptor();
        match (self.byte(self.at + length), self.byte(self.at + length + 1)) {
            (Some(b'<' | b'>'), next) => length > 0 || next != Some(b'('),
            (Some(b'&'), Some(b'>')) => length == 0,
            _ => false,
        }
    }

    /// The redirection here.
    pub fn redirection(&mut self) -> Option<Redirection> {
        let start = self.at;
        let length = self.descriptor();
        let descriptor = (length > 0).then(|| self.slice(start, start + length).to_owned());
        self.at += length;
        let (spelling, operator) = *OPERATORS.iter().find(|(spelling, _)| self.rest().starts_with(spelling))?;
        self.at += spelling.len();
        self.blanks();
        let from = self.at;
        let Some(target) = self.word() else {
            self.note(start, self.at.min(start + length + spelling.len()), format!("nothing follows `{spelling}`"));
            return None;
        };
        let span = self.span(start, self.at);
        let body = match operator {
            Redirect::HereDocument | Redirect::IndentedHereDocument => {
                Some(self.here_document(from, &target, operator == Redirect::IndentedHereDocument))
            }
            _ => None,
        };
        Some(Redirection { span, descriptor, operator, target, body })
    }

    /// Reads the text of a here-document ahead; it begins after the line that we are in, or after the text of the one
    /// before it in the same line.
    fn here_document(&mut self, from: usize, delimiter: &Word, indented: bool) -> Word {
        let operator = self.at;
        let quoted = delimiter.parts.is_empty() || delimiter.parts.iter().any(|part| part.quote != Quote::None);
        let delimiter = match delimiter.pattern() {
            Some(text) if quoted => text,
            _ => self.slice(from, self.at).to_owned(),
        };
        let pending = self.here.filter(|here| here.line_end >= self.at);
        let line_end = pending.map_or_else(|| self.line_end(), |here| Some(here.line_end));
        let Some(line_end) = line_end else {
            self.note(from, operator, "the here-document has no text");
            return Word::default();
        };
        let start = pending.map_or(line_end + 1, |here| here.resume);
        let mut close = start;
        let mut resume = None;
        while close < self.end {
            let length = self.slice(close, self.end).find('\n');
            let stop = length.map_or(self.end, |length| close + length);
            let line = self.slice(close, stop);
            let line = line.strip_suffix('\r').unwrap_or(line);
            let line = if indented { line.trim_start_matches('\t') } else { line };
            if line == delimiter {
                resume = Some(length.map_or(self.end, |length| close + length + 1));
                break;
            }
            close = stop + 1;
        }
        let close = close.min(self.end);
        if resume.is_none() {
            self.note(from, operator, format!("the here-document is not closed by `{delimiter}`"));
        }
        let body = self.here_text(start.min(close), close, quoted);
        self.here = Some(ReadAhead { line_end, resume: resume.unwrap_or(self.end) });
        body
    }

    /// The end of the line that we are in, continued lines included.
    fn line_end(&self) -> Option<usize> {
        let mut from = self.at;
        loop {
            let at = from + self.slice(from, self.end).find('\n')?;
            let line = self.slice(from, at);
            let line = line.strip_suffix('\r').unwrap_or(line);
            let backslashes = line.len() - line.trim_end_matches('\\').len();
            if backslashes.is_multiple_of(2) {
                return Some(at);
            }
            from = at + 1;
        }
    }

    fn here_text(&mut self, start: usize, close: usize, quoted: bool) -> Word {
        let mut word = Word { span: self.span(start, close), ..Word::default() };
        if quoted {
            word.parts = self.text(start, close, Quote::Single);
        } else if self.enter() {
            let (at, end, here) = (self.at, self.end, self.here);
            let frames = std::mem::take(&mut self.frames);
            (self.at, self.end, self.here) = (start, close, None);
            word.parts = self.parts(Mode::HereDocument).parts;
            (self.at, self.end, self.here) = (at, end, here);
            self.frames = frames;
            self.leave();
        }
        word
    }
}
