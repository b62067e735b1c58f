//! Services to verdicts: one `.rs` and one `.md` an item, in a folder a category.

mod alerts;
mod elsewhere;
mod item;
mod layers;
mod process_start;
mod proxied;
mod remedy;
mod routes;
mod verdict;

pub mod deployment;
pub mod environment;
pub mod error_handling;
pub mod logging;
pub mod monitoring;
pub mod performance;
pub mod process_management;
pub mod security;

pub use item::{Category, Check, Severity};
pub use verdict::{Edit, Evidence, Fix, Outcome, Verdict, Warning};

/// The number of items in the checklist.
pub const CHECKLIST_ITEMS: u32 = 41;

/// Every check that this version has, in the checklist's order.
pub const CHECKS: &[Check] = &[
    process_management::use_process_manager::CHECK,
    process_management::run_multiple_instances::CHECK,
    process_management::set_memory_limit::CHECK,
    process_management::configure_boot_persistence::CHECK,
    process_management::limit_restarts::CHECK,
    process_management::use_health_checks::CHECK,
    error_handling::handle_uncaught_exception::CHECK,
    error_handling::handle_unhandled_rejection::CHECK,
    error_handling::handle_sigterm::CHECK,
    error_handling::retry_external_dependencies::CHECK,
    error_handling::set_external_timeouts::CHECK,
    environment::no_hardcoded_config::CHECK,
    environment::validate_env::CHECK,
    environment::no_committed_env_files::CHECK,
    environment::set_node_env_production::CHECK,
    environment::use_npm_ci::CHECK,
    logging::use_structured_logging::CHECK,
    logging::set_production_log_level::CHECK,
    logging::no_sensitive_logging::CHECK,
    logging::configure_log_rotation::CHECK,
    logging::include_request_id::CHECK,
    security::run_as_non_root::CHECK,
    security::set_max_old_space_size::CHECK,
    security::use_reverse_proxy::CHECK,
    security::set_security_headers::CHECK,
    security::use_rate_limiting::CHECK,
    security::use_supported_node::CHECK,
    performance::enable_keep_alive::CHECK,
    performance::enable_source_maps::CHECK,
    performance::raise_open_files_limit::CHECK,
    performance::use_connection_pool::CHECK,
    performance::compress_responses::CHECK,
    deployment::use_zero_downtime_reload::CHECK,
    deployment::health_check_deploy::CHECK,
    deployment::pin_node_version::CHECK,
    deployment::use_staging_environment::CHECK,
    deployment::automate_deploys::CHECK,
    monitoring::monitor_uptime::CHECK,
    monitoring::monitor_memory::CHECK,
    monitoring::alert_on_restarts::CHECK,
    monitoring::track_error_rate::CHECK,
];

#[cfg(test)]
mod tests {
    use super::{CHECKLIST_ITEMS, CHECKS};

    #[test]
    fn every_item_is_judged_in_the_order_of_the_checklist() {
        let numbers: Vec<u32> = CHECKS.iter().map(|check| check.number).collect();
        assert_eq!(numbers, (1..=CHECKLIST_ITEMS).collect::<Vec<_>>());
    }
}
