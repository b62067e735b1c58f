//! Items 17 to 21: what is logged, how, and where it ends up.

mod used;

pub mod configure_log_rotation;
pub mod include_request_id;
pub mod no_sensitive_logging;
pub mod set_production_log_level;
pub mod use_structured_logging;
