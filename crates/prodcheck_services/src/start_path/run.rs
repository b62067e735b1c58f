//! Goes on from a command that was told apart: wrappers' effects kept, shells entered, processes noted.

use super::Walk;
use super::disk::normalised;
use super::flow::Flow;
use super::state::State;
use crate::env_example::file_or_example;
use crate::{EnvSource, Obstacle, ObstacleKind, Runtime, StepKind};
use prodcheck_facts::command::{
    self, Argv, EnvChange, EnvFile, Flag, FrameworkMode, FrameworkRun, Invocation, Invoked, Member, Packages, Purpose,
    RuntimeKind, RuntimeRun, SeveralRun, Signals, Target, Watched, WatcherRun, Word,
};
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::shell;
use prodcheck_source::Place;
use std::rc::Rc;

impl Walk<'_> {
    /// A program with its arguments.
    pub(super) fn run(&mut self, argv: &Argv, state: &mut State) -> Flow {
        if state.depth >= super::DEPTH || !self.spend() {
            return Flow::default();
        }
        let invoked = command::read(argv);
        let replaces = invoked.wrappers.first().is_some_and(|wrap| wrap.name == "exec");
        let mut inner = state.clone();
        inner.depth += 1;
        self.enter(&invoked, &mut inner, replaces);
        let flow = self.invocation(&invoked, state, inner);
        if replaces { flow.replacing() } else { flow }
    }

    /// What a command and its wrappers change for what they run.
    fn enter(&mut self, invoked: &Invoked, inner: &mut State, replaces: bool) {
        inner.pass(&invoked.place);
        if let Some(obstacle) = inner.own_obstacle.take().filter(|_| !replaces) {
            inner.add_obstacle(obstacle);
        }
        for change in &invoked.environment {
            match change {
                EnvChange::Set(one) => inner.export(&one.name, &one.value, &one.place),
                EnvChange::Unset(name) => inner.unset(name),
                EnvChange::Clear => inner.clear_environment(),
                EnvChange::File(file) => self.reads(file, inner),
                EnvChange::Vault { name, place } => inner.add_source(EnvSource {
                    file: None,
                    shown: (*name).to_owned(),
                    reader: (*name).to_owned(),
                    overrides: true,
                    place: place.clone(),
                }),
            }
        }
        if let Some(directory) = &invoked.directory {
            inner.directory = self.folder(directory, inner);
        }
        if invoked.packages != Packages::Here {
            inner.directory = self.packages(&invoked.packages, inner).first().map(|(_, folder)| folder.clone());
        }
        for wrap in &invoked.wrappers {
            match wrap.signals {
                Signals::Group => inner.whole_group = true,
                Signals::Held => {
                    let kind = match wrap.name {
                        "npx" | "pnpx" | "bunx" | "npm exec" | "pnpm exec" | "pnpm dlx" | "yarn exec" | "yarn dlx"
                        | "yarn node" => ObstacleKind::PackageManager(wrap.name.to_owned()),
                        name => ObstacleKind::Wrapper(name.to_owned()),
                    };
                    inner.add_obstacle(Obstacle { kind, place: wrap.place.clone() });
                }
                Signals::Replaced | Signals::Forwarded | Signals::Unknown => {}
            }
            match wrap.purpose {
                Purpose::Init => inner.init = Some(wrap.place.clone()),
                Purpose::Detach => inner.detached = Some(wrap.place.clone()),
                Purpose::Watch => inner.watcher = true,
                Purpose::Restart => inner.restarts = Some(wrap.place.clone()),
                Purpose::Wait => self.step_done(invoked.clone(), StepKind::Waits),
                _ => {}
            }
            if let Some(user) = &wrap.user {
                inner.user = Some((user.shown().to_owned(), wrap.place.clone()));
            }
        }
    }

    /// A file of variables: where it is one of the repository's, what it sets is part of the environment.
    pub(super) fn reads(&mut self, file: &EnvFile, inner: &mut State) {
        let found = file.path.text().and_then(|path| self.located(path, inner));
        let shown = found.as_ref().and_then(|found| file_or_example(self.scene.repository, found));
        if let Some(found) = &shown {
            if self.scene.repository.facts.get(found).is_none() {
                self.wants(found);
            }
            let facts = self.scene.repository.facts.env_file(found);
            for variable in facts.into_iter().flat_map(|facts| &facts.variables) {
                let name = &variable.name.value;
                if !file.overrides && inner.environment.iter().any(|known| known.name == *name) {
                    continue;
                }
                let span =
                    variable.value.as_ref().map_or(variable.name.span, |value| variable.name.span.to(value.span));
                let place = Place::new(found.clone(), span);
                let value = match &variable.value {
                    Some(value) if !variable.is_encrypted && !value.value.contains('$') => {
                        Word::new(&value.value, place.clone())
                    }
                    _ => Word::partly("", 0, place.clone()),
                };
                inner.export(name, &value, &place);
            }
        }
        inner.add_source(EnvSource {
            file: found,
            shown: file.path.shown().to_owned(),
            reader: file.reader.to_owned(),
            overrides: file.overrides,
            place: file.path.place.clone(),
        });
    }

    /// A folder that a command changes to.
    pub(super) fn folder(&self, to: &Word, state: &State) -> Option<String> {
        let to = to.text()?;
        if to.starts_with('/') { Some(normalised("/", to)) } else { Some(normalised(state.directory.as_ref()?, to)) }
    }

    fn invocation(&mut self, invoked: &Invoked, outer: &mut State, mut inner: State) -> Flow {
        match &invoked.invocation {
            Invocation::Nothing => Flow::default(),
            Invocation::Unknown => {
                self.lost(&invoked.argv.place, "which program this runs is only known when it runs");
                Flow::default()
            }
            Invocation::Runtime(run) => self.runtime(run, invoked, &inner),
            Invocation::Framework(run) => self.framework(run, invoked, &inner),
            Invocation::Watcher(run) => self.watcher(run, invoked, inner),
            Invocation::ShellCode { code, arguments, shell: "eval" } => {
                let script = self.parsed(code);
                let arguments_before = outer.arguments.clone();
                let flow = self.list(&script.list, outer, &code.place.path, arguments);
                outer.arguments = arguments_before;
                flow
            }
            Invocation::ShellCode { code, arguments, shell } => self.shell_code(code, arguments, shell, inner),
            Invocation::ShellScript { path, sourced: true, .. } => self.sourced(path, outer),
            Invocation::ShellScript { path, arguments, .. } => self.script_file(path, arguments, true, invoked, inner),
            Invocation::File { path, arguments } => self.script_file(path, arguments, false, invoked, inner),
            Invocation::Script(run) => self.script_run(run, invoked, &mut inner),
            Invocation::Several(run) => self.several(run, invoked, &inner),
            Invocation::Manager(call) => self.manager(call, invoked, &inner),
            Invocation::Install(_) | Invocation::PackageManager(_) | Invocation::Tool(_) => {
                self.step_done(invoked.clone(), StepKind::Runs);
                Flow::default()
            }
            Invocation::Program { name, .. } if name == "per-env" => self.per_env(invoked, &mut inner),
            Invocation::Program { name, arguments } => {
                if let Some((path, _)) = self.on_path(name) {
                    let place = invoked.argv.words.first().map_or(&invoked.place, |word| &word.place).clone();
                    return self.script_file(&Word::new(path, place), arguments, false, invoked, inner);
                }
                let runtime = Runtime::Other(name.clone());
                Flow::weak(self.candidate(runtime, &[], None, arguments, false, invoked, &inner))
            }
        }
    }

    fn runtime(&mut self, run: &RuntimeRun, invoked: &Invoked, inner: &State) -> Flow {
        let mut inner = inner.clone();
        for file in command::env_files(&run.flags).into_iter().chain(preloaded(run, &inner)) {
            self.reads(&file, &mut inner);
        }
        let runtime = match run.runtime {
            RuntimeKind::Node => Runtime::Node,
            RuntimeKind::Bun => Runtime::Bun,
            RuntimeKind::Deno => Runtime::Deno,
            RuntimeKind::Loader(name) => Runtime::Loader(name.to_owned()),
        };
        let script = match &run.target {
            Target::Script(script) => Some(script.clone()),
            Target::Code(code) => Some(required(code).unwrap_or_else(|| code.clone())),
            Target::Other => {
                self.step_done(invoked.clone(), StepKind::Runs);
                return Flow::default();
            }
        };
        let watches = run.watches.is_some();
        Flow::front(self.candidate(runtime, &run.flags, script.as_ref(), &run.arguments, watches, invoked, &inner))
    }

    fn framework(&mut self, run: &FrameworkRun, invoked: &Invoked, inner: &State) -> Flow {
        if run.mode == FrameworkMode::Ends {
            self.step_done(invoked.clone(), StepKind::Runs);
            return Flow::default();
        }
        let runtime = Runtime::Framework { name: run.name.to_owned(), command: run.command.clone() };
        let watches = run.mode == FrameworkMode::Development || run.watches.is_some();
        let arguments = run.options.all_operands();
        let mut candidate = self.candidate(runtime, &[], run.script.as_ref(), &arguments, watches, invoked, inner);
        let own = run.options.flags.iter().map(|flag| flag.shown());
        candidate.process.arguments.extend(own);
        Flow::front(candidate)
    }

    fn watcher(&mut self, run: &WatcherRun, invoked: &Invoked, mut inner: State) -> Flow {
        inner.watcher = true;
        match &run.target {
            Watched::Runtime(run) => self.runtime(run, invoked, &inner),
            Watched::Command(code, more) => {
                let script = self.parsed(code);
                self.list(&script.list, &mut inner, &code.place.path, more).of_child()
            }
            Watched::Configured => self.configured(run, invoked, inner),
        }
    }

    /// Code in a word, read as a shell reads it, with its places in the file.
    pub(super) fn parsed(&mut self, code: &Word) -> shell::Script {
        let source = self.scene.repository.files.text(&code.place.path).map_or("", |text| text.text());
        let text = Excerpt::aligned(source, code.place.span, code.shown());
        self.parse(&text)
    }

    fn shell_code(&mut self, code: &Word, arguments: &[Word], shell: &'static str, mut inner: State) -> Flow {
        let script = self.parsed(code);
        // bash, zsh and ksh make way for the only command of `-c`; dash and BusyBox stay.
        let stays = !(matches!(shell, "bash" | "zsh" | "ksh") && is_one_command(&script));
        inner.own_obstacle = stays.then(|| Obstacle { kind: ObstacleKind::ShellForm, place: code.place.clone() });
        inner.script = arguments.first().and_then(Word::text).map(str::to_owned);
        inner.arguments = Some(Rc::new(arguments.get(1..).unwrap_or(&[]).to_vec()));
        inner.functions = Rc::default();
        inner.pass(&code.place);
        self.list(&script.list, &mut inner, &code.place.path, &[]).of_child()
    }

    /// Several commands that one tool runs.
    fn several(&mut self, run: &SeveralRun, invoked: &Invoked, inner: &State) -> Flow {
        let mut shared = inner.clone();
        if run.name != "concurrently" {
            let kind = ObstacleKind::Wrapper(run.name.to_owned());
            shared.add_obstacle(Obstacle { kind, place: run.place.clone() });
        }
        if let Some(place) = &run.restarts {
            shared.restarts = Some(place.clone());
        }
        let mut all = Flow::default();
        for member in &run.members {
            let mut inner = shared.clone();
            let next = match member {
                Member::Script(run) => self.script_run(run, invoked, &mut inner),
                Member::Command(code) => {
                    inner.pass(&code.place);
                    let script = self.parsed(code);
                    self.list(&script.list, &mut inner, &code.place.path, &[]).of_child()
                }
            };
            if run.parallel {
                all.or(next);
            } else {
                self.sequence(&mut all, next);
            }
        }
        Flow { ends: false, ..all }
    }
}

