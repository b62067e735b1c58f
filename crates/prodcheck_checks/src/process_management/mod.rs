//! Items 1 to 6: who starts the process, restarts it, bounds it and polls it.

pub mod configure_boot_persistence;
pub mod limit_restarts;
pub mod run_multiple_instances;
pub mod set_memory_limit;
pub mod use_health_checks;
pub mod use_process_manager;
