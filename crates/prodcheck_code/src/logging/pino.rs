//! pino, and the packages that take its options.
//!
//! Options: <https://github.com/pinojs/pino/blob/main/docs/api.md>, transports:
//! <https://github.com/pinojs/pino/blob/main/docs/transports.md>.

use super::logger::{LogFile, Logger, Threshold};
use super::table::Format;
use crate::Reading;
use crate::reading::{Site, way};
use crate::settle::Settled;
use crate::trace::Chosen;
use prodcheck_formats::javascript::Expr;
use prodcheck_program::program::{At, Value};

/// The loggers of pino's family.
pub(super) fn read(reading: &Reading<'_>) -> Vec<Logger> {
    let mut found = Vec::new();
    for package in ["pino", "pino-http", "express-pino-logger", "koa-pino-logger", "hono-pino"] {
        for site in reading.calls_of(package) {
            let made = site.callee.iter().any(|value| {
                matches!(value, Value::Outside(outside) if outside.source() == package
                    && matches!(way(outside).as_str(), "" | "pino" | "pinoHttp" | "logger" | "pinoLogger"))
            });
            if made {
                found.extend(logger(reading, site, package));
            }
        }
    }
    for site in reading.calls_of("nestjs-pino") {
        let module = site.callee.iter().any(|value| {
            matches!(value, Value::Outside(outside)
                if matches!(way(outside).as_str(), "LoggerModule.forRoot" | "LoggerModule.forRootAsync"))
        });
        if module {
            found.extend(nest_module(reading, site));
        }
    }
    found
}

fn logger(reading: &Reading<'_>, site: &Site, package: &str) -> Option<Logger> {
    let (module, call) = reading.call(site)?;
    let mut logger = Logger::new(Some(package), reading.place_of(site));
    let mut arguments: Vec<At> =
        (0..2).map_while(|index| call.argument(module, index)).map(|argument| (site.at, argument)).collect();
    // `pino({}, stream)`, `pino(stream)`, `pinoLogger({ pino: {} })`.
    if package == "hono-pino"
        && let Some(first) = arguments.first_mut()
        && let Some(inner) = reading.option_in(first.0, first.1, "pino")
    {
        *first = inner;
    }
    let stream = match arguments.as_slice() {
        [_, stream] => Some(*stream),
        [only] if is_stream(reading, *only) => Some(*only),
        _ => None,
    };
    let options = arguments.first().copied().filter(|first| Some(*first) != stream);
    // `pinoHttp({ logger })` writes to a logger that is made elsewhere.
    if package != "pino" && options.is_some_and(|(at, options)| reading.option_in(at, options, "logger").is_some()) {
        return None;
    }
    configure(reading, &mut logger, options, stream);
    logger.requests = package != "pino";
    Some(logger)
}

/// `LoggerModule.forRoot({ pinoHttp })`, `LoggerModule.forRootAsync({ useFactory: () => ({ pinoHttp }) })`; `pinoHttp` is
/// options, or an array of options and a stream.
fn nest_module(reading: &Reading<'_>, site: &Site) -> Option<Logger> {
    let (module, call) = reading.call(site)?;
    let mut logger = Logger::new(Some("nestjs-pino"), reading.place_of(site));
    logger.requests = true;
    let given = call.argument(module, 0).map(|argument| (site.at, argument));
    let factory = given.and_then(|(at, options)| reading.option_in(at, options, "useFactory"));
    let options = match factory {
        Some((at, factory)) => reading.functions(at, factory).into_iter().find_map(|(at, function)| {
            let module = reading.program.module(at)?;
            module.returns(function).find_map(|value| reading.literal(at, value))
        }),
        None => given,
    };
    let http = options.map(|(at, options)| reading.chosen(at, options, "pinoHttp"));
    match http {
        Some(Chosen::Given(at, http)) => {
            let array = reading.ends(at, http).into_iter().find(|(at, end)| {
                reading.program.module(*at).is_some_and(|module| matches!(module.expr(*end), Expr::Array(_)))
            });
            match array {
                Some((at, array)) => {
                    let elements = reading.elements(at, array);
                    configure(reading, &mut logger, elements.first().copied(), elements.get(1).copied());
                }
                None => configure(reading, &mut logger, Some((at, http)), None),
            }
        }
        _ => configure(reading, &mut logger, None, None),
    }
    Some(logger)
}

