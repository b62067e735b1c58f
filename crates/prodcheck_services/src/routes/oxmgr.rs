//! Oxmgr: what its file answers, where its own spelling and the checklist's differ, and what it does by itself.
//!
//! Behaviour: version 0.5 of <https://github.com/Vladimir-Urik/OxMgr>.

use super::declared::{Declared, File, Lifetime, Run, Started, count};
use crate::{EnvValue, HealthCheck, Instances, Layer, LogRotation, MemoryLimit, OpenFiles, Restart, RestartLimit};
use crate::{Setting, Tool};
use prodcheck_facts::given::{Field, Given};
use prodcheck_facts::oxmgr::{
    HealthCommand, InstanceCount, OxmgrAction, OxmgrApp, OxmgrCommand, OxmgrFile, OxmgrSettings, RestartPolicy,
};
use prodcheck_source::{Place, RepoPath};
use std::collections::{HashMap, HashSet};

mod import;
#[cfg(test)]
mod tests;

pub use import::imported;

/// What Oxmgr calls a megabyte, in bytes.
const MEBIBYTE: u64 = 1 << 20;

/// What Oxmgr does where no policy is set.
fn restarts_failures(place: Place) -> Setting<Restart> {
    Setting::built_in(Restart::Restarts, place, "Oxmgr restarts a process that fails, unless it is told otherwise")
}

/// What Oxmgr does where no limit is set.
fn gives_up(place: Place) -> Setting<RestartLimit> {
    Setting::built_in(RestartLimit::Limited, place, "Oxmgr gives up after 3 crashes within five minutes")
}

/// What Oxmgr does with logs.
fn rotates(place: Place) -> Setting<LogRotation> {
    Setting::built_in(LogRotation::Rotated, place, "Oxmgr rotates the logs of its processes")
}

/// The processes of an Oxmgr file, those left out that the production profile disables.
pub fn declared(file: &OxmgrFile, path: &RepoPath, started: &Started) -> Vec<Declared> {
    let named = |process: &'_ OxmgrApp| process.name.as_ref().map(|name| name.value.clone());
    let processes: HashMap<String, &OxmgrApp> =
        file.processes.iter().filter_map(|process| Some((named(process)?, process))).collect();
    let apps: HashSet<String> = file.apps.iter().flatten().filter_map(named).collect();
    let listed = file.apps.iter().flatten().map(|app| {
        let process = named(app).and_then(|name| processes.get(&name).copied());
        Tables::of_app(file, app, process, started)
    });
    let alone = file.processes.iter().filter(|process| named(process).is_none_or(|name| !apps.contains(&name)));
    let intended = alone.map(|process| Tables::of_process(file, process, started));
    let all: Vec<Tables<'_>> = listed.chain(intended).collect();
    let reached = started.reached(&all, Tables::name).into_iter();
    reached
        .filter(|tables| !tables.flag(|settings| settings.disabled.as_ref()))
        .map(|tables| tables.declared(File(path), started))
        .collect()
}

/// The process that a command line starts, without a file. `path` is the file that holds the command.
pub fn commanded(command: &OxmgrCommand, path: &RepoPath, started: &Started) -> Option<Declared> {
    let app = command.app.as_ref()?;
    let tables = Tables { app, tables: vec![(Origin::Read, &app.settings)], refused: false, commanded: true };
    Some(tables.declared(File(path), started))
}

/// What a command line says of the files that it starts.
pub fn started(command: &OxmgrCommand) -> Started {
    Started {
        environment: command.profile.as_ref().and_then(Field::known).cloned(),
        only: command.only.clone(),
        foreground: command.action == OxmgrAction::Runtime,
        ..Started::default()
    }
}

/// Which table sets a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// `[apps.profiles.<name>]`, `[[apps]]` or `[defaults]`.
    Read,
    /// `[processes.<name>]`, which Oxmgr does not know.
    Processes,
}

