//! From YAML trees to manifests.

use super::{
    AlertRule, Autoscaler, ConfigData, Container, Entrance, EnvSource, EnvironmentVariable, Manifest, NetworkService,
    Object, Probe, SecurityContext, Strategy, Workload, WorkloadKind,
};
use super::{delivery, template};
use crate::given::{Given, Keys, entry_span, spanned_text, variables, whole_number};
use prodcheck_formats::value::{Node, Value};
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// Folders and files of YAML that is never a manifest: translations, and what other tools keep there. Reading a large
/// lock file costs seconds.
const NEVER: &[&str] =
    &["pnpm-lock.yaml", "locales", "locale", "i18n", "lang", "translations", ".github", ".circleci", ".changeset"];

/// Whether a file may hold manifests, by its path.
pub fn may_be_manifest(path: &RepoPath) -> bool {
    matches!(path.extension(), Some("yml" | "yaml")) && !path.parts().any(|part| NEVER.contains(&part))
}

/// Whether a text may hold manifests: a cheap look before it is parsed. Templates are not YAML yet.
pub fn looks_like_manifest(text: &str) -> bool {
    // OpenShift's `${{NAME}}` is YAML.
    let is_template =
        text.match_indices("{{").any(|(at, _)| !text.get(..at).is_some_and(|before| before.ends_with('$')));
    text.contains("apiVersion") && text.contains("kind") && !is_template
}

/// Reads a YAML or JSON file; the notes are the parser's.
pub fn read(text: &str) -> (Vec<Manifest>, Vec<Note>) {
    let parsed = prodcheck_formats::yaml::parse(text);
    let manifests = read_documents(&parsed.tree);
    (manifests, parsed.notes)
}

/// The manifests of documents; `List` objects are opened.
pub fn read_documents(documents: &[Node]) -> Vec<Manifest> {
    let mut found = Vec::new();
    for document in documents {
        if let Some(objects) = template::objects(document) {
            found.extend(objects.iter().filter_map(manifest));
            continue;
        }
        // Lists of lists are nobody's; one level is what `kubectl get -o yaml` writes.
        let items = document.get("items").map_or(&[][..], Node::items);
        let is_list = document.get("kind").and_then(Node::as_str).is_some_and(|kind| kind.ends_with("List"));
        if is_list {
            found.extend(items.iter().filter_map(manifest));
        } else {
            found.extend(manifest(document));
        }
    }
    found
}

fn manifest(node: &Node) -> Option<Manifest> {
    let api_version = node.get("apiVersion")?.as_str()?.to_owned();
    let kind = spanned_text(node.get("kind")?)?;
    let metadata = node.get("metadata");
    let in_metadata = |key: &str| metadata.and_then(|metadata| metadata.get(key));
    Some(Manifest {
        object: object(&kind, &api_version, node),
        kind,
        api_version,
        name: in_metadata("name").and_then(spanned_text),
        namespace: in_metadata("namespace").and_then(Node::to_text),
        labels: texts(in_metadata("labels")),
        annotations: spanned_texts(in_metadata("annotations")),
        span: node.span,
    })
}

