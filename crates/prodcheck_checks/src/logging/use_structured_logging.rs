//! Item 17: logs are JSON.

use super::used;
use crate::{Category, Check, Verdict, elsewhere};
use prodcheck_code::logging::{Format, Logger, Logging};
use prodcheck_services::Service;
use prodcheck_source::Place;

/// The check.
pub const CHECK: Check = Check {
    id: "use-structured-logging",
    number: 17,
    category: Category::Logging,
    pass_title: "Logs are JSON",
    fail_title: "Logs are no JSON",
    docs: include_str!("use_structured_logging.md"),
    run,
};

const FIX: &str = "log through a JSON logger in production: `pino()` as it is, winston with `format.json()`, or NestJS's `new ConsoleLogger({ json: true })`; keep pretty printers to development";

/// Programs that a start command pipes JSON logs into to make text of them.
const PRETTY_PRINTERS: &[&str] = &["pino-pretty", "bunyan", "pino-colada", "pino-dev", "pino-princess", "roarr"];

fn run(service: &Service) -> Verdict {
    let logging = &service.source.logging;
    let used = used::loggers(logging);
    if let Some(json) = used.iter().find(|logger| logger.format == Format::Json) {
        return with_warnings(json_logger(service, json), logging, &used);
    }
    if let Some((_, package)) = elsewhere::launched(service) {
        return Verdict::unverified(elsewhere::unseen(package));
    }
    if service.source.modules == 0 {
        return Verdict::unverified("no server code could be read");
    }
    let text = used.iter().find(|logger| matches!(logger.format, Format::Text | Format::Pretty));
    // A logger that is not known may write JSON; one that only writes lines of requests says nothing of the others.
    let unknown = used.iter().any(|logger| logger.format == Format::Unknown && logger.calls > 0);
    let main_text = text.filter(|logger| logger.calls > 0 || (logging.unknown.is_empty() && !unknown));
    if let Some(logger) = main_text {
        let place = logger.format_place.clone().unwrap_or_else(|| logger.place.clone());
        return Verdict::fail(text_because(logger)).at(place, text_shown(logger)).fix(FIX);
    }
    if let Some(logger) = used.iter().find(|logger| logger.format == Format::Unknown) {
        return Verdict::unverified(format!(
            "the format of {} is decided where this repository does not show it",
            used::name(logger)
        ))
        .at(logger.place.clone(), "the logger");
    }
    if let Some((package, place)) = logging.unknown.first() {
        let logger =
            package.as_ref().map_or_else(|| "a logger that is handed in".to_owned(), |name| format!("`{name}`"));
        return Verdict::unverified(format!("logs go to {logger}, and the repository does not show how it writes"))
            .at(place.clone(), "a log call");
    }
    match logging.console.first() {
        Some(place) => Verdict::fail(format!(
            "nothing but `console` writes logs ({} {}): text that no tool can take apart",
            logging.console.len(),
            if logging.console.len() == 1 { "call" } else { "calls" }
        ))
        .at(place.clone(), "a log call of `console`")
        .fix(FIX),
        None => {
            let verdict = Verdict::fail("the service writes no logs").fix(FIX);
            match used::entry(service) {
                Some(place) => verdict.at(place, "no logger is made here"),
                None => verdict,
            }
        }
    }
}

/// A JSON logger passes unless the start command makes text of it.
fn json_logger(service: &Service, logger: &Logger) -> Verdict {
    if let Some((printer, place)) = piped(service) {
        return Verdict::fail(format!(
            "the start command pipes the JSON logs into `{printer}`, which makes text of them"
        ))
        .at(place, format!("`| {printer}`"))
        .at(logger.place.clone(), "the JSON logger")
        .fix("take the pretty printer out of the production start command");
    }
    let shown = logger.format_place.clone().unwrap_or_else(|| logger.place.clone());
    let verdict = Verdict::pass(format!("{} writes JSON in production", used::name(logger)))
        .at(shown, "writes JSON")
        .at(logger.place.clone(), "the logger");
    match &logger.credential {
        Some(variable) => verdict.warn(format!("only where `{variable}` is set"), Some(logger.place.clone())),
        None => verdict,
    }
}

fn piped(service: &Service) -> Option<(String, Place)> {
    let route = service.main_route()?;
    route.start.main_processes().flat_map(|process| &process.pipes).find_map(|(command, place)| {
        let words = command.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word));
        let printer = words.into_iter().find(|word| PRETTY_PRINTERS.contains(word))?;
        Some((printer.to_owned(), place.clone()))
    })
}

fn with_warnings(mut verdict: Verdict, logging: &Logging, used: &[&Logger]) -> Verdict {
    if let Some(place) = logging.console.first() {
        let count = logging.console.len();
        let calls = if count == 1 { "one call writes".to_owned() } else { format!("{count} calls write") };
        verdict = verdict.warn(format!("{calls} to `console` beside the logger"), Some(place.clone()));
    }
    for logger in used.iter().filter(|logger| matches!(logger.format, Format::Text | Format::Pretty)) {
        if logger.package.as_deref() != Some("debug") {
            verdict = verdict.warn(format!("{} writes text beside it", used::name(logger)), Some(logger.place.clone()));
        }
    }
    verdict
}

fn text_because(logger: &Logger) -> String {
    let name = used::name(logger);
    match (logger.format, logger.package.as_deref()) {
        (Format::Pretty, _) => format!("{name} writes through a pretty printer in production, so its lines are text"),
        (_, Some("@nestjs/common")) => "NestJS's own logger writes coloured text".to_owned(),
        (_, Some("morgan" | "koa-logger" | "hono")) => {
            format!("{name} writes a line of text for each request, and nothing else writes JSON")
        }
        (_, Some("debug")) => "`debug` writes text, and only what `DEBUG` names".to_owned(),
        _ => format!("{name} writes text in production"),
    }
}

fn text_shown(logger: &Logger) -> &'static str {
    match (logger.format, logger.format_place.is_some()) {
        (Format::Pretty, _) => "the pretty printer",
        (_, true) => "the format of its lines",
        _ => "the logger",
    }
}
