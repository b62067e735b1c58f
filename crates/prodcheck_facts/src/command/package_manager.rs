//! Calls of npm, Yarn and pnpm: which script of which package is run, what is installed, what is looked up and run.

use super::options::{Flag, Grammar, Options, anywhere, leading};
use super::package_manager_table::{FIND, NPM, PNPM, PNPM_COMMANDS, YARN, YARN_COMMANDS, npm_command, scoped_command};
use super::peel::{Execution, Left};
use super::{InstallRun, Invocation, PackageManager, PackageManagerCall, Packages, ScriptRun, Word};
use prodcheck_source::Place;

/// Package managers by the name of their program.
fn manager(name: &str) -> Option<PackageManager> {
    Some(match name {
        "npm" => PackageManager::Npm,
        "yarn" | "yarnpkg" => PackageManager::Yarn,
        "pnpm" => PackageManager::Pnpm,
        _ => return None,
    })
}

/// A call taken apart as far as all three have it in common.
struct Call {
    manager: PackageManager,
    /// Options before the subcommand (npm: all).
    options: Options,
    /// Subcommand and what follows; for npm only the operands.
    words: Vec<Word>,
    directory: Option<Word>,
    packages: Packages,
    place: Place,
}

impl Call {
    fn new(manager: PackageManager, words: &[Word], place: &Place) -> Self {
        let (options, words) = match manager {
            PackageManager::Npm => {
                let options = anywhere(words, &NPM);
                let words = options.operands.clone();
                (options, words)
            }
            PackageManager::Yarn => split(leading(words, &YARN)),
            _ => split(leading(words, &PNPM)),
        };
        let mut call =
            Self { manager, options, words, directory: None, packages: Packages::Here, place: place.clone() };
        let flags = call.options.clone();
        call.learn(&flags);
        call
    }

    /// Takes folders and packages from options.
    fn learn(&mut self, options: &Options) {
        let (folder, named, all, root): (&[&str], &[&str], &[&str], &[&str]) = match self.manager {
            PackageManager::Npm => (&["--prefix", "-C"], &["-w", "--workspace"], &["--workspaces", "-ws"], &[]),
            PackageManager::Yarn => (&["--cwd"], &[], &[], &[]),
            _ => (
                &["-C", "--dir", "--prefix"],
                &["-F", "--filter", "--filter-prod"],
                &["-r", "--recursive"],
                &["-w", "--workspace-root"],
            ),
        };
        if let Some(directory) = options.value(folder) {
            self.directory = Some(directory.clone());
        }
        let names: Vec<Word> = options.values(named).cloned().collect();
        if !names.is_empty() {
            self.packages = Packages::Named(names);
        } else if options.has(all) {
            self.packages = Packages::All;
        } else if options.has(root) {
            self.packages = Packages::Root;
        }
    }

    fn grammar(&self) -> &'static Grammar {
        match self.manager {
            PackageManager::Npm => &NPM,
            PackageManager::Yarn => &YARN,
            _ => &PNPM,
        }
    }

    /// The subcommand and what follows it.
    fn subcommand(&self) -> Option<(&Word, &[Word])> {
        self.words.split_first()
    }

    fn script(self, script: Word, arguments: Vec<Word>, if_present: bool, or_binary: bool) -> Invocation {
        Invocation::Script(ScriptRun {
            manager: self.manager,
            script,
            directory: self.directory,
            packages: self.packages,
            arguments,
            if_present,
            or_binary,
            place: self.place,
        })
    }

    /// `run [options] name arguments…` of Yarn and pnpm, whose script gets all that follows its name.
    fn run(mut self, words: &[Word]) -> Invocation {
        let (options, words) = leading(words, self.grammar());
        self.learn(&options);
        let if_present = options.has(&["--if-present"]) || self.options.has(&["--if-present"]);
        match words.split_first() {
            Some((script, arguments)) => {
                let or_binary = self.manager == PackageManager::Yarn;
                self.script(script.clone(), arguments.to_vec(), if_present, or_binary)
            }
            None => self.other("run", options),
        }
    }

    fn install(self, command: &str, options: Options, global: bool) -> Invocation {
        Invocation::Install(InstallRun {
            manager: self.manager,
            command: command.to_owned(),
            directory: self.directory,
            packages: self.packages,
            options,
            global,
            place: self.place,
        })
    }

    fn other(self, command: &str, options: Options) -> Invocation {
        Invocation::PackageManager(PackageManagerCall {
            manager: self.manager,
            command: command.to_owned(),
            directory: self.directory,
            packages: self.packages,
            options,
            place: self.place,
        })
    }

    /// What follows the subcommand, with the options that stand before it.
    fn rest(&self, words: &[Word]) -> Options {
        let mut options = anywhere(words, self.grammar());
        let flags = std::mem::take(&mut options.flags);
        options.flags = self.options.flags.iter().cloned().chain(flags).collect();
        options
    }
}