fn object(kind: &Spanned<String>, api_version: &str, node: &Node) -> Object {
    let spec = node.get("spec");
    let group = api_version.split('/').next().unwrap_or("");
    let workload_kind = match (kind.value.as_str(), group) {
        ("Deployment" | "DeploymentConfig", _) => Some(WorkloadKind::Deployment),
        ("StatefulSet", _) => Some(WorkloadKind::StatefulSet),
        ("DaemonSet", _) => Some(WorkloadKind::DaemonSet),
        ("ReplicaSet" | "ReplicationController", _) => Some(WorkloadKind::ReplicaSet),
        ("Pod", _) => Some(WorkloadKind::Pod),
        ("Job", "batch") => Some(WorkloadKind::Job),
        ("CronJob", _) => Some(WorkloadKind::CronJob),
        ("Rollout", "argoproj.io") => Some(WorkloadKind::Rollout),
        ("Service", "serving.knative.dev") => Some(WorkloadKind::Knative),
        _ => None,
    };
    if let Some(workload_kind) = workload_kind {
        return Object::Workload(Box::new(workload(workload_kind, kind.span, node)));
    }
    match (kind.value.as_str(), group) {
        ("HorizontalPodAutoscaler" | "ScaledObject", _) => Object::Autoscaler(autoscaler(spec)),
        ("ConfigMap", _) => Object::Config(ConfigData { data: node.get("data").map(variables).unwrap_or_default() }),
        ("Service", "v1") => Object::Service(network_service(spec)),
        (
            "Ingress" | "Route" | "HTTPRoute" | "TLSRoute" | "TCPRoute" | "GRPCRoute" | "IngressRoute"
            | "VirtualService" | "HTTPProxy" | "Mapping",
            _,
        ) => Object::Entrance(Entrance { services: spec.map(service_names).unwrap_or_default() }),
        ("PrometheusRule", _) => Object::Alerts(spec.map(alert_rules).unwrap_or_default()),
        ("Application", "argoproj.io") => Object::Delivery(Box::new(delivery::argo_application(spec))),
        ("Kustomization", "kustomize.toolkit.fluxcd.io") => {
            Object::Delivery(Box::new(delivery::flux_kustomization(spec)))
        }
        ("HelmRelease", _) => Object::Delivery(Box::new(delivery::flux_release(spec))),
        _ => Object::Other,
    }
}

fn workload(kind: WorkloadKind, kind_span: Span, node: &Node) -> Workload {
    let spec = node.get("spec");
    let template = match kind {
        WorkloadKind::Pod => Some(node),
        WorkloadKind::CronJob => spec.and_then(|spec| spec.at(&["jobTemplate", "spec", "template"])),
        _ => spec.and_then(|spec| spec.get("template")),
    };
    let pod_entry = template.and_then(|template| template.entry("spec"));
    let pod = pod_entry.map(|entry| &entry.value);
    let keys = pod.and_then(Node::as_object).map(Keys::of);
    let spec_keys = spec.and_then(Node::as_object).map(Keys::of);
    let metadata = template.and_then(|template| template.get("metadata"));
    let containers = |name: &str| -> Vec<Container> {
        let items = pod.and_then(|pod| pod.get(name)).map_or(&[][..], Node::items);
        items.iter().filter(|item| item.as_object().is_some()).map(container).collect()
    };
    Workload {
        kind,
        replicas: spec_keys.and_then(|keys| keys.count(&["replicas"])),
        strategy: spec.and_then(|spec| spec.get("strategy").or_else(|| spec.get("updateStrategy"))).map(strategy),
        pod_labels: texts(metadata.and_then(|metadata| metadata.get("labels"))),
        pod_annotations: spanned_texts(metadata.and_then(|metadata| metadata.get("annotations"))),
        security: security(pod),
        termination_grace: keys.and_then(|keys| keys.count(&["terminationGracePeriodSeconds"])),
        restart_policy: keys.and_then(|keys| keys.text(&["restartPolicy"])),
        containers: containers("containers"),
        init_containers: containers("initContainers"),
        pod_span: pod_entry.map_or(kind_span, |entry| entry.key_span),
    }
}

fn strategy(node: &Node) -> Strategy {
    let rolling = node.get("rollingUpdate").and_then(Node::as_object);
    let text =
        |name: &str| rolling.and_then(|object| Keys::nested(object, "rollingUpdate.").field(&[name], Node::to_text));
    Strategy {
        kind: node.as_object().and_then(|object| Keys::of(object).text(&["type"])),
        max_surge: text("maxSurge"),
        max_unavailable: text("maxUnavailable"),
    }
}

