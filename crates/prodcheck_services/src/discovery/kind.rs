//! Whether a package is a service, or what else it is.

use super::Candidate;
use crate::routes::npm_start;
use crate::{EntryPoint, Process, Repository, Route, RouteKind, Runtime};
use prodcheck_program::long_running::KeepsUp;
use prodcheck_program::workspaces::manifest;

/// What a package is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Its entry point runs long.
    Service,
    /// Something else; what, as a sentence.
    Other(String),
}

/// Build tools and development servers of front ends: what they serve is for browsers.
const FRONT_END: &[&str] = &[
    "vite",
    "react-scripts",
    "ng",
    "vue-cli-service",
    "webpack",
    "webpack-dev-server",
    "parcel",
    "rspack",
    "rsbuild",
    "craco",
    "gatsby",
    "docusaurus",
    "vuepress",
    "vitepress",
    "eleventy",
    "storybook",
    "start-storybook",
    "expo",
    "react-native",
    "electron",
    "http-server",
    "serve",
    "live-server",
];

/// What a candidate is, by the routes that start it and by what keeps its process up.
pub fn of(
    candidate: &Candidate,
    routes: &[Route],
    entry_points: &[EntryPoint],
    keeps_up: &[KeepsUp],
    repository: &Repository,
) -> Kind {
    let name = &candidate.name;
    if routes.is_empty() {
        return Kind::Other(format!("`{name}` is a library or a tool: nothing in the repository starts it"));
    }
    if routes.iter().any(|route| route.kind != RouteKind::NpmStart) {
        return Kind::Service;
    }
    let by_script = manifest(&candidate.package, repository.sources())
        .is_some_and(|package| npm_start::production_scripts(package).next().is_some());
    let mut processes = routes.iter().flat_map(|route| route.start.main_processes()).peekable();
    if processes.peek().is_some() && processes.all(is_front_end) {
        return Kind::Other(format!(
            "`{name}` is a front end: its start script serves files to browsers in development"
        ));
    }
    // Code that nobody can read may well listen; a command that is there and does nothing long ends.
    let unread = entry_points.is_empty();
    let framework = routes
        .iter()
        .flat_map(|route| route.start.main_processes())
        .any(|process| matches!(process.runtime, Runtime::Framework { .. }));
    if !keeps_up.is_empty() || (by_script && (unread || framework)) {
        return Kind::Service;
    }
    Kind::Other(if by_script {
        format!("`{name}` runs to its end: nothing in its code listens, takes messages or keeps a schedule")
    } else {
        format!("`{name}` is a library or a command: no script and no deploy file starts it")
    })
}

fn is_front_end(process: &Process) -> bool {
    let name = match &process.runtime {
        Runtime::Framework { name, .. } | Runtime::Other(name) => name,
        _ => return false,
    };
    FRONT_END.contains(&name.as_str())
}
