//! Compose files that are for development by their content: what a service runs, what is mounted, what stands beside it.

use super::sets::Aside;
use super::{Project, beside};
use crate::routes::purpose::{self, Purpose};
use crate::start_path::StartCommand;
use crate::{EnvSetting, EnvValue, Repository};
use prodcheck_facts::command::{self, Argv, FrameworkMode, Invocation, Word};
use prodcheck_facts::compose::{Command, Mount, MountKind, Said, Service};
use prodcheck_facts::{env_file, folders};
use prodcheck_source::{Place, RepoPath};

/// What the keys of a service say: a development environment, script or stage.
pub fn of_keys(project: &Project, service: &Service) -> Option<Aside> {
    let environment =
        service.environment.iter().rev().find(|variable| variable.name == "NODE_ENV").and_then(|variable| {
            let value = variable.value.as_ref()?.resolve(&project.variables)?;
            is_development_mode(&value).then(|| aside(format!("it sets `NODE_ENV` to `{value}`"), &variable.place))
        });
    let stage = || {
        let target = service.build.as_ref()?.target.as_ref()?;
        let name = target.value.resolve(&project.variables)?;
        let says = purpose::of_words(purpose::words(&name)).is_aside();
        says.then(|| aside(format!("it builds the stage `{name}`"), &target.place))
    };
    let commands =
        || [&service.entrypoint, &service.command].into_iter().flatten().find_map(|said| of_written(project, said));
    environment.or_else(stage).or_else(commands)
}

/// What the image's own environment says, where compose leaves it in force.
pub fn of_environment(environment: &[EnvSetting]) -> Option<Aside> {
    let set = environment.iter().rev().find(|setting| setting.name == "NODE_ENV")?;
    // What an example shows is no statement on what the file is for.
    let shown = env_file::purpose(&set.place.path) == env_file::Purpose::Example;
    match &set.value {
        EnvValue::Text(value) if is_development_mode(value) && !shown => {
            Some(aside(format!("its image sets `NODE_ENV` to `{value}`"), &set.place))
        }
        _ => None,
    }
}

fn aside(why: String, place: &Place) -> Aside {
    Aside { why, place: place.clone() }
}

fn is_development_mode(value: &str) -> bool {
    let value = value.trim().to_ascii_lowercase();
    matches!(value.as_str(), "development" | "dev" | "develop" | "local" | "test" | "testing" | "debug")
}

fn of_written(project: &Project, said: &Said<Command>) -> Option<Aside> {
    let words = match &said.value {
        Command::Words(words) => {
            words.iter().map(|word| Word::new(word.value.partly(&project.variables), word.place.clone())).collect()
        }
        Command::Line(line) => {
            let text = line.value.partly(&project.variables);
            text.split_whitespace().map(|word| Word::new(word, line.place.clone())).collect()
        }
    };
    of_words(words)
}

/// What the command of a container says by itself, without following it: a watcher, a script whose name says so.
pub fn of_command(command: &StartCommand) -> Option<Aside> {
    match command {
        StartCommand::Words(words) => of_words(words.clone()),
        StartCommand::Line { path, text } => {
            let place = Place::new(path.clone(), text.span(0, text.text().len()));
            let text = text.text().split_whitespace().filter(|word| !matches!(*word, "exec" | "\\"));
            of_words(text.map(|word| Word::new(word, place.clone())).collect())
        }
        StartCommand::Script { .. } => None,
    }
}

fn of_words(words: Vec<Word>) -> Option<Aside> {
    let place = words.first()?.place.clone();
    let line = words.iter().map(Word::shown).collect::<Vec<_>>().join(" ");
    let invoked = command::read(&Argv::new(words, place.clone()));
    let named = |word: &Word| {
        let name = word.text().map(|text| text.rsplit('/').next().unwrap_or(text)).unwrap_or("");
        purpose::of_words(purpose::words(name)).is_aside()
    };
    let says = match &invoked.invocation {
        Invocation::Script(run) => named(&run.script),
        Invocation::Watcher(_) => true,
        Invocation::Runtime(run) => run.watches.is_some(),
        Invocation::Framework(run) => run.mode == FrameworkMode::Development || run.watches.is_some(),
        Invocation::File { path, .. } | Invocation::ShellScript { path, .. } => named(path),
        Invocation::ShellCode { code, .. } => {
            let inner: Vec<Word> = code
                .shown()
                .split(['&', ';', '|'])
                .next_back()?
                .split_whitespace()
                .map(|word| Word::new(word, code.place.clone()))
                .collect();
            return of_words(inner);
        }
        // Containers to work in: `tail -f /dev/null`, `sleep infinity`.
        Invocation::Program { name, .. } => {
            (name == "tail" && line.contains("/dev/null")) || (name == "sleep" && line.contains("inf"))
        }
        _ => false,
    };
    says.then(|| aside(format!("it runs `{line}`"), &place))
}

/// A mount of the service's sources over what the image holds.
pub fn mounts_source(repository: &Repository, project: &Project, service: &Service) -> Option<Aside> {
    let is_source = |mount: &&Mount| {
        let from = mount.source.as_ref().filter(|_| mount.kind == MountKind::Bind);
        from.and_then(|from| project.resolve(from)).is_some_and(|folder| holds_source(repository, &folder))
    };
    let mount = service.volumes.iter().find(is_source)?;
    let shown = mount.source.as_ref().map_or("", |source| source.text.raw());
    Some(aside(format!("it mounts the sources (`{shown}`)"), &mount.place))
}

/// Whether a folder holds a package, or is one that packages keep their code in.
fn holds_source(repository: &Repository, folder: &RepoPath) -> bool {
    let package = folder.join("package.json").is_some_and(|path| repository.files.contains(&path));
    let named = matches!(folder.name(), "src" | "app" | "server" | "lib" | "apps" | "packages" | "source");
    package || (named && repository.files.is_folder(folder) && !folders::is_foreign(folder))
}

/// A mail catcher or a database console that runs beside the services by default.
pub fn of_company(project: &Project) -> Option<Aside> {
    project.services.iter().filter(|service| service.profiles.is_empty()).find_map(|service| {
        let by_image =
            service.image.as_ref().filter(|image| beside::is_for_development(&image.value.partly(&project.variables)));
        if let Some(image) = by_image {
            return Some(aside(format!("`{}` stands beside it", image.value.raw()), &image.place));
        }
        // An image of one's own that only wraps such a tool: `maildev.Dockerfile`.
        let built = service.build.as_ref().filter(|_| beside::is_for_development(&service.name));
        built.map(|build| aside(format!("`{}` stands beside it", service.name), &build.place))
    })
}

/// Whether a service runs only where a profile for something else than production asks for it.
pub fn of_profiles(service: &Service, asked: &[String]) -> Option<Aside> {
    let profiles: Vec<&str> = service.profiles.iter().map(|profile| profile.value.raw()).collect();
    let first = service.profiles.first()?;
    let active = profiles.iter().any(|profile| asked.iter().any(|asked| asked == profile || asked == "*"));
    let all_aside = profiles.iter().all(|profile| {
        let purpose = purpose::of_words(purpose::words(profile));
        purpose.is_aside() || purpose == Purpose::Example
    });
    (!active && all_aside)
        .then(|| aside(format!("it runs only with the profile `{}`", first.value.raw()), &first.place))
}
