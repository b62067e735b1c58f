//! What a platform answers to the checklist's questions: what its file sets, else what it does by itself.

use super::provides::{self, Provides};
use crate::routes::node_version;
use crate::{
    HealthCheck, Instances, Layer, LogRotation, MemoryLimit, OpenFiles, Restart, RestartLimit, ReverseProxy, Rollout,
    Setting, Tool, User,
};
use prodcheck_facts::given::{Field, Given};
use prodcheck_facts::platform::{Deployed, Memory, Platform, Replaced, Role, Scale};
use prodcheck_source::{Place, RepoPath, Span};

/// The layer of one process. `in_image` says that an image's Dockerfile decides what is in it.
pub fn layer(platform: Platform, deployed: &Deployed, path: &RepoPath, in_image: bool) -> Layer {
    let place = Place::new(path.clone(), deployed.span);
    let Some(provides) = provides::of(platform) else { return Layer::new(Tool::Heroku, place) };
    let asked = Asked { provides, deployed, path, in_image };
    Layer {
        restart: asked.restart(),
        instances: asked.instances(),
        memory_limit: asked.memory_limit(),
        boot: Setting::built_in(true, place.clone(), provides.boot),
        restart_limit: asked.restart_limit(),
        health_check: asked.health_check(),
        log_rotation: Setting::built_in(LogRotation::Rotated, place.clone(), provides.rotation),
        user: asked.user(),
        reverse_proxy: match provides.router.filter(|_| deployed.role == Role::Web) {
            Some(by) => Setting::built_in(ReverseProxy::InFront, place.clone(), by),
            None => Setting::Silent,
        },
        node: asked.node(),
        open_files: asked.open_files(),
        rollout: asked.rollout(),
        rollout_waits: asked.rollout_waits(),
        ..Layer::new(provides.tool, place)
    }
}

struct Asked<'a> {
    provides: &'static Provides,
    deployed: &'a Deployed,
    path: &'a RepoPath,
    in_image: bool,
}

