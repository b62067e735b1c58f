//! Compose files that are started together, as one project: overrides merged, `extends` and `include` followed.

use super::merge::{merge, relocate};
use crate::routes::container::variables_of;
use crate::{EnvSetting, EnvValue, Repository};
use prodcheck_facts::compose::{ComposeFile, HostPath, Said, Service, Text, Variables};
use prodcheck_source::RepoPath;
use std::collections::BTreeSet;

/// How many files may extend or include one another in a row.
const DEPTH: usize = 16;

/// One compose project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its files in the order in which they are merged; the first one is the base.
    pub files: Vec<RepoPath>,
    /// The folder that relative paths start from.
    pub folder: RepoPath,
    /// What is known of the variables that its files interpolate.
    pub variables: Variables,
    /// Whether `docker stack deploy` runs it, so that a swarm's defaults hold.
    pub swarm: bool,
    /// Its services, merged.
    pub services: Vec<Service>,
}

/// How many list entries may be copied for `extends`: real projects stay far below, and hostile ones end here.
const COPY_LIMIT: usize = 100_000;

impl Project {
    /// Reads a project from its files, the base first. Files without facts are passed over.
    pub fn load(repository: &Repository, files: &[RepoPath]) -> Self {
        let folder = files.first().map_or_else(RepoPath::root, RepoPath::parent);
        Loader { repository, seen: files.iter().cloned().collect(), copies: COPY_LIMIT }.load(files, folder, DEPTH)
    }

    fn add(&mut self, service: Service, join: impl FnOnce(Service, Service) -> Service) {
        match self.services.iter_mut().find(|known| known.name == service.name) {
            Some(known) => *known = join(known.clone(), service),
            None => self.services.push(service),
        }
    }

    /// The place in the repository of a path on the host; `None` where it is unknown or leads out.
    pub fn resolve(&self, path: &HostPath) -> Option<RepoPath> {
        let folder = path.relative_to.as_ref().unwrap_or(&self.folder);
        host_join(folder, &path.text.resolve(&self.variables)?)
    }

    /// The service of a name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The image of a service, interpolated.
    pub fn image(&self, service: &Service) -> Option<String> {
        service.image.as_ref()?.value.resolve(&self.variables)
    }

    /// A reverse proxy among the services that run by default, and its image.
    pub fn proxy(&self) -> Option<(&Service, &Said<Text>)> {
        self.services.iter().find_map(|service| {
            let image = service.image.as_ref()?;
            super::beside::is_proxy(&image.value.partly(&self.variables)).then_some((service, image))
        })
    }
}

/// Reads the files of one project.
struct Loader<'a> {
    repository: &'a Repository,
    /// The files that are part of it already; a file is included once.
    seen: BTreeSet<RepoPath>,
    /// What may still be copied.
    copies: usize,
}

impl<'a> Loader<'a> {
    fn load(&mut self, files: &[RepoPath], folder: RepoPath, depth: usize) -> Project {
        let variables = variables(self.repository, &folder);
        let mut project = Project { files: files.to_vec(), folder, variables, swarm: false, services: Vec::new() };
        let facts: Vec<(&RepoPath, &'a ComposeFile)> =
            files.iter().filter_map(|path| Some((path, self.repository.facts.compose(path)?))).collect();
        for (path, file) in &facts {
            for service in &file.services {
                let service = self.extended(&project.variables, path, file, service, DEPTH);
                project.add(service, merge);
            }
        }
        for (path, file) in &facts {
            for service in self.included(&project.variables, path, file, depth) {
                project.add(service, |known, _| known);
            }
        }
        project
    }

    /// A service with what it `extends`.
    fn extended(
        &mut self,
        variables: &Variables,
        path: &RepoPath,
        file: &'a ComposeFile,
        service: &Service,
        depth: usize,
    ) -> Service {
        let Some(extends) = service.extends.clone() else {
            return service.clone();
        };
        let elsewhere = match &extends.file {
            None => Some((path.clone(), file)),
            Some(named) => {
                let named = named.text.resolve(variables).and_then(|named| host_join(&path.parent(), &named));
                named.and_then(|named| Some((named.clone(), self.repository.facts.compose(&named)?)))
            }
        };
        let base = elsewhere.zip(extends.service.resolve(variables)).and_then(|((from, file), name)| {
            let base = file.service(&name).filter(|_| depth > 0)?;
            let mut base = self.extended(variables, &from, file, base, depth - 1);
            self.copies = self.copies.checked_sub(base.weight())?;
            if from != *path {
                relocate(&mut base, &from.parent());
            }
            Some(base)
        });
        match base {
            None => Service { open: true, ..service.clone() },
            Some(base) => {
                Service { place: service.place.clone(), extends: Some(extends), ..merge(base, service.clone()) }
            }
        }
    }

    /// The services of the projects that a file includes.
    fn included(&mut self, variables: &Variables, path: &RepoPath, file: &ComposeFile, depth: usize) -> Vec<Service> {
        let mut services = Vec::new();
        for include in file.includes.iter().filter(|_| depth > 0) {
            let resolve = |said: &Said<Text>| host_join(&path.parent(), &said.value.resolve(variables)?);
            let files: Vec<RepoPath> = include.paths.iter().filter_map(resolve).collect();
            let files: Vec<RepoPath> = files.into_iter().filter(|file| self.seen.insert(file.clone())).collect();
            let folder = include.project_directory.as_ref().and_then(resolve);
            let Some(folder) = folder.or_else(|| files.first().map(RepoPath::parent)) else {
                continue;
            };
            let mut project = self.load(&files, folder.clone(), depth - 1);
            project.services.iter_mut().for_each(|service| relocate(service, &folder));
            services.extend(project.services);
        }
        services
    }
}

/// What a `.env` in the project's folder sets, which compose puts into its files.
/// <https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/>
fn variables(repository: &Repository, folder: &RepoPath) -> Variables {
    let Some(file) = folder.join(".env") else { return Variables::new() };
    let known = |setting: EnvSetting| match setting.value {
        EnvValue::Text(text) => Some((setting.name, text)),
        EnvValue::Unknown => None,
    };
    variables_of(repository, &file).into_iter().filter_map(known).collect()
}

/// A relative path from a folder; `None` for paths of the machine (`/srv`, `~`, `C:\`, URLs) and those that lead out.
fn host_join(folder: &RepoPath, path: &str) -> Option<RepoPath> {
    let path = path.trim().replace('\\', "/");
    let elsewhere = path.starts_with(['/', '~']) || path.contains("://") || path.get(1..3) == Some(":/");
    if elsewhere { None } else { folder.join(&path) }
}

/// The files that a project needs besides its own: those that `extends` and `include` name.
pub fn referred(path: &RepoPath, file: &ComposeFile) -> Vec<RepoPath> {
    let included = file.includes.iter().flat_map(|include| &include.paths).map(|path| &path.value);
    let extended = file.services.iter().filter_map(|service| service.extends.as_ref()?.file.as_ref());
    included
        .chain(extended.map(|file| &file.text))
        .filter_map(|text| host_join(&path.parent(), &text.known()?))
        .collect()
}
