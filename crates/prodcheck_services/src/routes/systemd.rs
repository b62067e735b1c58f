//! systemd: what a service's unit files answer, and what systemd does by itself.
//!
//! Behaviour: [systemd.service(5)](https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html),
//! [systemd.unit(5)](https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html).

mod restart_limit;
#[cfg(test)]
mod tests;

use super::declared::{Declared, Lifetime, Located, Run, Started, beside_production};
use super::node_version;
use crate::{EnvSetting, EnvValue, HealthCheck, Instances, Layer, LogRotation, MemoryLimit, NodeVersion, OpenFiles};
use crate::{Restart, Setting, Tool, User};
use prodcheck_facts::FactStore;
use prodcheck_facts::given::{Field, Given, Variable, shortened};
use prodcheck_facts::systemd::{
    Activation, InFile, MemoryAmount, Misplaced, Output, RestartWhen, ServiceType, ServiceUnit, Setting as Said,
    UnitCommand,
};
use prodcheck_source::{Place, Span};
use std::collections::{BTreeSet, HashMap};

/// The services of all unit files; `started` says what scripts do to a unit of a name (`api.service`).
pub fn declared(store: &FactStore, started: impl Fn(&str) -> Started) -> Vec<Declared> {
    let services = store.systemd_services();
    let names: Vec<Option<&str>> = services.iter().map(|unit| Some(unit.name.as_str())).collect();
    let production = services.iter().zip(beside_production(&names)).filter(|(_, aside)| !aside);
    let starters = starters(store);
    production.map(|(unit, _)| Unit::new(unit, &starters, started(&unit.name)).declared()).collect()
}

/// A unit that starts a service.
struct Starter {
    /// The unit's own name.
    unit: String,
    /// The name by which it starts the service: of a template, that of an instance.
    starts: String,
    /// When.
    activation: Activation,
    /// What starts that unit at boot, where something does.
    boot: Option<Located<String>>,
}

/// The units that start others, by the names of what they start; instances of a template under the template's.
fn starters(store: &FactStore) -> HashMap<String, Vec<Starter>> {
    let mut starters: HashMap<String, Vec<Starter>> = HashMap::new();
    for (path, file) in store.systemd_files() {
        for (starts, activation) in file.starts() {
            let key = template_of(&starts).unwrap_or_else(|| starts.clone());
            let boot = file.wanted_by().map(|found| Located::new(found.value, Place::new(path.clone(), found.span)));
            starters.entry(key).or_default().push(Starter { unit: file.unit.clone(), starts, activation, boot });
        }
    }
    starters
}

/// The template of an instance: `api@.service` of `api@1.service`.
fn template_of(instance: &str) -> Option<String> {
    let (stem, rest) = instance.split_once('@')?;
    rest.strip_suffix(".service").filter(|instance| !instance.is_empty())?;
    Some(format!("{stem}@.service"))
}

/// A service and what else is known of how it is started.
struct Unit<'a> {
    unit: &'a ServiceUnit,
    started: Started,
    starters: Vec<&'a Starter>,
}

impl<'a> Unit<'a> {
    fn new(unit: &'a ServiceUnit, starters: &'a HashMap<String, Vec<Starter>>, started: Started) -> Self {
        let starters = starters.get(&unit.name).into_iter().flatten();
        Self { unit, started, starters: starters.filter(|starter| starter.unit != unit.name).collect() }
    }

    fn declared(&self) -> Declared {
        let unit = self.unit;
        let containers = unit.start.iter().find(|command| starts_containers(&command.item)).map(place_of);
        Declared {
            name: Some(unit.name.clone()),
            layer: self.layer(),
            run: self.run(),
            lifetime: self.lifetime(containers.is_some()),
            cwd: unit.working_directory.as_ref().map(value_of),
            environment: unit.environment.iter().map(variable).collect(),
            environment_open: !unit.passed_environment.is_empty(),
            environment_files: unit
                .environment_files
                .iter()
                .map(|file| Located::new(file.item.path.clone(), Place::new(file.path.clone(), file.item.span)))
                .collect(),
            user: unit.user.as_ref().map(value_of),
            log_files: [&unit.standard_output, &unit.standard_error].into_iter().filter_map(log_file).collect(),
            watch: None,
            containers,
        }
    }

