//! Item 18: `info` or quieter in production.

use super::used;
use crate::{Category, Check, Verdict, elsewhere};
use prodcheck_code::logging::{Level, Logger, Threshold};
use prodcheck_services::Service;
use prodcheck_source::Place;

/// The check.
pub const CHECK: Check = Check {
    id: "set-production-log-level",
    number: 18,
    category: Category::Logging,
    pass_title: "Production logs at `info` or quieter",
    fail_title: "Production does not log at `info` or quieter",
    docs: include_str!("set_production_log_level.md"),
    run,
};

const FIX: &str = "read the level from the environment with a quiet default: `level: process.env.LOG_LEVEL ?? 'info'`; in NestJS `logger: ['error', 'warn', 'log']`";

fn run(service: &Service) -> Verdict {
    let logging = &service.source.logging;
    let levelled: Vec<&Logger> = used::loggers(logging).into_iter().filter(|logger| has_levels(logger)).collect();
    let too_loud = |logger: &&&Logger| logger.threshold.level().is_some_and(|level| level < Level::Info);
    if let Some(logger) = levelled.iter().find(too_loud) {
        return loud(logger);
    }
    let quiet: Vec<&&Logger> = levelled
        .iter()
        .filter(|logger| logger.threshold.level().is_some_and(|level| (Level::Info..Level::Off).contains(&level)))
        .collect();
    if let Some(logger) = quiet.iter().find(|logger| logger.calls > 0).or(quiet.first()) {
        return passes(logger);
    }
    if let Some(logger) = levelled.iter().find(|logger| logger.threshold.level() == Some(Level::Off)) {
        return Verdict::fail(format!("{} is silent in production: nothing is logged", used::name(logger)))
            .at(place(logger), "no level is written")
            .fix(FIX);
    }
    if let Some(logger) = levelled.iter().find(|logger| matches!(logger.threshold, Threshold::Variable(_))) {
        let Threshold::Variable(variable) = &logger.threshold else { return Verdict::unverified("") };
        return Verdict::pass(format!("the level of {} comes from `{variable}`", used::name(logger)))
            .at(place(logger), format!("`{variable}` names the level"))
            .warn(format!("what production sets `{variable}` to is not in the repository"), None);
    }
    if let Some(logger) = levelled.iter().find(|logger| logger.threshold == Threshold::Unknown) {
        return match &logger.level_place {
            Some(place) => Verdict::pass(format!("the level of {} comes from the configuration", used::name(logger)))
                .at(place.clone(), "the level")
                .warn("its default could not be read: see that it is `info` or quieter", Some(place.clone())),
            None => Verdict::unverified(format!(
                "the level of {} is decided where this repository does not show it",
                used::name(logger)
            ))
            .at(logger.place.clone(), "the logger"),
        };
    }
    without_levels(service)
}

/// Whether a logger has levels, or names of levels that a reader would take for some.
fn has_levels(logger: &Logger) -> bool {
    logger.threshold != Threshold::None
}

fn place(logger: &Logger) -> Place {
    logger.level_place.clone().unwrap_or_else(|| logger.place.clone())
}

fn loud(logger: &Logger) -> Verdict {
    let name = used::name(logger);
    let message = match (&logger.threshold, logger.package.as_deref()) {
        (Threshold::Default(_), Some("@nestjs/common")) => {
            "NestJS's own logger writes every level, `debug` and `verbose` included".to_owned()
        }
        (Threshold::Default(_), _) => format!("{name} writes `debug` and below unless it is told otherwise"),
        (threshold, _) => {
            let level = threshold.level().map_or("", spelled);
            format!("{name} writes from `{level}` on in production")
        }
    };
    Verdict::fail(message).at(place(logger), "the level in production").fix(FIX)
}

fn spelled(level: Level) -> &'static str {
    match level {
        Level::All => "all",
        Level::Trace => "trace",
        Level::Debug => "debug",
        Level::Verbose => "verbose",
        Level::Http => "http",
        Level::Info => "info",
        Level::Notice => "notice",
        Level::Warn => "warn",
        Level::Error => "error",
        Level::Fatal => "fatal",
        Level::Off => "silent",
    }
}

fn passes(logger: &Logger) -> Verdict {
    let level = logger.threshold.level().unwrap_or(Level::Info);
    let from = match logger.threshold {
        Threshold::Default(_) => ", which is its default",
        _ => "",
    };
    let verdict = Verdict::pass(format!("{} writes from `{}` on{from}", used::name(logger), spelled(level)))
        .at(place(logger), "the level in production");
    if level == Level::Fatal {
        return verdict.warn("errors that do not end the process are not logged", Some(place(logger)));
    }
    verdict
}

fn without_levels(service: &Service) -> Verdict {
    let logging = &service.source.logging;
    if let Some((_, package)) = elsewhere::launched(service) {
        return Verdict::unverified(elsewhere::unseen(package));
    }
    if service.source.modules == 0 {
        return Verdict::unverified("no server code could be read");
    }
    let own = used::loggers(logging).into_iter().find(|logger| logger.package.is_none());
    if let Some((package, place)) = logging.unknown.first().filter(|_| own.is_none()) {
        let logger =
            package.as_ref().map_or_else(|| "a logger that is handed in".to_owned(), |name| format!("`{name}`"));
        return Verdict::unverified(format!("logs go to {logger}, and the repository does not show its level"))
            .at(place.clone(), "a log call");
    }
    if let Some(logger) = own {
        return Verdict::fail("the service's own logger has names of levels, and no threshold: everything is written")
            .at(logger.format_place.clone().unwrap_or_else(|| logger.place.clone()), "nothing is compared before this")
            .fix(FIX);
    }
    let verdict = Verdict::fail("no logger with levels: what is written cannot be turned down").fix(FIX);
    let first = logging.loggers.first().map(|logger| logger.place.clone());
    match logging.console.first().cloned().or(first).or_else(|| used::entry(service)) {
        Some(place) => verdict.at(place, "logs without a level"),
        None => verdict,
    }
}
