//! Byte offsets to lines and UTF-16 columns, the units that editors, SARIF and the report use.

use crate::Span;
use serde::{Deserialize, Serialize};

/// A position as people and editors count: line and column start at 1, columns count UTF-16 units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column in UTF-16 code units, from 1.
    pub column: u32,
}

/// Both ends of a span as positions; the end is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Range {
    /// Position of the first character.
    pub start: Position,
    /// Position just past the last character.
    pub end: Position,
}

/// Where each line starts. `\n`, `\r\n` and a lone `\r` end a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Scans a text once.
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let ends = *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
            if ends {
                starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts }
    }

    /// The number of lines; at least 1.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The 1-based line that holds a byte offset.
    pub fn line_of(&self, offset: u32) -> u32 {
        u32::try_from(self.starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// The span of a 1-based line, its line end included; empty past the last line.
    pub fn line_span(&self, text: &str, line: u32) -> Span {
        let index = (line as usize).saturating_sub(1);
        let start = self.starts.get(index).map_or(text.len(), |start| *start as usize);
        let end = self.starts.get(index + 1).map_or(text.len(), |start| *start as usize);
        Span::new(start, end)
    }

    /// The position of a byte offset; an offset inside a character counts as that character's start.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.line_of(offset);
        let start = self.line_span(text, line).start as usize;
        let mut end = (offset as usize).min(text.len());
        while end > start && !text.is_char_boundary(end) {
            end -= 1;
        }
        let units = text.get(start..end).map_or(0, |before| before.chars().map(char::len_utf16).sum::<usize>());
        Position { line, column: u32::try_from(units).unwrap_or(u32::MAX).saturating_add(1) }
    }

    /// The byte offset of a position; a column past the line's end is the line's end.
    pub fn offset(&self, text: &str, position: Position) -> usize {
        let line = self.line_span(text, position.line);
        let mut units = position.column.saturating_sub(1) as usize;
        let mut offset = line.start as usize;
        for character in text.get(line.range()).unwrap_or("").chars() {
            if units == 0 || matches!(character, '\n' | '\r') {
                break;
            }
            units = units.saturating_sub(character.len_utf16());
            offset += character.len_utf8();
        }
        offset
    }

    /// The positions of both ends of a span.
    pub fn range(&self, text: &str, span: Span) -> Range {
        Range { start: self.position(text, span.start), end: self.position(text, span.end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_columns_in_utf16_units() {
        let text = "a😀b\r\nç\rd";
        let lines = LineIndex::new(text);
        assert_eq!(lines.count(), 3);
        let at = |needle: &str| lines.position(text, u32::try_from(text.find(needle).unwrap()).unwrap());
        assert_eq!(at("b"), Position { line: 1, column: 4 });
        assert_eq!(at("ç"), Position { line: 2, column: 1 });
        assert_eq!(at("d"), Position { line: 3, column: 1 });
        assert_eq!(lines.position(text, 2), Position { line: 1, column: 2 }, "inside the emoji");
    }

    #[test]
    fn a_position_leads_back_to_its_offset() {
        let text = "a😀b\r\nç\rd";
        let lines = LineIndex::new(text);
        for (offset, _) in text.char_indices().filter(|(_, c)| *c != '\n') {
            let position = lines.position(text, u32::try_from(offset).unwrap());
            assert_eq!(lines.offset(text, position), offset);
        }
        assert_eq!(lines.offset(text, Position { line: 1, column: 99 }), 6);
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        let lines = LineIndex::new("ab\n");
        assert_eq!(lines.position("ab\n", 99), Position { line: 2, column: 1 });
        assert_eq!(lines.line_span("ab\n", 9), Span::new(3, 3));
    }
}
