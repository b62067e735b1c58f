//! What one act of a job or script does to the running service: it deploys, verifies, publishes, or calls who does.

use super::chain::{Act, Doing};
use super::{actions, tools};

/// How the running version is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaces {
    /// The new one serves before the old one goes; who does that, as a sentence fragment.
    Rolling(&'static str),
    /// The old one goes first; why, as a sentence fragment.
    Interrupts(&'static str),
    /// As the Kubernetes manifests say.
    ByManifests,
    /// As `deploy.update_config` of the compose file says.
    BySwarm,
    /// As the platform does, which its own file may change.
    ByPlatform,
    /// Nobody can tell here; why, as a sentence fragment.
    Untold(&'static str),
}

/// Whether the deploy waits until the new version is healthy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// It does; by what, as a sentence fragment.
    Yes(&'static str),
    /// It does where a health check is declared in the platform's file.
    WithCheck(&'static str),
    /// It does not; it returns before anybody knows.
    No,
    /// Nobody can tell here; why, as a sentence fragment.
    Untold(&'static str),
}

/// One command or call that replaces the running service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deploys {
    /// The tool, as it is called in sentences.
    pub tool: &'static str,
    /// How the running version is replaced.
    pub replaces: Replaces,
    /// Whether it waits.
    pub waits: Waits,
    /// Whether it is a deploy wherever it stands; else only on another machine, in a job for production or in a deploy
    /// script: `docker compose up -d` also starts a database for tests.
    pub everywhere: bool,
}

/// What asks whether the service is healthy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verifies {
    /// It asks until it gets an answer, or until the rollout is complete.
    Polls,
    /// It asks once.
    Once,
    /// It tests the deployed service: smoke tests, end-to-end tests.
    Tests,
}

/// What one act does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// It replaces the running service.
    Deploys(Deploys),
    /// It asks whether the service is healthy.
    Verifies(Verifies),
    /// It publishes; what, as a sentence fragment: `an image`.
    Publishes(&'static str),
    /// It calls a pipeline elsewhere that is there to deploy, by its name.
    CallsDeploy,
    /// It writes into another repository.
    WritesElsewhere,
    /// It starts a cluster for tests.
    TestCluster,
}

/// What an act does; `None` where it is none of these.
pub fn of(act: &Act) -> Option<Deed> {
    match &act.doing {
        Doing::Command(command) => tools::deed(command),
        Doing::Use(call) => actions::deed(call),
    }
}
