//! Kubernetes workloads that run the repository's own images.

mod beside;
mod deliveries;
mod kustomized;
mod stages;

use super::Deployment;
use crate::routes::container::{self, Around, Builder, PodCommand, Start};
use crate::routes::helm as remote;
use crate::routes::kubernetes::{self, Declared, Located, declared};
use crate::routes::on_path;
use crate::routes::purpose::{self, Purpose};
use crate::start_path::{Scene, resolve};
use crate::{Repository, Route, RouteKind, StartPath};
use beside::is_beside;
use kustomized::Kustomizations;
use prodcheck_facts::FileFacts;
use prodcheck_facts::command::Word;
use prodcheck_facts::helm::{self, Dependency, Release};
use prodcheck_facts::kubernetes::{Manifest, Object};
use prodcheck_facts::kustomize;
use prodcheck_program::Layout;
use prodcheck_program::workspaces::manifest;
use prodcheck_source::{Place, RepoPath, Span};
use stages::stage;
use std::collections::BTreeSet;

/// What is needed to tell what a workload runs.
struct Clusters<'a> {
    repository: &'a Repository,
    layout: &'a Layout,
    images: &'a Builder<'a>,
}

/// Files that have to be read besides those that are known by their names: env files of kustomizations.
pub fn wanted(repository: &Repository) -> Vec<RepoPath> {
    let kustomizations = repository.files.paths().filter(|path| kustomize::is_kustomization(path));
    let referred = kustomizations.flat_map(|path| kustomize::referred(&repository.files, path));
    referred.filter(|path| repository.files.contains(path)).collect()
}

/// The workloads that run on, of manifests for production.
pub fn deployments(repository: &Repository, layout: &Layout, images: &Builder<'_>) -> Vec<Deployment> {
    let mut found = workloads(&Clusters { repository, layout, images });
    // Beside what is surely the repository's own, others are somebody else's.
    if found.iter().any(|(_, own)| *own) {
        found.retain(|(_, own)| *own);
    }
    found.into_iter().map(|(deployment, _)| deployment).collect()
}

/// All of them, and whether each is surely one of the repository's own.
fn workloads(clusters: &Clusters<'_>) -> Vec<(Deployment, bool)> {
    let Clusters { repository, .. } = *clusters;
    let charts = charts(repository);
    let Kustomizations { applied, files: kustomized } = kustomized::of(repository, &deliveries::folders(repository));
    let mut found = Vec::new();
    for (folder, built) in applied {
        let charts = built.charts.clone();
        found.extend(elsewhere(&charts, None, &folder, clusters));
        let manifests = built.manifests.clone();
        found.extend(running(&[(Box::new(move |span| built.place(span)) as Places, manifests)], clusters));
    }
    let in_chart = |path: &RepoPath| charts.iter().any(|chart| path.is_in(chart));
    found.extend(running(&plain(repository, |path| !in_chart(path) && !kustomized.contains(path)), clusters));
    for chart in &charts {
        found.extend(of_chart(chart, clusters));
    }
    for (name, dependency) in deliveries::charts(repository) {
        let folder = dependency.path.parent();
        found.extend(elsewhere(std::slice::from_ref(&dependency), name.as_deref(), &folder, clusters));
    }
    found
}

/// The manifests of files that stand for themselves. Of workloads of one name those of stages before production are left
/// out where there are others.
fn plain(repository: &Repository, counts: impl Fn(&RepoPath) -> bool) -> Vec<(Places, &[Manifest])> {
    let files = repository.facts.iter().filter(|(path, _)| !purpose::of_file(path).is_aside() && counts(path));
    let files: Vec<(&RepoPath, &[Manifest])> = files
        .filter_map(|(path, facts)| match facts {
            FileFacts::Kubernetes(manifests) => Some((path, manifests.as_slice())),
            _ => None,
        })
        .collect();
    let is_late = |path: &RepoPath| matches!(stage(path), Purpose::Staging | Purpose::Test | Purpose::Development);
    let names = |manifests: &[Manifest]| {
        let workloads = manifests.iter().filter(|manifest| matches!(manifest.object, Object::Workload(_)));
        workloads.filter_map(|manifest| Some(manifest.name.as_ref()?.value.clone())).collect::<Vec<_>>()
    };
    let timely: BTreeSet<String> =
        files.iter().filter(|(path, _)| !is_late(path)).flat_map(|(_, manifests)| names(manifests)).collect();
    // A stage of which no workload is there by the same name may be the only one there is.
    let superseded = |path: &RepoPath, manifests: &[Manifest]| {
        is_late(path)
            && !timely.is_empty()
            && (names(manifests).is_empty() || names(manifests).iter().any(|name| timely.contains(name)))
    };
    let counting = files.into_iter().filter(|(path, manifests)| !superseded(path, manifests));
    counting.map(|(path, manifests)| (in_file(path), manifests)).collect()
}

