//! Packages that handle signals, where the program sets them up.

use super::closing::Closed;
use super::handler::SignalHandler;
use super::servers::{Servers, Which};
use super::table::{By, Closes, LIBRARIES, Library};
use crate::Reach;
use crate::process_events::registration::list;
use crate::reading::{Reading, Site, of_package, way};
use crate::settle::Settled;
use prodcheck_formats::javascript::{Expr, ExprId};
use prodcheck_program::program::{ModuleId, Part, Value};
use prodcheck_source::Place;

/// A package that shuts the service down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryUse {
    /// The package.
    pub package: String,
    /// Where it is set up.
    pub place: Place,
    /// Whether production sets it up.
    pub reach: Reach,
    /// The signals that it handles.
    pub signals: Vec<String>,
    /// Why it does not close the server that listens in production, as a sentence fragment; `None` where it does.
    pub misses: Option<String>,
    /// Whether it ends the process.
    pub ends: bool,
}

/// Where a package is set up.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// What is known of it.
    pub row: &'static Library,
    /// The call.
    pub place: Place,
    /// Whether production comes to it.
    pub reach: Reach,
    at: ModuleId,
    call: ExprId,
}

/// All places where a package of the table is set up.
pub(crate) fn libraries(reading: &Reading<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for row in LIBRARIES {
        let add = |site: &Site| Found {
            row,
            place: reading.place_of(site),
            reach: reading.reach(site.at, site.id),
            at: site.at,
            call: site.id,
        };
        match row.by {
            By::Call(wanted) | By::New(wanted) => {
                let is_new = matches!(row.by, By::New(_));
                found.extend(
                    reading
                        .calls_of(row.package)
                        .filter(|site| {
                            reading.call(site).is_some_and(|(_, call)| call.is_new == is_new)
                                && site
                                    .callee
                                    .iter()
                                    .filter_map(|value| of_package(value, row.package))
                                    .any(|of| way(of) == wanted)
                        })
                        .map(add),
                );
            }
            By::Method(wanted) => {
                found.extend(reading.sites().iter().filter(|site| is_method(reading, site, wanted)).map(add));
            }
            By::Plugin => {
                found.extend(reading.sites().iter().filter(|site| is_given(reading, site, row.package)).map(add));
            }
        }
    }
    found
}

/// Whether a call is of a method of this name, of something outside or unknown.
fn is_method(reading: &Reading<'_>, site: &Site, wanted: &str) -> bool {
    let Some((module, call)) = reading.call(site) else { return false };
    let Expr::Member { property, .. } = module.expr(call.callee) else { return false };
    module.name(*property) == wanted && !site.callee.iter().any(|value| matches!(value, Value::Function(..)))
}

/// Whether a call gives the package to an application, also as `{ plugin: require('hapi-pulse') }`.
fn is_given(reading: &Reading<'_>, site: &Site, package: &str) -> bool {
    let Some((module, call)) = reading.call(site) else { return false };
    let Expr::Member { property, .. } = module.expr(call.callee) else { return false };
    if !matches!(module.name(*property), "register" | "use" | "addPlugin") {
        return false;
    }
    let is = |at: ModuleId, expr: ExprId| {
        reading.program.values(at, expr).iter().any(|value| of_package(value, package).is_some())
    };
    call.arguments.iter().take(1).any(|argument| {
        is(site.at, *argument)
            || reading.option(site.at, *argument, "plugin").is_some_and(|(at, plugin)| is(at, plugin))
    })
}

/// What each of them does.
pub(super) fn read(reading: &Reading<'_>, servers: &Servers) -> Vec<LibraryUse> {
    libraries(reading).into_iter().map(|found| use_of(reading, servers, &found)).collect()
}

fn use_of(reading: &Reading<'_>, servers: &Servers, found: &Found) -> LibraryUse {
    let Found { row, at, call, .. } = *found;
    let mut ends = row.ends;
    let arguments =
        reading.program.module(at).and_then(|module| module.call(call)).map(|call| call.arguments).unwrap_or_default();
    let misses = match row.closes {
        Closes::Application => None,
        Closes::Argument(index) => {
            arguments.get(index).and_then(|argument| misses_server(reading, servers, at, *argument))
        }
        Closes::Callback => {
            let given: Vec<_> = arguments.iter().flat_map(|argument| reading.functions(at, *argument)).collect();
            misses_in(reading, servers, &given)
        }
        Closes::Registered(method) => {
            let given: Vec<_> = reading
                .calls_of(row.package)
                .filter(|site| {
                    site.callee.iter().any(|value| match value {
                        Value::Outside(outside) => outside.way.last() == Some(&Part::Member(method.to_owned())),
                        _ => false,
                    })
                })
                .flat_map(|site| {
                    let (module, call) = (reading.program.module(site.at), reading.call(site));
                    let argument = module.zip(call).and_then(|(module, (_, call))| call.argument(module, 0));
                    argument.map(|argument| reading.functions(site.at, argument)).unwrap_or_default()
                })
                .collect();
            if given.is_empty() {
                Some(format!("is given nothing to close by `{method}`"))
            } else {
                misses_in(reading, servers, &given)
            }
        }
    };
    if row.package == "http-graceful-shutdown"
        && arguments
            .get(1)
            .is_some_and(|options| reading.settle_member(at, *options, "forceExit") == Settled::Bool(false))
    {
        ends = false;
    }
    LibraryUse {
        package: row.package.to_owned(),
        place: found.place.clone(),
        reach: found.reach.clone(),
        signals: signals(reading, found, arguments),
        misses,
        ends,
    }
}

/// Why a server that a package is given is not the one that listens in production.
fn misses_server(reading: &Reading<'_>, servers: &Servers, at: ModuleId, argument: ExprId) -> Option<String> {
    match servers.which(reading, at, argument) {
        Which::Live => None,
        Which::Aside => Some("is given a server that production does not start".to_owned()),
        Which::Other => Some("is given another server than the one that listens".to_owned()),
    }
}

/// Why the functions that a package is given do not close the server.
fn misses_in(
    reading: &Reading<'_>,
    servers: &Servers,
    functions: &[(ModuleId, prodcheck_formats::javascript::FunctionId)],
) -> Option<String> {
    if functions.is_empty() {
        return None;
    }
    let does = SignalHandler::of_functions(reading, servers, functions);
    if does.closes_server() || does.unfollowed.is_some() {
        return None;
    }
    let aside = does.closes.iter().find(|one| one.what == Closed::DevelopmentServer);
    Some(match aside {
        Some(_) => "closes a server that production does not start".to_owned(),
        None => "is given a function that does not close the server".to_owned(),
    })
}

/// The signals that it handles: by its options, else by default.
fn signals(reading: &Reading<'_>, found: &Found, arguments: &[ExprId]) -> Vec<String> {
    let defaults = || found.row.signals.iter().map(|&signal| signal.to_owned()).collect::<Vec<String>>();
    if matches!(found.row.by, By::Method(_)) {
        let named = arguments.first().map(|first| list(reading, found.at, *first)).unwrap_or_default();
        return if named.is_empty() { defaults() } else { named };
    }
    if found.row.option.is_empty() {
        return defaults();
    }
    for argument in arguments {
        for name in [found.row.option, "signals", "signal"] {
            let Some((at, value)) = reading.option(found.at, *argument, name) else { continue };
            let mut named = list(reading, at, value);
            if let Settled::Text(text) = reading.settle(at, value) {
                named.extend(text.split_whitespace().map(str::to_owned));
            }
            if !named.is_empty() {
                return named;
            }
        }
    }
    defaults()
}
