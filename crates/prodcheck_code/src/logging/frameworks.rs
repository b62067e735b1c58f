//! Loggers that frameworks make: NestJS's own, and the pino that Fastify makes.
//!
//! NestJS: <https://docs.nestjs.com/techniques/logger>, Fastify: <https://fastify.dev/docs/latest/Reference/Logging/>.

use super::level::Level;
use super::logger::{Logger, Threshold};
use super::pino;
use super::table::Format;
use crate::Reading;
use crate::reading::{Site, way};
use crate::settle::Settled;
use prodcheck_formats::javascript::{ClassId, Expr, Module};
use prodcheck_program::program::{At, ModuleId, Value};

/// What takes the lines of NestJS's `Logger`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NestBacking {
    /// NestJS's own `ConsoleLogger`, or a class of the program that extends it and leaves the writing to it.
    Own(Box<Logger>),
    /// A logger of a package.
    Package(String),
    /// A class of the program that writes by itself.
    Class(ModuleId, ClassId),
    /// Only running it would tell.
    Unknown,
}

/// What takes the lines of NestJS's `Logger`; `None` where nothing makes a NestJS application.
pub(super) fn nest(reading: &Reading<'_>) -> Option<NestBacking> {
    let mut backing = None;
    for site in reading.calls_of("@nestjs/core") {
        let Some((_, call)) = reading.call(site) else { continue };
        let ways = ways_of(site, "@nestjs/core");
        if !reading.reach(site.at, site.id).is_reached() {
            continue;
        }
        let creates = |way: &String| {
            matches!(
                way.as_str(),
                "NestFactory.create" | "NestFactory.createMicroservice" | "NestFactory.createApplicationContext"
            )
        };
        if ways.iter().any(creates) && backing.is_none() {
            let options = call.arguments.last().filter(|_| call.arguments.len() > 1);
            let given = options.and_then(|options| reading.option_in(site.at, *options, "logger"));
            backing = Some(match given {
                Some(given) => taken_by(reading, site, given),
                None => NestBacking::Own(Box::new(default(reading, site))),
            });
        }
    }
    // `app.useLogger(…)` wins over the option.
    for (site, argument) in use_logger(reading) {
        backing = Some(taken_by(reading, site, argument));
    }
    backing
}

fn use_logger<'r>(reading: &'r Reading<'_>) -> Vec<(&'r Site, At)> {
    let mut found = Vec::new();
    for site in reading.calls_of("@nestjs/core") {
        let Some((module, call)) = reading.call(site) else { continue };
        let uses = ways_of(site, "@nestjs/core").iter().any(|way| way.ends_with(".useLogger"));
        if uses
            && reading.reach(site.at, site.id).is_reached()
            && let Some(argument) = call.argument(module, 0)
        {
            found.push((site, (site.at, argument)));
        }
    }
    found
}

fn default(reading: &Reading<'_>, site: &Site) -> Logger {
    let mut logger = Logger::new(Some("@nestjs/common"), reading.place_of(site));
    logger.format = Format::Text;
    logger.threshold = Threshold::Default(Level::Verbose);
    logger
}

/// What a `logger` option or `useLogger` names.
fn taken_by(reading: &Reading<'_>, site: &Site, (at, expr): At) -> NestBacking {
    for (at, end) in reading.ends(at, expr) {
        let Some(module) = reading.program.module(at) else { continue };
        let mut logger = default(reading, site);
        match module.expr(end) {
            Expr::Array(_) => {
                levels(reading, &mut logger, (at, end));
                return NestBacking::Own(Box::new(logger));
            }
            Expr::Bool(on) => {
                if !on {
                    logger.threshold = Threshold::Level(Level::Off);
                    logger.level_place = Some(reading.place_at((at, end)));
                }
                return NestBacking::Own(Box::new(logger));
            }
            Expr::Identifier { binding: None, name } if module.name(*name) == "console" => {
                return NestBacking::Own(Box::new(logger));
            }
            // `levels.slice(0, n)`: some of the levels, and which ones only running it would tell.
            Expr::Call { callee, .. }
                if matches!(module.expr(*callee), Expr::Member { property, .. }
                    if matches!(module.name(*property), "slice" | "filter" | "concat" | "split")) =>
            {
                logger.threshold = Threshold::Unknown;
                logger.level_place = Some(reading.place_at((at, end)));
                return NestBacking::Own(Box::new(logger));
            }
            Expr::New { .. } | Expr::Call { .. } => {
                if let Some(backing) = made(reading, module, logger, (at, end)) {
                    return backing;
                }
            }
            _ => {}
        }
        for value in reading.program.values(at, end).iter() {
            if let Some(backing) = of_value(reading, site, value) {
                return backing;
            }
        }
    }
    NestBacking::Unknown
}

fn of_value(reading: &Reading<'_>, site: &Site, value: &Value) -> Option<NestBacking> {
    match value {
        Value::Outside(outside) => match outside.source() {
            "@nestjs/common" => Some(NestBacking::Own(Box::new(default(reading, site)))),
            "@nestjs/core" | "@nestjs/config" => None,
            package => Some(NestBacking::Package(package.to_owned())),
        },
        Value::Instance(at, class) | Value::Class(at, class) => Some(NestBacking::Class(*at, *class)),
        _ => None,
    }
}

