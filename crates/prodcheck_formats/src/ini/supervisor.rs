//! `supervisord.conf`, line by line as Python's `configparser` goes through it.

use super::{Ini, Piece, Sections, lines};
use crate::Parsed;
use prodcheck_source::Span;

pub(super) fn parse(text: &str) -> Parsed<Ini> {
    let mut sections = Sections::default();
    let mut indent = 0;
    // Whether an indented line would go on with the last assignment.
    let mut has_value = false;
    // Empty lines that belong to a value if it goes on.
    let mut empty = 0;
    for line in lines(text) {
        let code = without_comment(line);
        let content = code.trim();
        if content.text.is_empty() {
            empty += usize::from(code.text.len() == line.text.len());
            continue;
        }
        let own_indent = content.start - line.start;
        if has_value && own_indent > indent {
            go_on(&mut sections, content, empty);
            empty = 0;
            continue;
        }
        indent = own_indent;
        empty = 0;
        has_value = read(content, &mut sections);
    }
    sections.finish()
}

/// Cuts an inline comment off. Python looks at the first `;` and the first `#` together, then at the second of each, and
/// so on, and takes the first that stands behind a blank.
fn without_comment(line: Piece<'_>) -> Piece<'_> {
    if line.text.trim_start().starts_with([';', '#']) {
        return line.split_at(0).map_or(line, |(none, _)| none);
    }
    let begins_comment = |at: &usize| line.text.get(..*at).is_some_and(|before| before.ends_with(char::is_whitespace));
    let mut semicolons = line.text.match_indices(';').map(|(at, _)| at);
    let mut hashes = line.text.match_indices('#').map(|(at, _)| at);
    loop {
        let round = [semicolons.next(), hashes.next()];
        if round == [None, None] {
            return line;
        }
        if let Some(at) = round.into_iter().flatten().filter(begins_comment).min() {
            return line.split_at(at).map_or(line, |(code, _)| code);
        }
    }
}

fn go_on(sections: &mut Sections, content: Piece<'_>, empty: usize) {
    let Some(assignment) = sections.last() else { return };
    let between = Span::new(assignment.value_span.end as usize, content.start);
    assignment.value.push_opaque(&"\n".repeat(empty + 1), between);
    assignment.value.push_verbatim(content.text, content.start);
    assignment.value_span = assignment.value_span.to(content.span());
}

/// Reads a header or an assignment; whether it was an assignment.
fn read(line: Piece<'_>, sections: &mut Sections) -> bool {
    if let Some(name) = line.text.strip_prefix('[').and_then(|rest| rest.rsplit_once(']')).map(|(name, _)| name)
        && !name.is_empty()
    {
        let header = line.split_at(name.len() + 2).map_or(line, |(header, _)| header);
        sections.open(name, header.span());
        return false;
    }
    if sections.ini.sections.is_empty() {
        sections.note(line.span(), "this stands before the first section, where supervisord takes nothing");
        return false;
    }
    match line.split_once(&['=', ':']) {
        Some((key, value)) if !key.trim().text.is_empty() => {
            let mut key = key.trim().spanned();
            key.value = key.value.to_lowercase();
            sections.assign(value.trim().assigned_to(key));
            true
        }
        _ => {
            sections.note(line.span(), "a key and a `=` are missing in this line");
            false
        }
    }
}
