//! Kustomize: the manifests that a folder's kustomization builds from its bases, components and patches.
//!
//! Fields: <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/>. Names keep their spelling in the base:
//! prefixes and suffixes change nothing that is asked of a workload.

mod generate;
mod merge;
mod patch;
mod render;
mod sources;
#[cfg(test)]
mod tests;

use crate::helm::Dependency;
use crate::kubernetes::Manifest;
use prodcheck_source::{FileSet, Place, RepoPath, Span};
use sources::Sources;
use std::collections::BTreeSet;

/// The names by which a folder's kustomization is known, in the order in which they are looked for.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// What a kustomization builds.
#[derive(Debug, Clone, Default)]
pub struct Kustomized {
    /// Its manifests, with spans that only [`Kustomized::place`] understands.
    pub manifests: Vec<Manifest>,
    /// Every file that it is built from.
    pub files: BTreeSet<RepoPath>,
    /// The folders of other kustomizations that it takes in.
    pub bases: BTreeSet<RepoPath>,
    /// Charts that it renders with values of its own.
    pub charts: Vec<Dependency>,
    sources: Sources,
}

impl Kustomized {
    /// How many bytes were read for it.
    pub fn bytes(&self) -> usize {
        self.sources.bytes()
    }

    /// Where a span of a manifest is written.
    pub fn place(&self, span: Span) -> Place {
        self.sources.place(span)
    }
}

/// Whether a file is a kustomization.
pub fn is_kustomization(path: &RepoPath) -> bool {
    NAMES.contains(&path.name())
}

/// The kustomization of a folder.
pub fn file_of(files: &FileSet, folder: &RepoPath) -> Option<RepoPath> {
    NAMES.iter().filter_map(|name| folder.join(name)).find(|path| files.contains(path))
}

/// What the kustomization of a folder builds; nothing where the folder has none. Reads only files whose text the set
/// holds.
pub fn build(files: &FileSet, folder: &RepoPath) -> Option<Kustomized> {
    file_of(files, folder)?;
    Some(render::build(files, folder))
}

/// The files that a kustomization takes variables from, which no other reader may want.
pub fn referred(files: &FileSet, path: &RepoPath) -> Vec<RepoPath> {
    files.text(path).map(|text| generate::referred(path, text.text())).unwrap_or_default()
}
