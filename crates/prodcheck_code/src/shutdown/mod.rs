//! How the service ends when its process is told to: the handlers of signals, what they close and in which order, whether
//! that ends the process, and packages that do all this.

mod closing;
mod handler;
mod keepers;
mod libraries;
mod servers;
mod table;

pub use closing::{Closed, Closing};
pub use handler::SignalHandler;
pub use keepers::Keeper;
pub use libraries::LibraryUse;
pub(crate) use libraries::libraries;
pub use table::Drains;

use crate::Reading;
use crate::process_events::registration::registrations;
use servers::Servers;

/// How the service ends.
#[derive(Debug, Clone, Default)]
pub struct Shutdown {
    /// The program's own handlers of signals, by module and place.
    pub handlers: Vec<SignalHandler>,
    /// What packages do.
    pub libraries: Vec<LibraryUse>,
    /// The framework commands that finish running requests before they end, in the versions that the service depends on.
    pub drains: Vec<Drains>,
}

/// Reads all handlers of signals.
pub fn read(reading: &Reading<'_>) -> Shutdown {
    let servers = Servers::of(reading);
    let mut handlers = Vec::new();
    for registration in registrations(reading) {
        let mut signals = registration.events.clone();
        signals.retain(|name| name.starts_with("SIG"));
        if !signals.is_empty() {
            handlers.push(SignalHandler::of(reading, &servers, &registration, signals));
        }
    }
    let drains = table::COMMANDS.iter().filter(|row| {
        let (package, least) = row.since;
        reading.conditions.major(package).is_none_or(|major| major >= least)
    });
    Shutdown { handlers, libraries: libraries::read(reading, &servers), drains: drains.copied().collect() }
}

impl Shutdown {
    /// What is known of a framework's start command that finishes running requests before it ends.
    pub fn drains(&self, command: &str, subcommand: &str) -> Option<&Drains> {
        self.drains.iter().find(|row| row.command == command && row.subcommand == subcommand)
    }
}

#[cfg(test)]
mod tests;
