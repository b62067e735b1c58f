//! What the server code of a service does under production's conditions, as typed facts: one folder or file a topic.
//!
//! [`read`] looks at a linked program once and fills every topic of [`Code`]. A topic's facts are nouns with places; what
//! they mean for an item of the checklist is decided elsewhere. The topics share what stands beside them here:
//! [`Reading`] (the program and its calls), [`settle`] (the value of an expression in production), [`reach`] (whether
//! production comes to a piece of code), [`follow`] (all that a function leads to), and [`course`] (in which order).

#![cfg_attr(test, allow(clippy::string_slice, reason = "a test that cuts inside a character should stop"))]

pub mod clients;
mod conditions;
pub mod course;
pub mod derived;
pub mod environment;
pub mod follow;
pub mod http;
#[cfg(test)]
mod in_memory;
pub mod literals;
pub mod logging;
pub mod made;
pub mod moment;
pub mod outbound;
pub mod process_events;
pub mod reach;
pub mod reading;
pub mod settle;
pub mod shutdown;
pub mod source_maps;
pub mod startup;
pub mod trace;
pub mod trackers;
pub mod unused;

pub use clients::Clients;
pub use conditions::{Conditions, SettingOfFile, SettingValue, Variable};
pub use made::Made;
pub use moment::Moments;
pub use outbound::Outbound;
pub use reach::Reach;
pub use reading::{Reading, Site};
pub use settle::{Settled, Truth};

use prodcheck_program::Program;

/// What the server code of one service does.
#[derive(Debug, Clone, Default)]
pub struct Code {
    /// How many modules were read.
    pub modules: usize,
    /// The environment variables that it reads, and what checks them.
    pub environment: environment::Environment,
    /// The HTTP surface.
    pub http: http::Http,
    /// Its literals that belong into its configuration.
    pub literals: literals::Literals,
    /// What it asks of others over HTTP.
    pub outbound: Outbound,
    /// What it logs with.
    pub logging: logging::Logging,
    /// What is there for errors that nothing has caught.
    pub process_events: process_events::ProcessEvents,
    /// Where it begins.
    pub startup: startup::Startup,
    /// How it ends when its process is told to.
    pub shutdown: shutdown::Shutdown,
    /// What maps its stack traces back to the sources.
    pub source_maps: Option<source_maps::SourceMaps>,
    /// What watches it.
    pub trackers: trackers::Trackers,
    /// Its databases, caches, brokers and search engines.
    pub clients: Clients,
}

/// Reads the server code of one service: a program that is linked from the modules that its entry points reach.
pub fn read(program: &Program<'_>, conditions: &Conditions) -> Code {
    let reading = Reading::new(program, conditions);
    Code {
        modules: reading.program.modules().count(),
        environment: environment::read(&reading),
        http: http::read(&reading),
        literals: literals::read(&reading),
        outbound: outbound::read(&reading),
        logging: logging::read(&reading),
        process_events: process_events::read(&reading),
        startup: startup::read(&reading),
        shutdown: shutdown::read(&reading),
        source_maps: source_maps::read(&reading),
        trackers: trackers::read(&reading),
        clients: clients::read(&reading),
    }
}
