//! Reading what can be read: statements that the parser refuses are blanked out, one after the other, until it takes
//! the rest. Blanks keep every place of the text, so that the rest is read as if nothing had happened.

use super::Dialect;
use super::scan::{Scan, scan};
use super::syntax::{self, Run};
use super::tree::Comment;
use prodcheck_source::{Note, Span};
use std::borrow::Cow;
use swc_core::ecma::ast::Program;

/// How often a text is read anew.
const MAX_RUNS: usize = 40;

/// How many bytes are read anew in all, those that the parser itself reads again included.
const MAX_BYTES: usize = 128 * 1024 * 1024;

/// How many notes a file gets.
const MAX_NOTES: usize = 20;

/// What was read of a text.
pub struct Read {
    /// The program, without what could not be read.
    pub program: Program,
    /// What could not be read, and why.
    pub notes: Vec<Note>,
    /// The comments, in the order of the text.
    pub comments: Vec<Comment>,
}

/// Reads a text in its dialect; JavaScript with annotations is read as TypeScript.
pub fn read(text: &str, dialect: Dialect) -> Read {
    let scan = scan(text, dialect);
    let mut left_out = scan.too_deep.clone();
    if dialect.is_typescript() {
        left_out.extend(&scan.ambiguous);
        left_out.sort();
        left_out.dedup();
    }
    let mut notes: Vec<Note> =
        left_out.iter().map(|span| Note::at(Span::at(span.start as usize), "nested too deeply to be read")).collect();
    let mut blanked = Cow::Borrowed(text);
    if !left_out.is_empty() {
        blanked = Cow::Owned(blank(text, &left_out));
    }
    let mut run = syntax::run(&blanked, dialect);
    if run.program.is_err() || !run.errors.is_empty() {
        let mut dialect = dialect;
        if let Some(other) = fallback(dialect).filter(|_| scan.ambiguous.is_empty()) {
            let unannotated = blank(&blanked, &scan.flow);
            let second = syntax::run(&unannotated, other);
            if quality(&second) > quality(&run) {
                (run, dialect, blanked) = (second, other, Cow::Owned(unannotated));
            }
        }
        let mut recovery = Recovery { scan, dialect, runs: 0, bytes: 0 };
        run = recovery.read(blanked.to_mut(), run, &mut notes);
    }
    finish(run, notes)
}

fn finish(run: Run, mut notes: Vec<Note>) -> Read {
    notes.extend(run.errors);
    let program = run.program.unwrap_or_else(|error| {
        notes.push(error);
        syntax::empty()
    });
    notes.dedup();
    let more = notes.len().saturating_sub(MAX_NOTES);
    if more > 0 {
        notes.truncate(MAX_NOTES);
        notes.push(Note::whole(format!("{more} more places could not be read")));
    }
    Read { program, notes, comments: run.comments }
}

/// How well the parser coped with a text: whether it came through, how far it got, how much it complained.
fn quality(run: &Run) -> (bool, u32, std::cmp::Reverse<usize>) {
    let reached = match &run.program {
        Ok(_) => u32::MAX,
        Err(error) => error.span.unwrap_or_default().start,
    };
    (run.program.is_ok(), reached, std::cmp::Reverse(run.errors.len()))
}

/// The dialect to try where the text's own does not fit it.
fn fallback(dialect: Dialect) -> Option<Dialect> {
    match dialect {
        Dialect::JavaScript | Dialect::JavaScriptModule => Some(Dialect::TypeScriptJsx),
        Dialect::JavaScriptScript => Some(Dialect::JavaScript),
        Dialect::TypeScript => Some(Dialect::TypeScriptJsx),
        Dialect::TypeScriptJsx => None,
    }
}

struct Recovery {
    scan: Scan,
    dialect: Dialect,
    runs: usize,
    bytes: usize,
}

