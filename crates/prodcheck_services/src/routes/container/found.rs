//! The containers of the repository that run its code in production, and what each answers.

use super::calls::{BuildCall, Calls, RunCall};
use super::{Around, BuildRequest, Builder, Built, Start, base_image, layer, run};
use crate::routes::compose::{self, Aside, Project, Set, Standing};
use crate::routes::on_path;
use crate::routes::purpose::{self, Purpose};
use crate::start_path::resolve;
use crate::{Layer, Process, Repository, Route, RouteKind, StartPath, Tool};
use prodcheck_facts::FileFacts;
use prodcheck_facts::compose::{Service, Text};
use prodcheck_program::workspaces::Workspaces;
use prodcheck_source::{Place, RepoPath};
use std::collections::BTreeSet;

/// A container that runs code of the repository in production.
#[derive(Debug, Clone)]
pub struct ContainerRoute {
    /// The route. Its files come in the order of the stack: compose, the image's Dockerfile, a process manager inside.
    pub route: Route,
    /// The name under which the file runs it.
    pub name: Option<String>,
    /// The folder of the repository that it seems to run.
    pub folder: RepoPath,
}

/// What containers there are.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Those of production, the surest ones of a kind first.
    pub routes: Vec<ContainerRoute>,
    /// Files that run the repository's code and are not for production, and why.
    pub aside: Vec<(RepoPath, Aside)>,
}

/// The files that have to be read besides those that are known by their names: what compose files extend, include and read
/// variables from, and Dockerfiles of any name that something builds.
pub fn wanted(repository: &Repository) -> Vec<RepoPath> {
    let mut wanted = BTreeSet::new();
    for (path, facts) in repository.facts.iter() {
        if let FileFacts::Compose(file) = facts {
            wanted.extend(compose::referred(path, file));
            let project = Project::load(repository, std::slice::from_ref(path));
            for service in &project.services {
                wanted.extend(service.env_files.iter().filter_map(|file| project.resolve(&file.path)));
                wanted.extend(request(&project, service).map(|request| request.dockerfile));
            }
            wanted.extend(project.folder.join(".env"));
        }
    }
    let calls = Calls::of(repository);
    wanted.extend(calls.builds.into_iter().map(|call| call.request.dockerfile));
    wanted.extend(calls.projects.into_iter().flat_map(|call| call.files));
    wanted.into_iter().filter(|path| repository.files.contains(path)).collect()
}

/// The containers of the repository.
pub fn found(repository: &Repository, workspaces: &Workspaces) -> Found {
    found_with_images(repository, workspaces).0
}

/// The containers of the repository, and what is known of its images by their names.
pub fn found_with_images<'a>(repository: &'a Repository, workspaces: &'a Workspaces) -> (Found, Builder<'a>) {
    let calls = Calls::of(repository);
    let mut builder = Builder::new(repository, workspaces);
    let projects: Vec<(Set, Project)> = compose::sets(repository, &calls.projects)
        .into_iter()
        .map(|set| {
            let mut project = Project::load(repository, &set.files);
            project.swarm = set.swarm || is_for_swarm(&project);
            (set, project)
        })
        .collect();
    for call in &calls.builds {
        for name in &call.names {
            builder.name(name, call.request.clone());
        }
    }
    for (_, project) in &projects {
        for service in &project.services {
            if let (Some(image), Some(request)) = (&service.image, request(project, service)) {
                builder.name(&image.value.partly(&project.variables), request);
            }
        }
    }
    let (ranked, asides) = ranked(repository, &calls.builds);
    let mut finder = Finder {
        repository,
        workspaces,
        builder,
        found: Found::default(),
        built: BTreeSet::new(),
        aside: BTreeSet::new(),
    };
    let services: Vec<&Ranked> =
        ranked.iter().take(MAIN_CANDIDATES).filter(|one| finder.is_service(&one.request)).collect();
    if let Some(main) = services.first() {
        let rivals = services.iter().filter(|other| other.rank == main.rank).count();
        finder.builder.main(main.request.clone(), rivals == 1);
    }
    for (set, project) in &projects {
        finder.project(set, project);
    }
    for call in calls.runs.iter().filter(|call| call.is_for_production()) {
        finder.run(call);
    }
    finder.dockerfiles(&ranked);
    finder.found.aside.extend(asides);
    (finder.found, finder.builder)
}

