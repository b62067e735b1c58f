//! Bun, Deno, the loaders that compile as they go (`tsx`, `ts-node`), and the watchers (`nodemon`, `ts-node-dev`).
//!
//! Sources: <https://bun.com/docs/cli/run>, <https://docs.deno.com/runtime/reference/cli/>, <https://tsx.is>,
//! <https://typestrong.org/ts-node/docs/options>, <https://github.com/remy/nodemon>,
//! <https://github.com/wclr/ts-node-dev>, <https://babeljs.io/docs/babel-node>, <https://vite.dev>.

use super::options::{Flag, Grammar, Options, anywhere, is_script, leading};
use super::{
    InstallRun, Invocation, PackageManager, PackageManagerCall, Packages, RuntimeKind, RuntimeRun, ScriptRun, Target,
    Watched, WatcherRun, Word, node,
};
use prodcheck_source::Place;

/// A loader: a program that compiles TypeScript or newer JavaScript and hands it to Node.js.
struct Loader {
    names: &'static [&'static str],
    valued: &'static [&'static str],
    /// Options that make it watch.
    watch: &'static [&'static str],
}

const TS_NODE: &[&str] = &[
    "-r",
    "--require",
    "-P",
    "--project",
    "-C",
    "--compiler",
    "-I",
    "--ignore",
    "-D",
    "--ignore-diagnostics",
    "--ignoreDiagnostics",
    "-O",
    "--compiler-options",
    "--compilerOptions",
    "--cwd",
    "--dir",
    "--scope-dir",
    "--scopeDir",
    "-e",
    "--eval",
    "--transpiler",
    "--max-old-space-size",
];

const LOADERS: &[Loader] = &[
    Loader {
        names: &["tsx", "esno", "esmo"],
        valued: &["--tsconfig", "--ignore", "--include", "--exclude"],
        watch: &["--watch"],
    },
    Loader {
        names: &["ts-node", "ts-node-esm", "ts-node-script", "ts-node-transpile-only", "ts-node-cwd"],
        valued: TS_NODE,
        watch: &[],
    },
    Loader {
        names: &["babel-node"],
        valued: &[
            "-r",
            "--require",
            "--presets",
            "--plugins",
            "-x",
            "--extensions",
            "--config-file",
            "--env-name",
            "-e",
            "--eval",
            "-o",
            "--only",
            "-i",
            "--ignore",
            "--inspect-port",
        ],
        watch: &[],
    },
    Loader {
        names: &["vite-node"],
        valued: &["-c", "--config", "-m", "--mode", "-r", "--root"],
        watch: &["-w", "--watch"],
    },
    Loader {
        names: &[
            "swc-node",
            "@swc-node",
            "jiti",
            "sucrase-node",
            "tsm",
            "esr",
            "coffee",
            "tsimp",
            "ts-eager",
            "esbuild-runner",
        ],
        valued: &["-r", "--require"],
        watch: &[],
    },
];

const OPTIONS: Grammar = Grammar { valued: &[], also: &[], clusters: false, underscores: false };

const BUN: Grammar = Grammar {
    valued: &[
        "-r",
        "--preload",
        "--require",
        "--import",
        "--env-file",
        "--cwd",
        "-c",
        "--config",
        "--port",
        "-F",
        "--filter",
        "-e",
        "--eval",
        "-p",
        "--print",
        "-d",
        "--define",
        "--tsconfig-override",
        "--conditions",
        "-l",
        "--loader",
        "--install",
        "--smol-heap",
        "--inspect-port",
        "--title",
        "--shell",
        "--main-fields",
        "--extension-order",
        "--elide-lines",
        "--dns-result-order",
        "--max-http-header-size",
        "--unhandled-rejections",
        "--user-agent",
    ],
    ..OPTIONS
};

const DENO: Grammar = Grammar {
    valued: &[
        "-c",
        "--config",
        "--import-map",
        "--lock",
        "--cert",
        "--seed",
        "--location",
        "--port",
        "--host",
        "-L",
        "--log-level",
        "--preload",
    ],
    ..OPTIONS
};

/// What a runtime, loader or watcher runs; `None` where the program is none.
pub(super) fn read(name: &str, words: &[Word], place: &Place) -> Option<Invocation> {
    match name {
        "node" | "nodejs" | "iojs" => Some(node::read(words, place)),
        "bun" => Some(bun(words, place)),
        "deno" => Some(deno(words, place)),
        _ => loader(name, words).or_else(|| watcher(name, words, place)),
    }
}

fn run(runtime: RuntimeKind, options: &Options, words: &[Word], watch: &[&str]) -> RuntimeRun {
    let (target, arguments) = match words.split_first() {
        _ if options.has(&["-e", "--eval", "-pe"]) => {
            (options.value(&["-e", "--eval", "-pe"]).cloned().map_or(Target::Other, Target::Code), words)
        }
        Some((script, arguments)) => (Target::Script(script.clone()), arguments),
        None => (Target::Other, words),
    };
    RuntimeRun {
        runtime,
        watches: options.flag(watch).map(|flag| flag.place.clone()),
        flags: options.flags.clone(),
        uncertain: options.uncertain,
        target,
        arguments: arguments.to_vec(),
    }
}

