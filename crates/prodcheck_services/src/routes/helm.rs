//! Charts of other repositories that a chart depends on: what the values that are set for them say of the workload.
//!
//! The chart itself is code elsewhere. It renders a workload, so Kubernetes' own answers hold; for the rest the options
//! that are set here are evidence, and a row of the table says what the chart does without them.

mod charts;
#[cfg(test)]
mod tests;

use super::kubernetes::Word;
use crate::{
    EnvSetting, EnvValue, HealthCheck, Instances, Layer, LogRotation, MemoryLimit, Restart, RestartLimit, ReverseProxy,
    Rollout, Setting, Tool, User,
};
use charts::{KNOWN, KnownChart, Probes, SHAPES};
use prodcheck_facts::given::{entry_span, written};
use prodcheck_facts::helm::{Dependency, SetValues};
use prodcheck_formats::value::{Entry, Node};
use prodcheck_source::{Place, RepoPath, Span};

/// A workload that a chart of another repository renders with the values that are set for it here.
#[derive(Debug, Clone)]
pub struct Declared {
    /// The chart's name.
    pub chart: String,
    /// The image, where values name it.
    pub image: Option<String>,
    /// `command`, which replaces the image's entry point.
    pub command: Option<Vec<Word>>,
    /// `args`, which replace the image's command.
    pub arguments: Option<Vec<Word>>,
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
    let known = KNOWN.iter().find(|row| {
        let from = dependency.repository.as_ref().is_some_and(|repository| repository.value.contains(row.from));
        row.name == dependency.name.value && from
    });
    let all = &dependency.values;
    let shapes = known.map(|row| (row.workload, row.container)).into_iter().chain(SHAPES.iter().copied());
    let mut shaped = shapes.filter_map(|(workload, container)| {
        let values = Values { all, base: container };
        let (holder, image) = values.find(&["image"])?;
        Some((workload, values, holder, image))
    });
    let (workload, values, holder, image) = shaped.next()?;
    let repository = image.value.get("repository").or_else(|| image.value.get("name")).unwrap_or(&image.value);
    let chart = dependency.name.value.clone();
    let named = Place::new(dependency.path.clone(), dependency.name.span);
    let asked = Asked {
        container: values,
        workload: Values { all, base: workload },
        root: Values { all, base: &[] },
        known,
        chart: &chart,
        place: holder.key.clone(),
        named,
    };
    let layer = asked.layer();
    Some(Declared {
        image: repository.as_str().map(str::to_owned),
        command: values.words(&["command", "containerCommand"]),
        arguments: values.words(&["args", "containerArgs"]),
        environment: values.environment(),
        chart: chart.clone(),
        layer,
    })
}

/// Values that several files set below one key; a later file counts more.
#[derive(Clone, Copy)]
struct Values<'a> {
    all: &'a [SetValues],
    /// The keys down to what is asked about; `*` is whatever key comes first.
    base: &'static [&'static str],
}

impl<'a> Values<'a> {
    fn of(self, set: &'a SetValues) -> Option<&'a Node> {
        self.base.iter().try_fold(&set.values, |node, key| match *key {
            "*" => node.entries().map(|entry| &entry.value).find(|value| value.as_object().is_some()),
            key => node.get(key),
        })
    }

    /// The entry of a path of keys in the last file that has it.
    fn find(self, keys: &[&str]) -> Option<(&'a SetValues, &'a Entry)> {
        let (last, parents) = keys.split_last()?;
        self.all.iter().rev().find_map(|set| Some((set, self.of(set)?.at(parents)?.entry(last)?)))
    }

    /// A command, as a list of words.
    fn words(self, keys: &[&str]) -> Option<Vec<Word>> {
        let (set, entry) = keys.iter().find_map(|key| self.find(&[key]))?;
        let words = entry.value.items();
        let word = |word: &Node| (word.to_text(), Place::new(set.key.path.clone(), word.span));
        (!words.is_empty()).then(|| words.iter().map(word).collect())
    }

    /// The variables that all files together set.
    fn environment(self) -> Vec<EnvSetting> {
        let keys = ["env", "envs", "vars", "extraEnv", "environment", "extraEnvVars"];
        let sets = self.all.iter().flat_map(|set| keys.map(|key| (set, key)));
        sets.filter_map(|(set, key)| Some(variables(set, self.of(set)?.entry(key)?))).flatten().collect()
    }

    fn is_on(self, keys: &[&str]) -> bool {
        self.find(keys).is_some_and(|(_, on)| on.value.as_bool() == Some(true))
    }

    /// The first of several paths that is set, to more than nothing.
    fn first(self, paths: &[&[&str]]) -> Option<Found<'a>> {
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
    container: Values<'a>,
    workload: Values<'a>,
    root: Values<'a>,
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
        layer.user = self.user();
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
        let scaled = [self.root, self.workload].iter().any(|values| values.is_on(&["autoscaling", "enabled"]));
        let found = match scaled {
            true => {
                [self.root, self.workload].iter().find_map(|values| values.first(&[&["autoscaling", "minReplicas"]]))
            }
            false => self.workload.first(&[&["replicaCount"], &["replicas"]]),
        };
        match found {
            Some(found) => match count(&found.entry.value) {
                Some(count) => self.by_name(Setting::set(Instances::Count(count), found.place(), found.shown())),
                None => Setting::unknown(found.place(), found.shown()),
            },
            None => match self.known {
                Some(known) if !scaled => Setting::built_in(
                    Instances::Count(known.replicas),
                    self.place.clone(),
                    match known.replicas {
                        1 => format!("the chart `{}` runs one replica by default", self.chart),
                        many => format!("the chart `{}` runs {many} replicas by default", self.chart),
                    },
                ),
                _ => self.unknown("replicas"),
            },
        }
    }

