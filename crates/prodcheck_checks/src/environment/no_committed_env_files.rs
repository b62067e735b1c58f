//! Item 14: environment files are ignored by git, and none with values is committed.

use crate::{Category, Check, Verdict};
use prodcheck_facts::env_file::{EnvFile, EnvVariable, Purpose};
use prodcheck_facts::secret;
use prodcheck_services::{EnvReader, Service, Tool, TrackedEnvFile};
use prodcheck_source::{Place, RepoPath};

/// The check.
pub const CHECK: Check = Check {
    id: "no-committed-env-files",
    number: 14,
    category: Category::Environment,
    pass_title: "Environment files are ignored, and none is committed",
    fail_title: "An environment file is committed, or nothing keeps it from being",
    docs: include_str!("no_committed_env_files.md"),
    run,
};

fn run(service: &Service) -> Verdict {
    let tracked = service.tracked_env_files();
    let readers = service.env_readers();
    if tracked.is_empty() && readers.is_empty() {
        return Verdict::not_applicable("no environment file is read, and none is there");
    }
    let judged: Vec<Judged> = tracked.iter().map(|file| judge(service, file, &readers)).collect();
    let verdict = failed(&judged)
        .or_else(|| not_ignored(service, &tracked, &readers))
        .unwrap_or_else(|| passed(service, &tracked, &readers));
    let warned = judged.into_iter().filter_map(|judged| match judged {
        Judged::Warns(message, place) => Some((message, place)),
        _ => None,
    });
    let verdict = warned.fold(verdict, |verdict, (message, place)| verdict.warn(message, Some(place)));
    around(service, &tracked, &readers, verdict).fix(
        "take it out of git and ignore it: `git rm --cached .env`, and `.env*` with `!.env.example` in `.gitignore`; change every secret that was in it",
    )
}

/// What one committed file comes to.
enum Judged {
    Clean,
    Warns(String, Place),
    Fails(String, Place, String),
}

fn failed(judged: &[Judged]) -> Option<Verdict> {
    let mut failures = judged.iter().filter_map(|judged| match judged {
        Judged::Fails(message, place, shown) => Some((message, place, shown)),
        _ => None,
    });
    let (message, place, shown) = failures.next()?;
    let verdict = Verdict::fail(message.clone()).at(place.clone(), shown.clone());
    Some(failures.fold(verdict, |verdict, (_, place, shown)| verdict.at(place.clone(), shown.clone())))
}

fn judge(service: &Service, file: &TrackedEnvFile<'_>, readers: &[EnvReader]) -> Judged {
    let path = file.path;
    let whole = Place::file(path.clone());
    let Some(facts) = file.facts else {
        return if file.is_encrypted {
            Judged::Clean
        } else {
            Judged::Warns(format!("`{path}` could not be read"), whole)
        };
    };
    if file.is_encrypted || facts.encryption.is_some() {
        return Judged::Clean;
    }
    if let Some((variable, issuer)) = key(facts) {
        let name = &variable.name.value;
        let message = match issuer {
            "private key" => format!("`{path}` is committed, and `{name}` holds a private key"),
            _ => format!("`{path}` is committed, and `{name}` is a key of {issuer} by its format"),
        };
        return Judged::Fails(message, place(path, variable), format!("`{}` is a key", variable.name.value));
    }
    let random = facts.variables.iter().find(|variable| is_secret(variable));
    if file.purpose == Purpose::Example {
        return match random {
            Some(variable) => {
                let message =
                    format!("`{}` in the example `{path}` looks like a secret that is in use", variable.name.value);
                Judged::Warns(message, place(path, variable))
            }
            None => Judged::Clean,
        };
    }
    if let Some(variable) = random {
        let message =
            format!("`{path}` is committed, and `{}` looks like a secret that is in use", variable.name.value);
        return Judged::Fails(message, place(path, variable), format!("`{}` looks like a secret", variable.name.value));
    }
    if matches!(file.purpose, Purpose::Tests | Purpose::Development) {
        return match facts.variables.iter().find(|variable| remote_host(variable).is_some()) {
            Some(variable) => {
                let host = remote_host(variable).unwrap_or_default();
                let message =
                    format!("`{path}` is committed, and `{}` names a machine of others: `{host}`", variable.name.value);
                Judged::Fails(message, place(path, variable), format!("`{host}`"))
            }
            None => {
                Judged::Warns(format!("`{path}` is committed; it holds local values for tests or development"), whole)
            }
        };
    }
    if facts.variables.is_empty() {
        return Judged::Warns(format!("`{path}` is committed, and sets nothing yet"), whole);
    }
    if is_for_compose(facts)
        && !readers.iter().any(|reader| reader.file == *path && reader.in_production)
        && is_beside_compose(service, path)
    {
        return Judged::Warns(format!("`{path}` is committed; it names images and ports for compose"), whole);
    }
    let first = facts.variables.first().map_or(whole, |variable| place(path, variable));
    Judged::Fails(format!("`{path}` is committed with its values"), first, format!("`{path}` is tracked by git"))
}

