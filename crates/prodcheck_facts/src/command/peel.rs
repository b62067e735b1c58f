//! Takes the wrappers off a command, one after another, and keeps what each does.

use super::options::{Grammar, Options, anywhere, leading};
use super::wrapper_table::{Form, UserFrom, VAULTS, Wrapper, wrapper};
use super::{Argv, Assignment, EnvChange, EnvFile, Flag, Packages, Purpose, Signals, Word, Wrap};

/// No command that people write has more wrappers.
const MOST: usize = 32;

/// What is left of a command, and what was taken off.
#[derive(Debug, Default)]
pub(super) struct Peeled {
    pub wrappers: Vec<Wrap>,
    pub environment: Vec<EnvChange>,
    pub directory: Option<Word>,
    pub packages: Packages,
    pub left: Left,
}

/// What stands under the wrappers.
#[derive(Debug)]
pub(super) enum Left {
    /// A program and its arguments.
    Words(Vec<Word>),
    /// Shell code.
    Code(Word, Vec<Word>),
}

impl Default for Left {
    fn default() -> Self {
        Self::Words(Vec::new())
    }
}

/// Takes off all wrappers.
pub(super) fn peel(argv: &Argv) -> Peeled {
    let mut peeled = Peeled::default();
    peeled.environment.extend(argv.assignments.iter().cloned().map(EnvChange::Set));
    let mut words = argv.words.clone();
    for _ in 0..MOST {
        match peeled.step(&words) {
            Step::Words(inner) => words = inner,
            Step::Code(code, arguments) => {
                peeled.left = Left::Code(code, arguments);
                return peeled;
            }
            Step::Done => break,
        }
    }
    peeled.left = Left::Words(words);
    peeled
}

enum Step {
    Words(Vec<Word>),
    Code(Word, Vec<Word>),
    Done,
}

impl Peeled {
    fn step(&mut self, words: &[Word]) -> Step {
        let Some((first, after)) = words.split_first() else { return Step::Done };
        // A relative path is the project's own file, whatever its name; `wait-for-it.sh` is known by its name alone.
        let Some(name) = first.program().filter(|name| super::is_known_by_name(first) || is_wait_script(name)) else {
            return Step::Done;
        };
        if let Some(found) = super::package_manager::execution(name, first, after) {
            self.wrappers.push(found.wrap);
            self.directory = found.directory.or(self.directory.take());
            if found.packages != Packages::Here {
                self.packages = found.packages;
            }
            return match found.left {
                Left::Words(words) => Step::Words(words),
                Left::Code(code, arguments) => Step::Code(code, arguments),
            };
        }
        let Some(wrapper) = wrapper(name) else { return Step::Done };
        if matches!(name, "command" | "builtin") && after.first().is_some_and(Word::is_option) {
            return Step::Done;
        }
        self.unwrap(wrapper, name, first, after).unwrap_or(Step::Done)
    }

    /// `None` where this call runs no command.
    fn unwrap(&mut self, wrapper: &'static Wrapper, called: &str, first: &Word, after: &[Word]) -> Option<Step> {
        let grammar = Grammar { valued: wrapper.valued, clusters: wrapper.clusters, ..Grammar::default() };
        let after = if wrapper.subcommands.is_empty() {
            after
        } else {
            let (_, left) = leading(after, &grammar);
            let (subcommand, left) = left.split_first()?;
            wrapper.subcommands.iter().any(|name| subcommand.is(name)).then_some(left)?
        };
        let name = wrapper.names.iter().copied().find(|name| *name == called)?;
        let (options, step) = match wrapper.form {
            Form::AfterDashes => {
                let options = anywhere(after, &grammar);
                let inner = options.rest.clone().unwrap_or_default();
                (options, inner)
            }
            // The user of `su` comes before its options.
            _ if called == "su" => {
                let options = anywhere(after, &grammar);
                let inner = options.all_operands();
                (options, inner)
            }
            _ => {
                let (options, inner) = leading(after, &grammar);
                (options, inner.to_vec())
            }
        };
        let mut inner = step.as_slice();
        let mut environment = Vec::new();
        // `su - postgres`: the dash stands for a login shell.
        if called == "su" && inner.first().is_some_and(|word| word.is("-")) {
            inner = inner.get(1..).unwrap_or(&[]);
        }
        let user = user(wrapper, called, &options, inner, first);
        if let Some(code) = options.value(wrapper.code).filter(|_| !wrapper.code.is_empty()) {
            self.keep(wrapper, name, first, options.clone(), user, environment);
            return Some(Step::Code(code.clone(), Vec::new()));
        }
        inner = inner.get(wrapper.operands..)?;
        if wrapper.operands > 0 && inner.first().is_some_and(|word| word.is("--")) {
            inner = inner.get(1..).unwrap_or(&[]);
        }
        if called == "env-cmd" && !options.has(wrapper.env_files.0) && !options.has(&["-e", "--environments"]) {
            // Before version 9 the file was the first operand.
            if let Some((file, left)) = inner.split_first().filter(|(file, left)| is_env_file(file) && !left.is_empty())
            {
                environment.push(EnvChange::File(env_file(file.clone(), name, &options)));
                inner = left;
            }
        }
        if matches!(wrapper.form, Form::AfterAssignments | Form::ShellAfterAssignments) {
            while let Some((word, left)) = inner.split_first() {
                let Some(assignment) = assignment(word) else { break };
                environment.push(EnvChange::Set(assignment));
                inner = left;
            }
            if inner.first().is_some_and(|word| word.is("--")) {
                inner = inner.get(1..).unwrap_or(&[]);
            }
        }
        if called == "env" {
            return self.env(wrapper, name, first, options, environment, inner);
        }
        let (command, left) = inner.split_first()?;
        self.keep(wrapper, name, first, options, user, environment);
        Some(match wrapper.form {
            Form::Shell => Step::Code(command.clone(), left.to_vec()),
            Form::ShellAfterAssignments if left.is_empty() => Step::Code(command.clone(), Vec::new()),
            _ => Step::Words(inner.to_vec()),
        })
    }

