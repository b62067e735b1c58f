//! Text taken out of a file piece by piece (a JSON string, a folded YAML scalar, lines joined over continuations), and
//! where each byte of it stands in that file.

use prodcheck_source::Span;
use std::borrow::Cow;

/// A text and the places of its pieces in the file it comes from. Spans that are asked of it are the file's own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt<'a> {
    text: Cow<'a, str>,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    start: usize,
    span: Span,
    verbatim: bool,
}

/// A run of an excerpt that stands in the file in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Offset of its first byte in the excerpt.
    pub start: usize,
    /// Offset just past its last byte in the excerpt.
    pub end: usize,
    /// Where it stands in the file.
    pub span: Span,
    /// Whether the file spells it in the very same bytes.
    pub verbatim: bool,
}

impl<'a> Excerpt<'a> {
    /// A whole file.
    pub fn plain(text: &'a str) -> Self {
        Self::verbatim(text, 0)
    }

    /// Text that the file spells in the same bytes from an offset on.
    pub fn verbatim(text: impl Into<Cow<'a, str>>, at: usize) -> Self {
        let text = text.into();
        let span = Span::new(at, at + text.len());
        Self { text, pieces: vec![Piece { start: 0, span, verbatim: true }] }
    }

    /// Text that the file spells otherwise: all of it has the one span.
    pub fn opaque(text: impl Into<Cow<'a, str>>, span: Span) -> Self {
        Self { text: text.into(), pieces: vec![Piece { start: 0, span, verbatim: false }] }
    }

    /// The value of a scalar of JSON, YAML, TOML or JavaScript, laid against its spelling under `span` in `source`, so
    /// that places inside of it can be told. Where the two cannot be laid against each other it is opaque.
    pub fn aligned(source: &str, span: Span, value: &'a str) -> Self {
        let spelling = source.get(span.range()).unwrap_or("");
        align(spelling, span.start as usize, value).unwrap_or_else(|| Self::opaque(value, span))
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same with a text of its own.
    pub fn into_owned(self) -> Excerpt<'static> {
        Excerpt { text: Cow::Owned(self.text.into_owned()), pieces: self.pieces }
    }

    /// Appends text that the file spells in the same bytes from an offset on.
    pub fn push_verbatim(&mut self, text: &str, at: usize) {
        self.push(text, Span::new(at, at + text.len()), true);
    }

    /// Appends text that the file spells otherwise under the span.
    pub fn push_opaque(&mut self, text: &str, span: Span) {
        self.push(text, span, false);
    }

    /// Appends a part of another excerpt, its places kept.
    pub fn push_from(&mut self, other: &Excerpt<'_>, start: usize, end: usize) {
        for run in other.runs(start, end) {
            let text = other.text.get(run.start..run.end).unwrap_or("");
            self.push(text, run.span, run.verbatim);
        }
    }

    fn push(&mut self, text: &str, span: Span, verbatim: bool) {
        if text.is_empty() {
            return;
        }
        let joins = verbatim && self.pieces.last().is_some_and(|last| last.verbatim && last.span.end == span.start);
        match self.pieces.last_mut() {
            Some(last) if joins => last.span.end = span.end,
            _ => self.pieces.push(Piece { start: self.text.len(), span, verbatim }),
        }
        self.text.to_mut().push_str(text);
    }

    /// The span in the file of a range of this text. Inside a piece that is spelled otherwise it is the piece's span.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let first = self.at(start);
        if end <= start {
            return first.map_or_else(Span::default, |piece| {
                if piece.verbatim { Span::at(self.offset(piece, start)) } else { Span::at(piece.span.start as usize) }
            });
        }
        let (Some(first), Some(last)) = (first, self.at(end - 1)) else { return Span::default() };
        let from = if first.verbatim { self.offset(first, start) } else { first.span.start as usize };
        let to = if last.verbatim { self.offset(last, end) } else { last.span.end as usize };
        Span::new(from, to)
    }

    fn offset(&self, piece: Piece, at: usize) -> usize {
        (piece.span.start as usize + at.saturating_sub(piece.start)).min(piece.span.end as usize)
    }

    fn at(&self, offset: usize) -> Option<Piece> {
        self.pieces.get(self.index(offset)).copied()
    }

    fn index(&self, offset: usize) -> usize {
        self.pieces.partition_point(|piece| piece.start <= offset).saturating_sub(1)
    }

    /// The range of this text cut where its places in the file jump.
    pub fn runs(&self, start: usize, end: usize) -> impl Iterator<Item = Run> {
        let end = end.min(self.text.len());
        let mut at = start;
        let mut index = self.index(start);
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let piece = *self.pieces.get(index)?;
            index += 1;
            let stop = self.pieces.get(index).map_or(end, |next| next.start.min(end));
            let span =
                if piece.verbatim { Span::new(self.offset(piece, at), self.offset(piece, stop)) } else { piece.span };
            let run = Run { start: at, end: stop, span, verbatim: piece.verbatim };
            at = stop;
            Some(run)
        })
    }
}