/// Whether a script is one simple command.
fn is_one_command(script: &shell::Script) -> bool {
    match script.list.as_slice() {
        [only] => {
            only.rest.is_empty() && !only.background && matches!(only.first.steps.as_slice(), [shell::Step::Simple(_)])
        }
        _ => false,
    }
}

/// The file that `-r dotenv/config` reads: <https://github.com/motdotla/dotenv#preload>.
fn preloaded(run: &RuntimeRun, state: &State) -> Option<EnvFile> {
    let loads = |flag: &&Flag| {
        let module = flag.value.as_ref().and_then(Word::text).unwrap_or("");
        flag.is(&["-r", "--require", "--import"]) && matches!(module, "dotenv/config" | "dotenv/config.js")
    };
    let flag = run.flags.iter().chain(state.node_flags.iter()).find(loads)?;
    let argument = run.arguments.iter().find_map(|word| word.strip_prefix("dotenv_config_path="));
    let by_variable = match state.variable("DOTENV_CONFIG_PATH") {
        Some(super::state::Value::Text(path)) => Some(Word::new(path, flag.place.clone())),
        _ => None,
    };
    let path = argument.or(by_variable).unwrap_or_else(|| Word::new(".env", flag.place.clone()));
    Some(EnvFile { path, reader: "dotenv", overrides: false })
}

/// The module that code in a command line loads: `require('./dist/server')`.
fn required(code: &Word) -> Option<Word> {
    let text = code.text()?;
    let after = ["require(", "import("].iter().find_map(|call| text.split_once(call).map(|(_, after)| after))?;
    let after = after.trim_start();
    let quote = after.chars().next().filter(|quote| matches!(quote, '\'' | '"' | '`'))?;
    let path = after.get(1..)?.split(quote).next()?;
    (path.starts_with('.') || path.starts_with('/')).then(|| Word::new(path, code.place.clone()))
}