/// `new ConsoleLogger({ json: true })`, `app.get(Logger)`, `WinstonModule.createLogger(…)`.
fn made(reading: &Reading<'_>, module: &Module, mut logger: Logger, (at, end): At) -> Option<NestBacking> {
    let call = module.call(end)?;
    let callee = reading.program.values(at, call.callee);
    let from_container = matches!(module.expr(call.callee), Expr::Member { property, .. }
        if matches!(module.name(*property), "get" | "resolve"));
    if from_container && !call.is_new {
        let token = call.argument(module, 0)?;
        return reading.program.values(at, token).iter().find_map(|value| match value {
            Value::Outside(outside) if outside.source() == "@nestjs/common" => {
                Some(NestBacking::Own(Box::new(logger.clone())))
            }
            Value::Outside(outside) => Some(NestBacking::Package(outside.source().to_owned())),
            Value::Class(at, class) => Some(NestBacking::Class(*at, *class)),
            _ => None,
        });
    }
    callee.iter().find_map(|value| match value {
        Value::Outside(outside) if outside.source() == "@nestjs/common" => {
            console_logger(reading, module, &mut logger, (at, end));
            Some(NestBacking::Own(Box::new(logger.clone())))
        }
        Value::Outside(outside) => Some(NestBacking::Package(outside.source().to_owned())),
        Value::Class(at, class) => Some(NestBacking::Class(*at, *class)),
        _ => None,
    })
}

/// `new ConsoleLogger(context, { json, logLevels })`; `json` since NestJS 11.
fn console_logger(reading: &Reading<'_>, module: &Module, logger: &mut Logger, (at, end): At) {
    let Some(call) = module.call(end) else { return };
    for options in call.arguments {
        if reading.literal(at, *options).is_none() {
            continue;
        }
        if let Some((at, json)) = reading.option_in(at, *options, "json") {
            logger.format_place = Some(reading.place_at((at, json)));
            logger.format = match reading.settle_default(at, json) {
                Settled::Bool(true) => Format::Json,
                Settled::Unknown | Settled::Hidden(_) => Format::Unknown,
                _ => Format::Text,
            };
        }
        if let Some(given) = reading.option_in(at, *options, "logLevels") {
            levels(reading, logger, given);
        }
    }
}

/// `['error', 'warn', 'log']`: what is not in it is not written.
fn levels(reading: &Reading<'_>, logger: &mut Logger, (at, array): At) {
    let names = reading.elements(at, array);
    let settled: Vec<Settled> = names.iter().map(|(at, name)| reading.settle(*at, *name)).collect();
    let loudest = settled.iter().filter_map(|name| name.text().and_then(Level::named)).min();
    logger.level_place = Some(reading.place_at((at, array)));
    logger.threshold = match loudest {
        Some(level) => Threshold::Level(level),
        None if names.is_empty() => Threshold::Level(Level::Off),
        None => Threshold::Unknown,
    };
}

/// The loggers of Fastify, also under NestJS; and the packages to whose loggers it writes its lines.
pub(super) fn fastify(reading: &Reading<'_>) -> (Vec<Logger>, Vec<String>) {
    let (mut found, mut packages) = (Vec::new(), Vec::new());
    for (package, makes) in
        [("fastify", &["", "fastify", "Fastify"][..]), ("@nestjs/platform-fastify", &["FastifyAdapter"][..])]
    {
        for site in reading.calls_of(package) {
            if !ways_of(site, package).iter().any(|way| makes.contains(&way.as_str())) {
                continue;
            }
            let Some((module, call)) = reading.call(site) else { continue };
            let Some(options) = call.argument(module, 0) else { continue };
            let instance = reading.option_in(site.at, options, "loggerInstance");
            let Some(given) = instance.or_else(|| reading.option_in(site.at, options, "logger")) else { continue };
            let quiet = reading
                .option_in(site.at, options, "disableRequestLogging")
                .is_some_and(|(at, off)| reading.settle(at, off) == Settled::Bool(true));
            let mut logger = Logger::new(Some("fastify"), reading.place_of(site));
            logger.requests = !quiet;
            for (at, end) in reading.ends(given.0, given.1) {
                let Some(code) = reading.program.module(at) else { continue };
                logger.format_place = Some(reading.place_at((at, end)));
                match code.expr(end) {
                    Expr::Bool(false) => {}
                    Expr::Bool(true) => {
                        pino::configure(reading, &mut logger, None, None);
                        found.push(logger.clone());
                    }
                    Expr::Object(_) => {
                        pino::configure(reading, &mut logger, Some((at, end)), None);
                        found.push(logger.clone());
                    }
                    _ => {
                        let values = reading.program.values(at, end);
                        let of = values.iter().find_map(|value| match value {
                            Value::Outside(outside) => Some(outside.source().to_owned()),
                            _ => None,
                        });
                        match of {
                            Some(package) => packages.push(package),
                            None => {
                                pino::configure(reading, &mut logger, None, None);
                                found.push(logger.clone());
                            }
                        }
                    }
                }
                break;
            }
        }
    }
    (found, packages)
}

fn ways_of(site: &Site, package: &str) -> Vec<String> {
    let outside = site.callee.iter().filter_map(|value| match value {
        Value::Outside(outside) if outside.source() == package => Some(way(outside)),
        _ => None,
    });
    outside.collect()
}
