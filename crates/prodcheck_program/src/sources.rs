//! The repository's files and their facts, as far as they were read.

use prodcheck_facts::FactStore;
use prodcheck_source::FileSet;

/// What there is to look at. Cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// The files.
    pub files: &'a FileSet,
    /// What is known of those that were read.
    pub facts: &'a FactStore,
}
