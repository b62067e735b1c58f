//! winston, and the packages that take its options.
//!
//! Options: <https://github.com/winstonjs/winston#creating-your-own-logger>, formats:
//! <https://github.com/winstonjs/logform>, transports:
//! <https://github.com/winstonjs/winston/blob/master/docs/transports.md>.

use super::level::Level;
use super::logger::{LogFile, Logger, Threshold};
use super::table::Format;
use super::threshold;
use crate::Reading;
use crate::reading::{Site, way};
use crate::settle::Settled;
use prodcheck_formats::javascript::{Body, Expr, ExprId, Module};
use prodcheck_program::program::{At, ModuleId, Value};

/// The loggers of winston's family.
pub(super) fn read(reading: &Reading<'_>) -> Vec<Logger> {
    let mut found = Vec::new();
    let configures =
        reading.calls_of("winston").any(|site| ways_of(site).iter().any(|way| way == "createLogger().configure"));
    for site in reading.calls_of("winston") {
        let Some((module, call)) = reading.call(site) else { continue };
        for value in site.callee.iter() {
            let Value::Outside(outside) = value else { continue };
            let options = match way(outside).as_str() {
                // One that is made bare and configured later is what it is configured to.
                "createLogger" if call.arguments.is_empty() && configures => continue,
                "createLogger" | "configure" | "createLogger().configure" => call.argument(module, 0),
                "Logger" if call.is_new => call.argument(module, 0),
                "loggers.add" => call.argument(module, 1),
                _ => continue,
            };
            found.push(logger(reading, site, "winston", options.map(|options| (site.at, options))));
            break;
        }
    }
    for site in reading.calls_of("nest-winston") {
        let Some((module, call)) = reading.call(site) else { continue };
        let ways: Vec<String> = ways_of(site);
        let given = call.argument(module, 0).map(|argument| (site.at, argument));
        let options = if ways.iter().any(|way| way == "WinstonModule.forRootAsync") {
            given.and_then(|(at, options)| {
                let (at, factory) = reading.option_in(at, options, "useFactory")?;
                reading.functions(at, factory).into_iter().find_map(|(at, function)| {
                    let module = reading.program.module(at)?;
                    module.returns(function).find_map(|value| reading.literal(at, value))
                })
            })
        } else if ways.iter().any(|way| matches!(way.as_str(), "WinstonModule.forRoot" | "WinstonModule.createLogger"))
        {
            given
        } else {
            continue;
        };
        // `WinstonModule.createLogger({ instance })` wraps a logger that is made elsewhere.
        if options.is_some_and(|(at, options)| reading.option_in(at, options, "instance").is_some()) {
            continue;
        }
        found.push(logger(reading, site, "nest-winston", options));
    }
    for site in reading.calls_of("express-winston") {
        let Some((module, call)) = reading.call(site) else { continue };
        if !ways_of(site).iter().any(|way| matches!(way.as_str(), "logger" | "errorLogger")) {
            continue;
        }
        let options = call.argument(module, 0).map(|argument| (site.at, argument));
        if options.is_some_and(|(at, options)| reading.option_in(at, options, "winstonInstance").is_some()) {
            continue;
        }
        let mut made = logger(reading, site, "express-winston", options);
        made.requests = true;
        found.push(made);
    }
    found
}

fn ways_of(site: &Site) -> Vec<String> {
    let outside = site.callee.iter().filter_map(|value| match value {
        Value::Outside(outside) => Some(way(outside)),
        _ => None,
    });
    outside.collect()
}

fn logger(reading: &Reading<'_>, site: &Site, package: &str, options: Option<At>) -> Logger {
    let mut logger = Logger::new(Some(package), reading.place_of(site));
    logger.format = Format::Json;
    logger.threshold = Threshold::Default(Level::Info);
    let mut transports = Vec::new();
    let mut base = Some((Format::Json, None));
    if let Some((at, options)) = options {
        threshold::read(reading, &mut logger, (at, options), "level", threshold::no_numbers);
        if let Some(format) = reading.option_in(at, options, "format") {
            if redacts(reading, format) {
                logger.redacts.push(super::redaction::EVERYTHING.to_owned());
            }
            base = format_of(reading, format, 6).or(Some((Format::Text, Some(format))));
        } else if reading.literal(at, options).is_none() {
            base = Some((Format::Unknown, None));
        }
        if let Some((at, given)) = reading.option_in(at, options, "transports") {
            let several = reading.elements(at, given);
            transports = if several.is_empty() { reading.ends(at, given) } else { several };
        }
    }
    transports.extend(added(reading, site));
    let mut formats: Vec<(Format, Option<At>)> = Vec::new();
    let mut loudest: Option<(Threshold, Option<prodcheck_source::Place>)> = None;
    for transport in transports {
        let Some(made) = transport_of(reading, transport) else { continue };
        if made.silent {
            continue;
        }
        formats.extend(made.format.or(base));
        logger.files.extend(made.file);
        let own = made.threshold.map(|(threshold, place)| (threshold, Some(place)));
        let level = own.unwrap_or_else(|| (logger.threshold.clone(), logger.level_place.clone()));
        let louder = match (&loudest, level.0.level()) {
            (None, _) => true,
            (Some((known, _)), Some(level)) => known.level().is_none_or(|known| level < known),
            _ => false,
        };
        if louder {
            loudest = Some(level);
        }
    }
    if let Some((threshold, place)) = loudest {
        logger.threshold = threshold;
        logger.level_place = place;
    }
    if formats.is_empty() {
        formats.extend(base);
    }
    let order = [Format::Json, Format::Unknown, Format::Text, Format::Pretty];
    if let Some((format, place)) =
        order.iter().find_map(|wanted| formats.iter().find(|(format, _)| format == wanted).copied())
    {
        logger.format = format;
        logger.format_place = place.map(|at| reading.place_at(at));
    }
    logger
}

