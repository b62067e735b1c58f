//! The steps that install packages, and whether each holds to the lock file.

use super::chain::{Act, Doing};
use crate::{Repository, RouteKind, Service};
use prodcheck_facts::automation::ScriptCommand;
use prodcheck_facts::command::{EnvChange, InstallRun, Invocation, Invoked, PackageManager, Word};
use prodcheck_program::workspaces::manifest;
use prodcheck_source::{Place, RepoPath};
use std::rc::Rc;

/// What an install is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InstallScope {
    /// What runs in production, or is published.
    Production,
    /// Tests and checks only.
    Tests,
}

/// Whether an install holds to a lock file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locked {
    /// It installs what the lock file says, or fails; by what, as a sentence fragment.
    Yes(String),
    /// It may install other versions; why, as a sentence fragment.
    No(String),
}

/// Where the lock file of an install is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockFile {
    /// In the repository.
    There(RepoPath),
    /// Nowhere in the repository.
    Missing {
        /// What it would be called.
        name: &'static str,
        /// The line that keeps it out of the repository.
        ignored_by: Option<Place>,
    },
    /// In the repository, and not copied into the image before the step.
    NotCopied(RepoPath),
}

/// One install of a whole project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstallStep {
    /// What installs.
    pub manager: PackageManager,
    /// The command, short.
    pub shown: String,
    /// Whether it holds to the lock file, where there is one.
    pub locked: Locked,
    /// The lock file.
    pub lock_file: LockFile,
    /// What it is for.
    pub scope: InstallScope,
    /// Whether Yarn is version 2 or later, so that its option is `--immutable`.
    pub yarn_is_berry: bool,
    /// The package's folder that it installs for.
    pub folder: RepoPath,
    /// What leads to it, where it stands in a script that something else calls.
    pub called_by: Option<Place>,
    /// Where it stands.
    pub place: Place,
}

impl InstallStep {
    /// Why it is not locked; `None` where it is.
    pub fn unlocked_because(&self) -> Option<String> {
        match (&self.locked, &self.lock_file) {
            (Locked::No(why), _) => Some(why.clone()),
            (_, LockFile::Missing { name, ignored_by: Some(_) }) => Some(format!("`{name}` is git-ignored")),
            (_, LockFile::Missing { name, ignored_by: None }) => {
                Some(format!("there is no `{name}` in the repository"))
            }
            (_, LockFile::NotCopied(path)) => Some(format!("`{}` is not copied into the image before", path.name())),
            (Locked::Yes(_), LockFile::There(_)) => None,
        }
    }
}

/// The names of a package manager's lock files, the usual one first.
pub fn lock_names(manager: PackageManager) -> &'static [&'static str] {
    match manager {
        PackageManager::Npm => &["package-lock.json", "npm-shrinkwrap.json"],
        PackageManager::Yarn => &["yarn.lock"],
        PackageManager::Pnpm => &["pnpm-lock.yaml"],
        PackageManager::Bun => &["bun.lock", "bun.lockb"],
        _ => &[],
    }
}

/// What an act installs; `None` where it installs nothing, or named packages only.
pub fn of_act(repository: &Repository, act: &Act, scope: InstallScope) -> Option<InstallStep> {
    let Doing::Command(command) = &act.doing else { return None };
    let Invocation::Install(run) = &command.invoked.invocation else { return None };
    let whole = is_whole_project(run)?;
    let folder = folder(repository, act, run)?;
    let lock = whole.then(|| lock_names(run.manager)).filter(|names| !names.is_empty())?;
    let there = find_lock(repository, &folder, lock);
    // One branch for each package manager: those whose lock file is not there are not taken.
    if command.conditional && there.is_none() && any_lock(repository, &folder) {
        return None;
    }
    let sets_ci = act.in_pipeline && !act.remote || sets(&command.invoked, "CI");
    let locked = locked(repository, run, &command.invoked, &folder, sets_ci);
    let lock_file = match there {
        Some(path) => LockFile::There(path),
        None => missing(repository, &folder, lock),
    };
    Some(InstallStep {
        manager: run.manager,
        shown: shown(&command.invoked),
        locked,
        lock_file,
        scope,
        yarn_is_berry: run.manager == PackageManager::Yarn && is_berry(repository, &folder),
        folder,
        called_by: None,
        place: act.place(),
    })
}

/// The command without its wrappers, cut where it gets long.
pub fn shown(invoked: &Invoked) -> String {
    let words: Vec<&str> = invoked.argv.words.iter().map(Word::shown).collect();
    let line = words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(70) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or("")),
        None => line,
    }
}