/// The tables that speak for one process, the most specific first.
struct Tables<'a> {
    app: &'a OxmgrApp,
    tables: Vec<(Origin, &'a OxmgrSettings)>,
    /// Whether Oxmgr refuses the file for want of `[[apps]]`.
    refused: bool,
    /// Whether it is a command line rather than a file.
    commanded: bool,
}

impl<'a> Tables<'a> {
    /// `process` is the table of `[processes]` that has the app's name.
    fn of_app(file: &'a OxmgrFile, app: &'a OxmgrApp, process: Option<&'a OxmgrApp>, started: &Started) -> Self {
        let tables = profile(app, started)
            .map(|settings| (Origin::Read, settings))
            .into_iter()
            .chain([(Origin::Read, &app.settings)])
            .chain(process.map(|process| (Origin::Processes, &process.settings)))
            .chain([(Origin::Read, &file.defaults)]);
        Self { app, tables: tables.collect(), refused: false, commanded: false }
    }

    fn of_process(file: &'a OxmgrFile, process: &'a OxmgrApp, started: &Started) -> Self {
        let tables = profile(process, started)
            .map(|settings| (Origin::Processes, settings))
            .into_iter()
            .chain([(Origin::Processes, &process.settings), (Origin::Read, &file.defaults)]);
        Self { app: process, tables: tables.collect(), refused: file.apps.is_none(), commanded: false }
    }

    fn name(&self) -> Option<&str> {
        self.app.name.as_ref().map(|name| name.value.as_str())
    }