fn container(node: &Node) -> Container {
    let object = node.as_object().cloned().unwrap_or_default();
    let keys = Keys::of(&object);
    let probe = |name: &str| {
        node.entry(name).filter(|entry| !entry.value.is_null()).map(|entry| Probe {
            span: entry.key_span,
            by: ["httpGet", "exec", "tcpSocket", "grpc"]
                .iter()
                .find(|by| entry.value.get(by).is_some())
                .map(|by| (*by).to_owned()),
        })
    };
    let items = |name: &str| node.get(name).map_or(&[][..], Node::items);
    let limits = node.at(&["resources", "limits"]).and_then(Node::as_object);
    Container {
        name: node.get("name").and_then(spanned_text),
        span: node.span,
        open: may_hold_more(Some(node))
            || may_hold_more(node.get("resources"))
            || may_hold_more(node.at(&["resources", "limits"])),
        image: keys.text(&["image"]),
        command: words(node.get("command")),
        args: words(node.get("args")),
        working_dir: keys.text(&["workingDir"]),
        env: items("env").iter().filter_map(environment_variable).collect(),
        env_from: items("envFrom").iter().map(env_from).collect(),
        ports: items("ports")
            .iter()
            .filter_map(|port| port.get("containerPort"))
            .filter_map(|port| Some(Spanned::new(whole_number(port)?, port.span)))
            .collect(),
        resources: node.get("resources").map(|resources| resources.span),
        memory_limit: limits
            .and_then(|limits| Keys::nested(limits, "resources.limits.").field(&["memory"], Node::to_text)),
        liveness: probe("livenessProbe"),
        readiness: probe("readinessProbe"),
        startup: probe("startupProbe"),
        security: security(Some(node)),
        pre_stop: node.get("lifecycle").and_then(|lifecycle| lifecycle.entry("preStop")).map(|entry| entry.key_span),
    }
}

fn may_hold_more(node: Option<&Node>) -> bool {
    node.is_some_and(|node| node.is_unknown() || node.as_object().is_some_and(|object| object.open))
}

fn security(holder: Option<&Node>) -> SecurityContext {
    let Some(object) = holder.and_then(|holder| holder.get("securityContext")).and_then(Node::as_object) else {
        return SecurityContext::default();
    };
    let keys = Keys::nested(object, "securityContext.");
    SecurityContext { run_as_non_root: keys.flag(&["runAsNonRoot"]), run_as_user: keys.count(&["runAsUser"]) }
}

fn words(node: Option<&Node>) -> Option<Vec<Spanned<Given<String>>>> {
    let word = |node: &Node| {
        let value = match &node.value {
            Value::Unknown(_) => Given::Unknown,
            _ => node.to_text().map_or(Given::Wrong, Given::Known),
        };
        Spanned::new(value, node.span)
    };
    node.map(|node| node.items().iter().map(word).collect())
}

fn environment_variable(node: &Node) -> Option<EnvironmentVariable> {
    let name = node.get("name")?.to_text()?;
    let value = match (node.get("value"), node.get("valueFrom")) {
        (Some(value), _) if value.is_unknown() => EnvSource::Text(Given::Unknown),
        (Some(value), _) if value.is_null() => EnvSource::Text(Given::Known(String::new())),
        (Some(value), _) => EnvSource::Text(value.to_text().map_or(Given::Wrong, Given::Known)),
        (None, Some(from)) => value_from(from),
        (None, None) => EnvSource::Text(Given::Known(String::new())),
    };
    Some(EnvironmentVariable { name, span: node.span, value })
}

fn value_from(from: &Node) -> EnvSource {
    if let Some(reference) = from.get("configMapKeyRef") {
        let key = reference.get("key").and_then(Node::to_text);
        return reference
            .get("name")
            .and_then(spanned_text)
            .map_or(EnvSource::Other, |name| EnvSource::ConfigMap(name, key));
    }
    match from.get("secretKeyRef") {
        Some(reference) => EnvSource::Secret(reference.get("name").and_then(spanned_text)),
        None => EnvSource::Other,
    }
}

