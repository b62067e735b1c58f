//! JavaScript and TypeScript, in all their file kinds, as one tree with its names resolved.
//!
//! [`parse`] reads a module. The tree ([`Module`]) is our own, small, and free of the parser's types; this folder is
//! the only one that names the parser. What a statement means beyond its own module is decided elsewhere.

mod commonjs;
mod dialect;
pub mod evaluate;
mod lower;
mod recover;
mod scan;
mod syntax;
#[cfg(test)]
mod tests;
pub mod tree;

pub use dialect::Dialect;
pub use evaluate::{Environment, evaluate, exported, namespace};
pub use tree::*;

use crate::Parsed;
use prodcheck_source::{Note, Span};

/// The most bytes of a file that are read.
pub const MAX_BYTES: usize = 2 * 1024 * 1024;

/// From how many bytes on a text of very long lines is taken for a bundle that nobody wrote by hand.
const BUNDLE_BYTES: usize = 128 * 1024;

/// From how many bytes a line on, on average, a text is taken for a bundle.
const BUNDLE_LINE: usize = 2000;

/// Reads a module.
///
/// What cannot be read is left out, statement by statement, and noted. Too large a file, a minified bundle, and code
/// nested too deeply to be safe are left out and noted as well.
pub fn parse(text: &str, dialect: Dialect) -> Parsed<Module> {
    if let Some(reason) = refuses(text) {
        let mut refused = read("", dialect);
        refused.tree.span = Span::new(0, text.len());
        refused.notes = vec![Note::whole(reason)];
        return refused;
    }
    read(text, dialect)
}

fn refuses(text: &str) -> Option<String> {
    if text.len() > MAX_BYTES {
        return Some(format!("not read: the file is larger than {} MiB", MAX_BYTES / 1024 / 1024));
    }
    if text.len() >= BUNDLE_BYTES && text.len() / (text.lines().count() + 1) >= BUNDLE_LINE {
        return Some("not read: the file looks minified".to_owned());
    }
    None
}

fn read(text: &str, dialect: Dialect) -> Parsed<Module> {
    let read = recover::read(text, dialect);
    let (mut module, mut notes) = lower::lower(&read.program, text);
    module.comments = read.comments;
    commonjs::complete(&mut module);
    notes.extend(read.notes);
    notes.sort_by_key(|note| note.span);
    Parsed::with_notes(module, notes)
}
