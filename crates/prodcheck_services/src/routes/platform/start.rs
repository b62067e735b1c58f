//! What a platform runs: in the image that it is given, or in what it builds from the source.

use super::{Nothing, provides, variables};
use crate::routes::container::{BuildRequest, Builder, Built, Start};
use crate::routes::node_version;
use crate::start_path::{Scene, StartCommand, resolve};
use crate::{EnvSetting, EnvValue, NodeVersion, Process, Repository, Setting, SignalPath, StartPath};
use prodcheck_facts::command::Word;
use prodcheck_facts::folders;
use prodcheck_facts::given::{Given, Variable};
use prodcheck_facts::platform::{Command, Deployed, Made, Platform};
use prodcheck_program::Layout;
use prodcheck_program::workspaces::manifest;
use prodcheck_source::{Glob, Place, RepoPath, Span, Spanned};
use std::collections::BTreeMap;

/// The image that runs, where the repository has its Dockerfile.
pub(super) fn image(
    repository: &Repository,
    images: &Builder<'_>,
    platform: Platform,
    deployed: &Deployed,
    folder: &RepoPath,
) -> Option<Built> {
    if let Made::Image(name) = &deployed.made {
        let own = name.as_ref().is_none_or(|name| is_own(&name.value));
        let request = images.run_by(
            name.as_ref().map(|name| name.value.as_str()),
            deployed.name.as_ref().map(|name| name.value.as_str()),
        );
        if let Some(built) = request.filter(|_| own).and_then(|request| images.build(&request)) {
            return Some(built);
        }
    }
    let (path, context, target) = match &deployed.made {
        Made::Dockerfile { path, context, target } => (path.as_ref(), context.as_ref(), target.as_ref()),
        Made::FromSource if provides::of(platform)?.finds_dockerfile => (None, None, None),
        Made::Image(name) if name.as_ref().is_none_or(|name| is_own(&name.value)) => (None, None, None),
        Made::FromSource | Made::Image(_) => return None,
    };
    let written = path.map_or("Dockerfile", |path| path.value.trim_start_matches('/'));
    let places = [folder.clone(), RepoPath::root()];
    let known = |file: &RepoPath| repository.facts.dockerfile(file).is_some();
    let dockerfile = places.iter().filter_map(|place| place.join(written)).find(known)?;
    let context = context.and_then(|context| RepoPath::root().join(&context.value));
    let request = BuildRequest {
        dockerfile,
        context,
        target: target.map(|target| target.value.clone()),
        arguments: BTreeMap::new(),
        place: None,
    };
    images.build(&request)
}

/// Whether an image's name can be that of one that the project builds: official images have a single word.
fn is_own(name: &str) -> bool {
    name.contains(['/', '$', '{', '<'])
}

/// What is run; `None` where the entry that the file names is not in the repository, or is no JavaScript.
pub(super) fn start(
    repository: &Repository,
    layout: &Layout,
    platform: Platform,
    deployed: &Deployed,
    place: &Place,
    folder: &RepoPath,
    image: Option<&Built>,
) -> Result<StartPath, Nothing> {
    let provides = provides::of(platform).ok_or(Nothing::Foreign)?;
    let command = deployed.command.as_ref().and_then(|command| started_by(repository, command, &place.path));
    let container = image.map(|built| Start::of_image(repository, built));
    let mut environment = environment(deployed, place);
    if platform == Platform::CloudFoundry {
        variables::put_in(repository, &place.path, &mut environment);
    }
    if let Some(Command::Modules(modules)) = &deployed.command {
        return functions(repository, layout, modules, environment, place, folder).ok_or(Nothing::Foreign);
    }
    if let (Made::Image(name), None, None) = (&deployed.made, &container, &command) {
        // What the image runs is known where something else builds it.
        let own = name.as_ref().is_none_or(|name| is_own(&name.value));
        return own.then(|| StartPath { environment, ..StartPath::default() }).ok_or(Nothing::Foreign);
    }
    let (mut scene, command) = match &container {
        Some(container) => {
            let scene = container.scene(repository, &layout.workspaces);
            (scene, command.or_else(|| container.command.clone()).ok_or(Nothing::Foreign)?)
        }
        None => {
            let scene = Scene::checkout(repository, &layout.workspaces, folder);
            (scene, command.or_else(|| by_default(repository, folder, place)).ok_or(Nothing::Foreign)?)
        }
    };
    if image.is_none() && provides.node_env {
        let value = EnvValue::Text("production".to_owned());
        scene.environment.push(EnvSetting { name: "NODE_ENV".to_owned(), value, place: place.clone() });
    }
    scene.environment.extend(environment);
    let mut start = resolve(&scene, &command);
    if provides.signals_all {
        start.processes.iter_mut().for_each(|process| process.signals = SignalPath::default());
    }
    if image.is_some() || has_entry(&start, repository, layout) {
        return Ok(start);
    }
    let names = start.processes.iter().any(|process| process.runtime.runs_javascript() && process.file.is_some());
    match &deployed.command {
        Some(Command::Line(line)) if names => Err(Nothing::Missing(line.span)),
        Some(Command::Words(words)) if names => {
            Err(Nothing::Missing(words.first().map_or(deployed.span, |word| word.span)))
        }
        _ => Err(Nothing::Foreign),
    }
}

