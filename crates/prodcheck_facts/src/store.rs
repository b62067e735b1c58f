//! Which files hold facts, how each is read, and the facts of all files by path.

use prodcheck_source::{Note, RepoPath, SourceText};
use std::collections::BTreeMap;

/// The facts of one file, by the tool that the file belongs to.
#[derive(Debug, Clone)]
pub enum FileFacts {}

/// What reading one file gave.
#[derive(Debug, Clone, Default)]
pub struct Gathered {
    /// Its facts; one file can speak to several tools.
    pub facts: Vec<FileFacts>,
    /// What could not be read.
    pub notes: Vec<Note>,
}

/// The facts of all files that were read.
#[derive(Debug, Clone, Default)]
pub struct FactStore {
    files: BTreeMap<RepoPath, Gathered>,
}

impl FactStore {
    /// Keeps what a file gave.
    pub fn insert(&mut self, path: RepoPath, gathered: Gathered) {
        self.files.insert(path, gathered);
    }

    /// What a file gave; `None` where it was not read.
    pub fn get(&self, path: &RepoPath) -> Option<&Gathered> {
        self.files.get(path)
    }

    /// All files that were read and their facts, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&RepoPath, &FileFacts)> {
        self.files.iter().flat_map(|(path, gathered)| gathered.facts.iter().map(move |facts| (path, facts)))
    }

    /// All remarks, sorted by path, in the order of the text.
    pub fn notes(&self) -> impl Iterator<Item = (&RepoPath, &Note)> {
        self.files.iter().flat_map(|(path, gathered)| gathered.notes.iter().map(move |note| (path, note)))
    }
}

/// Whether a file is read before any service is known: configuration of a tool that has facts.
pub fn is_wanted(_path: &RepoPath) -> bool {
    false
}

/// Reads one file's facts.
pub fn gather(_path: &RepoPath, _text: &SourceText) -> Gathered {
    Gathered::default()
}
