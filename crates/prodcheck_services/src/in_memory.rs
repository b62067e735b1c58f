//! Repositories in memory, for this crate's tests.

use crate::Repository;
use prodcheck_source::{FileSet, FileState, RepoPath, SourceText};

/// A repository of these files, all of them read.
pub(crate) fn repository(files: &[(&str, &str)]) -> Repository {
    let mut repository =
        Repository { files: FileSet::new(files.iter().map(|(path, _)| RepoPath::new(path))), ..Repository::default() };
    for (path, text) in files {
        let path = RepoPath::new(path);
        let text = SourceText::new(*text);
        repository.facts.insert(path.clone(), prodcheck_facts::gather(&path, &text));
        repository.files.set(path, FileState::Text(text));
    }
    repository
}