    /// What counts of a key.
    fn pick<T: 'a>(&self, get: impl Fn(&'a OxmgrSettings) -> Option<&'a Field<T>>) -> Option<Found<'a, T>> {
        let found =
            |&(origin, settings): &(Origin, &'a OxmgrSettings)| get(settings).map(|field| Found { origin, field });
        self.tables.iter().find_map(found)
    }

    fn flag(&self, get: impl Fn(&'a OxmgrSettings) -> Option<&'a Field<bool>>) -> bool {
        self.pick(get).and_then(|found| found.field.known()) == Some(&true)
    }

    fn declared(&self, file: File<'_>, started: &Started) -> Declared {
        let never = self.pick(|settings| settings.restart_policy.as_ref());
        let never = never.is_some_and(|found| found.field.known() == Some(&RestartPolicy::Never));
        let scheduled = self.pick(|settings| settings.cron_restart.as_ref()).is_some();
        Declared {
            name: self.name().map(str::to_owned),
            layer: self.layer(file, started),
            run: self
                .pick(|settings| settings.command.as_ref())
                .and_then(|found| file.known(found.field))
                .map_or(Run::Unknown, |line| Run::Line { line, shell: false }),
            lifetime: if never && scheduled { Lifetime::Job } else { Lifetime::Long },
            cwd: self.pick(|settings| settings.cwd.as_ref()).map(|found| file.value(found.field)),
            environment: self
                .tables
                .iter()
                .rev()
                .flat_map(|(_, settings)| &settings.env)
                .map(|variable| file.variable(variable, expanded))
                .collect(),
            environment_open: false,
            environment_files: Vec::new(),
            user: None,
            log_files: self.log_files().filter_map(|field| file.known(field)).collect(),
            watch: self
                .pick(|settings| settings.watch.as_ref())
                .filter(|found| found.field.known() == Some(&true))
                .map(|found| file.place(found.field.span)),
            containers: None,
        }
    }

    fn log_files(&self) -> impl Iterator<Item = &'a Field<String>> {
        let logs = self.tables.iter().map(|(_, settings)| &settings.logs).find(|logs| !logs.is_empty());
        logs.into_iter().flatten()
    }

    fn layer(&self, file: File<'_>, started: &Started) -> Layer {
        Layer {
            restart: self.restart(file),
            instances: self.instances(file),
            memory_limit: self.memory_limit(file),
            boot: match &started.boot {
                Some(step) => Setting::set(true, step.place.clone(), step.value.clone()),
                None => Setting::Silent,
            },
            restart_limit: self.restart_limit(file),
            health_check: self.health_check(file),
            log_rotation: rotates(file.place(self.app.place)),
            open_files: self.open_files(file),
            rollout_waits: match self.pick(|settings| settings.wait_ready.as_ref()) {
                Some(found) => match found.field.known() {
                    Some(waits) => self.set(file, &found, *waits, "wait_ready"),
                    None => found.unknown(file),
                },
                None => Setting::Silent,
            },
            ..Layer::new(Tool::Oxmgr, file.place(self.app.place))
        }
    }

    /// A setting of a key that is set, with what Oxmgr makes of the table that it stands in. `key` is the key to write.
    fn set<T, V>(&self, file: File<'_>, found: &Found<'_, T>, value: V, key: &str) -> Setting<V> {
        let setting = Setting::set(value, file.place(found.field.span), found.shown());
        match self.intended(found.origin, key) {
            Some(caveat) => setting.caveat(caveat, None),
            None => setting,
        }
    }

    /// What is the matter with keys of a table that Oxmgr does not read.
    fn intended(&self, origin: Origin, key: &str) -> Option<String> {
        if self.refused {
            return Some(format!(
                "Oxmgr 0.5 refuses a file without `[[apps]]`: declare the process as `[[apps]]` with a `name`, and write `{key}` there"
            ));
        }
        (origin == Origin::Processes)
            .then(|| format!("Oxmgr 0.5 ignores `[processes]` and reads `[[apps]]` alone: write `{key}` there"))
    }

    fn missing<V>(&self, file: File<'_>, key: &str) -> Setting<V> {
        let option = match key {
            // The command line starts one process, or a cluster.
            "instances" => "--cluster".to_owned(),
            "max_open_files" => "ulimit -n".to_owned(),
            _ => format!("--{}", key.replace('_', "-")),
        };
        Setting::missing(file.place(self.app.place), if self.commanded { option } else { key.to_owned() })
    }

    fn restart(&self, file: File<'_>) -> Setting<Restart> {
        let policy = self.pick(|settings| settings.restart_policy.as_ref());
        let budget = self.pick(|settings| settings.max_restarts.as_ref());
        if let Some(found) = policy.as_ref().filter(|found| found.field.known() == Some(&RestartPolicy::Never)) {
            return self.set(file, found, Restart::Never, "restart_policy");
        }
        if let Some(found) = budget.filter(|found| found.field.known() == Some(&0)) {
            return self.set(file, &found, Restart::Never, "max_restarts");
        }
        match policy {
            Some(found) if found.field.known().is_some() => self.set(file, &found, Restart::Restarts, "restart_policy"),
            Some(found) => found.unknown(file),
            None if self.refused => {
                let shown = format!("[processes.{}]", self.name().unwrap_or_default());
                let caveat = self.intended(Origin::Processes, "command").unwrap_or_default();
                Setting::set(Restart::Restarts, file.place(self.app.place), shown).caveat(caveat, None)
            }
            None => restarts_failures(file.place(self.app.place)),
        }
    }

    fn instances(&self, file: File<'_>) -> Setting<Instances> {
        let cluster = self.pick(|settings| settings.cluster_mode.as_ref());
        if let Some(found) = &cluster {
            match &found.field.value {
                Given::Known(true) => {
                    let setting = self.cluster(file, found);
                    if setting.value() != Some(&Instances::Count(1)) {
                        return setting;
                    }
                }
                Given::Known(false) => {}
                Given::Wrong | Given::Unknown => return found.unknown(file),
            }
        }
        let Some(found) = self.pick(|settings| settings.instances.as_ref()) else {
            return match cluster.filter(|found| found.field.known() == Some(&true)) {
                Some(found) => self.cluster(file, &found),
                None => self.missing(file, "instances"),
            };
        };
        match found.field.known() {
            Some(InstanceCount::Number(number)) => {
                self.set(file, &found, Instances::Count(count(*number).max(1)), "instances")
            }
            Some(InstanceCount::Quoted(number)) => self
                .set(file, &found, Instances::Count(count(*number).max(1)), "instances")
                .caveat("Oxmgr 0.5 refuses `instances` in quotes: write the number alone", None),
            Some(InstanceCount::Max) => self.set(file, &found, Instances::Many, "cluster_mode = true").caveat(
                "Oxmgr 0.5 refuses `instances = \"max\"`: `cluster_mode = true` runs one process a processor",
                None,
            ),
            None => found.unknown(file),
        }
    }

    /// Node's cluster module, which Oxmgr puts in front of the script.
    fn cluster(&self, file: File<'_>, cluster: &Found<'a, bool>) -> Setting<Instances> {
        let number = self.pick(|settings| settings.cluster_instances.as_ref());
        let setting = match number.as_ref().map(|found| (found, found.field.known())) {
            Some((found, Some(number))) if *number > 0 => {
                self.set(file, found, Instances::Count(count(*number)), "cluster_instances")
            }
            Some((found, None)) => found.unknown(file),
            _ => self.set(file, cluster, Instances::Many, "cluster_mode"),
        };
        let command = self.pick(|settings| settings.command.as_ref()).and_then(|found| found.field.known());
        match command.and_then(|command| cluster_refusal(command)) {
            Some(why) => setting.caveat(why, None),
            None => setting,
        }
    }

    fn memory_limit(&self, file: File<'_>) -> Setting<MemoryLimit> {
        const KEY: &str = "max_memory_mb";
        let flat = self.pick(|settings| settings.max_memory_mb.as_ref());
        let nested = self.pick(|settings| settings.nested_max_memory_mb.as_ref());
        let of_flat = |found: Found<'_, u64>| {
            match &found.field.value {
            Given::Known(0) => self.set(file, &found, MemoryLimit::Off, KEY),
            Given::Known(megabytes) => self.set(file, &found, bytes(*megabytes), KEY),
            Given::Wrong => self.set(file, &found, MemoryLimit::Named, KEY).caveat(
                "Oxmgr 0.5 refuses this value: `max_memory_mb` takes a whole number of megabytes, without unit or quotes",
                None,
            ),
            Given::Unknown => found.unknown(file),
        }
        };
        match (flat, nested) {
            (Some(found), _) => of_flat(found),
            (None, Some(found)) if found.origin == Origin::Processes => of_flat(found),
            (None, Some(found)) => self
                .set(file, &found, MemoryLimit::Off, KEY)
                .caveat("Oxmgr 0.5 ignores a `resource_limits` table: write `max_memory_mb` into the app itself", None),
            (None, None) => self.missing(file, KEY),
        }
    }

    fn restart_limit(&self, file: File<'_>) -> Setting<RestartLimit> {
        let crashes = self.pick(|settings| settings.crash_restart_limit.as_ref());
        if let Some(found) = crashes.as_ref().filter(|found| found.field.known() == Some(&0)) {
            let why = "0 switches the cutoff of crash loops off".to_owned();
            return self.set(file, found, RestartLimit::Unlimited(why), "crash_restart_limit");
        }
        let budget = self.pick(|settings| settings.max_restarts.as_ref()).map(|found| (found, "max_restarts"));
        let limit = budget.or_else(|| crashes.map(|found| (found, "crash_restart_limit")));
        let window = self.pick(|settings| settings.restart_window_secs.as_ref());
        match limit {
            Some((found, _)) if found.field.known().is_none() => found.unknown(file),
            Some((found, key)) => {
                let setting = self.set(file, &found, RestartLimit::Limited, key);
                match window {
                    Some(window) => setting.caveat(
                        "Oxmgr 0.5 ignores `restart_window_secs`: it counts crashes over a fixed five minutes, and `crash_restart_limit` says how many",
                        Some(file.place(window.field.span)),
                    ),
                    None => setting,
                }
            }
            None => gives_up(file.place(self.app.place)),
        }
    }

    fn open_files(&self, file: File<'_>) -> Setting<OpenFiles> {
        const KEY: &str = "max_open_files";
        let Some(found) = self.pick(|settings| settings.max_open_files.as_ref()) else {
            return self.missing(file, KEY);
        };
        match found.field.known() {
            Some(number) => self.set(file, &found, OpenFiles::Count(*number), KEY).caveat(
                "Oxmgr 0.5 ignores `max_open_files`: raise the limit where Oxmgr itself is started, with `LimitNOFILE=` in its unit",
                None,
            ),
            None => found.unknown(file),
        }
    }

    fn health_check(&self, file: File<'_>) -> Setting<HealthCheck> {
        const KEY: &str = "health_cmd";
        if let Some(found) = self.pick(|settings| settings.health_cmd.as_ref()) {
            return match found.field.known() {
                Some(command) if command.trim().is_empty() => self
                    .set(file, &found, HealthCheck::Off, KEY)
                    .caveat("Oxmgr 0.5 refuses an empty `health_cmd`", None),
                Some(_) => self.set(file, &found, HealthCheck::Polled, KEY),
                None => found.unknown(file),
            };
        }
        let Some(found) = self.pick(|settings| settings.health_table.as_ref()) else {
            return self.missing(file, KEY);
        };
        let counts = found.origin == Origin::Processes || found.field.key == "health_check";
        let instead = match found.field.known() {
            Some(HealthCommand::Url(url)) => format!("`health_cmd = \"curl --fail {url}\"`"),
            _ => "`health_cmd`".to_owned(),
        };
        let ignored = format!("Oxmgr 0.5 ignores a `{}` table: write {instead}", found.field.key);
        let value = if counts { HealthCheck::Polled } else { HealthCheck::Off };
        self.set(file, &found, value, KEY).caveat(ignored, None)
    }
}