/// Whether an install is of all that a `package.json` names; `None` where it only writes the lock file or shows what it
/// would do.
fn is_whole_project(run: &InstallRun) -> Option<bool> {
    let options = &run.options;
    if options.has(&["--package-lock-only", "--lockfile-only", "--dry-run", "--mode=update-lockfile", "--help", "-h"]) {
        return None;
    }
    if run.global || run.command == "add" || run.command == "workspaces focus" {
        return None;
    }
    let named = run.options.operands.iter().any(|word| !matches!(word.shown(), "." | "./"));
    // A single unknown word may be a package or an option.
    (!named).then_some(true)
}

/// The folder of the repository that is installed for; `None` where it is none of the repository's.
fn folder(repository: &Repository, act: &Act, run: &InstallRun) -> Option<RepoPath> {
    let there = |folder: &RepoPath| folder.join("package.json").is_some_and(|path| repository.files.contains(&path));
    let started: Vec<RepoPath> = match run.directory.as_ref() {
        Some(directory) => {
            let to = directory.text()?;
            act.folders.iter().filter_map(|folder| folder.join(to.trim_start_matches('/'))).collect()
        }
        None => act.folders.clone(),
    };
    if let Some(found) = started.iter().find(|folder| there(folder)) {
        return Some(found.clone());
    }
    // npm looks upwards, and a `package.json` may be put into the folder by the build.
    let upwards = || started.iter().flat_map(RepoPath::ancestors).find(|folder| there(folder));
    let is_known = started.iter().any(|folder| folder.is_root() || repository.files.is_folder(folder));
    if run.directory.is_none() && (is_known || act.remote) { upwards() } else { None }
}

fn find_lock(repository: &Repository, folder: &RepoPath, names: &[&str]) -> Option<RepoPath> {
    folder.ancestors().flat_map(|folder| names.iter().filter_map(move |name| folder.join(name))).find(|path| {
        let tracked = repository
            .tracked
            .as_ref()
            .is_none_or(|all| all.binary_search_by(|one| one.as_str().cmp(path.as_str())).is_ok());
        repository.files.contains(path) && tracked
    })
}

fn any_lock(repository: &Repository, folder: &RepoPath) -> bool {
    let all = [PackageManager::Npm, PackageManager::Yarn, PackageManager::Pnpm, PackageManager::Bun];
    all.into_iter().any(|manager| find_lock(repository, folder, lock_names(manager)).is_some())
}

fn missing(repository: &Repository, folder: &RepoPath, names: &'static [&'static str]) -> LockFile {
    let name = names.first().copied().unwrap_or("lock file");
    let path = folder.join(name).unwrap_or_else(RepoPath::root);
    LockFile::Missing { name, ignored_by: super::ignored::line(repository, &path) }
}

/// Whether a command or its wrappers set a variable to something that counts as true.
fn sets(invoked: &Invoked, name: &str) -> bool {
    invoked.environment.iter().any(|change| match change {
        EnvChange::Set(assignment) => {
            assignment.name == name && !matches!(assignment.value.shown(), "" | "0" | "false")
        }
        _ => false,
    })
}

/// Whether a package manager's own settings or version make it Yarn 2 or later.
fn is_berry(repository: &Repository, folder: &RepoPath) -> bool {
    folder.ancestors().any(|folder| {
        let settings = folder.join(".yarnrc.yml").is_some_and(|path| repository.files.contains(&path));
        let package = manifest(&folder, repository.sources());
        let pinned = package.and_then(|package| package.package_manager.as_ref()).and_then(|pinned| {
            let version = pinned.value.strip_prefix("yarn@")?;
            version.split('.').next()?.parse::<u32>().ok()
        });
        settings || pinned.is_some_and(|major| major >= 2)
    })
}