/// The folders of the charts that stand for themselves.
fn charts(repository: &Repository) -> Vec<RepoPath> {
    let paths = repository.files.paths().filter(|path| helm::is_chart(path) && !purpose::of_file(path).is_aside());
    let within = |folder: &RepoPath| {
        folder.parent().name() == "charts"
            && folder.parent().parent().join("Chart.yaml").is_some_and(|outer| repository.files.contains(&outer))
    };
    paths.map(RepoPath::parent).filter(|folder| !within(folder)).collect()
}

/// The workloads of a chart: of its own templates with the values of production, and of charts elsewhere that it is given
/// values for.
fn of_chart(folder: &RepoPath, clusters: &Clusters<'_>) -> Vec<(Deployment, bool)> {
    let repository = clusters.repository;
    let release = Release { values: production_values(repository, folder), ..Release::default() };
    let Some(chart) = helm::render_chart(&repository.files, folder, &release) else { return Vec::new() };
    let rendered: Vec<(Places, Vec<Manifest>)> = chart
        .templates
        .into_iter()
        .map(|template| {
            let manifests = template.manifests().into_iter().filter(|one| !one.is_conditional).map(|one| one.manifest);
            let manifests = manifests.collect();
            (Box::new(move |span| template.place(span)) as Places, manifests)
        })
        .collect();
    let mut found = running(&rendered, clusters);
    let name = chart.chart.name.as_ref().map(|name| name.value.as_str());
    found.extend(elsewhere(&chart.chart.dependencies, name, folder, clusters));
    found
}

/// The workloads that charts of other repositories render with values of this one.
fn elsewhere(
    charts: &[Dependency],
    name: Option<&str>,
    folder: &RepoPath,
    clusters: &Clusters<'_>,
) -> Vec<(Deployment, bool)> {
    let declared = charts.iter().filter_map(remote::declared);
    let own = declared.filter(|declared| !declared.image.as_deref().is_some_and(is_beside));
    let workload = |declared: remote::Declared| Declared {
        name: name.map(str::to_owned),
        container: None,
        image: declared.image,
        command: declared.command,
        arguments: declared.arguments,
        working_dir: None,
        environment: declared.environment,
        environment_open: true,
        ends: false,
        layer: declared.layer,
    };
    let in_folder = |(found, own): (Deployment, bool)| (Deployment { folder: folder.clone(), ..found }, own);
    own.map(|declared| in_folder(deployment(workload(declared), clusters))).collect()
}

/// How many folders below that of a chart's own its values files may stand.
const VALUES_DEPTH: usize = 3;

/// The values files of production: those that something deploys the chart with, else those that stand in the chart's
/// folder or beside it: `values-prod.yaml`, `environments/production/values.yaml`.
fn production_values(repository: &Repository, folder: &RepoPath) -> Vec<RepoPath> {
    let given = deliveries::values_of(repository, folder);
    if !given.is_empty() {
        return given;
    }
    let (parent, templates) = (folder.parent(), folder.join("templates"));
    let values = repository.files.paths().filter(|path| {
        let depth = path.relative_to(&parent).map_or(usize::MAX, |rest| rest.split('/').count());
        let listed = ["values", "environments", "envs", "env"].contains(&path.parent().name());
        matches!(path.extension(), Some("yaml" | "yml"))
            && depth <= VALUES_DEPTH + 1
            && (listed || purpose::words(path.name()).any(|word| word == "values"))
            && !templates.as_ref().is_some_and(|templates| path.is_in(templates))
            && path.parent().ancestors().all(|above| {
                above == *folder || !above.is_in(&parent) || above == parent || !is_chart_folder(repository, &above)
            })
            && stage(path) == Purpose::Production
            && purpose::of_file(path) != Purpose::Test
    });
    values.cloned().collect()
}

fn is_chart_folder(repository: &Repository, folder: &RepoPath) -> bool {
    folder.join("Chart.yaml").is_some_and(|chart| repository.files.contains(&chart))
}

/// Where the spans of a manifest stand.
type Places = Box<dyn Fn(Span) -> Place>;

