//! Every way in which the repository starts something, before it is known which service that is.

use crate::routes::boot_steps::BootSteps;
use crate::routes::container::{self, ContainerRoute};
use crate::routes::{Declared, Lifetime, Started, oxmgr, platform, pm2, purpose, supervisord, systemd};
use crate::start_path::{Scene, resolve_declared};
use crate::{Repository, Route, RouteKind};
use prodcheck_facts::{FileFacts, folders};
use prodcheck_program::Layout;
use prodcheck_source::RepoPath;

/// A route, and what tells which service it starts.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// The route.
    pub route: Route,
    /// The name under which the file runs it.
    pub name: Option<String>,
    /// The folder that the file belongs to.
    pub folder: RepoPath,
    /// Whether its file is only a template for others' first deploy, which counts where nothing else does.
    pub template: bool,
}

impl Deployment {
    /// The files of process managers that the route calls; they are no routes of their own.
    pub fn called(&self) -> impl Iterator<Item = &RepoPath> {
        self.route.start.managers.iter().filter_map(|manager| manager.file.as_ref())
    }
}

/// All of them, but for package scripts, and remarks on files that start nothing.
pub fn deployments(repository: &Repository, layout: &Layout) -> (Vec<Deployment>, platform::Notes) {
    let (containers, images) = container::found_with_images(repository, &layout.workspaces);
    let mut found: Vec<Deployment> = containers.routes.into_iter().map(in_container).collect();
    let at_boot = BootSteps::of(repository);
    found.extend(declared_by_managers(repository, layout, &at_boot));
    found.extend(declared_by_systemd(repository, layout, &at_boot));
    found.extend(super::clusters::deployments(repository, layout, &images));
    let (platforms, notes) = platform::found(repository, layout, &images);
    found.extend(platforms.into_iter().map(on_platform));
    (found, notes)
}

fn in_container(ContainerRoute { route, name, folder }: ContainerRoute) -> Deployment {
    Deployment { route, name, folder, template: false }
}

fn on_platform(found: platform::Found) -> Deployment {
    Deployment { route: found.route, name: found.name, folder: found.folder, template: found.template }
}

fn declared_by_managers(repository: &Repository, layout: &Layout, at_boot: &BootSteps) -> Vec<Deployment> {
    let mut found = Vec::new();
    for (path, facts) in repository.facts.iter().filter(|(path, _)| !is_aside(path)) {
        let declared = match facts {
            FileFacts::Oxmgr(file) => oxmgr::declared(file, path, &at_boot.oxmgr()),
            FileFacts::Pm2(file) => pm2::declared(file, path, &at_boot.pm2()),
            FileFacts::Supervisord(_) => supervisord::declared(&repository.facts, path, &Started::default()),
            _ => continue,
        };
        let folder = path.parent();
        found.extend(
            declared
                .into_iter()
                .filter_map(|declared| deployment(repository, layout, RouteKind::ProcessManager, &folder, declared)),
        );
    }
    found
}

fn declared_by_systemd(repository: &Repository, layout: &Layout, at_boot: &BootSteps) -> Vec<Deployment> {
    let units = systemd::declared(&repository.facts, |name| at_boot.unit(name));
    let units = units.into_iter().filter(|unit| !is_aside(&unit.layer.place.path)).filter_map(|unit| {
        let folder = unit.layer.place.path.parent();
        deployment(repository, layout, RouteKind::Systemd, &folder, unit)
    });
    units.collect()
}

/// Whether a file shows, tests or develops.
fn is_aside(path: &RepoPath) -> bool {
    folders::is_example(path) || folders::is_test(path) || purpose::of_file(path).is_aside()
}

/// Jobs end by themselves, and what a unit starts in containers is judged there.
fn deployment(
    repository: &Repository,
    layout: &Layout,
    kind: RouteKind,
    folder: &RepoPath,
    declared: Declared,
) -> Option<Deployment> {
    if declared.lifetime == Lifetime::Job || declared.containers.is_some() {
        return None;
    }
    let scene = Scene::checkout(repository, &layout.workspaces, folder);
    let start = resolve_declared(&scene, &declared);
    let runs_node =
        start.processes.is_empty() || start.processes.iter().any(|process| process.runtime.runs_javascript());
    if !runs_node {
        return None;
    }
    let route = Route { kind, layers: vec![declared.layer], start };
    Some(Deployment { route, name: declared.name, folder: folder.clone(), template: false })
}
