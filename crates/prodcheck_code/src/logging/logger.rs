//! What is known of one logger of a service.

use super::level::Level;
use super::table::Format;
use prodcheck_source::Place;

/// A logger that the service makes, as production makes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logger {
    /// The package that it is of; `None` for one that the program writes itself.
    pub package: Option<String>,
    /// Where it is made.
    pub place: Place,
    /// How it writes.
    pub format: Format,
    /// What decides that, where that is not where it is made.
    pub format_place: Option<Place>,
    /// From which level on it writes.
    pub threshold: Threshold,
    /// Where that is said.
    pub level_place: Option<Place>,
    /// The paths that it leaves out of what it writes, as the package spells them.
    pub redacts: Vec<String>,
    /// The files that it writes.
    pub files: Vec<LogFile>,
    /// Whether it writes a line for each request by itself.
    pub requests: bool,
    /// How many calls of the server code write to it.
    pub calls: usize,
    /// Where it adds what identifies the request to each line, such as pino's `mixin`.
    pub mixin: Option<Place>,
    /// The variable that holds a credential and switches it on.
    pub credential: Option<String>,
}

impl Logger {
    /// A logger of a package, with nothing known of it.
    pub(super) fn new(package: Option<&str>, place: Place) -> Self {
        Self {
            package: package.map(str::to_owned),
            place,
            format: Format::Unknown,
            format_place: None,
            threshold: Threshold::Unknown,
            level_place: None,
            redacts: Vec::new(),
            files: Vec::new(),
            requests: false,
            calls: 0,
            mixin: None,
            credential: None,
        }
    }

    /// Whether anything is written to it: by calls, or by itself for each request.
    pub fn is_used(&self) -> bool {
        self.calls > 0 || self.requests
    }
}

/// From which level on a logger writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Threshold {
    /// From this one on, which the code says.
    Level(Level),
    /// From this one on, which is what the package does unless it is told otherwise.
    Default(Level),
    /// From the one that this environment variable names; production sets it to what the repository does not show, or
    /// has to set it.
    Variable(String),
    /// From one that only running it would tell.
    Unknown,
    /// It has no levels, or names of levels that nothing compares.
    None,
}

impl Threshold {
    /// The level, where it is known.
    pub fn level(&self) -> Option<Level> {
        match self {
            Self::Level(level) | Self::Default(level) => Some(*level),
            _ => None,
        }
    }
}

/// A file that logs are written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFile {
    /// Its path, as far as the code shows it.
    pub path: Option<String>,
    /// Where the code says so.
    pub place: Place,
    /// Whether what writes it rotates it, or bounds its size.
    pub rotates: bool,
}