/// A key that is set, and by which kind of table.
struct Found<'a, T> {
    origin: Origin,
    field: &'a Field<T>,
}

impl<T> Found<'_, T> {
    fn shown(&self) -> String {
        match (self.field.key.starts_with('-'), self.field.written.is_empty()) {
            (true, true) => self.field.key.clone(),
            (true, false) => format!("{} {}", self.field.key, self.field.written),
            (false, _) => format!("{} = {}", self.field.key, self.field.written),
        }
    }

    fn unknown<V>(&self, file: File<'_>) -> Setting<V> {
        Setting::unknown(file.place(self.field.span), self.shown())
    }
}

/// The settings of the profile that counts.
fn profile<'a>(app: &'a OxmgrApp, started: &Started) -> Option<&'a OxmgrSettings> {
    started
        .select(|name| app.profiles.iter().find(|profile| profile.name.value == name))
        .map(|profile| &profile.settings)
}

fn bytes(megabytes: u64) -> MemoryLimit {
    MemoryLimit::Bytes(megabytes.saturating_mul(MEBIBYTE))
}

/// Why Oxmgr would not run a command in cluster mode, where it would not.
fn cluster_refusal(command: &str) -> Option<&'static str> {
    let mut words = command.split_whitespace();
    let program = words.next()?;
    let name = program.rsplit('/').next().unwrap_or(program);
    if !matches!(name, "node" | "nodejs") {
        return Some("Oxmgr 0.5 refuses `cluster_mode` for any command but `node <script>`");
    }
    words
        .next()
        .filter(|word| word.starts_with('-'))
        .map(|_| "Oxmgr 0.5 refuses `cluster_mode` with Node flags before the script: put them into `env.NODE_OPTIONS`")
}

/// What a variable is set to: Oxmgr puts variables of its own environment in for `$NAME` and `${NAME}`, and `$$` is `$`.
fn expanded(text: &str) -> EnvValue {
    let plain = text.replace("$$", "");
    let refers = |rest: &str| rest.starts_with(|next: char| next == '{' || next == '_' || next.is_ascii_alphabetic());
    if plain.split('$').skip(1).any(refers) {
        return EnvValue::Unknown;
    }
    EnvValue::Text(text.replace("$$", "$"))
}
