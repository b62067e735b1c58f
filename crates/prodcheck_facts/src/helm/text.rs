//! Rendered text that remembers where every piece of it was written.

use prodcheck_source::Span;

/// Stands in rendered text for what cannot be known; a character of the private use area, which YAML takes as text.
pub(super) const UNKNOWN: char = '\u{E0F0}';

/// The branch of what is rendered in any case.
pub(super) const CERTAIN: u32 = 0;

/// Where a piece of text was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Origin {
    /// The index of the file.
    pub file: u32,
    /// The place in it.
    pub span: Span,
    /// The piece is the text under the span, byte by byte.
    pub verbatim: bool,
}

/// A piece, from its offset to the next one's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Piece {
    pub at: usize,
    pub origin: Option<Origin>,
    /// The branch of an unknown condition that it stands in.
    pub branch: u32,
}

/// Text and its pieces.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Text {
    text: String,
    pieces: Vec<Piece>,
}

impl Text {
    pub fn new(text: impl Into<String>, origin: Option<Origin>) -> Self {
        let text = text.into();
        let pieces = if text.is_empty() { Vec::new() } else { vec![Piece { at: 0, origin, branch: CERTAIN }] };
        Self { text, pieces }
    }

    pub fn unknown(origin: Option<Origin>) -> Self {
        Self::new(UNKNOWN, origin)
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn len(&self) -> usize {
        self.text.len()
    }

    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    pub fn origin(&self) -> Option<Origin> {
        self.pieces.iter().find_map(|piece| piece.origin)
    }

    /// Nothing of it is unknown, and nothing depends on an unknown condition.
    pub fn is_known(&self) -> bool {
        !self.text.contains(UNKNOWN) && self.pieces.iter().all(|piece| piece.branch == CERTAIN)
    }

    /// Whether it is empty, where that can be told.
    pub fn has_content(&self) -> Option<bool> {
        if self.text.is_empty() {
            return Some(false);
        }
        let known = |(index, piece): (usize, &Piece)| {
            let end = self.pieces.get(index + 1).map_or(self.text.len(), |next| next.at);
            piece.branch == CERTAIN && self.text.get(piece.at..end).unwrap_or("").contains(|c| c != UNKNOWN)
        };
        self.pieces.iter().enumerate().any(known).then_some(true)
    }

    pub fn push_str(&mut self, text: &str, origin: Option<Origin>) {
        if !text.is_empty() {
            self.push_piece(Piece { at: self.text.len(), origin, branch: CERTAIN });
            self.text.push_str(text);
        }
    }

    pub fn push(&mut self, other: &Text) {
        let shift = self.text.len();
        for piece in &other.pieces {
            self.push_piece(Piece { at: piece.at + shift, ..*piece });
        }
        self.text.push_str(&other.text);
    }

    fn push_piece(&mut self, piece: Piece) {
        let continues = self.pieces.last().is_some_and(|last| {
            last.branch == piece.branch && last.origin == piece.origin && last.origin.is_none_or(|o| !o.verbatim)
        });
        if !continues {
            self.pieces.push(piece);
        }
    }

    /// The piece that holds an offset.
    pub fn piece_at(&self, offset: usize) -> Option<Piece> {
        let index = self.pieces.partition_point(|piece| piece.at <= offset);
        self.pieces.get(index.checked_sub(1)?).copied()
    }

    /// A part of the text; verbatim pieces that it cuts keep the place of what is left of them.
    pub fn slice(&self, range: std::ops::Range<usize>) -> Text {
        let Some(text) = self.text.get(range.clone()).filter(|text| !text.is_empty()) else { return Text::default() };
        let first = self.pieces.partition_point(|piece| piece.at <= range.start).saturating_sub(1);
        let inside = self.pieces.iter().skip(first).take_while(|piece| piece.at < range.end);
        let cut = |piece: &Piece| {
            let skipped = range.start.saturating_sub(piece.at);
            let origin = piece.origin.map(|origin| match origin.verbatim {
                true => {
                    Origin { span: Span::new(origin.span.start as usize + skipped, origin.span.end as usize), ..origin }
                }
                false => origin,
            });
            Piece { at: piece.at.saturating_sub(range.start), origin, ..*piece }
        };
        Text { text: text.to_owned(), pieces: inside.map(cut).collect() }
    }

    /// The same place, other text.
    pub fn replaced(&self, text: String) -> Text {
        if text == self.text {
            return self.clone();
        }
        let branch = self.pieces.iter().map(|piece| piece.branch).max().unwrap_or(CERTAIN);
        let mut new = Text::new(text, self.origin());
        new.mark(branch);
        new
    }

    /// Puts what stands in no branch yet into one.
    pub fn mark(&mut self, branch: u32) {
        self.pieces.iter_mut().filter(|piece| piece.branch == CERTAIN).for_each(|piece| piece.branch = branch);
    }

    /// Gives what has no origin yet one.
    pub fn place(&mut self, origin: Option<Origin>) {
        self.pieces.iter_mut().filter(|piece| piece.origin.is_none()).for_each(|piece| piece.origin = origin);
    }

    /// The part that is left when a trimmed text is a slice of this one.
    pub fn trimmed(&self, trim: impl FnOnce(&str) -> &str) -> Text {
        let trimmed = trim(&self.text);
        let start = (trimmed.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.slice(start..start + trimmed.len())
    }

    /// The text cut at a separator.
    pub fn split(&self, separator: &str) -> Vec<Text> {
        let mut at = 0;
        let parts = self.text.split(separator).map(|part| {
            let start = at;
            at = start + part.len() + separator.len();
            self.slice(start..start + part.len())
        });
        parts.collect()
    }

    /// Every line with so many spaces before it.
    pub fn indented(&self, spaces: usize) -> Text {
        let padding = " ".repeat(spaces);
        let mut out = Text::default();
        for (index, line) in self.split("\n").iter().enumerate() {
            if index > 0 {
                out.push_str("\n", None);
            }
            let origin = line.origin();
            let mut padded = Text::new(padding.clone(), origin.map(|origin| Origin { verbatim: false, ..origin }));
            if let Some(piece) = line.pieces.first() {
                padded.mark(piece.branch);
            }
            out.push(&padded);
            out.push(line);
        }
        out
    }
}
