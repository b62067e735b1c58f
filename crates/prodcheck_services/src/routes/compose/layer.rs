//! What a compose service answers to the checklist's questions.

use super::Project;
use crate::routes::container::base_image;
use crate::{HealthCheck, Instances, Layer, LogRotation, MemoryLimit, OpenFiles, Restart, RestartLimit};
use crate::{NodeVersion, ReverseProxy, Rollout, Setting, Tool, User};
use prodcheck_facts::compose::{HealthTest, Said, Service, Text, Variables, bytes};
use prodcheck_source::Place;

/// The layer of a service of a project.
pub fn layer(project: &Project, service: &Service) -> Layer {
    let asked = Asked { project, service, variables: &project.variables };
    let policy = asked.policy();
    let layer = Layer::new(Tool::Compose, service.place.clone());
    Layer {
        restart: asked.restart(&policy),
        instances: asked.instances(),
        memory_limit: asked.memory_limit(),
        boot: asked.boot(&policy),
        restart_limit: asked.restart_limit(&policy),
        health_check: asked.health_check(),
        log_rotation: asked.log_rotation(),
        user: asked.user(),
        reverse_proxy: asked.reverse_proxy(),
        node: asked.node(),
        open_files: asked.open_files(),
        rollout: asked.rollout(),
        ..layer
    }
}

struct Asked<'a> {
    project: &'a Project,
    service: &'a Service,
    variables: &'a Variables,
}

/// What is done when the container ends.
enum Policy {
    /// Nothing is said; Docker does nothing.
    Missing,
    /// Nothing is said, and a swarm restarts tasks by default.
    SwarmDefault,
    /// `no`, `none`.
    Never(Place, String),
    /// `on-failure`, with the most attempts where they are bounded.
    OnFailure(Attempts, Place, String),
    /// `always`, `unless-stopped`, `any`.
    Always(Attempts, Place, String),
    /// What only a run would tell.
    Unknown(Place, String),
}

/// How often a container is started again.
enum Attempts {
    Bounded(Place, String),
    Unbounded,
    Unknown(Place, String),
}