    /// `env` can clear and unset, and split one word into several.
    fn env(
        &mut self,
        wrapper: &'static Wrapper,
        name: &'static str,
        first: &Word,
        options: Options,
        set: Vec<EnvChange>,
        inner: &[Word],
    ) -> Option<Step> {
        let mut environment = Vec::new();
        if options.has(&["-i", "--ignore-environment", "-"]) {
            environment.push(EnvChange::Clear);
        }
        let unset = options.values(&["-u", "--unset"]).filter_map(Word::text);
        environment.extend(unset.map(|name| EnvChange::Unset(name.to_owned())));
        environment.extend(set);
        let split = options.value(&["-S", "--split-string"]).cloned();
        let mut words: Vec<Word> = split.iter().flat_map(split_words).collect();
        words.extend(inner.iter().cloned());
        while let Some(assignment) = words.first().and_then(assignment) {
            environment.push(EnvChange::Set(assignment));
            words.remove(0);
        }
        if words.is_empty() {
            return None;
        }
        self.keep(wrapper, name, first, options, None, environment);
        Some(Step::Words(words))
    }

    fn keep(
        &mut self,
        wrapper: &'static Wrapper,
        name: &'static str,
        first: &Word,
        options: Options,
        user: Option<Word>,
        environment: Vec<EnvChange>,
    ) {
        let (file_flags, default_file) = wrapper.env_files;
        let mut files: Vec<Word> = options.values(file_flags).cloned().collect();
        let named = environment.iter().any(|change| matches!(change, EnvChange::File(_)));
        if let Some(default) = default_file.filter(|_| files.is_empty() && !named) {
            files.push(Word::new(default, first.place.clone()));
        }
        for file in files {
            self.environment.push(EnvChange::File(env_file(file, name, &options)));
        }
        if VAULTS.contains(&name) {
            self.environment.push(EnvChange::Vault { name, place: first.place.clone() });
        }
        // dotenv-cli sets single variables with `-v`.
        if name == "dotenv" {
            let single = options.values(&["-v"]).filter_map(assignment).map(EnvChange::Set);
            self.environment.extend(single);
        }
        self.environment.extend(environment);
        if let Some(directory) = options.value(wrapper.directory) {
            self.directory = Some(directory.clone());
        }
        let (flags, with) = wrapper.signal_flags;
        let signals = if options.has(flags) { with } else { wrapper.signals };
        self.wrappers.push(Wrap {
            name,
            place: first.place.clone(),
            signals,
            purpose: wrapper.purpose,
            user,
            flags: options.flags,
        });
    }
}

fn user(wrapper: &Wrapper, called: &str, options: &Options, inner: &[Word], first: &Word) -> Option<Word> {
    match wrapper.user {
        UserFrom::Nowhere => None,
        UserFrom::Operand => {
            let root = || Word::new("root", first.place.clone());
            inner.first().cloned().or_else(|| (called == "su").then(root))
        }
        UserFrom::Flag(names) => options.value(names).cloned(),
        UserFrom::FlagOrRoot(names) => {
            Some(options.value(names).cloned().unwrap_or_else(|| Word::new("root", first.place.clone())))
        }
    }
}

fn env_file(path: Word, reader: &'static str, options: &Options) -> EnvFile {
    let overrides = match reader {
        "dotenv" => options.has(&["-o", "--override"]),
        "dotenvx" => options.has(&["-o", "--overload"]),
        "env-cmd" => !options.has(&["--no-override"]),
        _ => true,
    };
    EnvFile { path, reader, overrides }
}

fn is_env_file(word: &Word) -> bool {
    let text = word.shown();
    text.starts_with('.') || [".env", ".json", ".js"].iter().any(|ending| text.ends_with(ending))
}

/// Whether a script waits for another service, by the name that everybody gives it.
pub(super) fn is_wait_script(name: &str) -> bool {
    name.starts_with("wait-for") && name.ends_with(".sh") && wrapper(name).is_some()
}

/// `NAME=value` as a word.
pub(super) fn assignment(word: &Word) -> Option<Assignment> {
    let (name, value) = word.split_once('=')?;
    is_name(name).then(|| Assignment { name: name.to_owned(), value, place: word.place.clone() })
}

/// Whether a text is the name of a variable.
pub(super) fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// A word cut at its blanks.
pub(super) fn split_words(word: &Word) -> Vec<Word> {
    match word.text() {
        Some(text) => text.split_whitespace().map(|piece| Word::new(piece, word.place.clone())).collect(),
        None => vec![word.clone().or_many()],
    }
}

/// A wrapper that is a call of a package manager.
pub(super) struct Execution {
    pub wrap: Wrap,
    pub directory: Option<Word>,
    pub packages: Packages,
    pub left: Left,
}

impl Execution {
    /// A program that a package manager finds and runs.
    pub(super) fn finder(name: &'static str, first: &Word, flags: Vec<Flag>, left: Left) -> Self {
        let wrap = Wrap {
            name,
            place: first.place.clone(),
            signals: Signals::Held,
            purpose: Purpose::Find,
            user: None,
            flags,
        };
        Self { wrap, directory: None, packages: Packages::Here, left }
    }
}
