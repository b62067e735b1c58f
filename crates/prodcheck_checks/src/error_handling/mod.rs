//! Items 7 to 11: what happens when something goes wrong, inside and outside.

pub mod handle_sigterm;
pub mod handle_uncaught_exception;
pub mod handle_unhandled_rejection;
pub mod retry_external_dependencies;
pub mod set_external_timeouts;
