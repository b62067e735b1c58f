//! Repositories in memory, for tests.

use crate::Sources;
use prodcheck_facts::FactStore;
use prodcheck_source::{FileSet, FileState, RepoPath, SourceText};

/// Files, all of them read.
pub(crate) struct InMemory {
    files: FileSet,
    facts: FactStore,
}

impl InMemory {
    /// Reads files as the engine does.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let mut all = Self {
            files: FileSet::new(files.iter().map(|(path, _)| RepoPath::new(path))),
            facts: FactStore::default(),
        };
        for (path, text) in files {
            let path = RepoPath::new(path);
            let text = SourceText::new(*text);
            all.facts.insert(path.clone(), prodcheck_facts::gather(&path, &text));
            all.files.set(path, FileState::Text(text));
        }
        all
    }

    pub(crate) fn sources(&self) -> Sources<'_> {
        Sources { files: &self.files, facts: &self.facts }
    }
}
