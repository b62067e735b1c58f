//! What the build commands in a package's scripts write.

use super::{Builds, Root, Tree, shared_folder};
use crate::Sources;
use crate::modules_on_disk::split_extension;
use crate::ts_config::Resolved;
use crate::workspaces::Workspaces;
use prodcheck_facts::build_command::{self, BuildCommand, Output};
use prodcheck_facts::npm::Package;
use prodcheck_source::{Glob, RepoPath};

/// Adds the builds of all scripts; their paths start from the package's folder.
pub(super) fn add(
    path: &RepoPath,
    package: &Package,
    sources: Sources<'_>,
    workspaces: &Workspaces,
    builds: &mut Builds,
) {
    let folder = path.parent();
    for script in &package.scripts {
        for build in build_command::read(&script.command.value) {
            add_build(&folder, &build, sources, workspaces, builds);
        }
    }
}

fn add_build(
    folder: &RepoPath,
    build: &BuildCommand,
    sources: Sources<'_>,
    workspaces: &Workspaces,
    builds: &mut Builds,
) {
    match &build.output {
        Output::File { entry, to } => builds.bundle(folder.join(to), folder.join(entry)),
        Output::Tree { from: Some(from), to: Some(to), keeps_folder } => {
            let out = folder.join(to);
            builds.tree(out.clone(), folder.join(from));
            if *keeps_folder {
                builds.tree(out, Some(folder.clone()));
            }
        }
        Output::Tree { from: None, to: Some(to), .. } => {
            let named = build.config.as_deref().unwrap_or("tsconfig.json");
            let config = [Some(named.to_owned()), Some(format!("{named}/tsconfig.json"))].into_iter().flatten();
            let config = config.filter_map(|name| Resolved::read(&folder.join(&name)?, sources, workspaces)).next();
            if let (Some(out), Some(config)) = (folder.join(to), config) {
                builds.trees.push(Tree { out, root: Root::Inferred(Box::new(config)) });
            }
        }
        Output::Tree { .. } => {}
        Output::Entries { entries, to, base } => {
            if let Some(out) = folder.join(to) {
                add_entries(folder, build.tool, entries, &out, base.as_deref(), builds);
            }
        }
    }
}

fn add_entries(
    folder: &RepoPath,
    tool: &str,
    entries: &[String],
    out: &RepoPath,
    base: Option<&str>,
    builds: &mut Builds,
) {
    let (patterns, plain): (Vec<&String>, Vec<&String>) =
        entries.iter().partition(|entry| entry.contains(['*', '?', '{', '[']));
    for pattern in patterns {
        let root = base.map_or_else(|| Glob::new(pattern).literal_folder(), str::to_owned);
        builds.tree(Some(out.clone()), folder.join(&root));
    }
    let paths: Vec<RepoPath> = plain.iter().filter_map(|entry| folder.join(entry)).collect();
    let shared = base.and_then(|base| folder.join(base)).or_else(|| shared_folder(&paths));
    for entry in &paths {
        let stem = split_extension(entry).0;
        let inside = shared.as_ref().and_then(|shared| stem.relative_to(shared)).unwrap_or(stem.name());
        // These two have a name of their own for what they write.
        let own = match tool {
            "ncc" => "index",
            "webpack" | "rspack" => "main",
            _ => stem.name(),
        };
        for name in [inside, own] {
            builds.bundle(out.join(name), Some(entry.clone()));
        }
    }
}
