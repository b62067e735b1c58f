//! What a container of a workload answers to the checklist's questions.

use super::{Located, quantity, selects};
use crate::{
    HealthCheck, Instances, Layer, LogRotation, MemoryLimit, Restart, RestartLimit, ReverseProxy, Rollout, Setting,
    Tool, User,
};
use prodcheck_facts::given::{Field, Given};
use prodcheck_facts::kubernetes::{Container, Manifest, Object, SecurityContext, Workload, WorkloadKind};
use prodcheck_source::Place;

/// The layer of a container. The manifests are those that are applied together with its workload.
pub fn layer(located: &Located<'_>, workload: &Workload, container: &Container, manifests: &[Located<'_>]) -> Layer {
    let asked = Asked { located: *located, workload, container, manifests };
    let place = asked.container_place();
    let mut layer = Layer::new(Tool::Kubernetes, place);
    let pod = workload.kind == WorkloadKind::Pod;
    layer.restart = asked.restart();
    layer.instances = asked.instances();
    layer.memory_limit = asked.memory_limit();
    layer.boot = if pod {
        Setting::set(false, asked.kind_place(), "kind: Pod")
            .caveat("a bare Pod is not placed again when its node goes", None)
    } else {
        Setting::built_in(true, asked.kind_place(), "Kubernetes places the pods again when a node comes back or goes")
    };
    layer.restart_limit = Setting::built_in(
        RestartLimit::Limited,
        asked.kind_place(),
        "Kubernetes restarts failed containers with a growing delay and shows `CrashLoopBackOff`",
    );
    layer.health_check = asked.health_check();
    layer.log_rotation =
        Setting::built_in(LogRotation::Rotated, asked.kind_place(), "the kubelet rotates the logs of containers");
    layer.user = asked.user();
    layer.reverse_proxy = asked.reverse_proxy();
    layer.rollout = asked.rollout();
    layer
}

struct Asked<'a> {
    located: Located<'a>,
    workload: &'a Workload,
    container: &'a Container,
    manifests: &'a [Located<'a>],
}