fn in_file(path: &RepoPath) -> Places {
    let path = path.clone();
    Box::new(move |span| Place::new(path.clone(), span))
}

/// The workloads that run on, of manifests that are applied together.
fn running<M: AsRef<[Manifest]>>(manifests: &[(Places, M)], clusters: &Clusters<'_>) -> Vec<(Deployment, bool)> {
    let located: Vec<Located<'_>> = manifests
        .iter()
        .flat_map(|(places, manifests)| manifests.as_ref().iter().map(move |manifest| Located { manifest, places }))
        .collect();
    let running = declared(&located)
        .into_iter()
        .filter(|declared| !declared.ends && !declared.image.as_deref().is_some_and(is_beside));
    running.map(|declared| deployment(declared, clusters)).collect()
}

/// A workload over the image that it runs, where the repository builds that.
fn deployment(declared: Declared, clusters: &Clusters<'_>) -> (Deployment, bool) {
    let Clusters { repository, layout, images } = *clusters;
    let folder: RepoPath = declared.layer.place.path.parent();
    let own = is_own(&declared, clusters);
    let request = images.run_by(declared.image.as_deref(), declared.name.as_deref());
    let built = request.and_then(|request| images.build(&request));
    let given = |words: Vec<kubernetes::Word>| words.into_iter().map(word).collect::<Vec<Word>>();
    let pod = PodCommand {
        command: declared.command.map(given),
        arguments: declared.arguments.map(given),
        working_dir: declared.working_dir,
        environment: declared.environment.clone(),
    };
    let start = Start::of_pod(repository, built.as_ref(), pod);
    let path = start.command.as_ref().map(|command| match &built {
        Some(_) => resolve(&start.scene(repository, &layout.workspaces), command),
        // What image it is nobody knows: that it holds the repository is all that can be said.
        None => {
            let mut scene = Scene::checkout(repository, &layout.workspaces, &RepoPath::root());
            scene.environment = declared.environment.clone();
            resolve(&scene, command)
        }
    });
    let runs = |path: &StartPath| {
        path.processes.iter().any(|process| process.runtime.runs_javascript())
            || !path.managers.is_empty()
            || !path.unread.is_empty()
    };
    let known = path.filter(runs);
    let mut layers = vec![declared.layer];
    if known.is_some() {
        layers.extend(built.map(|built| container::layer(&built, Around::RunnerWithHealth)));
    }
    let start = known.unwrap_or_else(|| StartPath { environment: declared.environment, ..StartPath::default() });
    layers.extend(on_path::layers(&start));
    let found = Deployment {
        route: Route { kind: RouteKind::Kubernetes, layers, start },
        name: declared.name.or(declared.container),
        folder,
        template: false,
    };
    (found, own)
}

/// Whether a workload runs an image that the repository builds, one whose name is filled in when it is deployed, or goes
/// by the name of one of its packages.
fn is_own(declared: &Declared, clusters: &Clusters<'_>) -> bool {
    let Clusters { repository, layout, images } = *clusters;
    let image = declared.image.as_deref();
    if image.is_none_or(|image| image.contains(['$', '{']) || images.named(image).is_some()) {
        return true;
    }
    let last = image.and_then(|image| image.rsplit('/').next()?.split([':', '@']).next());
    let names: Vec<&str> = [last, declared.name.as_deref()].into_iter().flatten().collect();
    let goes_by = |own: &str| {
        let own = own.rsplit('/').next().unwrap_or(own);
        own.len() > 2 && names.iter().any(|name| *name == own || holds_words(name, own) || holds_words(own, name))
    };
    layout.workspaces.folders().any(|folder| {
        let package = manifest(folder, repository.sources()).and_then(|package| package.name.as_ref());
        package.is_some_and(|name| goes_by(&name.value)) || (!folder.is_root() && goes_by(folder.name()))
    })
}

/// Whether a name has another as one or some of its words: `shop-api-v2` has `api`.
fn holds_words(name: &str, part: &str) -> bool {
    part.len() > 2 && format!("-{}-", name.replace('_', "-")).contains(&format!("-{}-", part.replace('_', "-")))
}

/// A word of a pod's command: Kubernetes puts variables in for `$(NAME)`, and no shell reads it.
fn word((text, place): kubernetes::Word) -> Word {
    match text {
        Some(text) => match text.find("$(") {
            Some(at) => Word::partly(text, at, place),
            None => Word::new(text, place),
        },
        None => Word::partly("…", 0, place),
    }
}