fn place(path: &RepoPath, variable: &EnvVariable) -> Place {
    let span = variable.value.as_ref().map_or(variable.name.span, |value| variable.name.span.to(value.span));
    Place::new(path.clone(), span)
}

fn text(variable: &EnvVariable) -> &str {
    variable.value.as_ref().filter(|_| !variable.is_encrypted).map_or("", |value| value.value.as_str())
}

fn key(facts: &EnvFile) -> Option<(&EnvVariable, &'static str)> {
    let known = |variable: &EnvVariable| parts(text(variable)).find_map(secret::known_format);
    facts.variables.iter().find_map(|variable| Some((variable, known(variable)?)))
}

/// A value, and the password in it where it is an address.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    let authority = value.split_once("://").and_then(|(_, rest)| rest.split(['/', '?']).next());
    let password =
        authority.and_then(|authority| authority.rsplit_once('@')).and_then(|(login, _)| login.split_once(':'));
    std::iter::once(value).chain(password.map(|(_, password)| password))
}

/// Whether a variable holds what looks like a secret. Ids and public keys are made to be seen.
fn is_secret(variable: &EnvVariable) -> bool {
    let name = variable.name.value.to_ascii_uppercase();
    let is_public = ["NEXT_PUBLIC_", "VITE_", "NUXT_PUBLIC_", "PUBLIC_", "REACT_APP_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
        || ["_ID", "_IDS", "PUBLIC_KEY", "_URL", "_HOST", "_PATH", "_VERSION", "_TAG", "_IMAGE"]
            .iter()
            .any(|end| name.ends_with(end));
    parts(text(variable)).any(|part| secret::looks_random(part) && (!is_public || part.len() < text(variable).len()))
}

/// The machine of others that an address names: not this one, not a container's name, not an example.
fn remote_host(variable: &EnvVariable) -> Option<&str> {
    let (_, rest) = text(variable).split_once("://")?;
    let authority = rest.split(['/', '?', '#', ',']).next().unwrap_or("");
    let host = authority.rsplit('@').next().unwrap_or("").split(':').next().unwrap_or("");
    let ends = |suffixes: &[&str]| {
        suffixes.iter().any(|suffix| host == suffix.trim_start_matches('.') || host.ends_with(suffix))
    };
    let local = host.starts_with("127.")
        || host.starts_with("local.")
        || host.starts_with("localhost.")
        || host == "0.0.0.0"
        || host == "host.docker.internal"
        || ends(&[
            ".localhost",
            ".local",
            ".test",
            ".example",
            ".invalid",
            ".example.com",
            ".example.org",
            ".example.net",
            ".internal",
        ]);
    let is_name =
        host.contains('.') && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    (is_name && !local).then_some(host)
}

/// Whether all that it sets is which images compose runs, and on which ports.
fn is_for_compose(facts: &EnvFile) -> bool {
    facts.variables.iter().all(|variable| {
        let name = variable.name.value.to_ascii_uppercase();
        name.starts_with("COMPOSE_")
            || name.split('_').any(|word| {
                matches!(word, "IMAGE" | "TAG" | "VERSION" | "PORT" | "PORTS" | "REGISTRY" | "REPOSITORY" | "REPO")
            })
    })
}

fn is_beside_compose(service: &Service, path: &RepoPath) -> bool {
    let folder = path.parent();
    service
        .repository
        .files
        .below(&folder)
        .any(|other| other.parent() == folder && service.repository.facts.compose(other).is_some())
}

/// Fails where a file that the project reads is not there and nothing ignores it.
fn not_ignored(service: &Service, tracked: &[TrackedEnvFile<'_>], readers: &[EnvReader]) -> Option<Verdict> {
    let repository = &service.repository;
    let is_tracked = |file: &RepoPath| tracked.iter().any(|known| known.path == file);
    let example = |file: &RepoPath| prodcheck_facts::env_file::purpose(file) == Purpose::Example;
    let open = |reader: &&EnvReader| {
        !is_tracked(&reader.file)
            && !example(&reader.file)
            && !repository.ignored(&reader.file).is_some_and(|(_, ignored)| ignored)
    };
    let reader = readers.iter().find(open)?;
    let message = match repository.ignored(&reader.file) {
        Some(_) => format!("`{}` takes `{}` back in, which {} reads", ignore_file(service), reader.file, reader.reader),
        None => format!(
            "nothing ignores `{}`, which {} reads, so it is one `git add .` away from being committed",
            reader.file, reader.reader
        ),
    };
    let belongs = match repository.ignored(&reader.file) {
        Some((place, _)) => place,
        None => match service
            .path
            .ancestors()
            .filter_map(|folder| folder.join(".gitignore"))
            .find(|path| repository.files.contains(path))
        {
            Some(path) => Place::file(path),
            None => reader.place.clone(),
        },
    };
    Some(
        Verdict::fail(message)
            .at(belongs, format!("no line ignores `{}`", reader.file))
            .at(reader.place.clone(), format!("{} reads it", reader.reader)),
    )
}

fn ignore_file(service: &Service) -> String {
    service
        .path
        .ancestors()
        .filter_map(|folder| folder.join(".gitignore"))
        .find(|path| service.repository.files.contains(path))
        .map_or_else(|| ".gitignore".to_owned(), |path| path.to_string())
}

fn passed(service: &Service, tracked: &[TrackedEnvFile<'_>], readers: &[EnvReader]) -> Verdict {
    let file = readers.first().map(|reader| reader.file.clone()).or_else(|| service.path.join(".env"));
    let line = file.as_ref().and_then(|file| service.repository.ignored(file)).filter(|(_, ignored)| *ignored);
    let encrypted =
        tracked.iter().find(|file| file.is_encrypted || file.facts.is_some_and(|facts| facts.encryption.is_some()));
    let mut verdict = match (&line, encrypted) {
        (Some(_), _) => Verdict::pass(match tracked.iter().any(|file| file.purpose == Purpose::Example) {
            true => "environment files are ignored, and only an example is committed",
            false => "environment files are ignored, and none is committed",
        }),
        (None, Some(file)) => Verdict::pass(format!("`{}` is committed encrypted", file.path)),
        (None, None) => {
            Verdict::pass("no environment file with values is committed, and none is read that git does not ignore")
        }
    };
    if let Some((place, _)) = line {
        verdict = verdict.at(place, "ignores it");
    }
    if let Some(reader) = readers.first() {
        verdict = verdict.at(reader.place.clone(), format!("{} reads `{}`", reader.reader, reader.file));
    }
    for file in tracked {
        verdict = verdict.at(
            Place::file(file.path.clone()),
            match file.purpose {
                Purpose::Example => "an example",
                _ => "committed",
            },
        );
    }
    verdict
}

/// What else should be known: an example that is missing, an image that takes the file in.
fn around(service: &Service, tracked: &[TrackedEnvFile<'_>], readers: &[EnvReader], mut verdict: Verdict) -> Verdict {
    let Some(reader) = readers.iter().find(|reader| reader.in_production).or_else(|| readers.first()) else {
        return verdict;
    };
    if !tracked.iter().any(|file| file.purpose == Purpose::Example) {
        let message = "no `.env.example` shows which variables there are";
        verdict = verdict.warn(message, Some(reader.place.clone()));
    }
    let lacking = lacking(service, tracked);
    if let Some((example, names)) = lacking {
        verdict = verdict.warn(format!("`{example}` lacks what the code reads: {names}"), Some(Place::file(example)));
    }
    for layer in service.routes.iter().flat_map(|route| &route.layers).filter(|layer| layer.tool == Tool::Dockerfile) {
        if let Some(copies) = service.repository.copy_of_env(&layer.place.path, &reader.file) {
            let message = format!("`{}` goes into the image, since no `.dockerignore` leaves it out", reader.file);
            verdict = verdict.warn(message, Some(copies));
        }
    }
    verdict
}

/// How many variables are named.
const NAMED: usize = 5;

/// The example of the service, and the variables that its code reads and the example lacks.
fn lacking(service: &Service, tracked: &[TrackedEnvFile<'_>]) -> Option<(RepoPath, String)> {
    let examples = || tracked.iter().filter(|file| file.purpose == Purpose::Example && file.facts.is_some());
    let first = examples().next()?;
    let shown = |name: &str| examples().filter_map(|file| file.facts).any(|facts| facts.variable(name).is_some());
    let reads = service.source.environment.reads.iter().map(|read| read.name.as_str());
    // What platforms and tools set by themselves stands in no example.
    let own = |name: &str| {
        matches!(name, "NODE_ENV" | "CI" | "HOME" | "PATH" | "HOSTNAME" | "TZ" | "DEBUG") || name.starts_with("npm_")
    };
    let names: std::collections::BTreeSet<&str> = reads.filter(|name| !own(name) && !shown(name)).collect();
    let mut listed: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    if names.len() > NAMED {
        listed.push(format!("and {} more", names.len() - NAMED));
    }
    (!names.is_empty()).then(|| (first.path.clone(), listed.join(", ")))
}
