//! Which packages are services, and which files have to be read to tell.

mod candidates;
mod deployments;
mod kind;
mod owner;

pub use candidates::{Candidate, Candidates};
pub use deployments::Deployment;

use crate::routes::npm_start;
use crate::{Nature, Repository, Route, RouteKind, Service};
use kind::Kind;
use prodcheck_program::Layout;
use prodcheck_program::workspaces::manifest;
use prodcheck_source::{Note, RepoPath};
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

/// The files to read, given what was read so far; those read already may be among them. First the configuration, then
/// the scripts that it leads to.
pub fn wanted(repository: &Repository) -> Vec<RepoPath> {
    let unread = |path: &&RepoPath| repository.facts.get(path).is_none() && repository.files.text(path).is_none();
    let configuration: Vec<RepoPath> =
        repository.files.paths().filter(|path| prodcheck_facts::is_wanted(path)).filter(unread).cloned().collect();
    if !configuration.is_empty() {
        return configuration;
    }
    let layout = Layout::of(repository.sources());
    let routes = assemble(repository, &layout).1;
    let starts = routes.values().flatten().map(|route| &route.start);
    starts.flat_map(|start| start.unread.iter().cloned()).collect()
}

/// The services of the repository.
pub fn services(repository: &Arc<Repository>) -> Found {
    let layout = Layout::of(repository.sources());
    let (candidates, mut routes) = assemble(repository, &layout);
    let mut found = Found::default();
    let mut reasons = Vec::new();
    for candidate in candidates.iter() {
        let routes = routes.remove(&candidate.path).unwrap_or_default();
        match kind::of(candidate, &routes, repository) {
            Kind::Service => found.services.push(service(candidate, routes, repository, &layout)),
            Kind::Other(why) => reasons.push(why),
        }
    }
    if found.services.is_empty() {
        found.none_because = Some(none_because(&reasons));
    }
    found
}

fn none_because(reasons: &[String]) -> String {
    match reasons {
        [] => "the repository has no `package.json`".to_owned(),
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first}; and {} more packages are no services either", rest.len()),
    }
}

fn service(candidate: &Candidate, routes: Vec<Route>, repository: &Arc<Repository>, layout: &Layout) -> Service {
    let mut entry_points = Vec::new();
    for route in &routes {
        for entry in owner::entry_points(&route.start, Some(&candidate.path), repository, layout) {
            if !entry_points.iter().any(|known: &crate::EntryPoint| known.path == entry.path) {
                entry_points.push(entry);
            }
        }
    }
    Service {
        name: candidate.name.clone(),
        path: candidate.path.clone(),
        entry_points,
        nature: Nature::default(),
        routes,
        repository: Arc::clone(repository),
    }
}

/// The candidates, and the routes of each by its folder, in the rulebook's order.
fn assemble(repository: &Repository, layout: &Layout) -> (Candidates, BTreeMap<RepoPath, Vec<Route>>) {
    let candidates = Candidates::of(repository, layout);
    let deployments = deployments::deployments(repository, layout);
    let mut routes: BTreeMap<RepoPath, Vec<Route>> = BTreeMap::new();
    let called: BTreeSet<RepoPath> = deployments.iter().flat_map(Deployment::called).cloned().collect();
    for deployment in deployments {
        let declared_in = deployment.route.outermost().map(|layer| &layer.place.path);
        if declared_in.is_some_and(|path| called.contains(path)) {
            continue;
        }
        if let Some(folder) = owner::owner(&deployment, &candidates, repository, layout) {
            routes.entry(folder).or_default().push(deployment.route);
        }
    }
    for (folder, known) in &mut routes {
        drop_foreign(known, folder, repository, layout);
    }
    for candidate in candidates.iter() {
        let known = routes.entry(candidate.path.clone()).or_default();
        add_script(known, candidate, repository, layout);
        // Sorting is stable: of one kind the order is that in which they were found, Oxmgr before PM2.
        known.sort_by_key(|route| (route.kind, route.outermost().map(|layer| layer.tool)));
    }
    (candidates, routes)
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
