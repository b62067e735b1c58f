//! Loggers whose format and level are one option each, and those that write by their own defaults.
//!
//! tslog: <https://tslog.js.org/#/?id=settings>, consola: <https://github.com/unjs/consola#log-level>, LogTape:
//! <https://logtape.org/manual/config>, loglevel: <https://github.com/pimterry/loglevel#documentation>, Powertools:
//! <https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/>, morgan:
//! <https://github.com/expressjs/morgan#morganformat-options>, loglayer: <https://loglayer.dev/transports/>.

use super::level::Level;
use super::logger::{Logger, Threshold};
use super::table::{Format, logger_package};
use super::threshold;
use super::winston::writes_json;
use crate::Reading;
use crate::reading::{Site, way};
use prodcheck_formats::javascript::Expr;
use prodcheck_program::program::Value;

/// The loggers of these packages that code makes or sets.
pub(super) fn read(reading: &Reading<'_>) -> Vec<Logger> {
    let mut found = Vec::new();
    for (package, read_one) in [
        ("tslog", tslog as fn(&Reading<'_>, &Site, &str) -> Option<Logger>),
        ("consola", consola),
        ("@logtape/logtape", logtape),
        ("loglevel", loglevel),
        ("@aws-lambda-powertools/logger", powertools),
        ("morgan", morgan),
        ("koa-logger", request_lines),
        ("hono", request_lines),
        ("loglayer", loglayer),
    ] {
        for site in reading.calls_of(package) {
            for value in site.callee.iter() {
                let Value::Outside(outside) = value else { continue };
                if outside.source() == package {
                    found.extend(read_one(reading, site, &way(outside)));
                    break;
                }
            }
        }
    }
    found
}

/// A logger as its package makes it.
pub(super) fn by_default(package: &str, place: prodcheck_source::Place) -> Logger {
    let mut logger = Logger::new(Some(package), place);
    if let Some(row) = logger_package(package) {
        logger.format = row.format;
        logger.threshold = row.level.map_or(Threshold::None, Threshold::Default);
        logger.requests = row.requests;
    }
    logger
}

fn tslog(reading: &Reading<'_>, site: &Site, way: &str) -> Option<Logger> {
    let (module, call) = reading.call(site).filter(|(_, call)| call.is_new && way == "Logger")?;
    let mut logger = by_default("tslog", reading.place_of(site));
    if let Some(options) = call.argument(module, 0) {
        threshold::read(reading, &mut logger, (site.at, options), "minLevel", |number| {
            Some(match number {
                n if n < 2.0 => Level::Trace,
                n if n < 3.0 => Level::Debug,
                n if n < 4.0 => Level::Info,
                n if n < 5.0 => Level::Warn,
                n if n < 6.0 => Level::Error,
                _ => Level::Fatal,
            })
        });
        if let Some(kind) = reading.option_in(site.at, options, "type") {
            logger.format_place = Some(reading.place_at(kind));
            logger.format = match reading.settle_default(kind.0, kind.1).text() {
                Some("json") => Format::Json,
                Some(_) => Format::Text,
                None => Format::Unknown,
            };
        }
    }
    Some(logger)
}

fn consola(reading: &Reading<'_>, site: &Site, way: &str) -> Option<Logger> {
    let (module, call) = reading.call(site).filter(|_| matches!(way, "createConsola" | "create" | "consola.create"))?;
    let mut logger = by_default("consola", reading.place_of(site));
    if let Some(options) = call.argument(module, 0) {
        threshold::read(reading, &mut logger, (site.at, options), "level", |number| {
            Some(match number {
                n if n < 0.0 => Level::Off,
                n if n < 1.0 => Level::Error,
                n if n < 2.0 => Level::Warn,
                n if n < 4.0 => Level::Info,
                n if n < 5.0 => Level::Debug,
                _ => Level::Trace,
            })
        });
        if let Some((at, reporters)) = reading.option_in(site.at, options, "reporters") {
            let json = reading.elements(at, reporters).into_iter().any(|(at, reporter)| {
                reading.option_in(at, reporter, "log").is_some_and(|(at, log)| {
                    reading.functions(at, log).into_iter().any(|(at, function)| {
                        reading.program.module(at).is_some_and(|module| {
                            module.calls_in(function).any(|call| super::winston::is_stringify(reading, at, call.callee))
                        })
                    })
                })
            });
            logger.format = if json { Format::Json } else { Format::Unknown };
        }
    }
    Some(logger)
}

fn logtape(reading: &Reading<'_>, site: &Site, way: &str) -> Option<Logger> {
    let (module, call) = reading.call(site).filter(|_| matches!(way, "configure" | "configureSync"))?;
    let mut logger = by_default("@logtape/logtape", reading.place_of(site));
    let options = call.argument(module, 0)?;
    if let Some((at, sinks)) = reading.option_in(site.at, options, "sinks")
        && let Some(sinks) = reading.literal(at, sinks)
    {
        for (_, (at, sink)) in reading.entries(sinks) {
            let Some(code) = reading.program.module(at) else { continue };
            let json = code.exprs_in(sink).any(|(_, part)| {
                matches!(part, Expr::Identifier { name, .. }
                    if matches!(code.name(*name), "jsonLinesFormatter" | "getJsonLinesFormatter"))
            });
            if json {
                logger.format = Format::Json;
            }
        }
    }
    if let Some((at, loggers)) = reading.option_in(site.at, options, "loggers") {
        let mut loudest: Option<(Level, prodcheck_source::Place)> = None;
        for (at, one) in reading.elements(at, loggers) {
            let meta = reading.option_in(at, one, "category").is_some_and(|(at, category)| {
                reading
                    .elements(at, category)
                    .iter()
                    .any(|(at, name)| reading.settle(*at, *name).text() == Some("logtape"))
            });
            let level = ["lowestLevel", "level"].into_iter().find_map(|name| reading.option_in(at, one, name));
            if let (false, Some(at)) = (meta, level)
                && let Some(level) = threshold::of(reading, at, &Threshold::Unknown, threshold::no_numbers).level()
                && loudest.as_ref().is_none_or(|(known, _)| level < *known)
            {
                loudest = Some((level, reading.place_at(at)));
            }
        }
        if let Some((level, place)) = loudest {
            logger.threshold = Threshold::Level(level);
            logger.level_place = Some(place);
        }
    }
    Some(logger)
}

fn loglevel(reading: &Reading<'_>, site: &Site, way: &str) -> Option<Logger> {
    let (module, call) =
        reading.call(site).filter(|_| way.ends_with("setLevel") || way.ends_with("setDefaultLevel"))?;
    let mut logger = by_default("loglevel", reading.place_of(site));
    let level = (site.at, call.argument(module, 0)?);
    logger.level_place = Some(reading.place_at(level));
    logger.threshold = threshold::of(reading, level, &Threshold::Default(Level::Warn), |number| {
        Some(match number {
            n if n < 1.0 => Level::Trace,
            n if n < 2.0 => Level::Debug,
            n if n < 3.0 => Level::Info,
            n if n < 4.0 => Level::Warn,
            n if n < 5.0 => Level::Error,
            _ => Level::Off,
        })
    });
    // `log.setLevel(log.levels.DEBUG)`.
    if logger.threshold == Threshold::Unknown
        && let Expr::Member { property, .. } = module.expr(level.1)
        && let Some(level) = Level::named(module.name(*property))
    {
        logger.threshold = Threshold::Level(level);
    }
    Some(logger)
}

fn powertools(reading: &Reading<'_>, site: &Site, way: &str) -> Option<Logger> {
    let (module, call) = reading.call(site).filter(|(_, call)| call.is_new && way == "Logger")?;
    let mut logger = by_default("@aws-lambda-powertools/logger", reading.place_of(site));
    if let Some(options) = call.argument(module, 0) {
        threshold::read(reading, &mut logger, (site.at, options), "logLevel", threshold::no_numbers);
    }
    Some(logger)
}

/// A format by its name or as a text is text; a function may write JSON.
fn morgan(reading: &Reading<'_>, site: &Site, way: &str) -> Option<Logger> {
    let (module, call) = reading.call(site).filter(|_| way.is_empty())?;
    let mut logger = by_default("morgan", reading.place_of(site));
    // `stream: { write: (line) => logger.info(line) }` hands its lines to a logger that is made elsewhere.
    let stream = call.argument(module, 1).and_then(|options| reading.option_in(site.at, options, "stream"));
    let write = stream.and_then(|(at, stream)| reading.option_in(at, stream, "write"));
    let handed_on = write.is_some_and(|(at, write)| {
        reading.functions(at, write).into_iter().any(|(at, function)| reading.leads_to_log(at, function, 6))
    });
    if handed_on {
        return None;
    }
    if let Some(format) = call.argument(module, 0) {
        if writes_json(reading, site.at, format) {
            logger.format = Format::Json;
        }
        // A text that is spelled as JSON: `{"method": ":method"}`.
        if reading.settle(site.at, format).text().is_some_and(|text| text.trim_start().starts_with('{')) {
            logger.format = Format::Json;
        }
    }
    Some(logger)
}

fn request_lines(reading: &Reading<'_>, site: &Site, way: &str) -> Option<Logger> {
    let package = site.callee.iter().find_map(|value| match value {
        Value::Outside(outside) => Some(outside.source().to_owned()),
        _ => None,
    })?;
    let makes = if package == "hono" { way == "logger" } else { way.is_empty() };
    makes.then(|| by_default(&package, reading.place_of(site)))
}

/// What a layer writes is what the logger behind it writes; only its own transports say something here.
fn loglayer(reading: &Reading<'_>, site: &Site, way: &str) -> Option<Logger> {
    let (module, call) = reading.call(site).filter(|(_, call)| call.is_new && way == "LogLayer")?;
    let mut logger = by_default("loglayer", reading.place_of(site));
    let (at, transport) = reading.option_in(site.at, call.argument(module, 0)?, "transport")?;
    let transports = reading.elements(at, transport);
    let transports = if transports.is_empty() { reading.ends(at, transport) } else { transports };
    for (at, transport) in transports {
        for value in reading.program.values(at, transport).iter() {
            let Value::Outside(outside) = value else { continue };
            logger.format = match outside.source() {
                "loglayer" => Format::Text,
                "@loglayer/transport-simple-pretty-terminal" => Format::Pretty,
                source if source.starts_with("@loglayer/transport-") => Format::Json,
                _ => continue,
            };
        }
    }
    Some(logger)
}
