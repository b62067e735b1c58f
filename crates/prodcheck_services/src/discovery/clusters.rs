//! Kubernetes workloads that run the repository's own images.

use super::Deployment;
use crate::routes::kubernetes::{Declared, Located, declared};
use crate::routes::purpose;
use crate::{Repository, Route, RouteKind, StartPath};
use prodcheck_facts::FileFacts;
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
    let files = repository.facts.iter().filter(|(path, _)| !purpose::of_file(path).is_aside());
    let files: Vec<(Places, &[Manifest])> = files
        .filter_map(|(path, facts)| match facts {
            FileFacts::Kubernetes(manifests) => Some((in_file(path), manifests.as_slice())),
            _ => None,
        })
        .collect();
    running(&files)
}

/// Where the spans of a manifest stand.
type Places = Box<dyn Fn(Span) -> Place>;

fn in_file(path: &RepoPath) -> Places {
    let path = path.clone();
    Box::new(move |span| Place::new(path.clone(), span))
}

/// The workloads that run on, of manifests that are applied together.
fn running(manifests: &[(Places, &[Manifest])]) -> Vec<Deployment> {
    let located: Vec<Located<'_>> = manifests
        .iter()
        .flat_map(|(places, manifests)| manifests.iter().map(move |manifest| Located { manifest, places }))
        .collect();
    let running = declared(&located).into_iter().filter(|declared| !declared.ends && !is_beside(declared));
    running.map(deployment).collect()
}

fn is_beside(declared: &Declared) -> bool {
    declared.image.as_deref().is_some_and(|image| {
        let name = image.split('@').next().unwrap_or(image).rsplit('/').next().unwrap_or("");
        BESIDE.contains(&name.split(':').next().unwrap_or(""))
    })
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
