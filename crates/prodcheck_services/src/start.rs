//! The production start path: the commands that run in the end, and the environment they run in.

use prodcheck_source::{Place, RepoPath, Spanned};

/// What a route runs.
#[derive(Debug, Clone, Default)]
pub struct StartPath {
    /// The processes that run in the end, npm scripts followed and wrappers peeled; empty where nobody can tell.
    pub processes: Vec<Process>,
    /// The places of the commands on the way, outermost first (`CMD`, the npm script, the entry script).
    pub commands: Vec<Place>,
    /// The environment, in the order in which it is set; a later entry of a name wins.
    pub environment: Vec<EnvSetting>,
}

impl StartPath {
    /// What a variable is set to in the end.
    pub fn variable(&self, name: &str) -> Option<&EnvSetting> {
        self.environment.iter().rev().find(|setting| setting.name == name)
    }
}

/// One environment variable that a file on the start path sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvSetting {
    /// The variable.
    pub name: String,
    /// Its value.
    pub value: EnvValue,
    /// Where it is set.
    pub place: Place,
}

/// An environment variable's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvValue {
    /// This text (an interpolation with a default counts as its default).
    Text(String),
    /// It is set, from a place that the repository does not show.
    Unknown,
}

/// One process that runs in the end.
#[derive(Debug, Clone)]
pub struct Process {
    /// The command that starts it.
    pub place: Place,
    /// What runs it.
    pub runtime: Runtime,
    /// The runtime's own flags (`--max-old-space-size=…`), each with its place.
    pub flags: Vec<(String, Place)>,
    /// The script or module, as written.
    pub script: Option<Spanned<String>>,
    /// The file in the repository that the script is, before built output is mapped back; `None` where it is unknown.
    pub file: Option<RepoPath>,
    /// The folder it runs in, as a folder of the repository; `None` where that is unknown.
    pub directory: Option<RepoPath>,
    /// Arguments after the script, as written; unknown ones are left out.
    pub arguments: Vec<String>,
    /// Whether it restarts itself on file changes (`nodemon`, `node --watch`): a development tool.
    pub watches: bool,
}

/// What runs a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runtime {
    /// Node.js.
    Node,
    /// Bun.
    Bun,
    /// Deno.
    Deno,
    /// A loader around Node that compiles on the fly: `tsx`, `ts-node`, `babel-node`, `esno`, `swc-node`.
    Loader(String),
    /// A framework's own start command: `next start`, `nest start`, `nuxt start`.
    Framework {
        /// The command's name.
        name: String,
        /// Its subcommand, such as `start`.
        command: Option<String>,
    },
    /// Some other program.
    Other(String),
}
