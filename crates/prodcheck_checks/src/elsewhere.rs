//! Whose server it is: the repository's own code, or that of a package which the entry only launches.

use prodcheck_code::http::table;
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

/// Where the app starts to listen: the place for what is absent from it.
pub fn listens(service: &Service) -> Option<Place> {
    let listeners = &service.source.http.listeners;
    let reached = listeners.iter().find(|listener| listener.reach.is_reached());
    reached.or(listeners.first()).map(|listener| listener.place.clone()).or_else(|| service.nature.http.clone())
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
