//! Kubernetes workloads that run the repository's own images.

use super::Deployment;
use crate::routes::kubernetes::{Declared, Located, declared};
use crate::routes::purpose;
use crate::{Repository, Route, RouteKind, StartPath};
use prodcheck_facts::FileFacts;
use prodcheck_source::RepoPath;

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
    let located: Vec<Located<'_>> = repository
        .facts
        .iter()
        .filter(|(path, _)| !purpose::of_file(path).is_aside())
        .filter_map(|(path, facts)| match facts {
            FileFacts::Kubernetes(manifests) => Some(manifests.iter().map(move |manifest| Located { path, manifest })),
            _ => None,
        })
        .flatten()
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
    }
}
