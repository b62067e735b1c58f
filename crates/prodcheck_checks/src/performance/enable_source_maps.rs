//! Item 29: stack traces of built code lead to its sources.

use crate::{Category, Check, Verdict, routes};
use prodcheck_facts::{FileFacts, npm::Package};
use prodcheck_program::ts_config::Resolved;
use prodcheck_program::workspaces::Workspaces;
use prodcheck_services::{Process, Route, Runtime, Service};
use prodcheck_source::{Place, RepoPath};

/// The check.
pub const CHECK: Check = Check {
    id: "enable-source-maps",
    number: 29,
    category: Category::Performance,
    pass_title: "Stack traces lead to the sources",
    fail_title: "Stack traces of built code do not lead to its sources",
    docs: include_str!("enable_source_maps.md"),
    run,
};

const FIX: &str = "let the build write maps (`\"sourceMap\": true` in `tsconfig.json`, `sourcemap: true` of the bundler), and start with `node --enable-source-maps` or `NODE_OPTIONS=--enable-source-maps`";

/// Modules that map stack traces where they are loaded by a flag (`-r`, `--import`, `--loader`).
const LOADERS: &[&str] = &[
    "source-map-support",
    "tsx",
    "ts-node",
    "@swc-node/register",
    "esbuild-register",
    "esbuild-runner",
    "@esbuild-kit",
    "@babel/register",
];

/// Extensions of sources that Node.js runs only once they are built.
const TYPED: &[&str] = &["ts", "tsx", "mts", "cts", "jsx"];

fn run(service: &Service) -> Verdict {
    routes::judge(service, |route| judge(service, route)).fix(FIX)
}

fn judge(service: &Service, route: &Route) -> Verdict {
    let processes: Vec<&Process> =
        route.start.main_processes().filter(|process| process.runtime.runs_javascript()).collect();
    if processes.is_empty() {
        return match service.entry_points.is_empty() {
            true => Verdict::unverified("the repository does not show what starts the process"),
            false => Verdict::unverified("the repository does not show with which flags the process is started"),
        };
    }
    routes::worst(processes.into_iter().map(|process| of_process(service, route, process)))
        .unwrap_or_else(|| Verdict::unverified("the repository does not show what starts the process"))
}

fn of_process(service: &Service, route: &Route, process: &Process) -> Verdict {
    let entry = entry_of(service, process);
    let built = match is_built(process, entry) {
        // A plain entry can load what a build writes: `require('./dist/server')`.
        Some(false) if is_mostly_typed(service, process) => Some(true),
        built => built,
    };
    let by_code = service.source.source_maps.as_ref();
    let uses = by_flag(process)
        .or_else(|| by_variable(route))
        .or_else(|| by_code.map(|found| (found.place.clone(), format!("`{}`", found.by))));
    let loader = match &process.runtime {
        Runtime::Loader(name) => Some(format!("`{name}` maps stack traces of what it compiles")),
        Runtime::Bun => Some("Bun maps stack traces of what it compiles".to_owned()),
        Runtime::Deno => Some("Deno maps stack traces of what it compiles".to_owned()),
        _ => None,
    };
    if let Some((place, how)) = uses {
        let written = entry.filter(|_| built == Some(true)).and_then(|entry| maps_written(service, entry));
        return match written {
            Some((false, said, shown)) => {
                Verdict::fail(format!("{how} asks for source maps, and the build writes none"))
                    .at(said, shown)
                    .at(place, how)
            }
            _ => Verdict::pass(format!("{how} maps stack traces")).at(place, how),
        };
    }
    if let Some(how) = loader {
        return Verdict::pass(how.clone()).at(process.place.clone(), how);
    }
    match built {
        Some(true) => {
            let mut verdict = Verdict::fail(
                "built code runs without `--enable-source-maps`, so stack traces name lines that nobody wrote",
            )
            .at(process.place.clone(), "no `--enable-source-maps` here");
            if let Some(command) = process.commands.first().filter(|command| command.path != process.place.path) {
                verdict = verdict.at(command.clone(), "nor here");
            }
            match entry.and_then(|entry| maps_written(service, entry)) {
                Some((false, said, shown)) => verdict.at(said, format!("{shown}: the build writes no maps")),
                _ => verdict,
            }
        }
        Some(false) => Verdict::not_applicable("the code is run as it is written"),
        None => Verdict::unverified("nothing shows whether the code that runs is built"),
    }
}

/// The entry point that a process runs.
fn entry_of<'s>(service: &'s Service, process: &Process) -> Option<&'s RepoPath> {
    let named = service.entry_points.iter().find(|entry| entry.named_by == process.place);
    named.or(service.entry_points.first()).map(|entry| &entry.path)
}