fn env_from(node: &Node) -> EnvSource {
    let name = |key: &str| node.get(key).and_then(|reference| reference.get("name")).and_then(spanned_text);
    if let Some(name) = name("configMapRef") {
        return EnvSource::ConfigMap(name, None);
    }
    if node.get("secretRef").is_some() { EnvSource::Secret(name("secretRef")) } else { EnvSource::Other }
}

fn autoscaler(spec: Option<&Node>) -> Autoscaler {
    let target = spec.and_then(|spec| spec.get("scaleTargetRef"));
    let keys = spec.and_then(Node::as_object).map(Keys::of);
    Autoscaler {
        target: target.and_then(|target| {
            let kind = target.get("kind").and_then(Node::to_text).unwrap_or_else(|| "Deployment".to_owned());
            Some((kind, spanned_text(target.get("name")?)?))
        }),
        min: keys.and_then(|keys| keys.count(&["minReplicas", "minReplicaCount"])),
        max: keys.and_then(|keys| keys.count(&["maxReplicas", "maxReplicaCount"])),
    }
}

fn network_service(spec: Option<&Node>) -> NetworkService {
    let ports = spec.and_then(|spec| spec.get("ports")).map_or(&[][..], Node::items);
    NetworkService {
        selector: texts(spec.and_then(|spec| spec.get("selector"))),
        kind: spec.and_then(Node::as_object).and_then(|object| Keys::of(object).text(&["type"])),
        ports: ports
            .iter()
            .filter_map(|port| port.get("port"))
            .filter_map(|port| Some(Spanned::new(whole_number(port)?, port.span)))
            .collect(),
    }
}

/// The names of services anywhere below: each entrance kind nests them differently, but names them alike
/// (`service.name`, `serviceName`, `services[].name`, `backendRefs[].name`, `to.name`, `destination.host`).
fn service_names(spec: &Node) -> Vec<Spanned<String>> {
    let mut found = Vec::new();
    let mut waiting = vec![spec];
    while let Some(node) = waiting.pop() {
        for entry in node.entries() {
            let value = &entry.value;
            let name = match entry.key.as_str() {
                "service" | "to" | "defaultBackend" => value.get("name").or(value.as_str().is_some().then_some(value)),
                "serviceName" => Some(value),
                "destination" => value.get("host"),
                _ => None,
            };
            found.extend(name.and_then(spanned_text));
            if matches!(entry.key.as_str(), "services" | "backendRefs" | "alternateBackends") {
                found.extend(value.items().iter().filter_map(|item| item.get("name")).filter_map(spanned_text));
            }
            waiting.push(value);
        }
        waiting.extend(node.items());
    }
    found.sort_by_key(|name| name.span);
    found.dedup();
    found
}

/// The alerts of Prometheus rule groups (`groups[].rules[]` with `alert` and `expr`).
pub fn alert_rules(holder: &Node) -> Vec<AlertRule> {
    let groups = holder.get("groups").map_or(&[][..], Node::items);
    let rules = groups.iter().flat_map(|group| group.get("rules").map_or(&[][..], Node::items));
    rules
        .filter(|rule| rule.get("alert").is_some())
        .filter_map(|rule| {
            let expression = rule.entry("expr")?;
            Some(AlertRule {
                name: rule.get("alert").and_then(spanned_text),
                expression: Spanned::new(expression.value.to_text()?, entry_span(expression)),
                span: rule.span,
            })
        })
        .collect()
}

fn texts(node: Option<&Node>) -> Vec<(String, String)> {
    let entries = node.into_iter().flat_map(Node::entries);
    entries.filter_map(|entry| Some((entry.key.clone(), entry.value.to_text()?))).collect()
}

