//! `node` and its options: which take the next word, where the script begins, and what `NODE_OPTIONS` adds.
//!
//! Sources: <https://nodejs.org/api/cli.html>, and the option table of Node.js 20 to 26 (`src/node_options.cc`). V8's own
//! options (`--max-old-space-size`) take a value after `=` alone.

use super::options::{Flag, Grammar, leading};
use super::{EnvFile, Invocation, PackageManager, Packages, RuntimeKind, RuntimeRun, ScriptRun, Target, Word};
use prodcheck_source::Place;

/// The options of Node.js that take the next word.
pub(super) const NODE: Grammar = Grammar {
    valued: &[
        "-C",
        "-e",
        "-pe",
        "-r",
        "--allow-fs-read",
        "--allow-fs-write",
        "--build-sea",
        "--build-snapshot-config",
        "--conditions",
        "--cpu-prof-dir",
        "--cpu-prof-interval",
        "--cpu-prof-name",
        "--debug-port",
        "--diagnostic-dir",
        "--disable-proto",
        "--disable-warning",
        "--dns-result-order",
        "--env-file",
        "--env-file-if-exists",
        "--es-module-specifier-resolution",
        "--eval",
        "--experimental-config-file",
        "--experimental-default-type",
        "--experimental-loader",
        "--experimental-policy",
        "--experimental-sea-config",
        "--heap-prof-dir",
        "--heap-prof-interval",
        "--heap-prof-name",
        "--heapsnapshot-near-heap-limit",
        "--heapsnapshot-signal",
        "--icu-data-dir",
        "--import",
        "--input-type",
        "--inspect-port",
        "--inspect-publish-uid",
        "--loader",
        "--localstorage-file",
        "--max-http-header-size",
        "--network-family-autoselection-attempt-timeout",
        "--openssl-config",
        "--policy-integrity",
        "--redirect-warnings",
        "--report-dir",
        "--report-directory",
        "--report-filename",
        "--report-signal",
        "--require",
        "--run",
        "--secure-heap",
        "--secure-heap-min",
        "--security-revert",
        "--security-reverts",
        "--snapshot-blob",
        "--test-concurrency",
        "--test-coverage-branches",
        "--test-coverage-exclude",
        "--test-coverage-functions",
        "--test-coverage-include",
        "--test-coverage-lines",
        "--test-global-setup",
        "--test-isolation",
        "--test-name-pattern",
        "--test-reporter",
        "--test-reporter-destination",
        "--test-rerun-failures",
        "--test-shard",
        "--test-skip-pattern",
        "--test-timeout",
        "--title",
        "--tls-cipher-list",
        "--tls-keylog",
        "--trace-event-categories",
        "--trace-event-file-pattern",
        "--trace-require-module",
        "--unhandled-rejections",
        "--use-largepages",
        "--v8-pool-size",
        "--watch-kill-signal",
        "--watch-path",
    ],
    also: &[],
    clusters: false,
    underscores: true,
};

/// Options with which Node.js runs something that ends by itself.
const ENDS: &[&str] = &[
    "--build-sea",
    "--build-snapshot",
    "--check",
    "-c",
    "--completion-bash",
    "--experimental-sea-config",
    "--help",
    "-h",
    "--prof-process",
    "--test",
    "--v8-options",
    "--version",
    "-v",
];

/// What `node …` runs.
pub(super) fn read(words: &[Word], place: &Place) -> Invocation {
    let (options, left) = leading(words, &NODE);
    let run = |target, arguments: &[Word]| {
        Invocation::Runtime(RuntimeRun {
            runtime: RuntimeKind::Node,
            watches: watches(&options.flags),
            flags: options.flags.clone(),
            uncertain: options.uncertain,
            target,
            arguments: arguments.to_vec(),
        })
    };
    if let Some(script) = options.value(&["--run"]) {
        return Invocation::Script(ScriptRun {
            manager: PackageManager::Node,
            script: script.clone(),
            directory: None,
            packages: Packages::Here,
            arguments: left.to_vec(),
            if_present: false,
            or_binary: false,
            place: place.clone(),
        });
    }
    if let Some(code) = options.value(&["-e", "--eval", "-pe"]) {
        return run(Target::Code(code.clone()), left);
    }
    if options.flags.iter().any(|flag| flag.is(ENDS)) {
        return run(Target::Other, left);
    }
    match left.split_first() {
        Some((code, arguments)) if options.has(&["-p", "--print"]) => run(Target::Code(code.clone()), arguments),
        Some((script, arguments)) if script.is("inspect") => run(Target::Other, arguments),
        Some((script, arguments)) if !script.is("-") => run(Target::Script(script.clone()), arguments),
        _ => run(Target::Other, &[]),
    }
}

/// Where Node.js is told to start again when files change.
pub(super) fn watches(flags: &[Flag]) -> Option<Place> {
    flags.iter().find(|flag| flag.is(&["--watch", "--watch-path"])).map(|flag| flag.place.clone())
}

/// The options in a value of `NODE_OPTIONS`: cut at blanks, with `"…"` and `\` as Node.js reads them.
pub fn node_options(value: &Word) -> Vec<Flag> {
    let mut pieces: Vec<String> = Vec::new();
    let mut current: Option<String> = None;
    let mut quoted = false;
    let mut letters = value.shown().chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if quoted => current.get_or_insert_default().extend(letters.next()),
            '"' => {
                quoted = !quoted;
                current.get_or_insert_default();
            }
            ' ' | '\t' | '\n' if !quoted => pieces.extend(current.take()),
            letter => current.get_or_insert_default().push(letter),
        }
    }
    pieces.extend(current);
    let word = |piece: String| match value.text().is_some() || !piece.contains('$') {
        true => Word::new(piece, value.place.clone()),
        false => {
            let known = piece.find('$').unwrap_or(piece.len());
            Word::partly(piece, known, value.place.clone())
        }
    };
    let words: Vec<Word> = pieces.into_iter().map(word).collect();
    leading(&words, &NODE).0.flags
}

/// The files of variables that Node.js is told to read.
pub fn env_files(flags: &[Flag]) -> Vec<EnvFile> {
    let files = flags.iter().filter(|flag| flag.is(&["--env-file", "--env-file-if-exists"]));
    let file = |path: &Word| EnvFile { path: path.clone(), reader: "node --env-file", overrides: false };
    files.filter_map(|flag| flag.value.as_ref()).map(file).collect()
}
