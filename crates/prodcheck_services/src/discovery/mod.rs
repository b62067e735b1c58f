//! Which packages are services, and which files have to be read to tell.

mod candidates;

pub use candidates::{Candidate, Candidates};

use crate::{Repository, Service};
use prodcheck_source::{Note, RepoPath};
use std::sync::Arc;

/// What discovery found.
#[derive(Debug, Default)]
pub struct Found {
    /// The services, sorted by folder.
    pub services: Vec<Service>,
    /// Where there is none: why, in words.
    pub none_because: Option<String>,
    /// Remarks on files, beyond what their readers left.
    pub notes: Vec<(RepoPath, Note)>,
}

/// The files to read, given what was read so far; those read already may be among them.
pub fn wanted(repository: &Repository) -> Vec<RepoPath> {
    repository.files.paths().filter(|path| prodcheck_facts::is_wanted(path)).cloned().collect()
}

/// The services of the repository.
pub fn services(_repository: &Arc<Repository>) -> Found {
    Found { none_because: Some("the repository has no `package.json`".to_owned()), ..Found::default() }
}
