//! Which loggers of a service count: those that something is written to.

use prodcheck_code::logging::{Logger, Logging};
use prodcheck_services::Service;
use prodcheck_source::Place;

/// The loggers that something is written to, the most important first. Where calls go to a logger that is handed in from
/// where the program does not show, each that is made may be the one.
pub(super) fn loggers(logging: &Logging) -> Vec<&Logger> {
    let loose = logging.unknown.iter().any(|(package, _)| package.is_none());
    let used: Vec<&Logger> = logging.loggers.iter().filter(|logger| logger.is_used()).collect();
    // One that only writes the lines of requests, or one of the program's own, is not what is handed in.
    let made = |logger: &&Logger| logger.calls > 0 && logger.package.is_some();
    if loose && !used.iter().any(made) { logging.loggers.iter().collect() } else { used }
}

/// What a logger is called in a message.
pub(super) fn name(logger: &Logger) -> String {
    match logger.package.as_deref() {
        Some("@nestjs/common") => "NestJS's own logger".to_owned(),
        Some("fastify") => "Fastify's logger".to_owned(),
        Some(package) => format!("`{package}`"),
        None => "the service's own logger".to_owned(),
    }
}

/// Where what is absent from the whole service belongs: its entry point.
pub(super) fn entry(service: &Service) -> Option<Place> {
    crate::elsewhere::listens(service)
        .or_else(|| service.entry_points.first().map(|entry| Place::file(entry.path.clone())))
}
