//! Reads one logical line of a Dockerfile as an instruction.

use super::array::array;
use super::tree::{Flag, Form, Instruction, Kind, Line, Pair, Run, Transfer};
use crate::excerpt::Excerpt;
use crate::shell::{self, Plain, Script, Step, Word};
use prodcheck_source::{Note, Span, Spanned};

/// What an instruction says, and for `FROM` the words of it.
pub(super) struct Read {
    pub instruction: Instruction,
    pub from: Option<From>,
}

/// The arguments of `FROM`.
pub(super) struct From {
    pub image: Word,
    pub name: Option<Spanned<String>>,
}

pub(super) fn read(line: Line, escape: u8, notes: &mut Vec<Note>) -> Option<Read> {
    let end = line.text.text().trim_end().len();
    let (instruction, from) = Reader { line: &line, escape, at: 0, end, notes }.instruction(true)?;
    let Line { here_documents, span, .. } = line;
    Some(Read { instruction: Instruction { span, here_documents, ..instruction }, from })
}

struct Reader<'a> {
    line: &'a Line,
    escape: u8,
    at: usize,
    end: usize,
    notes: &'a mut Vec<Note>,
}

impl<'a> Reader<'a> {
    fn source(&self) -> &'a Excerpt<'static> {
        &self.line.text
    }

