//! One command with its words resolved, told apart: wrappers, runtimes, scripts, process managers, deploy tools.
//!
//! [`read`] takes what a shell would pass to `execve` and says what is run in the end. It follows nothing: a package's
//! script or a shell's code is named, and whoever knows the repository goes on from there.

mod deploy_tool;
mod framework;
mod invocation;
mod manager;
mod node;
mod options;
mod package_manager;
mod package_manager_table;
mod peel;
mod runtime;
mod several;
mod shell_call;
mod word;
mod wrapper_table;

pub use invocation::{
    DeployTool, EnvChange, EnvFile, FrameworkMode, FrameworkRun, InstallRun, Invocation, Invoked, ManagerCall,
    ManagerKind, Member, PackageManager, PackageManagerCall, Packages, Purpose, RuntimeKind, RuntimeRun, ScriptRun,
    SeveralRun, Signals, Target, ToolCall, Watched, WatcherRun, Wrap,
};
pub use node::{env_files, node_options};
pub use options::{Flag, Grammar, Options, anywhere, leading};
pub use word::{Argv, Assignment, Word};

use peel::Left;

/// What a command runs.
pub fn read(argv: &Argv) -> Invoked {
    let peeled = peel::peel(argv);
    let mut invoked = Invoked {
        wrappers: peeled.wrappers,
        environment: peeled.environment,
        directory: peeled.directory,
        packages: peeled.packages,
        invocation: Invocation::Nothing,
        argv: Argv::new(Vec::new(), argv.place.clone()),
        place: argv.place.clone(),
    };
    match peeled.left {
        Left::Code(code, arguments) => {
            invoked.argv.words.push(code.clone());
            invoked.invocation = Invocation::ShellCode { code, arguments, shell: "sh" };
        }
        Left::Words(words) => {
            invoked.argv.words = words;
            invoked.invocation = told_apart(&mut invoked);
        }
    }
    invoked
}

/// Folders of programs that the system or an installer put there.
const SYSTEM: &[&str] =
    &["/bin/", "/sbin/", "/usr/", "/opt/", "/nix/", "/snap/", "/home/", "/root/", "/command/", "~/"];

/// Whether the program's name says what it is. A relative path is the project's own file, unless a package put it there.
fn is_known_by_name(word: &Word) -> bool {
    let text = word.shown();
    if word.text().is_none() {
        return false;
    }
    if !word.is_path() {
        return true;
    }
    let installed = text.contains("node_modules/") || text.contains("/bin/") || text.contains("/sbin/");
    installed && (text.contains("node_modules/") || SYSTEM.iter().any(|folder| text.starts_with(folder)))
}

fn told_apart(invoked: &mut Invoked) -> Invocation {
    let argv = &invoked.argv;
    let place = &argv.place;
    let Some((first, arguments)) = argv.words.split_first() else { return Invocation::Nothing };
    let Some(name) = first.program() else {
        return match first.is_path() && !first.prefix().is_empty() {
            true => Invocation::File { path: first.clone(), arguments: arguments.to_vec() },
            false => Invocation::Unknown,
        };
    };
    if !is_known_by_name(first) && !peel::is_wait_script(name) {
        return Invocation::File { path: first.clone(), arguments: arguments.to_vec() };
    }
    let known = shell_call::read(name, first, arguments)
        .or_else(|| runtime::read(name, arguments, place))
        .or_else(|| package_manager::read(name, arguments, place))
        .or_else(|| several::read(name, arguments, place))
        .or_else(|| manager::read(name, argv, arguments, place))
        .or_else(|| deploy_tool::read(name, arguments, place))
        .or_else(|| framework::read(name, arguments));
    match known {
        Some(Invocation::Runtime(run)) => match installed_program(&run) {
            Some(words) => {
                // `node node_modules/.bin/next start` is `next start` with the runtime's options.
                let flags = run.flags;
                invoked.wrappers.push(Wrap {
                    name: "node",
                    place: first.place.clone(),
                    signals: Signals::Replaced,
                    purpose: Purpose::Find,
                    user: None,
                    flags,
                });
                invoked.argv.words = words;
                told_apart(invoked)
            }
            None => Invocation::Runtime(run),
        },
        Some(invocation) => invocation,
        None if is_own_file(first, name) => Invocation::File { path: first.clone(), arguments: arguments.to_vec() },
        None => Invocation::Program { name: name.to_owned(), arguments: arguments.to_vec() },
    }
}

/// Folders of nothing but installed programs.
const PROGRAMS: &[&str] = &["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/"];

/// Whether a program that no table knows is rather a script that somebody put there.
fn is_own_file(word: &Word, name: &str) -> bool {
    let text = word.shown();
    let installed = text.contains("node_modules/") || PROGRAMS.iter().any(|folder| text.starts_with(folder));
    !peel::is_wait_script(name) && (name.ends_with(".sh") || (word.is_path() && !installed))
}

/// The program of a package that a runtime is given as a script, and its arguments: the last part of a path in
/// `node_modules/` that one of the tables knows.
fn installed_program(run: &RuntimeRun) -> Option<Vec<Word>> {
    let Target::Script(script) = &run.target else { return None };
    let inside = script.text()?.rsplit_once("node_modules/")?.1;
    let file = inside.rsplit('/').next()?;
    let stem = [".js", ".cjs", ".mjs"].iter().find_map(|ending| file.strip_suffix(ending)).unwrap_or(file);
    let package = inside.split('/').next()?;
    let name = [stem, package].into_iter().find(|name| {
        framework::is_known(name) || manager::is_known(name) || several::is_known(name) || shell_call::is_loader(name)
    })?;
    let mut words = vec![Word::new(name, script.place.clone())];
    words.extend(run.arguments.iter().cloned());
    Some(words)
}

#[cfg(test)]
mod tests;
