//! Environment files around a service: which of them version control holds or ignores, and what reads them.

use crate::{Repository, Runtime, Service};
use prodcheck_facts::dockerfile::{Copied, CopyFrom};
use prodcheck_facts::env_file::{self, EnvFile, Purpose};
use prodcheck_facts::{FileFacts, folders, ignore_file};
use prodcheck_formats::gitignore::Rules;
use prodcheck_source::{FileState, Place, RepoPath};
use std::collections::BTreeSet;

/// Something that reads an environment file for a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvReader {
    /// The file, which need not be in the repository.
    pub file: RepoPath,
    /// What reads it: `dotenv`, `compose`, `node --env-file`.
    pub reader: String,
    /// Where it is told to.
    pub place: Place,
    /// Whether the service itself does so in production, rather than a script or a file beside it.
    pub in_production: bool,
}

/// An environment file that version control holds.
#[derive(Debug)]
pub struct TrackedEnvFile<'a> {
    /// The file.
    pub path: &'a RepoPath,
    /// What it is for, by its name, its folder and what it sets.
    pub purpose: Purpose,
    /// What it sets; `None` where it could not be read as text.
    pub facts: Option<&'a EnvFile>,
    /// Whether git-crypt encrypts it.
    pub is_encrypted: bool,
}

/// Packages that read `.env` when they are loaded or called.
///
/// The frameworks among them: <https://docs.nestjs.com/techniques/configuration>,
/// <https://docs.adonisjs.com/guides/getting-started/environment-variables>,
/// <https://docs.medusajs.com/learn/fundamentals/environment-variables>.
const READERS: &[&str] = &[
    "dotenv",
    "dotenv-flow",
    "dotenv-safe",
    "dotenv-defaults",
    "dotenv-extended",
    "dotenv-mono",
    "@dotenvx/dotenvx",
    "custom-env",
    "node-env-file",
    "env-cmd",
    "node-env-run",
    "good-env",
    "@nestjs/config",
    "nestjs-config",
    "nest-typed-config",
    "@fastify/env",
    "fastify-env",
    "env-schema",
    "@adonisjs/core/env",
    "@adonisjs/env",
    "@medusajs/framework/utils",
    "@medusajs/utils",
    "@foal/core",
];

/// Frameworks and runtimes that read `.env` by themselves: <https://nextjs.org/docs/app/guides/environment-variables>,
/// <https://nuxt.com/docs/guide/directory-structure/env>,
/// <https://docs.strapi.io/cms/configurations/environment>, <https://bun.com/docs/runtime/environment-variables>.
const FRAMEWORKS: &[&str] =
    &["next", "nuxt", "nuxi", "strapi", "medusa", "vite", "astro", "react-router", "remix", "rwsdk", "ace"];

/// Options and commands of scripts that name an environment file.
const OPTIONS: &[&str] = &["--env-file", "--env-file-if-exists", "-e", "-f"];

impl Repository {
    /// Whether version control holds a file; where nobody knows, every listed file counts.
    pub fn is_tracked(&self, path: &RepoPath) -> bool {
        match &self.tracked {
            Some(tracked) => tracked.binary_search_by(|known| known.as_str().cmp(path.as_str())).is_ok(),
            None => self.files.contains(path),
        }
    }

    /// The line of a `.gitignore` that decides about a file, and whether it ignores it.
    pub fn ignored(&self, path: &RepoPath) -> Option<(Place, bool)> {
        let files: Vec<(&RepoPath, &ignore_file::Gitignore)> = self
            .facts
            .iter()
            .filter_map(|(path, facts)| match facts {
                FileFacts::Gitignore(file) => Some((path, file)),
                _ => None,
            })
            .filter(|(file, _)| path.is_in(&file.parent()))
            .collect();
        let rules = Rules::new(files.iter().map(|(path, file)| (path.parent(), (*file).clone())));
        let found = rules.matches(path, false)?;
        let (file, _) = files.get(found.file)?;
        Some((Place::new((*file).clone(), found.span), found.ignored))
    }

    fn is_encrypted(&self, path: &RepoPath) -> bool {
        let files = self.facts.iter().filter_map(|(path, facts)| match facts {
            FileFacts::Encrypted(file) => Some((path.parent(), file.clone())),
            _ => None,
        });
        Rules::new(files).matches(path, false).is_some_and(|found| found.ignored)
    }

