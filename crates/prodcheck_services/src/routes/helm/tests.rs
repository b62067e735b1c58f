//! What values of charts elsewhere say.

use super::*;
use prodcheck_source::Spanned;

fn chart(name: &str, repository: &str, values: &str) -> Option<Declared> {
    let span = Span::at(0);
    let tree = prodcheck_formats::yaml::parse(values).tree.into_iter().next()?;
    declared(&Dependency {
        path: "Chart.yaml".into(),
        name: Spanned::new(name.to_owned(), span),
        version: None,
        repository: Some(Spanned::new(repository.to_owned(), span)),
        alias: None,
        condition: None,
        span,
        folder: None,
        values: vec![SetValues { key: Place::file("values.yaml".into()), values: tree }],
    })
}

#[test]
fn values_of_a_chart_that_nests_them() {
    let values = "# größe\ncontrollers:\n  main:\n    replicas: 2\n    containers:\n      main:\n        image: {repository: acme/api, tag: '1'}\n        env: {NODE_ENV: production, PORT: 3000}\n        args: [node, server.js]\n        probes:\n          liveness: {enabled: true}\n        resources: {limits: {memory: 512Mi}}\n        securityContext: {runAsUser: 1000}\ningress:\n  main: {hosts: [{host: example.org}]}\n";
    let found = chart("app-template", "https://bjw-s-labs.github.io/helm-charts", values).expect("a workload");
    assert_eq!(found.image.as_deref(), Some("acme/api"));
    let layer = found.layer;
    assert_eq!(layer.instances.value(), Some(&Instances::Count(2)));
    assert_eq!(layer.memory_limit.value(), Some(&MemoryLimit::Bytes(512 << 20)));
    assert_eq!(layer.health_check.value(), Some(&HealthCheck::Polled));
    assert_eq!(layer.user.value(), Some(&User::Other));
    assert_eq!(layer.reverse_proxy.value(), Some(&ReverseProxy::InFront));
    assert_eq!(found.arguments.map(|words| words.len()), Some(2));
    assert_eq!(found.environment.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["NODE_ENV", "PORT"]);
}

#[test]
fn defaults_count_only_where_they_are_known() {
    let bare = "image: {repository: acme/api}\n";
    let known = chart("generic-service", "https://ministryofjustice.github.io/hmpps-helm-charts", bare).expect("one");
    assert_eq!(known.layer.instances.value(), Some(&Instances::Count(4)));
    assert_eq!(known.layer.user.value(), Some(&User::Other));
    assert!(matches!(known.layer.memory_limit, Setting::Missing { .. }));
    let unknown = chart("generic-service", "https://example.org", bare).expect("one");
    assert!(matches!(unknown.layer.instances, Setting::Unknown { .. }));
    assert!(matches!(unknown.layer.health_check, Setting::Unknown { .. }));
    assert!(matches!(unknown.layer.user, Setting::Silent));
    assert!(chart("postgresql", "https://charts.bitnami.com/bitnami", "auth: {database: api}").is_none());
}

#[test]
fn probes_that_have_to_be_switched_on() {
    let of = |values: &str| chart("onechart", "https://chart.onechart.dev", values).expect("one").layer.health_check;
    assert!(matches!(of("image: {repository: acme/api}\n"), Setting::Missing { .. }));
    assert!(matches!(of("image: {repository: acme/api}\nprobe: {path: /health}\n"), Setting::Missing { .. }));
    let on = of("image: {repository: acme/api}\nprobe: {enabled: true}\n");
    assert_eq!(on.value(), Some(&HealthCheck::Polled));
    let off = of("image: {repository: acme/api}\nlivenessProbe: {enabled: false}\n");
    assert_eq!(off.value(), Some(&HealthCheck::Off));
}