fn environment(deployed: &Deployed, place: &Place) -> Vec<EnvSetting> {
    let setting = |variable: &Variable| EnvSetting {
        name: variable.name.clone(),
        value: match &variable.value {
            Given::Known(text) => EnvValue::Text(text.clone()),
            Given::Wrong | Given::Unknown => EnvValue::Unknown,
        },
        place: Place::new(place.path.clone(), variable.span),
    };
    deployed.environment.iter().map(setting).collect()
}

fn started_by(repository: &Repository, command: &Command, path: &RepoPath) -> Option<StartCommand> {
    let place = |word: &Spanned<String>| Place::new(path.clone(), word.span);
    match command {
        Command::Line(line) => Some(StartCommand::scalar(repository, &place(line), &line.value)),
        Command::Words(words) => {
            Some(StartCommand::Words(words.iter().map(|word| Word::new(word.value.clone(), place(word))).collect()))
        }
        Command::Modules(_) => None,
    }
}

/// How many functions of one file are followed.
const MOST_FUNCTIONS: usize = 50;

/// The modules of functions, each as a process that the platform starts; without any, the server of a framework that the
/// platform turns into functions.
fn functions(
    repository: &Repository,
    layout: &Layout,
    modules: &[Spanned<String>],
    environment: Vec<EnvSetting>,
    place: &Place,
    folder: &RepoPath,
) -> Option<StartPath> {
    let mut scene = Scene::checkout(repository, &layout.workspaces, folder);
    scene.environment = environment;
    let mut all = StartPath::default();
    for (module, at) in listed(repository, modules, folder) {
        let at = Place::new(place.path.clone(), at);
        let words = ["node".to_owned(), format!("./{module}")].map(|word| Word::new(word, at.clone())).to_vec();
        let one = resolve(&scene, &StartCommand::Words(words));
        if has_entry(&one, repository, layout) {
            all.processes.extend(one.processes);
            all.environment = one.environment;
        }
    }
    if !all.processes.is_empty() {
        return Some(all);
    }
    let package = manifest(folder, repository.sources())?;
    SERVERS.iter().find(|name| package.dependency(name).is_some())?;
    let start = resolve(&scene, &by_default(repository, folder, place)?);
    has_entry(&start, repository, layout).then_some(start)
}

/// Frameworks whose servers become functions: <https://vercel.com/docs/frameworks>,
/// <https://docs.netlify.com/frameworks/>.
const SERVERS: &[&str] = &["next", "nuxt", "@remix-run/node", "@sveltejs/kit", "@nestjs/core", "nitropack"];

/// The modules that are meant by paths and patterns, from the deployed folder.
fn listed(repository: &Repository, modules: &[Spanned<String>], folder: &RepoPath) -> Vec<(String, Span)> {
    let mut found = Vec::new();
    for module in modules {
        if !module.value.contains('*') {
            found.push((module.value.clone(), module.span));
            continue;
        }
        let glob = Glob::new(&module.value);
        let inside = repository.files.paths().filter(|path| !folders::is_foreign(path) && !folders::is_test(path));
        let relative = inside.filter_map(|path| path.relative_to(folder));
        found.extend(relative.filter(|path| glob.matches(path)).map(|path| (path.to_owned(), module.span)));
    }
    found.truncate(MOST_FUNCTIONS);
    found
}

/// `npm start`, which is `node server.js` where there is no such script.
fn by_default(repository: &Repository, folder: &RepoPath, place: &Place) -> Option<StartCommand> {
    let package = manifest(folder, repository.sources())?;
    if package.script("start").is_some() {
        return Some(StartCommand::Script { package: folder.clone(), name: "start".to_owned() });
    }
    folder.join("server.js").filter(|server| repository.files.contains(server))?;
    Some(StartCommand::Words(["node", "server.js"].map(|word| Word::new(word, place.clone())).to_vec()))
}

/// Whether something of the repository is run.
fn has_entry(start: &StartPath, repository: &Repository, layout: &Layout) -> bool {
    let is_there = |process: &Process| {
        let known = |file: &RepoPath| {
            repository.files.contains(file) || layout.builds.source_of(file, repository.sources()).is_ok()
        };
        process.runtime.runs_javascript() && process.file.as_ref().is_none_or(known)
    };
    start.processes.iter().any(is_there) || !start.managers.is_empty() || !start.unread.is_empty()
}

/// The version that `engines` asks the platform for.
pub(super) fn engines(repository: &Repository, platform: Platform, folder: &RepoPath) -> Setting<NodeVersion> {
    let reads = provides::of(platform).is_some_and(|provides| provides.engines);
    let engine = manifest(folder, repository.sources())
        .filter(|_| reads)
        .and_then(|package| package.engines.iter().find(|(name, _)| name == "node"));
    let (Some((_, range)), Some(path)) = (engine, folder.join("package.json")) else { return Setting::Silent };
    let shown = format!("engines.node: {}", range.value);
    Setting::set(node_version::asked(&range.value), Place::new(path, range.span), shown)
}