/// Reads pino's options into a logger.
pub(super) fn configure(reading: &Reading<'_>, logger: &mut Logger, options: Option<At>, stream: Option<At>) {
    logger.format = Format::Json;
    logger.threshold = Threshold::Default(super::Level::Info);
    if let Some((at, options)) = options {
        super::threshold::read(reading, logger, (at, options), "level", super::threshold::no_numbers);
        if let Some(enabled) = reading.option_in(at, options, "enabled")
            && reading.settle(enabled.0, enabled.1) == Settled::Bool(false)
        {
            logger.threshold = Threshold::Level(super::Level::Off);
            logger.level_place = Some(reading.place_at(enabled));
        }
        // Before version 7: <https://github.com/pinojs/pino/blob/v6/docs/api.md#prettyprint-boolean--object>.
        if let Some(pretty) = reading.option_in(at, options, "prettyPrint")
            && reading.settle(pretty.0, pretty.1).truth() == crate::Truth::Yes
        {
            logger.format = Format::Pretty;
            logger.format_place = Some(reading.place_at(pretty));
        }
        if let Some(redact) = reading.option_in(at, options, "redact") {
            logger.redacts = redacted(reading, redact);
        }
        logger.mixin = reading.option_in(at, options, "mixin").map(|mixin| reading.place_at(mixin));
        match reading.chosen(at, options, "transport") {
            Chosen::Given(at, transport) => transports(reading, logger, (at, transport)),
            Chosen::Unknown if reading.literal(at, options).is_none() => logger.format = Format::Unknown,
            _ => {}
        }
        if let Some(inner) = reading.option_in(at, options, "stream") {
            written_to(reading, logger, inner);
        }
    }
    if let Some(stream) = stream {
        written_to(reading, logger, stream);
    }
}

/// `redact: ['a.b']`, `redact: { paths: ['a.b'], censor }`.
fn redacted(reading: &Reading<'_>, (at, redact): At) -> Vec<String> {
    let paths = reading.option_in(at, redact, "paths").unwrap_or((at, redact));
    let elements = reading.elements(paths.0, paths.1);
    elements.iter().filter_map(|(at, path)| reading.settle(*at, *path).text().map(str::to_owned)).collect()
}

/// `transport: { target, options }`, `transport: { targets: […] }`, `pino.transport(…)`.
fn transports(reading: &Reading<'_>, logger: &mut Logger, (at, transport): At) {
    let Some((at, transport)) = reading.literal(at, transport) else {
        logger.format = Format::Unknown;
        return;
    };
    let several = reading.option_in(at, transport, "targets").or_else(|| reading.option_in(at, transport, "pipeline"));
    let targets = match several {
        Some((at, targets)) => reading.elements(at, targets),
        None => vec![(at, transport)],
    };
    let mut pretty = None;
    let mut json = targets.is_empty();
    for (at, target) in targets {
        let Some((of, name)) = reading.option_in(at, target, "target") else { continue };
        let settled = reading.settle_default(of, name);
        let place = reading.place_at((of, name));
        let file = || {
            let options = reading.option_in(at, target, "options");
            let named = |key: &str| options.and_then(|(at, options)| reading.option_in(at, options, key));
            named("destination").or_else(|| named("file"))
        };
        match settled.text() {
            Some(name) if is_pretty(name) => pretty = pretty.or(Some(place)),
            Some("pino/file" | "pino-roll") => {
                json = true;
                if let Some((at, path)) = file() {
                    let path = reading.settle(at, path);
                    let stdout = matches!(path, Settled::Number(_))
                        || path.text().is_some_and(|path| path.starts_with("/dev/") || path.starts_with("/proc/"));
                    if !stdout {
                        let rotates = settled.text() == Some("pino-roll");
                        logger.files.push(LogFile { path: path.text().map(str::to_owned), place, rotates });
                    }
                }
            }
            // A transport of the project's own, or one that ships what it is given.
            _ => json = true,
        }
    }
    match pretty {
        Some(place) if !json => {
            logger.format = Format::Pretty;
            logger.format_place = Some(place);
        }
        _ => {}
    }
}

