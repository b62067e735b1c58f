//! What a command runs, in types: a runtime with a script, a package's script, a process manager, a container tool.

use super::{Argv, Assignment, Flag, Options, Word};
use prodcheck_source::Place;

/// A command with its wrappers (`env`, `dumb-init`, `cross-env`, …) taken off.
#[derive(Debug, Clone, PartialEq)]
pub struct Invoked {
    /// The wrappers, outermost first.
    pub wrappers: Vec<Wrap>,
    /// What the command and its wrappers do to the environment, in order.
    pub environment: Vec<EnvChange>,
    /// The folder that a wrapper changes to.
    pub directory: Option<Word>,
    /// The packages of the workspace in which it is run.
    pub packages: Packages,
    /// What is run.
    pub invocation: Invocation,
    /// The program and its arguments without the wrappers.
    pub argv: Argv,
    /// The whole command.
    pub place: Place,
}

impl Invoked {
    /// The user that it is run as, where a wrapper changes it.
    pub fn user(&self) -> Option<&Word> {
        self.wrappers.iter().rev().find_map(|wrap| wrap.user.as_ref())
    }
}

/// One wrapper around a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrap {
    /// The program, such as `dumb-init`.
    pub name: &'static str,
    /// Where it stands.
    pub place: Place,
    /// What becomes of the signals that it is sent.
    pub signals: Signals,
    /// What it is good for.
    pub purpose: Purpose,
    /// The user that it changes to.
    pub user: Option<Word>,
    /// Its own options.
    pub flags: Vec<Flag>,
}

/// What a program does with SIGTERM while a command runs below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signals {
    /// It makes way for the command (`execve`), which gets its signals.
    Replaced,
    /// It passes them on to the command.
    Forwarded,
    /// It passes them on to the command and all that this started.
    Group,
    /// They end with it.
    Held,
    /// Nothing is known of it.
    Unknown,
}

/// What a wrapper is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// It stands as process 1 and reaps children.
    Init,
    /// It sets variables.
    Environment,
    /// It changes the user.
    User,
    /// It waits until another service answers.
    Wait,
    /// It detaches the command from the terminal (`nohup`, `screen`, `setsid`).
    Detach,
    /// It finds the program (`npx`, `corepack`, `nvm exec`).
    Find,
    /// It starts an instrumentation or a measurement.
    Observe,
    /// It watches files and starts the command again when they change.
    Watch,
    /// It starts the command again when it ends.
    Restart,
    /// Priority, limits, buffering, time.
    Limits,
}

/// One change of the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnvChange {
    /// A variable is set.
    Set(Assignment),
    /// A variable is taken away.
    Unset(String),
    /// All variables are taken away.
    Clear,
    /// A file of variables is read.
    File(EnvFile),
    /// Variables come from a vault or the like; which ones is not known.
    Vault {
        /// The tool.
        name: &'static str,
        /// Where it is called.
        place: Place,
    },
}

/// A file of variables that a command reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFile {
    /// Its path, as written; the tool's own default where the command names none.
    pub path: Word,
    /// What reads it.
    pub reader: &'static str,
    /// Whether it wins over variables that are set already.
    pub overrides: bool,
}

/// What is run.
#[derive(Debug, Clone, PartialEq)]
pub enum Invocation {
    /// Nothing: only assignments.
    Nothing,
    /// A program whose name is not known.
    Unknown,
    /// A JavaScript runtime.
    Runtime(RuntimeRun),
    /// A framework's or server's own command.
    Framework(FrameworkRun),
    /// Something that watches files and runs a command anew.
    Watcher(WatcherRun),
    /// Shell code in a word: `sh -c '…'`.
    ShellCode {
        /// The code.
        code: Word,
        /// `$0` and the arguments after it.
        arguments: Vec<Word>,
        /// The shell.
        shell: &'static str,
    },
    /// A file that a shell reads: `sh start.sh`, `. ./env.sh`.
    ShellScript {
        /// The file.
        path: Word,
        /// Its arguments.
        arguments: Vec<Word>,
        /// Whether the calling shell itself reads it (`.`, `source`).
        sourced: bool,
    },
    /// A file that is run by itself: `./start.sh`, `./bin/www`.
    File {
        /// The file.
        path: Word,
        /// Its arguments.
        arguments: Vec<Word>,
    },
    /// A package's script: `npm run x`.
    Script(ScriptRun),
    /// Several scripts or commands, one after another or side by side.
    Several(SeveralRun),
    /// Packages are installed.
    Install(InstallRun),
    /// Another command of a package manager: `npm prune`, `pnpm deploy`.
    PackageManager(PackageManagerCall),
    /// A process manager.
    Manager(ManagerCall),
    /// A tool of the deployment: Docker, systemd, Kubernetes, Helm.
    Tool(ToolCall),
    /// Some other program.
    Program {
        /// Its name, without folders.
        name: String,
        /// Its arguments.
        arguments: Vec<Word>,
    },
}

