//! Tools that run several commands: npm-run-all, concurrently, and the runners of repositories with many packages.
//!
//! Sources: <https://github.com/bcomnes/npm-run-all2/blob/master/docs/npm-run-all.md>,
//! <https://github.com/open-cli-tools/concurrently>, <https://lerna.js.org/docs/api-reference/commands>,
//! <https://turborepo.com/docs/reference/run>, <https://nx.dev/nx-api/nx/documents/run>.

use super::options::{Grammar, Options, anywhere};
use super::{Invocation, Member, PackageManager, Packages, ScriptRun, SeveralRun, Word};
use prodcheck_source::Place;

/// What one of these tools runs; `None` where the program is none.
pub(super) fn read(name: &str, words: &[Word], place: &Place) -> Option<Invocation> {
    match name {
        "npm-run-all" | "npm-run-all2" => Some(run_all("npm-run-all", false, words, place)),
        "run-s" => Some(run_all("run-s", false, words, place)),
        "run-p" => Some(run_all("run-p", true, words, place)),
        "concurrently" | "conc" => Some(concurrently(words, place)),
        "lerna" => lerna(words, place),
        "turbo" => turbo(words, place),
        "nx" => nx(words, place),
        _ => None,
    }
}

fn script(manager: PackageManager, script: Word, packages: Packages, place: &Place) -> ScriptRun {
    ScriptRun {
        manager,
        script,
        directory: None,
        packages,
        arguments: Vec::new(),
        if_present: false,
        or_binary: false,
        place: place.clone(),
    }
}

/// npm-run-all runs groups one after another; `-p` and `-s` begin a group. As one tool runs them all, the last group's
/// way counts.
fn run_all(name: &'static str, parallel: bool, words: &[Word], place: &Place) -> Invocation {
    const VALUED: &[&str] = &["--max-parallel", "--npm-path", "-m"];
    let mut parallel = parallel;
    let mut groups: Vec<(bool, Vec<Member>)> = vec![(parallel, Vec::new())];
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.text() {
            Some("--") => break,
            Some("-p" | "--parallel") => {
                parallel = true;
                groups.push((true, Vec::new()));
            }
            Some("-s" | "--sequential" | "--serial") if name == "npm-run-all" => {
                parallel = false;
                groups.push((false, Vec::new()));
            }
            Some(option) if option.starts_with('-') => {
                // `-lp`, `-cs`: short options together.
                if !option.starts_with("--") && option.contains('p') {
                    parallel = true;
                    groups.push((true, Vec::new()));
                }
                if VALUED.contains(&option) {
                    words.next();
                }
            }
            _ => {
                // A member can hold arguments of its own: `"start -- --port 1"`.
                let mut pieces = super::peel::split_words(word).into_iter();
                if let (Some(named), Some((_, members))) = (pieces.next(), groups.last_mut()) {
                    let mut one = script(PackageManager::Npm, named, Packages::Here, &word.place);
                    one.arguments = pieces.filter(|piece| !piece.is("--")).collect();
                    members.push(Member::Script(one));
                }
            }
        }
    }
    groups.retain(|(_, members)| !members.is_empty());
    let several = |parallel, members| SeveralRun { name, parallel, members, restarts: None, place: place.clone() };
    match groups.len() {
        0 | 1 => {
            let (parallel, members) = groups.pop().unwrap_or((parallel, Vec::new()));
            Invocation::Several(several(parallel, members))
        }
        _ => {
            let last = groups.pop().map_or((parallel, Vec::new()), |group| group);
            if last.0 {
                Invocation::Several(several(true, last.1))
            } else {
                let members = groups.into_iter().flat_map(|(_, members)| members).chain(last.1).collect();
                Invocation::Several(several(false, members))
            }
        }
    }
}

const CONCURRENTLY: Grammar = Grammar {
    valued: &[
        "-m",
        "--max-processes",
        "-n",
        "--names",
        "--name-separator",
        "-s",
        "--success",
        "-c",
        "--prefix-colors",
        "-l",
        "--prefix-length",
        "-p",
        "--prefix",
        "-t",
        "--timestamp-format",
        "--restart-tries",
        "--restart-after",
        "--kill-signal",
        "--ks",
        "--hide",
        "--default-input-target",
        "--cwd",
        "--kill-timeout",
    ],
    also: &[],
    clusters: false,
    underscores: false,
};

fn concurrently(words: &[Word], place: &Place) -> Invocation {
    let options = anywhere(words, &CONCURRENTLY);
    let restarts = options
        .flag(&["--restart-tries"])
        .filter(|flag| flag.value.as_ref().is_some_and(|tries| !tries.is("0")))
        .map(|flag| flag.place.clone());
    // With `-P` what follows `--` are arguments; else it is a command like the others.
    let rest = match options.has(&["-P", "--passthrough-arguments"]) {
        true => Vec::new(),
        false => options.rest.clone().unwrap_or_default(),
    };
    let members = options.operands.iter().cloned().chain(rest).map(|word| concurrent(word, place)).collect();
    Invocation::Several(SeveralRun { name: "concurrently", parallel: true, members, restarts, place: place.clone() })
}

