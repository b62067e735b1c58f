//! What the service's process runs: code of the repository, or only a framework's own command.

use crate::Verdict;
use prodcheck_code::Reach;
use prodcheck_services::{Process, Runtime, Service};
use prodcheck_source::Place;

/// A framework's command, or the server that its build puts out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Where it stands.
    pub place: Place,
    /// The framework's name as a command.
    pub name: String,
    /// The subcommand; `""` for none.
    pub subcommand: String,
    /// As people write it.
    pub shown: String,
}

/// The framework's command, where the main route runs nothing else.
pub fn only_command(service: &Service) -> Option<Command> {
    let mut commands = Vec::new();
    for process in service.main_route()?.start.main_processes() {
        commands.push(command(service, process)?);
    }
    commands.into_iter().next()
}

fn command(service: &Service, process: &Process) -> Option<Command> {
    let of = |name: &str, subcommand: &str, shown: String| Command {
        place: process.place.clone(),
        name: name.to_owned(),
        subcommand: subcommand.to_owned(),
        shown,
    };
    match &process.runtime {
        // `nest start` runs the entry of the project.
        Runtime::Framework { name, .. } if name == "nest" => None,
        Runtime::Framework { name, command } => {
            let subcommand = command.as_deref().unwrap_or("");
            let shown = if subcommand.is_empty() { format!("`{name}`") } else { format!("`{name} {subcommand}`") };
            Some(of(name, subcommand, shown))
        }
        Runtime::Node | Runtime::Bun | Runtime::Deno => {
            let script = process.script.as_ref()?.value.trim_start_matches("./");
            let there = process.file.as_ref().is_some_and(|file| service.repository.files.contains(file));
            if there || !service.entry_points.is_empty() {
                return None;
            }
            if script.ends_with(".output/server/index.mjs") || script.ends_with(".output/server/node-server.mjs") {
                return Some(of("nitro", "", "Nitro's server".to_owned()));
            }
            let standalone =
                script.ends_with("standalone/server.js") || script == "server.js" || script.ends_with("/server.js");
            if standalone && depends_on(service, "next") {
                return Some(of("next", "standalone", "Next.js' standalone server".to_owned()));
            }
            let built = matches!(script.trim_end_matches('/'), "build" | "build/index.js" | ".");
            if built && depends_on(service, "@sveltejs/adapter-node") {
                return Some(of("svelte-kit", "node", "SvelteKit's server".to_owned()));
            }
            None
        }
        _ => None,
    }
}

fn depends_on(service: &Service, package: &str) -> bool {
    let manifest = service.path.join("package.json");
    let manifest = manifest
        .and_then(|path| service.repository.facts.package(&path).map(|found| found.dependency(package).is_some()));
    manifest.unwrap_or(false)
}

/// Where the process starts: the server that listens, and the statement of the entry that leads there.
pub fn places(service: &Service) -> Vec<(Place, &'static str)> {
    let mut found: Vec<(Place, &'static str)> = Vec::new();
    found.extend(crate::elsewhere::listens(service).map(|place| (place, "the server starts here")));
    found.extend(service.source.startup.entries.iter().map(|place| (place.clone(), "the program starts here")));
    if found.is_empty() {
        found.extend(service.entry_points.iter().map(|entry| (Place::file(entry.path.clone()), "the entry")));
    }
    if found.is_empty() {
        let processes = service.main_route().into_iter().flat_map(|route| route.start.main_processes());
        found.extend(processes.map(|process| (process.place.clone(), "the process is started here")));
    }
    if found.is_empty() {
        let layers = service.main_route().into_iter().flat_map(|route| &route.layers);
        found.extend(layers.map(|layer| (layer.place.clone(), "the service is declared here")).take(1));
    }
    found
}

/// Adds where the process starts as the evidence of what is absent.
pub fn at_start(mut verdict: Verdict, service: &Service) -> Verdict {
    for (place, says) in places(service) {
        verdict = verdict.at(place, says);
    }
    verdict
}

/// Warns where something is on only with a credential.
pub fn with_reach(verdict: Verdict, reach: &Reach, what: &str, place: &Place) -> Verdict {
    match reach {
        Reach::Credential(name) => {
            verdict.warn(format!("{what} is on only where `{name}` is set"), Some(place.clone()))
        }
        _ => verdict,
    }
}

/// Whether nobody can read what runs: no entry of it is in the repository.
pub fn is_unreadable(service: &Service) -> bool {
    (service.source.modules == 0 || service.entry_points.is_empty()) && only_command(service).is_none()
}
