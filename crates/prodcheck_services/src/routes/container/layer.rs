//! What an image's Dockerfile answers to the checklist's questions.

use super::Built;
use super::base_image::{self, DefaultUser};
use crate::routes::compose::user_of;
use crate::{HealthCheck, Layer, Setting, Tool, User};
use prodcheck_source::Place;

/// What stands around an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    /// Nothing in the repository says what runs it.
    Nothing,
    /// A file says how it is run, and leaves the image's health check in force.
    Runner,
    /// A file says how it is run, and puts a health check of its own, or none, in place of the image's.
    RunnerWithHealth,
}

/// The layer of an image.
pub fn layer(built: &Built, around: Around) -> Layer {
    let layer = Layer::new(Tool::Dockerfile, built.end());
    Layer { health_check: health_check(built, around), user: user(built), node: built.node.clone(), ..layer }
}

impl Built {
    /// The place for what its Dockerfile lacks: the stage's own command, or else its last instruction.
    pub fn end(&self) -> Place {
        let image = &self.image;
        let last = [&image.command, &image.entrypoint].into_iter().flatten().map(|command| &command.place);
        let own = |place: &&Place| place.path == self.place.path && place.span.start > self.place.span.start;
        last.filter(own).min_by_key(|place| place.span.start).unwrap_or(&self.last_instruction).clone()
    }
}

fn health_check(built: &Built, around: Around) -> Setting<HealthCheck> {
    match (&built.image.health, around) {
        (_, Around::RunnerWithHealth) => Setting::Silent,
        (Some(health), _) if health.test.is_some() => {
            Setting::set(HealthCheck::Polled, health.place.clone(), "HEALTHCHECK")
        }
        // Who runs the image may well poll it.
        (_, Around::Nothing) => Setting::Silent,
        (Some(health), Around::Runner) => Setting::set(HealthCheck::Off, health.place.clone(), "HEALTHCHECK NONE"),
        (None, Around::Runner) => Setting::missing(built.end(), "HEALTHCHECK"),
    }
}

fn user(built: &Built) -> Setting<User> {
    if let Some(user) = &built.image.user {
        return match &user.value {
            Some(name) => Setting::set(user_of(name), user.place.clone(), format!("USER {name}")),
            None => Setting::unknown(user.place.clone(), "USER"),
        };
    }
    let Some(base) = &built.image.base else { return Setting::missing(built.end(), "USER") };
    match base.image.as_deref().map(base_image::default_user) {
        Some(DefaultUser::Root) => Setting::missing(built.end(), "USER"),
        Some(DefaultUser::Other) => Setting::built_in(
            User::Other,
            base.place.clone(),
            format!("the image `{}` does not start as root", base.shown),
        ),
        Some(DefaultUser::Unknown) | None => Setting::unknown(base.place.clone(), format!("FROM {}", base.shown)),
    }
}
