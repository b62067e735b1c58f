//! What the repository sets up around its services: rotation of logs on their machines, and what watches them.

use crate::{Repository, Service};
use prodcheck_facts::automation::{Step, TriggerKind};
use prodcheck_facts::command::Invocation;
use prodcheck_facts::infrastructure::{Purpose, Watched};
use prodcheck_facts::monitoring::Monitoring;
use prodcheck_facts::provisioning::Provisioning;
use prodcheck_facts::{FileFacts, folders};
use prodcheck_source::{Place, RepoPath, Spanned};

/// Something that is set up, and where the repository says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUp {
    /// What, as written and short.
    pub shown: String,
    /// Where.
    pub place: Place,
}

impl SetUp {
    fn of(path: &RepoPath, said: &Spanned<String>) -> Self {
        Self { shown: said.value.clone(), place: Place::new(path.clone(), said.span) }
    }
}

/// PM2's modules that tell people of restarts and errors: <https://github.com/keymetrics/pm2-modules>, and their own
/// documentation on npm.
const NOTIFIERS: &[&str] = &[
    "pm2-slack",
    "pm2-discord",
    "pm2-telegram",
    "pm2-telegram-notify",
    "pm2-notify",
    "pm2-health",
    "pm2-webhook",
    "pm2-mail",
    "pm2-mattermost",
    "pm2-teams",
    "pm2-ms-teams",
    "pm2-pushover",
    "pm2-pushbullet",
    "pm2-sentry",
    "pm2-rocketchat",
    "pm2-cloudwatch",
    "pm2-auto-notifier",
];

/// Actions that ask an address whether it answers.
const PINGERS: &[&str] = &[
    "jtalk/url-health-check-action",
    "upptime/uptime-monitor",
    "emibcn/badge-action",
    "lakuapik/gh-actions-http-status",
    "srt32/uptime",
];

impl Repository {
    fn provisioning(&self) -> impl Iterator<Item = (&RepoPath, &Provisioning)> {
        self.facts.iter().filter(|(path, _)| is_real(path)).filter_map(|(path, facts)| match facts {
            FileFacts::Provisioning(found) => Some((path, &**found)),
            _ => None,
        })
    }

    fn monitoring(&self) -> impl Iterator<Item = (&RepoPath, &Monitoring)> {
        self.facts.iter().filter(|(path, _)| is_real(path)).filter_map(|(path, facts)| match facts {
            FileFacts::Monitoring(found) => Some((path, &**found)),
            _ => None,
        })
    }

    /// Where the module of PM2 that rotates logs is installed.
    pub fn pm2_logrotate(&self) -> Option<SetUp> {
        self.provisioning().find_map(|(path, found)| {
            let is = |module: &&Spanned<String>| {
                module.value.ends_with("pm2-logrotate") || module.value.ends_with("pm2-logrotate-ext")
            };
            let module = found.pm2_modules.iter().find(is)?;
            Some(SetUp::of(path, module))
        })
    }

    /// What bounds the logs of all containers of a machine: Docker's `daemon.json`, or a script that writes it.
    pub fn docker_rotation(&self) -> Option<SetUp> {
        let by_file = self.facts.iter().filter(|(path, _)| is_real(path)).find_map(|(path, facts)| match facts {
            FileFacts::DockerDaemon(daemon) => Some(SetUp::of(path, daemon.rotation()?)),
            _ => None,
        });
        by_file.or_else(|| {
            self.provisioning().find_map(|(path, found)| Some(SetUp::of(path, found.docker_rotation.as_ref()?)))
        })
    }

    /// A file of logrotate's for logs that can be a service's, or a script that installs one. With `containers`, only
    /// those for the logs of Docker's containers.
    pub fn logrotate(&self, containers: bool) -> Option<SetUp> {
        let by_file = self.facts.iter().filter(|(path, _)| is_real(path)).find_map(|(path, facts)| match facts {
            FileFacts::Logrotate(file) => {
                let of_docker = |log: &&Spanned<String>| log.value.contains("docker/containers");
                let log = if containers { file.logs.iter().find(of_docker) } else { file.of_service() };
                Some(SetUp::of(path, log?))
            }
            _ => None,
        });
        let by_script =
            || self.provisioning().find_map(|(path, found)| Some(SetUp::of(path, found.logrotate.as_ref()?)));
        by_file.or_else(|| if containers { None } else { by_script() })
    }

    /// What pings from outside: monitors' configurations, services of compose projects, scheduled pipelines.
    pub fn uptime_monitors(&self) -> Vec<SetUp> {
        let configured =
            self.monitoring().flat_map(|(path, found)| found.uptime.iter().map(|one| SetUp::of(path, one)));
        let mut found: Vec<SetUp> = configured.collect();
        let declared = self.resources(|purpose| purpose == Purpose::Uptime);
        let known: Vec<RepoPath> = found.iter().map(|one| one.place.path.clone()).collect();
        found.extend(declared.into_iter().filter(|one| !known.contains(&one.place.path)));
        found.extend(self.monitors_in_compose());
        found.extend(self.scheduled_pings());
        found
    }

    /// The load balancer or gateway that infrastructure code puts in front of services; of several the one that stands
    /// nearest to a file.
    pub fn load_balancer(&self, near: Option<&RepoPath>) -> Option<SetUp> {
        let distance = |one: &SetUp| {
            let Some(near) = near else { return 0 };
            let shared = near.parts().zip(one.place.path.parts()).take_while(|(a, b)| a == b).count();
            near.parts().count().saturating_sub(shared)
        };
        self.resources(|purpose| purpose == Purpose::LoadBalancer).into_iter().min_by_key(distance)
    }

