//! A few lines of a file with one place marked, drawn by `annotate-snippets`.

use crate::model::EvidenceReport;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use prodcheck_source::{Position, SourceText, Span};

/// Longer lines (minified code) get no frame, in bytes.
const LONGEST_LINE: usize = 400;

/// Lines shown before and after the marked one.
const CONTEXT: u32 = 1;

/// The frame of a place, without a final line end; `None` where its line cannot be shown.
pub fn render(text: &SourceText, evidence: &EvidenceReport, color: bool) -> Option<String> {
    let whole = text.text();
    let first = evidence.line.saturating_sub(CONTEXT).max(1);
    let last = evidence.line + CONTEXT;
    let start = text.lines().line_span(whole, first).start as usize;
    let end = text.lines().line_span(whole, last).end as usize;
    let shown = whole.get(start..end)?;
    if shown.lines().any(|line| line.len() > LONGEST_LINE) || shown.trim().is_empty() {
        return None;
    }
    let marked = marked(text, evidence);
    let from = (marked.start as usize).checked_sub(start)?;
    let to = (marked.end as usize).checked_sub(start)?.min(shown.len());
    // The library panics on spans inside a character, so both ends are checked first.
    if !shown.is_char_boundary(from) || !shown.is_char_boundary(to) || from > to {
        return None;
    }
    let snippet = Snippet::source(shown)
        .line_start(first as usize)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(from..to).label(evidence.message.as_str()));
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let drawn = renderer.term_width(100).render(&[Group::with_level(Level::ERROR).element(snippet)]);
    Some(drawn.trim_end().to_owned())
}

/// What is underlined: the place, cut to its first line; an empty place marks the text from there to the line's end.
fn marked(text: &SourceText, evidence: &EvidenceReport) -> Span {
    let whole = text.text();
    let start = text.lines().offset(whole, Position { line: evidence.line, column: evidence.column });
    let line_end = text.lines().offset(whole, Position { line: evidence.line, column: u32::MAX });
    let end =
        text.lines().offset(whole, Position { line: evidence.end_line, column: evidence.end_column }).min(line_end);
    Span::new(start, if end <= start { line_end } else { end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence(line: u32, column: u32, end_line: u32, end_column: u32) -> EvidenceReport {
        EvidenceReport { file: "a".into(), line, column, end_line, end_column, message: "here".into() }
    }

    #[test]
    fn marks_the_place_behind_wide_characters() {
        let text = SourceText::new("a: 1\nnäme😀: restart\nb: 2\n");
        let drawn = render(&text, &evidence(2, 9, 2, 16), false).unwrap();
        assert!(drawn.contains("näme😀: restart") && drawn.contains("^^^^^^^ here"), "{drawn}");
    }

    #[test]
    fn a_long_line_costs_its_frame() {
        let text = SourceText::new("x".repeat(10_000));
        assert_eq!(render(&text, &evidence(1, 5, 1, 6), false), None);
    }

    #[test]
    fn places_that_no_longer_fit_the_text_do_not_panic() {
        let text = SourceText::new("é\n");
        for line in 0..5 {
            for column in 0..5 {
                let _ = render(&text, &evidence(line, column, line + 1, 1), false);
            }
        }
    }
}
