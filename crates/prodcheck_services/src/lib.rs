//! Facts to services: discovery, routes, production start path, server code.

pub mod delivery;
pub mod discovery;
mod env_example;
mod env_files;
mod front;
#[cfg(test)]
mod in_memory;
mod node_sources;
mod repository;
pub mod routes;
mod service;
mod setting;
mod start;
pub mod start_path;
mod surroundings;

pub use delivery::{
    Audience, CallElsewhere, Delivery, DeployStep, InstallScope, InstallStep, LockFile, Locked, PublishStep, Replaces,
    Stage, StageKind, Verifies, Waits,
};
pub use env_files::{EnvReader, TrackedEnvFile};
pub use front::Front;
pub use node_sources::{NodeSource, NodeSourceKind};
pub use prodcheck_program::{Sources, workspaces};
pub use repository::Repository;
pub use service::{EntryPoint, Layer, Nature, Route, RouteKind, Service, Tool};
pub use service::{
    HealthCheck, Instances, LogRotation, MemoryLimit, NodeVersion, OpenFiles, Restart, RestartLimit, ReverseProxy,
    Rollout, User,
};
pub use setting::{Caveat, Setting};
pub use start::{
    EnvSetting, EnvSource, EnvValue, Lost, Managed, Manager, Obstacle, ObstacleKind, Process, Runtime, SignalPath,
};
pub use start::{StartPath, Step, StepKind};
pub use surroundings::SetUp;
