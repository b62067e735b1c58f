//! Where no configuration says what a build writes: the names that projects give to sources and output.

use crate::Sources;
use crate::modules_on_disk::{source_named, split_extension};
use prodcheck_source::RepoPath;

/// Folders that hold output.
const OUTPUT: &[&str] = &["dist", "build", "out", "output", "lib", "compiled", "built", "bundle", "prod", "target"];

/// Folders that hold the sources of an output folder beside them; the first stands for the folder itself.
const SOURCE: &[&str] = &["src", "", "source", "sources", "app", "server", "lib"];

/// The source of the same name and place in a folder of sources beside the output folder.
pub(super) fn source_of(path: &RepoPath, sources: Sources<'_>) -> Option<RepoPath> {
    let (stem, extension) = split_extension(path);
    let parts: Vec<&str> = stem.parts().collect();
    // The innermost output folder goes first: in `build/server/dist/main` it is `dist`.
    let outputs = parts.iter().enumerate().rev().filter(|(_, part)| OUTPUT.contains(part)).map(|(at, _)| at);
    outputs.into_iter().find_map(|at| {
        let beside = parts.get(..at).unwrap_or_default().join("/");
        let inside = parts.get(at + 1..).unwrap_or_default().join("/");
        let output = parts.get(at).copied().unwrap_or_default();
        SOURCE.iter().filter(|source| **source != output).find_map(|source| {
            let place = RepoPath::new(&format!("{beside}/{source}/{inside}"));
            source_named(&place, extension, sources)
        })
    })
}