    /// The `COPY` of a Dockerfile that takes a file into the image with all of a folder around it; `None` where none
    /// does, or an ignore file leaves it out.
    pub fn copy_of_env(&self, dockerfile: &RepoPath, file: &RepoPath) -> Option<Place> {
        let facts = self.facts.dockerfile(dockerfile)?;
        let stage = facts.production_stage(None)?;
        // Without better knowledge the context is the folder of the Dockerfile or one above it that holds the file.
        let context = dockerfile.parent().ancestors().find(|folder| file.is_in(folder))?;
        let is_whole = |copied: &&Copied| {
            let folder =
                |source: &String| context.join(source.trim_start_matches('/')).is_some_and(|from| file.is_in(&from));
            copied.from == CopyFrom::Context && copied.sources.iter().any(folder)
        };
        let images = (0..=stage).map(|stage| facts.image(stage, &|_| None, None));
        let copies = images.flat_map(|image| image.copies).find(|copied| is_whole(&copied))?;
        (!self.is_left_out_of_build(dockerfile, &context, file)).then_some(copies.place)
    }

    /// Whether a build of a Dockerfile in a context leaves a path of the context out.
    pub fn is_left_out_of_build(&self, dockerfile: &RepoPath, context: &RepoPath, path: &RepoPath) -> bool {
        // A Dockerfile's own file comes before the context's.
        let own = dockerfile.parent().join(&format!("{}.dockerignore", dockerfile.name()));
        let files = own.into_iter().chain(context.join(".dockerignore"));
        let Some(file) = files.into_iter().find_map(|file| self.facts.dockerignore(&file)) else { return false };
        let Some(relative) = path.relative_to(context) else { return true };
        file.matches(&RepoPath::new(relative)).is_some_and(|found| found.ignored)
    }
}

