//! Builds of small kustomizations.

use super::*;
use crate::given::Given;
use crate::kubernetes::{Object, Workload};
use prodcheck_source::{FileState, SourceText};

fn files(all: &[(&str, &str)]) -> FileSet {
    let mut files = FileSet::new(all.iter().map(|(path, _)| RepoPath::new(path)));
    for (path, text) in all {
        files.set(RepoPath::new(path), FileState::Text(SourceText::new(*text)));
    }
    files
}

const DEPLOYMENT: &str = "# größe\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec:\n  replicas: 1\n  template:\n    spec:\n      containers:\n        - name: api\n          image: acme/api:1\n          envFrom: [{configMapRef: {name: api-env}}]\n          env:\n            - {name: A, value: one}\n        - name: sidecar\n          image: acme/proxy\n";

fn workload(built: &Kustomized) -> &Workload {
    let found = built.manifests.iter().find_map(|manifest| match &manifest.object {
        Object::Workload(workload) => Some(&**workload),
        _ => None,
    });
    found.expect("a workload")
}

fn at(built: &Kustomized, files: &FileSet, span: Span) -> String {
    let place = built.place(span);
    format!("{}: {}", place.path, files.text(&place.path).expect("a file").slice(place.span))
}

#[test]
fn an_overlay_patches_its_base() {
    let files = files(&[
        ("k8s/base/kustomization.yaml", "resources: [api.yaml]\n"),
        ("k8s/base/api.yaml", DEPLOYMENT),
        (
            "k8s/overlays/prod/kustomization.yml",
            "resources: [../../base]\nnamePrefix: prod-\npatchesStrategicMerge: [memory.yaml]\nimages:\n  - {name: acme/api, newName: ghcr.io/acme/api, newTag: v2}\nreplicas:\n  - {name: api, count: 3}\n",
        ),
        (
            "k8s/overlays/prod/memory.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: api}\nspec: {template: {spec: {containers: [{name: api, resources: {limits: {memory: 512Mi}}, env: [{name: B, value: ä}]}]}}}\n",
        ),
    ]);
    let built = build(&files, &"k8s/overlays/prod".into()).expect("a build");
    let workload = workload(&built);
    let replicas = workload.replicas.as_ref().expect("replicas");
    assert_eq!(replicas.known(), Some(&3));
    assert_eq!(at(&built, &files, replicas.span), "k8s/overlays/prod/kustomization.yml: count: 3");
    let container = &workload.containers[0];
    assert_eq!(workload.containers.len(), 2);
    assert_eq!(
        container.image.as_ref().and_then(|image| image.known()).map(String::as_str),
        Some("ghcr.io/acme/api:v2")
    );
    let limit = container.memory_limit.as_ref().expect("a limit");
    assert_eq!(at(&built, &files, limit.span), "k8s/overlays/prod/memory.yaml: memory: 512Mi");
    assert_eq!(container.env.iter().map(|variable| variable.name.as_str()).collect::<Vec<_>>(), ["A", "B"]);
    assert_eq!(at(&built, &files, container.name.as_ref().expect("a name").span), "k8s/base/api.yaml: api");
    assert!(built.bases.contains(&"k8s/base".into()) && built.files.len() == 4);
}

#[test]
fn json_patches_and_inline_patches() {
    let files = files(&[
        ("api.yaml", DEPLOYMENT),
        (
            "kustomization.yaml",
            "resources:\n  - api.yaml\npatches:\n  - target: {kind: Deployment}\n    patch: |-\n      - op: replace\n        path: /spec/replicas\n        value: 2\n      - op: remove\n        path: /spec/template/spec/containers/1\n      - op: add\n        path: /spec/template/spec/containers/0/livenessProbe\n        value: {httpGet: {path: /}}\n  - patch: |-\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: other}\n      spec: {replicas: 9}\n",
        ),
    ]);
    let built = build(&files, &RepoPath::root()).expect("a build");
    let workload = workload(&built);
    let replicas = workload.replicas.as_ref().expect("replicas");
    assert_eq!(replicas.known(), Some(&2));
    assert!(at(&built, &files, replicas.value_span).ends_with(": 2"));
    assert_eq!(workload.containers.len(), 1);
    assert!(workload.containers[0].liveness.is_some());
}

#[test]
fn generated_config_and_components() {
    let files = files(&[
        (
            "base/kustomization.yaml",
            "resources: [api.yaml]\nconfigMapGenerator:\n  - name: api-env\n    envs: [größe.env]\n    literals:\n      - NODE_ENV=development\n",
        ),
        ("base/api.yaml", DEPLOYMENT),
        ("base/größe.env", "# é\nLOG_LEVEL=info\n"),
        (
            "prod/kustomization.yaml",
            "resources: [../base]\ncomponents: [../extra]\nconfigMapGenerator:\n  - name: api-env\n    behavior: merge\n    literals: [NODE_ENV=production]\n",
        ),
        (
            "extra/kustomization.yaml",
            "kind: Component\npatches:\n  - path: more.yaml\n    target: {kind: Deployment, name: a.*}\n",
        ),
        ("extra/more.yaml", "spec: {replicas: 4}\n"),
    ]);
    let built = build(&files, &"prod".into()).expect("a build");
    assert_eq!(workload(&built).replicas.as_ref().and_then(|field| field.known()), Some(&4));
    let config = built.manifests.iter().find_map(|manifest| match &manifest.object {
        Object::Config(config) => Some(config),
        _ => None,
    });
    let shown: Vec<_> = config
        .expect("a config map")
        .data
        .iter()
        .map(|entry| match &entry.value {
            Given::Known(value) => format!("{}={value}", entry.name),
            _ => entry.name.clone(),
        })
        .collect();
    assert_eq!(shown, ["LOG_LEVEL=info", "NODE_ENV=production"]);
    assert_eq!(referred(&files, &"base/kustomization.yaml".into()), [RepoPath::new("base/größe.env")]);
}

#[test]
fn broken_and_endless_ones_end() {
    let files = files(&[
        ("a/kustomization.yaml", "resources: [../b, gone.yaml, 'https://example.org/x.yaml', ../../../etc]\n"),
        (
            "b/kustomization.yaml",
            "resources: [../a, api.yaml]\npatches: [{path: gone.yaml}, 3, {patch: '{'}]\nimages: 3\nreplicas: [{name: api}]\n",
        ),
        ("b/api.yaml", DEPLOYMENT),
        ("c/kustomization.yaml", "resources: ["),
    ]);
    assert_eq!(build(&files, &"a".into()).expect("a build").manifests.len(), 1);
    assert!(build(&files, &"c".into()).expect("a build").manifests.is_empty());
    assert!(build(&files, &"d".into()).is_none());
}
