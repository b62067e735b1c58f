//! From a command to the processes that run in the end: package scripts, shell scripts and process managers followed.
//!
//! Nothing is executed: a shell's branches are decided where the repository decides them, by the defaults where the
//! environment would, and else all are looked at.

mod condition;
mod disk;
mod expand;
mod flow;
mod managed;
mod nx;
mod packages;
mod process;
mod run;
mod scripts;
mod simple;
mod state;
mod supervised;
#[cfg(test)]
mod tests;
mod walk;

pub use disk::Disk;

use crate::routes::Declared;
use crate::{EnvSetting, EnvSource, Lost, Process, Repository, StartPath, Step, StepKind};
use prodcheck_facts::command::{Argv, Invoked, Word};
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::shell;
use prodcheck_program::workspaces::Workspaces;
use prodcheck_source::{Place, RepoPath, Span};
use state::State;

/// How many scripts, shells and functions may be nested.
const DEPTH: usize = 24;

/// How many commands of one start path are looked at. Real ones have dozens, and seldom some hundreds.
const MOST_COMMANDS: usize = 3_000;

/// How many bytes of shell code count as one command when they are read.
const BYTES_A_COMMAND: usize = 256;

/// How many words one command may have.
const MOST_WORDS: usize = 2_000;

/// How many functions a shell may know.
const MOST_FUNCTIONS: usize = 500;

/// How many steps, managers and processes are kept.
const MOST_KEPT: usize = 200;

/// Where a command is run.
#[derive(Debug, Clone)]
pub struct Scene<'a> {
    /// The repository.
    pub repository: &'a Repository,
    /// Its packages.
    pub workspaces: &'a Workspaces,
    /// The file system that the command sees.
    pub disk: Disk,
    /// The folder that it runs in, as an absolute path of the disk; `None` where it is unknown.
    pub directory: Option<String>,
    /// The environment that it is given, in the order in which it is set.
    pub environment: Vec<EnvSetting>,
    /// The files that this environment was read from.
    pub env_files: Vec<EnvSource>,
    /// An init that stands in front of the command (`docker run --init`, compose's `init: true`).
    pub init: Option<Place>,
}

impl<'a> Scene<'a> {
    /// A folder of a checkout, without any environment.
    pub fn checkout(repository: &'a Repository, workspaces: &'a Workspaces, folder: &RepoPath) -> Self {
        Self {
            repository,
            workspaces,
            disk: Disk::checkout(),
            directory: Some(Disk::in_checkout(folder)),
            environment: Vec::new(),
            env_files: Vec::new(),
            init: None,
        }
    }

    /// What the command finds when it starts.
    fn state(&self) -> State {
        let mut state = State::new(self.directory.clone(), &self.environment);
        state.init = self.init.clone();
        for file in &self.env_files {
            state.add_source(file.clone());
        }
        state
    }
}

/// A command that starts something.
#[derive(Debug, Clone, PartialEq)]
pub enum StartCommand {
    /// Words, run without a shell.
    Words(Vec<Word>),
    /// A line that a shell reads.
    Line {
        /// The file that holds it.
        path: RepoPath,
        /// The line, and where its pieces stand in that file.
        text: Excerpt<'static>,
    },
    /// A script of a package.
    Script {
        /// The package's folder.
        package: RepoPath,
        /// The script's name.
        name: String,
    },
}

impl StartCommand {
    /// A line that stands in a scalar of a JSON, YAML, TOML or JavaScript file: its value, and where it is spelled.
    pub fn scalar(repository: &Repository, place: &Place, value: &str) -> Self {
        let source = repository.files.text(&place.path).map_or("", |text| text.text());
        let text = Excerpt::aligned(source, place.span, value).into_owned();
        Self::Line { path: place.path.clone(), text }
    }
}

/// Follows a command to the processes that it runs.
pub fn resolve(scene: &Scene<'_>, command: &StartCommand) -> StartPath {
    let mut walk = Walk::new(scene);
    let mut state = scene.state();
    let flow = walk.start(command, &mut state);
    walk.finish(flow, state)
}

/// Follows what a supervisor's file declares. The scene's folder is the one that relative paths of the file are taken
/// from, and its environment comes before that of the file.
pub fn resolve_declared(scene: &Scene<'_>, declared: &Declared) -> StartPath {
    let mut walk = Walk::new(scene);
    let mut state = scene.state();
    let flow = walk.declared(declared, &mut state);
    walk.finish(flow, state)
}

