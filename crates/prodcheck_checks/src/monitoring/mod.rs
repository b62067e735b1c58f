//! Items 38 to 41: what watches the service, and whom it tells.

pub mod alert_on_restarts;
pub mod monitor_memory;
pub mod monitor_uptime;
pub mod track_error_rate;
