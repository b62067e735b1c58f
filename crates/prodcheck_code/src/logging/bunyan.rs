//! bunyan and log4js: loggers whose streams or appenders stand in their options.
//!
//! bunyan: <https://github.com/trentm/node-bunyan#streams>, bunyan-format:
//! <https://github.com/thlorenz/bunyan-format#readme>, log4js: <https://log4js-node.github.io/log4js-node/appenders.html>.

use super::level::Level;
use super::logger::{LogFile, Logger, Threshold};
use super::table::Format;
use super::threshold;
use crate::Reading;
use crate::reading::{Site, way};
use crate::trace::Chosen;
use prodcheck_program::program::{At, Value};

/// The loggers of bunyan.
pub(super) fn read(reading: &Reading<'_>) -> Vec<Logger> {
    let mut found = Vec::new();
    for (package, ways, requests) in
        [("bunyan", &["createLogger", ""][..], false), ("express-bunyan-logger", &["", "errorLogger"][..], true)]
    {
        for site in reading.calls_of(package) {
            let made = site.callee.iter().any(
                |value| matches!(value, Value::Outside(outside) if outside.source() == package && ways.contains(&way(outside).as_str())),
            );
            if made {
                found.extend(bunyan(reading, site, package, requests));
            }
        }
    }
    found
}

/// bunyan's numbers: <https://github.com/trentm/node-bunyan#levels>.
fn numbered(number: f64) -> Option<Level> {
    Some(match number {
        n if n < 20.0 => Level::Trace,
        n if n < 30.0 => Level::Debug,
        n if n < 40.0 => Level::Info,
        n if n < 50.0 => Level::Warn,
        n if n < 60.0 => Level::Error,
        _ => Level::Fatal,
    })
}

fn bunyan(reading: &Reading<'_>, site: &Site, package: &str, requests: bool) -> Option<Logger> {
    let (module, call) = reading.call(site)?;
    let mut logger = Logger::new(Some(package), reading.place_of(site));
    logger.format = Format::Json;
    logger.threshold = Threshold::Default(Level::Info);
    logger.requests = requests;
    let Some(options) = call.argument(module, 0).map(|options| (site.at, options)) else { return Some(logger) };
    threshold::read(reading, &mut logger, options, "level", numbered);
    let mut streams: Vec<At> = Vec::new();
    if let Some(streams_at) = reading.option_in(options.0, options.1, "streams") {
        streams = reading.elements(streams_at.0, streams_at.1);
    }
    let mut formats = Vec::new();
    if let Some(stream) = reading.option_in(options.0, options.1, "stream") {
        formats.push(stream_format(reading, stream));
    }
    let mut loudest: Option<(Level, At)> = None;
    for (at, one) in streams {
        let kind = reading.option_in(at, one, "type").map(|(at, kind)| reading.settle(at, kind));
        let rotating = kind.as_ref().and_then(|kind| kind.text()) == Some("rotating-file");
        if let Some((of, path)) = reading.option_in(at, one, "path") {
            let path = reading.settle(of, path).text().map(str::to_owned);
            logger.files.push(LogFile { path, place: reading.place_at((at, one)), rotates: rotating });
            formats.push((Format::Json, None));
        }
        if let Some(stream) = reading.option_in(at, one, "stream") {
            formats.push(stream_format(reading, stream));
        }
        if let Some(level) = reading.option_in(at, one, "level")
            && let Some(own) = threshold::of(reading, level, &logger.threshold, numbered).level()
            && loudest.is_none_or(|(known, _)| own < known)
        {
            loudest = Some((own, level));
        }
    }
    if let Some((level, at)) = loudest {
        logger.threshold = Threshold::Level(level);
        logger.level_place = Some(reading.place_at(at));
    }
    let json = formats.iter().any(|(format, _)| *format == Format::Json);
    if let (false, Some((format, place))) = (json, formats.first()) {
        logger.format = *format;
        logger.format_place = place.map(|at| reading.place_at(at));
    }
    Some(logger)
}

/// How a stream writes what bunyan gives it.
fn stream_format(reading: &Reading<'_>, (at, stream): At) -> (Format, Option<At>) {
    for (at, end) in reading.ends(at, stream) {
        let Some(module) = reading.program.module(at) else { continue };
        let Some(call) = module.call(end) else { continue };
        for value in reading.program.values(at, call.callee).iter() {
            let Value::Outside(outside) = value else { continue };
            match outside.source() {
                "bunyan-format" => {
                    let mode = call.argument(module, 0).map(|options| reading.chosen(at, options, "outputMode"));
                    let mode = match mode {
                        Some(Chosen::Given(at, mode)) => reading.settle_default(at, mode).text().map(str::to_owned),
                        _ => None,
                    };
                    let json = matches!(mode.as_deref(), Some("json" | "bunyan" | "inspect"));
                    return (if json { Format::Json } else { Format::Pretty }, Some((at, end)));
                }
                "bunyan-prettystream"
                | "bunyan-debug-stream"
                | "bunyan-prettystream-circularsafe"
                | "bunyan-console-stream"
                | "bunyan-pretty" => return (Format::Pretty, Some((at, end))),
                _ => {}
            }
        }
    }
    (Format::Json, None)
}

