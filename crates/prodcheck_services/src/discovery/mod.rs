//! Which packages are services, and which files have to be read to tell.

mod candidates;
mod clusters;
mod code;
mod deployments;
mod kind;
mod owner;
mod stack;

pub use candidates::{Candidate, Candidates};
pub use deployments::Deployment;

use crate::routes::{container, npm_start};
use crate::{Repository, Route, RouteKind, Service};
use code::Code;
use kind::Kind;
use prodcheck_program::workspaces::manifest;
use prodcheck_program::{Layout, ModuleGraph};
use prodcheck_source::{FileState, Note, RepoPath};
use std::collections::{BTreeMap, BTreeSet};
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

/// What is known of the repository while its files come in: first the configuration, then the scripts that it leads to,
/// then the code that these start.
#[derive(Debug, Default)]
pub struct Discovery {
    layout: Option<Layout>,
    assembled: Option<Assembled>,
    graph: ModuleGraph,
}

/// The candidates, and the routes of each by its folder, in the rulebook's order.
#[derive(Debug, Default)]
struct Assembled {
    candidates: Candidates,
    routes: BTreeMap<RepoPath, Vec<Route>>,
}

impl Discovery {
    /// The files to read next, given what was read so far. A file that was asked for is not asked for again.
    pub fn wanted(&mut self, repository: &Repository) -> Vec<RepoPath> {
        let listed = |path: &RepoPath| matches!(repository.files.get(path), Some(FileState::Listed));
        if self.layout.is_none() {
            let wanted = |path: &&RepoPath| prodcheck_facts::is_wanted(path) && listed(path);
            let configuration: Vec<RepoPath> = repository.files.paths().filter(wanted).cloned().collect();
            if !configuration.is_empty() {
                return configuration;
            }
            let referred: Vec<RepoPath> = container::wanted(repository).into_iter().filter(listed).collect();
            if !referred.is_empty() {
                return referred;
            }
        }
        let layout = self.layout.get_or_insert_with(|| Layout::of(repository.sources()));
        if self.assembled.is_none() {
            let assembled = assemble(repository, layout);
            let starts = assembled.routes.values().flatten().map(|route| &route.start);
            let scripts: BTreeSet<RepoPath> =
                starts.flat_map(|start| start.unread.iter().filter(|path| listed(path)).cloned()).collect();
            if !scripts.is_empty() {
                return scripts.into_iter().collect();
            }
            for (folder, routes) in &assembled.routes {
                for entry in code::entry_points(folder, routes, repository, layout) {
                    self.graph.start_from(&entry.path);
                }
            }
            self.assembled = Some(assembled);
        }
        self.graph.advance(layout, repository.sources())
    }

    /// The services, once nothing more is wanted.
    pub fn services(mut self, repository: &Arc<Repository>) -> Found {
        let layout = self.layout.take().unwrap_or_else(|| Layout::of(repository.sources()));
        let Assembled { candidates, mut routes } =
            self.assembled.take().unwrap_or_else(|| assemble(repository, &layout));
        let graph = Arc::new(self.graph);
        let mut found = Found::default();
        let mut others = Vec::new();
        for candidate in candidates.iter() {
            let mut routes = routes.remove(&candidate.path).unwrap_or_default();
            routes.retain(|route| !route.layers.is_empty());
            let code = Code::of(&candidate.path, &routes, &graph, repository, &layout);
            match kind::of(candidate, &routes, &code, repository) {
                Kind::Service => found.services.push(Service {
                    name: candidate.name.clone(),
                    path: candidate.path.clone(),
                    nature: code.nature(&routes),
                    entry_points: code.entry_points,
                    server_code: code.modules,
                    routes,
                    graph: Arc::clone(&graph),
                    repository: Arc::clone(repository),
                }),
                Kind::Other(other) => others.push((candidate, other)),
            }
        }
        if found.services.is_empty() {
            let files = repository.files.paths().count();
            found.none_because = Some(kind::none_because(&others, candidates.passed_over.len(), files));
        }
        found
    }
}

fn assemble(repository: &Repository, layout: &Layout) -> Assembled {
    let candidates = Candidates::of(repository, layout);
    let deployments = deployments::deployments(repository, layout);
    let mut routes: BTreeMap<RepoPath, Vec<Route>> = BTreeMap::new();
    let mut templates: BTreeMap<RepoPath, Vec<Route>> = BTreeMap::new();
    let called: BTreeSet<RepoPath> = deployments.iter().flat_map(Deployment::called).cloned().collect();
    for deployment in deployments {
        let declared_in = deployment.route.outermost().map(|layer| &layer.place.path);
        if declared_in.is_some_and(|path| called.contains(path)) {
            continue;
        }
        if let Some(folder) = owner::owner(&deployment, &candidates, repository, layout) {
            let template = deployment.template;
            let list = if template { templates.entry(folder) } else { routes.entry(folder) };
            list.or_default().push(deployment.route);
        }
    }
    for (folder, only) in templates {
        let known = routes.entry(folder).or_default();
        if known.is_empty() {
            known.extend(only);
        }
    }
    for (folder, known) in &mut routes {
        drop_foreign(known, folder, repository, layout);
    }
    for candidate in candidates.iter() {
        let known = routes.entry(candidate.path.clone()).or_default();
        stack::stack(known);
        add_script(known, candidate, repository, layout);
        // Sorting is stable: of one kind the order is that in which they were found, Oxmgr before PM2.
        known.sort_by_key(|route| (route.kind, route.outermost().map(|layer| layer.tool)));
    }
    Assembled { candidates, routes }
}

/// Of several processes that one file declares, those that run a file of the repository are its services; the others run
/// something else on the same machine.
fn drop_foreign(known: &mut Vec<Route>, folder: &RepoPath, repository: &Repository, layout: &Layout) {
    let file = |route: &Route| route.outermost().map(|layer| layer.place.path.clone());
    let runs = |route: &Route| !owner::entry_points(&route.start, Some(folder), repository, layout).is_empty();
    let served: BTreeSet<Option<RepoPath>> = known.iter().filter(|route| runs(route)).map(file).collect();
    known.retain(|route| runs(route) || !served.contains(&file(route)));
}

/// Adds the route of the package's own scripts. Where an image is built, scripts are what it runs, and no route of their
/// own; and a process manager's file that a script calls is one route, not two.
fn add_script(known: &mut Vec<Route>, candidate: &Candidate, repository: &Repository, layout: &Layout) {
    let in_image = |route: &Route| !matches!(route.kind, RouteKind::ProcessManager | RouteKind::Systemd);
    if known.iter().any(in_image) || candidate.path != candidate.package {
        return;
    }
    let scripted = manifest(&candidate.package, repository.sources())
        .is_some_and(|package| npm_start::production_scripts(package).next().is_some());
    if !scripted && !known.is_empty() {
        return;
    }
    let Some(script) = npm_start::route(repository, &layout.workspaces, &candidate.package) else { return };
    let calls = |route: &Route| {
        let file = route.outermost().map(|layer| &layer.place.path);
        script.start.managers.iter().any(|manager| manager.file.as_ref() == file)
    };
    if !known.iter().any(calls) {
        known.push(script);
    }
}

#[cfg(test)]
mod tests;
