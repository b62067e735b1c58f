//! Kubernetes workloads that run the repository's own images.

mod beside;

use super::Deployment;
use crate::routes::container::{self, Around, Builder, PodCommand, Start};
use crate::routes::helm as remote;
use crate::routes::kubernetes::{self, Declared, Located, declared};
use crate::routes::on_path;
use crate::routes::purpose::{self, Purpose};
use crate::start_path::{Scene, resolve};
use crate::{Repository, Route, RouteKind, StartPath};
use beside::is_beside;
use prodcheck_facts::FileFacts;
use prodcheck_facts::command::Word;
use prodcheck_facts::helm::{self, Release};
use prodcheck_facts::kubernetes::Manifest;
use prodcheck_program::Layout;
use prodcheck_source::{Place, RepoPath, Span};

/// What is needed to tell what a workload runs.
struct Clusters<'a> {
    repository: &'a Repository,
    layout: &'a Layout,
    images: &'a Builder<'a>,
}

/// The workloads that run on, of manifests for production.
pub fn deployments(repository: &Repository, layout: &Layout, images: &Builder<'_>) -> Vec<Deployment> {
    let clusters = &Clusters { repository, layout, images };
    let charts = charts(repository);
    let in_chart = |path: &RepoPath| charts.iter().any(|chart| path.is_in(chart));
    let files = repository.facts.iter().filter(|(path, _)| !purpose::of_file(path).is_aside() && !in_chart(path));
    let files: Vec<(Places, &[Manifest])> = files
        .filter_map(|(path, facts)| match facts {
            FileFacts::Kubernetes(manifests) => Some((in_file(path), manifests.as_slice())),
            _ => None,
        })
        .collect();
    let mut found = running(&files, clusters);
    for chart in &charts {
        found.extend(of_chart(chart, clusters));
    }
    found
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
fn of_chart(folder: &RepoPath, clusters: &Clusters<'_>) -> Vec<Deployment> {
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
    let elsewhere = chart.chart.dependencies.iter().filter_map(remote::declared);
    let elsewhere = elsewhere.filter(|declared| !declared.image.as_deref().is_some_and(is_beside));
    let name = chart.chart.name.as_ref().map(|name| name.value.clone());
    found.extend(elsewhere.map(|declared| {
        let workload = Declared {
            name: name.clone(),
            container: None,
            image: declared.image,
            command: None,
            arguments: None,
            working_dir: None,
            environment: declared.environment,
            environment_open: true,
            ends: false,
            layer: declared.layer,
        };
        Deployment { folder: folder.clone(), ..deployment(workload, clusters) }
    }));
    found
}

/// The values files of production that stand in the chart's folder or beside it: `values-prod.yaml`.
fn production_values(repository: &Repository, folder: &RepoPath) -> Vec<RepoPath> {
    let near = [folder.clone(), folder.parent()];
    let values = repository.files.paths().filter(|path| {
        let named = path.name().starts_with("values") && matches!(path.extension(), Some("yaml" | "yml"));
        named
            && near.contains(&path.parent())
            && purpose::of_file(path) == Purpose::Production
            && path.name() != "values.yaml"
    });
    values.cloned().collect()
}

/// Where the spans of a manifest stand.
type Places = Box<dyn Fn(Span) -> Place>;

fn in_file(path: &RepoPath) -> Places {
    let path = path.clone();
    Box::new(move |span| Place::new(path.clone(), span))
}

/// The workloads that run on, of manifests that are applied together.
fn running<M: AsRef<[Manifest]>>(manifests: &[(Places, M)], clusters: &Clusters<'_>) -> Vec<Deployment> {
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
fn deployment(declared: Declared, clusters: &Clusters<'_>) -> Deployment {
    let Clusters { repository, layout, images } = *clusters;
    let folder: RepoPath = declared.layer.place.path.parent();
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
    Deployment {
        route: Route { kind: RouteKind::Kubernetes, layers, start },
        name: declared.name.or(declared.container),
        folder,
        template: false,
    }
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
