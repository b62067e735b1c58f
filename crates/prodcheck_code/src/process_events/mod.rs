//! What the service does when its process is about to die: its own handlers of uncaught exceptions and unhandled
//! rejections, and those that packages install.

mod does;
mod installed;
pub(crate) mod registration;
mod table;

pub use does::Does;
pub(crate) use does::place_of;
pub use installed::Installed;

use crate::{Reach, Reading};
use prodcheck_source::Place;
use registration::registrations;

/// What is there for errors that nothing has caught.
#[derive(Debug, Clone, Default)]
pub struct ProcessEvents {
    /// The program's own handlers, by module and place.
    pub handlers: Vec<Handler>,
    /// What packages install.
    pub installed: Vec<Installed>,
}

/// An event of the process that is not a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Event {
    /// `uncaughtException`.
    UncaughtException,
    /// `uncaughtExceptionMonitor`: it looks on, and Node.js does what it would have done.
    UncaughtExceptionMonitor,
    /// `unhandledRejection`.
    UnhandledRejection,
}

impl Event {
    /// The event by its name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "uncaughtException" => Some(Self::UncaughtException),
            "uncaughtExceptionMonitor" => Some(Self::UncaughtExceptionMonitor),
            "unhandledRejection" => Some(Self::UnhandledRejection),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::UncaughtException => "uncaughtException",
            Self::UncaughtExceptionMonitor => "uncaughtExceptionMonitor",
            Self::UnhandledRejection => "unhandledRejection",
        }
    }
}

/// A handler of the program's own.
#[derive(Debug, Clone)]
pub struct Handler {
    /// The event.
    pub event: Event,
    /// Where it is registered.
    pub place: Place,
    /// Whether production registers it.
    pub reach: Reach,
    /// What it does.
    pub does: Does,
}

/// Reads all handlers.
pub fn read(reading: &Reading<'_>) -> ProcessEvents {
    let mut handlers = Vec::new();
    for registration in registrations(reading) {
        let events: Vec<Event> = registration.events.iter().filter_map(|name| Event::named(name)).collect();
        if events.is_empty() {
            continue;
        }
        let does = Does::of(reading, &registration);
        handlers.extend(events.into_iter().map(|event| Handler {
            event,
            place: registration.place.clone(),
            reach: registration.reach.clone(),
            does: does.clone(),
        }));
    }
    ProcessEvents { handlers, installed: installed::read(reading) }
}

#[cfg(test)]
mod tests;
