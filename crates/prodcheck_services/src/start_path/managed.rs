//! Process managers on the start path: what they are told to run, and what a supervisor's file declares.

use super::disk::normalised;
use super::flow::Flow;
use super::state::State;
use super::{StartCommand, Walk};
use crate::routes::{Declared, Located, Run, Started, oxmgr, pm2};
use crate::{EnvValue, Managed, Manager};
use prodcheck_facts::command::Grammar;
use prodcheck_facts::command::{Argv, EnvFile, Invoked, ManagerCall, ManagerKind, Word, anywhere};
use prodcheck_facts::given::Given;
use prodcheck_facts::{FileFacts, pm2 as pm2_facts};
use prodcheck_formats::excerpt::Excerpt;
use prodcheck_formats::shell::Step;
use prodcheck_source::{Place, RepoPath, Spanned};

impl Walk<'_> {
    /// A call of a process manager.
    pub(super) fn manager(&mut self, call: &ManagerCall, invoked: &Invoked, inner: &State) -> Flow {
        match call.kind {
            ManagerKind::Pm2 | ManagerKind::Pm2Runtime => self.pm2(call, invoked, inner),
            ManagerKind::Oxmgr => self.oxmgr(call, invoked, inner),
            ManagerKind::Forever => self.forever(call, invoked, inner),
            ManagerKind::Supervisord => self.supervisord(call, inner),
            ManagerKind::S6 | ManagerKind::Runit => self.services(call, invoked, inner),
            ManagerKind::Other(_) => {
                self.managed(call, None, inner);
                Flow::default()
            }
        }
    }

    /// s6-overlay's `/init`.
    pub(super) fn s6(&mut self, invoked: &Invoked, inner: &State) -> Flow {
        let call = ManagerCall {
            kind: ManagerKind::S6,
            command: None,
            words: invoked.argv.words.clone(),
            place: invoked.argv.place.clone(),
        };
        self.services(&call, invoked, inner)
    }

    /// Notes a process manager; its index.
    pub(super) fn managed(&mut self, call: &ManagerCall, file: Option<RepoPath>, inner: &State) -> usize {
        if self.path.managers.len() < super::MOST_KEPT {
            self.path.managers.push(Manager {
                call: call.clone(),
                directory: self.directory(inner),
                file,
                apps: Vec::new(),
                environment: inner.environment.to_vec(),
                signals: crate::SignalPath { obstacles: inner.obstacles.to_vec(), init: inner.init.clone() },
                commands: inner.trail.to_vec(),
                conditional: inner.conditional,
            });
        }
        self.path.managers.len() - 1
    }

    fn done(&mut self, invoked: &Invoked) -> Flow {
        self.step_done(invoked.clone(), crate::StepKind::Runs);
        Flow::default()
    }

    fn pm2(&mut self, call: &ManagerCall, invoked: &Invoked, inner: &State) -> Flow {
        // Spans of words from other files mean nothing in this one; of those the call's own place stands.
        let path = &call.place.path;
        let words: Vec<Spanned<Option<String>>> = call
            .words
            .iter()
            .map(|word| {
                let span = if word.place.path == *path { word.place.span } else { call.place.span };
                Spanned::new(word.text().map(str::to_owned), span)
            })
            .collect();
        let Some(command) = pm2_facts::command(&words).filter(pm2_facts::Pm2Command::starts) else {
            return self.done(invoked);
        };
        let started = pm2::started(&command);
        let mut flow = Flow::default();
        for file in command.files() {
            let found = self.located(&file.value, inner);
            let index = self.managed(call, found.clone(), inner);
            let Some(found) = found else {
                self.lost(&call.place, format!("`{}` is not in the repository", file.value));
                continue;
            };
            let facts = self.scene.repository.facts.get(&found);
            if facts.is_none() {
                self.wants(&found);
            }
            for facts in facts.iter().flat_map(|gathered| &gathered.facts) {
                if let FileFacts::Pm2(facts) = facts {
                    let declared = pm2::declared(facts, &found, &started);
                    self.all_declared(&declared, index, inner, &mut flow);
                }
            }
        }
        let declared = pm2::commanded(&command, path, &started);
        if !declared.is_empty() {
            let index = self.managed(call, None, inner);
            self.all_declared(&declared, index, inner, &mut flow);
        }
        flow
    }

    /// `oxmgr apply FILE`, `oxmgr runtime FILE`, `oxmgr start "COMMAND"`:
    /// <https://github.com/Vladimir-Urik/OxMgr/blob/master/docs/CLI.md>.
    fn oxmgr(&mut self, call: &ManagerCall, invoked: &Invoked, inner: &State) -> Flow {
        const OXMGR: Grammar = Grammar {
            valued: &["--env", "--only", "--name", "--restart", "--max-restarts", "--cwd", "--config"],
            also: &[],
            clusters: false,
            underscores: false,
        };
        let options = anywhere(call.words.get(1..).unwrap_or(&[]), &OXMGR);
        let operands = options.operands.get(1..).unwrap_or(&[]);
        let mut flow = Flow::default();
        match call.command.as_deref() {
            Some("apply" | "runtime" | "import") => {
                let mut files: Vec<Word> = operands.to_vec();
                if files.is_empty() {
                    files.push(Word::new("oxfile.toml", call.place.clone()));
                }
                for file in files {
                    let found = file.text().and_then(|path| self.located(path, inner));
                    let index = self.managed(call, found.clone(), inner);
                    let Some(found) = found else {
                        self.lost(&file.place, format!("`{}` is not in the repository", file.shown()));
                        continue;
                    };
                    let started = Started {
                        environment: options.value(&["--env"]).and_then(Word::text).map(str::to_owned),
                        only: options
                            .value(&["--only"])
                            .and_then(Word::text)
                            .map(|names| names.split(',').map(str::to_owned).collect())
                            .unwrap_or_default(),
                        ..Started::default()
                    };
                    let facts = self.scene.repository.facts.get(&found);
                    for facts in facts.iter().flat_map(|gathered| &gathered.facts) {
                        let declared = match facts {
                            FileFacts::Oxmgr(facts) => oxmgr::declared(facts, &found, &started),
                            FileFacts::Pm2(facts) => oxmgr::imported(facts, &found, &started),
                            _ => continue,
                        };
                        self.all_declared(&declared, index, inner, &mut flow);
                    }
                }
            }
            Some("start") => {
                let index = self.managed(call, None, inner);
                if let Some(code) = operands.first() {
                    let mut inner = inner.clone();
                    inner.own_obstacle = None;
                    let script = self.parsed(code);
                    flow = self.list(&script.list, &mut inner, &code.place.path, &[]).of_child();
                    flow = flow.under(Managed { manager: index, app: None });
                }
            }
            _ => return self.done(invoked),
        }
        flow
    }

    /// `forever [start] [options] script [arguments]`, `forever -c COMMAND FOLDER`.
    fn forever(&mut self, call: &ManagerCall, invoked: &Invoked, inner: &State) -> Flow {
        const FOREVER: Grammar = Grammar {
            valued: &[
                "-m",
                "-l",
                "-o",
                "-e",
                "-c",
                "--command",
                "-p",
                "--pidFile",
                "--sourceDir",
                "--workingDir",
                "--minUptime",
                "--spinSleepTime",
                "--uid",
                "--id",
                "--killSignal",
                "--watchDirectory",
                "--watchIgnore",
                "-n",
                "--number",
            ],
            also: &[],
            clusters: false,
            underscores: false,
        };
        if call.command.as_deref().is_some_and(|command| command != "start") {
            return self.done(invoked);
        }
        let mut words = call.words.get(1..).unwrap_or(&[]);
        if words.first().is_some_and(|word| word.is("start")) {
            words = words.get(1..).unwrap_or(&[]);
        }
        let (options, left) = prodcheck_facts::command::leading(words, &FOREVER);
        let left = match left.split_first() {
            Some((first, left)) if first.is("start") => left,
            _ => left,
        };
        let index = self.managed(call, None, inner);
        let mut inner = inner.clone();
        for folder in [options.value(&["--workingDir"]), options.value(&["--sourceDir"])].into_iter().flatten() {
            inner.directory = self.folder(folder, &inner);
        }
        inner.watcher |= options.has(&["-w", "--watch"]);
        let command: Vec<Word> = options.value(&["-c", "--command"]).iter().flat_map(|code| words_of(code)).collect();
        let words = match (command.is_empty(), left.first()) {
            (true, Some(script)) => {
                let node = Word::new("node", script.place.clone());
                std::iter::once(node).chain(left.iter().cloned()).collect()
            }
            (false, Some(folder)) if folder.is("./") || folder.is(".") || folder.shown().ends_with('/') => command,
            (false, _) => command.into_iter().chain(left.iter().cloned()).collect(),
            (true, None) => return Flow::default(),
        };
        self.run(&Argv::new(words, invoked.argv.place.clone()), &mut inner).under(Managed { manager: index, app: None })
    }

    pub(super) fn all_declared(&mut self, declared: &[Declared], index: usize, inner: &State, flow: &mut Flow) {
        for one in declared {
            let mut inner = inner.clone();
            inner.own_obstacle = None;
            let app = self.path.managers.get_mut(index).map(|manager| {
                manager.apps.push(one.clone());
                manager.apps.len() - 1
            });
            let next = self.declared(one, &mut inner).under(Managed { manager: index, app });
            flow.or(next);
        }
        flow.ends = false;
    }

    /// What one process of a supervisor's file runs.
    pub(super) fn declared(&mut self, declared: &Declared, state: &mut State) -> Flow {
        if let Some(folder) = &declared.cwd {
            state.directory = match &folder.value {
                Given::Known(path) if path.starts_with('/') => Some(normalised("/", path)),
                Given::Known(path) => state.directory.as_ref().map(|start| normalised(start, path)),
                Given::Wrong | Given::Unknown => None,
            };
        }
        for setting in &declared.environment {
            let value = match &setting.value {
                EnvValue::Text(text) => Word::new(text, setting.place.clone()),
                EnvValue::Unknown => Word::partly("", 0, setting.place.clone()),
            };
            state.export(&setting.name, &value, &setting.place);
        }
        for file in &declared.environment_files {
            let path = Word::new(&file.value, file.place.clone());
            self.reads(&EnvFile { path, reader: declared.layer.tool.name(), overrides: true }, state);
        }
        state.watcher |= declared.watch.is_some();
        match &declared.run {
            Run::Unknown => Flow::default(),
            Run::Line { line, shell: true } => {
                let command = StartCommand::scalar(self.scene.repository, &line.place, &line.value);
                self.start(&command, state)
            }
            Run::Line { line, shell: false } => self.line(line, state),
            Run::Script { script, arguments, interpreter, interpreter_arguments } => {
                let interpreter = interpreter.as_ref().map(|one| (&one.value, &one.place));
                let words = self.interpreted(script, interpreter, interpreter_arguments, arguments, state);
                self.started_words(words, state)
            }
            Run::Commands(commands) => {
                let mut flow = Flow::default();
                for command in commands {
                    let mut words = Vec::new();
                    for word in &command.item.words {
                        words.extend(self.expand(word, state, &command.path));
                    }
                    let next = self.started_words(words, state);
                    self.sequence(&mut flow, next);
                }
                flow
            }
        }
    }

    fn started_words(&mut self, words: Vec<Word>, state: &mut State) -> Flow {
        if words.is_empty() { Flow::default() } else { self.start(&StartCommand::Words(words), state) }
    }

    /// A line that is cut into words as a shell cuts it, and run without one.
    fn line(&mut self, line: &Located<String>, state: &mut State) -> Flow {
        let source = self.scene.repository.files.text(&line.place.path).map_or("", |text| text.text());
        let text = Excerpt::aligned(source, line.place.span, &line.value);
        let script = self.parse(&text);
        let command = script.list.first().and_then(|and_or| and_or.first.steps.first());
        let Some(Step::Simple(command)) = command else { return Flow::default() };
        let path = &line.place.path;
        // Without a shell `NAME=value` is a word like any other; nobody means the program of that name.
        for one in &command.assignments {
            let value = self.expand_whole(&one.value, state, path);
            state.export(&one.name.value, &value, &Place::new(path.clone(), one.span));
        }
        let mut words = Vec::new();
        for word in &command.words {
            words.extend(self.expand(word, state, path));
        }
        self.started_words(words, state)
    }

    /// A script as PM2 takes it: without an interpreter its extension decides, and a name that is no file of the folder is
    /// a program on the `PATH`.
    fn interpreted(
        &self,
        script: &Located<String>,
        interpreter: Option<(&Given<String>, &Place)>,
        options: &[Located<Option<String>>],
        arguments: &[Located<Option<String>>],
        state: &State,
    ) -> Vec<Word> {
        let path = &script.value;
        let program = match interpreter {
            Some((Given::Known(name), place)) => match name.as_str() {
                "none" | "" => None,
                name => Some(Word::new(name, place.clone())),
            },
            Some((_, place)) => Some(Word::partly("…", 0, place.clone())),
            None => {
                let extension =
                    path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
                let name = match extension {
                    Some("sh") => Some("bash"),
                    Some("py") => Some("python"),
                    Some("rb") => Some("ruby"),
                    Some("php") => Some("php"),
                    Some("pl") => Some("perl"),
                    Some("ts" | "tsx" | "js" | "mjs" | "cjs") => Some("node"),
                    _ if !path.contains('/')
                        && self.located(path, state).is_none_or(|found| !self.is_there(&found)) =>
                    {
                        None
                    }
                    _ => Some("node"),
                };
                name.map(|name| Word::new(name, script.place.clone()))
            }
        };
        let options = options.iter().map(word).filter(|_| program.is_some());
        let mut words: Vec<Word> = program.clone().into_iter().chain(options).collect();
        words.push(Word::new(path, script.place.clone()));
        words.extend(arguments.iter().map(word));
        words
    }
}

fn word(word: &Located<Option<String>>) -> Word {
    match &word.value {
        Some(text) => Word::new(text, word.place.clone()),
        None => Word::partly("…", 0, word.place.clone()),
    }
}

/// A command of several words in one.
fn words_of(code: &Word) -> Vec<Word> {
    match code.text() {
        Some(text) => text.split_whitespace().map(|piece| Word::new(piece, code.place.clone())).collect(),
        None => vec![code.clone()],
    }
}
