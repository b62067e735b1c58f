//! Trees to typed facts, one file a tool. A fact is a noun with a span, and has no opinion.
//!
//! What one file holds is a pure function of its path and text, so that it can be kept by content hash.

#![cfg_attr(test, allow(clippy::string_slice, reason = "a test that cuts inside a character should stop"))]

pub mod automation;
pub mod build_command;
pub mod bundler;
pub mod command;
pub mod compose;
pub mod docker_calls;
pub mod docker_daemon;
pub mod dockerfile;
pub mod env_file;
mod fields;
pub mod folders;
pub mod given;
pub mod helm;
pub mod ignore_file;
pub mod infrastructure;
pub mod kubernetes;
pub mod kustomize;
pub mod lerna;
pub mod limits_conf;
pub mod logrotate;
pub mod monitoring;
pub mod nest_cli;
pub mod node_release;
pub mod npm;
pub mod npmrc;
pub mod nx;
pub mod oxmgr;
pub mod platform;
pub mod pm2;
pub mod pnpm_workspace;
pub mod prisma_schema;
pub mod provisioning;
pub mod proxy;
pub mod script;
pub mod secret;
mod store;
pub mod supervisord;
pub mod systemd;
pub mod tsconfig;
pub mod version_file;

pub use store::{FactStore, FileFacts, Gathered, gather, is_wanted};
