//! Shell command lines and scripts (POSIX sh, bash), as far as deciding what is run needs it.
//!
//! Follows the [POSIX Shell Command Language](https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html)
//! and the [Bash manual](https://www.gnu.org/software/bash/manual/bash.html). Nothing is expanded: words keep their
//! parts, and are asked for their text.

mod argv;
mod commands;
mod expansion;
mod parser;
mod plain;
mod quotes;
mod redirection;
mod tree;
mod walk;
mod word;

pub use argv::{ShellRun, command_of, inner, shell_run};
pub(crate) use plain::Plain;
pub use tree::{
    AndOr, Arm, Assignment, Case, Change, Command, Compound, CompoundKind, Connector, If, List, Parameter, Part,
    PartKind, Pipeline, Quote, Redirect, Redirection, Script, Step, Word,
};
pub use walk::{Branch, BranchOf, Context, Visit};

use crate::Parsed;
use crate::excerpt::Excerpt;

/// Reads a script or a command line. What cannot be read is noted, and the rest is read on.
pub fn parse(text: &str) -> Parsed<Script> {
    parse_excerpt(&Excerpt::plain(text))
}

/// Reads a script that was taken out of a file; the spans are the file's.
pub fn parse_excerpt(source: &Excerpt<'_>) -> Parsed<Script> {
    parser::Parser::new(source).script()
}

#[cfg(test)]
mod tests;
