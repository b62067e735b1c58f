//! The HTTP surface: servers that listen, what is put in front of their routes, headers that are set by hand, and the
//! timeouts of connections.

mod coverage;
mod framework;
mod headers;
mod keep_alive;
mod limiter;
pub(crate) mod listeners;
mod nest;
mod options;
mod put;
mod surface;
pub mod table;

pub use coverage::Coverage;
pub use headers::{Header, HeaderSet, is_policy};
pub use keep_alive::{ConnectionTimeout, TimeoutSet};
pub use listeners::{Listener, Port};
pub use options::{HeaderState, Headers};
pub use table::Kind;

use crate::{Reach, Reading};
use prodcheck_source::Place;

/// The HTTP surface of a service.
#[derive(Debug, Clone, Default)]
pub struct Http {
    /// The servers that listen, the sure ones first.
    pub listeners: Vec<Listener>,
    /// What is put in front of routes: protections from packages and the service's own limiters.
    pub applied: Vec<Applied>,
    /// Packages of the tables that are loaded, with the place of the import; one that is never applied shows here alone.
    pub loaded: Vec<Loaded>,
    /// Security headers that are set by hand.
    pub headers: Vec<HeaderSet>,
    /// Timeouts of connections that are set.
    pub timeouts: Vec<TimeoutSet>,
    /// Where the app is told that a proxy stands in front.
    pub trust_proxy: Option<Place>,
    /// Where a framework that compresses by itself is told not to.
    pub compression_off: Option<Place>,
    /// How many routes were found.
    pub routes: usize,
    /// Where the app with the most routes is made.
    pub app: Option<Place>,
    /// Where that app is given its first middleware.
    pub first_middleware: Option<Place>,
    /// Where that app is given the last middleware before its routes.
    pub last_middleware: Option<Place>,
    /// Where that app is given its first routes after that.
    pub first_mount: Option<Place>,
}

/// A protection in front of routes.
#[derive(Debug, Clone)]
pub struct Applied {
    /// What it does.
    pub kind: Kind,
    /// The package; `None` for the service's own code.
    pub package: Option<String>,
    /// The call that puts it there.
    pub place: Place,
    /// Which routes it covers.
    pub coverage: Coverage,
    /// Whether production comes there.
    pub reach: Reach,
    /// For security headers: which of the four it sends.
    pub headers: Headers,
    /// Whether it is for files that were compressed beforehand, alone.
    pub precompressed: bool,
}

/// A package that is loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loaded {
    /// What it does.
    pub kind: Kind,
    /// The package.
    pub package: String,
    /// The import.
    pub place: Place,
}

/// Reads the HTTP surface.
pub fn read(reading: &Reading<'_>) -> Http {
    let surface = surface::Surface::of(reading);
    let mut applied = surface.applied.clone();
    applied.extend(nest::applied(reading));
    applied.extend(framework::listed(reading));
    applied.extend(limiter::consumed(reading, &surface));
    applied.sort_by(|one, other| one.place.cmp(&other.place));
    applied.dedup_by(|one, other| one.kind == other.kind && one.place == other.place);
    let [first_middleware, last_middleware, first_mount] = surface.middleware(reading);
    Http {
        app: surface.app(reading),
        compression_off: framework::compression_off(reading),
        first_middleware,
        last_middleware,
        first_mount,
        listeners: listeners::find(reading),
        applied,
        loaded: loaded(reading),
        headers: headers::find(reading, &surface),
        timeouts: keep_alive::find(reading),
        trust_proxy: listeners::trust_proxy(reading),
        routes: surface.routes.len() + nest::routes(reading),
    }
}

fn loaded(reading: &Reading<'_>) -> Vec<Loaded> {
    let mut found = Vec::new();
    for (at, _, module) in reading.program.modules() {
        for import in module.imports().iter().filter(|import| !import.type_only) {
            let name = module.name(import.source.value);
            if let Some(row) = table::loaded(name) {
                let one =
                    Loaded { kind: row.kind, package: row.package.to_owned(), place: reading.place(at, import.span) };
                if !found.contains(&one) {
                    found.push(one);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests;
