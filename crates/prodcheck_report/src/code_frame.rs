//! A few lines of a file with one place marked.

use crate::cells;
use crate::model::EvidenceReport;
use crate::paint::{Ink, Paint};
use crate::wrap::wrap;
use prodcheck_source::{Position, SourceText};

/// Lines shown before and after the marked one.
const CONTEXT: u32 = 1;

/// Cells that a tab is shown as.
const TAB: &str = "  ";

/// Stands for what is cut off.
const CUT: &str = "…";

/// How a frame is drawn.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The cells of a line, at least some twenty.
    pub width: usize,
    /// What is written beside the mark.
    pub label: &'a str,
    /// The mark's colour.
    pub ink: Ink,
    /// Whether to paint.
    pub paint: Paint,
}

impl Frame<'_> {
    /// The lines of the frame of a place; none where there is nothing to show. A place of several lines is marked in its
    /// first one.
    pub fn draw(self, text: &SourceText, evidence: &EvidenceReport) -> Vec<String> {
        let last = evidence.line.saturating_add(CONTEXT);
        let digits = last.to_string().len();
        let room = self.width.saturating_sub(digits + 3).max(20);
        let gutter = |number: &str| self.paint.ink(Ink::Dim, &format!("{number:>digits$} |"));
        let Some(marked) = Marked::of(text, evidence, room).filter(|marked| !marked.line.trim().is_empty()) else {
            return Vec::new();
        };
        let mut drawn = Vec::new();
        for number in evidence.line.saturating_sub(CONTEXT).max(1)..=last {
            if number == evidence.line {
                drawn.push(format!("{} {}", gutter(&number.to_string()), marked.line.trim_end()));
                let mark = self.marks(&marked, room).into_iter();
                drawn.extend(mark.map(|line| format!("{} {line}", gutter(""))));
                continue;
            }
            let line = Window::head(line(text, number), room).shown();
            // Beside a line that is cut at its start, others would only confuse.
            if !line.trim().is_empty() && !marked.scrolled {
                drawn.push(format!("{} {}", gutter(&number.to_string()), line.trim_end()));
            }
        }
        drawn
    }

    /// The mark and its label: beside it where there is room, else below.
    fn marks(&self, marked: &Marked, room: usize) -> Vec<String> {
        let mark = format!("{}{}", " ".repeat(marked.before), self.paint.ink(self.ink, &"^".repeat(marked.length)));
        let label = cells::width(self.label);
        if label == 0 {
            return vec![mark];
        }
        if marked.before + marked.length + 1 + label <= room {
            return vec![format!("{mark} {}", self.paint.ink(self.ink, self.label))];
        }
        let indent = " ".repeat(marked.before.min(room.saturating_sub(label)).min(room / 2));
        let below = wrap(self.label, room.saturating_sub(indent.len()));
        let below = below.iter().map(|line| format!("{indent}{}", self.paint.ink(self.ink, line)));
        std::iter::once(mark).chain(below).collect()
    }
}

/// The marked line as it is shown, and where the mark stands in it, in cells.
struct Marked {
    line: String,
    before: usize,
    length: usize,
    scrolled: bool,
}

impl Marked {
    fn of(text: &SourceText, evidence: &EvidenceReport, room: usize) -> Option<Self> {
        let whole = text.text();
        let span = text.lines().line_span(whole, evidence.line);
        let line = line(text, evidence.line);
        let offset =
            |line, column| text.lines().offset(whole, Position { line, column }).checked_sub(span.start as usize);
        let start = offset(evidence.line, evidence.column)?.min(line.len());
        let end = offset(evidence.end_line, evidence.end_column).map_or(start, |end| end.min(line.len()));
        let end = if end <= start { line.len() } else { end };
        let window = Window::around(line, start, room);
        let before = window.cells(window.from, start);
        let length = window.cells(start, end.min(window.to)).max(1);
        Some(Self { line: window.shown(), before, length, scrolled: window.from > 0 })
    }
}

/// The part of a line that there is room for.
struct Window<'a> {
    line: &'a str,
    from: usize,
    to: usize,
}

impl<'a> Window<'a> {
    /// The start of a line.
    fn head(line: &'a str, room: usize) -> Self {
        Self::starting(line, 0, room)
    }

    /// The part of a line around a place: the line's start, where the place is near it.
    fn around(line: &'a str, place: usize, room: usize) -> Self {
        let before = line.get(..place).unwrap_or("");
        match Self::back(before, room * 2 / 3) {
            0 => Self::head(line, room),
            _ => Self::starting(line, Self::back(before, room / 4), room),
        }
    }

    /// The offset from which on so many cells are left.
    fn back(before: &str, cells: usize) -> usize {
        let mut taken = 0;
        let mut from = before.len();
        for (at, c) in before.char_indices().rev() {
            taken += spelled(c).map(cells::of).sum::<usize>();
            if taken > cells {
                break;
            }
            from = at;
        }
        from
    }