/// Whether a project is written for a swarm: it says where tasks are placed, and uses none of the keys that a swarm
/// ignores. <https://docs.docker.com/engine/swarm/stack-deploy/>
fn is_for_swarm(project: &Project) -> bool {
    let ignored =
        |service: &Service| service.restart.is_some() || service.build.is_some() || service.container_name.is_some();
    project.services.iter().any(|service| service.deploy.swarm_only) && !project.services.iter().any(ignored)
}

/// The build of a service; `None` where it has none, or its folder is not of the repository.
fn request(project: &Project, service: &Service) -> Option<BuildRequest> {
    let build = service.build.as_ref()?;
    if build.dockerfile_inline.is_some() {
        return None;
    }
    let context = match &build.context {
        Some(context) => project.resolve(&context.value)?,
        None => project.folder.clone(),
    };
    let text = |text: &Text| text.resolve(&project.variables);
    let dockerfile = match &build.dockerfile {
        Some(dockerfile) => text(&dockerfile.value)?,
        None => "Dockerfile".to_owned(),
    };
    let arguments =
        build.args.iter().filter_map(|argument| Some((argument.name.clone(), text(argument.value.as_ref()?)?)));
    Some(BuildRequest {
        dockerfile: context.join(&dockerfile)?,
        context: Some(context),
        target: build.target.as_ref().and_then(|target| text(&target.value)).filter(|target| !target.is_empty()),
        arguments: arguments.collect(),
        place: Some(build.place.clone()),
    })
}

/// How many Dockerfiles are tried for the repository's own image.
const MAIN_CANDIDATES: usize = 20;

/// A Dockerfile that is not put aside by its name or comment.
struct Ranked {
    /// How surely it is for production, 0 where a release builds it.
    rank: u8,
    /// Where the release stands among the builds.
    order: usize,
    request: BuildRequest,
}

/// The Dockerfiles, those that are clearest for production first, and those that are not for production.
fn ranked(repository: &Repository, calls: &[BuildCall]) -> (Vec<Ranked>, Vec<(RepoPath, Aside)>) {
    let mut ranked: Vec<Ranked> = Vec::new();
    let mut asides = Vec::new();
    for (path, facts) in repository.facts.iter() {
        let FileFacts::Dockerfile(file) = facts else { continue };
        let own = || calls.iter().filter(|call| call.request.dockerfile == *path);
        let released = own().find(|call| call.is_for_production());
        let request = match released.or_else(|| own().find(|call| !call.purpose.is_aside())) {
            Some(call) => call.request.clone(),
            None => BuildRequest::of(path.clone()),
        };
        let purpose = purpose::of_file(path);
        if released.is_none() {
            if purpose.is_aside() {
                let why = format!("`{path}` is for development or tests by its name");
                asides.push((path.clone(), Aside { why, place: Place::file(path.clone()) }));
                continue;
            }
            if let Some(header) = file.header.as_ref().filter(|header| purpose::is_aside(&header.value)) {
                let why = format!("the comment at the head of `{path}` says that it is not for production");
                asides.push((path.clone(), Aside { why, place: Place::new(path.clone(), header.span) }));
                continue;
            }
        }
        let rank = match (released.is_some(), purpose) {
            (true, _) => 0,
            (false, Purpose::Production) => 1,
            (false, Purpose::Staging | Purpose::Example) => 3,
            (false, _) => 2,
        };
        // Of several that are released, the one that the pipeline builds first.
        let order = released.and_then(|released| calls.iter().position(|call| call == released)).unwrap_or(0);
        ranked.push(Ranked { rank, order, request });
    }
    let key = |one: &Ranked| {
        let path = one.request.dockerfile.clone();
        (one.rank, one.order, path.parts().count(), path)
    };
    ranked.sort_by_key(key);
    (ranked, asides)
}

struct Finder<'a> {
    repository: &'a Repository,
    workspaces: &'a Workspaces,
    builder: Builder<'a>,
    found: Found,
    /// The stages that projects for production build.
    built: BTreeSet<(RepoPath, usize)>,
    /// The stages that other projects build.
    aside: BTreeSet<(RepoPath, usize)>,
}

