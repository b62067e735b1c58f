//! PM2's ecosystem files as Oxmgr reads them: some keys mean the same, some are refused, and some are its own.
//!
//! Behaviour: <https://github.com/Vladimir-Urik/OxMgr/blob/master/src/ecosystem.rs>.

use super::{MEBIBYTE, gives_up, restarts_failures, rotates};
use crate::routes::declared::{Declared, File, Started, count};
use crate::routes::pm2;
use crate::{HealthCheck, Instances, Layer, MemoryLimit, Restart, RestartLimit, Setting, Tool};
use prodcheck_facts::given::{Field, Given};
use prodcheck_facts::oxmgr::RestartPolicy;
use prodcheck_facts::pm2::{ExecMode, Pm2App, Pm2File};
use prodcheck_source::RepoPath;

/// The applications of a PM2 file that Oxmgr is given.
pub fn imported(file: &Pm2File, path: &RepoPath, started: &Started) -> Vec<Declared> {
    pm2::declared(file, path, started)
        .into_iter()
        .zip(pm2::reached(file, started))
        .map(|(declared, app)| Declared { layer: Import { app, file: File(path) }.layer(&declared.layer), ..declared })
        .collect()
}

struct Import<'a> {
    app: &'a Pm2App,
    file: File<'a>,
}

impl Import<'_> {
    fn layer(&self, of_pm2: &Layer) -> Layer {
        let place = self.file.place(self.app.place);
        Layer {
            restart: self.restart(),
            instances: self.instances(),
            memory_limit: self.memory_limit(),
            boot: of_pm2.boot.clone(),
            restart_limit: self.restart_limit(),
            health_check: match &self.app.oxmgr.health_cmd {
                Some(field) => self.read(field, |_| HealthCheck::Polled),
                None => self.missing("health_cmd"),
            },
            log_rotation: rotates(place.clone()),
            open_files: Setting::missing(place.clone(), "max_open_files"),
            rollout_waits: of_pm2.rollout_waits.clone(),
            ..Layer::new(Tool::Oxmgr, place)
        }
    }

    fn set<T, V>(&self, field: &Field<T>, value: V) -> Setting<V> {
        Setting::set(value, self.file.place(field.span), pm2::shown(field))
    }

    fn read<T, V>(&self, field: &Field<T>, value: impl FnOnce(&T) -> V) -> Setting<V> {
        match field.known() {
            Some(known) => self.set(field, value(known)),
            None => Setting::unknown(self.file.place(field.span), pm2::shown(field)),
        }
    }

    fn missing<V>(&self, key: &str) -> Setting<V> {
        let place = self.file.place(self.app.place);
        if self.app.open { Setting::unknown(place, "…") } else { Setting::missing(place, key) }
    }

    fn restart(&self) -> Setting<Restart> {
        if let Some(field) = self.app.max_restarts.as_ref().filter(|field| field.known() == Some(&0)) {
            return self.set(field, Restart::Never);
        }
        let on = |on: bool| if on { Restart::Restarts } else { Restart::Never };
        match (&self.app.oxmgr.restart_policy, &self.app.autorestart) {
            (Some(policy), _) => self.read(policy, |policy| on(*policy != RestartPolicy::Never)),
            (None, Some(flag)) => self.read(flag, |flag| on(*flag)),
            (None, None) => restarts_failures(self.file.place(self.app.place)),
        }
    }

    fn instances(&self) -> Setting<Instances> {
        let own = &self.app.oxmgr;
        let explicit = self.app.exec_mode.as_ref().and_then(Field::known) == Some(&ExecMode::Cluster);
        let cluster = own.cluster_mode.as_ref().map_or(explicit, |field| field.known() == Some(&true));
        if cluster && let Some(field) = &own.cluster_instances {
            return self.read(field, |number| Instances::Count(count(*number).max(1)));
        }
        match &self.app.instances {
            None if cluster => match own.cluster_mode.as_ref() {
                Some(field) => self.read(field, |_| Instances::Many),
                None => self.app.exec_mode.as_ref().map_or(Setting::Silent, |field| self.set(field, Instances::Many)),
            },
            None => self.missing("instances"),
            Some(field) => match (field.written.parse::<u64>(), &field.value) {
                (_, Given::Unknown) => self.read(field, |_| Instances::Many),
                (Ok(number), _) => self.set(field, Instances::Count(count(number).max(1))),
                (Err(_), _) => self.set(field, Instances::Many).caveat(
                    format!(
                        "Oxmgr 0.5 refuses `{}` in a PM2 file: it takes a number, or `cluster_mode: true` without one for one process a processor",
                        pm2::shown(field)
                    ),
                    None,
                ),
            },
        }
    }

    fn memory_limit(&self) -> Setting<MemoryLimit> {
        if let Some(field) = &self.app.max_memory_restart {
            // A bare number is bytes to PM2 and megabytes to Oxmgr.
            return match (field.written.parse::<u64>(), &field.value) {
                (_, Given::Unknown) => self.read(field, |_| MemoryLimit::Named),
                (Ok(0), _) => self.set(field, MemoryLimit::Off),
                (Ok(megabytes), _) => self.set(field, MemoryLimit::Bytes(megabytes.saturating_mul(MEBIBYTE))),
                (Err(_), Given::Known(bytes)) => self.set(field, MemoryLimit::Bytes(*bytes)),
                (Err(_), Given::Wrong) => self.set(field, MemoryLimit::Named),
            };
        }
        match &self.app.oxmgr.max_memory_mb {
            Some(field) => self.read(field, |megabytes| match megabytes {
                0 => MemoryLimit::Off,
                _ => MemoryLimit::Bytes(megabytes.saturating_mul(MEBIBYTE)),
            }),
            None => self.missing("max_memory_restart"),
        }
    }

    fn restart_limit(&self) -> Setting<RestartLimit> {
        let crashes = self.app.oxmgr.crash_restart_limit.as_ref();
        if let Some(field) = crashes.filter(|field| field.known() == Some(&0)) {
            let why = "0 switches the cutoff of crash loops off".to_owned();
            return self.set(field, RestartLimit::Unlimited(why));
        }
        match self.app.max_restarts.as_ref().or(crashes) {
            Some(field) => self.read(field, |_| RestartLimit::Limited),
            None => gives_up(self.file.place(self.app.place)),
        }
    }
}
