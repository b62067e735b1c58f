//! What bundlers write by their configuration files.

use super::{Builds, shared_folder};
use crate::modules_on_disk::split_extension;
use crate::workspaces::Workspaces;
use prodcheck_facts::bundler::{BundleEntry, BundlerFile, Bundling};
use prodcheck_source::{Glob, RepoPath};

/// Adds the builds of a file. Paths start from the file's folder, or from that of its package, in which the bundler runs.
pub(super) fn add(path: &RepoPath, file: &BundlerFile, workspaces: &Workspaces, builds: &mut Builds) {
    let own = path.parent();
    let package = workspaces.holder(path).cloned().unwrap_or_default();
    for build in &file.builds {
        add_build(&package, build, builds);
        if own != package {
            add_build(&own, build, builds);
        }
    }
}

fn add_build(folder: &RepoPath, build: &Bundling, builds: &mut Builds) {
    let out_dir = build.out_dir.as_ref().map(|dir| folder.join(&dir.value));
    let out = match &out_dir {
        Some(Some(out)) => out,
        Some(None) => return,
        None => folder,
    };
    let paths: Vec<RepoPath> = build.entries.iter().filter_map(|entry| folder.join(&entry.path.value)).collect();
    let shared = shared_folder(&paths);
    for entry in &build.entries {
        if entry.path.value.contains(['*', '{']) {
            builds.tree(Some(out.clone()), folder.join(&Glob::new(&entry.path.value).literal_folder()));
            continue;
        }
        let Some(source) = folder.join(&entry.path.value) else { continue };
        for name in names(entry, &source, shared.as_ref()) {
            let written = match &build.out_file {
                Some(file) => file.value.replace("[name]", &name),
                None => name,
            };
            builds.bundle(out.join(&written), Some(source.clone()));
        }
    }
}

/// The names that an entry's output can have, without an extension: its own, else that of the source, with or without
/// the folders below the one that all entries share.
fn names(entry: &BundleEntry, source: &RepoPath, shared: Option<&RepoPath>) -> Vec<String> {
    if let Some(name) = &entry.name {
        return vec![name.clone()];
    }
    let stem = split_extension(source).0;
    let inside = shared.and_then(|shared| stem.relative_to(shared)).unwrap_or(stem.name()).to_owned();
    vec![inside, stem.name().to_owned()]
}
