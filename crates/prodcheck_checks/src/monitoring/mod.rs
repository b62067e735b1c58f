//! Items 38 to 41: what watches the service from outside, and whom it tells.

pub mod alert_on_restarts;
pub mod monitor_uptime;
