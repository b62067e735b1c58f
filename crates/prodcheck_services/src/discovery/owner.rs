//! Which packages a deployment starts, and which of their source files.

use super::{Candidate, Candidates, Deployment};
use crate::{EntryPoint, Process, Repository, Route, RouteKind, Runtime, StartPath};
use prodcheck_facts::nest_cli::NestCli;
use prodcheck_program::modules_on_disk::module_at;
use prodcheck_program::workspaces::manifest;
use prodcheck_program::{Layout, file_routes};
use prodcheck_source::{Place, RepoPath};

/// What is needed to tell whose a process is.
#[derive(Clone, Copy)]
pub struct Owners<'a> {
    /// What could be a service.
    pub candidates: &'a Candidates,
    /// The repository.
    pub repository: &'a Repository,
    /// Where its modules lie.
    pub layout: &'a Layout,
}

impl Owners<'_> {
    /// The folders of the candidates that a deployment starts, each with the route as far as it is theirs: by the files
    /// that it runs, else by its name or the place of its file, else the only one there is.
    pub fn of(self, deployment: Deployment) -> Vec<(RepoPath, Route)> {
        let split = self.split(&deployment.route, &deployment.folder);
        if !split.is_empty() {
            return split;
        }
        let mut named = self.candidates.iter().filter(|candidate| is_named(candidate, &deployment));
        let named = named.next().filter(|_| named.next().is_none());
        let mut ends = self.candidates.iter().filter(|candidate| ends_with_name(candidate, &deployment));
        let named = named.or_else(|| ends.next().filter(|_| ends.next().is_none()));
        // A workload of another name than any of several packages runs an image of somebody else's.
        let foreign = deployment.route.kind == RouteKind::Kubernetes && deployment.route.start.processes.is_empty();
        let holder = || {
            let holder = self.candidates.owner(&deployment.folder);
            holder.filter(|holder| !foreign || !holder.path.is_root() || self.candidates.iter().count() == 1)
        };
        let mut all = self.candidates.iter();
        let only = all.next().filter(|_| all.next().is_none());
        let candidate = named.or_else(holder).or(only);
        candidate.map(|candidate| (candidate.path.clone(), deployment.route)).into_iter().collect()
    }

    /// A route once for each candidate whose code it runs, with the processes of that one; processes of which nobody knows
    /// whose they are stay with each. None where that holds of all. `folder` is that of the file that declares it.
    pub fn split(self, route: &Route, folder: &RepoPath) -> Vec<(RepoPath, Route)> {
        let owners: Vec<Option<RepoPath>> =
            route.start.processes.iter().map(|process| self.of_process(process, folder)).collect();
        let mut folders: Vec<&RepoPath> = Vec::new();
        for (process, owner) in route.start.processes.iter().zip(&owners) {
            let beside = process.conditional && route.start.main_processes().all(|main| !main.conditional);
            if let Some(owner) = owner.as_ref().filter(|owner| !beside && !folders.contains(owner)) {
                folders.push(owner);
            }
        }
        let part = |folder: &RepoPath| {
            let mut part = route.clone();
            let mut owners = owners.iter();
            part.start
                .processes
                .retain(|_| owners.next().is_none_or(|owner| owner.as_ref().is_none_or(|o| o == folder)));
            let first = part.start.main_processes().next().cloned();
            if let Some(first) = first {
                part.start.environment = first.environment;
                part.start.commands = first.commands;
            }
            (folder.clone(), part)
        };
        match folders.as_slice() {
            [only] => vec![((*only).clone(), route.clone())],
            folders => folders.iter().map(|folder| part(folder)).collect(),
        }
    }

    /// The folder of the candidate whose code a process runs.
    fn of_process(self, process: &Process, folder: &RepoPath) -> Option<RepoPath> {
        let owner = |path: &RepoPath| self.candidates.owner(path).map(|candidate| candidate.path.clone());
        let source = folder.ancestors().find_map(|base| self.source_of(process, &base));
        if let Some(source) = source {
            return owner(&source);
        }
        let file = process.file.as_ref().filter(|file| !file.parent().is_root());
        if let Some(found) = file.and_then(owner) {
            return Some(found);
        }
        // A framework's command runs the package in whose folder it stands.
        let framework = matches!(process.runtime, Runtime::Framework { .. });
        process.directory.as_ref().filter(|_| framework).and_then(owner)
    }

    /// The modules of a candidate that the frameworks of its package load by where they lie.
    pub fn file_routes(self, candidate: &Candidate) -> Vec<RepoPath> {
        let package = manifest(&candidate.package, self.repository.sources());
        package
            .map_or_else(Vec::new, |package| file_routes::modules(&candidate.path, package, self.repository.sources()))
    }

    /// The source files that a start path runs, of the candidate in a folder.
    pub fn entry_points(self, start: &StartPath, folder: &RepoPath) -> Vec<EntryPoint> {
        let mut found: Vec<EntryPoint> = Vec::new();
        for process in start.main_processes() {
            let of_nobody = |path: &RepoPath| self.candidates.owner(path).is_none();
            let source = self
                .source_of(process, folder)
                .or_else(|| self.source_of(process, &RepoPath::root()).filter(of_nobody));
            if let Some(path) = source
                && !found.iter().any(|known| known.path == path)
            {
                found.push(EntryPoint { path, named_by: process.place.clone() });
            }
        }
        found
    }

    /// The source files that the runtime loads before the entry: `node --require ./dist/tracing.js dist/main.js`.
    pub fn preloaded(self, start: &StartPath, folder: &RepoPath) -> Vec<RepoPath> {
        let mut found: Vec<RepoPath> = Vec::new();
        for process in start.main_processes() {
            let base = process.directory.as_ref().unwrap_or(folder);
            for (name, _) in preloads(process).filter(|(name, _)| name.starts_with('.') || name.starts_with('/')) {
                let source = |path: RepoPath| self.layout.builds.source_of(&path, self.repository.sources()).ok();
                let below = |end: String| source(folder.join(&end)?);
                let own = base.join(name).and_then(source).or_else(|| ends(name).find_map(below));
                found.extend(own.filter(|path| !found.contains(path)));
            }
        }
        found
    }

    /// What `nest start` compiles and runs: the entry file of the project that it names, else of the main one.
    fn nest_entry(self, process: &Process) -> Option<RepoPath> {
        let folder = process.directory.as_ref()?;
        let facts = &self.repository.facts;
        let files = ["nest-cli.json", ".nest-cli.json"].into_iter().filter_map(|name| folder.join(name));
        let cli = files.filter_map(|file| facts.nest_cli(&file)).next();
        let named = |cli: &&NestCli| {
            let argument = process.arguments.first().filter(|argument| !argument.starts_with('-'))?;
            cli.projects.iter().find(|(name, _)| name == argument).map(|(_, project)| project.clone())
        };
        let project = cli.as_ref().and_then(named).or_else(|| cli.map(|cli| cli.main.clone()));
        let (root, entry) = match project {
            Some(project) => (project.source_root, project.entry_file),
            None => ("src".to_owned(), "main".to_owned()),
        };
        module_at(&folder.join(&root)?.join(&entry)?, self.repository.sources())
    }

    /// The source of what a process runs. A path of a server (`/srv/api/dist/server.js`) is looked for below the base by
    /// its end, and so is what a build copied together (`pkg/apps/api/dist/main.js`).
    fn source_of(self, process: &Process, base: &RepoPath) -> Option<RepoPath> {
        if let Runtime::Framework { name, command } = &process.runtime
            && name == "nest"
            && command.as_deref() == Some("start")
        {
            return self.nest_entry(process);
        }
        let source = |path: &RepoPath| self.layout.builds.source_of(path, self.repository.sources()).ok();
        if let Some(file) = &process.file {
            let ends = || ends(file.as_str()).skip(1).filter(|end| end.contains('/')).map(|end| RepoPath::new(&end));
            return source(file).or_else(|| ends().find_map(|end| source(&end)));
        }
        let script = process.script.as_ref()?;
        ends(&script.value).find_map(|end| source(&base.join(&end)?))
    }
}

