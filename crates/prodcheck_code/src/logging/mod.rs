//! Logs: the loggers of a service, and the calls that write to them.

mod bunyan;
mod call;
mod disclosure;
mod frameworks;
mod level;
mod logger;
mod morgan;
mod names;
mod own;
mod pino;
mod plain;
mod redaction;
mod request_id;
mod table;
mod threshold;
mod winston;

pub(crate) use call::words_of;
pub use call::{LogCall, Taker};
pub use disclosure::{Disclosure, KeptBack, What};
pub use level::Level;
pub use logger::{LogFile, Logger, Threshold};
pub use names::{Meaning, meaning};
pub use request_id::{Carrier, RequestId};
pub use table::{Format, LoggerPackage, logger_package};

use crate::{Reach, Reading};
use frameworks::NestBacking;
use prodcheck_formats::javascript::{ExprId, FunctionId};
use prodcheck_program::program::{ModuleId, Value};
use prodcheck_source::Place;
use std::collections::{BTreeMap, BTreeSet};

/// What a service logs with, in production.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Logging {
    /// The loggers that production makes, in the order of their places; those that requests and most calls use first.
    pub loggers: Vec<Logger>,
    /// The calls of `console` that belong to no logger of the program's own.
    pub console: Vec<Place>,
    /// The first call of each logger that the tables do not know: of a package, or handed in from where the program does
    /// not show.
    pub unknown: Vec<(Option<String>, Place)>,
    /// How many calls write a log in production.
    pub calls: usize,
    /// A few of them: the first one of each of the first modules that have some.
    pub first_calls: Vec<Place>,
    /// The files that server code writes logs to.
    pub files: Vec<LogFile>,
    /// Values that have no business in a log, where log calls are given them.
    pub disclosures: Vec<Disclosure>,
    /// What gives the lines of one request an id in common.
    pub request_ids: Vec<RequestId>,
}

/// A call that writes a log, where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Logged {
    pub at: ModuleId,
    pub id: ExprId,
    pub log: LogCall,
    pub reach: Reach,
}

/// How many log calls are kept as examples.
const MOST_SHOWN: usize = 4;

/// Reads what a service logs with.
pub fn read(reading: &Reading<'_>) -> Logging {
    let logged = all_calls(reading);
    of_calls(reading, &logged)
}

/// All calls of the program that write a log; those inside the program's own loggers are not among them.
pub(crate) fn all_calls(reading: &Reading<'_>) -> Vec<Logged> {
    let mut found = Vec::new();
    let mut wrappers: BTreeSet<(ModuleId, FunctionId)> = BTreeSet::new();
    for site in reading.sites() {
        let Some(log) = reading.log_call(site.at, site.id) else { continue };
        if let Taker::Wrapper(at, function) = log.taker
            && !wrappers.contains(&(at, function))
        {
            wrappers.insert((at, function));
            wrappers.extend(own::inside(reading, at, function).functions);
        }
        let reach = reading.reach(site.at, site.id);
        found.push(Logged { at: site.at, id: site.id, log, reach });
    }
    found.retain(|one| {
        reading.program.module(one.at).is_none_or(|module| {
            !module.enclosing_functions(one.id).any(|function| wrappers.contains(&(one.at, function)))
        })
    });
    found
}

