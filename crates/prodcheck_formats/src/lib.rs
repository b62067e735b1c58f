//! Text to trees with spans, one file a syntax.
//!
//! Every `parse` takes decoded text and returns a tree and notes: it never fails and never panics. What cannot be
//! read is left out of the tree and stands in a note with its place.

pub mod apache;
pub mod caddyfile;
pub mod directives;
pub mod dockerfile;
pub mod dockerignore;
pub mod dotenv;
pub mod excerpt;
pub mod gitignore;
mod glob;
pub mod gotemplate;
pub mod haproxy;
pub mod hcl;
pub mod ini;
pub mod javascript;
pub mod json;
pub mod justfile;
pub mod makefile;
pub mod nginx;
pub mod npm_range;
pub mod procfile;
pub mod recipes;
pub mod shell;
pub mod toml;
pub mod value;
pub mod yaml;

use prodcheck_source::Note;

/// How many arrays, objects, tables or blocks may stand in one another. What is nested deeper is unknown, with a note.
pub const DEPTH_LIMIT: usize = 128;

/// A tree and what could not be read of its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed<T> {
    /// The tree; as much of it as could be read.
    pub tree: T,
    /// Remarks on what could not be read, in the order of the text.
    pub notes: Vec<Note>,
}

impl<T> Parsed<T> {
    /// A tree that was read whole.
    pub fn whole(tree: T) -> Self {
        Self { tree, notes: Vec::new() }
    }

    /// A tree and remarks.
    pub fn with_notes(tree: T, notes: Vec<Note>) -> Self {
        Self { tree, notes }
    }
}
