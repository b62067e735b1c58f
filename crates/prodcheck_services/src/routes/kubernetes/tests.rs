//! Manifests and what they answer.

use super::*;
use crate::{HealthCheck, Instances, MemoryLimit, Rollout, Setting, User};
use prodcheck_source::RepoPath;

fn with(texts: &[&str], then: impl FnOnce(Vec<Declared>)) {
    let paths: Vec<RepoPath> = (0..texts.len()).map(|at| RepoPath::new(&format!("k8s/{at}.yaml"))).collect();
    let files: Vec<Vec<Manifest>> = texts.iter().map(|text| prodcheck_facts::kubernetes::read(text).0).collect();
    let places: Vec<Box<dyn Fn(Span) -> Place>> = paths
        .into_iter()
        .map(|path| Box::new(move |span| Place::new(path.clone(), span)) as Box<dyn Fn(Span) -> Place>)
        .collect();
    let located: Vec<Located<'_>> = places
        .iter()
        .zip(&files)
        .flat_map(|(places, manifests)| manifests.iter().map(move |manifest| Located { manifest, places }))
        .collect();
    then(declared(&located));
}

fn deployment(spec: &str, pod: &str, container: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: api}}\nspec:\n  {spec}\n  template:\n    metadata: {{labels: {{app: api}}}}\n    spec:\n      {pod}\n      containers:\n        - name: api\n          image: api:1\n          {container}\n"
    )
}

fn one(text: &str) -> Declared {
    let mut found = None;
    with(&[text], |declared| found = declared.into_iter().next());
    found.expect("a container")
}

#[test]
fn an_autoscaler_replaces_the_count_of_the_workload() {
    let text = deployment("replicas: 1", "", "");
    assert_eq!(one(&text).layer.instances.value(), Some(&Instances::Count(1)));
    let scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: {minReplicas: 2, scaleTargetRef: {kind: Deployment, name: api}}\n";
    with(&[&text, scaler], |declared| {
        assert_eq!(declared[0].layer.instances.value(), Some(&Instances::Count(2)));
        assert_eq!(declared[0].layer.instances.place().unwrap().path.as_str(), "k8s/1.yaml");
    });
    assert!(matches!(one(&deployment("", "", "")).layer.instances, Setting::Missing { .. }));
}

#[test]
fn limits_probes_and_users() {
    let text = deployment(
        "replicas: 2",
        "securityContext: {runAsUser: 0}",
        "securityContext: {runAsNonRoot: true}\n          resources: {limits: {memory: 256Mi}}\n          readinessProbe: {httpGet: {port: 1}}",
    );
    let layer = one(&text).layer;
    assert_eq!(layer.memory_limit.value(), Some(&MemoryLimit::Bytes(256 * 1024 * 1024)));
    assert_eq!(layer.health_check.value(), Some(&HealthCheck::Polled));
    assert_eq!(layer.user.value(), Some(&User::Other), "the container's own context wins");
    assert_eq!(layer.rollout.value(), Some(&Rollout::Rolling));
    let bare = one(&deployment("replicas: 2", "securityContext: {runAsUser: 0}", "")).layer;
    assert!(matches!(bare.memory_limit, Setting::Missing { .. }));
    assert!(matches!(bare.health_check, Setting::Missing { .. }));
    assert!(matches!(bare.rollout, Setting::Missing { .. }));
    assert_eq!(bare.user.value(), Some(&User::Root));
}

#[test]
fn recreate_and_surge_of_nothing_interrupt() {
    let probe = "readinessProbe: {httpGet: {port: 1}}";
    let recreate = one(&deployment("strategy: {type: Recreate}", "", probe)).layer;
    assert!(matches!(recreate.rollout.value(), Some(Rollout::Interrupts(_))));
    let surge =
        one(&deployment("replicas: 1\n  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}", "", probe));
    assert!(matches!(surge.layer.rollout.value(), Some(Rollout::Interrupts(_))));
}

#[test]
fn an_ingress_is_in_front_of_what_its_service_selects() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: api}}\n";
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {rules: [{http: {paths: [{backend: {service: {name: web}}}]}}]}\n";
    let text = deployment("", "", "");
    with(&[&text, service, ingress], |declared| {
        assert_eq!(declared[0].layer.reverse_proxy.value(), Some(&crate::ReverseProxy::InFront));
    });
    with(&[&text, ingress], |declared| assert_eq!(declared[0].layer.reverse_proxy, Setting::Silent));
}

#[test]
fn the_environment_comes_through_config_maps() {
    let text = deployment(
        "",
        "",
        "envFrom: [{configMapRef: {name: all}}]\n          env: [{name: NODE_ENV, value: production}, {name: LEVEL, valueFrom: {configMapKeyRef: {name: all, key: level}}}, {name: KEY, valueFrom: {secretKeyRef: {name: s, key: k}}}]",
    );
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: all}\ndata: {NODE_ENV: staging, level: info}\n";
    with(&[&text, map], |declared| {
        let of = |name: &str| {
            declared[0]
                .environment
                .iter()
                .rev()
                .find(|setting| setting.name == name)
                .map(|setting| setting.value.clone())
        };
        assert_eq!(of("NODE_ENV"), Some(EnvValue::Text("production".into())));
        assert_eq!(of("LEVEL"), Some(EnvValue::Text("info".into())));
        assert_eq!(of("KEY"), Some(EnvValue::Unknown));
        assert!(!declared[0].environment_open);
    });
    with(&[&text], |declared| assert!(declared[0].environment_open));
}

#[test]
fn a_bare_pod_is_not_replaced_and_a_job_ends() {
    let pod = one("apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec: {containers: [{name: api, image: api}]}\n");
    assert_eq!(pod.layer.boot.value(), Some(&false));
    assert_eq!(pod.layer.restart.value(), Some(&crate::Restart::Never));
    let job = one("apiVersion: batch/v1\nkind: Job\nspec: {template: {spec: {containers: [{name: a}]}}}\n");
    assert!(job.ends);
}
