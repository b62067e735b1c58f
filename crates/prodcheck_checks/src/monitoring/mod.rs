//! Items 38 to 41: what watches the service from outside, and whom it tells.

pub mod alert_on_restarts;
pub mod monitor_uptime;
//! Items 38 to 41: what is watched while it runs.

pub mod monitor_memory;
pub mod track_error_rate;
