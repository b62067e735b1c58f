//! The repository's files by name, and what is known of each one's content.

use crate::{RepoPath, SourceText};
use std::collections::BTreeMap;

/// What is known of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// It is there; nobody has asked for its content.
    Listed,
    /// Its decoded text.
    Text(SourceText),
    /// It could not be read or is not text; why, in words.
    Unreadable(String),
}

/// All files of the repository, sorted by path.
#[derive(Debug, Clone, Default)]
pub struct FileSet {
    files: BTreeMap<RepoPath, FileState>,
}

impl FileSet {
    /// Lists files of which no content is known yet.
    pub fn new(paths: impl IntoIterator<Item = RepoPath>) -> Self {
        Self { files: paths.into_iter().map(|path| (path, FileState::Listed)).collect() }
    }

    /// Records what became of reading a file.
    pub fn set(&mut self, path: RepoPath, state: FileState) {
        self.files.insert(path, state);
    }

    /// What is known of a file; `None` where there is no such file.
    pub fn get(&self, path: &RepoPath) -> Option<&FileState> {
        self.files.get(path)
    }

    /// Whether there is such a file, read or not.
    pub fn contains(&self, path: &RepoPath) -> bool {
        self.files.contains_key(path)
    }

    /// The text of a file that was read.
    pub fn text(&self, path: &RepoPath) -> Option<&SourceText> {
        match self.files.get(path)? {
            FileState::Text(text) => Some(text),
            _ => None,
        }
    }

    /// All paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        self.files.keys()
    }

    /// The files below a folder, sorted.
    pub fn below<'a>(&'a self, folder: &'a RepoPath) -> impl Iterator<Item = &'a RepoPath> {
        self.files
            .range(folder.clone()..)
            .map(|(path, _)| path)
            .take_while(|path| {
                // Sorted order keeps `a-b` between `a` and `a/c`, so what only shares the prefix is passed over.
                path.as_str().starts_with(folder.as_str())
            })
            .filter(|path| path.is_in(folder))
    }

    /// Whether the folder holds any file.
    pub fn is_folder(&self, folder: &RepoPath) -> bool {
        self.below(folder).any(|path| path != folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_keeps_to_the_folder() {
        let files = FileSet::new(["a/x", "a-b/x", "a", "ab", "b/x", "a/y/z"].map(RepoPath::new));
        let found: Vec<_> = files.below(&"a".into()).map(|p| p.to_string()).collect();
        assert_eq!(found, ["a", "a/x", "a/y/z"]);
        assert!(files.is_folder(&"a/y".into()) && !files.is_folder(&"ab".into()));
    }
}
