//! Where the pieces of a build are written: spans of all of its files, told apart by an offset that each file gets.

use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::value::{Node, Object, Value};
use prodcheck_source::{Place, RepoPath, Span};

/// The texts of a build.
#[derive(Debug, Clone, Default)]
pub(super) struct Sources {
    texts: Vec<Source>,
    end: u32,
}

#[derive(Debug, Clone)]
struct Source {
    start: u32,
    path: RepoPath,
    /// Of a text that stands in a value of the file: how its places map to those of the file.
    inline: Option<Excerpt<'static>>,
}

/// The most bytes of all files together.
const MOST: usize = 1024 * 1024;

impl Sources {
    /// Takes in a file; the offset of its spans, or nothing where there are too many.
    pub fn file(&mut self, path: &RepoPath, length: usize) -> Option<u32> {
        self.add(path, length, None)
    }

    /// Takes in a text that a value of a file holds: `span` is that value's, in the file itself.
    pub fn inline(&mut self, place: &Place, file: &str, text: &str) -> Option<u32> {
        let excerpt = Excerpt::aligned(file, place.span, text).into_owned();
        self.add(&place.path, text.len(), Some(excerpt))
    }

    fn add(&mut self, path: &RepoPath, length: usize, inline: Option<Excerpt<'static>>) -> Option<u32> {
        let start = self.end;
        let end = start as usize + length + 1;
        if end > MOST {
            return None;
        }
        self.end = u32::try_from(end).ok()?;
        self.texts.push(Source { start, path: path.clone(), inline });
        Some(start)
    }

    /// How many bytes were read for it.
    pub fn bytes(&self) -> usize {
        self.end as usize
    }

    /// Where a shifted span is written.
    pub fn place(&self, span: Span) -> Place {
        let at = self.texts.partition_point(|source| source.start <= span.start).saturating_sub(1);
        let Some(source) = self.texts.get(at) else { return Place::file(RepoPath::root()) };
        let next = self.texts.get(at + 1).map_or(self.end, |next| next.start);
        let start = span.start.saturating_sub(source.start);
        let end = span.end.min(next.saturating_sub(1)).saturating_sub(source.start).max(start);
        let span = match &source.inline {
            Some(excerpt) => excerpt.span(start as usize, end as usize),
            None => Span { start, end },
        };
        Place::new(source.path.clone(), span)
    }
}

/// Moves all spans of a tree.
pub(super) fn shift(node: &mut Node, by: u32) {
    let moved = |span: &mut Span| {
        span.start = span.start.saturating_add(by);
        span.end = span.end.saturating_add(by);
    };
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        moved(&mut node.span);
        match &mut node.value {
            Value::Array(items) => waiting.extend(items.iter_mut()),
            Value::Object(Object { entries, .. }) => {
                for entry in entries {
                    moved(&mut entry.key_span);
                    waiting.push(&mut entry.value);
                }
            }
            _ => {}
        }
    }
}
