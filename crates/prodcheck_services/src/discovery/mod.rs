//! Which packages are services, and which files have to be read to tell.

mod assembly;
mod candidates;
mod clusters;
mod code;
mod deployments;
mod kind;
mod owner;
mod rank;
mod settings;
mod source;
mod stack;

pub use candidates::{Candidate, Candidates};
pub use deployments::Deployment;

use crate::delivery::{self, Deliveries};
use crate::routes::container;
use crate::{Delivery, Repository, Service};
use assembly::{Assembled, assemble};
use code::Code;
use kind::Kind;
use owner::Owners;
use prodcheck_program::{Layout, ModuleGraph};
use prodcheck_source::{FileState, Note, RepoPath};
use std::collections::BTreeSet;
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
            let referred = container::wanted(repository).into_iter().chain(clusters::wanted(repository));
            let referred: BTreeSet<RepoPath> = referred.filter(listed).chain(delivery::wanted(repository)).collect();
            if !referred.is_empty() {
                return referred.into_iter().collect();
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
            let owners = Owners { candidates: &assembled.candidates, repository, layout };
            for candidate in assembled.candidates.iter() {
                let routes = assembled.routes.get(&candidate.path).map_or(&[][..], Vec::as_slice);
                for entry in code::entry_points(candidate, routes, owners) {
                    self.graph.start_from(&entry.path);
                }
                for route in routes {
                    for path in owners.preloaded(&route.start, &candidate.path) {
                        self.graph.start_from(&path);
                    }
                }
                if !routes.is_empty() {
                    owners.file_routes(candidate).iter().for_each(|path| self.graph.start_from(path));
                }
            }
            self.assembled = Some(assembled);
        }
        let modules = self.graph.advance(layout, repository.sources());
        if !modules.is_empty() {
            return modules;
        }
        let reached: Vec<RepoPath> = self.graph.modules().cloned().collect();
        settings::wanted(&reached, &self.graph, repository)
    }

    /// The services, once nothing more is wanted.
    pub fn services(mut self, repository: &Arc<Repository>) -> Found {
        let layout = self.layout.take().unwrap_or_else(|| Layout::of(repository.sources()));
        let Assembled { candidates, mut routes, notes } =
            self.assembled.take().unwrap_or_else(|| assemble(repository, &layout));
        let owners = Owners { candidates: &candidates, repository, layout: &layout };
        let graph = Arc::new(self.graph);
        let mut found = Found { notes, ..Found::default() };
        let mut others = Vec::new();
        for candidate in candidates.iter() {
            let mut routes = routes.remove(&candidate.path).unwrap_or_default();
            routes.retain(|route| !route.layers.is_empty());
            let code = Code::of(candidate, &routes, &graph, owners);
            match kind::of(candidate, &routes, &code, repository) {
                Kind::Service => found.services.push(Service {
                    name: candidate.name.clone(),
                    path: home(candidate, &code, &candidates),
                    nature: code.nature(&routes),
                    source: Arc::new(source::read(candidate, &code, &routes, &graph, repository)),
                    entry_points: code.entry_points,
                    server_code: code.modules,
                    routes,
                    delivery: Delivery::default(),
                    graph: Arc::clone(&graph),
                    repository: Arc::clone(repository),
                }),
                Kind::Other(other) => others.push((candidate, other)),
            }
        }
        let all: Vec<(RepoPath, String)> =
            found.services.iter().map(|service| (service.path.clone(), service.name.clone())).collect();
        if !all.is_empty() {
            let deliveries = Deliveries::of(repository, &layout.workspaces);
            for service in &mut found.services {
                service.delivery = deliveries.for_service(service, &all);
            }
        }
        if found.services.is_empty() {
            let files = repository.files.paths().count();
            found.none_because = Some(kind::none_because(&others, candidates.passed_over.len(), files));
        }
        found
    }
}

/// The folder of a service: that of its package, or the root where all of its code lies beside the package's folder and
/// in no other one, because its `package.json` is put there by the build.
fn home(candidate: &Candidate, code: &Code, candidates: &Candidates) -> RepoPath {
    let beside = |path: &RepoPath| !path.is_in(&candidate.path) && candidates.owner(path).is_none();
    let all = code.entry_points.iter().all(|entry| beside(&entry.path));
    if all && !code.entry_points.is_empty() { RepoPath::root() } else { candidate.path.clone() }
}

#[cfg(test)]
mod tests;
