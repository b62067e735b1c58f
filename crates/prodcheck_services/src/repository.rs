//! Everything known of the repository: its files, their facts, and the run's options.

use prodcheck_facts::FactStore;
use prodcheck_program::Sources;
use prodcheck_source::FileSet;

/// The repository that is checked.
#[derive(Debug, Default)]
pub struct Repository {
    /// Its files.
    pub files: FileSet,
    /// What is known of their content.
    pub facts: FactStore,
    /// The day to judge for, `YYYY-MM-DD`.
    pub date: String,
    /// The files that version control tracks, sorted; `None` where nobody knows.
    pub tracked: Option<Vec<String>>,
}

impl Repository {
    /// Its files and facts.
    pub fn sources(&self) -> Sources<'_> {
        Sources { files: &self.files, facts: &self.facts }
    }
}