fn spanned_texts(node: Option<&Node>) -> Vec<(String, Spanned<String>)> {
    let entries = node.into_iter().flat_map(Node::entries);
    entries
        .filter_map(|entry| Some((entry.key.clone(), Spanned::new(entry.value.to_text()?, entry_span(entry)))))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Manifest {
        let (manifests, notes) = read(text);
        assert!(notes.is_empty(), "{notes:?}");
        manifests.into_iter().next().expect("a manifest")
    }

    fn workload(text: &str) -> Workload {
        match one(text).object {
            Object::Workload(workload) => *workload,
            other => panic!("{other:?}"),
        }
    }

    const DEPLOYMENT: &str = r#"# Übersicht 😀
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  labels: { app: api }
spec:
  replicas: 3
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxSurge: 25%, maxUnavailable: 0 }
  template:
    metadata:
      labels: { app: api, version: 1 }
    spec:
      securityContext: { runAsNonRoot: true }
      containers:
        - name: api
          image: registry.example.org/api:1
          command: ["node"]
          args: ["dist/server.js", 8]
          env:
            - name: NODE_ENV
              value: production
            - name: EMPTY
            - name: KEY
              valueFrom: { secretKeyRef: { name: s, key: k } }
            - name: LEVEL
              valueFrom: { configMapKeyRef: { name: c, key: level } }
          envFrom:
            - configMapRef: { name: all }
          resources: { limits: { memory: 512Mi } }
          readinessProbe: { httpGet: { path: /ready, port: 3000 } }
