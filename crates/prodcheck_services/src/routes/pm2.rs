//! PM2: what an ecosystem file or a command line answers, and what PM2 does by itself.
//!
//! Behaviour: <https://pm2.keymetrics.io/docs/usage/application-declaration/>, and PM2's own code where that is silent.

use super::declared::{Declared, File, Lifetime, Located, Run, Started};
use super::node_version;
use crate::{EnvSetting, EnvValue, HealthCheck, Instances, Layer, LogRotation, MemoryLimit, NodeVersion, OpenFiles};
use crate::{Restart, RestartLimit, Setting, Tool, User};
use prodcheck_facts::given::{Field, Given};
use prodcheck_facts::pm2::{ExecMode, Pm2App, Pm2Command, Pm2Environment, Pm2File, Pm2Instances};
use prodcheck_source::RepoPath;

#[cfg(test)]
mod tests;

/// The applications of an ecosystem file.
pub fn declared(file: &Pm2File, path: &RepoPath, started: &Started) -> Vec<Declared> {
    let deploy_env =
        |name: &str| file.deploys.iter().find(|deploy| deploy.name.value == name).map(|deploy| &deploy.env);
    let base = started.select(deploy_env);
    let login = |name: &str| file.deploys.iter().find(|deploy| deploy.name.value == name)?.user.as_ref();
    let login = started.select(login);
    let of = |app| App { app, file: File(path), started, login }.declared(base);
    reached(file, started).into_iter().map(of).collect()
}

/// The applications of a file that count.
pub(super) fn reached<'a>(file: &'a Pm2File, started: &Started) -> Vec<&'a Pm2App> {
    started.reached(&file.apps, name)
}

/// The applications that a command line starts by itself, without a file. `path` is the file that holds the command.
pub fn commanded(command: &Pm2Command, path: &RepoPath, started: &Started) -> Vec<Declared> {
    let started = Started { foreground: command.foreground || started.foreground, ..started.clone() };
    command
        .apps()
        .iter()
        .map(|app| App { app, file: File(path), started: &started, login: None }.declared(None))
        .collect()
}

/// What a command line says of the files that it starts.
pub fn started(command: &Pm2Command) -> Started {
    let known = |field: &Option<Field<String>>| field.as_ref().and_then(Field::known).cloned();
    let only = known(&command.only).unwrap_or_default();
    Started {
        environment: known(&command.env),
        only: only.split([',', ' ']).filter(|name| !name.is_empty()).map(str::to_owned).collect(),
        foreground: command.foreground,
        ..Started::default()
    }
}

fn name(app: &Pm2App) -> Option<&str> {
    app.name.as_ref().and_then(Field::known).map(String::as_str)
}

/// A setting as it is written: `key: value` in a file, `--key value` on a command line.
pub(super) fn shown<T>(field: &Field<T>) -> String {
    match (field.key.starts_with('-'), field.written.is_empty()) {
        (true, true) => field.key.clone(),
        (true, false) => format!("{} {}", field.key, field.written),
        (false, _) => format!("{}: {}", field.key, field.written),
    }
}

/// One application and what is known of how it is started.
struct App<'a> {
    app: &'a Pm2App,
    file: File<'a>,
    started: &'a Started,
    /// `deploy.<name>.user`: who logs in at the servers.
    login: Option<&'a Field<String>>,
}