impl Asked<'_> {
    fn place(&self) -> Place {
        self.at(self.deployed.span)
    }

    fn at(&self, span: Span) -> Place {
        Place::new(self.path.clone(), span)
    }

    /// A field as the platform's file spells it.
    fn shown<T>(&self, field: &Field<T>) -> String {
        if field.key.starts_with("--") {
            return format!("{} {}", field.key, field.written);
        }
        let is_toml = self.provides.toml || self.path.extension() == Some("toml");
        match (field.written.as_str(), is_toml) {
            ("[…]" | "{…}" | "", _) => field.key.clone(),
            (written, true) => format!("{} = {written}", field.key),
            (written, false) => format!("{}: {written}", field.key),
        }
    }

    fn read<T, U>(&self, field: &Field<T>, value: impl FnOnce(&T) -> U) -> Setting<U> {
        let place = self.at(field.span);
        match &field.value {
            Given::Known(known) => Setting::set(value(known), place, self.shown(field)),
            Given::Wrong | Given::Unknown => Setting::unknown(place, self.shown(field)),
        }
    }

    fn missing<T>(&self, key: Option<&str>) -> Setting<T> {
        key.map_or(Setting::Silent, |key| Setting::missing(self.place(), key))
    }

    fn restart(&self) -> Setting<Restart> {
        match &self.deployed.restarts {
            Some(field) => self.read(field, |restarts| if *restarts { Restart::Restarts } else { Restart::Never }),
            None => Setting::built_in(Restart::Restarts, self.place(), self.provides.restart),
        }
    }

    fn instances(&self) -> Setting<Instances> {
        match (&self.deployed.instances, self.provides.scaling) {
            (Some(field), _) => self.read(field, |scale| match scale {
                Scale::Count(number) => Instances::Count(u32::try_from(*number).unwrap_or(u32::MAX)),
                Scale::Automatic => Instances::Many,
            }),
            (None, Some(by)) => Setting::built_in(Instances::Many, self.place(), by),
            // A formation that gives a size could give a number too.
            (None, None) => {
                let own = if self.provides.tool == Tool::AppService { "sku.capacity" } else { "quantity" };
                self.missing(self.provides.instances_key.or(self.deployed.memory.as_ref().map(|_| own)))
            }
        }
    }

    fn memory_limit(&self) -> Setting<MemoryLimit> {
        match &self.deployed.memory {
            Some(field) if field.value == Given::Unknown => {
                Setting::set(MemoryLimit::Named, self.at(field.span), self.shown(field))
            }
            Some(field) => self.read(field, |memory| match memory {
                Memory::Bytes(bytes) => MemoryLimit::Bytes(*bytes),
                Memory::Named => MemoryLimit::Named,
            }),
            None => self.missing(self.provides.memory_key.or(self.deployed.instances.as_ref().map(|_| "size"))),
        }
    }

    fn restart_limit(&self) -> Setting<RestartLimit> {
        match &self.deployed.retries {
            Some(field) => self.read(field, |_| RestartLimit::Limited),
            None => {
                let by = self.provides.restart_limit;
                let limit = match self.provides.endless {
                    true => RestartLimit::Unlimited("it tries for ever".to_owned()),
                    false => RestartLimit::Limited,
                };
                Setting::built_in(limit, self.place(), by)
            }
        }
    }

    fn health_check(&self) -> Setting<HealthCheck> {
        if let Some(field) = &self.deployed.health {
            let shown = Setting::set(HealthCheck::Polled, self.at(field.span), self.shown(field));
            return match field.value {
                Given::Known(false) => Setting::set(HealthCheck::Off, self.at(field.span), self.shown(field)),
                _ => shown,
            };
        }
        match (self.provides.health, self.provides.health_key) {
            (Some(by), _) => Setting::built_in(HealthCheck::Polled, self.place(), by),
            (None, Some(key)) => Setting::missing(self.place(), key),
            (None, None) if self.provides.serverless => Setting::Silent,
            (None, None) => {
                let by = format!("{} polls no health endpoint", self.provides.tool.title());
                Setting::built_in(HealthCheck::Off, self.place(), by)
            }
        }
    }

    fn user(&self) -> Setting<User> {
        if let Some(field) = &self.deployed.user {
            return self.read(field, |user| match user.split(':').next() {
                Some("root" | "0") => User::Root,
                _ => User::Other,
            });
        }
        match self.provides.user.filter(|_| !self.in_image || self.provides.image_user) {
            Some(by) => Setting::built_in(User::Other, self.place(), by),
            None if self.in_image => Setting::Silent,
            None => {
                let by = format!("{} decides the user of what it builds", self.provides.tool.title());
                Setting::built_in(User::Other, self.place(), by)
            }
        }
    }

    fn node(&self) -> Setting<crate::NodeVersion> {
        let Some(field) = self.deployed.node.as_ref().filter(|_| !self.in_image) else { return Setting::Silent };
        match field.known().map(|text| node_version::asked(text)) {
            Some(version) => Setting::set(version, self.at(field.span), self.shown(field)),
            None => Setting::unknown(self.at(field.span), self.shown(field)),
        }
    }

    fn open_files(&self) -> Setting<OpenFiles> {
        match (&self.deployed.open_files, self.provides.open_files) {
            (Some(field), _) => self.read(field, |limit| OpenFiles::Count(*limit)),
            (None, Some(by)) => Setting::built_in(OpenFiles::Raised, self.place(), by),
            (None, None) => Setting::Silent,
        }
    }

    fn rollout(&self) -> Setting<Rollout> {
        match (&self.deployed.replaced, self.provides.rolling) {
            (Some(field), _) => self.read(field, |replaced| match replaced {
                Replaced::Rolling => Rollout::Rolling,
                Replaced::AtOnce => Rollout::Interrupts("all of them are replaced at once".to_owned()),
            }),
            (None, Some(by)) => Setting::built_in(Rollout::Rolling, self.place(), by),
            (None, None) => Setting::Silent,
        }
    }

    fn rollout_waits(&self) -> Setting<bool> {
        match &self.deployed.health {
            Some(field) if self.provides.waits && field.value != Given::Known(false) => {
                Setting::set(true, self.at(field.span), self.shown(field))
            }
            _ => Setting::Silent,
        }
    }
}
