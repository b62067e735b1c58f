//! What scripts and pipelines do with Docker: the builds and compose projects that they name, and what for.

use super::BuildRequest;
use super::image_name::ImageName;
use crate::Repository;
use crate::routes::purpose::{self, Purpose};
use prodcheck_facts::FileFacts;
use prodcheck_facts::command::{ToolCall, Word};
use prodcheck_facts::docker_calls::{DeclaredBuild, DockerCalls, DockerCommand};
use prodcheck_source::{Place, RepoPath};

/// A build that a script or a pipeline asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildCall {
    /// What it asks for.
    pub request: BuildRequest,
    /// The names that it gives to the image.
    pub names: Vec<String>,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether the image is published: pushed to a registry.
    pub publishes: bool,
}

/// A compose project that a script or a pipeline starts or builds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectCall {
    /// Its files, the base first.
    pub files: Vec<RepoPath>,
    /// Whether a swarm runs it.
    pub swarm: bool,
    /// What it is for.
    pub purpose: Purpose,
    /// The profiles that it asks for.
    pub profiles: Vec<String>,
    /// Where it stands.
    pub place: Place,
}

/// A container that a script or a pipeline runs.
#[derive(Debug, Clone, PartialEq)]
pub struct RunCall {
    /// The call.
    pub call: ToolCall,
    /// The folder that it is run from.
    pub folder: RepoPath,
    /// What it is for.
    pub purpose: Purpose,
}

impl RunCall {
    /// Whether the container is meant to stay in production: a script for deploys runs it, or it is to be started again,
    /// and stays in the background.
    pub fn is_for_production(&self) -> bool {
        let options = &self.call.options;
        let restarts = options.has(&["--restart"]);
        let detached = options.has(&["-d", "--detach"]) || restarts;
        match self.purpose {
            Purpose::Production => detached,
            Purpose::Unsaid => detached && restarts,
            _ => false,
        }
    }
}

/// All of them, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct Calls {
    /// The builds.
    pub builds: Vec<BuildCall>,
    /// The projects.
    pub projects: Vec<ProjectCall>,
    /// The containers.
    pub runs: Vec<RunCall>,
}

impl Calls {
    /// Reads the calls of all files.
    pub fn of(repository: &Repository) -> Self {
        let mut calls = Self::default();
        for (path, facts) in repository.facts.iter() {
            if let FileFacts::DockerCalls(found) = facts {
                Reader { repository, path, found }.read(&mut calls);
            }
        }
        calls
    }
}

struct Reader<'a> {
    repository: &'a Repository,
    path: &'a RepoPath,
    found: &'a DockerCalls,
}

