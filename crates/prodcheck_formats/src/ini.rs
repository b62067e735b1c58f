//! INI files as three of their readers take them: systemd, supervisord and npm.

mod supervisor;
mod systemd;

use crate::Parsed;
use crate::excerpt::Excerpt;
use prodcheck_source::{Note, Span, Spanned};

/// Whose rules a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// Unit files and drop-ins, as [systemd.syntax(7)](https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html)
    /// says: `#` and `;` begin a comment only where a line begins, a line that ends in a backslash goes on in the next one
    /// (comments between them are skipped), names are case-sensitive, quotes belong to the value.
    Systemd,
    /// `supervisord.conf`, as [supervisord](https://supervisord.org/configuration.html) reads it with Python's
    /// [configparser](https://docs.python.org/3/library/configparser.html#supported-ini-file-structure): `#` and `;` begin
    /// a comment also behind a blank, `:` is as good as `=`, an indented line goes on with the value, keys are lower case,
    /// of a repeated key the last counts. `%(ENV_x)s` stays as it is.
    Supervisor,
    /// `.npmrc`, as npm's [ini](https://github.com/npm/ini#readme) reads it: assignments need no section, a key alone is
    /// `true`, `#` and `;` begin a comment anywhere in a value without quotes. `${x}` stays as it is.
    Npm,
}

/// A file's sections, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ini {
    /// The sections; one that is opened again stands again.
    pub sections: Vec<Section>,
}

/// A section: from its header to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its name, between the brackets; empty for the lines before the first header.
    pub name: String,
    /// Where the header stands, with its brackets; empty for the lines before the first header.
    pub span: Span,
    /// Which of the merged texts the header stands in: see [`merge`].
    pub source: usize,
    /// Its assignments in the order of the text, repeated ones and empty ones too.
    pub entries: Vec<Assignment>,
}

/// A line `key=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The key and its place.
    pub key: Spanned<String>,
    /// The value without the blanks around it, its lines joined; it knows the places of its parts.
    pub value: Excerpt<'static>,
    /// From the value's first to its last byte.
    pub value_span: Span,
    /// Which of the merged texts it stands in: see [`merge`].
    pub source: usize,
}

impl Assignment {
    /// The value.
    pub fn text(&self) -> &str {
        self.value.text()
    }

    /// Key and value together.
    pub fn span(&self) -> Span {
        self.key.span.to(self.value_span)
    }
}

impl Ini {
    /// All assignments of a section, wherever it is opened.
    pub fn entries(&self, section: &str) -> impl Iterator<Item = &Assignment> {
        self.sections.iter().filter(move |found| found.name == section).flat_map(|found| &found.entries)
    }

    /// Whether a section is there.
    pub fn has(&self, section: &str) -> bool {
        self.sections.iter().any(|found| found.name == section)
    }

    /// What counts of a setting that has one value: its last assignment. `None` also where that one is empty, which puts
    /// systemd's default back.
    pub fn value(&self, section: &str, key: &str) -> Option<&Assignment> {
        self.entries(section).filter(|entry| entry.key.value == key).last().filter(|entry| !entry.text().is_empty())
    }

    /// What counts of a setting that is a list: its assignments behind the last empty one, which takes back those before
    /// it.
    pub fn values(&self, section: &str, key: &str) -> Vec<&Assignment> {
        let mut values = Vec::new();
        for entry in self.entries(section).filter(|entry| entry.key.value == key) {
            if entry.text().is_empty() {
                values.clear();
            } else {
                values.push(entry);
            }
        }
        values
    }
}

/// A unit with its drop-ins, which systemd reads behind it in the order of their names.
///
/// [`Assignment::source`] and [`Section::source`] are 0 for the unit's own text and 1 for the first drop-in's: spans are
/// places in that text.
pub fn merge(unit: Ini, drop_ins: impl IntoIterator<Item = Ini>) -> Ini {
    let mut merged = unit;
    for (at, mut drop_in) in drop_ins.into_iter().enumerate() {
        for section in &mut drop_in.sections {
            section.source = at + 1;
            section.entries.iter_mut().for_each(|entry| entry.source = at + 1);
        }
        merged.sections.append(&mut drop_in.sections);
    }
    merged
}