fn split((options, words): (Options, &[Word])) -> (Options, Vec<Word>) {
    let words = words.to_vec();
    (options, words)
}

/// What a call of a package manager does, other than to run a program that it finds.
pub(super) fn read(name: &str, words: &[Word], place: &Place) -> Option<Invocation> {
    let manager = manager(name)?;
    let call = Call::new(manager, words, place);
    Some(match manager {
        PackageManager::Npm => npm(call),
        PackageManager::Yarn => yarn(call),
        _ => pnpm(call),
    })
}

fn npm(call: Call) -> Invocation {
    let Some((command, after)) = call.subcommand() else {
        let options = call.options.clone();
        return call.other("", options);
    };
    let command_text = npm_command(command.text().unwrap_or("")).to_owned();
    let operands = after.to_vec();
    let rest = call.options.rest.clone().unwrap_or_default();
    let mut options = call.options.clone();
    options.operands = operands.clone();
    let if_present = options.has(&["--if-present"]);
    match command_text.as_str() {
        "run" => match operands.split_first() {
            Some((script, arguments)) => {
                let arguments = arguments.iter().cloned().chain(rest).collect();
                call.script(script.clone(), arguments, if_present, false)
            }
            None => call.other("run", options),
        },
        name @ ("start" | "stop" | "test" | "restart") => {
            let script = Word::new(name, command.place.clone());
            call.script(script, operands.into_iter().chain(rest).collect(), if_present, false)
        }
        name @ ("install" | "ci" | "install-test" | "install-ci-test") => {
            let global = options.has(&["-g", "--global"])
                || options.value(&["--location", "-L"]).is_some_and(|place| place.is("global"));
            call.install(name, options, global)
        }
        _ => call.other(&command_text, options),
    }
}

fn yarn(mut call: Call) -> Invocation {
    let Some((command, after)) = call.subcommand() else {
        if call.options.has(&["-v", "--version", "-h", "--help"]) {
            let options = call.options.clone();
            return call.other("", options);
        }
        let options = call.rest(&[]);
        return call.install("install", options, false);
    };
    let (command, after) = (command.clone(), after.to_vec());
    match command.text() {
        Some("run") => call.run(&after),
        Some(name @ ("install" | "add" | "ci")) => {
            let options = call.rest(&after);
            call.install(name, options, false)
        }
        Some("global") => {
            let options = call.rest(after.get(1..).unwrap_or(&[]));
            let name = after.first().and_then(Word::text).unwrap_or("");
            match name {
                "add" => call.install("add", options, true),
                name => call.other(&format!("global {name}"), options),
            }
        }
        Some("workspace") => {
            let Some((package, after)) = after.split_first() else {
                let options = call.rest(&[]);
                return call.other("workspace", options);
            };
            call.packages = Packages::Named(vec![package.clone()]);
            call.words = after.to_vec();
            yarn(call)
        }
        Some("workspaces") => match workspaces(&after) {
            Some(words) => {
                call.packages = Packages::All;
                call.words = words;
                yarn(call)
            }
            None => {
                let options = call.rest(&after);
                call.install_or_other(&after, options)
            }
        },
        Some(name) if YARN_COMMANDS.contains(&name) => {
            let options = call.rest(&after);
            call.other(name, options)
        }
        _ => call.script(command, after, false, true),
    }
}

impl Call {
    /// `yarn workspaces focus` installs for one package.
    fn install_or_other(self, words: &[Word], options: Options) -> Invocation {
        match words.first().and_then(Word::text) {
            Some("focus") => self.install("workspaces focus", options, false),
            other => {
                let command = format!("workspaces {}", other.unwrap_or(""));
                self.other(&command, options)
            }
        }
    }
}

/// The command that `yarn workspaces run` or `yarn workspaces foreach` runs in each package.
fn workspaces(words: &[Word]) -> Option<Vec<Word>> {
    let (command, after) = words.split_first()?;
    match command.text()? {
        "run" => {
            let run = Word::new("run", command.place.clone());
            Some(std::iter::once(run).chain(after.iter().cloned()).collect())
        }
        "foreach" => {
            const FOREACH: Grammar = Grammar {
                valued: &["--include", "--exclude", "--from", "-j", "--jobs", "--since"],
                also: &[],
                clusters: false,
                underscores: false,
            };
            let (_, left) = leading(after, &FOREACH);
            (!left.is_empty()).then(|| left.to_vec())
        }
        _ => None,
    }
}