fn loader(name: &str, words: &[Word]) -> Option<Invocation> {
    let loader = LOADERS.iter().find(|loader| loader.names.contains(&name))?;
    let name = loader.names.iter().copied().find(|known| *known == name)?;
    let mut watch = None;
    let mut words = words;
    // `tsx watch server.ts`.
    if let Some((first, after)) = words.split_first().filter(|(first, _)| first.is("watch") && name == "tsx") {
        watch = Some(first.place.clone());
        words = after;
    }
    let (options, left) = leading(words, &Grammar { also: loader.valued, ..node::NODE });
    let mut run = run(RuntimeKind::Loader(name), &options, left, loader.watch);
    if let Some(place) = watch {
        run.watches = Some(place);
    }
    Some(Invocation::Runtime(run))
}

fn bun(words: &[Word], place: &Place) -> Invocation {
    let (mut options, mut left) = leading(words, &BUN);
    let mut explicit = false;
    if let Some((first, after)) = left.split_first() {
        match first.text() {
            Some("run") => {
                let (more, after) = leading(after, &BUN);
                options.flags.extend(more.flags);
                left = after;
                explicit = true;
            }
            Some(name @ ("install" | "i" | "add" | "ci")) => {
                let options = anywhere(after, &BUN);
                let global = options.has(&["-g", "--global"]);
                return Invocation::Install(InstallRun {
                    manager: PackageManager::Bun,
                    command: if name == "i" { "install" } else { name }.to_owned(),
                    directory: options.value(&["--cwd"]).cloned(),
                    packages: Packages::Here,
                    options,
                    global,
                    place: place.clone(),
                });
            }
            Some(
                name @ ("test" | "build" | "remove" | "rm" | "update" | "outdated" | "link" | "unlink" | "pm" | "init"
                | "create" | "c" | "upgrade" | "audit" | "patch" | "publish" | "exec" | "repl"),
            ) => {
                let command = name.to_owned();
                let options = anywhere(after, &BUN);
                return Invocation::PackageManager(PackageManagerCall {
                    manager: PackageManager::Bun,
                    command,
                    directory: None,
                    packages: Packages::Here,
                    options,
                    place: place.clone(),
                });
            }
            _ => {}
        }
    }
    let watch: &[&str] = &["--watch", "--hot"];
    match left.split_first() {
        Some((script, arguments)) if !is_file(script) => Invocation::Script(ScriptRun {
            manager: PackageManager::Bun,
            script: script.clone(),
            directory: options.value(&["--cwd"]).cloned(),
            packages: match options.value(&["-F", "--filter"]) {
                Some(filter) => Packages::Named(vec![filter.clone()]),
                None => Packages::Here,
            },
            arguments: arguments.to_vec(),
            if_present: options.has(&["--if-present"]),
            or_binary: !explicit || options.has(&["--bun", "-b"]),
            place: place.clone(),
        }),
        _ => Invocation::Runtime(run(RuntimeKind::Bun, &options, left, watch)),
    }
}

/// Bun takes a name with a folder or an ending for a file, and anything else for a script first.
fn is_file(word: &Word) -> bool {
    let text = word.shown();
    text.starts_with('.') || text.contains('/') || is_script(word) || word.text().is_none()
}

fn deno(words: &[Word], place: &Place) -> Invocation {
    let (_, left) = leading(words, &DENO);
    let Some((command, after)) = left.split_first() else {
        return Invocation::Runtime(run(RuntimeKind::Deno, &Options::default(), &[], &[]));
    };
    match command.text() {
        Some("run" | "serve") => {
            let (options, left) = leading(after, &DENO);
            Invocation::Runtime(run(RuntimeKind::Deno, &options, left, &["--watch", "--watch-hmr"]))
        }
        Some("task") => {
            let (options, left) =
                leading(after, &Grammar { valued: &["-c", "--config", "--cwd", "-f", "--filter"], ..DENO });
            match left.split_first() {
                Some((script, arguments)) => Invocation::Script(ScriptRun {
                    manager: PackageManager::Deno,
                    script: script.clone(),
                    directory: options.value(&["--cwd"]).cloned(),
                    packages: Packages::Here,
                    arguments: arguments.to_vec(),
                    if_present: false,
                    or_binary: false,
                    place: place.clone(),
                }),
                None => Invocation::Runtime(run(RuntimeKind::Deno, &options, &[], &[])),
            }
        }
        _ if is_file(command) => Invocation::Runtime(run(RuntimeKind::Deno, &Options::default(), left, &[])),
        _ => Invocation::Runtime(run(RuntimeKind::Deno, &Options::default(), &[], &[])),
    }
}

/// A watcher: a program that starts another again when files change.
struct Watcher {
    names: &'static [&'static str],
    valued: &'static [&'static str],
    /// The loader that it runs scripts with; Node.js where there is none.
    loader: Option<&'static str>,
    /// Options that hold the command to run.
    command: &'static [&'static str],
    /// Whether its operand is a script for the runtime rather than something else (globs).
    script: bool,
}

