//! Items 12 to 16: configuration, environment and installs.

pub mod no_committed_env_files;
pub mod no_hardcoded_config;
pub mod set_node_env_production;
pub mod use_npm_ci;
pub mod validate_env;