/// `npm:start:*` is a script; anything else is a command line.
fn concurrent(word: Word, place: &Place) -> Member {
    const MANAGERS: &[(&str, PackageManager)] = &[
        ("npm:", PackageManager::Npm),
        ("yarn:", PackageManager::Yarn),
        ("pnpm:", PackageManager::Pnpm),
        ("bun:", PackageManager::Bun),
        ("node:", PackageManager::Node),
        ("deno:", PackageManager::Deno),
    ];
    for (prefix, manager) in MANAGERS {
        if let Some(named) = word.strip_prefix(prefix) {
            let mut pieces = super::peel::split_words(&named).into_iter();
            if let Some(name) = pieces.next() {
                let mut one = script(*manager, name, Packages::Here, place);
                one.arguments = pieces.filter(|piece| !piece.is("--")).collect();
                return Member::Script(one);
            }
        }
    }
    Member::Command(word)
}

fn named(options: &Options, names: &[&str]) -> Packages {
    let names: Vec<Word> = options.values(names).cloned().collect();
    if names.is_empty() { Packages::All } else { Packages::Named(names) }
}

fn lerna(words: &[Word], place: &Place) -> Option<Invocation> {
    const LERNA: Grammar = Grammar {
        valued: &["--scope", "--ignore", "--concurrency", "--since", "--npm-client"],
        also: &[],
        clusters: false,
        underscores: false,
    };
    let options = anywhere(words, &LERNA);
    let mut operands = options.operands.iter();
    let command = operands.next()?;
    if !command.is("run") {
        return None;
    }
    let mut one =
        script(PackageManager::Monorepo("lerna"), operands.next()?.clone(), named(&options, &["--scope"]), place);
    one.arguments = options.rest.clone().unwrap_or_default();
    one.if_present = true;
    Some(Invocation::Script(one))
}

fn turbo(words: &[Word], place: &Place) -> Option<Invocation> {
    const TURBO: Grammar = Grammar {
        valued: &[
            "-F",
            "--filter",
            "--concurrency",
            "--cwd",
            "--cache-dir",
            "--token",
            "--team",
            "--env-mode",
            "--log-order",
            "--ui",
            "--scope",
        ],
        also: &[],
        clusters: false,
        underscores: false,
    };
    let options = anywhere(words, &TURBO);
    let mut operands: Vec<Word> = options.operands.clone();
    if operands.first().is_some_and(|first| first.is("run")) {
        operands.remove(0);
    }
    let known =
        ["prune", "login", "link", "unlink", "gen", "daemon", "ls", "query", "watch", "bin", "logout", "telemetry"];
    if operands.is_empty() || operands.first().and_then(Word::text).is_some_and(|first| known.contains(&first)) {
        return None;
    }
    let packages = named(&options, &["-F", "--filter", "--scope"]);
    let manager = PackageManager::Monorepo("turbo");
    let mut members: Vec<ScriptRun> = operands
        .into_iter()
        .map(|operand| match operand.split_once('#').map(|(package, task)| (package.to_owned(), task)) {
            // `web#start` is the task of one package.
            Some((package, task)) => {
                let package = Word::new(package, operand.place.clone());
                script(manager, task, Packages::Named(vec![package]), place)
            }
            None => script(manager, operand, packages.clone(), place),
        })
        .collect();
    for one in &mut members {
        one.directory = options.value(&["--cwd"]).cloned();
        one.arguments = options.rest.clone().unwrap_or_default();
        one.if_present = true;
    }
    if members.len() == 1 {
        return members.pop().map(Invocation::Script);
    }
    let members = members.into_iter().map(Member::Script).collect();
    Some(Invocation::Several(SeveralRun {
        name: "turbo",
        parallel: true,
        members,
        restarts: None,
        place: place.clone(),
    }))
}

fn nx(words: &[Word], place: &Place) -> Option<Invocation> {
    const NX: Grammar = Grammar {
        valued: &["-c", "--configuration", "-p", "--projects", "-t", "--target", "--targets", "--parallel", "--runner"],
        also: &[],
        clusters: false,
        underscores: false,
    };
    let manager = PackageManager::Monorepo("nx");
    let options = anywhere(words, &NX);
    let mut operands = options.operands.iter();
    let command = operands.next()?;
    let mut one = match command.text()? {
        // `nx run api:serve:production`.
        "run" => {
            let target = operands.next()?;
            let (project, task) = target.split_once(':')?;
            let package = Word::new(project, target.place.clone());
            let task = match task.text() {
                Some(text) => Word::new(text.split(':').next().unwrap_or(text), task.place.clone()),
                None => task,
            };
            script(manager, task, Packages::Named(vec![package]), place)
        }
        "run-many" | "affected" => {
            let task = options.value(&["-t", "--target", "--targets"])?.clone();
            script(manager, task, named(&options, &["-p", "--projects"]), place)
        }
        "serve" | "start" | "dev" | "preview" => {
            let package = operands.next()?.clone();
            script(manager, command.clone(), Packages::Named(vec![package]), place)
        }
        _ => return None,
    };
    one.arguments = options.rest.clone().unwrap_or_default();
    Some(Invocation::Script(one))
}

/// Whether a program is one of these tools.
pub(super) fn is_known(name: &str) -> bool {
    ["npm-run-all", "npm-run-all2", "run-s", "run-p", "concurrently", "conc", "lerna", "turbo", "nx"].contains(&name)
}