/// Reads a file in a dialect. A line that its reader would not understand is left out, with a note.
pub fn parse(text: &str, dialect: Dialect) -> Parsed<Ini> {
    match dialect {
        Dialect::Systemd => systemd::parse(text),
        Dialect::Supervisor => supervisor::parse(text),
        Dialect::Npm => npm(text),
    }
}

/// Sections while they are read.
#[derive(Default)]
struct Sections {
    ini: Ini,
    notes: Vec<Note>,
}

impl Sections {
    fn open(&mut self, name: &str, span: Span) {
        self.ini.sections.push(Section { name: name.to_owned(), span, source: 0, entries: Vec::new() });
    }

    fn assign(&mut self, assignment: Assignment) {
        if self.ini.sections.is_empty() {
            self.open("", Span::default());
        }
        if let Some(section) = self.ini.sections.last_mut() {
            section.entries.push(assignment);
        }
    }

    fn last(&mut self) -> Option<&mut Assignment> {
        self.ini.sections.last_mut()?.entries.last_mut()
    }

    fn note(&mut self, span: Span, message: impl Into<String>) {
        self.notes.push(Note::at(span, message));
    }

    fn finish(self) -> Parsed<Ini> {
        Parsed::with_notes(self.ini, self.notes)
    }
}

/// A piece of the text and where it begins, in bytes.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> Piece<'a> {
    fn span(self) -> Span {
        Span::new(self.start, self.start + self.text.len())
    }

    fn trim(self) -> Self {
        let rest = self.trim_start();
        Self { text: rest.text.trim_end_matches(is_blank), ..rest }
    }

    fn trim_start(self) -> Self {
        let rest = self.text.trim_start_matches(is_blank);
        Self { text: rest, start: self.start + self.text.len() - rest.len() }
    }

    fn split_at(self, at: usize) -> Option<(Self, Self)> {
        let (before, after) = self.text.split_at_checked(at)?;
        Some((Self { text: before, ..self }, Self { text: after, start: self.start + at }))
    }

    /// What stands before and behind the first character that is one of these.
    fn split_once(self, delimiters: &[char]) -> Option<(Self, Self)> {
        let (before, after) = self.split_at(self.text.find(delimiters)?)?;
        Some((before, after.split_at(1)?.1))
    }

    fn assigned_to(self, key: Spanned<String>) -> Assignment {
        let value = Excerpt::verbatim(self.text.to_owned(), self.start);
        Assignment { key, value, value_span: self.span(), source: 0 }
    }

    fn spanned(self) -> Spanned<String> {
        Spanned::new(self.text.to_owned(), self.span())
    }
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

/// The lines of a text without their ends.
fn lines(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let piece = Piece { text: content.strip_suffix('\r').unwrap_or(content), start };
        start += line.len();
        piece
    })
}

fn npm(text: &str) -> Parsed<Ini> {
    let mut sections = Sections::default();
    for line in lines(text) {
        let line = line.trim();
        if line.text.is_empty() || line.text.starts_with([';', '#']) {
            continue;
        }
        if let Some(name) = line.text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.open(name, line.span());
            continue;
        }
        match line.split_once(&['=']) {
            Some((key, value)) => sections.assign(npm_value(value.trim()).assigned_to(key.trim().spanned())),
            None => {
                let value_span = Span::at(line.start + line.text.len());
                let value = Excerpt::opaque("true", value_span);
                sections.assign(Assignment { key: line.spanned(), value, value_span, source: 0 });
            }
        }
    }
    sections.finish()
}

fn npm_value(value: Piece<'_>) -> Piece<'_> {
    for quote in ['"', '\''] {
        if let Some(inner) = value.text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return Piece { text: inner, start: value.start + 1 };
        }
    }
    value.split_once(&[';', '#']).map_or(value, |(value, _)| value.trim())
}

#[cfg(test)]
mod tests;
