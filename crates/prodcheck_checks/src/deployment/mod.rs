//! Items 33 to 37: how a new version takes the place of the running one.

pub mod automate_deploys;
pub mod health_check_deploy;
pub mod pin_node_version;
pub mod use_staging_environment;
pub mod use_zero_downtime_reload;