fn pnpm(mut call: Call) -> Invocation {
    let Some((command, after)) = call.subcommand() else {
        let options = call.options.clone();
        return call.other("", options);
    };
    let (command, after) = (command.clone(), after.to_vec());
    match command.text() {
        Some("run" | "run-script") => call.run(&after),
        Some("recursive" | "multi" | "m") => {
            call.packages = Packages::All;
            call.words = after;
            pnpm(call)
        }
        Some(name @ ("start" | "stop" | "test" | "restart" | "t" | "tst")) => {
            let name = if name.starts_with("t") { "test" } else { name };
            let script = Word::new(name, command.place.clone());
            call.script(script, after, false, false)
        }
        Some(name @ ("install" | "i" | "add" | "ci" | "clean-install")) => {
            let options = call.rest(&after);
            call.learn(&options);
            let name = match name {
                "i" => "install",
                "clean-install" => "ci",
                name => name,
            };
            let global = options.has(&["-g", "--global"]);
            call.install(name, options, global)
        }
        Some(name) if PNPM_COMMANDS.contains(&name) => {
            let options = call.rest(&after);
            call.learn(&options);
            call.other(name, options)
        }
        _ => call.script(command, after, false, true),
    }
}

/// A program that a package manager finds in the project or downloads, and runs.
pub(super) fn execution(name: &str, first: &Word, after: &[Word]) -> Option<Execution> {
    match name {
        "npx" | "pnpx" | "bunx" => find(
            if name == "npx" {
                "npx"
            } else if name == "pnpx" {
                "pnpx"
            } else {
                "bunx"
            },
            first,
            after,
        ),
        "npm" => npm_exec(first, after),
        "yarn" | "yarnpkg" | "pnpm" => {
            let call = Call::new(manager(name)?, after, &first.place);
            exec(call, first)
        }
        "bun" => {
            let (command, after) = after.split_first()?;
            command.is("x").then(|| find("bunx", first, after)).flatten()
        }
        _ => None,
    }
}

/// `npx [options] command …`: options of npx end at the command.
fn find(name: &'static str, first: &Word, after: &[Word]) -> Option<Execution> {
    let (options, words) = leading(after, &FIND);
    let left = match options.value(&["-c", "--call"]) {
        Some(code) => Left::Code(code.clone(), Vec::new()),
        None => Left::Words(unversioned(words)?),
    };
    let flags: Vec<Flag> = options.flags;
    Some(Execution::finder(name, first, flags, left))
}

fn npm_exec(first: &Word, after: &[Word]) -> Option<Execution> {
    let call = Call::new(PackageManager::Npm, after, &first.place);
    let (command, operands) = call.subcommand()?;
    if npm_command(command.text()?) != "exec" {
        return None;
    }
    let words: Vec<Word> = operands.iter().chain(call.options.rest.iter().flatten()).cloned().collect();
    let left = match call.options.value(&["-c", "--call"]) {
        Some(code) => Left::Code(code.clone(), Vec::new()),
        None => Left::Words(unversioned(&words)?),
    };
    let found = Execution::finder("npm exec", first, call.options.flags.clone(), left);
    Some(Execution { directory: call.directory, packages: call.packages, ..found })
}

/// `exec`, `dlx` and Yarn's `node`, also within a workspace's package.
fn exec(mut call: Call, first: &Word) -> Option<Execution> {
    for _ in 0..4 {
        let (command, after) = call.subcommand()?;
        let (command, after) = (command.text()?.to_owned(), after.to_vec());
        let yarn = call.manager == PackageManager::Yarn;
        let name = match (yarn, command.as_str()) {
            (true, "exec") => "yarn exec",
            (true, "dlx") => "yarn dlx",
            (true, "node") => "yarn node",
            (false, "exec") => "pnpm exec",
            (false, "dlx") => "pnpm dlx",
            (true, "workspace") => {
                let (package, after) = after.split_first()?;
                call.packages = Packages::Named(vec![package.clone()]);
                call.words = after.to_vec();
                continue;
            }
            (true, "workspaces") => {
                call.words = workspaces(&after)?;
                call.packages = Packages::All;
                continue;
            }
            _ => return None,
        };
        let words = if name == "yarn node" {
            let node = Word::new("node", first.place.clone());
            std::iter::once(node).chain(after).collect()
        } else {
            let (options, words) = leading(&after, call.grammar());
            call.learn(&options);
            unversioned(words)?
        };
        let found = Execution::finder(name, first, call.options.flags.clone(), Left::Words(words));
        return Some(Execution { directory: call.directory, packages: call.packages, ..found });
    }
    None
}

/// `pm2@5 start` runs `pm2`; a package with a scope runs the command of its own name.
fn unversioned(words: &[Word]) -> Option<Vec<Word>> {
    let (first, after) = words.split_first()?;
    let mut words = vec![first.clone()];
    if let Some(text) = first.text().filter(|text| !text.starts_with('.') && !text.starts_with('/')) {
        let (scope, name) = match text.strip_prefix('@').and_then(|text| text.split_once('/')) {
            Some((scope, name)) => (Some(scope), name),
            None => (None, text),
        };
        let name = name.split('@').next().unwrap_or(name);
        let command = scope.and_then(|scope| scoped_command(scope, name)).unwrap_or(name);
        words = vec![Word::new(command, first.place.clone())];
    }
    words.extend(after.iter().cloned());
    Some(words)
}