/// The files that compose looks for where none is named, the first one found first.
pub const DEFAULTS: &[&str] = &["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

impl Reader<'_> {
    fn read(&self, calls: &mut Calls) {
        let first = calls.builds.len();
        let pushes =
            self.found.commands.iter().any(|command| command.call.command.last().is_some_and(|last| last == "push"));
        for build in &self.found.builds {
            calls.builds.extend(self.declared(build));
        }
        for command in &self.found.commands {
            let call = &command.call;
            match call.command.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["compose", "up" | "create" | "build" | "pull" | "push" | "start" | "restart" | "config"] => {
                    calls.projects.extend(self.project(command));
                }
                ["run"] | ["container", "run"] => calls.runs.push(RunCall {
                    call: call.clone(),
                    folder: self.folders(command.folder.as_deref()).into_iter().next().unwrap_or_else(RepoPath::root),
                    purpose: self.purpose(&command.around),
                }),
                ["stack", "deploy" | "up"] => calls.projects.extend(self.stack(command)),
                ["build"] | ["image" | "buildx" | "builder", "build"] => {
                    calls.builds.extend(self.build(command, pushes));
                }
                _ => {}
            }
        }
        self.manifests(calls.builds.get_mut(first..).unwrap_or_default());
    }

    /// Names that are put over the images of several platforms: `docker manifest create`, `buildx imagetools create`.
    fn manifests(&self, builds: &mut [BuildCall]) {
        for command in &self.found.commands {
            let call = &command.call;
            let names: Vec<&Word> = match call.command.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["manifest", "create"] => call.options.operands.iter().take(1).collect(),
                ["buildx", "imagetools", ..] => call.options.values(&["-t", "--tag"]).collect(),
                _ => continue,
            };
            for name in names {
                let Some(whole) = ImageName::of(name.shown()) else { continue };
                let part = |known: &String| ImageName::of(known).is_some_and(|known| whole.begins(&known));
                for build in builds.iter_mut().filter(|build| build.names.iter().any(part)) {
                    build.names.push(name.shown().to_owned());
                }
            }
        }
    }

    fn purpose(&self, around: &[String]) -> Purpose {
        let inner = around.iter().rev().map(String::as_str).map(of_name).find(|purpose| *purpose != Purpose::Unsaid);
        match inner.unwrap_or_else(|| of_name(self.path.stem())) {
            // What a machine's own units start, it starts to stay.
            Purpose::Unsaid if self.path.extension() == Some("service") => Purpose::Production,
            purpose => purpose,
        }
    }

    /// The folders that relative paths of a command can start from, the likeliest first.
    fn folders(&self, changed_to: Option<&str>) -> Vec<RepoPath> {
        let own = self.path.parent();
        let script = !matches!(self.path.extension(), Some("yml" | "yaml"));
        let mut starts = if self.path.name() == "package.json" || self.path.name().to_ascii_lowercase().contains("make")
        {
            vec![own]
        } else if script {
            vec![RepoPath::root(), own]
        } else {
            vec![RepoPath::root()]
        };
        if let Some(folder) = changed_to {
            // A folder of the server mostly is a checkout, or holds the same files.
            let inside: Vec<RepoPath> = starts.iter().filter_map(|start| join(start, folder)).collect();
            if !folder.starts_with(['/', '~', '$']) {
                starts = inside;
            }
        }
        starts
    }

    fn file(&self, folders: &[RepoPath], name: &str) -> Option<RepoPath> {
        let paths = folders.iter().filter_map(|folder| join(folder, name));
        paths.into_iter().find(|path| self.repository.files.contains(path))
    }

    fn project(&self, command: &DockerCommand) -> Option<ProjectCall> {
        let call = &command.call;
        let values = |names: &'static [&str]| -> Vec<String> {
            let flags = call.global.iter().filter(|flag| flag.is(names));
            flags.filter_map(|flag| Some(flag.value.as_ref()?.text()?.to_owned())).collect()
        };
        let folders = self.folders(command.folder.as_deref());
        let named = values(&["-f", "--file"]);
        let from_variable =
            command.compose_file.iter().flat_map(|files| files.split([':', ',', ';'])).map(str::to_owned);
        let named = if named.is_empty() { from_variable.collect() } else { named };
        let files: Vec<RepoPath> = if named.is_empty() {
            folders.iter().find_map(|folder| default_files(self.repository, folder))?
        } else {
            named.iter().filter_map(|name| self.file(&folders, name)).collect()
        };
        if files.is_empty() || files.len() < named.len() {
            return None;
        }
        Some(ProjectCall {
            files,
            swarm: false,
            purpose: self.purpose(&command.around),
            profiles: values(&["--profile"]),
            place: call.place.clone(),
        })
    }

    fn stack(&self, command: &DockerCommand) -> Option<ProjectCall> {
        let call = &command.call;
        let folders = self.folders(command.folder.as_deref());
        let named: Vec<&str> = call.options.values(&["-c", "--compose-file"]).filter_map(Word::text).collect();
        let files: Vec<RepoPath> = named.iter().filter_map(|name| self.file(&folders, name)).collect();
        if files.is_empty() {
            return None;
        }
        let purpose = match self.purpose(&command.around) {
            // Nobody develops on a swarm.
            Purpose::Unsaid => Purpose::Production,
            said => said,
        };
        Some(ProjectCall { files, swarm: true, purpose, profiles: Vec::new(), place: call.place.clone() })
    }

    fn build(&self, command: &DockerCommand, pushes: bool) -> Option<BuildCall> {
        let call = &command.call;
        let text = |names: &[&str]| call.options.value(names).and_then(Word::text);
        let folders = self.folders(command.folder.as_deref());
        let context = call.options.operands.last().and_then(Word::text).unwrap_or(".");
        let folder = folders
            .iter()
            .filter_map(|folder| join(folder, context))
            .find(|folder| folder.is_root() || self.repository.files.is_folder(folder));
        let dockerfile = match text(&["-f", "--file"]) {
            Some(file) => self.file(&folders, file)?,
            None => self.file(std::slice::from_ref(folder.as_ref()?), "Dockerfile")?,
        };
        Some(BuildCall {
            request: BuildRequest {
                dockerfile,
                context: folder,
                target: text(&["--target"]).map(str::to_owned),
                arguments: call.options.values(&["--build-arg"]).filter_map(argument).collect(),
                place: Some(call.place.clone()),
            },
            names: call.options.values(&["-t", "--tag"]).map(|tag| tag.shown().to_owned()).collect(),
            purpose: self.purpose(&command.around),
            publishes: call.options.has(&["--push"]) || (pushes && is_tagged(call)),
        })
    }

    fn declared(&self, build: &DeclaredBuild) -> Option<BuildCall> {
        let context = build.context.as_deref().unwrap_or(".");
        // `{{defaultContext}}:folder` is a folder of the repository as the action fetches it.
        let context = context.strip_prefix("{{defaultContext}}").map_or(context, |rest| rest.trim_start_matches(':'));
        let root = [RepoPath::root()];
        let folder = join(&RepoPath::root(), if context.contains("${{") { "." } else { context });
        let dockerfile = match &build.file {
            Some(file) => self.file(&root, file)?,
            None => self.file(std::slice::from_ref(folder.as_ref()?), "Dockerfile")?,
        };
        let known = build.arguments.iter().filter(|(_, value)| !value.contains("${{"));
        Some(BuildCall {
            request: BuildRequest {
                dockerfile,
                context: folder,
                target: build.target.clone().filter(|target| !target.contains("${{")),
                arguments: known.cloned().collect(),
                place: Some(build.place.clone()),
            },
            names: build.tags.clone(),
            purpose: self.purpose(&build.around),
            publishes: build.push != Some(false),
        })
    }
}