/// Whether a process runs what a build writes; `None` where that cannot be told.
fn is_built(process: &Process, entry: Option<&RepoPath>) -> Option<bool> {
    if matches!(process.runtime, Runtime::Framework { .. }) {
        return Some(true);
    }
    match (&process.file, entry) {
        (Some(file), _) if matches!(file.extension(), Some(extension) if TYPED.contains(&extension)) => Some(false),
        (Some(file), Some(entry)) if file == entry => Some(false),
        (_, Some(entry)) if matches!(entry.extension(), Some(extension) if TYPED.contains(&extension)) => Some(true),
        (Some(file), Some(entry)) => {
            // `node server` and `node .` name a source by less than its whole path.
            let stem = |path: &RepoPath| {
                path.as_str()
                    .trim_end_matches(".js")
                    .trim_end_matches(".mjs")
                    .trim_end_matches(".cjs")
                    .trim_end_matches("/index")
                    .to_owned()
            };
            let folder = entry.is_in(file) || file.as_str() == ".";
            Some(!folder && stem(file) != stem(entry))
        }
        (None, Some(_)) => Some(false),
        (_, None) => None,
    }
}

/// Whether a process of plain JavaScript loads code that is mostly typed.
fn is_mostly_typed(service: &Service, process: &Process) -> bool {
    let is_typed = |path: &&RepoPath| path.extension().is_some_and(|extension| TYPED.contains(&extension));
    let typed = service.server_code.iter().filter(is_typed).count();
    let plain_entry = process.file.as_ref().is_some_and(|file| !is_typed(&file));
    plain_entry && typed * 2 > service.server_code.len() && service.server_code.len() > 1
}

/// A flag of the process that maps stack traces.
fn by_flag(process: &Process) -> Option<(Place, String)> {
    let maps = |flag: &str| {
        flag.replace('_', "-") == "--enable-source-maps"
            || LOADERS.iter().any(|loader| {
                let value = flag.split_once('=').map_or(flag, |(_, value)| value);
                value == *loader || value.strip_prefix(loader).is_some_and(|rest| rest.starts_with('/'))
            })
    };
    process.flags.iter().find(|(flag, _)| maps(flag)).map(|(flag, place)| (place.clone(), format!("`{flag}`")))
}

/// `NODE_OPTIONS` of the route.
fn by_variable(route: &Route) -> Option<(Place, String)> {
    let setting = route.start.variable("NODE_OPTIONS")?;
    match &setting.value {
        prodcheck_services::EnvValue::Text(text) if text.contains("--enable-source-maps") => {
            Some((setting.place.clone(), "`NODE_OPTIONS=--enable-source-maps`".to_owned()))
        }
        _ => None,
    }
}

/// Whether the build writes maps, where that is said and how; `None` where it cannot be seen.
fn maps_written(service: &Service, entry: &RepoPath) -> Option<(bool, Place, String)> {
    let sources = service.repository.sources();
    let folders: Vec<RepoPath> = entry.parent().ancestors().collect();
    // A bundler's configuration that names the entry.
    for (path, facts) in sources.facts.iter() {
        let FileFacts::Bundler(file) = facts else { continue };
        if !folders.contains(&path.parent()) && !folders.contains(&path.parent().parent()) {
            continue;
        }
        for build in &file.builds {
            let names = build.entries.iter().any(|one| {
                let folder = if one.path.value.starts_with('.') { path.parent() } else { service.path.clone() };
                let named = folder.join(&one.path.value).or_else(|| service.path.join(&one.path.value));
                named.is_some_and(|named| named == *entry)
            });
            if names {
                return build.source_maps.as_ref().map(|maps| {
                    (maps.value, Place::new(path.clone(), maps.span), format!("source maps of {}", file.tool))
                });
            }
        }
    }
    // A bundler on the command line says it there, or in a file that names no entry.
    let manifest = service.path.join("package.json");
    let package = manifest.as_ref().and_then(|path| sources.facts.package(path));
    if package.is_some_and(is_bundled) {
        return None;
    }
    let workspaces = Workspaces::of(sources);
    let names = [
        "tsconfig.build.json",
        "tsconfig.prod.json",
        "tsconfig.production.json",
        "tsconfig.server.json",
        "tsconfig.app.json",
        "tsconfig.json",
    ];
    for folder in folders {
        for name in names {
            let Some(path) = folder.join(name) else { continue };
            let Some(config) = Resolved::read(&path, sources, &workspaces) else { continue };
            let said = [&config.source_map, &config.inline_source_map].into_iter().flatten();
            if let Some((_, place)) = said.clone().find(|(on, _)| *on) {
                return Some((true, place.clone(), "writes source maps".to_owned()));
            }
            if !config.elsewhere.is_empty() {
                return None;
            }
            let place = said.into_iter().next().map(|(_, place)| place.clone());
            let place = place.unwrap_or_else(|| Place::new(path.clone(), prodcheck_source::Span::default()));
            return Some((false, place, "`sourceMap` is not on".to_owned()));
        }
    }
    None
}

/// Whether the scripts of a package call something else than the TypeScript compiler to build it.
fn is_bundled(package: &Package) -> bool {
    const TOOLS: &[&str] = &[
        "esbuild",
        "tsup",
        "webpack",
        "rollup",
        "vite",
        "ncc",
        "swc",
        "babel",
        "parcel",
        "tsdown",
        "unbuild",
        "rspack",
        "nx ",
        "nuxt",
        "next ",
        "remix",
        "bun build",
    ];
    package.scripts.iter().any(|script| {
        script.name.value.starts_with("build") && TOOLS.iter().any(|tool| script.command.value.contains(tool))
    })
}