/// Transports that are added after the logger was made: `logger.add(new transports.Console())`, `winston.add(…)`.
fn added(reading: &Reading<'_>, of: &Site) -> Vec<At> {
    let mut found = Vec::new();
    for site in reading.calls_of("winston") {
        let adds = ways_of(site).iter().any(|way| way.ends_with(".add") && !way.starts_with("loggers") || way == "add");
        let same_module = site.at == of.at;
        if let (true, true, Some((module, call))) = (adds, same_module, reading.call(site))
            && reading.reach(site.at, site.id).is_reached()
        {
            found.extend(call.argument(module, 0).map(|argument| reading.ends(site.at, argument)).unwrap_or_default());
        }
    }
    found
}

/// Whether a format hides what must not be written: something in it says so by its name.
fn redacts(reading: &Reading<'_>, (at, format): At) -> bool {
    let names_hiding = |at: ModuleId, expr: ExprId| {
        reading.program.module(at).is_some_and(|module| {
            module.exprs_in(expr).any(|(_, part)| match part {
                Expr::Identifier { name, .. } => super::names::hides(module.name(*name)),
                Expr::Member { property, .. } => super::names::hides(module.name(*property)),
                _ => false,
            })
        })
    };
    names_hiding(at, format) || reading.ends(at, format).into_iter().any(|(at, end)| names_hiding(at, end))
}

/// A transport: where it writes to, and how it differs from its logger.
struct Transport {
    silent: bool,
    format: Option<(Format, Option<At>)>,
    threshold: Option<(Threshold, prodcheck_source::Place)>,
    file: Option<LogFile>,
}

fn transport_of(reading: &Reading<'_>, (at, expr): At) -> Option<Transport> {
    let module = reading.program.module(at)?;
    let call = module.call(expr)?;
    let values = reading.program.values(at, call.callee);
    let outside = values.iter().find_map(|value| match value {
        Value::Outside(outside) => Some(outside),
        _ => None,
    })?;
    let options = call.argument(module, 0);
    let given = |name: &str| options.and_then(|options| reading.option_in(at, options, name));
    let mut made = Transport { silent: false, format: None, threshold: None, file: None };
    if let Some((at, silent)) = given("silent") {
        made.silent = reading.settle(at, silent) == Settled::Bool(true);
    }
    if let Some(format) = given("format") {
        made.format = format_of(reading, format, 6);
    }
    if let Some(level) = given("level") {
        let threshold = threshold::of(reading, level, &Threshold::Default(Level::Info), threshold::no_numbers);
        made.threshold = Some((threshold, reading.place_at(level)));
    }
    // Version 2: <https://github.com/winstonjs/winston/blob/2.x/docs/transports.md#console-transport>.
    if let Some((at, json)) = given("json")
        && reading.settle(at, json) == Settled::Bool(true)
    {
        made.format = Some((Format::Json, None));
    }
    let kind = way(outside);
    let text = |name: &str| {
        given(name).map(|(at, expr)| reading.settle(at, expr)).and_then(|value| value.text().map(str::to_owned))
    };
    match (outside.source(), kind.as_str()) {
        (_, kind) if kind.ends_with("transports.File") => {
            // `maxsize` alone starts new files and keeps them all; both bound the disk, and either rotates.
            let rotates = given("maxsize").is_some() || given("maxFiles").is_some();
            made.file = Some(LogFile { path: text("filename"), place: reading.place_at((at, expr)), rotates });
        }
        ("winston-daily-rotate-file", _) => {
            made.file = Some(LogFile { path: text("filename"), place: reading.place_at((at, expr)), rotates: true });
        }
        (_, kind) if kind.ends_with("DailyRotateFile") => {
            made.file = Some(LogFile { path: text("filename"), place: reading.place_at((at, expr)), rotates: true });
        }
        ("winston", _) => {}
        // One of another package ships what it is given: an object with fields.
        _ => made.format = made.format.or(Some((Format::Json, None))),
    }
    Some(made)
}