impl App<'_> {
    fn declared(&self, base: Option<&Pm2Environment>) -> Declared {
        let app = self.app;
        let never = app.autorestart.as_ref().and_then(Field::known) == Some(&false);
        let (environment, environment_open) = self.environment(base);
        Declared {
            name: name(app).map(str::to_owned),
            layer: self.layer(),
            run: self.run(),
            lifetime: if never && app.cron_restart.is_some() { Lifetime::Job } else { Lifetime::Long },
            cwd: app.cwd.as_ref().map(|field| self.file.value(field)),
            environment,
            environment_open,
            environment_files: Vec::new(),
            user: app.user.as_ref().map(|field| self.file.value(field)),
            log_files: app.log_files.iter().filter_map(|field| self.file.known(field)).collect(),
            watch: app
                .watch
                .as_ref()
                .filter(|field| field.known() == Some(&true))
                .map(|field| self.file.place(field.span)),
            containers: None,
        }
    }

    fn run(&self) -> Run {
        let app = self.app;
        let Some(script) = app.script.as_ref().and_then(|field| self.file.known(field)) else { return Run::Unknown };
        if script.value.contains(' ') {
            return Run::Line { line: script, shell: true };
        }
        Run::Script {
            script,
            arguments: app.args.iter().map(|word| self.file.word(word)).collect(),
            interpreter: app.interpreter.as_ref().map(|field| self.file.value(field)),
            interpreter_arguments: app.node_args.iter().map(|word| self.file.word(word)).collect(),
        }
    }

    /// The variables, and whether there may be more: `deploy.<name>.env`, then `env`, then `env_<name>`.
    fn environment(&self, base: Option<&Pm2Environment>) -> (Vec<EnvSetting>, bool) {
        let named = |name: &str| self.app.environments.iter().find(|(own, _)| own.value == name).map(|(_, env)| env);
        let sources = base.into_iter().chain([&self.app.env]).chain(self.started.select(named));
        let mut settings = Vec::new();
        let mut open = self.app.open;
        for source in sources {
            open |= source.open;
            let text = |text: &str| EnvValue::Text(text.to_owned());
            settings.extend(source.variables.iter().map(|variable| self.file.variable(variable, text)));
        }
        (settings, open)
    }

    fn layer(&self) -> Layer {
        let located = |step: &Option<Located<String>>| step.clone();
        Layer {
            restart: self.restart(),
            instances: self.instances(),
            memory_limit: self.memory_limit(),
            boot: located(&self.started.boot)
                .map_or(Setting::Silent, |step| Setting::set(true, step.place, step.value)),
            restart_limit: self.restart_limit(),
            // PM2 has no key for it; only what is around it can poll.
            health_check: Setting::<HealthCheck>::missing(self.file.place(self.app.place), "health check"),
            log_rotation: self.log_rotation(),
            user: self.user(),
            node: self.node(),
            open_files: Setting::<OpenFiles>::missing(self.file.place(self.app.place), "ulimit -n"),
            rollout_waits: match &self.app.wait_ready {
                Some(field) => self.read(field, |waits| *waits),
                None => Setting::Silent,
            },
            ..Layer::new(Tool::Pm2, self.file.place(self.app.place))
        }
    }

    fn set<T, V>(&self, field: &Field<T>, value: V) -> Setting<V> {
        Setting::set(value, self.file.place(field.span), shown(field))
    }

    fn unknown<T, V>(&self, field: &Field<T>) -> Setting<V> {
        Setting::unknown(self.file.place(field.span), shown(field))
    }

    /// A value that is known, and else what stands there.
    fn read<T, V>(&self, field: &Field<T>, value: impl FnOnce(&T) -> V) -> Setting<V> {
        field.known().map_or_else(|| self.unknown(field), |known| self.set(field, value(known)))
    }

    /// A key that is not among those that could be read.
    fn missing<V>(&self, key: &str) -> Setting<V> {
        let place = self.file.place(self.app.place);
        if self.app.open { Setting::unknown(place, "…") } else { Setting::missing(place, key) }
    }

    fn restart(&self) -> Setting<Restart> {
        match &self.app.autorestart {
            Some(field) => self.read(field, |on| if *on { Restart::Restarts } else { Restart::Never }),
            None => Setting::built_in(
                Restart::Restarts,
                self.file.place(self.app.place),
                "PM2 restarts a process that dies, unless it is told otherwise",
            ),
        }
    }

    fn instances(&self) -> Setting<Instances> {
        let Some(field) = &self.app.instances else { return self.missing("instances") };
        let setting = self.read(field, |instances| match instances {
            Pm2Instances::Count(number) => Instances::Count(*number),
            Pm2Instances::PerProcessor => Instances::Many,
        });
        if setting.value().is_none_or(|instances| *instances == Instances::Count(1)) {
            return setting;
        }
        match self.sharing_fault() {
            Some(fault) => setting.caveat(fault, None),
            None => setting,
        }
    }

    /// Why several instances could not share a port, where they could not.
    fn sharing_fault(&self) -> Option<String> {
        const RUNNERS: &[&str] = &["npm", "npx", "yarn", "pnpm", "pnpx", "bun", "bunx"];
        let script = self.app.script.as_ref().and_then(Field::known)?;
        let program = script.split(' ').next().unwrap_or(script);
        let program = program.rsplit('/').next().unwrap_or(program);
        if RUNNERS.contains(&program) {
            return Some(format!(
                "instances that `{program}` starts do not share a port: name the script that Node runs, not `{program}`"
            ));
        }
        (self.app.mode() == Some(ExecMode::Fork)).then(|| {
            "in fork mode the instances do not share a port: `exec_mode: \"cluster\"` makes them, or each needs a port of its own"
                .to_owned()
        })
    }

    fn memory_limit(&self) -> Setting<MemoryLimit> {
        /// What no Node.js process stays below, in bytes.
        const LEAST: u64 = 16 << 20;
        let Some(field) = &self.app.max_memory_restart else { return self.missing("max_memory_restart") };
        match &field.value {
            Given::Known(0) => self.set(field, MemoryLimit::Off),
            Given::Known(bytes) if *bytes < LEAST => self.set(field, MemoryLimit::Bytes(*bytes)).caveat(
                format!("PM2 takes the number for bytes: {bytes} bytes are too few for any process, and `M` makes them megabytes"),
                None,
            ),
            Given::Known(bytes) => self.set(field, MemoryLimit::Bytes(*bytes)),
            Given::Wrong => self.set(field, MemoryLimit::Named).caveat(
                "PM2 refuses this value: it takes digits, and `K`, `M` or `G` behind them (`300M`)",
                None,
            ),
            Given::Unknown => self.unknown(field),
        }
    }

    fn restart_limit(&self) -> Setting<RestartLimit> {
        let app = self.app;
        let backoff = app.exp_backoff_restart_delay.as_ref().filter(|field| field.known() != Some(&0));
        if let Some(field) = backoff.filter(|field| field.known().is_some()) {
            return self.set(field, RestartLimit::Limited);
        }
        match (&app.max_restarts, &app.min_uptime) {
            (Some(count), Some(uptime)) => {
                let setting = self.read(count, |_| RestartLimit::Limited);
                match &uptime.value {
                    Given::Wrong => setting.caveat(
                        "PM2 refuses this `min_uptime`: it takes milliseconds from 100 on, or digits with `s`, `m` or `h` behind them",
                        Some(self.file.place(uptime.span)),
                    ),
                    _ => setting,
                }
            }
            _ if backoff.is_some() => backoff.map_or(Setting::Silent, |field| self.unknown(field)),
            (Some(count), None) if app.open => self.unknown(count),
            (Some(count), None) => self.read(count, |_| {
                RestartLimit::Unlimited(
                    "without `min_uptime` PM2 counts only processes that die within their first second".to_owned(),
                )
            }),
            (None, Some(uptime)) if !app.open => Setting::missing(self.file.place(uptime.span), "max_restarts"),
            _ => self.missing("exp_backoff_restart_delay"),
        }
    }

    fn log_rotation(&self) -> Setting<LogRotation> {
        if let Some(step) = &self.started.rotation {
            return Setting::set(LogRotation::Rotated, step.place.clone(), step.value.clone());
        }
        if let Some(field) = self.app.disable_logs.as_ref().filter(|field| field.known() == Some(&true)) {
            return self.set(field, LogRotation::Rotated);
        }
        let goes_nowhere = |field: &&Field<String>| {
            field
                .known()
                .is_some_and(|file| matches!(file.as_str(), "/dev/null" | "NULL" | "/dev/stdout" | "/dev/stderr"))
        };
        let mut nowhere = self.app.log_files.iter().filter(goes_nowhere);
        match (nowhere.next(), nowhere.next()) {
            (Some(field), Some(_)) => self.set(field, LogRotation::Rotated),
            _ if self.started.foreground => Setting::Silent,
            _ => Setting::missing(self.file.place(self.app.place), "pm2-logrotate"),
        }
    }

    fn user(&self) -> Setting<User> {
        let of = |user: &String| match user.as_str() {
            "root" | "0" => User::Root,
            _ => User::Other,
        };
        // PM2 runs its processes as whoever starts it: the user as whom its own deploy logs in.
        match (&self.app.user, self.login) {
            (Some(field), _) => self.read(field, of),
            (None, Some(login)) if !self.started.foreground && login.known().is_some() => {
                let warning = "PM2 runs its processes as whoever starts it, which at boot may be somebody else";
                self.read(login, of).caveat(warning, None)
            }
            _ => Setting::Silent,
        }
    }

    /// `interpreter: 'node@22.1.0'`, or the path of an installed version.
    fn node(&self) -> Setting<NodeVersion> {
        let Some(field) = &self.app.interpreter else { return Setting::Silent };
        match field.known().and_then(|program| node_version::of_program(program)) {
            Some(version) => self.set(field, version),
            None => Setting::Silent,
        }
    }
}
