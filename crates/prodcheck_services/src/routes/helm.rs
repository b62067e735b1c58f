//! Charts of other repositories that a chart depends on: what the values that are set for them say of the workload.
//!
//! The chart itself is code elsewhere. It renders a workload, so Kubernetes' own answers hold; for the rest the options
//! that are set here are evidence, and a row of the table says what the chart does without them.

use crate::{
    EnvSetting, EnvValue, HealthCheck, Instances, Layer, LogRotation, MemoryLimit, Restart, RestartLimit, ReverseProxy,
    Rollout, Setting, Tool,
};
use prodcheck_facts::given::{entry_span, written};
use prodcheck_facts::helm::{Dependency, SetValues};
use prodcheck_formats::value::{Entry, Node};
use prodcheck_source::{Place, RepoPath, Span};

/// What a chart does where no value says otherwise. Each row is read off the chart's own templates and values.
struct KnownChart {
    name: &'static str,
    /// A part of the address of the repository that it comes from.
    from: &'static str,
    replicas: u32,
    has_memory_limit: bool,
    has_probes: bool,
    has_ingress: bool,
}

const KNOWN: &[KnownChart] = &[
    // <https://github.com/ministryofjustice/hmpps-helm-charts/tree/main/charts/generic-service>, `values.yaml` and
    // `templates/deployment.yaml`.
    KnownChart {
        name: "generic-service",
        from: "ministryofjustice.github.io",
        replicas: 4,
        has_memory_limit: false,
        has_probes: true,
        has_ingress: false,
    },
];

/// A workload that a chart of another repository renders with the values that are set for it here.
#[derive(Debug, Clone)]
pub struct Declared {
    /// The chart's name.
    pub chart: String,
    /// The image, where values name it.
    pub image: Option<String>,
    /// The variables that values set, in order.
    pub environment: Vec<EnvSetting>,
    /// What it answers.
    pub layer: Layer,
}

/// The workload of a dependency whose chart is not in the repository; `None` where its values name no image, so that it
/// renders none of this repository's.
pub fn declared(dependency: &Dependency) -> Option<Declared> {
    if dependency.folder.is_some() {
        return None;
    }
    let values = Values(&dependency.values);
    let (holder, image) = values.find(&["image"])?;
    let repository = image.value.get("repository").or_else(|| image.value.get("name")).unwrap_or(&image.value);
    let place = holder.key.clone();
    let known = KNOWN.iter().find(|row| {
        let from = dependency.repository.as_ref().is_some_and(|repository| repository.value.contains(row.from));
        row.name == dependency.name.value && from
    });
    let chart = dependency.name.value.clone();
    let named = Place::new(dependency.path.clone(), dependency.name.span);
    let asked = Asked { values, known, chart: &chart, place, named };
    let layer = asked.layer();
    Some(Declared {
        image: repository.as_str().map(str::to_owned),
        environment: asked.values.environment(),
        chart: chart.clone(),
        layer,
    })
}

/// Values that several files set; a later file counts more.
struct Values<'a>(&'a [SetValues]);

impl<'a> Values<'a> {
    /// The entry of a path of keys in the last file that has it.
    fn find(&self, keys: &[&str]) -> Option<(&'a SetValues, &'a Entry)> {
        let (last, parents) = keys.split_last()?;
        self.0.iter().rev().find_map(|set| Some((set, set.values.at(parents)?.entry(last)?)))
    }

    /// The variables that all files together set.
    fn environment(&self) -> Vec<EnvSetting> {
        let sets = self
            .0
            .iter()
            .flat_map(|set| ["env", "envs", "extraEnv", "environment", "extraEnvVars"].map(|key| (set, key)));
        sets.filter_map(|(set, key)| Some(variables(set, set.values.entry(key)?))).flatten().collect()
    }

    /// The first of several paths that is set, to more than nothing.
    fn first(&self, paths: &[&[&str]]) -> Option<Found<'a>> {
        paths.iter().find_map(|keys| {
            let (set, entry) = self.find(keys)?;
            let found = Found { file: &set.key.path, entry, key: keys.join(".") };
            (!entry.value.is_null()).then_some(found)
        })
    }
}

/// The variables of a map by name, or of a list of names and values, as most charts take them.
fn variables(set: &SetValues, entry: &Entry) -> Vec<EnvSetting> {
    let of = |name: &str, value: Option<&Node>, span: Span| EnvSetting {
        name: name.to_owned(),
        value: value.and_then(Node::to_text).map_or(EnvValue::Unknown, EnvValue::Text),
        place: Place::new(set.key.path.clone(), span),
    };
    let by_name = entry.value.entries().map(|variable| {
        let value = variable.value.get("value").or(variable.value.as_object().is_none().then_some(&variable.value));
        of(&variable.key, value, entry_span(variable))
    });
    let listed = entry
        .value
        .items()
        .iter()
        .filter_map(|item| Some(of(item.get("name")?.as_str()?, item.get("value"), item.span)));
    by_name.chain(listed).collect()
}

struct Found<'a> {
    file: &'a RepoPath,
    entry: &'a Entry,
    key: String,
}

impl Found<'_> {
    fn place(&self) -> Place {
        Place::new(self.file.clone(), entry_span(self.entry))
    }

    fn shown(&self) -> String {
        match &self.entry.value {
            value if value.as_object().is_some() => self.key.clone(),
            value => format!("{}: {}", self.key, written(value).trim_matches('"')),
        }
    }
}