impl Finder<'_> {
    fn project(&mut self, set: &Set, project: &Project) {
        let company = compose::aside::of_company(project).filter(|_| !set.is_sure());
        let mut routes = Vec::new();
        for service in &project.services {
            let request = request(project, service);
            let named = || self.builder.named(&project.image(service)?);
            let built = request.or_else(named).and_then(|request| self.builder.build(&request));
            let start = Start::of_service(self.repository, project, service, built.as_ref());
            let Some(path) = self.follow(&start) else { continue };
            if !self.runs_code(&start, &path, built.as_ref()) {
                continue;
            }
            let aside = match &set.standing {
                Standing::Aside(aside) => Some(aside.clone()),
                _ if set.is_sure() => compose::aside::of_profiles(service, &set.profiles),
                _ => company
                    .clone()
                    .or_else(|| self.aside_by_content(project, service, &start, built.is_some()))
                    .or_else(|| compose::aside::of_profiles(service, &set.profiles)),
            };
            let stage = built.as_ref().map(|built| (built.request.dockerfile.clone(), built.stage));
            if let Some(aside) = aside {
                self.aside.extend(stage);
                self.found.aside.push((service.place.path.clone(), aside));
                continue;
            }
            self.built.extend(stage);
            for base in built.iter().flat_map(|built| &built.bases) {
                self.built.insert((base.request.dockerfile.clone(), base.stage));
            }
            let own = compose::layer(project, service);
            let reverse_proxy = compose::front(self.repository, project, service, own.reverse_proxy.clone());
            let mut layers = vec![Layer { reverse_proxy, ..own }];
            let health =
                service.health_check.as_ref().is_some_and(|check| check.test.is_some() || check.disable.is_some());
            let around = if health { Around::RunnerWithHealth } else { Around::Runner };
            layers.extend(built.as_ref().map(|built| layer(built, around)));
            layers.extend(on_path::layers(&path));
            let folder = self.folder(&start, built.as_ref()).unwrap_or_else(|| project.folder.clone());
            let inner = service.ports.is_empty() && service.expose.is_empty();
            let route = Route { kind: RouteKind::Compose, layers, start: path };
            let route = ContainerRoute { route, name: Some(service.name.clone()), folder };
            routes.extend(self.by_package(route).into_iter().map(|route| (inner, route)));
        }
        // What is published is the service; workers come after it.
        routes.sort_by_key(|(inner, _)| *inner);
        self.found.routes.extend(routes.into_iter().map(|(_, route)| route));
    }

    /// A container that a script runs. Where a project runs the same image, that is the way it is deployed.
    fn run(&mut self, call: &RunCall) {
        let Some(service) = run::service(&call.call) else { return };
        let project = run::project(service.clone(), call.folder.clone());
        let built = project.image(&service).and_then(|image| self.builder.build(&self.builder.named(&image)?));
        let start = Start::of_service(self.repository, &project, &service, built.as_ref());
        let Some(path) = self.follow(&start).filter(|path| self.runs_code(&start, path, built.as_ref())) else {
            return;
        };
        let stage = built.as_ref().map(|built| (built.request.dockerfile.clone(), built.stage));
        if stage.as_ref().is_some_and(|stage| self.built.contains(stage)) {
            return;
        }
        self.built.extend(stage);
        let mut layers = vec![run::layer(&project, &service)];
        let around = if service.health_check.is_some() { Around::RunnerWithHealth } else { Around::Runner };
        layers.extend(built.as_ref().map(|built| layer(built, around)));
        layers.extend(on_path::layers(&path));
        let folder = self.folder(&start, built.as_ref()).unwrap_or_else(|| project.folder.clone());
        let route = Route { kind: RouteKind::Compose, layers, start: path };
        let name = Some(service.name.clone());
        self.found.routes.extend(self.by_package(ContainerRoute { route, name, folder }));
    }

    /// Whether an image runs code of the repository by itself.
    fn is_service(&self, request: &BuildRequest) -> bool {
        self.builder.build(request).is_some_and(|built| {
            let start = Start::of_image(self.repository, &built);
            self.follow(&start).is_some_and(|path| self.runs_code(&start, &path, Some(&built)))
        })
    }

    fn follow(&self, start: &Start) -> Option<StartPath> {
        let mut path = resolve(&start.scene(self.repository, self.workspaces), start.command.as_ref()?);
        for process in &mut path.processes {
            process.env_files.splice(0..0, start.env_files.iter().cloned());
        }
        Some(path)
    }

    /// Whether a container runs JavaScript of the repository: a runtime or a framework in the end, a process manager, or
    /// something that could not be followed in an image that holds code of the repository.
    fn runs_code(&self, start: &Start, path: &StartPath, built: Option<&Built>) -> bool {
        let holds_code = start.mounts.iter().any(|mount| mount.from.is_some());
        let mut processes = path.processes.iter().peekable();
        if processes.peek().is_some() {
            return holds_code && processes.any(|process| process.runtime.runs_javascript());
        }
        if !path.managers.is_empty() || !path.unread.is_empty() {
            return holds_code;
        }
        let base = built.and_then(|built| built.image.base.as_ref()?.image.as_deref());
        holds_code && !path.lost.is_empty() && base.is_none_or(|base| base_image::node(base).is_some())
    }

    /// A container that runs processes of several packages is a route of each.
    fn by_package(&self, route: ContainerRoute) -> Vec<ContainerRoute> {
        let package = |process: &Process| {
            let path = process.file.as_ref().or(process.directory.as_ref())?;
            self.workspaces.holder(path).cloned()
        };
        let packages: BTreeSet<RepoPath> = route.route.start.main_processes().filter_map(package).collect();
        if packages.len() < 2 {
            return vec![route];
        }
        let of_package = |folder: RepoPath| {
            let mut own = route.clone();
            own.route.start.processes.retain(|process| package(process).is_none_or(|package| package == folder));
            let environment = own.route.start.main_processes().next().map(|process| process.environment.clone());
            own.route.start.environment = environment.unwrap_or_default();
            let outer = |layer: &Layer| matches!(layer.tool, Tool::Compose | Tool::DockerRun | Tool::Dockerfile);
            own.route.layers.retain(outer);
            own.route.layers.extend(on_path::layers(&own.route.start));
            ContainerRoute { folder, name: None, ..own }
        };
        packages.into_iter().map(of_package).collect()
    }

    fn aside_by_content(&self, project: &Project, service: &Service, start: &Start, built: bool) -> Option<Aside> {
        let production = start.environment.iter().rev().find(|setting| setting.name == "NODE_ENV");
        let production =
            production.is_some_and(|setting| setting.value == crate::EnvValue::Text("production".to_owned()));
        let of_image = || built.then(|| compose::aside::of_environment(&start.environment)).flatten();
        compose::aside::of_keys(project, service)
            .or_else(of_image)
            .or_else(|| compose::aside::of_command(start.command.as_ref()?))
            .or_else(|| {
                let mounted = built && !production;
                mounted.then(|| compose::aside::mounts_source(self.repository, project, service)).flatten()
            })
    }

    /// The folder of the repository that a container works in.
    fn folder(&self, start: &Start, built: Option<&Built>) -> Option<RepoPath> {
        let working = start.directory.as_deref().and_then(|folder| start.mounts.folder(folder, &self.repository.files));
        let built = || built.map(|built| built.request.dockerfile.parent());
        working.or_else(built)
    }

    /// The Dockerfiles that nothing but a build or a release runs.
    fn dockerfiles(&mut self, ranked: &[Ranked]) {
        for one in ranked {
            self.dockerfile(&one.request, one.rank == 0);
        }
    }

    fn dockerfile(&mut self, request: &BuildRequest, released: bool) {
        let Some(built) = self.builder.build(request) else { return };
        let stage = (built.request.dockerfile.clone(), built.stage);
        if self.built.contains(&stage) || (!released && self.aside.contains(&stage)) {
            return;
        }
        let start = Start::of_image(self.repository, &built);
        let Some(path) = self.follow(&start).filter(|path| self.runs_code(&start, path, Some(&built))) else { return };
        if !released && let Some(aside) = start.command.as_ref().and_then(compose::aside::of_command) {
            self.found.aside.push((built.place.path.clone(), aside));
            return;
        }
        self.built.insert(stage);
        let mut layers = vec![layer(&built, Around::Nothing)];
        layers.extend(on_path::layers(&path));
        let folder = self.folder(&start, Some(&built)).unwrap_or_else(|| built.request.dockerfile.parent());
        let route = Route { kind: RouteKind::Dockerfile, layers, start: path };
        self.found.routes.extend(self.by_package(ContainerRoute { route, name: None, folder }));
    }
}

#[cfg(test)]
mod tests;