/// Whether the install holds to the lock file that is there.
///
/// Sources: <https://docs.npmjs.com/cli/commands/npm-ci>, <https://classic.yarnpkg.com/lang/en/docs/cli/install/>,
/// <https://yarnpkg.com/configuration/yarnrc#enableImmutableInstalls>,
/// <https://pnpm.io/cli/install#--frozen-lockfile>, <https://bun.com/docs/pm/cli/install>.
fn locked(repository: &Repository, run: &InstallRun, invoked: &Invoked, folder: &RepoPath, ci: bool) -> Locked {
    let options = &run.options;
    let on = |names: &[&str]| {
        options
            .flags
            .iter()
            .rev()
            .find(|flag| flag.is(names))
            .is_some_and(|flag| flag.value.as_ref().is_none_or(|value| !value.is("false")))
    };
    let off = |names: &[&str]| {
        options
            .flags
            .iter()
            .rev()
            .find(|flag| flag.is(names))
            .is_some_and(|flag| flag.value.as_ref().is_some_and(|value| value.is("false")))
    };
    let by = |what: &str| Locked::Yes(format!("`{what}` installs what the lock file says"));
    let no = |what: &str, better: &str| Locked::No(format!("{what}; `{better}` would hold to the lock file"));
    let command = run.command.as_str();
    match run.manager {
        PackageManager::Npm => match command {
            "ci" | "install-ci-test" => by("npm ci"),
            _ => no("`npm install` may change what the lock file says", "npm ci"),
        },
        PackageManager::Pnpm => {
            if command == "ci" || on(&["--frozen-lockfile"]) {
                by("--frozen-lockfile")
            } else if on(&["--no-frozen-lockfile", "--no-lockfile", "--fix-lockfile", "--force"])
                || off(&["--frozen-lockfile"])
            {
                no("`pnpm install` is told not to keep to the lock file", "pnpm install --frozen-lockfile")
            } else if ci {
                Locked::Yes("pnpm keeps to the lock file where `CI` is set".to_owned())
            } else {
                no("`pnpm install` may change what the lock file says", "pnpm install --frozen-lockfile")
            }
        }
        PackageManager::Yarn => {
            let immutable = sets(invoked, "YARN_ENABLE_IMMUTABLE_INSTALLS");
            if off(&["--immutable", "--frozen-lockfile"]) || on(&["--no-immutable", "--no-lockfile"]) {
                no("`yarn install` is told not to keep to the lock file", "yarn install --immutable")
            } else if command == "ci" || immutable || on(&["--immutable", "--frozen-lockfile"]) {
                by(if on(&["--immutable"]) { "--immutable" } else { "--frozen-lockfile" })
            } else if settings_freeze(repository, folder) {
                by("--frozen-lockfile")
            } else if on(&["--pure-lockfile"]) {
                no("`--pure-lockfile` only keeps Yarn from writing `yarn.lock`", "--frozen-lockfile")
            } else if is_berry(repository, folder) {
                match ci {
                    true => Locked::Yes("Yarn keeps to the lock file in CI by itself".to_owned()),
                    false => no("`yarn install` may change what the lock file says", "yarn install --immutable"),
                }
            } else {
                no("`yarn install` may change what the lock file says", "yarn install --frozen-lockfile")
            }
        }
        PackageManager::Bun => match command == "ci" || on(&["--frozen-lockfile"]) {
            true => by("--frozen-lockfile"),
            false => no("`bun install` may change what the lock file says", "bun install --frozen-lockfile"),
        },
        _ => Locked::Yes(String::new()),
    }
}

/// Whether Yarn 1's settings give every install the option (`--install.frozen-lockfile true`).
fn settings_freeze(repository: &Repository, folder: &RepoPath) -> bool {
    folder.ancestors().filter_map(|folder| folder.join(".yarnrc")).any(|path| {
        repository.files.text(&path).is_some_and(|text| {
            text.text().lines().any(|line| {
                let mut words = line.split_whitespace();
                matches!(words.next(), Some("--install.frozen-lockfile" | "--frozen-lockfile"))
                    && matches!(words.next(), Some("true" | "\"true\""))
            })
        })
    })
}

/// The text of a file that was read.
pub fn text_of<'a>(repository: &'a Repository, path: &RepoPath) -> Option<&'a str> {
    repository.files.text(path).map(|text| text.text())
}

/// The commands by which platforms build the service, with their places.
pub fn platform_builds(repository: &Repository, service: &Service) -> Vec<(RepoPath, prodcheck_source::Span, String)> {
    let mut found = Vec::new();
    for layer in service.routes.iter().flat_map(|route| &route.layers) {
        let Some(file) = repository.facts.platform(&layer.place.path) else { continue };
        for build in file.deployed.iter().flat_map(|deployed| &deployed.builds) {
            found.push((layer.place.path.clone(), build.span, build.value.clone()));
        }
    }
    found
}

/// The installs that run whenever the service starts.
pub fn of_starts(repository: &Repository, service: &Service) -> Vec<InstallStep> {
    // What a package's own script installs is a helper where something else deploys the service.
    let deployed = service.routes.iter().any(|route| route.kind != RouteKind::NpmStart);
    let routes = service.routes.iter().filter(|route| !deployed || route.kind != RouteKind::NpmStart);
    let steps = routes.flat_map(|route| &route.start.steps);
    let installs = steps.filter(|step| matches!(step.invoked.invocation, Invocation::Install(_)));
    let acts = installs.map(|step| Act {
        path: step.invoked.place.path.clone(),
        span: step.invoked.place.span,
        folders: vec![service.path.clone(), RepoPath::root()],
        remote: false,
        in_pipeline: false,
        doing: Doing::Command(Rc::new(ScriptCommand {
            span: step.invoked.place.span,
            invoked: step.invoked.clone(),
            folder: None,
            function: None,
            in_loop: false,
            in_condition: false,
            conditional: false,
            remote: false,
        })),
    });
    acts.filter_map(|act| of_act(repository, &act, InstallScope::Production)).collect()
}
