//! Whose server it is: the repository's own code, or that of a package which the entry only launches.

use prodcheck_code::http::table;
use prodcheck_facts::npm::DependencyKind;
use prodcheck_program::long_running;
use prodcheck_services::{Runtime, Service};
use prodcheck_source::Place;

/// Where the entry launches a server that lives inside a third-party package, and the package's name. Its own code
/// listens nowhere then, so that what is absent from it decides nothing.
pub fn launched(service: &Service) -> Option<(Place, &'static str)> {
    let listeners = &service.source.http.listeners;
    let product = |by: Option<&'static str>| by.filter(|by| table::is_product(by));
    let own = listeners.iter().any(|listener| product(listener.by).is_none() && listener.reach.is_reached());
    if own {
        return None;
    }
    listeners.iter().find_map(|listener| Some((listener.place.clone(), product(listener.by)?)))
}

/// The framework command that serves, such as `next start`, where the service has no server of its own.
pub fn framework(service: &Service) -> Option<(Place, String)> {
    if service.source.http.listeners.iter().any(|listener| listener.reach.is_reached()) {
        return None;
    }
    let mut processes = service.routes.iter().flat_map(|route| route.start.main_processes());
    processes.find_map(|process| match &process.runtime {
        Runtime::Framework { name, .. } => Some((process.place.clone(), name.clone())),
        _ => None,
    })
}

/// Where the app starts to listen: the place for what is absent from it. `None` where the service answers no HTTP.
pub fn listens(service: &Service) -> Option<Place> {
    let listeners = &service.source.http.listeners;
    let reached = listeners.iter().find(|listener| listener.reach.is_reached());
    let seen = reached.or(listeners.first()).map(|listener| listener.place.clone());
    seen.or_else(|| service.nature.http.clone()).or_else(|| likely(service))
}

/// Frameworks whose build makes a server that no code of the repository starts.
const FRAMEWORKS: &[&str] = &[
    "next",
    "nuxt",
    "@sveltejs/kit",
    "astro",
    "@remix-run/node",
    "@react-router/node",
    "@strapi/strapi",
    "@medusajs/medusa",
];

/// Where a service is started of which the code that listens is not seen: it depends on a package that answers HTTP, and
/// nothing says that it does something else.
fn likely(service: &Service) -> Option<Place> {
    if service.nature.messages.is_some() || service.nature.serverless.is_some() {
        return None;
    }
    let package = service.path.join("package.json").and_then(|file| service.repository.facts.package(&file))?;
    let dependencies = package.dependencies.iter().filter(|one| one.kind != DependencyKind::Development);
    let mut names = dependencies.map(|one| one.name.value.as_str());
    if !names.any(|name| FRAMEWORKS.contains(&name) || long_running::is_server(name)) {
        return None;
    }
    let route = service.main_route()?;
    let process = route.start.main_processes().next().map(|process| process.place.clone());
    let entry = service.entry_points.first().map(|entry| Place::file(entry.path.clone()));
    entry.or(process).or_else(|| route.layers.last().map(|layer| layer.place.clone()))
}

/// Where a protection that is absent belongs, as the first of these that the app has: the given places, where the app is
/// made, where it listens.
pub fn belongs(service: &Service, places: [&Option<Place>; 2]) -> Option<Place> {
    let given = places.into_iter().flatten().next().cloned();
    given.or_else(|| service.source.http.app.clone()).or_else(|| listens(service))
}

/// What is said where the server lives in a package.
pub fn unseen(package: &str) -> String {
    format!("the server lives inside the package `{package}`, and this repository does not show how it answers")
}