impl BuildCall {
    /// Whether the image is meant for production: it is published, or the call says so.
    pub fn is_for_production(&self) -> bool {
        match self.purpose {
            Purpose::Production => true,
            Purpose::Unsaid | Purpose::Example => self.publishes,
            Purpose::Staging | Purpose::Test | Purpose::Development => false,
        }
    }
}

fn is_tagged(call: &ToolCall) -> bool {
    call.options.has(&["-t", "--tag"])
}

/// `NAME=value` of a build argument.
fn argument(word: &Word) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    Some((name.to_owned(), value.text()?.to_owned()))
}

/// What the name of a script, job or file says. `CI` and `CD` say nothing: what they build they publish or throw away.
fn of_name(name: &str) -> Purpose {
    let neutral = |word: &str| word.eq_ignore_ascii_case("ci") || word.eq_ignore_ascii_case("cd");
    purpose::of_words(purpose::words(name).filter(|word| !neutral(word)))
}

/// The files of the project in a folder that compose finds by itself.
pub fn default_files(repository: &Repository, folder: &RepoPath) -> Option<Vec<RepoPath>> {
    let there = |name: &str| folder.join(name).filter(|path| repository.facts.compose(path).is_some());
    let base = DEFAULTS.iter().find_map(|name| there(name))?;
    let stem = base.stem();
    let over = ["yml", "yaml"].iter().find_map(|extension| there(&format!("{stem}.override.{extension}")));
    Some(std::iter::once(base.clone()).chain(over).collect())
}

fn join(folder: &RepoPath, path: &str) -> Option<RepoPath> {
    let path = path.trim();
    let elsewhere = path.starts_with(['/', '~', '$']) || path.contains("://");
    if elsewhere { None } else { folder.join(path) }
}