impl Service {
    /// The environment files that version control holds and that are this service's: those of its own package and of the
    /// folders above it. Sorted by path.
    pub fn tracked_env_files(&self) -> Vec<TrackedEnvFile<'_>> {
        let repository = &self.repository;
        let of_this = |path: &&RepoPath| {
            env_file::is_env_file(path)
                && repository.is_tracked(path)
                && !folders::is_foreign(path)
                && !folders::is_fixture(path)
                && self.package_of(path).is_none_or(|package| {
                    self.path.is_in(&package) || package.is_in(&self.path) && !self.is_other(&package)
                })
        };
        let found = repository.files.paths().filter(of_this).map(|path| {
            let facts = repository.facts.env_file(path);
            let unreadable = matches!(repository.files.get(path), Some(FileState::Unreadable(_)));
            TrackedEnvFile {
                path,
                purpose: purpose(path, facts),
                facts,
                is_encrypted: repository.is_encrypted(path) || unreadable,
            }
        });
        found.collect()
    }

    /// The folder of the package that a file lies in.
    fn package_of(&self, path: &RepoPath) -> Option<RepoPath> {
        let has =
            |folder: &RepoPath| folder.join("package.json").is_some_and(|file| self.repository.files.contains(&file));
        path.parent().ancestors().find(has)
    }

    /// Whether a package below this service's folder is another one than the service's.
    fn is_other(&self, package: &RepoPath) -> bool {
        *package != self.path && !self.server_code.iter().any(|module| module.is_in(package))
    }

    /// What reads environment files for this service, those of production first.
    pub fn env_readers(&self) -> Vec<EnvReader> {
        let mut readers = Vec::new();
        for process in self.routes.iter().flat_map(|route| &route.start.processes) {
            for source in &process.env_files {
                let folder = process.directory.clone().unwrap_or_else(|| self.path.clone());
                let start = if source.reader == "compose" { source.place.path.parent() } else { folder };
                let file = source.file.clone().or_else(|| inside(&start, &source.shown));
                readers.extend(file.map(|file| EnvReader {
                    file,
                    reader: source.reader.clone(),
                    place: source.place.clone(),
                    in_production: true,
                }));
            }
            let name = match &process.runtime {
                Runtime::Framework { name, .. } if FRAMEWORKS.contains(&name.as_str()) => name.as_str(),
                Runtime::Bun => "bun",
                _ => continue,
            };
            readers.extend(self.path.join(".env").map(|file| EnvReader {
                file,
                reader: name.to_owned(),
                place: process.place.clone(),
                in_production: true,
            }));
        }
        readers.extend(self.loaded_by_code());
        readers.extend(self.named_by_scripts());
        readers.extend(self.named_by_compose());
        let mut seen = BTreeSet::new();
        readers.retain(|reader| seen.insert((reader.file.clone(), reader.place.clone())));
        readers
    }

    /// Modules of the server code that load a reader of `.env`.
    fn loaded_by_code(&self) -> Vec<EnvReader> {
        let mut found = Vec::new();
        for module in &self.server_code {
            for link in self.graph.links(module).iter().filter(|link| !link.type_only) {
                let is = |name: &&&str| {
                    link.name == **name || link.name.strip_prefix(**name).is_some_and(|rest| rest.starts_with('/'))
                };
                let Some(reader) = READERS.iter().find(is) else { continue };
                found.extend(self.path.join(".env").map(|file| EnvReader {
                    file,
                    reader: (*reader).to_owned(),
                    place: Place::new(module.clone(), link.span),
                    in_production: true,
                }));
            }
        }
        found
    }

    /// Files that the package's scripts name: `node --env-file=.env`, `dotenv -e .env.local -- next dev`.
    fn named_by_scripts(&self) -> Vec<EnvReader> {
        let mut found = Vec::new();
        for folder in self.path.ancestors() {
            let Some(path) = folder.join("package.json") else { continue };
            let Some(package) = self.repository.facts.package(&path) else { continue };
            for script in &package.scripts {
                let words: Vec<&str> =
                    script.command.value.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
                let runs = |names: &[&str]| words.iter().any(|word| names.contains(word));
                let by_tool = runs(&["dotenv", "dotenvx", "env-cmd", "dotenv-flow"]);
                let mut add = |name: &str| {
                    let file = inside(&folder, name).filter(env_file::is_env_file);
                    found.extend(file.map(|file| EnvReader {
                        file,
                        reader: format!("the script `{}`", script.name.value),
                        place: Place::new(path.clone(), script.command.span),
                        in_production: false,
                    }));
                };
                for (at, word) in words.iter().enumerate() {
                    match word.split_once('=') {
                        Some((option, value)) if option.starts_with("--env-file") => add(value),
                        _ if word.starts_with("--env-file") || (by_tool && OPTIONS.contains(word)) => {
                            add(words.get(at + 1).copied().unwrap_or(""));
                        }
                        _ => {}
                    }
                }
                if by_tool && !words.iter().any(|word| OPTIONS.contains(word)) {
                    add(".env");
                }
            }
        }
        found
    }

    /// Files that compose files name for containers that they build here, development ones included.
    fn named_by_compose(&self) -> Vec<EnvReader> {
        let mut found = Vec::new();
        for (path, facts) in self.repository.facts.iter() {
            let FileFacts::Compose(file) = facts else { continue };
            if folders::is_example(path) || folders::is_test(path) {
                continue;
            }
            for service in file.services.iter().filter(|service| service.build.is_some()) {
                for named in &service.env_files {
                    let file = inside(&path.parent(), named.path.text.raw());
                    let of_this =
                        |file: &RepoPath| self.package_of(file).is_none_or(|package| self.path.is_in(&package));
                    found.extend(file.filter(of_this).map(|file| EnvReader {
                        file,
                        reader: "compose".to_owned(),
                        place: named.place.clone(),
                        in_production: false,
                    }));
                }
            }
        }
        found
    }
}

/// A file inside the repository by a path as written; `None` for paths of the machine and unknown ones.
fn inside(folder: &RepoPath, written: &str) -> Option<RepoPath> {
    let written = written.trim().trim_start_matches("./");
    let elsewhere = written.is_empty() || written.starts_with(['/', '~', '-']) || written.contains(['$', ':']);
    if elsewhere { None } else { folder.join(written) }
}

/// What a file is for: by its name, else by its folder, else by the mode of Node.js that it sets.
fn purpose(path: &RepoPath, facts: Option<&EnvFile>) -> Purpose {
    let by_name = env_file::purpose(path);
    if by_name == Purpose::Example || folders::is_example(path) && !path.parts().any(|part| part == ".devcontainer") {
        return Purpose::Example;
    }
    if by_name != Purpose::Use {
        return by_name;
    }
    let in_folder = |names: &[&str]| path.parent().parts().any(|part| names.contains(&part));
    if folders::is_test(path) || in_folder(&[".github", ".circleci", ".gitlab", "ci"]) {
        return Purpose::Tests;
    }
    if in_folder(&[".devcontainer", ".vscode", ".idea", "dev", "development", "local"]) {
        return Purpose::Development;
    }
    let mode = facts.and_then(|file| file.variable("NODE_ENV")).and_then(|variable| variable.value.as_ref());
    match mode.map(|value| value.value.as_str()) {
        Some("test" | "testing" | "ci") => Purpose::Tests,
        Some("development" | "dev" | "local") => Purpose::Development,
        _ => by_name,
    }
}
