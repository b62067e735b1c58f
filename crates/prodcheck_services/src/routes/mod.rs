//! The ways in which services are deployed: one file a tool turns its facts into layers and routes.

pub mod boot_steps;
pub mod compose;
pub mod container;
mod declared;
pub mod helm;
pub mod kubernetes;
pub(crate) mod node_version;
pub mod npm_start;
pub mod on_path;
pub mod oxmgr;
pub mod platform;
pub mod pm2;
pub mod purpose;
pub mod supervisord;
pub mod systemd;

pub use declared::{Declared, Lifetime, Located, Run, Started};