impl Asked<'_> {
    fn kind_place(&self) -> Place {
        self.located.place(self.located.manifest.kind.span)
    }

    /// Where the container's missing keys belong: its name, else the entry.
    fn container_place(&self) -> Place {
        let name = self.container.name.as_ref().map(|name| name.span);
        self.located.place(name.unwrap_or(self.container.span))
    }

    /// A key that the container lacks, unless a template may set it where nobody can tell.
    fn missing<T>(&self, key: &str) -> Setting<T> {
        match self.container.open {
            true => Setting::unknown(self.container_place(), format!("{key}, which the template may set")),
            false => Setting::missing(self.container_place(), key),
        }
    }

    fn place<T>(&self, field: &Field<T>) -> Place {
        self.located.place(field.span)
    }

    fn restart(&self) -> Setting<Restart> {
        if let Some(policy) = &self.workload.restart_policy {
            let shown = shown(policy);
            match &policy.value {
                Given::Known(value) if value == "Never" => {
                    return Setting::set(Restart::Never, self.place(policy), shown);
                }
                Given::Known(_) => {}
                Given::Wrong | Given::Unknown => return Setting::unknown(self.place(policy), shown),
            }
        }
        match self.workload.kind {
            WorkloadKind::Pod => Setting::set(Restart::Never, self.kind_place(), "kind: Pod").caveat(
                "the kubelet restarts its containers, but nothing replaces a bare Pod when it is evicted",
                None,
            ),
            _ => Setting::built_in(
                Restart::Restarts,
                self.kind_place(),
                format!("Kubernetes restarts the containers of a {}", self.located.manifest.kind.value),
            ),
        }
    }

    fn instances(&self) -> Setting<Instances> {
        if let Some((located, scaler)) = self.autoscaler() {
            return match &scaler.min {
                Some(min) => match min.known() {
                    Some(count) => Setting::set(instances(*count), located.place(min.span), shown(min)),
                    None => Setting::unknown(located.place(min.span), shown(min)),
                },
                // The default of `minReplicas` is 1; KEDA's is 0.
                None => Setting::missing(located.place(located.manifest.kind.span), "minReplicas"),
            };
        }
        match self.workload.kind {
            WorkloadKind::DaemonSet => {
                Setting::built_in(Instances::Many, self.kind_place(), "a DaemonSet runs one pod on every node")
            }
            WorkloadKind::Knative => {
                Setting::built_in(Instances::Many, self.kind_place(), "the platform scales out by itself")
            }
            _ => match &self.workload.replicas {
                Some(replicas) => match replicas.known() {
                    Some(count) => Setting::set(instances(*count), self.place(replicas), shown(replicas)),
                    None => Setting::unknown(self.place(replicas), shown(replicas)),
                },
                None => Setting::missing(self.kind_place(), "replicas"),
            },
        }
    }

    fn autoscaler(&self) -> Option<(&Located<'_>, &prodcheck_facts::kubernetes::Autoscaler)> {
        let name = &self.located.manifest.name.as_ref()?.value;
        self.manifests.iter().find_map(|located| match &located.manifest.object {
            Object::Autoscaler(scaler) => {
                let (kind, target) = scaler.target.as_ref()?;
                (&target.value == name
                    && *kind == self.located.manifest.kind.value
                    && same_namespace(self.located.manifest, located.manifest))
                .then_some((located, scaler))
            }
            _ => None,
        })
    }

    fn memory_limit(&self) -> Setting<MemoryLimit> {
        match &self.container.memory_limit {
            None => match self.container.resources.filter(|_| !self.container.open) {
                Some(resources) => Setting::missing(self.located.place(resources), "resources.limits.memory"),
                None => self.missing("resources.limits.memory"),
            },
            Some(limit) => match &limit.value {
                Given::Known(text) => {
                    let value = quantity::bytes(text).map_or(MemoryLimit::Named, MemoryLimit::Bytes);
                    Setting::set(value, self.place(limit), shown(limit))
                }
                // A limit that is set is a limit, whatever its size.
                Given::Unknown => Setting::set(MemoryLimit::Named, self.place(limit), shown(limit)),
                Given::Wrong => Setting::unknown(self.place(limit), shown(limit)),
            },
        }
    }

    fn health_check(&self) -> Setting<HealthCheck> {
        let probes = [("livenessProbe", &self.container.liveness), ("readinessProbe", &self.container.readiness)];
        match probes.iter().find_map(|(name, probe)| Some((name, probe.as_ref()?))) {
            Some((name, probe)) => Setting::set(HealthCheck::Polled, self.located.place(probe.span), *name),
            None => self.missing("livenessProbe"),
        }
    }

    /// The container's own answer wins over the pod's.
    fn user(&self) -> Setting<User> {
        let says = |context: &SecurityContext| {
            let by_number = context.run_as_user.as_ref().map(|user| match user.value {
                Given::Known(0) => Setting::set(User::Root, self.place(user), shown(user)),
                Given::Known(_) => Setting::set(User::Other, self.place(user), shown(user)),
                Given::Wrong | Given::Unknown => Setting::unknown(self.place(user), shown(user)),
            });
            by_number.or_else(|| {
                let flag = context.run_as_non_root.as_ref()?;
                match flag.value {
                    Given::Known(true) => Some(Setting::set(User::Other, self.place(flag), shown(flag))),
                    // `false` allows root and does not ask for it: the image decides.
                    Given::Known(false) | Given::Wrong => None,
                    Given::Unknown => Some(Setting::unknown(self.place(flag), shown(flag))),
                }
            })
        };
        says(&self.container.security).or_else(|| says(&self.workload.security)).unwrap_or(Setting::Silent)
    }

    fn reverse_proxy(&self) -> Setting<ReverseProxy> {
        let services: Vec<&str> = self
            .manifests
            .iter()
            .filter_map(|located| match &located.manifest.object {
                Object::Service(service) if selects(&service.selector, self.workload) => {
                    Some(located.manifest.name.as_ref()?.value.as_str())
                }
                _ => None,
            })
            .collect();
        if self.workload.kind == WorkloadKind::Knative {
            return Setting::built_in(ReverseProxy::InFront, self.kind_place(), "the platform routes requests to it");
        }
        let entrance = self.manifests.iter().find_map(|located| match &located.manifest.object {
            Object::Entrance(entrance) => {
                let leads = |name: &str| services.contains(&name.split('.').next().unwrap_or(name));
                let found = entrance.services.iter().find(|service| leads(&service.value))?;
                Some((located, found))
            }
            _ => None,
        });
        match entrance {
            Some((located, service)) => Setting::set(
                ReverseProxy::InFront,
                located.place(located.manifest.kind.span),
                format!("{} to {}", located.manifest.kind.value, service.value),
            ),
            None => Setting::Silent,
        }
    }

    fn rollout(&self) -> Setting<Rollout> {
        let strategy = self.workload.strategy.as_ref();
        if let Some(kind) = strategy.and_then(|strategy| strategy.kind.as_ref()) {
            match &kind.value {
                Given::Known(name) if name == "Recreate" => {
                    let why = "every pod is stopped before a new one starts".to_owned();
                    return Setting::set(Rollout::Interrupts(why), self.place(kind), shown(kind));
                }
                Given::Unknown | Given::Wrong => return Setting::unknown(self.place(kind), shown(kind)),
                Given::Known(_) => {}
            }
        }
        if self.workload.kind == WorkloadKind::Pod {
            let why = "a bare Pod is not replaced step by step".to_owned();
            return Setting::set(Rollout::Interrupts(why), self.kind_place(), "kind: Pod");
        }
        if self.container.readiness.is_none() && self.workload.kind != WorkloadKind::Knative {
            return self.missing("readinessProbe");
        }
        let single = self.workload.replicas.as_ref().is_some_and(|replicas| replicas.known() == Some(&1));
        if let Some(surge) = strategy.and_then(|strategy| strategy.max_surge.as_ref())
            && single
            && surge.known().is_some_and(|surge| matches!(surge.as_str(), "0" | "0%"))
        {
            let why = "the only replica goes before the new one comes".to_owned();
            return Setting::set(Rollout::Interrupts(why), self.place(surge), shown(surge));
        }
        Setting::built_in(
            Rollout::Rolling,
            self.kind_place(),
            format!(
                "Kubernetes replaces the pods of a {} step by step, as they become ready",
                self.located.manifest.kind.value
            ),
        )
    }
}

fn instances(count: u64) -> Instances {
    Instances::Count(u32::try_from(count).unwrap_or(u32::MAX))
}

fn same_namespace(one: &Manifest, other: &Manifest) -> bool {
    one.namespace.is_none() || other.namespace.is_none() || one.namespace == other.namespace
}

fn shown<T>(field: &Field<T>) -> String {
    format!("{}: {}", field.key, field.written.trim_matches('"'))
}
