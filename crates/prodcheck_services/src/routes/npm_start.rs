//! `package.json` as the only say in how a service is started: which script is the production one, and what it answers.

use super::on_path;
use crate::start_path::{Scene, StartCommand, resolve};
use crate::{Layer, OpenFiles, Process, Repository, Restart, Route, RouteKind, Setting, StartPath, Tool};
use prodcheck_facts::command::{DeployTool, Invocation, Word};
use prodcheck_facts::given::shortened;
use prodcheck_facts::npm::Package;
use prodcheck_program::workspaces::{Workspaces, manifest};
use prodcheck_source::{Place, RepoPath};

#[cfg(test)]
mod tests;

/// The names of scripts that start in production, the surest first. `start` is for development in many a project that has
/// one of the others too.
const PRODUCTION: &[&str] = &[
    "start:prod",
    "start:production",
    "start-prod",
    "start.prod",
    "prod:start",
    "start:prd",
    "production",
    "prod",
    "serve:prod",
    "serve:production",
    "start",
    "start:server",
    "start:api",
    "serve",
    "server",
];

/// The route of a package that is started by its own script, `main` or `bin`; `None` where it has none of them, or its
/// scripts start containers.
pub fn route(repository: &Repository, workspaces: &Workspaces, package: &RepoPath) -> Option<Route> {
    let facts = manifest(package, repository.sources())?;
    let scene = Scene::checkout(repository, workspaces, package);
    // A package that is started by a script is not started by its module: that is what others import.
    let start = match production_scripts(facts).next() {
        Some(_) => by_script(facts, &scene, package)?,
        None => by_module(facts, &scene, package)?,
    };
    let layers = layers(&start);
    let kind = if layers.iter().any(|layer| layer.tool != Tool::NpmScript) {
        RouteKind::ProcessManager
    } else {
        RouteKind::NpmStart
    };
    // Until all files are read that decide what is run, nothing may be known of it.
    (!layers.is_empty() || !start.unread.is_empty()).then_some(Route { kind, layers, start })
}

/// The scripts that could start the package in production, the likeliest first.
pub fn production_scripts(package: &Package) -> impl Iterator<Item = &str> {
    PRODUCTION.iter().copied().filter(|name| package.script(name).is_some())
}

/// The start path of the likeliest script that serves: one that only watches, runs some other program, builds or starts
/// containers is passed over while there is another.
fn by_script(facts: &Package, scene: &Scene<'_>, package: &RepoPath) -> Option<StartPath> {
    let mut second = None;
    for name in production_scripts(facts) {
        let command = StartCommand::Script { package: package.clone(), name: name.to_owned() };
        let start = resolve(scene, &command);
        let serves = |process: &Process| !process.watches && process.runtime.runs_javascript();
        if start.main_processes().any(serves) || !start.managers.is_empty() {
            return Some(start);
        }
        if !starts_containers(&start) && (!start.processes.is_empty() || !start.unread.is_empty()) {
            second.get_or_insert(start);
        }
    }
    second
}

fn starts_containers(start: &StartPath) -> bool {
    start.steps.iter().any(|step| match &step.invoked.invocation {
        Invocation::Tool(call) => call.tool == DeployTool::Docker && (call.runs(&["compose"]) || call.runs(&["run"])),
        _ => false,
    })
}

/// `npm start` without a script is `node server.js`; without that, the package's `main` or its only command.
fn by_module(facts: &Package, scene: &Scene<'_>, package: &RepoPath) -> Option<StartPath> {
    let path = package.join("package.json")?;
    let server = package.join("server.js").filter(|server| scene.repository.files.contains(server));
    let word = |text: &str, place: &Place| Word::new(text, place.clone());
    let (module, place) = match (server, &facts.main, facts.bin.as_slice()) {
        (Some(_), None, _) => ("server.js".to_owned(), Place::file(path)),
        (_, Some(main), _) => (main.value.clone(), Place::new(path, main.span)),
        (_, None, [(_, bin)]) => (bin.value.clone(), Place::new(path, bin.span)),
        _ => return None,
    };
    let start = resolve(scene, &StartCommand::Words(vec![word("node", &place), word(&module, &place)]));
    (!start.processes.is_empty()).then_some(start)
}

/// What the start path itself answers: the process managers on it, else that nothing restarts the process.
fn layers(start: &StartPath) -> Vec<Layer> {
    let supervisors = on_path::layers(start);
    if !supervisors.is_empty() {
        return supervisors;
    }
    start.main_processes().next().map(bare).into_iter().collect()
}

/// A process that nothing supervises.
fn bare(process: &Process) -> Layer {
    let place = process.place.clone();
    let shown = command(process);
    let mut layer = Layer::new(Tool::NpmScript, place.clone());
    layer.restart = match &process.restarts {
        Some(loops) => Setting::set(Restart::Restarts, loops.clone(), shown)
            .caveat("a loop starts it again, with no limit, no memory ceiling and nothing to ask for its state", None),
        None => Setting::set(Restart::Never, place, shown),
    };
    if let Some((limit, place)) = &process.open_files {
        let shown = limit.map_or_else(|| "ulimit -n unlimited".to_owned(), |limit| format!("ulimit -n {limit}"));
        layer.open_files = Setting::set(OpenFiles::Count(limit.unwrap_or(u64::MAX)), place.clone(), shown);
    }
    layer
}

/// A process as a short command line.
fn command(process: &Process) -> String {
    use crate::Runtime;
    let runtime = match &process.runtime {
        Runtime::Node => "node",
        Runtime::Bun => "bun",
        Runtime::Deno => "deno",
        Runtime::Loader(name) | Runtime::Framework { name, .. } | Runtime::Other(name) => name,
    };
    let subcommand = match &process.runtime {
        Runtime::Framework { command, .. } => command.as_deref(),
        _ => None,
    };
    let script = process.script.as_ref().map(|script| script.value.as_str());
    let watcher =
        (process.watches && !process.flags.iter().any(|(flag, _)| flag.starts_with("--watch"))).then_some("(watching)");
    let words = [Some(runtime), subcommand, script, watcher];
    shortened(&words.into_iter().flatten().collect::<Vec<_>>().join(" "))
}