/// Lays a value against its spelling; `None` where they do not fit.
fn align<'a>(spelling: &str, base: usize, value: &'a str) -> Option<Excerpt<'a>> {
    let body = header(spelling);
    if spelling.get(body..)?.starts_with(value) {
        return Some(Excerpt::verbatim(value, base + body));
    }
    let mut excerpt = Excerpt::default();
    let (mut from, mut to) = (body, 0);
    while to < value.len() {
        let (left, right) = (spelling.get(from..)?, value.get(to..)?);
        if left.is_empty() && right.trim().is_empty() {
            // The span of a block of lines ends before the last line end.
            excerpt.push_opaque(right, Span::at(base + from));
            break;
        }
        let same = common_prefix(left, right);
        if same > 0 {
            excerpt.push_verbatim(value.get(to..to + same)?, base + from);
            (from, to) = (from + same, to + same);
            continue;
        }
        let (skipped, taken) = step(spelling, from, right)?;
        spelling.get(from..from + skipped)?;
        let span = Span::new(base + from, base + from + skipped);
        excerpt.push_opaque(value.get(to..to + taken)?, span);
        (from, to) = (from + skipped, to + taken);
    }
    Some(Excerpt { text: Cow::Borrowed(value), pieces: excerpt.pieces })
}

/// The length of the quote that opens a scalar. The span of a block scalar begins behind its header.
fn header(spelling: &str) -> usize {
    match spelling.as_bytes().first() {
        Some(b'"' | b'\'' | b'`') => {
            let tripled = spelling.starts_with("\"\"\"") || spelling.starts_with("'''");
            if tripled { 3 } else { 1 }
        }
        _ => 0,
    }
}

/// The bytes that both begin with, up to a backslash of the left and on character boundaries.
fn common_prefix(left: &str, right: &str) -> usize {
    let same = left.bytes().zip(right.bytes()).take_while(|(a, b)| a == b && *a != b'\\').count();
    (0..=same).rev().find(|at| left.is_char_boundary(*at)).unwrap_or(0)
}

/// Where the spelling departs from the value: the bytes of the spelling and of the value that stand for each other.
fn step(spelling: &str, from: usize, right: &str) -> Option<(usize, usize)> {
    let left = spelling.get(from..)?;
    let next = left.chars().next()?;
    let blank = |text: &str| text.len() - text.trim_start().len();
    if next == '\\' {
        return escape(left, right);
    }
    if next.is_whitespace() {
        return Some((blank(left), blank(right)));
    }
    let is_doubled = spelling.get(..from)?.ends_with(next);
    // YAML's `''`, and HCL's `$${` and `%%{`.
    let is_escape = next == '\'' || matches!(next, '$' | '%') && left.get(1..)?.starts_with('{');
    (is_doubled && is_escape).then_some((1, 0))
}

