//! The production start path: the commands that run in the end, and the environment they run in.

use crate::routes::Declared;
use prodcheck_facts::command::{Invoked, ManagerCall};
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
    /// The process managers on the way, outermost first.
    pub managers: Vec<Manager>,
    /// The commands that run before and end, in order: migrations, builds, installs, waits for other services.
    pub steps: Vec<Step>,
    /// Files of the repository that decide what is run, and were not read yet.
    pub unread: Vec<RepoPath>,
    /// Where following stopped: a program, file or variable that the repository does not show.
    pub lost: Vec<Lost>,
    /// Commands that only Windows understands (`set NODE_ENV=production&& …`).
    pub windows: Vec<Place>,
}

impl StartPath {
    /// What a variable is set to in the end.
    pub fn variable(&self, name: &str) -> Option<&EnvSetting> {
        self.environment.iter().rev().find(|setting| setting.name == name)
    }

    /// The processes that run unless a setting or an argument says otherwise; all where none is such.
    pub fn main_processes(&self) -> impl Iterator<Item = &Process> {
        let any = self.processes.iter().any(|process| !process.conditional);
        self.processes.iter().filter(move |process| !(any && process.conditional))
    }
}

/// A command on the way that ends before the processes start.
#[derive(Debug, Clone)]
pub struct Step {
    /// The command.
    pub invoked: Invoked,
    /// How it is run.
    pub kind: StepKind,
}

/// How a command on the way is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// Once.
    Runs,
    /// Again until it succeeds.
    Loops,
    /// It waits until another service answers, and then runs what it is given.
    Waits,
}

/// A place where following the start path stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Where.
    pub place: Place,
    /// Why, as a sentence fragment.
    pub why: String,
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

/// A file or a vault of variables that the start path reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvSource {
    /// The file, where it is one of the repository's.
    pub file: Option<RepoPath>,
    /// The file as written, or the vault's name.
    pub shown: String,
    /// What reads it: `node --env-file`, `dotenv`, `doppler`.
    pub reader: String,
    /// Whether it wins over variables that are set already.
    pub overrides: bool,
    /// Where it is named.
    pub place: Place,
}

/// A process manager on the start path.
#[derive(Debug, Clone)]
pub struct Manager {
    /// The call.
    pub call: ManagerCall,
    /// The folder that it is called in, as a folder of the repository; `None` where that is unknown.
    pub directory: Option<RepoPath>,
    /// The file of the repository that it is given, where it is given one.
    pub file: Option<RepoPath>,
    /// The processes that it is told to run, with what its file or command line answers for each.
    pub apps: Vec<Declared>,
    /// The environment that it is called in, in order.
    pub environment: Vec<EnvSetting>,
    /// What becomes of a SIGTERM that is sent to the outermost command.
    pub signals: SignalPath,
    /// The commands on the way to it, outermost first.
    pub commands: Vec<Place>,
    /// Whether a setting or an argument has to say so for it to be called.
    pub conditional: bool,
}

/// One process that runs in the end.
#[derive(Debug, Clone)]
pub struct Process {
    /// The command that starts it.
    pub place: Place,
    /// What runs it.
    pub runtime: Runtime,
    /// The runtime's own flags (`--max-old-space-size=…`), each with its place; those of `NODE_OPTIONS` come first.
    pub flags: Vec<(String, Place)>,
    /// The script or module, as written.
    pub script: Option<Spanned<String>>,
    /// The file in the repository that the script is, before built output is mapped back; `None` where it is unknown.
    pub file: Option<RepoPath>,
    /// The folder it runs in, as a folder of the repository; `None` where that is unknown.
    pub directory: Option<RepoPath>,
    /// Arguments after the script, as written; unknown ones are left out.
    pub arguments: Vec<String>,
    /// Whether it restarts itself on file changes or is else a development tool (`nodemon`, `node --watch`, `next dev`).
    pub watches: bool,
    /// Its whole environment, in the order in which it is set.
    pub environment: Vec<EnvSetting>,
    /// Files and vaults of variables that are read on the way, in order.
    pub env_files: Vec<EnvSource>,
    /// The commands on the way to it, outermost first.
    pub commands: Vec<Place>,
    /// The user that a command on the way changes to, and where.
    pub user: Option<(String, Place)>,
    /// The limit of open files that a command on the way sets, and where; `None` as a value is `unlimited`.
    pub open_files: Option<(Option<u64>, Place)>,
    /// What becomes of a SIGTERM that is sent to the outermost command.
    pub signals: SignalPath,
    /// What starts it again when it ends, on the start path itself: a shell's loop, `concurrently --restart-tries`.
    pub restarts: Option<Place>,
    /// What sends it to the background or takes it off its terminal (`nohup`, `screen`, `&`).
    pub detached: Option<Place>,
    /// The commands that read its output: `| pino-pretty`.
    pub pipes: Vec<(String, Place)>,
    /// Whether it runs only where a setting or an argument differs from its default.
    pub conditional: bool,
    /// The process manager that runs it.
    pub manager: Option<Managed>,
}

/// Which process manager of a start path runs a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Managed {
    /// The index in [`StartPath::managers`].
    pub manager: usize,
    /// The index in [`Manager::apps`], where the process manager's file or command line says more about the process.
    pub app: Option<usize>,
}

/// The way of a SIGTERM from the outermost command to a process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignalPath {
    /// What keeps it from the process, outermost first.
    pub obstacles: Vec<Obstacle>,
    /// The init that stands in front (`tini`, `dumb-init`).
    pub init: Option<Place>,
}

impl SignalPath {
    /// Whether the signal reaches the process.
    pub fn reaches(&self) -> bool {
        self.obstacles.is_empty()
    }
}

/// Something that keeps signals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// What it is.
    pub kind: ObstacleKind,
    /// Where.
    pub place: Place,
}

/// What keeps signals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObstacleKind {
    /// A shell that was given a command line and stays (`CMD node server.js`, `sh -c`).
    ShellForm,
    /// A shell script that starts the process without `exec`.
    Script,
    /// A package manager that runs a script, by its name.
    PackageManager(String),
    /// Another program that does not pass signals on, by its name.
    Wrapper(String),
    /// The process runs in the background.
    Background,
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

impl Runtime {
    /// Whether it runs JavaScript of the project.
    pub fn runs_javascript(&self) -> bool {
        !matches!(self, Self::Other(_))
    }
}
