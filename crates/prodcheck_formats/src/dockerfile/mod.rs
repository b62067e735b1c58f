//! Dockerfiles: instructions, stages, and the values of their arguments and variables.
//!
//! Follows the [Dockerfile reference](https://docs.docker.com/reference/dockerfile/), and for its gaps the reader of
//! [BuildKit](https://github.com/moby/buildkit/tree/master/frontend/dockerfile/parser).

mod array;
mod environment;
mod instruction;
mod lines;
mod tree;

pub use environment::{BuildArguments, Environment, Variable};
pub use tree::{Directives, Dockerfile, Flag, Form, HereDocument, Instruction, Kind, Pair, Run, Stage, Transfer};

use crate::Parsed;
use lines::Lines;
use prodcheck_source::{Note, Span};

/// How many remarks one file gets.
const MOST_NOTES: usize = 100;

/// Reads a Dockerfile. An instruction that cannot be read is noted, and the rest is read on.
pub fn parse(text: &str) -> Parsed<Dockerfile> {
    let mut lines = Lines::new(text);
    let escape = u8::try_from(lines.directives.escape).unwrap_or(b'\\');
    let mut notes = Vec::new();
    let mut instructions = Vec::new();
    let mut stages: Vec<Stage> = Vec::new();
    while let Some(line) = lines.next() {
        let Some(instruction::Read { instruction, from }) = instruction::read(line, escape, &mut notes) else {
            continue;
        };
        let index = instructions.len();
        if let Some(from) = from {
            let platform = instruction.flag("platform").and_then(|flag| flag.value.clone());
            let (span, instructions) = (instruction.span, index..index);
            stages.push(Stage { span, name: from.name, image: from.image, platform, instructions });
        } else if stages.is_empty() && !matches!(instruction.kind, Kind::Arg(_)) {
            let message = format!("`{}` before the first `FROM`", instruction.keyword.value);
            notes.push(Note::at(instruction.keyword.span, message));
        }
        if let Some(stage) = stages.last_mut() {
            stage.span = stage.span.to(instruction.span);
            stage.instructions.end = index + 1;
        }
        instructions.push(instruction);
    }
    let Lines { directives, comments, notes: more, .. } = lines;
    notes.extend(more);
    if stages.is_empty() {
        notes.push(Note::at(Span::at(0), "there is no `FROM`"));
    }
    notes.sort_by_key(|note| note.span);
    notes.truncate(MOST_NOTES);
    Parsed::with_notes(Dockerfile { directives, instructions, stages, comments }, notes)
}

#[cfg(test)]
mod tests;