/// How a format writes; `None` where it only changes what others write (`timestamp`, `errors`, `splat`).
fn format_of(reading: &Reading<'_>, (at, expr): At, depth: u32) -> Option<(Format, Option<At>)> {
    let depth = depth.checked_sub(1)?;
    let mut found: Option<(Format, Option<At>)> = None;
    for (at, end) in reading.ends(at, expr) {
        let next = one_format(reading, (at, end), depth);
        found = match (found, next) {
            (None, next) => next,
            (Some(known), None) => Some(known),
            (Some(known), Some(next)) if known.0 == next.0 => Some(known),
            // Only running it would choose.
            (Some(known), Some(next)) => Some((Format::Unknown, known.1.or(next.1))),
        };
    }
    found
}

fn one_format(reading: &Reading<'_>, (at, expr): At, depth: u32) -> Option<(Format, Option<At>)> {
    let module = reading.program.module(at)?;
    let call = module.call(expr)?;
    let values = reading.program.values(at, call.callee);
    let outside = values.iter().find_map(|value| match value {
        Value::Outside(outside) => Some(outside),
        _ => None,
    })?;
    let here = Some((at, expr));
    match (outside.source(), way(outside).rsplit('.').next().unwrap_or_default()) {
        ("winston" | "logform" | "nest-winston", name) => match name {
            "json" | "logstash" => Some((Format::Json, here)),
            "simple" | "cli" | "prettyPrint" | "nestLike" => Some((Format::Text, here)),
            "printf" => {
                let json = call.argument(module, 0).is_some_and(|printer| writes_json(reading, at, printer));
                Some((if json { Format::Json } else { Format::Text }, here))
            }
            "combine" => {
                let mut last = None;
                for argument in call.arguments {
                    for (of, part) in spread(reading, module, at, *argument) {
                        if reading.reach(of, part).is_reached() {
                            last = format_of(reading, (of, part), depth).or(last);
                        }
                    }
                }
                last
            }
            _ => None,
        },
        ("@elastic/ecs-winston-format", _) => Some((Format::Json, here)),
        ("logfmt" | "winston-logfmt", _) => Some((Format::Text, here)),
        ("winston-console-format" | "winston-format-pretty-console", _) => Some((Format::Text, here)),
        _ => None,
    }
}

/// An argument, or the elements of one that is spread.
fn spread(reading: &Reading<'_>, module: &Module, at: ModuleId, argument: ExprId) -> Vec<At> {
    match module.expr(argument) {
        Expr::Spread(inner) => reading.elements(at, *inner),
        _ => vec![(at, argument)],
    }
}

/// Whether what a function returns is JSON: `(info) => JSON.stringify(info)`.
pub(super) fn writes_json(reading: &Reading<'_>, at: ModuleId, printer: ExprId) -> bool {
    reading.functions(at, printer).into_iter().any(|(at, function)| {
        let Some(module) = reading.program.module(at) else { return false };
        let by_return = module.returns(function).any(|value| is_json(reading, at, value));
        by_return || matches!(module.function(function).body, Body::Expr(value) if is_json(reading, at, value))
    })
}

/// Whether an expression is a text of JSON, perhaps with a line's end: `JSON.stringify(x)`, `${JSON.stringify(x)}\n`.
pub(super) fn is_json(reading: &Reading<'_>, at: ModuleId, expr: ExprId) -> bool {
    reading.ends(at, expr).into_iter().any(|(at, end)| {
        let Some(module) = reading.program.module(at) else { return false };
        match module.expr(end) {
            Expr::Call { callee, .. } => is_stringify(reading, at, *callee),
            Expr::Binary { left, .. } => is_json(reading, at, *left),
            Expr::Template(template) => {
                let only_json = template.exprs.iter().all(|part| is_json(reading, at, *part));
                let blank = template.texts.iter().all(|text| module.name(text.text).trim().is_empty());
                !template.exprs.is_empty() && blank && only_json
            }
            _ => false,
        }
    })
}

/// Whether something called makes JSON: `JSON.stringify`, and packages for the same.
pub(super) fn is_stringify(reading: &Reading<'_>, at: ModuleId, callee: ExprId) -> bool {
    reading.program.values(at, callee).iter().any(|value| match value {
        Value::Outside(outside) => matches!(
            (outside.source(), way(outside).as_str()),
            ("JSON", "stringify")
                | ("fast-safe-stringify" | "safe-stable-stringify" | "json-stringify-safe" | "fast-json-stringify", _)
                | ("flatted" | "superjson" | "devalue", "stringify")
        ),
        _ => false,
    })
}