    fn run(&self) -> Run {
        let command = |said: &InFile<UnitCommand>| InFile { path: said.path.clone(), item: said.item.command.clone() };
        let commands: Vec<_> = self.unit.start.iter().map(command).collect();
        if commands.is_empty() { Run::Unknown } else { Run::Commands(commands) }
    }

    fn lifetime(&self, containers: bool) -> Lifetime {
        const SUPERVISORS: &[&str] = &["pm2", "oxmgr", "forever", "supervisord"];
        let oneshot = known(&self.unit.service_type) == Some(&ServiceType::Oneshot);
        let timed = self.starters.iter().any(|starter| starter.activation == Activation::Time);
        // What it starts stays up where a supervisor or Docker takes it over.
        let hands_over =
            containers
                || self.unit.start.iter().any(|command| {
                    program(&command.item).is_some_and(|program| SUPERVISORS.contains(&program.as_str()))
                });
        if (oneshot || timed) && !hands_over { Lifetime::Job } else { Lifetime::Long }
    }

    fn layer(&self) -> Layer {
        Layer {
            restart: self.restart(),
            instances: self.instances(),
            memory_limit: self.memory_limit(),
            boot: self.boot(),
            restart_limit: self.restart_limit(),
            health_check: self.health_check(),
            log_rotation: self.log_rotation(),
            user: self.user(),
            node: self.node(),
            open_files: self.open_files(),
            ..Layer::new(Tool::Systemd, self.section("Service"))
        }
    }

    fn section(&self, name: &str) -> Place {
        self.place(self.unit.section(name))
    }

    fn place(&self, span: Span) -> Place {
        Place::new(self.unit.path.clone(), span)
    }

    /// A setting that systemd ignores because of the section that it stands in.
    fn misplaced(&self, key: &str) -> Option<&InFile<Misplaced>> {
        self.unit.misplaced.iter().find(|found| found.item.key == key)
    }

    /// What is to be said of a key that no file sets: that it stands in the wrong section, or that it is missing.
    fn absent<V>(&self, section: &str, key: &str, value: V) -> Setting<V> {
        match self.misplaced(key) {
            Some(found) => {
                let shown = format!("{key}= in [{}]", found.item.section);
                let place = Place::new(found.path.clone(), found.item.span);
                Setting::set(value, place, shown).caveat(misplacement(&found.item), None)
            }
            None => Setting::missing(self.section(section), format!("{key}=")),
        }
    }

    fn restart(&self) -> Setting<Restart> {
        let Some(said) = &self.unit.restart else { return self.absent("Service", "Restart", Restart::Never) };
        let rarely = |when: &str| {
            format!(
                "`Restart={when}` does not restart a process that ends with an error, as Node.js does on an uncaught exception: `on-failure` does"
            )
        };
        match &said.item.value {
            Given::Known(RestartWhen::No) => set(said, Restart::Never),
            Given::Known(RestartWhen::Always | RestartWhen::OnFailure) => set(said, Restart::Restarts),
            Given::Known(_) => set(said, Restart::Restarts).caveat(rarely(&said.item.written), None),
            Given::Wrong => set(said, Restart::Never).caveat(
                "systemd ignores a value that it does not know: `always` and `on-failure` are two that it does",
                None,
            ),
            Given::Unknown => unknown(said),
        }
    }

    fn instances(&self) -> Setting<Instances> {
        let place = self.section("Service");
        if !self.unit.is_template {
            let by = "systemd runs one process of a unit that is no template";
            return Setting::built_in(Instances::Count(1), place, by);
        }
        let named: BTreeSet<&str> = self
            .starters
            .iter()
            .map(|starter| starter.starts.as_str())
            .filter(|name| *name != self.unit.name)
            .collect();
        match u32::try_from(named.len()) {
            Ok(0) | Err(_) => Setting::unknown(place, self.unit.name.clone()),
            Ok(number) => {
                let shown = named.into_iter().collect::<Vec<_>>().join(" ");
                Setting::set(Instances::Count(number), place, shortened(&shown))
            }
        }
    }

