//! Logs: the loggers of a service, and the calls that write to them.

mod call;
mod level;
mod table;

pub use call::{LogCall, Taker};
pub use level::Level;
pub use table::{Format, LoggerPackage, logger_package};
