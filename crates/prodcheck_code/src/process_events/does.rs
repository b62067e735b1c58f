//! What a handler of the process's events does: whether it logs, reports, ends the process, throws on.

use super::registration::Registration;
use crate::Reading;
use crate::course::{Act, Deed, is_unknown};
use crate::logging::Taker;
use crate::reading::{of_package, of_runtime, way};
use crate::trackers;
use prodcheck_formats::javascript::Expr;
use prodcheck_program::program::{ModuleId, Outside, Part, Value};
use prodcheck_source::Place;

/// What a handler does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Does {
    /// Where it writes a log.
    pub logs: Option<Place>,
    /// Where it hands the error to an error tracker, and to which one.
    pub reports: Option<(String, Place)>,
    /// Where it ends the process.
    pub ends: Option<Place>,
    /// Where it ends the process before something asynchronous that it began can be done, and what that is.
    pub cuts_off: Option<(String, Place)>,
    /// Where it throws what it was given.
    pub throws: Option<Place>,
    /// Whether nothing stands in it.
    pub empty: bool,
    /// What it calls of which nobody can tell what it does, where that may be what is missing.
    pub unfollowed: Option<String>,
}

impl Does {
    /// What the handler of a registration does.
    pub(crate) fn of(reading: &Reading<'_>, registration: &Registration) -> Self {
        let course = reading.course(&registration.functions);
        let mut does = Self {
            empty: course.deeds.is_empty() && registration.outside.is_empty() && !registration.functions.is_empty(),
            ..Self::default()
        };
        if registration.functions.is_empty() {
            does.outside(&registration.outside, registration);
            if registration.outside.is_empty() {
                does.unfollowed = Some(shown(reading, registration));
            }
        }
        let mut sets_code = None;
        let mut closes = false;
        let mut slow: Option<String> = None;
        for deed in &course.deeds {
            let place = || place_of(reading, deed);
            match deed.act {
                Act::Call(id) => {
                    let log = reading.log_call(deed.at, id);
                    if let Some(log) = log.filter(|_| !deed.caught) {
                        if let Some(why) = asynchronous(reading, &log.taker) {
                            slow.get_or_insert(why);
                        }
                        does.logs.get_or_insert_with(place);
                    } else if let Some(tracker) = trackers::reported_to(deed) {
                        slow.get_or_insert(format!("sending the error to {tracker}"));
                        does.reports.get_or_insert_with(|| (tracker.to_owned(), place()));
                    } else if reading.ends_process(deed) {
                        if does.ends.is_none()
                            && !deed.waited
                            && !deed.later
                            && let Some(slow) = slow.take()
                        {
                            does.cuts_off = Some((slow, place()));
                        }
                        does.ends.get_or_insert_with(place);
                    } else if let Some(name) = unknown_end(reading, deed) {
                        does.unfollowed.get_or_insert(name);
                    } else {
                        closes |= is_closing(reading, deed);
                    }
                }
                Act::Throw(_) if !deed.tried => {
                    does.throws.get_or_insert_with(place);
                }
                Act::Throw(_) => {}
                Act::Assign(_) if reading.sets_exit_code(deed) => {
                    sets_code.get_or_insert_with(place);
                }
                Act::Assign(_) => {}
            }
        }
        if does.ends.is_none() && closes {
            does.ends = sets_code;
        }
        does
    }

    /// A handler that is a function from outside: `console.error`, `process.exit`, `Sentry.captureException`.
    fn outside(&mut self, outside: &[Outside], registration: &Registration) {
        let place = || registration.place.clone();
        for one in outside {
            let value = Value::Outside(one.clone());
            let last = one.way.iter().rev().find_map(|part| match part {
                Part::Member(name) => Some(name.as_str()),
                _ => None,
            });
            let member = last.unwrap_or("");
            if of_runtime(&value, "process").is_some() && matches!(member, "exit" | "abort" | "reallyExit") {
                self.ends = Some(place());
            } else if let Some(tracker) = trackers::reporter(&value) {
                self.reports = Some((tracker.to_owned(), place()));
            } else if of_runtime(&value, "console").is_some() || crate::logging::Level::of_method(member).is_some() {
                self.logs = Some(place());
            }
        }
    }
}

pub(crate) fn place_of(reading: &Reading<'_>, deed: &Deed) -> Place {
    let span = reading.program.module(deed.at).map(|module| module.span(deed.node())).unwrap_or_default();
    reading.place(deed.at, span)
}

/// The handler's name.
fn shown(reading: &Reading<'_>, registration: &Registration) -> String {
    let module = reading.program.module(registration.at);
    module.and_then(|module| name_of(module, registration.handler)).unwrap_or_else(|| "the handler".to_owned())
}

fn name_of(
    module: &prodcheck_formats::javascript::Module,
    expr: prodcheck_formats::javascript::ExprId,
) -> Option<String> {
    match module.expr(expr) {
        Expr::Identifier { name, .. } => Some(module.name(*name).to_owned()),
        Expr::Member { property, .. } => Some(module.name(*property).to_owned()),
        Expr::Call { callee, .. } => name_of(module, *callee),
        _ => None,
    }
}

/// Something unknown that is called as what ends a process is: `shutdown(1)`, `this.terminate()`.
fn unknown_end(reading: &Reading<'_>, deed: &Deed) -> Option<String> {
    let Act::Call(id) = deed.act else { return None };
    if !is_unknown(&deed.callee) {
        return None;
    }
    let module = reading.program.module(deed.at)?;
    let name = name_of(module, module.call(id)?.callee)?;
    let lower = name.to_ascii_lowercase();
    let words = ["exit", "shutdown", "terminate", "abort", "die", "quit", "stop", "crash", "kill"];
    words.iter().any(|word| lower.contains(word)).then_some(name)
}

fn is_closing(reading: &Reading<'_>, deed: &Deed) -> bool {
    let Act::Call(id) = deed.act else { return false };
    let Some(module) = reading.program.module(deed.at) else { return false };
    let Some(Expr::Member { property, .. }) = module.call(id).map(|call| module.expr(call.callee)) else {
        return false;
    };
    matches!(module.name(*property), "close" | "stop" | "shutdown" | "terminate" | "destroy" | "end" | "disconnect")
}

/// Why what takes a log may not have written it when the process ends at once.
fn asynchronous(reading: &Reading<'_>, taker: &Taker) -> Option<String> {
    let Taker::Package(name) = taker else { return None };
    match name.as_str() {
        // https://github.com/log4js-node/log4js-node/blob/master/docs/api.md: `shutdown` waits for the appenders.
        "log4js" => Some("writing the log with `log4js`".to_owned()),
        // https://github.com/winstonjs/winston#awaiting-logs-to-be-written-in-winston
        "winston" | "nest-winston" => {
            let slow = |value: &Value| {
                of_package(value, "winston").is_some_and(|outside| {
                    let way = way(outside);
                    way.starts_with("transports.") && !way.starts_with("transports.Console")
                })
            };
            let to_file = reading
                .calls_of("winston")
                .any(|site| site.callee.iter().any(slow) && is_reached(reading, site.at, site.id));
            let other = reading.sources().any(|source| source.starts_with("winston-"));
            (to_file || other).then(|| "writing the log with `winston`, whose transports are not done yet".to_owned())
        }
        _ => None,
    }
}

fn is_reached(reading: &Reading<'_>, at: ModuleId, id: prodcheck_formats::javascript::ExprId) -> bool {
    reading.reach(at, id).is_reached()
}