fn of_calls(reading: &Reading<'_>, logged: &[Logged]) -> Logging {
    let mut logging = Logging::default();
    let mut loggers = Vec::new();
    loggers.extend(pino::read(reading));
    loggers.extend(winston::read(reading));
    loggers.extend(bunyan::read(reading));
    loggers.extend(bunyan::read_log4js(reading));
    loggers.extend(plain::read(reading));
    let (fastify, instances) = frameworks::fastify(reading);
    loggers.extend(fastify);
    for package in instances {
        for logger in loggers.iter_mut().filter(|logger| logger.package.as_deref() == Some(&package)) {
            logger.requests = true;
        }
    }
    let nest = frameworks::nest(reading);
    let mut takers = Takers::default();
    for one in logged.iter().filter(|one| one.reach.is_reached()) {
        logging.calls += 1;
        let place = reading.place_at((one.at, one.id));
        if logging.first_calls.len() < MOST_SHOWN && !logging.first_calls.iter().any(|known| known.path == place.path) {
            logging.first_calls.push(place);
        }
        takers.add(reading, one, &mut logging);
    }
    match nest {
        Some(NestBacking::Own(mut logger)) => {
            logger.calls = 1;
            loggers.push(*logger);
        }
        Some(NestBacking::Package(package)) => {
            takers.nest = Some(vec![family(&package).to_owned()]);
            let calls = takers.packages.remove("@nestjs/common").unwrap_or_default();
            takers.packages.entry(package).or_default().join(calls);
        }
        Some(NestBacking::Class(at, class)) => {
            let calls = takers.packages.remove("@nestjs/common").unwrap_or_default();
            takers.add_class(reading, at, class, calls, &mut loggers);
        }
        Some(NestBacking::Unknown) => {
            if let Some(calls) = takers.packages.remove("@nestjs/common") {
                logging.unknown.extend(calls.first.map(|place| (None, place)));
            }
        }
        None => {}
    }
    for (package, calls) in &takers.packages {
        let family = family(package);
        let mut known = false;
        for logger in &mut loggers {
            if logger.package.as_deref().map(self::family) == Some(family) {
                logger.calls += calls.count;
                known = true;
            }
        }
        if let (false, Some(place)) = (known, &calls.first) {
            if logger_package(package).is_some() {
                let mut logger = plain::by_default(package, place.clone());
                logger.calls = calls.count;
                loggers.push(logger);
            } else {
                logging.unknown.push((Some(package.clone()), place.clone()));
            }
        }
    }
    loggers.extend(std::mem::take(&mut takers.own).into_values());
    loggers.retain_mut(|logger| reached(reading, logger));
    loggers.sort_by(|one, other| {
        let weight = |logger: &Logger| (!logger.is_used(), logger.package.as_deref() == Some("debug"));
        weight(one)
            .cmp(&weight(other))
            .then_with(|| other.calls.cmp(&one.calls))
            .then_with(|| one.place.cmp(&other.place))
    });
    logging.disclosures = disclosure::read(reading, logged);
    logging.disclosures.extend(morgan::read(reading));
    for one in &mut logging.disclosures {
        let families = takers.families(reading, one);
        let of = |logger: &&Logger| {
            families.as_ref().is_none_or(|families| {
                logger
                    .package
                    .as_deref()
                    .map_or(families.is_empty(), |package| families.iter().any(|known| known == family(package)))
            })
        };
        redaction::keep_back(one, loggers.iter().filter(of));
    }
    logging.request_ids = request_id::read(reading, &loggers);
    logging.files = loggers.iter().flat_map(|logger| logger.files.clone()).collect();
    logging.loggers = loggers;
    logging
}

/// Whether production makes the logger; notes what switches it on.
fn reached(reading: &Reading<'_>, logger: &mut Logger) -> bool {
    let Some(at) = reading.program.id(&logger.place.path) else { return true };
    let Some(module) = reading.program.module(at) else { return true };
    let Some(call) = module.calls().find(|call| call.span == logger.place.span) else { return true };
    match reading.reach(at, call.id) {
        Reach::Yes => true,
        Reach::Credential(name) => {
            logger.credential = Some(name);
            true
        }
        Reach::Never => false,
    }
}

/// The packages whose loggers are one and the same: a package and those that make its loggers under another name.
fn family(package: &str) -> &str {
    match package {
        "pino-http"
        | "nestjs-pino"
        | "express-pino-logger"
        | "koa-pino-logger"
        | "hapi-pino"
        | "hono-pino"
        | "fastify"
        | "@nestjs/platform-fastify" => "pino",
        "nest-winston" | "express-winston" => "winston",
        "express-bunyan-logger" | "bunyan-middleware" => "bunyan",
        other => other,
    }
}

/// Calls of one logger.
#[derive(Debug, Clone, Default)]
struct Calls {
    count: usize,
    first: Option<Place>,
}

impl Calls {
    fn join(&mut self, other: Self) {
        self.count += other.count;
        self.first = self.first.take().or(other.first);
    }
}

/// What takes the calls.
#[derive(Debug, Default)]
struct Takers {
    packages: BTreeMap<String, Calls>,
    /// The program's own loggers, by the module that they stand in.
    own: BTreeMap<ModuleId, Logger>,
    /// The families of the packages that take the lines of NestJS's `Logger`, where that is not NestJS itself.
    nest: Option<Vec<String>>,
    /// What was found out about wrappers.
    wrappers: BTreeMap<(ModuleId, FunctionId), (Vec<String>, Option<ModuleId>)>,
}

