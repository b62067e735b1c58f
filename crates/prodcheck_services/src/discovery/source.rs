//! What a service's code does, read under the conditions in which its main route runs it.

use super::Candidate;
use super::code::Code as Started;
use super::owner::preloads;
use super::settings;
use crate::{EnvSetting, EnvValue, Repository, Route};
use prodcheck_code::{Code, Conditions, Variable};
use prodcheck_program::workspaces::manifest;
use prodcheck_program::{ModuleGraph, Program};
use prodcheck_source::RepoPath;
use std::collections::{BTreeMap, BTreeSet};

/// Reads the code of a service.
pub fn read(
    candidate: &Candidate,
    started: &Started,
    routes: &[Route],
    graph: &ModuleGraph,
    repository: &Repository,
) -> Code {
    let program = Program::link(graph, &started.modules, repository.sources());
    prodcheck_code::read(&program, &conditions(candidate, started, routes, graph, repository))
}

fn conditions(
    candidate: &Candidate,
    started: &Started,
    routes: &[Route],
    graph: &ModuleGraph,
    repository: &Repository,
) -> Conditions {
    let mut variables: BTreeMap<String, Variable> = BTreeMap::new();
    if let Some(route) = routes.first() {
        let of_processes = route.start.main_processes().flat_map(|process| &process.environment);
        for EnvSetting { name, value, place } in route.start.environment.iter().chain(of_processes) {
            let text = match value {
                EnvValue::Text(text) => Some(text.clone()),
                EnvValue::Unknown => None,
            };
            variables.insert(name.clone(), Variable { text, place: Some(place.clone()) });
        }
    }
    let mut dependencies = BTreeMap::new();
    // Where a package and the root name a range each, the package's own counts.
    for folder in [&RepoPath::root(), &candidate.package] {
        for dependency in manifest(folder, repository.sources()).into_iter().flat_map(|package| &package.dependencies) {
            dependencies.insert(dependency.name.value.clone(), dependency.range.value.clone());
        }
    }
    let processes = routes.first().into_iter().flat_map(|route| route.start.main_processes());
    let preloads = processes.flat_map(preloads).map(|(name, place)| (name.to_owned(), place.clone())).collect();
    let entries = started.entry_points.iter().map(|entry| entry.path.clone()).collect();
    let prisma_providers = prisma_providers(candidate, repository);
    let by_start = routes.first().is_some_and(|route| {
        route.start.main_processes().any(|process| process.env_files.iter().any(|source| source.shown.contains(".env")))
    });
    let files = settings::environment_files(candidate, &dependencies, by_start, repository);
    for (name, variable) in files.set {
        variables.entry(name).or_insert(variable);
    }
    Conditions {
        variables,
        entries,
        dependencies,
        preloads,
        prisma_providers,
        examples: files.shown,
        settings: settings::loaded(&started.modules, graph, repository),
        data: settings::data(&started.modules, repository),
    }
}

/// The databases that Prisma's schemas name: those in the service's own folder, else those of the repository.
fn prisma_providers(candidate: &Candidate, repository: &Repository) -> BTreeSet<String> {
    let of = |folder: &RepoPath| -> BTreeSet<String> {
        let schemas = repository.facts.prisma_schemas().filter(|(path, _)| path.is_in(folder));
        schemas.map(|(_, schema)| schema.provider.clone()).collect()
    };
    let own = of(&candidate.package);
    if own.is_empty() { of(&RepoPath::root()) } else { own }
}
