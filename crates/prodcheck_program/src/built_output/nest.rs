//! What `nest build` writes: the entry file of each application, with or without the folder of its sources.
//!
//! Source: <https://docs.nestjs.com/cli/monorepo>.

use super::Builds;
use crate::Sources;
use crate::ts_config::Resolved;
use crate::workspaces::Workspaces;
use prodcheck_facts::nest_cli::{NestCli, Project};
use prodcheck_source::RepoPath;

pub(super) fn add(path: &RepoPath, cli: &NestCli, sources: Sources<'_>, workspaces: &Workspaces, builds: &mut Builds) {
    let folder = path.parent();
    for project in std::iter::once(&cli.main).chain(cli.projects.iter().map(|(_, project)| project)) {
        if project.library {
            continue;
        }
        let entry = folder.join(&format!("{}/{}", project.source_root, project.entry_file));
        let out = out_dir(&folder, project, sources, workspaces);
        let places = [
            project.entry_file.clone(),
            format!("{}/{}", project.source_root, project.entry_file),
            format!("{}/{}", project.root, project.entry_file),
        ];
        for place in places {
            builds.bundle(out.as_ref().and_then(|out| out.join(place.trim_start_matches('/'))), entry.clone());
        }
    }
}

/// The output folder of the project's TypeScript configuration, `dist` where it names none.
fn out_dir(folder: &RepoPath, project: &Project, sources: Sources<'_>, workspaces: &Workspaces) -> Option<RepoPath> {
    let named = project.ts_config.as_ref().map(|config| config.value.as_str());
    let configs = named.into_iter().chain(["tsconfig.build.json", "tsconfig.json"]);
    let config = configs.filter_map(|name| Resolved::read(&folder.join(name)?, sources, workspaces)).next();
    config.and_then(|config| config.out_dir).or_else(|| folder.join("dist"))
}
