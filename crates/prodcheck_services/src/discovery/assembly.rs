//! Which routes each candidate has, in the rulebook's order.

use super::owner::Owners;
use super::{Candidate, Candidates, Deployment, deployments, rank, stack};
use crate::routes::npm_start;
use crate::routes::platform::Notes;
use crate::{Repository, Route, RouteKind};
use prodcheck_facts::npm::Package;
use prodcheck_program::Layout;
use prodcheck_program::workspaces::manifest;
use prodcheck_source::RepoPath;
use std::collections::{BTreeMap, BTreeSet};

/// The candidates, and the routes of each by its folder, the main one first.
#[derive(Debug, Default)]
pub struct Assembled {
    /// What could be a service.
    pub candidates: Candidates,
    /// Its routes.
    pub routes: BTreeMap<RepoPath, Vec<Route>>,
    /// Remarks on files that deploy nothing after all.
    pub notes: Notes,
}

/// How many routes of one service are judged. Real ones have a handful; each of them is another verdict on every item.
const MOST_ROUTES: usize = 100;

/// Finds the routes of all candidates.
pub fn assemble(repository: &Repository, layout: &Layout) -> Assembled {
    let candidates = Candidates::of(repository, layout);
    let owners = Owners { candidates: &candidates, repository, layout };
    let (mut routes, notes) = deployed(owners);
    for known in routes.values_mut() {
        stack::stack(known);
    }
    add_scripts(&mut routes, owners);
    for known in routes.values_mut() {
        rank::sort(known, repository);
        known.truncate(MOST_ROUTES);
    }
    Assembled { candidates, routes, notes }
}

/// The routes that deploy files declare.
fn deployed(owners: Owners<'_>) -> (BTreeMap<RepoPath, Vec<Route>>, Notes) {
    let (deployments, notes) = deployments::deployments(owners.repository, owners.layout);
    let mut routes: BTreeMap<RepoPath, Vec<Route>> = BTreeMap::new();
    let mut templates: BTreeMap<RepoPath, Vec<Route>> = BTreeMap::new();
    let called: BTreeSet<RepoPath> = deployments.iter().flat_map(Deployment::called).cloned().collect();
    for deployment in deployments {
        // A process manager's file that another route calls is part of that route.
        if file_of(&deployment.route).is_some_and(|path| called.contains(path)) {
            continue;
        }
        let list = if deployment.template { &mut templates } else { &mut routes };
        for (folder, route) in owners.of(deployment) {
            list.entry(folder).or_default().push(route);
        }
    }
    // One-click templates count where nothing else deploys; an image that nothing runs is not deployed.
    for (folder, only) in templates {
        let known = routes.entry(folder).or_default();
        if known.iter().all(|route| route.kind == RouteKind::Dockerfile) {
            known.extend(only);
        }
    }
    for (folder, known) in &mut routes {
        drop_foreign(known, folder, owners);
    }
    (routes, notes)
}

fn file_of(route: &Route) -> Option<&RepoPath> {
    route.outermost().map(|layer| &layer.place.path)
}

/// Of several processes that one file declares, those that run a file of the repository are its services; the others run
/// something else on the same machine.
fn drop_foreign(known: &mut Vec<Route>, folder: &RepoPath, owners: Owners<'_>) {
    let runs = |route: &Route| !owners.entry_points(&route.start, folder).is_empty();
    let served: BTreeSet<RepoPath> = known.iter().filter(|route| runs(route)).filter_map(file_of).cloned().collect();
    known.retain(|route| runs(route) || file_of(route).is_none_or(|file| !served.contains(file)));
}

/// Adds the routes of the packages' own scripts. What a script runs of another package is that one's, where nothing else
/// starts it.
fn add_scripts(routes: &mut BTreeMap<RepoPath, Vec<Route>>, owners: Owners<'_>) {
    let mut of_others = Vec::new();
    for candidate in owners.candidates.iter().filter(|candidate| candidate.path == candidate.package) {
        let package = manifest(&candidate.package, owners.repository.sources());
        let Some(script) = npm_start::route(owners.repository, &owners.layout.workspaces, &candidate.package) else {
            continue;
        };
        let module = package.is_some_and(|package| is_by_module(&script, candidate, package));
        let split = owners.split(&script, &candidate.path);
        let split = match split.is_empty() {
            // A script of which nobody knows what it runs says nothing where the applications that share the package do.
            true if shares(candidate, owners.candidates, routes) => continue,
            true => vec![(candidate.path.clone(), script)],
            false => split,
        };
        for (folder, route) in split {
            if folder == candidate.path {
                add_script(routes.entry(folder).or_default(), route, module);
            } else {
                of_others.push((folder, route));
            }
        }
    }
    for (folder, route) in of_others {
        let known = routes.entry(folder).or_default();
        if known.is_empty() {
            known.push(route);
        }
    }
}

/// Whether applications that share a package have routes of their own.
fn shares(candidate: &Candidate, candidates: &Candidates, routes: &BTreeMap<RepoPath, Vec<Route>>) -> bool {
    let of_package = |other: &&Candidate| other.package == candidate.package && other.path != candidate.path;
    candidates.iter().filter(of_package).any(|other| routes.get(&other.path).is_some_and(|known| !known.is_empty()))
}

/// Whether a route of a package's own is by its `main` or `bin`, and by no script.
pub fn is_by_module(route: &Route, candidate: &Candidate, package: &Package) -> bool {
    let Some(place) = route.outermost().map(|layer| &layer.place) else { return false };
    let in_package = candidate.package.join("package.json").as_ref() == Some(&place.path);
    route.kind == RouteKind::NpmStart
        && in_package
        && !package.scripts.iter().any(|script| script.command.span.contains(place.span))
}

/// Adds the route of a package's own scripts. Where an image is built, scripts are what it runs, and no route of their
/// own; and a process manager's file that a script calls is one route, not two.
fn add_script(known: &mut Vec<Route>, script: Route, by_module: bool) {
    let in_image = |route: &Route| !matches!(route.kind, RouteKind::ProcessManager | RouteKind::Systemd);
    let calls = |route: &Route| script.start.managers.iter().any(|manager| manager.file.as_ref() == file_of(route));
    if known.iter().any(in_image) || known.iter().any(calls) || (by_module && !known.is_empty()) {
        return;
    }
    known.push(script);
}
