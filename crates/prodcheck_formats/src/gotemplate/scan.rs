//! Where actions begin and end in a template's text, and which white space their trim markers take.

use prodcheck_source::{Note, Span};

/// A piece of the text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Piece {
    /// Literal text, trimmed.
    Text(Span),
    /// An action.
    Action {
        /// With its braces.
        outer: Span,
        /// Without braces and trim markers.
        inner: Span,
    },
}

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// Cuts a template up; comments leave nothing but what they trim.
pub(super) fn pieces(text: &str, notes: &mut Vec<Note>) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut trims_start = false;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let action = rest.find(OPEN).map(|index| at + index);
        let literal_end = action.unwrap_or(text.len());
        let after_open = action.map(|start| text.get(start + 2..).unwrap_or(""));
        let trims_end = after_open.is_some_and(|after| after.strip_prefix('-').is_some_and(starts_with_space));
        push_text(text, Span::new(at, literal_end), trims_start, trims_end, &mut found);
        let (Some(start), Some(after)) = (action, after_open) else { return found };
        let inner_start = start + 2 + usize::from(trims_end);
        let body = text.get(inner_start..).unwrap_or("");
        let skipped = body.len() - body.trim_start().len();
        let comment = body.trim_start().strip_prefix("/*");
        let end = match comment {
            Some(comment) => comment.find("*/").and_then(|index| {
                let rest_start = inner_start + skipped + 2 + index + 2;
                text.get(rest_start..).and_then(|rest| rest.find(CLOSE)).map(|close| rest_start + close)
            }),
            None => action_end(body).map(|index| inner_start + index),
        };
        let Some(end) = end else {
            let span = Span::new(start, text.len() - after.len() + after.find('\n').unwrap_or(after.len()));
            notes.push(Note::at(span, "the action is never closed by `}}`"));
            found.push(Piece::Action { outer: Span::new(start, text.len()), inner: Span::at(text.len()) });
            return found;
        };
        let inner = text.get(inner_start..end).unwrap_or("");
        trims_start =
            inner.strip_suffix('-').is_some_and(|inner| inner.ends_with(char::is_whitespace) || inner.is_empty());
        let inner_end = end - usize::from(trims_start);
        at = end + 2;
        if comment.is_none() {
            found.push(Piece::Action { outer: Span::new(start, at), inner: Span::new(inner_start, inner_end) });
        }
    }
}

fn starts_with_space(text: &str) -> bool {
    text.starts_with(char::is_whitespace)
}

fn push_text(text: &str, span: Span, trims_start: bool, trims_end: bool, found: &mut Vec<Piece>) {
    let mut literal = text.get(span.range()).unwrap_or("");
    let mut start = span.start as usize;
    if trims_start {
        let trimmed = literal.trim_start();
        start += literal.len() - trimmed.len();
        literal = trimmed;
    }
    if trims_end {
        literal = literal.trim_end();
    }
    if !literal.is_empty() {
        found.push(Piece::Text(Span::new(start, start + literal.len())));
    }
}

/// The offset of the `}}` that closes an action; braces in its strings do not count.
fn action_end(body: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some('"' | '\''), '\\') => escaped = true,
            (Some('"' | '\''), '\n') => quote = None,
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '`' | '\'') => quote = Some(c),
            (None, '}') if body.get(at..).is_some_and(|rest| rest.starts_with(CLOSE)) => return Some(at),
            _ => {}
        }
    }
    None
}