/// A backslash escape of JSON, YAML, TOML or JavaScript: its length and that of what it stands for.
fn escape(left: &str, right: &str) -> Option<(usize, usize)> {
    let kind = left.chars().nth(1)?;
    let character = right.chars().next()?.len_utf8();
    match kind {
        'x' => Some((4, character)),
        'u' if left.starts_with("\\u{") => Some((left.find('}')? + 1, character)),
        'u' if character == 4 => Some((12, character)),
        'u' => Some((6, character)),
        'U' => Some((10, character)),
        '\n' | '\r' => {
            let rest = left.get(1..)?;
            Some((1 + rest.len() - rest.trim_start().len(), 0))
        }
        _ if right.starts_with('\\') && kind != '\\' => Some((1, 1)),
        _ => Some((1 + kind.len_utf8(), character)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found<'t>(source: &'t str, excerpt: &Excerpt<'_>, needle: &str) -> &'t str {
        let at = excerpt.text().find(needle).unwrap();
        source.get(excerpt.span(at, at + needle.len()).range()).unwrap()
    }

    #[test]
    fn pieces_keep_their_places() {
        let mut excerpt = Excerpt::default();
        excerpt.push_verbatim("ab", 10);
        excerpt.push_verbatim("cd", 12);
        excerpt.push_opaque("é", Span::new(14, 20));
        excerpt.push_verbatim("ef", 20);
        assert_eq!(excerpt.text(), "abcdéef");
        assert_eq!(excerpt.span(1, 3), Span::new(11, 13));
        assert_eq!(excerpt.span(3, 6), Span::new(13, 20));
        assert_eq!(excerpt.span(6, 8), Span::new(20, 22));
        assert_eq!(excerpt.span(8, 8), Span::new(22, 22));
        assert_eq!(excerpt.runs(1, 7).count(), 3);
    }

    #[test]
    fn finds_places_in_a_json_string() {
        let source = r#"{"é": "NODE_ENV=\"production\" node caf\u00e9.js && \ud83d\ude00 x"}"#;
        let value = "NODE_ENV=\"production\" node café.js && 😀 x";
        let start = source.find("\"NODE").unwrap();
        let excerpt = Excerpt::aligned(source, Span::new(start, source.len() - 1), value);
        assert_eq!(found(source, &excerpt, "node"), "node");
        assert_eq!(found(source, &excerpt, "café.js"), r"caf\u00e9.js");
        assert_eq!(found(source, &excerpt, "x"), "x");
    }

    #[test]
    fn finds_places_in_yaml_scalars() {
        let at = |source: &str, key: &str| {
            let node = crate::yaml::parse(source).tree.remove(0).get(key).unwrap().clone();
            (node.span, node.as_str().unwrap().to_owned())
        };
        for header in ["|", "|-", "|+", "|2"] {
            let block = format!("é: 1\nrun: {header}\n  | npm ci\n  node  server.js\n\n# c\n");
            let (span, value) = at(&block, "run");
            let excerpt = Excerpt::aligned(&block, span, &value);
            assert_eq!(found(&block, &excerpt, "npm ci"), "npm ci", "{header}");
            assert_eq!(found(&block, &excerpt, "node  server.js"), "node  server.js", "{header}");
        }

        let folded = "command: >\n  node\n  --inspect\n\n  server.js\n";
        let (span, value) = at(folded, "command");
        let excerpt = Excerpt::aligned(folded, span, &value);
        assert_eq!(found(folded, &excerpt, "--inspect"), "--inspect");
        assert_eq!(found(folded, &excerpt, "server.js"), "server.js");

        let single = "command: 'sh -c ''node x.js'''";
        let excerpt = Excerpt::aligned(single, Span::new(9, single.len()), "sh -c 'node x.js'");
        assert_eq!(found(single, &excerpt, "node x.js"), "node x.js");
    }

    #[test]
    fn what_does_not_fit_is_opaque() {
        let excerpt = Excerpt::aligned("abc def", Span::new(0, 7), "computed");
        assert_eq!(excerpt.span(2, 4), Span::new(0, 7));
    }

    proptest! {
        #[test]
        fn alignment_never_panics_and_stays_inside(source in "['\"|\\\\nu0-9aé \n{}]{0,24}", value in "['\"\\\\naé \n]{0,16}") {
            let span = Span::new(0, source.len());
            let excerpt = Excerpt::aligned(&source, span, &value);
            prop_assert_eq!(excerpt.text(), &value);
            for run in excerpt.runs(0, value.len()) {
                prop_assert!(span.contains(run.span));
                if run.verbatim {
                    prop_assert_eq!(source.get(run.span.range()), value.get(run.start..run.end));
                }
            }
        }
    }
}
