//! Unit files, line by line as systemd's own reader goes through them.

use super::{Assignment, Ini, Piece, Sections, lines};
use crate::Parsed;
use crate::excerpt::Excerpt;
use prodcheck_source::{Span, Spanned};

pub(super) fn parse(text: &str) -> Parsed<Ini> {
    let mut sections = Sections::default();
    let mut joined = Excerpt::default();
    for line in lines(text) {
        let line = line.trim_start();
        if line.text.starts_with(['#', ';']) {
            continue;
        }
        if !join(&mut joined, line) {
            read(&std::mem::take(&mut joined), &mut sections);
        }
    }
    read(&joined, &mut sections);
    sections.finish()
}

/// Adds a line; whether another one follows.
fn join(joined: &mut Excerpt<'_>, line: Piece<'_>) -> bool {
    let backslashes = line.text.bytes().rev().take_while(|byte| *byte == b'\\').count();
    match line.text.strip_suffix('\\') {
        Some(rest) if backslashes % 2 == 1 => {
            let end = line.start + rest.len();
            joined.push_verbatim(rest, line.start);
            joined.push_opaque(" ", Span::new(end, end + 1));
            true
        }
        _ => {
            joined.push_verbatim(line.text, line.start);
            false
        }
    }
}

fn read(joined: &Excerpt<'_>, sections: &mut Sections) {
    let place = |part: Piece<'_>| joined.span(part.start, part.start + part.text.len());
    let line = Piece { text: joined.text(), start: 0 }.trim();
    if line.text.is_empty() {
        return;
    }
    if let Some(rest) = line.text.strip_prefix('[') {
        match rest.strip_suffix(']') {
            Some(name) => sections.open(name, place(line)),
            None => sections.note(place(line), "a section header wants a `]` at its end"),
        }
        return;
    }
    let Some((key, value)) = line.split_once(&['=']) else {
        return sections.note(place(line), "a `=` is missing in this line");
    };
    if sections.ini.sections.is_empty() {
        return sections.note(place(line), "this stands before the first section, where systemd ignores it");
    }
    let (key, value) = (key.trim(), value.trim());
    let mut excerpt = Excerpt::default();
    excerpt.push_from(joined, value.start, value.start + value.text.len());
    sections.assign(Assignment {
        key: Spanned::new(key.text.to_owned(), place(key)),
        value: excerpt,
        value_span: place(value),
        source: 0,
    });
}
