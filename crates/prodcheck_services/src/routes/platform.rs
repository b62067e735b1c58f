//! Platforms: which of their files start something here, what each answers, and what it starts.

mod cloud_run;
mod infrastructure;
mod layer;
mod provides;
mod start;
#[cfg(test)]
mod tests;
mod variables;

pub use layer::layer;

use crate::routes::container::Builder;
use crate::routes::purpose;
use crate::{Repository, Route, RouteKind, Setting};
use prodcheck_facts::FileFacts;
use prodcheck_facts::platform::{Deployed, Platform, Role};
use prodcheck_program::Layout;
use prodcheck_source::{Note, Place, RepoPath, Span};

/// A process that a platform runs.
#[derive(Debug, Clone)]
pub struct Found {
    /// The route.
    pub route: Route,
    /// Its name in the platform's file, where that tells services apart.
    pub name: Option<String>,
    /// The folder that is deployed.
    pub folder: RepoPath,
    /// Whether the file is only a template for others' first deploy.
    pub template: bool,
}

/// Where the main route's file declares functions that the platform calls, so that no process of the service stays up.
pub fn serverless(routes: &[Route]) -> Option<Place> {
    let layer = routes.first()?.outermost().filter(|layer| provides::is_serverless(layer.tool))?;
    Some(layer.place.clone())
}

/// What the platforms' files of the repository start. A file of which the entry is not in the repository starts nothing.
pub fn found(repository: &Repository, layout: &Layout, images: &Builder<'_>) -> (Vec<Found>, Notes) {
    let around = &Around { repository, layout, images };
    let mut all = Vec::new();
    let mut notes = Notes::new();
    for (path, facts) in repository.facts.iter() {
        let FileFacts::Platform(file) = facts else { continue };
        // Beside a Procfile app.json only adds to it.
        if is_beside_procfile(repository, path) || purpose::of_file(path).is_aside() {
            continue;
        }
        if path.name() == "Procfile" && !is_read(repository, path) {
            notes.push((path.clone(), Note::at(Span::at(0), UNREAD)));
            continue;
        }
        let mut deployed: Vec<&Deployed> =
            file.deployed.iter().filter(|one| matches!(one.role, Role::Web | Role::Worker)).collect();
        deployed.sort_by_key(|one| one.role != Role::Web);
        for one in deployed {
            match route(around, path, file.platform, file.template, one) {
                Ok(found) => all.push(found),
                Err(Nothing::Missing(span)) => notes.push((path.clone(), Note::at(span, MISSING))),
                Err(Nothing::Foreign) => {}
            }
        }
    }
    let declared = infrastructure::deployed(repository).into_iter().chain(cloud_run::deployed(repository));
    for (path, platform, deployed) in declared {
        all.extend(route(around, &path, platform, false, &deployed).ok());
    }
    (all, notes)
}

/// Whether a Procfile stands where it is read: at the root of the repository, or of a folder that can be deployed alone.
fn is_read(repository: &Repository, path: &RepoPath) -> bool {
    let folder = path.parent();
    folder.is_root() || folder.join("package.json").is_some_and(|package| repository.files.contains(&package))
}

fn is_beside_procfile(repository: &Repository, path: &RepoPath) -> bool {
    path.name() == "app.json"
        && path.parent().join("Procfile").is_some_and(|file| repository.facts.platform(&file).is_some())
}

/// Remarks on platforms' files.
pub type Notes = Vec<(RepoPath, Note)>;

const MISSING: &str = "this starts nothing here: what it names is not in the repository";

const UNREAD: &str = "no platform reads this here: a `Procfile` belongs at the root of what is deployed";

/// Why a file starts nothing.
enum Nothing {
    /// It is another language's, or another repository's.
    Foreign,
    /// The entry that it names is not there.
    Missing(Span),
}

/// What is needed to tell what a platform starts.
struct Around<'a> {
    repository: &'a Repository,
    layout: &'a Layout,
    images: &'a Builder<'a>,
}

fn route(
    around: &Around<'_>,
    path: &RepoPath,
    platform: Platform,
    template: bool,
    deployed: &Deployed,
) -> Result<Found, Nothing> {
    let Around { repository, layout, images } = *around;
    // Commands are run from the root.
    let base = if platform == Platform::CloudRun { RepoPath::root() } else { base(path) };
    let folder = match &deployed.folder {
        Some(folder) => base.join(&folder.value).ok_or(Nothing::Foreign)?,
        None => base,
    };
    let image = start::image(repository, images, platform, deployed, &folder);
    let mut own = layer(platform, deployed, path, image.is_some());
    if platform == Platform::Heroku && path.name() == "Procfile" {
        add_app_json(repository, path, deployed, &mut own);
    }
    if image.is_none() && matches!(own.node, Setting::Silent) {
        own.node = start::engines(repository, platform, &folder);
    }
    let start = start::start(repository, layout, platform, deployed, &own.place, &folder, image.as_ref())?;
    let mut layers = vec![own];
    layers.extend(
        image.map(|built| crate::routes::container::layer(&built, crate::routes::container::Around::RunnerWithHealth)),
    );
    layers.extend(super::on_path::layers(&start));
    let route = Route { kind: RouteKind::Platform, layers, start };
    let name = deployed.name.as_ref().map(|name| name.value.clone());
    Ok(Found { route, name, folder, template })
}

/// The folder that a platform takes paths from: that of its file, or the one around `.do/` and `config/`.
fn base(path: &RepoPath) -> RepoPath {
    let folder = path.parent();
    if matches!(folder.name(), ".do" | ".nais" | "nais" | "config") { folder.parent() } else { folder }
}

/// What `app.json` says of a Procfile's process type.
fn add_app_json(repository: &Repository, procfile: &RepoPath, deployed: &Deployed, own: &mut crate::Layer) {
    let Some(path) = procfile.parent().join("app.json") else { return };
    let Some(file) = repository.facts.platform(&path) else { return };
    let name = deployed.name.as_ref().map(|name| &name.value);
    let Some(more) = file.deployed.iter().find(|more| more.name.as_ref().map(|name| &name.value) == name) else {
        return;
    };
    let more = layer(Platform::Heroku, more, &path, false);
    own.instances = more.instances;
    own.memory_limit = more.memory_limit;
    own.health_check = more.health_check;
}