impl Asked<'_> {
    fn resolve(&self, said: &Said<Text>) -> Option<String> {
        said.value.resolve(self.variables).map(|text| text.trim().to_owned())
    }

    /// The answer where the key is absent: it belongs to the service, unless the service takes keys from where nobody can
    /// look.
    fn missing<T>(&self, key: &str) -> Setting<T> {
        match &self.service.extends {
            Some(extends) if self.service.open => {
                Setting::unknown(extends.place.clone(), format!("extends: {}", extends.service.raw()))
            }
            _ if self.service.open => Setting::unknown(self.service.place.clone(), self.service.name.clone()),
            _ => Setting::missing(self.service.place.clone(), key),
        }
    }

    /// `deploy.restart_policy` wins over `restart`: `getRestartPolicy` in
    /// <https://github.com/docker/compose/blob/main/pkg/compose/create.go>. A swarm reads the former alone, and restarts by
    /// default: <https://docs.docker.com/reference/compose-file/deploy/#restart_policy>.
    fn policy(&self) -> Policy {
        if let Some(policy) = &self.service.deploy.restart_policy {
            let attempts = match &policy.max_attempts {
                None => Attempts::Unbounded,
                Some(said) => match self.resolve(said).map(|text| text.parse::<u32>()) {
                    Some(Ok(1..)) => Attempts::Bounded(said.place.clone(), shown("max_attempts", said)),
                    Some(_) => Attempts::Unbounded,
                    None => Attempts::Unknown(said.place.clone(), shown("max_attempts", said)),
                },
            };
            let (condition, place, shown) = match &policy.condition {
                None => (Some("any".to_owned()), policy.place.clone(), "deploy.restart_policy".to_owned()),
                Some(said) => (self.resolve(said), said.place.clone(), shown("deploy.restart_policy.condition", said)),
            };
            return match condition.as_deref() {
                Some("none" | "no") => Policy::Never(place, shown),
                Some("on-failure") => Policy::OnFailure(attempts, place, shown),
                Some("any" | "always" | "unless-stopped" | "") => Policy::Always(attempts, place, shown),
                _ => Policy::Unknown(place, shown),
            };
        }
        if self.project.swarm {
            return Policy::SwarmDefault;
        }
        let Some(said) = &self.service.restart else {
            return Policy::Missing;
        };
        let (place, shown) = (said.place.clone(), shown("restart", said));
        let Some(value) = self.resolve(said) else {
            return self.unresolved_restart(said, place, shown);
        };
        let (name, count) = value.split_once(':').map_or((value.as_str(), None), |(name, count)| (name, Some(count)));
        match name {
            "no" | "false" | "" => Policy::Never(place, shown),
            "always" | "unless-stopped" => Policy::Always(Attempts::Unbounded, place, shown),
            "on-failure" => {
                let bounded = count.is_some_and(|count| matches!(count.trim().parse::<u32>(), Ok(1..)));
                let attempts =
                    if bounded { Attempts::Bounded(place.clone(), shown.clone()) } else { Attempts::Unbounded };
                Policy::OnFailure(attempts, place, shown)
            }
            _ => Policy::Unknown(place, shown),
        }
    }

    /// `on-failure:${N}` still says that it restarts on failure.
    fn unresolved_restart(&self, said: &Said<Text>, place: Place, shown: String) -> Policy {
        match said.value.partly(self.variables).strip_prefix("on-failure:") {
            Some(_) => Policy::OnFailure(Attempts::Unknown(place.clone(), shown.clone()), place, shown),
            None => Policy::Unknown(place, shown),
        }
    }

    fn restart(&self, policy: &Policy) -> Setting<Restart> {
        match policy {
            Policy::Missing => self.missing("restart"),
            Policy::SwarmDefault => {
                let by = "a swarm starts a service's tasks again by default";
                Setting::built_in(Restart::Restarts, self.service.place.clone(), by)
            }
            Policy::Never(place, shown) => Setting::set(Restart::Never, place.clone(), shown),
            Policy::OnFailure(_, place, shown) | Policy::Always(_, place, shown) => {
                Setting::set(Restart::Restarts, place.clone(), shown)
            }
            Policy::Unknown(place, shown) => Setting::unknown(place.clone(), shown),
        }
    }

    fn boot(&self, policy: &Policy) -> Setting<bool> {
        match policy {
            Policy::Missing => self.missing("restart"),
            Policy::SwarmDefault => {
                let by = "a swarm starts its services again when its nodes come back";
                Setting::built_in(true, self.service.place.clone(), by)
            }
            Policy::Never(place, shown) | Policy::OnFailure(_, place, shown) => {
                Setting::set(false, place.clone(), shown)
            }
            Policy::Always(_, place, shown) => Setting::set(true, place.clone(), shown),
            Policy::Unknown(place, shown) => Setting::unknown(place.clone(), shown),
        }
    }

    fn restart_limit(&self, policy: &Policy) -> Setting<RestartLimit> {
        const FOREVER: &str = "Docker's delay doubles but never stops, and shows no state to alert on";
        let (attempts, place, shown, why) = match policy {
            Policy::Missing | Policy::Never(..) => return self.missing("restart: on-failure:N"),
            Policy::SwarmDefault => return self.missing("deploy.restart_policy.max_attempts"),
            Policy::Unknown(place, shown) => return Setting::unknown(place.clone(), shown),
            Policy::OnFailure(attempts, place, shown) => {
                (attempts, place, shown, "without a count it is started again for ever")
            }
            Policy::Always(attempts, place, shown) => (attempts, place, shown, FOREVER),
        };
        match attempts {
            Attempts::Bounded(place, shown) => Setting::set(RestartLimit::Limited, place.clone(), shown),
            Attempts::Unknown(place, shown) => Setting::unknown(place.clone(), shown),
            Attempts::Unbounded => Setting::set(RestartLimit::Unlimited(why.to_owned()), place.clone(), shown),
        }
    }

    fn instances(&self) -> Setting<Instances> {
        let deploy = &self.service.deploy;
        if let Some(mode) = &deploy.mode
            && self.resolve(mode).as_deref() == Some("global")
        {
            return Setting::set(Instances::Many, mode.place.clone(), shown("deploy.mode", mode))
                .caveat("`global` is one task a node: a swarm of one node runs one", None);
        }
        let (said, key) = match (&deploy.replicas, &self.service.scale) {
            (Some(replicas), _) => (replicas, "deploy.replicas"),
            (None, Some(scale)) => (scale, "scale"),
            (None, None) => return self.missing("deploy.replicas"),
        };
        let shown = shown(key, said);
        let Some(Ok(count)) = self.resolve(said).map(|text| text.parse::<u32>()) else {
            return Setting::unknown(said.place.clone(), shown);
        };
        let setting = Setting::set(Instances::Count(count), said.place.clone(), shown);
        match &self.service.container_name {
            Some(name) if count > 1 => setting.caveat(
                "compose refuses more than one container where `container_name` names the only one",
                Some(name.place.clone()),
            ),
            _ => setting,
        }
    }

    fn memory_limit(&self) -> Setting<MemoryLimit> {
        let (said, key) = match (&self.service.deploy.memory_limit, &self.service.memory_limit) {
            (Some(limit), _) => (limit, "deploy.resources.limits.memory"),
            (None, Some(limit)) => (limit, "mem_limit"),
            (None, None) => return self.missing("deploy.resources.limits.memory"),
        };
        let shown = shown(key, said);
        let text = self.resolve(said);
        match text.as_deref().map(|text| if text.is_empty() { Some(0) } else { bytes(text) }) {
            Some(Some(0)) => Setting::set(MemoryLimit::Off, said.place.clone(), shown),
            Some(Some(limit)) => Setting::set(MemoryLimit::Bytes(limit), said.place.clone(), shown),
            _ => Setting::unknown(said.place.clone(), shown),
        }
    }

    fn health_check(&self) -> Setting<HealthCheck> {
        let Some(check) = &self.service.health_check else {
            return self.missing("healthcheck.test");
        };
        if let Some(disable) = &check.disable {
            let shown = shown("healthcheck.disable", disable);
            match self.resolve(disable).as_deref() {
                Some("true") => return Setting::set(HealthCheck::Off, disable.place.clone(), shown),
                Some(_) => {}
                None => return Setting::unknown(disable.place.clone(), shown),
            }
        }
        let Some(test) = &check.test else {
            // Interval and retries alone leave the image's own check in force.
            return Setting::missing(check.place.clone(), "healthcheck.test");
        };
        let (place, command) = (
            test.place.clone(),
            match &test.value {
                HealthTest::None => {
                    return Setting::set(HealthCheck::Off, test.place.clone(), "healthcheck.test: [\"NONE\"]");
                }
                HealthTest::Shell(line) => line.raw().to_owned(),
                HealthTest::Words(words) => words.iter().map(Text::raw).collect::<Vec<_>>().join(" "),
            },
        );
        let setting = Setting::set(HealthCheck::Polled, place, format!("healthcheck.test: {}", shorten(&command)));
        if matches!(command.trim(), "true" | "exit 0" | ":" | "/bin/true") {
            return setting.caveat("this check succeeds whatever the service does", None);
        }
        setting
    }

    /// Drivers: <https://docs.docker.com/engine/logging/configure/>.
    fn log_rotation(&self) -> Setting<LogRotation> {
        let Some(logging) = &self.service.logging else {
            return self.missing("logging.options.max-size");
        };
        let driver = match &logging.driver {
            None => "json-file".to_owned(),
            Some(said) => match self.resolve(said) {
                Some(driver) => driver,
                None => return Setting::unknown(said.place.clone(), shown("logging.driver", said)),
            },
        };
        if driver != "json-file" && driver != "json" {
            let place = logging.driver.as_ref().map_or(&logging.place, |said| &said.place).clone();
            let setting = Setting::set(LogRotation::Rotated, place, format!("logging.driver: {driver}"));
            return if driver == "none" { setting.caveat("`none` keeps no logs at all", None) } else { setting };
        }
        match logging.options.iter().find(|option| option.name == "max-size") {
            None => Setting::missing(logging.place.clone(), "logging.options.max-size"),
            Some(option) => {
                let raw = option.value.as_ref().map_or("", Text::raw);
                Setting::set(LogRotation::Rotated, option.place.clone(), format!("max-size: {raw}"))
            }
        }
    }

    fn user(&self) -> Setting<User> {
        let Some(said) = &self.service.user else {
            return Setting::Silent;
        };
        let shown = shown("user", said);
        match self.resolve(said) {
            None => Setting::unknown(said.place.clone(), shown),
            Some(user) => Setting::set(user_of(&user), said.place.clone(), shown),
        }
    }

    fn reverse_proxy(&self) -> Setting<ReverseProxy> {
        for port in &self.service.ports {
            let Some(published) = port.published.as_ref().and_then(|text| text.resolve(self.variables)) else {
                continue;
            };
            let local = port.host_ip.as_ref().and_then(|ip| ip.resolve(self.variables));
            let local = local.is_some_and(|ip| ip.starts_with("127.") || ip == "[::1]" || ip == "localhost");
            if matches!(published.as_str(), "80" | "443") && !local {
                let shown = format!("ports: {published}:{}", port.target.raw());
                let why = format!("compose publishes it on port {published}");
                return Setting::set(ReverseProxy::Exposed(why), port.place.clone(), shown);
            }
        }
        match self.project.proxy() {
            Some((service, image)) if service.name != self.service.name => {
                Setting::set(ReverseProxy::InFront, image.place.clone(), shown("image", image))
            }
            _ => Setting::Silent,
        }
    }

    /// The Node.js of an image that others publish and the service runs as it is.
    fn node(&self) -> Setting<NodeVersion> {
        let Some(image) = self.service.image.as_ref().filter(|_| self.service.build.is_none()) else {
            return Setting::Silent;
        };
        match self.resolve(image).as_deref().and_then(base_image::node) {
            Some(base_image::Node::Version(version)) => {
                Setting::set(version, image.place.clone(), shown("image", image))
            }
            Some(base_image::Node::Untold) => Setting::unknown(image.place.clone(), shown("image", image)),
            None => Setting::Silent,
        }
    }

    fn open_files(&self) -> Setting<OpenFiles> {
        let Some(limit) = self.service.ulimits.iter().find(|limit| limit.name == "nofile") else {
            return Setting::Silent;
        };
        let value = limit.hard.as_ref().or(limit.soft.as_ref());
        let shown = format!("ulimits.nofile: {}", value.map_or("", Text::raw));
        match value.and_then(|text| text.resolve(self.variables)).map(|text| text.trim().parse::<i64>()) {
            Some(Ok(count)) => {
                let count = u64::try_from(count).unwrap_or(u64::MAX);
                Setting::set(OpenFiles::Count(count), limit.place.clone(), shown)
            }
            _ => Setting::unknown(limit.place.clone(), shown),
        }
    }

    fn rollout(&self) -> Setting<Rollout> {
        let Some(order) = self.service.deploy.update.as_ref().and_then(|update| update.order.as_ref()) else {
            return Setting::Silent;
        };
        let shown = shown("deploy.update_config.order", order);
        match self.resolve(order).as_deref() {
            Some("start-first") => Setting::set(Rollout::Rolling, order.place.clone(), shown),
            Some(_) => {
                let why = "a task is stopped before its successor starts".to_owned();
                Setting::set(Rollout::Interrupts(why), order.place.clone(), shown)
            }
            None => Setting::unknown(order.place.clone(), shown),
        }
    }
}

/// Who `user:` or `USER` names: `name`, `uid`, `name:group` or `uid:gid`.
pub(in crate::routes) fn user_of(user: &str) -> User {
    let name = user.split(':').next().unwrap_or("").trim();
    let zero = !name.is_empty() && name.bytes().all(|byte| byte == b'0');
    if name == "root" || name.is_empty() || zero { User::Root } else { User::Other }
}

fn shown(key: &str, said: &Said<Text>) -> String {
    format!("{key}: {}", shorten(said.value.raw()))
}

/// Text for a message: one line, not longer than a line.
fn shorten(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or("")),
        None => line,
    }
}