const WATCHERS: &[Watcher] = &[
    Watcher {
        names: &["nodemon"],
        valued: &[
            "-w",
            "--watch",
            "-e",
            "--ext",
            "-i",
            "--ignore",
            "-x",
            "--exec",
            "-d",
            "--delay",
            "--config",
            "-s",
            "--signal",
            "--cwd",
            "-r",
            "--require",
            "--import",
            "--env-file",
            "--loader",
            "--experimental-loader",
        ],
        loader: None,
        command: &["-x", "--exec"],
        script: true,
    },
    Watcher {
        names: &["ts-node-dev", "tsnd"],
        valued: &[
            "-r",
            "--require",
            "-P",
            "--project",
            "-C",
            "--compiler",
            "-I",
            "-D",
            "-O",
            "--compilerOptions",
            "--watch",
            "--ignore-watch",
            "--interval",
            "--debounce",
            "--cache-directory",
            "--dir",
            "--rs-interval",
        ],
        loader: Some("ts-node"),
        command: &[],
        script: true,
    },
    Watcher {
        names: &["node-dev"],
        valued: &["--ignore", "--graceful_ipc", "-r", "--require"],
        loader: None,
        command: &[],
        script: true,
    },
    Watcher {
        names: &["supervisor", "node-supervisor"],
        valued: &[
            "-w",
            "--watch",
            "-i",
            "--ignore",
            "-e",
            "--extensions",
            "-x",
            "--exec",
            "-p",
            "--poll-interval",
            "-t",
            "-n",
            "--no-restart-on",
        ],
        loader: None,
        command: &[],
        script: true,
    },
    Watcher {
        names: &["tsc-watch", "tsup"],
        valued: &[
            "--onSuccess",
            "--onFirstSuccess",
            "--onFailure",
            "-p",
            "--project",
            "--format",
            "--out-dir",
            "-d",
            "--target",
        ],
        loader: None,
        command: &["--onSuccess", "--onFirstSuccess"],
        script: false,
    },
    Watcher {
        names: &["onchange", "chokidar", "watchexec"],
        valued: &["-c", "--command", "-d", "--delay", "-e", "--exts", "-w", "--watch", "-i", "--ignore"],
        loader: None,
        command: &["-c", "--command"],
        script: false,
    },
];

fn watcher(name: &str, words: &[Word], place: &Place) -> Option<Invocation> {
    let watcher = WATCHERS.iter().find(|watcher| watcher.names.contains(&name))?;
    let name = watcher.names.iter().copied().find(|known| *known == name)?;
    let grammar = Grammar { valued: watcher.valued, ..OPTIONS };
    let (options, left) = if watcher.script {
        let (options, left) = leading(words, &grammar);
        (options, left.to_vec())
    } else {
        let options = anywhere(words, &grammar);
        let left = options.rest.clone().unwrap_or_default();
        (options, left)
    };
    let command = options.value(watcher.command).cloned();
    if name == "tsup" && command.is_none() {
        return None;
    }
    let target = match (command, watcher.script && !left.is_empty()) {
        (Some(command), _) if watcher.script => Watched::Command(command, not_own(words, watcher)),
        (Some(command), _) => Watched::Command(command, Vec::new()),
        (None, true) => {
            let runtime = watcher.loader.map_or(RuntimeKind::Node, RuntimeKind::Loader);
            let own = Options { flags: node_flags(&options.flags, watcher), ..Options::default() };
            Watched::Runtime(run(runtime, &own, &left, &[]))
        }
        (None, false) => match left.split_first() {
            Some((first, after)) => Watched::Command(first.clone(), after.to_vec()),
            None => Watched::Configured,
        },
    };
    Some(Invocation::Watcher(WatcherRun { name, target, options, place: place.clone() }))
}

/// Options that a watcher hands on, to Node.js or to the command that it is told to run.
const HANDED: &[&str] = &["-r", "--require", "--import", "--env-file", "--loader", "--experimental-loader"];

/// nodemon's options without a value.
const SWITCHES: &[&str] = &[
    "-q",
    "--quiet",
    "-V",
    "--verbose",
    "-L",
    "--legacy-watch",
    "-C",
    "--on-change-only",
    "-I",
    "--no-stdin",
    "--spawn",
    "--no-colors",
    "--no-colours",
    "--no-update-notifier",
    "--exitcrash",
    "--dump",
];

/// The words that are not the watcher's own: they are put after the command that it is told to run.
fn not_own(words: &[Word], watcher: &Watcher) -> Vec<Word> {
    let mut kept = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let own = |names: &[&str]| names.iter().any(|name| word.prefix().split('=').next() == Some(name));
        if own(watcher.valued) && !own(HANDED) {
            if !word.prefix().contains('=') {
                words.next();
            }
        } else if !own(SWITCHES) && !word.is("--") {
            kept.push(word.clone());
        }
    }
    kept
}

/// The options that a watcher hands to Node.js: those that are not its own.
fn node_flags(flags: &[Flag], watcher: &Watcher) -> Vec<Flag> {
    flags.iter().filter(|flag| flag.is(HANDED) || !flag.is(watcher.valued)).cloned().collect()
}