    fn memory_limit(&self) -> Setting<MemoryLimit> {
        let unit = self.unit;
        let all: Vec<&InFile<Field<MemoryAmount>>> =
            [&unit.memory_max, &unit.memory_high, &unit.memory_limit].into_iter().flatten().collect();
        let limits = |said: &&&InFile<Field<MemoryAmount>>| {
            matches!(said.known(), Some(MemoryAmount::Bytes(_) | MemoryAmount::Share(_)))
        };
        let undecided = |said: &&&InFile<Field<MemoryAmount>>| said.item.value == Given::Unknown;
        let chosen = all.iter().find(limits).or_else(|| all.iter().find(undecided)).or_else(|| all.first());
        let Some(said) = chosen else { return self.absent("Service", "MemoryMax", MemoryLimit::Off) };
        let setting = match &said.item.value {
            Given::Known(MemoryAmount::Bytes(bytes)) => set(said, MemoryLimit::Bytes(*bytes)),
            Given::Known(MemoryAmount::Share(_)) => set(said, MemoryLimit::Named),
            Given::Known(MemoryAmount::Unlimited) => set(said, MemoryLimit::Off),
            Given::Wrong => set(said, MemoryLimit::Off)
                .caveat("systemd ignores this value: it takes bytes with `K`, `M`, `G` or `T`, or a percentage", None),
            Given::Unknown => unknown(said),
        };
        if said.item.key == "MemoryLimit" {
            return setting.caveat("systemd 258 and later ignore `MemoryLimit=`: `MemoryMax=` took its place", None);
        }
        setting
    }

    fn boot(&self) -> Setting<bool> {
        if let Some(wanted) = self.unit.wanted_by.first() {
            let place = Place::new(wanted.path.clone(), wanted.item.span);
            let setting = Setting::set(true, place, format!("WantedBy={}", wanted.item.value));
            if self.unit.is_user_unit {
                return setting.caveat(
                    "a unit of a user starts at boot only where the user lingers: `loginctl enable-linger`",
                    None,
                );
            }
            return setting;
        }
        if let Some(started) = self.starters.iter().find_map(|starter| starter.boot.as_ref()) {
            return Setting::set(true, started.place.clone(), started.value.clone());
        }
        if let Some(step) = &self.started.boot {
            return Setting::set(true, step.place.clone(), step.value.clone());
        }
        match self.unit.install_section {
            Some(_) => self.absent("Install", "WantedBy", false),
            None if self.misplaced("WantedBy").is_some() => self.absent("Install", "WantedBy", false),
            None => Setting::missing(self.section("Service"), "[Install] WantedBy="),
        }
    }

    fn health_check(&self) -> Setting<HealthCheck> {
        match &self.unit.watchdog_sec {
            Some(said) => match &said.item.value {
                Given::Known(0) | Given::Wrong => set(said, HealthCheck::Off),
                Given::Known(_) => set(said, HealthCheck::Polled).caveat(
                    "systemd waits for the process to report itself (`sd_notify`): nobody asks whether it answers requests",
                    None,
                ),
                Given::Unknown => unknown(said),
            },
            None => self.absent("Service", "WatchdogSec", HealthCheck::Off),
        }
    }

    fn log_rotation(&self) -> Setting<LogRotation> {
        for said in [&self.unit.standard_output, &self.unit.standard_error].into_iter().flatten() {
            match &said.item.value {
                Given::Known(Output::File(_)) => {
                    return set(
                        said,
                        LogRotation::Grows("systemd writes to the file and does not rotate it".to_owned()),
                    );
                }
                Given::Known(Output::Elsewhere) => return Setting::Silent,
                Given::Unknown => return unknown(said),
                // A value that systemd does not know it ignores: the journal stays.
                Given::Known(Output::Journal | Output::Null | Output::Inherit) | Given::Wrong => {}
            }
        }
        Setting::built_in(LogRotation::Rotated, self.section("Service"), "systemd's journal bounds its own size")
    }

    fn user(&self) -> Setting<User> {
        if let Some(said) = self.unit.dynamic_user.as_ref().filter(|said| said.known() == Some(&true)) {
            return set(said, User::Other);
        }
        match &self.unit.user {
            Some(said) => match said.known().map(String::as_str) {
                Some("root" | "0") => set(said, User::Root),
                Some(_) => set(said, User::Other),
                None => unknown(said),
            },
            None if self.unit.is_user_unit => Setting::built_in(
                User::Other,
                self.section("Service"),
                "a user's own systemd runs the unit as that user",
            ),
            None => self.absent("Service", "User", User::Root),
        }
    }