struct Asked<'a> {
    values: Values<'a>,
    known: Option<&'static KnownChart>,
    chart: &'a str,
    /// The chart's key in the values file.
    place: Place,
    /// Where the chart is named as a dependency.
    named: Place,
}

impl Asked<'_> {
    fn layer(&self) -> Layer {
        let place = || self.named.clone();
        let mut layer = Layer::new(Tool::Kubernetes, self.place.clone());
        let by = |what: &str| format!("the chart `{}` renders a workload, and {what}", self.chart);
        layer.restart = Setting::built_in(Restart::Restarts, place(), by("Kubernetes restarts its containers"));
        layer.boot = Setting::built_in(true, place(), by("Kubernetes places its pods again when a node comes back"));
        layer.restart_limit = Setting::built_in(
            RestartLimit::Limited,
            place(),
            by("Kubernetes restarts failed containers with a growing delay and shows `CrashLoopBackOff`"),
        );
        layer.log_rotation = Setting::built_in(LogRotation::Rotated, place(), by("the kubelet rotates its logs"));
        layer.instances = self.instances();
        layer.memory_limit = self.memory_limit();
        layer.health_check = self.health_check();
        layer.reverse_proxy = self.reverse_proxy();
        layer.rollout = match layer.health_check.value() {
            Some(HealthCheck::Polled) => {
                Setting::built_in(Rollout::Rolling, place(), by("Kubernetes replaces its pods step by step"))
            }
            _ => self.unknown("strategy"),
        };
        layer
    }

    /// What the chart does without the option is not in this repository.
    fn unknown<T>(&self, option: &str) -> Setting<T> {
        Setting::unknown(self.place.clone(), format!("{option} of the chart {}", self.chart))
    }

    /// An option of a chart that no row tells about says what it is meant to do by its name alone.
    fn by_name<T>(&self, setting: Setting<T>) -> Setting<T> {
        match self.known {
            Some(_) => setting,
            None => setting.caveat(
                format!(
                    "the chart `{}` is not in this repository; what it makes of this option is taken from its name",
                    self.chart
                ),
                None,
            ),
        }
    }

    fn instances(&self) -> Setting<Instances> {
        let scaled =
            self.values.find(&["autoscaling", "enabled"]).is_some_and(|(_, on)| on.value.as_bool() == Some(true));
        let counts: &[&[&str]] = match scaled {
            true => &[&["autoscaling", "minReplicas"]],
            false => &[&["replicaCount"], &["replicas"]],
        };
        match self.values.first(counts) {
            Some(found) => match count(&found.entry.value) {
                Some(count) => self.by_name(Setting::set(Instances::Count(count), found.place(), found.shown())),
                None => Setting::unknown(found.place(), found.shown()),
            },
            None => match self.known {
                Some(known) if !scaled => Setting::built_in(
                    Instances::Count(known.replicas),
                    self.place.clone(),
                    format!("the chart `{}` runs {} replicas by default", self.chart, known.replicas),
                ),
                _ => self.unknown("replicas"),
            },
        }
    }

    fn memory_limit(&self) -> Setting<MemoryLimit> {
        match self.values.first(&[&["resources", "limits", "memory"]]) {
            Some(found) => {
                let text = found.entry.value.to_text().unwrap_or_default();
                let limit = super::kubernetes::bytes(&text).map_or(MemoryLimit::Named, MemoryLimit::Bytes);
                self.by_name(Setting::set(limit, found.place(), found.shown()))
            }
            None if self.known.is_some_and(|known| !known.has_memory_limit) => {
                Setting::missing(self.place.clone(), "resources.limits.memory")
            }
            None => self.unknown("resources"),
        }
    }

    fn health_check(&self) -> Setting<HealthCheck> {
        let probes: &[&[&str]] =
            &[&["livenessProbe"], &["readinessProbe"], &["probes", "liveness"], &["probes", "readiness"]];
        match self.values.first(probes) {
            Some(found) => self.by_name(Setting::set(HealthCheck::Polled, found.place(), found.shown())),
            None if self.known.is_some_and(|known| known.has_probes) => Setting::built_in(
                HealthCheck::Polled,
                self.place.clone(),
                format!("the chart `{}` sets liveness and readiness probes by default", self.chart),
            ),
            None => self.unknown("livenessProbe"),
        }
    }

    fn reverse_proxy(&self) -> Setting<ReverseProxy> {
        match self.values.first(&[&["ingress", "enabled"]]) {
            Some(found) if found.entry.value.as_bool() == Some(true) => {
                self.by_name(Setting::set(ReverseProxy::InFront, found.place(), found.shown()))
            }
            Some(_) => Setting::Silent,
            None if self.known.is_some_and(|known| known.has_ingress) => Setting::built_in(
                ReverseProxy::InFront,
                self.place.clone(),
                format!("the chart `{}` makes an ingress by default", self.chart),
            ),
            None => Setting::Silent,
        }
    }
}

fn count(node: &Node) -> Option<u32> {
    let number = node.as_number()?;
    (number.fract() == 0.0 && (0.0..1e6).contains(&number)).then_some(number as u32)
}