    /// The resources of infrastructure code that are for something.
    fn resources(&self, wanted: impl Fn(Purpose) -> bool) -> Vec<SetUp> {
        let mut found = Vec::new();
        for (path, facts) in self.facts.iter().filter(|(path, _)| is_real(path)) {
            let FileFacts::Infrastructure(file) = facts else { continue };
            let meant = file.resources.iter().filter(|resource| resource.purpose().is_some_and(&wanted));
            found.extend(meant.map(|resource| SetUp {
                shown: resource.kind.value.clone(),
                place: Place::new(path.clone(), resource.span),
            }));
        }
        found
    }

    fn monitors_in_compose(&self) -> Vec<SetUp> {
        const IMAGES: &[&str] =
            &["uptime-kuma", "gatus", "blackbox-exporter", "statping", "statping-ng", "upptime", "healthchecks"];
        let mut found = Vec::new();
        let root = self.facts.package(&RepoPath::new("package.json"));
        let own = root.and_then(|package| package.name.as_ref()).map(|name| name.value.as_str());
        for (path, facts) in self.facts.iter().filter(|(path, _)| is_real(path)) {
            let FileFacts::Compose(file) = facts else { continue };
            if crate::routes::purpose::of_file(path).is_aside() {
                continue;
            }
            for image in file.services.iter().filter_map(|service| service.image.as_ref()) {
                let name = image.value.raw().split('@').next().unwrap_or("");
                let last = name.rsplit('/').next().unwrap_or("").split(':').next().unwrap_or("");
                // A monitor's own repository runs itself.
                if IMAGES.contains(&last) && !own.is_some_and(|own| own.ends_with(last)) {
                    found.push(SetUp { shown: format!("image: {}", image.value.raw()), place: image.place.clone() });
                }
            }
        }
        found
    }

    /// Pipelines on a schedule that ask an address.
    fn scheduled_pings(&self) -> Vec<SetUp> {
        let mut found = Vec::new();
        for (path, file) in self.facts.automation_files() {
            if !file.starts_on(TriggerKind::Schedule) {
                continue;
            }
            let steps = file.jobs.iter().flat_map(|job| &job.steps);
            found.extend(steps.filter_map(|step| ping(path, step)).next());
        }
        found
    }

    /// What alerts when something restarts too often or goes away.
    pub fn restart_alerts(&self) -> Vec<SetUp> {
        let mut found: Vec<SetUp> = Vec::new();
        for (path, monitoring) in self.monitoring() {
            found.extend(monitoring.restarts.iter().chain(&monitoring.charts).map(|one| SetUp::of(path, one)));
        }
        let known: Vec<RepoPath> = found.iter().map(|one| one.place.path.clone()).collect();
        let alarms = self.resources(|purpose| purpose == Purpose::Alarm(Watched::Restarts));
        found.extend(alarms.into_iter().filter(|one| !known.contains(&one.place.path)));
        for (path, provisioning) in self.provisioning() {
            let notifies = |module: &&Spanned<String>| {
                let plain = module.value.rsplit('/').next().unwrap_or("");
                NOTIFIERS.contains(&plain)
            };
            found.extend(provisioning.pm2_modules.iter().filter(notifies).map(|one| SetUp::of(path, one)));
            found.extend(provisioning.restarts_read.as_ref().map(|one| SetUp::of(path, one)));
        }
        for unit in self.facts.systemd_services() {
            if let Some(first) = unit.on_failure.first() {
                let place = Place::new(first.path.clone(), first.item.span);
                if is_real(&place.path) {
                    found.push(SetUp { shown: format!("OnFailure={}", first.item.value), place });
                }
            }
        }
        found
    }
}

impl Service {
    /// What pings this service from outside.
    pub fn uptime_monitors(&self) -> Vec<SetUp> {
        self.repository.uptime_monitors()
    }
}

/// A step that asks an address which is not this machine's.
fn ping(path: &RepoPath, step: &Step) -> Option<SetUp> {
    if let Some(call) = step.uses.as_ref().filter(|call| PINGERS.contains(&call.name.value.as_str())) {
        return Some(SetUp::of(path, &call.name));
    }
    let command = step.commands.iter().find(|command| match &command.invoked.invocation {
        Invocation::Program { name, arguments } => {
            let asks = matches!(name.as_str(), "curl" | "wget" | "http" | "httpie" | "lychee");
            let address = arguments.iter().map(|word| word.shown()).find(|word| word.contains("://"));
            asks && address.is_some_and(|address| !is_local(address) && !is_hook(address))
        }
        _ => false,
    })?;
    let place = Place::new(path.clone(), command.span);
    Some(SetUp { shown: "curl on a schedule".to_owned(), place })
}

fn is_local(address: &str) -> bool {
    ["://localhost", "://127.", "://0.0.0.0", "://["].iter().any(|local| address.contains(local))
}

/// Addresses that are told of something rather than asked, and those of others that files are fetched from.
fn is_hook(address: &str) -> bool {
    let lower = address.to_ascii_lowercase();
    [
        "hooks.",
        "webhook",
        "api.github.com",
        "github.com",
        "githubusercontent.com",
        "api.telegram",
        "discord.com",
        "registry.",
        "nodejs.org",
        "get.",
        "install",
        "download",
        "codecov",
    ]
    .iter()
    .any(|mark| lower.contains(mark))
}

/// Whether a file is neither an example's, a test's nor the documentation's.
fn is_real(path: &RepoPath) -> bool {
    let chart = path.parts().any(|part| part == "templates");
    let example = folders::is_example(path) && !chart;
    !example
        && !folders::is_test(path)
        && !path.parent().parts().any(|part| matches!(part, "docs" | "doc" | "documentation" | "website"))
}