    /// The version that the path of the program says.
    fn node(&self) -> Setting<NodeVersion> {
        let named = self.unit.start.iter().find_map(|command| {
            let word = command.item.command.words.first()?;
            let version = node_version::of_program(&word.literal()?)?;
            Some((Place::new(command.path.clone(), word.span), word.literal()?, version))
        });
        match named {
            Some((place, shown, version)) => Setting::set(version, place, shown),
            None => Setting::Silent,
        }
    }

    fn open_files(&self) -> Setting<OpenFiles> {
        /// systemd's own soft limit, which holds where it ignores the value.
        const DEFAULT: u64 = 1024;
        match &self.unit.open_files {
            Some(said) => match &said.item.value {
                Given::Known(limit) => set(said, OpenFiles::Count(limit.hard)),
                Given::Wrong => set(said, OpenFiles::Count(DEFAULT)).caveat(
                    "systemd ignores this value: it takes a number without a unit, `soft:hard`, or `infinity`",
                    None,
                ),
                Given::Unknown => unknown(said),
            },
            None => self.absent("Service", "LimitNOFILE", OpenFiles::Count(DEFAULT)),
        }
    }
}

fn misplacement(found: &Misplaced) -> String {
    format!("systemd ignores `{}=` in `[{}]`: it belongs in `[{}]`", found.key, found.section, found.belongs_in)
}

fn known<T>(said: &Said<T>) -> Option<&T> {
    said.as_ref().and_then(InFile::known)
}

fn shown<T>(said: &InFile<Field<T>>) -> String {
    format!("{}={}", said.item.key, said.item.written)
}

fn set<T, V>(said: &InFile<Field<T>>, value: V) -> Setting<V> {
    Setting::set(value, said.place(), shown(said))
}

fn unknown<T, V>(said: &InFile<Field<T>>) -> Setting<V> {
    Setting::unknown(said.place(), shown(said))
}

fn value_of(said: &InFile<Field<String>>) -> Located<Given<String>> {
    Located::new(said.item.value.clone(), Place::new(said.path.clone(), said.item.value_span))
}

fn variable(said: &InFile<Variable>) -> EnvSetting {
    let value = match &said.item.value {
        Given::Known(text) => EnvValue::Text(text.clone()),
        Given::Wrong | Given::Unknown => EnvValue::Unknown,
    };
    EnvSetting { name: said.item.name.clone(), value, place: Place::new(said.path.clone(), said.item.span) }
}

fn log_file(said: &Said<Output>) -> Option<Located<String>> {
    match known(said)? {
        Output::File(path) => Some(Located::new(path.clone(), said.as_ref()?.place())),
        _ => None,
    }
}

fn place_of(command: &InFile<UnitCommand>) -> Place {
    Place::new(command.path.clone(), command.item.command.span)
}

/// The name of the program that a command runs, without its folder.
fn program(command: &UnitCommand) -> Option<String> {
    let word = command.command.words.first()?.literal()?;
    word.rsplit('/').next().map(str::to_owned)
}

/// Whether a command only starts containers.
fn starts_containers(command: &UnitCommand) -> bool {
    let words: Vec<String> = command.command.words.iter().map(|word| word.literal().unwrap_or_default()).collect();
    let Some((first, rest)) = words.split_first() else { return false };
    let name = first.rsplit('/').next().unwrap_or(first);
    match name {
        "docker-compose" | "podman-compose" => true,
        "docker" | "podman" | "nerdctl" => rest
            .iter()
            .any(|word| matches!(word.as_str(), "run" | "start" | "compose" | "stack" | "up" | "play" | "kube")),
        "sh" | "bash" | "dash" => rest.iter().any(|code| {
            ["docker run", "docker start", "docker compose", "docker-compose", "podman run", "docker stack"]
                .iter()
                .any(|call| code.contains(call))
        }),
        // Wrappers whose command follows.
        "env" | "sudo" | "flock" | "nice" => rest.iter().any(|word| {
            matches!(word.rsplit('/').next().unwrap_or(word), "docker" | "docker-compose" | "podman" | "podman-compose")
        }),
        _ => false,
    }
}