    fn memory_limit(&self) -> Setting<MemoryLimit> {
        match self.container.first(&[&["resources", "limits", "memory"]]) {
            Some(found) => {
                let text = found.entry.value.to_text().unwrap_or_default();
                let limit = super::kubernetes::bytes(&text).map_or(MemoryLimit::Named, MemoryLimit::Bytes);
                self.by_name(Setting::set(limit, found.place(), found.shown()))
            }
            None => match self.known {
                Some(known) if known.has_memory_limit => Setting::built_in(
                    MemoryLimit::Named,
                    self.place.clone(),
                    format!("the chart `{}` sets a memory limit by default", self.chart),
                ),
                Some(_) => Setting::missing(self.place.clone(), "resources.limits.memory"),
                None => self.unknown("resources"),
            },
        }
    }

    fn health_check(&self) -> Setting<HealthCheck> {
        let probes: &[&[&str]] =
            &[&["livenessProbe"], &["readinessProbe"], &["probes", "liveness"], &["probes", "readiness"], &["probe"]];
        let mut off = None;
        for found in probes.iter().filter_map(|keys| self.container.first(&[keys])) {
            let enabled = found.entry.value.get("enabled").and_then(Node::as_bool);
            let needs = self.known.is_some_and(|known| known.probes == Probes::WhenEnabled);
            match enabled {
                Some(false) => off = Some(found),
                None if needs => {}
                _ => return self.by_name(Setting::set(HealthCheck::Polled, found.place(), found.shown())),
            }
        }
        match (self.known, off) {
            (Some(KnownChart { probes: Probes::Always, .. }), None) => Setting::built_in(
                HealthCheck::Polled,
                self.place.clone(),
                format!("the chart `{}` sets liveness and readiness probes by default", self.chart),
            ),
            (_, Some(found)) => Setting::set(HealthCheck::Off, found.place(), found.shown()),
            (Some(_), None) => Setting::missing(self.place.clone(), "livenessProbe"),
            (None, None) => self.unknown("livenessProbe"),
        }
    }

    fn user(&self) -> Setting<User> {
        let contexts = [
            (self.container, "securityContext"),
            (self.container, "containerSecurityContext"),
            (self.workload, "podSecurityContext"),
            (self.root, "defaultPodOptions"),
        ];
        for (values, key) in contexts {
            let inner: &[&str] = if key == "defaultPodOptions" { &[key, "securityContext"] } else { &[key] };
            let keys = |last: &'static str| inner.iter().copied().chain([last]).collect::<Vec<_>>();
            if let Some(found) = values.first(&[&keys("runAsUser")]) {
                let user = match found.entry.value.as_number() {
                    Some(0.0) => User::Root,
                    Some(_) => User::Other,
                    None => return Setting::unknown(found.place(), found.shown()),
                };
                return self.by_name(Setting::set(user, found.place(), found.shown()));
            }
            if let Some(found) = values.first(&[&keys("runAsNonRoot")]) {
                return match found.entry.value.as_bool() {
                    Some(true) => self.by_name(Setting::set(User::Other, found.place(), found.shown())),
                    _ => Setting::Silent,
                };
            }
        }
        match self.known {
            Some(known) if known.is_non_root => Setting::built_in(
                User::Other,
                self.named.clone(),
                format!("the chart `{}` does not let containers run as root", self.chart),
            ),
            _ => Setting::Silent,
        }
    }

    fn reverse_proxy(&self) -> Setting<ReverseProxy> {
        for key in ["ingress", "httpRoute", "route"] {
            let Some(found) = self.root.first(&[&[key]]) else { continue };
            // `ingress.enabled`, or one ingress a name, each on unless it is switched off.
            let named = || {
                found.entry.value.entries().any(|entry| {
                    entry.value.get("hosts").is_some()
                        && entry.value.get("enabled").and_then(Node::as_bool) != Some(false)
                })
            };
            if self.root.is_on(&[key, "enabled"]) || named() {
                return self.by_name(Setting::set(ReverseProxy::InFront, found.place(), found.shown()));
            }
        }
        Setting::Silent
    }
}

fn count(node: &Node) -> Option<u32> {
    let number = node.as_number()?;
    (number.fract() == 0.0 && (0.0..1e6).contains(&number)).then_some(number as u32)
}