"#;

    #[test]
    fn reads_a_deployment() {
        let workload = workload(DEPLOYMENT);
        assert!(workload.replicas.is_some_and(|replicas| replicas.known() == Some(&3)));
        let strategy = workload.strategy.unwrap();
        assert_eq!(strategy.max_surge.unwrap().known().unwrap(), "25%");
        assert_eq!(strategy.max_unavailable.unwrap().known().unwrap(), "0");
        assert!(workload.pod_labels.contains(&("version".into(), "1".into())));
        assert_eq!(workload.security.run_as_non_root.unwrap().known(), Some(&true));
        let container = &workload.containers[0];
        assert_eq!(container.args.as_ref().unwrap()[1].value, Given::Known("8".into()));
        assert_eq!(container.memory_limit.as_ref().unwrap().known().unwrap(), "512Mi");
        assert_eq!(container.readiness.as_ref().unwrap().by.as_deref(), Some("httpGet"));
        let span = container.readiness.as_ref().unwrap().span;
        assert_eq!(DEPLOYMENT.get(span.range()), Some("readinessProbe"));
        let values: Vec<_> = container.env.iter().map(|variable| variable.value.clone()).collect();
        assert_eq!(values[0], EnvSource::Text(Given::Known("production".into())));
        assert_eq!(values[1], EnvSource::Text(Given::Known(String::new())));
        assert!(matches!(&values[2], EnvSource::Secret(Some(name)) if name.value == "s"));
        assert!(matches!(&values[3], EnvSource::ConfigMap(name, Some(key)) if name.value == "c" && key == "level"));
    }

    #[test]
    fn pods_cron_jobs_and_lists() {
        let cron = workload(
            "apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{name: a}]}}}}}\n",
        );
        assert!(cron.kind.ends() && cron.containers.len() == 1);
        let list = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, spec: {containers: [{name: p}]}}\n- {apiVersion: v1, kind: Service, spec: {selector: {app: a}}}\n";
        let (manifests, _) = read(list);
        assert_eq!(manifests.len(), 2);
        assert!(
            matches!(&manifests[1].object, Object::Service(service) if service.selector == [("app".into(), "a".into())])
        );
    }

    #[test]
    fn entrances_of_every_kind_name_their_services() {
        for spec in [
            "rules: [{http: {paths: [{backend: {service: {name: api, port: {number: 80}}}}]}}]",
            "rules: [{http: {paths: [{backend: {serviceName: api, servicePort: 80}}]}}]",
            "rules: [{backendRefs: [{name: api, port: 80}]}]",
            "to: {kind: Service, name: api}",
            "routes: [{match: Host(`a`), services: [{name: api, port: 80}]}]",
            "http: [{route: [{destination: {host: api}}]}]",
        ] {
            for kind in ["Ingress", "HTTPRoute", "Route", "IngressRoute", "VirtualService"] {
                let manifest = one(&format!("apiVersion: x/v1\nkind: {kind}\nspec: {{{spec}}}\n"));
                assert!(
                    matches!(&manifest.object, Object::Entrance(entrance) if entrance.services[0].value == "api"),
                    "{spec}: {:?}",
                    manifest.object
                );
            }
        }
    }

    #[test]
    fn autoscalers_alerts_and_deliveries() {
        let scaler = one(
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: {minReplicas: 2, scaleTargetRef: {kind: Deployment, name: api}}\n",
        );
        assert!(
            matches!(scaler.object, Object::Autoscaler(scaler) if scaler.min.as_ref().unwrap().known() == Some(&2))
        );
        let rules = one(
            "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec: {groups: [{name: a, rules: [{alert: Restarts, expr: up == 0}, {record: x, expr: y}]}]}\n",
        );
        assert!(matches!(rules.object, Object::Alerts(rules) if rules.len() == 1));
        let argo = one("apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {path: deploy/api}}\n");
        assert!(
            matches!(&argo.object, Object::Delivery(delivery) if delivery.path.as_ref().unwrap().value == "deploy/api")
        );
    }

    #[test]
    fn templates_of_open_shift() {
        let text = "# größe\napiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n  - apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: 'api-${JOB}'}\n    spec: {replicas: '${{REPLICAS}}', template: {spec: {containers: [{name: api, image: 'acme/api:${TAG}', resources: {limits: {memory: '${MEMORY}'}}}]}}}\nparameters:\n  - {name: REPLICAS, value: '2'}\n  - {name: JOB, value: main}\n  - {name: MEMORY, required: true}\n";
        let (manifests, _) = read(text);
        assert_eq!(manifests[0].name.as_ref().unwrap().value, "api-main");
        let Object::Workload(workload) = &manifests[0].object else { panic!("{manifests:?}") };
        assert_eq!(workload.replicas.as_ref().unwrap().known(), Some(&2));
        let container = &workload.containers[0];
        assert_eq!(container.image.as_ref().unwrap().known().map(String::as_str), Some("acme/api:${TAG}"));
        assert_eq!(container.memory_limit.as_ref().unwrap().value, Given::Unknown);
    }

    #[test]
    fn charts_that_deliveries_render() {
        let argo = one(
            "# größe\napiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {sources: [{ref: values}, {chart: app-template, repoURL: 'https://example.org', helm: {values: 'image: {repository: acme/api}'}}]}\n",
        );
        let Object::Delivery(delivery) = &argo.object else { panic!("{argo:?}") };
        assert_eq!(delivery.chart.as_ref().unwrap().value, "app-template");
        let values = delivery.own_values.as_ref().unwrap();
        assert_eq!(values.at(&["image", "repository"]).and_then(Node::as_str), Some("acme/api"));
        let flux = one(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {chart: {spec: {chart: ./charts/api}}, values: {replicaCount: 2}}\n",
        );
        let Object::Delivery(delivery) = &flux.object else { panic!("{flux:?}") };
        assert!(delivery.chart.is_none() && delivery.path.as_ref().unwrap().value == "./charts/api");
    }

    #[test]
    fn what_is_no_manifest_gives_nothing() {
        assert!(read("kind: Deployment\n").0.is_empty());
        assert!(read("- a\n- b\n").0.is_empty());
        let broken = read("apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: 2\n");
        assert_eq!(broken.1.len(), 1);
    }
}