impl Recovery {
    /// Blanks out what the parser refuses, until it takes the text.
    fn read(&mut self, text: &mut String, first: Run, notes: &mut Vec<Note>) -> Run {
        let mut run = first;
        while let Err(error) = &run.program {
            let error = error.clone();
            let next = self.without(text, &error).or_else(|| self.up_to(text, &error));
            let Some((better, next)) = next else { break };
            notes.push(error);
            *text = better;
            run = next;
        }
        run
    }

    /// The text without the smallest statement around an error that lets the parser get further, and what it then
    /// makes of it.
    fn without(&mut self, text: &str, error: &Note) -> Option<(String, Run)> {
        let at = error.span.unwrap_or_default().start;
        for statement in self.candidates(text, at) {
            if self.runs >= MAX_RUNS || self.bytes >= MAX_BYTES {
                return None;
            }
            let Some((blanked, run)) = self.attempt(text, statement) else { continue };
            let further = match &run.program {
                Ok(_) => true,
                Err(next) => next.span.unwrap_or_default().start >= statement.end,
            };
            if further {
                return Some((blanked, run));
            }
        }
        None
    }

    /// The text up to the statement of the module that holds an error: what is left where nothing else helps.
    fn up_to(&mut self, text: &str, error: &Note) -> Option<(String, Run)> {
        let at = error.span.unwrap_or_default().start;
        let start = self.scan.statements_around(at).last().map_or(at, |statement| statement.start);
        let (blanked, run) = self.attempt(text, Span::new(start as usize, text.len()))?;
        run.program.is_ok().then_some((blanked, run))
    }

    /// The text without a part, and what the parser makes of it; `None` where the part is blank already.
    fn attempt(&mut self, text: &str, part: Span) -> Option<(String, Run)> {
        let blanked = blank(text, &[part]);
        if blanked == text {
            return None;
        }
        let forks = if self.dialect.is_typescript() { self.scan.forks } else { 0 };
        self.runs += 1;
        self.bytes = self.bytes.saturating_add(text.len() << forks.min(16));
        let run = syntax::run(&blanked, self.dialect);
        Some((blanked, run))
    }

    /// What may be the bad statement around a byte, the likeliest first.
    fn candidates(&self, text: &str, at: u32) -> Vec<Span> {
        let mut candidates = self.scan.statements_around(at);
        // What the parser stumbles over may begin in the statement before.
        if let Some(before) = at.checked_sub(1) {
            candidates.extend(self.scan.statements_around(before));
        }
        candidates.extend(unindented(text, at));
        let start = candidates.iter().map(|span| span.start).min().unwrap_or(at);
        candidates.push(Span::new(start as usize, text.len()));
        candidates.push(Span::new(0, text.len()));
        candidates.sort_by_key(|span| span.end - span.start);
        candidates.dedup();
        candidates
    }
}

/// The lines around a byte from one that is not indented to the next: by custom a statement of the module, also where
/// a bracket is missing.
fn unindented(text: &str, at: u32) -> Option<Span> {
    let begins = |line: &str| line.starts_with(|first: char| first.is_ascii_alphabetic() || first == '@');
    let (mut start, mut offset) = (None, 0);
    for line in text.split_inclusive('\n') {
        if begins(line) {
            if offset > at as usize {
                return start.map(|start| Span::new(start, offset));
            }
            start = Some(offset);
        }
        offset += line.len();
    }
    start.map(|start| Span::new(start, text.len()))
}

/// The text with blanks instead of some parts; lines stay lines.
fn blank(text: &str, parts: &[Span]) -> String {
    let mut blanked = String::with_capacity(text.len());
    let mut at = 0;
    for part in parts {
        let (start, end) = (part.start as usize, part.end as usize);
        let (Some(kept), Some(lost)) = (text.get(at..start), text.get(start..end)) else { continue };
        blanked.push_str(kept);
        blanked.extend(lost.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        at = end;
    }
    blanked.push_str(text.get(at..).unwrap_or(""));
    blanked
}
