//! Packages that install handlers of uncaught exceptions and unhandled rejections and are neither error trackers nor
//! there for shutting down: loggers, and packages made for it. Each row names the documentation that it follows.

use crate::trackers::{Exits, Installs};

/// What a package installs, and by which call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// The package.
    pub package: &'static str,
    /// The call or construction, `""` for the package itself; `None` for loading it.
    pub way: Option<&'static str>,
    /// What it does with exceptions that nothing has caught.
    pub uncaught: Option<Installs>,
    /// What it does with rejections that nothing has handled.
    pub rejection: Option<Installs>,
    /// The documentation that says so.
    #[allow(dead_code, reason = "for readers of the table")]
    pub source: &'static str,
}

const fn installs(exits: Exits) -> Option<Installs> {
    Some(Installs { logs: true, exits, option: "" })
}

/// Every package that is known.
pub(super) const ROWS: &[Row] = &[
    Row {
        package: "make-promises-safe",
        way: None,
        uncaught: None,
        rejection: installs(Exits::Always),
        source: "https://github.com/mcollina/make-promises-safe",
    },
    Row {
        package: "loud-rejection",
        way: Some(""),
        uncaught: None,
        rejection: installs(Exits::Never),
        source: "https://github.com/sindresorhus/loud-rejection",
    },
    Row {
        package: "loud-rejection/register",
        way: None,
        uncaught: None,
        rejection: installs(Exits::Never),
        source: "https://github.com/sindresorhus/loud-rejection",
    },
    Row {
        package: "hard-rejection",
        way: Some(""),
        uncaught: None,
        rejection: installs(Exits::Always),
        source: "https://github.com/sindresorhus/hard-rejection",
    },
    Row {
        package: "node-cleanup",
        way: Some(""),
        uncaught: installs(Exits::Always),
        rejection: None,
        source: "https://github.com/jtlapp/node-cleanup",
    },
];
