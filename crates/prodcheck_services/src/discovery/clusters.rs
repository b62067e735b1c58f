//! Kubernetes workloads that run the repository's own images.

use super::Deployment;
use crate::routes::helm as remote;
use crate::routes::kubernetes::{Declared, Located, declared};
use crate::routes::purpose::{self, Purpose};
use crate::{Repository, Route, RouteKind, StartPath};
use prodcheck_facts::FileFacts;
use prodcheck_facts::helm::{self, Release};
use prodcheck_facts::kubernetes::Manifest;
use prodcheck_source::{Place, RepoPath, Span};

/// Images of databases, brokers and tools that are run beside a service, by their repository's last part.
const BESIDE: &[&str] = &[
    "postgres",
    "postgresql",
    "postgis",
    "pgbouncer",
    "mysql",
    "mariadb",
    "percona",
    "mongo",
    "mongodb",
    "redis",
    "valkey",
    "keydb",
    "memcached",
    "rabbitmq",
    "kafka",
    "zookeeper",
    "redpanda",
    "nats",
    "mosquitto",
    "emqx",
    "elasticsearch",
    "opensearch",
    "kibana",
    "logstash",
    "filebeat",
    "fluentd",
    "fluent-bit",
    "loki",
    "promtail",
    "prometheus",
    "alertmanager",
    "grafana",
    "jaeger",
    "all-in-one",
    "tempo",
    "opentelemetry-collector",
    "otel-collector",
    "minio",
    "clickhouse-server",
    "clickhouse",
    "cassandra",
    "neo4j",
    "influxdb",
    "cockroach",
    "etcd",
    "consul",
    "vault",
    "keycloak",
    "oauth2-proxy",
    "nginx",
    "traefik",
    "haproxy",
    "envoy",
    "caddy",
    "httpd",
    "busybox",
    "alpine",
    "curl",
    "kubectl",
    "adminer",
    "pgadmin4",
    "mailhog",
    "mailpit",
    "maildev",
    "meilisearch",
    "typesense",
    "qdrant",
    "chroma",
    "temporal",
    "auto-setup",
    "vernemq",
];

/// The workloads that run on, of manifests for production.
pub fn deployments(repository: &Repository) -> Vec<Deployment> {
    let charts = charts(repository);
    let in_chart = |path: &RepoPath| charts.iter().any(|chart| path.is_in(chart));
    let files = repository.facts.iter().filter(|(path, _)| !purpose::of_file(path).is_aside() && !in_chart(path));
    let files: Vec<(Places, &[Manifest])> = files
        .filter_map(|(path, facts)| match facts {
            FileFacts::Kubernetes(manifests) => Some((in_file(path), manifests.as_slice())),
            _ => None,
        })
        .collect();
    let mut found = running(&files);
    for chart in &charts {
        found.extend(of_chart(repository, chart));
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
fn of_chart(repository: &Repository, folder: &RepoPath) -> Vec<Deployment> {
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
    let mut found = running(&rendered);
    let elsewhere = chart.chart.dependencies.iter().filter_map(remote::declared);
    let elsewhere = elsewhere.filter(|declared| !declared.image.as_deref().is_some_and(is_beside));
    found.extend(elsewhere.map(|declared| Deployment {
        route: Route { kind: RouteKind::Kubernetes, layers: vec![declared.layer], start: StartPath::default() },
        name: chart.chart.name.as_ref().map(|name| name.value.clone()),
        folder: folder.clone(),
        template: false,
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
fn running<M: AsRef<[Manifest]>>(manifests: &[(Places, M)]) -> Vec<Deployment> {
    let located: Vec<Located<'_>> = manifests
        .iter()
        .flat_map(|(places, manifests)| manifests.as_ref().iter().map(move |manifest| Located { manifest, places }))
        .collect();
    let running = declared(&located)
        .into_iter()
        .filter(|declared| !declared.ends && !declared.image.as_deref().is_some_and(is_beside));
    running.map(deployment).collect()
}

fn is_beside(image: &str) -> bool {
    let name = image.split('@').next().unwrap_or(image).rsplit('/').next().unwrap_or("");
    BESIDE.contains(&name.split(':').next().unwrap_or(""))
}

fn deployment(declared: Declared) -> Deployment {
    let folder: RepoPath = declared.layer.place.path.parent();
    let start = StartPath { environment: declared.environment, ..StartPath::default() };
    Deployment {
        route: Route { kind: RouteKind::Kubernetes, layers: vec![declared.layer], start },
        name: declared.name.or(declared.container),
        folder,
        template: false,
    }
}
