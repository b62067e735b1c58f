//! The code that a package's routes start: where it begins, which modules it reaches, what keeps its process up.

use super::Candidate;
use super::owner::Owners;
use crate::routes::{npm_start, platform};
use crate::{EntryPoint, Nature, Process, Repository, Route, Runtime};
use prodcheck_program::long_running::{self, KeepsUp, Purpose};
use prodcheck_program::{ModuleGraph, Program, Resolution};
use prodcheck_source::RepoPath;
use std::collections::BTreeSet;

/// Code that is started.
#[derive(Debug, Clone, Default)]
pub struct Code {
    /// The source files that the routes run.
    pub entry_points: Vec<EntryPoint>,
    /// The modules that are reached from them, sorted.
    pub modules: Vec<RepoPath>,
    /// What keeps the process up.
    pub keeps_up: Vec<KeepsUp>,
    /// The packages that the modules load.
    pub packages: BTreeSet<String>,
}

impl Code {
    /// The code that a candidate's routes start.
    pub fn of(candidate: &Candidate, routes: &[Route], graph: &ModuleGraph, owners: Owners<'_>) -> Self {
        let entry_points = entry_points(candidate, routes, owners);
        let by_framework = if routes.is_empty() { Vec::new() } else { owners.file_routes(candidate) };
        let preloaded: Vec<RepoPath> =
            routes.iter().flat_map(|route| owners.preloaded(&route.start, &candidate.path)).collect();
        let roots = entry_points.iter().map(|entry| &entry.path).chain(&by_framework).chain(&preloaded);
        let modules = graph.reached_from(roots);
        let keeps_up = long_running::find(&Program::link(graph, &modules, owners.repository.sources()));
        let links = modules.iter().flat_map(|path| graph.links(path)).filter(|link| !link.type_only);
        let packages = links.filter_map(|link| match &link.to {
            Resolution::Package { name, .. } => Some(name.clone()),
            _ => None,
        });
        Self { packages: packages.collect(), entry_points, modules, keeps_up }
    }

    /// Whether it serves, consumes or does something at given times; a timer alone says nothing of what for.
    pub fn has_purpose(&self) -> bool {
        self.keeps_up.iter().any(|one| one.purpose != Purpose::Timer)
    }

    /// Whether it does so as soon as it is loaded, and not only where its user calls it.
    pub fn starts_on_load(&self) -> bool {
        self.keeps_up.iter().any(|one| one.purpose != Purpose::Timer && one.on_load)
    }

    /// Whether a process runs code that is not in the repository, or that nobody can read.
    pub fn is_hidden(&self, processes: &[&Process], repository: &Repository) -> bool {
        let runs_script = |process: &&&Process| {
            matches!(process.runtime, Runtime::Node | Runtime::Bun | Runtime::Deno | Runtime::Loader(_))
        };
        let readable = |path: &RepoPath| {
            let empty = repository.files.text(path).is_none_or(|text| text.text().trim().is_empty());
            let code = repository.facts.script(path).is_some_and(|module| !module.body().is_empty());
            code || (empty && repository.files.text(path).is_some())
        };
        let scripts = processes.iter().filter(runs_script).count();
        scripts > 0 && (self.entry_points.is_empty() || !self.entry_points.iter().all(|entry| readable(&entry.path)))
    }

    /// What it does with the world; where it has no listener of its own, by the framework that runs it.
    pub fn nature(&self, routes: &[Route]) -> Nature {
        let of = |wanted: &[Purpose]| {
            self.keeps_up.iter().find(|one| wanted.contains(&one.purpose)).map(|one| one.place.clone())
        };
        let mut processes = routes.iter().flat_map(|route| route.start.main_processes());
        let framework = processes.find(|process| matches!(process.runtime, Runtime::Framework { .. }));
        Nature {
            http: of(&[Purpose::Http]).or_else(|| framework.map(|process| process.place.clone())),
            messages: of(&[Purpose::Messages, Purpose::Bot]),
            serverless: platform::serverless(routes),
        }
    }
}

/// The source files that routes run, each once, those of the main route first. Where the commands of none of them can be
/// followed to a process (an init of the image's own, a launcher that reads a file of its own), what the package's start
/// script runs is what they come to.
pub fn entry_points(candidate: &Candidate, routes: &[Route], owners: Owners<'_>) -> Vec<EntryPoint> {
    let mut found: Vec<EntryPoint> = Vec::new();
    for route in routes {
        for entry in owners.entry_points(&route.start, &candidate.path) {
            if !found.iter().any(|known| known.path == entry.path) {
                found.push(entry);
            }
        }
    }
    let runs = |route: &Route| route.start.processes.iter().any(|process| process.runtime.runs_javascript());
    let lost = !routes.is_empty() && !routes.iter().any(runs);
    if found.is_empty() && lost && candidate.path == candidate.package {
        let script = npm_start::route(owners.repository, &owners.layout.workspaces, &candidate.package);
        found.extend(script.iter().flat_map(|route| owners.entry_points(&route.start, &candidate.path)));
    }
    found
}
