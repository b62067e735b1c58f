//! Which package a deployment starts, and which of its source files.

use super::{Candidate, Candidates, Deployment};
use crate::{EntryPoint, Process, Repository, StartPath};
use prodcheck_program::Layout;
use prodcheck_source::RepoPath;

/// The folder of the candidate that a deployment starts: that of the files it runs, else the one that its name or the
/// place of its file means, else the only one there is.
pub fn owner(
    deployment: &Deployment,
    candidates: &Candidates,
    repository: &Repository,
    layout: &Layout,
) -> Option<RepoPath> {
    let start = &deployment.route.start;
    let run = entry_points(start, None, repository, layout);
    if let Some(candidate) = run.iter().find_map(|entry| candidates.owner(&entry.path)) {
        return Some(candidate.path.clone());
    }
    let process = start.main_processes().next();
    let file = process.and_then(|process| process.file.as_ref()).filter(|file| !file.parent().is_root());
    if let Some(candidate) = file.and_then(|file| candidates.owner(file)) {
        return Some(candidate.path.clone());
    }
    let mut named = candidates.iter().filter(|candidate| is_named(candidate, deployment));
    if let (Some(candidate), None) = (named.next(), named.next()) {
        return Some(candidate.path.clone());
    }
    let holder = candidates.owner(&deployment.folder);
    let mut all = candidates.iter();
    match (holder, all.next(), all.next()) {
        (Some(candidate), _, _) | (None, Some(candidate), None) => Some(candidate.path.clone()),
        _ => None,
    }
}

fn is_named(candidate: &Candidate, deployment: &Deployment) -> bool {
    let short = candidate.name.rsplit('/').next().unwrap_or("");
    let names = [Some(candidate.name.as_str()), Some(short), Some(candidate.path.name())];
    deployment.name.as_deref().is_some_and(|name| !name.is_empty() && names.contains(&Some(name)))
}

/// The source files that a start path runs. A path of a server (`/srv/api/dist/server.js`) is looked for in the folder by
/// its end.
pub fn entry_points(
    start: &StartPath,
    folder: Option<&RepoPath>,
    repository: &Repository,
    layout: &Layout,
) -> Vec<EntryPoint> {
    let mut found: Vec<EntryPoint> = Vec::new();
    for process in start.main_processes() {
        let source = process
            .file
            .as_ref()
            .and_then(|file| layout.builds.source_of(file, repository.sources()).ok())
            .or_else(|| by_end(process, folder?, repository, layout));
        if let Some(path) = source
            && !found.iter().any(|known| known.path == path)
        {
            found.push(EntryPoint { path, named_by: process.place.clone() });
        }
    }
    found
}

fn by_end(process: &Process, folder: &RepoPath, repository: &Repository, layout: &Layout) -> Option<RepoPath> {
    let script = &process.script.as_ref().filter(|_| process.file.is_none())?.value;
    let parts: Vec<&str> = script.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    (0..parts.len()).find_map(|from| {
        let end = parts.get(from..)?.join("/");
        layout.builds.source_of(&folder.join(&end)?, repository.sources()).ok()
    })
}