    fn rest(&self) -> &'a str {
        self.source().text().get(self.at..self.end).unwrap_or("")
    }

    fn span(&self, start: usize, end: usize) -> Span {
        self.source().span(start, end)
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn instruction(&mut self, outermost: bool) -> Option<(Instruction, Option<From>)> {
        self.blanks();
        let start = self.at;
        let length = self.rest().find(char::is_whitespace).unwrap_or(self.end - self.at);
        self.at += length;
        let span = self.span(start, self.at);
        let keyword = Spanned::new(self.source().text().get(start..self.at)?.to_ascii_uppercase(), span);
        let flags = self.flags();
        self.blanks();
        let mut from = None;
        let kind = match keyword.value.as_str() {
            "FROM" if outermost => {
                from = self.from();
                from.as_ref().map(|_| Kind::From)
            }
            "ARG" => self.pairs(false).map(Kind::Arg),
            "ENV" => self.pairs(true).map(Kind::Env),
            "LABEL" => self.pairs(true).map(Kind::Label),
            "RUN" => self.run(true).map(Kind::Run),
            "CMD" => self.run(false).map(Kind::Cmd),
            "ENTRYPOINT" => self.run(false).map(Kind::Entrypoint),
            "HEALTHCHECK" => self.healthcheck(),
            "COPY" => self.transfer().map(Kind::Copy),
            "ADD" => self.transfer().map(Kind::Add),
            "USER" => self.line().map(Kind::User),
            "WORKDIR" => self.line().map(Kind::Workdir),
            "STOPSIGNAL" => self.line().map(Kind::StopSignal),
            "EXPOSE" => self.some_words().map(Kind::Expose),
            "VOLUME" => self.some_words().map(Kind::Volume),
            "SHELL" => self.exec_form().map(Kind::Shell),
            "ONBUILD" if outermost => {
                self.instruction(false).map(|(instruction, _)| Kind::OnBuild(Box::new(instruction)))
            }
            "MAINTAINER" => Some(Kind::Other),
            _ => {
                self.notes.push(Note::at(span, format!("unknown instruction `{}`", keyword.value)));
                Some(Kind::Other)
            }
        };
        let kind = kind.unwrap_or_else(|| {
            self.notes.push(Note::at(span, format!("`{}` without what it needs", keyword.value)));
            Kind::Other
        });
        let span = self.span(start, self.end);
        Some((Instruction { span, keyword, flags, kind, here_documents: Vec::new() }, from))
    }

    /// Words of a range; what is wrong with them is noted.
    fn words_to(&mut self, end: usize, each: impl Fn(&mut Plain<'a>) -> Option<Word>) -> Vec<(usize, Word)> {
        let mut words = Plain::new(self.source(), self.at, end, self.escape);
        let mut found = Vec::new();
        loop {
            words.blanks();
            let start = words.at();
            match each(&mut words) {
                Some(word) => found.push((start, word)),
                None => break,
            }
        }
        self.at = words.at();
        self.notes.extend(words.notes());
        found
    }

    fn flags(&mut self) -> Vec<Flag> {
        let mut flags = Vec::new();
        loop {
            self.blanks();
            if !self.rest().starts_with("--") {
                return flags;
            }
            let start = self.at;
            let mut words = Plain::new(self.source(), self.at, self.end, self.escape);
            let Some(word) = words.word() else { return flags };
            self.at = words.at();
            self.notes.extend(words.notes());
            let spelled = self.source().text().get(start..self.at).unwrap_or("");
            if spelled == "--" {
                return flags;
            }
            let name = spelled.get(2..).unwrap_or("").split('=').next().unwrap_or("");
            let value = spelled.contains('=').then(|| {
                let from = start + 2 + name.len() + 1;
                let mut words = Plain::new(self.source(), from, self.at, self.escape);
                words.line().unwrap_or_else(|| Word { span: self.span(from, from), ..Word::default() })
            });
            let name = Spanned::new(name.to_owned(), self.span(start + 2, start + 2 + name.len()));
            flags.push(Flag { span: word.span, name, value });
        }
    }

    fn from(&mut self) -> Option<From> {
        let mut words = self.words_to(self.end, Plain::word).into_iter().map(|(_, word)| word);
        let image = words.next()?;
        let name = match (words.next(), words.next(), words.next()) {
            (None, ..) => None,
            (Some(as_word), Some(name), None) if is_as(&as_word) => {
                Some(Spanned::new(name.pattern()?.to_ascii_lowercase(), name.span))
            }
            (Some(extra), ..) => {
                self.notes.push(Note::at(extra.span, "expected `AS name` after the image"));
                None
            }
        };
        Some(From { image, name })
    }

    /// `name=value …`, `name value`, or `name`.
    fn pairs(&mut self, needs_value: bool) -> Option<Vec<Pair>> {
        let start = self.at;
        let words = self.words_to(self.end, Plain::word);
        let first_end = words.get(1).map_or(self.end, |(start, _)| *start);
        let first = self.source().text().get(start..first_end)?;
        if needs_value && !words.is_empty() && !first.contains('=') {
            let name = first.trim_end();
            let mut line = Plain::new(self.source(), first_end, self.end, self.escape);
            let value = if words.len() > 1 { line.line() } else { None };
            let name = Spanned::new(name.to_owned(), self.span(start, start + name.len()));
            value.as_ref()?;
            return Some(vec![Pair { span: self.span(start, self.end), name, value }]);
        }
        let mut pairs = Vec::new();
        for (start, word) in words {
            let end = start + self.length(start);
            let spelled = self.source().text().get(start..end).unwrap_or("");
            let name = spelled.split('=').next().unwrap_or("");
            let value = spelled.contains('=').then(|| {
                let from = start + name.len() + 1;
                let mut words = Plain::new(self.source(), from, end, self.escape);
                words.line().unwrap_or_else(|| Word { span: self.span(from, from), ..Word::default() })
            });
            if needs_value && value.is_none() {
                self.notes.push(Note::at(word.span, "expected `name=value`"));
                continue;
            }
            let mut names = Plain::new(self.source(), start, start + name.len(), self.escape);
            let named = names.line().and_then(|name| name.pattern()).unwrap_or_default();
            let name = Spanned::new(named, self.span(start, start + name.len()));
            pairs.push(Pair { span: word.span, name, value });
        }
        (!pairs.is_empty()).then_some(pairs)
    }

    /// The length of the word that starts there.
    fn length(&self, start: usize) -> usize {
        let mut words = Plain::new(self.source(), start, self.end, self.escape);
        words.word();
        words.at() - start
    }

    fn line(&mut self) -> Option<Word> {
        self.words_to(self.end, Plain::line).into_iter().next().map(|(_, word)| word)
    }

    /// The strings of an array, parameters in them read.
    fn array_words(&mut self) -> Option<Vec<Word>> {
        let items = array(self.source(), self.at, self.end)?;
        let word = |item: Excerpt<'static>| {
            let length = item.text().len();
            let mut plain = Plain::new(&item, 0, length, self.escape);
            plain.line().unwrap_or_else(|| Word { span: item.span(0, 0), ..Word::default() })
        };
        Some(items.into_iter().map(word).collect())
    }

    fn words(&mut self) -> Vec<Word> {
        match self.array_words() {
            Some(words) => words,
            None => self.words_to(self.end, Plain::word).into_iter().map(|(_, word)| word).collect(),
        }
    }

    fn some_words(&mut self) -> Option<Vec<Word>> {
        Some(self.words()).filter(|words| !words.is_empty())
    }

    fn transfer(&mut self) -> Option<Transfer> {
        let mut sources = self.words();
        let destination = sources.pop()?;
        (!sources.is_empty()).then_some(Transfer { sources, destination })
    }

    fn exec_form(&mut self) -> Option<shell::Command> {
        let command = shell::command_of(array(self.source(), self.at, self.end)?);
        (!command.words.is_empty()).then_some(command)
    }

    fn healthcheck(&mut self) -> Option<Kind> {
        let word = self.rest().split_ascii_whitespace().next()?;
        if word.eq_ignore_ascii_case("NONE") {
            return Some(Kind::Healthcheck(None));
        }
        if !word.eq_ignore_ascii_case("CMD") {
            return None;
        }
        self.at += word.len();
        self.blanks();
        self.run(false).map(|run| Kind::Healthcheck(Some(run)))
    }

    fn run(&mut self, is_run: bool) -> Option<Run> {
        let span = self.span(self.at, self.end);
        let text = self.rest();
        if text.is_empty() {
            return (!is_run).then(|| Run { span, form: Form::Exec(shell::Command::default()) });
        }
        if let Some(items) = array(self.source(), self.at, self.end) {
            let mut command = shell::command_of(items);
            command.span = span;
            return Some(Run { span, form: Form::Exec(command) });
        }
        if text.starts_with('[') && text.ends_with(']') && !text.starts_with("[ ") && !text.starts_with("[[") {
            self.notes.push(Note::at(span, "this is no JSON array, so a shell is given it as text"));
        }
        let whole = self.line.script.as_ref().unwrap_or(self.source());
        let end = if self.line.script.is_some() { whole.text().len() } else { self.end };
        let mut excerpt = Excerpt::default();
        excerpt.push_from(whole, self.at, end);
        let parsed = shell::parse_excerpt(&excerpt);
        let parsed = match self.line.here_documents.as_slice() {
            [document] if is_one_here_document(&parsed.tree) => {
                let text = Excerpt::verbatim(document.text.value.as_str(), document.text.span.start as usize);
                shell::parse_excerpt(&text)
            }
            _ => parsed,
        };
        self.notes.extend(parsed.notes);
        Some(Run { span, form: Form::Shell(parsed.tree) })
    }
}

fn is_as(word: &Word) -> bool {
    word.pattern().is_some_and(|text| text.eq_ignore_ascii_case("AS"))
}

/// Whether a script is nothing but here-documents: Docker runs the text of the one as a script of its own.
fn is_one_here_document(script: &Script) -> bool {
    let [and_or] = script.list.as_slice() else { return false };
    let ([Step::Simple(command)], []) = (and_or.first.steps.as_slice(), and_or.rest.as_slice()) else { return false };
    let [redirection] = command.redirections.as_slice() else { return false };
    command.words.is_empty() && command.assignments.is_empty() && redirection.body.is_some()
}