/// The loggers of log4js: one, by what `configure` is given.
pub(super) fn read_log4js(reading: &Reading<'_>) -> Vec<Logger> {
    let mut found = Vec::new();
    let mut gets = None;
    for site in reading.calls_of("log4js") {
        let Some((module, call)) = reading.call(site) else { continue };
        let ways: Vec<String> = site
            .callee
            .iter()
            .filter_map(|value| match value {
                Value::Outside(outside) => Some(way(outside)),
                _ => None,
            })
            .collect();
        if ways.iter().any(|way| way == "configure") {
            let mut logger = Logger::new(Some("log4js"), reading.place_of(site));
            match call.argument(module, 0).and_then(|options| reading.literal(site.at, options)) {
                Some(options) => log4js(reading, &mut logger, options),
                None => logger.format = Format::Unknown,
            }
            found.push(logger);
        } else if gets.is_none() && ways.iter().any(|way| way == "getLogger") {
            gets = Some(site);
        }
    }
    if let (true, Some(site)) = (found.is_empty(), gets) {
        let mut logger = Logger::new(Some("log4js"), reading.place_of(site));
        logger.format = Format::Text;
        // Unconfigured it writes nothing, until code gives a logger a level.
        logger.threshold = Threshold::Default(Level::Off);
        for (at, _, module) in reading.program.modules() {
            for (_, expr) in module.exprs() {
                if let prodcheck_formats::javascript::Expr::Assign { target, value, .. } = expr
                    && let prodcheck_formats::javascript::Expr::Member { object, property, .. } = module.expr(*target)
                    && module.name(*property) == "level"
                    && reading
                        .program
                        .values(at, *object)
                        .iter()
                        .any(|value| matches!(value, Value::Outside(outside) if outside.source() == "log4js"))
                {
                    logger.level_place = Some(reading.place_at((at, *value)));
                    logger.threshold = threshold::of(reading, (at, *value), &logger.threshold, threshold::no_numbers);
                }
            }
        }
        found.push(logger);
    }
    found
}

fn log4js(reading: &Reading<'_>, logger: &mut Logger, options: At) {
    logger.format = Format::Text;
    logger.threshold = Threshold::Unknown;
    let mut json = false;
    let mut text = None;
    if let Some(appenders) =
        reading.option_in(options.0, options.1, "appenders").and_then(|(at, one)| reading.literal(at, one))
    {
        for (_, (at, appender)) in reading.entries(appenders) {
            let kind = reading.option_in(at, appender, "type").map(|(at, kind)| reading.settle_default(at, kind));
            let kind = kind.as_ref().and_then(|kind| kind.text()).unwrap_or_default().to_owned();
            let layout = reading.option_in(at, appender, "layout");
            let layout = layout.and_then(|(at, layout)| reading.option_in(at, layout, "type"));
            let layout = layout.map(|(at, layout)| reading.settle_default(at, layout));
            let is_json = layout.as_ref().and_then(|layout| layout.text()).is_some_and(|name| name.contains("json"));
            match kind.as_str() {
                "file" | "fileSync" => {
                    let rotates = reading.option_in(at, appender, "maxLogSize").is_some();
                    logger.files.push(file(reading, (at, appender), rotates));
                }
                "dateFile" => logger.files.push(file(reading, (at, appender), true)),
                // These pass on to others, or ship what they are given.
                "logLevelFilter" | "categoryFilter" | "multiprocess" | "noLogFilter" => continue,
                _ => {}
            }
            json |= is_json;
            if !is_json {
                text = text.or(Some((at, appender)));
            }
        }
    }
    if json {
        logger.format = Format::Json;
    } else {
        logger.format_place = text.map(|at| reading.place_at(at));
    }
    if let Some(categories) =
        reading.option_in(options.0, options.1, "categories").and_then(|(at, one)| reading.literal(at, one))
    {
        let categories = reading.entries(categories);
        let default = categories.iter().find(|(name, _)| name == "default").or(categories.first());
        if let Some((_, (at, category))) = default {
            threshold::read(reading, logger, (*at, *category), "level", threshold::no_numbers);
        }
    }
}

fn file(reading: &Reading<'_>, (at, appender): At, rotates: bool) -> LogFile {
    let path = reading.option_in(at, appender, "filename").map(|(at, path)| reading.settle(at, path));
    let path = path.and_then(|path| path.text().map(str::to_owned));
    LogFile { path, place: reading.place_at((at, appender)), rotates }
}