/// The state of following one command.
struct Walk<'a> {
    scene: &'a Scene<'a>,
    path: StartPath,
    /// How many commands may still be looked at.
    left: usize,
    /// The scripts that are being followed, so that none is followed inside itself.
    following: Vec<Followed>,
}

/// Something that is being followed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Followed {
    Script(RepoPath, String),
    File(RepoPath),
}

impl<'a> Walk<'a> {
    fn new(scene: &'a Scene<'a>) -> Self {
        Self { scene, path: StartPath::default(), left: MOST_COMMANDS, following: Vec::new() }
    }

    /// Takes one from what may still be looked at; whether there was any.
    fn spend(&mut self) -> bool {
        let any = self.left > 0;
        self.left = self.left.saturating_sub(1);
        any
    }

    /// Takes what reading a text costs: a long one counts as several commands, so that reading it again and again comes to
    /// an end.
    fn spend_on(&mut self, text: &str) -> bool {
        let cost = text.len() / BYTES_A_COMMAND;
        let any = cost <= self.left;
        self.left = self.left.saturating_sub(cost);
        any
    }

    /// Reads shell code.
    fn parse(&mut self, text: &Excerpt<'_>) -> shell::Script {
        if self.spend_on(text.text()) { shell::parse_excerpt(text).tree } else { shell::Script::default() }
    }

    fn start(&mut self, command: &StartCommand, state: &mut State) -> flow::Flow {
        match command {
            StartCommand::Words(words) => {
                let Some(first) = words.first() else { return flow::Flow::default() };
                let argv = Argv::new(words.clone(), spanned(words, &first.place));
                self.run(&argv, state)
            }
            StartCommand::Line { path, text } => {
                let place = Place::new(path.clone(), text.span(0, text.text().len()));
                state.own_obstacle =
                    Some(crate::Obstacle { kind: crate::ObstacleKind::ShellForm, place: place.clone() });
                state.pass(&place);
                let script = self.parse(text);
                self.list(&script.list, state, path, &[]).of_child()
            }
            StartCommand::Script { package, name } => self.package_script(package, name, &[], state),
        }
    }

    /// What is left in the end.
    fn finish(mut self, flow: flow::Flow, state: State) -> StartPath {
        for candidate in flow.settled() {
            let process = candidate.process;
            let same = |known: &Process| {
                (&known.place, &known.file, &known.arguments) == (&process.place, &process.file, &process.arguments)
                    && (known.conditional, known.manager) == (process.conditional, process.manager)
            };
            if self.path.processes.len() < MOST_KEPT && !self.path.processes.iter().any(same) {
                self.path.processes.push(process);
            }
        }
        let first = self.path.main_processes().next().cloned();
        match first {
            Some(process) => {
                self.path.environment = process.environment;
                self.path.commands = process.commands;
            }
            None => {
                self.path.environment = state.environment.to_vec();
                self.path.commands = state.trail.to_vec();
            }
        }
        self.path
    }

    /// Notes that a file decides what is run and is not read; whether it can be read at all.
    fn wants(&mut self, file: &RepoPath) -> bool {
        let listed = matches!(self.scene.repository.files.get(file), Some(prodcheck_source::FileState::Listed));
        if listed && !self.path.unread.contains(file) {
            self.path.unread.push(file.clone());
        }
        listed
    }

    fn lost(&mut self, place: &Place, why: impl Into<String>) {
        let lost = Lost { place: place.clone(), why: why.into() };
        if self.path.lost.len() < MOST_KEPT && !self.path.lost.contains(&lost) {
            self.path.lost.push(lost);
        }
    }

    /// A command that ran on the way and ended.
    fn step_done(&mut self, invoked: Invoked, kind: StepKind) {
        if self.path.steps.len() < MOST_KEPT {
            self.path.steps.push(Step { invoked, kind });
        }
    }
}

/// From the first word to the last of one file.
fn spanned(words: &[Word], first: &Place) -> Place {
    let same = words.iter().filter(|word| word.place.path == first.path);
    let span = same.fold(first.span, |span: Span, word| span.to(word.place.span));
    Place::new(first.path.clone(), span)
}