fn is_pretty(target: &str) -> bool {
    let name = target.rsplit('/').next().unwrap_or(target);
    name.contains("pretty") || matches!(target, "pino-colada" | "pino-princess" | "pino-dev" | "@logdna/tail-file")
}

/// The stream that is given to pino.
fn written_to(reading: &Reading<'_>, logger: &mut Logger, stream: At) {
    for (at, end) in reading.ends(stream.0, stream.1) {
        let Some(module) = reading.program.module(at) else { continue };
        let Some(call) = module.call(end) else { continue };
        let place = reading.place_at((at, end));
        for value in reading.program.values(at, call.callee).iter() {
            let Value::Outside(outside) = value else { continue };
            let first = call.argument(module, 0).map(|argument| (at, argument));
            match (outside.source(), way(outside).as_str()) {
                ("pino-pretty", _) => {
                    logger.format = Format::Pretty;
                    logger.format_place = Some(place.clone());
                }
                ("pino", "pretty") => {
                    logger.format = Format::Pretty;
                    logger.format_place = Some(place.clone());
                }
                ("pino", "transport") => {
                    if let Some(first) = first {
                        transports(reading, logger, first);
                    }
                }
                ("pino", "multistream") | ("pino-multi-stream", _) => {
                    let streams = first.map(|(at, streams)| reading.elements(at, streams)).unwrap_or_default();
                    let mut formats = Vec::new();
                    for (at, one) in streams {
                        let inner = reading.option_in(at, one, "stream").unwrap_or((at, one));
                        logger.format = Format::Json;
                        written_to(reading, logger, inner);
                        formats.push(logger.format);
                    }
                    let all_pretty = !formats.is_empty() && formats.iter().all(|format| *format == Format::Pretty);
                    logger.format = if all_pretty { Format::Pretty } else { Format::Json };
                }
                ("pino", "destination") | ("fs", "createWriteStream") => {
                    let named = first.and_then(|(at, first)| reading.option_in(at, first, "dest")).or(first);
                    let path = named.map_or(Settled::Undefined, |(at, path)| reading.settle(at, path));
                    let is_file = match &path {
                        Settled::Text(path) => !path.starts_with("/dev/") && !path.starts_with("/proc/"),
                        Settled::Unknown => outside.source() == "fs",
                        _ => false,
                    };
                    if is_file {
                        let path = path.text().map(str::to_owned);
                        logger.files.push(LogFile { path, place: place.clone(), rotates: false });
                    }
                }
                ("rotating-file-stream" | "file-stream-rotator" | "pino-roll", _) => {
                    logger.files.push(LogFile { path: None, place: place.clone(), rotates: true });
                }
                _ => {}
            }
        }
    }
}

/// Whether the only argument of `pino` is a stream and no object of options.
fn is_stream(reading: &Reading<'_>, (at, expr): At) -> bool {
    reading.ends(at, expr).iter().any(|(at, end)| {
        let Some(module) = reading.program.module(*at) else { return false };
        let Some(call) = module.call(*end) else { return false };
        reading.program.values(*at, call.callee).iter().any(|value| match value {
            Value::Outside(outside) => matches!(
                (outside.source(), way(outside).as_str()),
                ("pino", "destination" | "transport" | "multistream")
                    | ("pino-pretty" | "rotating-file-stream" | "pino-roll" | "pino-multi-stream", _)
                    | ("fs", "createWriteStream")
            ),
            _ => false,
        })
    })
}