impl Takers {
    fn add(&mut self, reading: &Reading<'_>, one: &Logged, logging: &mut Logging) {
        let place = || reading.place_at((one.at, one.id));
        match &one.log.taker {
            Taker::Console => logging.console.push(place()),
            Taker::Output => {}
            Taker::Package(package) => self.count(package, place()),
            Taker::Named(package) => {
                if !logging.unknown.iter().any(|(known, _)| known == package) {
                    logging.unknown.push((package.clone(), place()));
                }
            }
            Taker::Wrapper(at, function) => {
                let (packages, own) = self.wrapper(reading, *at, *function);
                for package in packages {
                    self.count(&package, place());
                }
                if let Some(logger) = own.and_then(|module| self.own.get_mut(&module)) {
                    logger.calls += 1;
                }
            }
        }
    }

    fn count(&mut self, package: &str, place: Place) {
        self.packages.entry(package.to_owned()).or_default().join(Calls { count: 1, first: Some(place) });
    }

    fn wrapper(
        &mut self,
        reading: &Reading<'_>,
        at: ModuleId,
        function: FunctionId,
    ) -> (Vec<String>, Option<ModuleId>) {
        if let Some(known) = self.wrappers.get(&(at, function)) {
            return known.clone();
        }
        let inside = own::inside(reading, at, function);
        let packages: Vec<String> = inside
            .takers
            .iter()
            .filter_map(|taker| match taker {
                Taker::Package(package) => Some(package.clone()),
                _ => None,
            })
            .collect();
        let span = reading.program.module(at).map(|module| module.function(function).span).unwrap_or_default();
        let made = own::logger(reading, &inside, reading.place(at, span));
        let own = made.map(|made| {
            match self.own.get_mut(&at) {
                // Each of its methods may say more than the first one.
                Some(known) => {
                    if made.format == Format::Json && known.format != Format::Json {
                        known.format = made.format;
                        known.format_place = made.format_place;
                    }
                    let known_level = known.threshold.level().is_some();
                    if !known_level && made.threshold != Threshold::None {
                        known.threshold = made.threshold;
                        known.level_place = made.level_place;
                    }
                }
                None => {
                    self.own.insert(at, made);
                }
            }
            at
        });
        self.wrappers.insert((at, function), (packages.clone(), own));
        (packages, own)
    }

    /// The families of the packages that a value goes to; none of a logger of the program's own, `None` where it may be
    /// any.
    fn families(&mut self, reading: &Reading<'_>, one: &Disclosure) -> Option<Vec<String>> {
        match &one.taker {
            Taker::Package(package) if package == "@nestjs/common" && self.nest.is_some() => self.nest.clone(),
            Taker::Package(package) => Some(vec![family(package).to_owned()]),
            Taker::Wrapper(at, function) => {
                let (packages, _) = self.wrapper(reading, *at, *function);
                Some(packages.iter().map(|package| family(package).to_owned()).collect())
            }
            Taker::Named(_) => None,
            Taker::Console | Taker::Output => Some(vec![String::new()]),
        }
    }

    /// A class of the program that takes NestJS's lines.
    fn add_class(
        &mut self,
        reading: &Reading<'_>,
        at: ModuleId,
        class: prodcheck_formats::javascript::ClassId,
        calls: Calls,
        loggers: &mut Vec<Logger>,
    ) {
        let log = reading.program.member(&Value::Instance(at, class), "log");
        let method = log.iter().find_map(|value| match value {
            Value::Function(at, function) => Some((*at, *function)),
            _ => None,
        });
        if let Some((at, function)) = method {
            let (packages, own) = self.wrapper(reading, at, function);
            self.nest = Some(packages.iter().map(|package| family(package).to_owned()).collect());
            for package in packages.iter().filter(|package| *package != "@nestjs/common") {
                self.packages.entry(package.clone()).or_default().join(calls.clone());
            }
            if let Some(logger) = own.and_then(|module| self.own.get_mut(&module)) {
                logger.calls += calls.count.max(1);
            }
            if own.is_some() || packages.iter().any(|package| package != "@nestjs/common") {
                return;
            }
        }
        // It leaves the writing to NestJS's own.
        let span = reading.program.module(at).map(|module| module.class(class).span).unwrap_or_default();
        let mut logger = plain::by_default("@nestjs/common", reading.place(at, span));
        logger.calls = calls.count.max(1);
        loggers.push(logger);
    }
}

#[cfg(test)]
mod tests;
