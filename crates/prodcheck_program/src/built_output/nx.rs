//! What the build targets of Nx and Angular workspaces write.
//!
//! Sources: <https://nx.dev/nx-api/esbuild/executors/esbuild>, <https://nx.dev/nx-api/webpack/executors/webpack>,
//! <https://nx.dev/nx-api/js/executors/tsc>.

use super::Builds;
use crate::Sources;
use crate::modules_on_disk::split_extension;
use prodcheck_facts::nx::{Nx, Project, Target};
use prodcheck_source::RepoPath;

pub(super) fn add(path: &RepoPath, nx: &Nx, sources: Sources<'_>, builds: &mut Builds) {
    let own = path.parent();
    let marks_root = |folder: &RepoPath| {
        let holds = |name: &str| folder.join(name).is_some_and(|file| sources.files.contains(&file));
        ["nx.json", "workspace.json", "angular.json"].into_iter().any(holds)
    };
    let Some(workspace) = own.ancestors().find(marks_root) else { return };
    for project in &nx.projects {
        let root = match &project.root {
            Some(root) => workspace.join(root),
            None if own == workspace && path.name() != "package.json" && path.name() != "project.json" => None,
            None => Some(own.clone()),
        };
        let Some(root) = root else { continue };
        for target in &project.targets {
            add_target(project, target, &root, &workspace, builds);
        }
        if project.application == Some(true) {
            // Targets that Nx infers from a bundler's configuration write to `dist/<project>`.
            let at = root.relative_to(&workspace).unwrap_or_default();
            let source_root = project.source_root.clone().unwrap_or_else(|| format!("{at}/src"));
            let entry = workspace.join(&source_root).and_then(|folder| folder.join("main"));
            for out in [workspace.join(&format!("dist/{at}/main")), root.join("dist/main")] {
                builds.bundle(out, entry.clone());
            }
        }
    }
}

fn add_target(project: &Project, target: &Target, root: &RepoPath, workspace: &RepoPath, builds: &mut Builds) {
    let at = |text: &str| {
        let known = text.replace("{projectRoot}", root.as_str()).replace("{workspaceRoot}/", "");
        let known = known.replace("{projectName}", project.name.as_ref().map_or("", |name| &name.value));
        if known.contains('{') { None } else { workspace.join(&known) }
    };
    let Some(out) = target.option("outputPath").and_then(|path| at(&path.value)) else { return };
    let entry = target.option("main").and_then(|path| at(&path.value));
    if let Some(entry) = &entry {
        let stem = split_extension(entry).0;
        let named = target.option("outputFileName").map(|name| name.value.clone());
        for name in named.into_iter().chain([stem.name().to_owned(), "main".to_owned(), "index".to_owned()]) {
            builds.bundle(out.join(&name), Some(entry.clone()));
        }
    }
    for folder in [Some(root.clone()), Some(workspace.clone())] {
        builds.tree(Some(out.clone()), folder);
    }
}
