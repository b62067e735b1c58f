//! Which line of a `.gitignore` keeps a file out of the repository.

use crate::Repository;
use prodcheck_formats::gitignore::{self, Rules};
use prodcheck_source::{Place, RepoPath};

/// The line that ignores a path; `None` where none does or the files were not read.
pub fn line(repository: &Repository, path: &RepoPath) -> Option<Place> {
    let files: Vec<(RepoPath, RepoPath)> = path
        .parent()
        .ancestors()
        .filter_map(|folder| Some((folder.join(".gitignore")?, folder)))
        .filter(|(file, _)| repository.files.text(file).is_some())
        .collect();
    // The outermost file comes first, since the innermost decides last.
    let read = files.iter().rev().filter_map(|(file, folder)| {
        let text = repository.files.text(file)?;
        Some((folder.clone(), gitignore::parse(text.text()).tree))
    });
    let rules = Rules::new(read);
    let found = rules.matches(path, false).filter(|found| found.ignored)?;
    let (file, _) = files.iter().rev().nth(found.file)?;
    Some(Place::new(file.clone(), found.span))
}
