//! Simple commands of a shell: its builtins, its functions, and the programs that it starts.

use super::Walk;
use super::disk::normalised;
use super::flow::Flow;
use super::state::State;
use prodcheck_facts::command::{Argv, Assignment, Word};
use prodcheck_formats::shell;
use prodcheck_source::{Place, RepoPath};
use std::rc::Rc;

impl Walk<'_> {
    /// One simple command.
    pub(super) fn simple(
        &mut self,
        command: &shell::Command,
        state: &mut State,
        file: &RepoPath,
        tail: &[Word],
    ) -> Flow {
        let place = Place::new(file.clone(), command.span);
        let mut assignments = Vec::new();
        for assignment in &command.assignments {
            if self.array(assignment, state, file) {
                continue;
            }
            let value = self.expand_value(&assignment.name.value, &assignment.value, state, file);
            let place = Place::new(file.clone(), assignment.span);
            let value =
                if assignment.partial { Word::partly(value.shown().to_owned(), 0, value.place.clone()) } else { value };
            assignments.push(Assignment { name: assignment.name.value.clone(), value, place });
        }
        let declared = command.variables();
        if !command.words.is_empty() && !declared.is_empty() {
            return self.declare(command, &declared, state, file);
        }
        let mut words: Vec<Word> = Vec::new();
        for word in &command.words {
            words.extend(self.expand(word, state, file));
            if words.len() > super::MOST_WORDS {
                break;
            }
        }
        if words.is_empty() {
            for one in assignments {
                state.set(&one.name, &one.value, &one.place);
            }
            return Flow::default();
        }
        words.extend(tail.iter().cloned());
        let argv = Argv { assignments, words, place };
        self.command(&argv, state)
    }

    /// A command whose words are resolved, in a shell.
    pub(super) fn command(&mut self, argv: &Argv, state: &mut State) -> Flow {
        let Some((first, arguments)) = argv.words.split_first() else { return Flow::default() };
        let name = first.text().unwrap_or("");
        if let Some(function) = state.functions.get(name).cloned() {
            if state.depth >= super::DEPTH || !self.spend() {
                return Flow::default();
            }
            let outer = state.arguments.replace(Rc::new(arguments.to_vec()));
            state.depth += 1;
            let flow = self.function(&function, state);
            state.depth -= 1;
            state.arguments = outer;
            return flow;
        }
        match self.builtin(name, arguments, argv, state) {
            Some(flow) => flow,
            None => self.run(argv, state),
        }
    }

    fn function(&mut self, function: &super::state::Function, state: &mut State) -> Flow {
        let step =
            shell::Pipeline { span: function.body.span(), negated: false, steps: vec![(*function.body).clone()] };
        let list = [shell::AndOr { span: step.span, first: step, rest: Vec::new(), background: false }];
        let file = function.file.clone();
        self.list(&list, state, &file, &[])
    }

    /// A builtin that changes what the shell knows; `None` where it is none.
    fn builtin(&mut self, name: &str, arguments: &[Word], argv: &Argv, state: &mut State) -> Option<Flow> {
        let nothing = Some(Flow::default());
        match name {
            "cd" | "pushd" => {
                let to = arguments.iter().find(|word| !word.is_option() || word.is("-"));
                state.directory =
                    to.and_then(Word::text).filter(|to| *to != "-" && !to.starts_with('~')).and_then(|to| {
                        if to.starts_with('/') {
                            return Some(normalised("/", to));
                        }
                        state.directory.as_ref().map(|folder| normalised(folder, to))
                    });
                nothing
            }
            "popd" => {
                state.directory = None;
                nothing
            }
            "export" | "declare" | "typeset" | "local" | "readonly" => {
                for word in arguments.iter().filter(|word| !word.is_option()) {
                    let exports = matches!(name, "export") || arguments.iter().any(|word| word.is("-x"));
                    match word.split_once('=') {
                        Some((variable, value)) if exports => state.export(variable, &value, &word.place),
                        Some((variable, value)) => state.set(variable, &value, &word.place),
                        None if exports => {
                            if let Some(variable) = word.text() {
                                state.export_name(variable, &word.place);
                            }
                        }
                        None => {}
                    }
                }
                nothing
            }
            "unset" => {
                for name in arguments.iter().filter_map(Word::text) {
                    state.unset(name);
                }
                nothing
            }
            "set" => {
                self.set(arguments, argv, state);
                nothing
            }
            "shift" => {
                let count =
                    arguments.first().and_then(Word::text).and_then(|text| text.parse().ok()).unwrap_or(1_usize);
                if let Some(words) = &state.arguments {
                    state.arguments = Some(Rc::new(words.get(count..).unwrap_or(&[]).to_vec()));
                }
                nothing
            }
            "trap" => {
                let (handler, signals) =
                    arguments.split_first().map_or(("", arguments), |(handler, signals)| (handler.shown(), signals));
                let term = signals
                    .iter()
                    .any(|signal| ["TERM", "SIGTERM", "15", "EXIT", "0"].iter().any(|name| signal.is(name)));
                // A handler is a function as a rule; that it passes the signal on is seen where it kills.
                let kills = handler.contains("kill") || self.function_kills(handler, state);
                state.passes_signals |= term && kills;
                nothing
            }
            "ulimit" => {
                if let Some(limit) = open_files(arguments) {
                    state.open_files = Some((limit, argv.place.clone()));
                }
                nothing
            }
            "exit" | "return" => {
                // A function's `return` ends the function alone; what comes after the call still runs.
                let ends = name == "exit";
                Some(if ends { Flow::ending() } else { Flow::default() })
            }
            "wait" | ":" | "true" | "false" | "test" | "[" | "umask" | "alias" | "break" | "continue" | "echo"
            | "printf" | "read" | "shopt" | "hash" | "type" | "let" | "getopts" | "kill" | "sleep" | "bg" | "fg"
            | "jobs" | "disown" => nothing,
            "exec" if arguments.is_empty() => nothing,
            _ => None,
        }
    }

    fn function_kills(&self, handler: &str, state: &State) -> bool {
        let name = handler.split_whitespace().next().unwrap_or("");
        let Some(function) = state.functions.get(name) else { return false };
        let text = self.scene.repository.files.text(&function.file);
        text.is_some_and(|text| text.slice(function.body.span()).contains("kill"))
    }

    /// `set -a`, `set -- a b`, and Windows' `set NAME=value`.
    fn set(&mut self, arguments: &[Word], argv: &Argv, state: &mut State) {
        let Some(first) = arguments.first() else { return };
        if first.is("--") || (!first.is_option() && !first.prefix().starts_with('+')) {
            let in_package = argv.place.path.name() == "package.json";
            let joined = arguments.iter().map(Word::shown).collect::<Vec<_>>().join(" ");
            if let Some((name, value)) = joined.split_once('=').filter(|(name, _)| in_package && is_name(name)) {
                self.path.windows.push(argv.place.clone());
                let value = Word::new(value.trim(), argv.place.clone());
                state.export(name, &value, &argv.place);
                return;
            }
            let words = if first.is("--") { arguments.get(1..).unwrap_or(&[]) } else { arguments };
            state.arguments = Some(Rc::new(words.to_vec()));
            return;
        }
        for (at, word) in arguments.iter().enumerate() {
            let text = word.text().unwrap_or("");
            let all =
                text == "allexport" || (text.starts_with(['-', '+']) && text.contains('a') && !text.contains('o'));
            if all {
                let sign =
                    if text == "allexport" { arguments.get(at.wrapping_sub(1)).map_or("-", Word::shown) } else { text };
                state.exports_all = sign.starts_with('-');
            }
        }
    }

    /// `NAME=(value …)` and `NAME+=(value …)`; whether it is one.
    fn array(&mut self, assignment: &shell::Assignment, state: &mut State, file: &RepoPath) -> bool {
        let [shell::Part { kind: shell::PartKind::Array(words), .. }] = assignment.value.parts.as_slice() else {
            return false;
        };
        let mut values = Vec::new();
        for word in words.iter().take(super::MOST_WORDS) {
            values.extend(self.expand(word, state, file));
        }
        state.set_array(&assignment.name.value, values, assignment.partial);
        true
    }

    /// `export NAME=value`, `local NAME=value`: the value is not split.
    fn declare(
        &mut self,
        command: &shell::Command,
        declared: &[shell::Assignment],
        state: &mut State,
        file: &RepoPath,
    ) -> Flow {
        let name = command.name().unwrap_or_default();
        let option = |text: &str| command.arguments().iter().any(|word| word.literal().as_deref() == Some(text));
        let exports = name == "export" || option("-x");
        for assignment in declared {
            if self.array(assignment, state, file) {
                continue;
            }
            let variable = &assignment.name.value;
            let value = self.expand_value(variable, &assignment.value, state, file);
            let place = Place::new(file.clone(), assignment.span);
            if exports {
                state.export(variable, &value, &place);
            } else {
                state.set(variable, &value, &place);
            }
        }
        for word in command.arguments().iter().filter(|word| word.assignment().is_none()) {
            if let Some(variable) = word.literal().filter(|text| exports && is_name(text)) {
                state.export_name(&variable, &Place::new(file.clone(), word.span));
            }
        }
        Flow::default()
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `ulimit -n 65536`, `ulimit -Sn unlimited`; `None` where it asks, or is about something else.
fn open_files(arguments: &[Word]) -> Option<Option<u64>> {
    let (option, rest) = arguments.split_first()?;
    let letters = option.text()?.strip_prefix('-')?;
    let value = rest.iter().rev().find(|word| !word.is_option())?;
    let asks = letters.contains('n') || rest.iter().any(|word| word.is("-n"));
    match value.text()? {
        _ if !asks => None,
        "unlimited" | "hard" => Some(None),
        number => number.parse().ok().map(Some),
    }
}