/// The modules that a process is told to load before its script, as written.
pub fn preloads(process: &Process) -> impl Iterator<Item = (&str, &Place)> {
    process.flags.iter().filter_map(|(flag, place)| {
        let (name, value) = flag.split_once('=')?;
        matches!(name, "-r" | "--require" | "--import").then_some((value, place))
    })
}

fn is_named(candidate: &Candidate, deployment: &Deployment) -> bool {
    let short = candidate.name.rsplit('/').next().unwrap_or("");
    let names = [Some(candidate.name.as_str()), Some(short), Some(candidate.path.name())];
    deployment.name.as_deref().is_some_and(|name| !name.is_empty() && names.contains(&Some(name)))
}

/// Whether a unit's name ends with the name of a package in a folder of its own: `shop-web` runs `apps/web`.
fn ends_with_name(candidate: &Candidate, deployment: &Deployment) -> bool {
    let name = deployment.name.as_deref().unwrap_or("").trim_end_matches(".service");
    let folder = candidate.path.name();
    deployment.route.kind == RouteKind::Systemd
        && folder.len() > 2
        && name.strip_suffix(folder).is_some_and(|rest| rest.ends_with(['-', '_', '.']))
}

/// A path and what is left of it when parts are taken off its beginning.
fn ends(path: &str) -> impl Iterator<Item = String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let owned: Vec<String> = (0..parts.len()).filter_map(|from| Some(parts.get(from..)?.join("/"))).collect();
    owned.into_iter()
}