/// What runs JavaScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuntimeKind {
    /// Node.js.
    Node,
    /// Bun.
    Bun,
    /// Deno.
    Deno,
    /// A loader around Node.js that compiles as it goes, by the name of its package's command.
    Loader(&'static str),
}

/// A runtime and what it is given.
#[derive(Debug, Clone, PartialEq)]
pub struct RuntimeRun {
    /// The runtime.
    pub runtime: RuntimeKind,
    /// The runtime's own options.
    pub flags: Vec<Flag>,
    /// Whether more options may be there that are not known.
    pub uncertain: bool,
    /// What it runs.
    pub target: Target,
    /// Arguments after the script.
    pub arguments: Vec<Word>,
    /// Where it is told to watch files.
    pub watches: Option<Place>,
}

/// What a runtime runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A file or module.
    Script(Word),
    /// Code in the command line.
    Code(Word),
    /// Nothing that serves: tests, a syntax check, the version, a build, standard input, an interactive session.
    Other,
}

/// What a framework's command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrameworkMode {
    /// Serves what was built, or the code as it is.
    Serves,
    /// Serves files that are built already.
    Static,
    /// Serves for development.
    Development,
    /// Builds, deploys, checks: ends by itself.
    Ends,
}

/// A framework's own command.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameworkRun {
    /// The command, such as `next`.
    pub name: &'static str,
    /// Its subcommand, such as `start`, where one is written.
    pub command: Option<String>,
    /// What it does.
    pub mode: FrameworkMode,
    /// The file or folder of the project's own that it is given to run.
    pub script: Option<Word>,
    /// Its options and operands after the subcommand.
    pub options: Options,
    /// Where it is told to watch files.
    pub watches: Option<Place>,
}

/// A tool that runs a command anew when files change.
#[derive(Debug, Clone, PartialEq)]
pub struct WatcherRun {
    /// The tool.
    pub name: &'static str,
    /// What it runs.
    pub target: Watched,
    /// Its own options.
    pub options: Options,
    /// Where it stands.
    pub place: Place,
}

/// What a watcher runs.
#[derive(Debug, Clone, PartialEq)]
pub enum Watched {
    /// A runtime, as if it were called without the watcher.
    Runtime(RuntimeRun),
    /// A shell command, and words that are put after it.
    Command(Word, Vec<Word>),
    /// What the tool's own configuration or `package.json` `main` says.
    Configured,
}

/// The package managers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PackageManager {
    /// npm.
    Npm,
    /// Yarn, 1 or later.
    Yarn,
    /// pnpm.
    Pnpm,
    /// Bun.
    Bun,
    /// Node.js itself (`node --run`).
    Node,
    /// Deno (`deno task`).
    Deno,
    /// A tool for repositories of many packages: Lerna, Turborepo, Nx.
    Monorepo(&'static str),
}

impl PackageManager {
    /// Its command.
    pub fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Yarn => "yarn",
            Self::Pnpm => "pnpm",
            Self::Bun => "bun",
            Self::Node => "node --run",
            Self::Deno => "deno task",
            Self::Monorepo(name) => name,
        }
    }
}

/// Which packages a package manager's command is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Packages {
    /// The one whose folder it runs in.
    #[default]
    Here,
    /// The workspace's root.
    Root,
    /// These: names, folders or filters of the workspace.
    Named(Vec<Word>),
    /// All of the workspace.
    All,
}

