//! Unit files, line by line as systemd's own reader goes through them.

use super::{Assignment, Ini, Piece, Sections, lines};
use crate::Parsed;
use prodcheck_source::{Span, Spanned};

pub(super) fn parse(text: &str) -> Parsed<Ini> {
    let mut sections = Sections::default();
    let mut logical = Logical::default();
    for line in lines(text) {
        let line = line.trim_start();
        if line.text.starts_with(['#', ';']) {
            continue;
        }
        if !logical.add(line) {
            read(&std::mem::take(&mut logical), &mut sections);
        }
    }
    read(&logical, &mut sections);
    sections.finish()
}

/// Lines that a backslash joins.
#[derive(Default)]
struct Logical {
    text: String,
    /// Where the lines begin, here and in the file, in bytes.
    lines: Vec<(usize, usize)>,
}

impl Logical {
    /// Adds a line; whether another one follows.
    fn add(&mut self, line: Piece<'_>) -> bool {
        self.lines.push((self.text.len(), line.start));
        let backslashes = line.text.bytes().rev().take_while(|byte| *byte == b'\\').count();
        let goes_on = backslashes % 2 == 1;
        match line.text.strip_suffix('\\') {
            Some(rest) if goes_on => {
                self.text.push_str(rest);
                self.text.push(' ');
            }
            _ => self.text.push_str(line.text),
        }
        goes_on
    }

    fn offset(&self, at: usize) -> usize {
        let before = self.lines.partition_point(|(here, _)| *here <= at);
        before.checked_sub(1).and_then(|line| self.lines.get(line)).map_or(at, |(here, file)| file + (at - here))
    }

    /// The place in the file of a part of this text.
    fn span(&self, part: Piece<'_>) -> Span {
        match part.text.len().checked_sub(1) {
            Some(last) => Span::new(self.offset(part.start), self.offset(part.start + last) + 1),
            None => Span::at(self.offset(part.start)),
        }
    }

    fn assignment(&self, key: Piece<'_>, value: Piece<'_>) -> Assignment {
        let mut lines = vec![(0, self.offset(value.start))];
        let inside =
            self.lines.iter().filter(|(here, _)| *here > value.start && *here < value.start + value.text.len());
        lines.extend(inside.map(|(here, file)| (here - value.start, *file)));
        Assignment {
            key: Spanned::new(key.text.to_owned(), self.span(key)),
            value: Spanned::new(value.text.to_owned(), self.span(value)),
            source: 0,
            lines,
        }
    }
}

fn read(logical: &Logical, sections: &mut Sections) {
    let line = Piece { text: &logical.text, start: 0 }.trim();
    if line.text.is_empty() {
        return;
    }
    let span = logical.span(line);
    if let Some(rest) = line.text.strip_prefix('[') {
        match rest.strip_suffix(']') {
            Some(name) => sections.open(name, span),
            None => sections.note(span, "a section header wants a `]` at its end"),
        }
        return;
    }
    let Some((key, value)) = line.split_once(&['=']) else {
        return sections.note(span, "a `=` is missing in this line");
    };
    if sections.ini.sections.is_empty() {
        return sections.note(span, "this stands before the first section, where systemd ignores it");
    }
    sections.assign(logical.assignment(key.trim(), value.trim()));
}