    fn starting(line: &'a str, from: usize, room: usize) -> Self {
        let room = room - if from > 0 { 1 } else { 0 };
        let mut taken = 0;
        let mut to = from;
        for (at, c) in line.get(from..).unwrap_or("").char_indices() {
            taken += spelled(c).map(cells::of).sum::<usize>();
            let next = from + at + c.len_utf8();
            if taken > room - usize::from(next < line.len()) {
                break;
            }
            to = next;
        }
        Self { line, from, to }
    }

    /// The cells from the start of what is shown to an offset, or between two.
    fn cells(&self, from: usize, to: usize) -> usize {
        let between = self.line.get(from..to).unwrap_or("").chars().flat_map(spelled).map(cells::of).sum::<usize>();
        between + usize::from(from == self.from && self.from > 0)
    }

    fn shown(&self) -> String {
        let mut shown = String::new();
        if self.from > 0 {
            shown.push_str(CUT);
        }
        shown.extend(self.line.get(self.from..self.to).unwrap_or("").chars().flat_map(spelled));
        if self.to < self.line.len() {
            shown.push_str(CUT);
        }
        shown
    }
}

/// What a character of a source file is shown as.
fn spelled(c: char) -> impl Iterator<Item = char> {
    let (tab, own) = if c == '\t' { (TAB, None) } else { ("", Some(cells::safe(c))) };
    tab.chars().chain(own)
}

fn line(text: &SourceText, number: u32) -> &str {
    let span = text.lines().line_span(text.text(), number);
    text.text().get(span.range()).unwrap_or("").trim_end_matches(['\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 60;

    fn drawn(source: &str, (line, column): (u32, u32), (end_line, end_column): (u32, u32), label: &str) -> String {
        let evidence = EvidenceReport { file: "a".into(), line, column, end_line, end_column, message: String::new() };
        let frame = Frame { width: WIDTH, label, ink: Ink::Bad, paint: Paint { color: false } };
        let lines = frame.draw(&SourceText::new(source.to_owned()), &evidence);
        assert!(lines.iter().all(|line| cells::width(line) <= WIDTH), "{lines:#?}");
        lines.join("\n")
    }

    #[test]
    fn marks_the_place_behind_wide_characters() {
        let frame = drawn("a: 1\nnäme😀: restart\nb: 2\n", (2, 9), (2, 16), "here");
        assert_eq!(frame, "1 | a: 1\n2 | näme😀: restart\n  |         ^^^^^^^ here\n3 | b: 2");
    }

    #[test]
    fn tabs_take_the_cells_that_they_are_shown_as() {
        assert_eq!(drawn("\t\ta: b", (1, 3), (1, 4), ""), "1 |     a: b\n  |     ^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let source = format!("before\n{}MARK{}\nafter\n", "x".repeat(50_000), "y".repeat(50_000));
        let frame = drawn(&source, (2, 50_001), (2, 50_005), "");
        let (line, mark) = frame.split_once('\n').unwrap();
        assert_eq!(line.find("MARK").map(|at| at - CUT.len() + 1), mark.find('^'));
        assert!(mark.ends_with("^^^^") && !frame.contains("before"), "{frame}");
    }

    #[test]
    fn a_place_near_the_start_keeps_the_start() {
        let source = format!("  key: {}", "y".repeat(500));
        let frame = drawn(&source, (1, 3), (1, 6), "");
        assert!(frame.starts_with("1 |   key: y") && frame.contains('…'), "{frame}");
    }

    #[test]
    fn a_label_without_room_stands_below() {
        let label = "a rather long label that would not fit beside the mark";
        let frame = drawn("            some: value that is long", (1, 13), (1, 37), label);
        assert_eq!(frame.lines().count(), 3, "{frame}");
    }

    #[test]
    fn an_empty_place_marks_the_rest_of_its_line() {
        assert!(drawn("a: b\n", (1, 4), (1, 4), "").ends_with("|    ^"));
        assert_eq!(drawn("\n\n", (1, 1), (1, 1), "x"), "");
    }

    #[test]
    fn what_could_write_to_the_terminal_is_left_out() {
        let frame = drawn("a\u{1b}[31m \u{202e}b\n", (1, 1), (1, 2), "\u{1b}[2J");
        assert!(!frame.contains(['\u{1b}', '\u{202e}']), "{frame:?}");
    }

    #[test]
    fn places_that_no_longer_fit_the_text_do_not_panic() {
        for source in ["é\n", "", "\n", "日本\r\n語", "\t"] {
            for line in [0, 1, 2, 3, u32::MAX] {
                for column in [0, 1, 2, 3, 9, u32::MAX] {
                    drawn(source, (line, column), (line.saturating_add(1), 1), "x");
                    drawn(source, (line, column), (line, column.saturating_sub(1)), "x");
                }
            }
        }
    }
}