/// A package's script.
#[derive(Debug, Clone, PartialEq)]
pub struct ScriptRun {
    /// What runs it.
    pub manager: PackageManager,
    /// Its name; with `*` where the tool takes patterns.
    pub script: Word,
    /// The folder that the package manager is told to change to.
    pub directory: Option<Word>,
    /// Which packages' script.
    pub packages: Packages,
    /// What is put after the script's own command.
    pub arguments: Vec<Word>,
    /// Whether a missing script is no error.
    pub if_present: bool,
    /// Whether the name can also be a command in `node_modules/.bin`, where there is no such script.
    pub or_binary: bool,
    /// Where it stands.
    pub place: Place,
}

/// Several commands that one tool runs.
#[derive(Debug, Clone, PartialEq)]
pub struct SeveralRun {
    /// The tool.
    pub name: &'static str,
    /// Whether they run side by side.
    pub parallel: bool,
    /// What is run.
    pub members: Vec<Member>,
    /// Whether members are started again when they end, and where that is said.
    pub restarts: Option<Place>,
    /// Where it stands.
    pub place: Place,
}

/// One of several commands.
#[derive(Debug, Clone, PartialEq)]
pub enum Member {
    /// A script of the package, or a pattern of several.
    Script(ScriptRun),
    /// A shell command.
    Command(Word),
}

/// An install of packages.
#[derive(Debug, Clone, PartialEq)]
pub struct InstallRun {
    /// What installs.
    pub manager: PackageManager,
    /// The subcommand in its full spelling: `install`, `ci`, `add`, `global add`; `yarn` alone is `install`.
    pub command: String,
    /// The folder that it is told to change to.
    pub directory: Option<Word>,
    /// Which packages it is about.
    pub packages: Packages,
    /// Its options.
    pub options: Options,
    /// Whether it installs for the whole machine.
    pub global: bool,
    /// Where it stands.
    pub place: Place,
}

/// Another command of a package manager.
#[derive(Debug, Clone, PartialEq)]
pub struct PackageManagerCall {
    /// The package manager.
    pub manager: PackageManager,
    /// The subcommand.
    pub command: String,
    /// The folder that it is told to change to.
    pub directory: Option<Word>,
    /// Which packages it is about.
    pub packages: Packages,
    /// Its options and operands.
    pub options: Options,
    /// Where it stands.
    pub place: Place,
}

/// The process managers and supervisors that a command can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ManagerKind {
    /// PM2's daemon, or `pm2 … --no-daemon`.
    Pm2,
    /// `pm2-runtime`, `pm2-docker`.
    Pm2Runtime,
    /// Oxmgr.
    Oxmgr,
    /// forever.
    Forever,
    /// supervisord.
    Supervisord,
    /// s6: `s6-svscan`, s6-overlay's `/init`.
    S6,
    /// runit: `runsvdir`, `runit`, `runsv`.
    Runit,
    /// Others that run a list of processes: circus, naught, strong-pm, foreman.
    Other(&'static str),
}

/// A call of a process manager.
#[derive(Debug, Clone, PartialEq)]
pub struct ManagerCall {
    /// The process manager.
    pub kind: ManagerKind,
    /// Its subcommand (`start`, `reload`), where it has one.
    pub command: Option<String>,
    /// All words, the program's name first.
    pub words: Vec<Word>,
    /// Where it stands.
    pub place: Place,
}

/// A call of a tool that deploys.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolCall {
    /// The tool.
    pub tool: DeployTool,
    /// The subcommands, such as `["compose", "up"]` or `["rollout", "status"]`.
    pub command: Vec<String>,
    /// Options before the last subcommand.
    pub global: Vec<Flag>,
    /// Options and operands after it. What runs inside a container stays unread among the operands.
    pub options: Options,
    /// Where it stands.
    pub place: Place,
}

impl ToolCall {
    /// Whether these are its subcommands, from the first on.
    pub fn runs(&self, command: &[&str]) -> bool {
        self.command.len() >= command.len() && self.command.iter().zip(command).all(|(a, b)| a == b)
    }
}

/// The tools that deploy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeployTool {
    /// `docker`, `podman`, and `docker-compose` as `docker compose`.
    Docker,
    /// `systemctl`.
    Systemctl,
    /// `kubectl`, `oc`.
    Kubectl,
    /// `helm`.
    Helm,
}
