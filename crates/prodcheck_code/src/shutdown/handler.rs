//! A handler of signals of the program's own: what it closes, in which order, and how the process ends.

use super::closing::{Closed, Closing, destroys, named};
use super::keepers::{Keeper, is_of, keepers, package_of};
use super::servers::Servers;
use crate::Reach;
use crate::course::{Act, Course, Deed, is_unknown};
use crate::process_events::registration::Registration;
use crate::reading::{Reading, of_runtime};
use prodcheck_formats::javascript::{Expr, FunctionId};
use prodcheck_program::program::{ModuleId, Value};
use prodcheck_source::Place;

/// A handler of signals.
#[derive(Debug, Clone)]
pub struct SignalHandler {
    /// The signals.
    pub signals: Vec<String>,
    /// Where it is registered.
    pub place: Place,
    /// Whether production registers it.
    pub reach: Reach,
    /// What it closes, in order.
    pub closes: Vec<Closing>,
    /// Where it ends the process.
    pub ends: Option<Place>,
    /// Where it ends the process while the server is still closing.
    pub cuts: Option<Place>,
    /// Where it destroys open sockets before their requests are answered.
    pub destroys: Option<Place>,
    /// What keeps the process up where nothing ends it.
    pub kept_by: Vec<Keeper>,
    /// What it calls that nobody can follow.
    pub unfollowed: Option<String>,
    /// Whether it does nothing.
    pub empty: bool,
}

impl SignalHandler {
    pub(super) fn of(
        reading: &Reading<'_>,
        servers: &Servers,
        registration: &Registration,
        signals: Vec<String>,
    ) -> Self {
        let course = reading.course(&registration.functions);
        let mut handler = Self::of_course(reading, servers, &course);
        handler.signals = signals;
        handler.place = registration.place.clone();
        handler.reach = registration.reach.clone();
        handler.empty =
            course.deeds.is_empty() && registration.outside.is_empty() && !registration.functions.is_empty();
        if registration.functions.is_empty() {
            handler.closes.extend(Closing::of_handler(registration));
            let exits = registration.outside.iter().any(|outside| {
                let value = Value::Outside(outside.clone());
                of_runtime(&value, "process").is_some_and(|of| crate::reading::way(of) == "exit")
            });
            if exits {
                handler.ends = Some(registration.place.clone());
            }
            if registration.outside.is_empty() {
                let module = reading.program.module(registration.at);
                let name = module.and_then(|module| named(module, registration.handler));
                handler.unfollowed = Some(name.unwrap_or_else(|| "the handler".to_owned()));
            }
        }
        handler
    }

    /// What functions do when they are called for a signal.
    pub(super) fn of_functions(reading: &Reading<'_>, servers: &Servers, functions: &[(ModuleId, FunctionId)]) -> Self {
        Self::of_course(reading, servers, &reading.course(functions))
    }

    fn of_course(reading: &Reading<'_>, servers: &Servers, course: &Course) -> Self {
        let mut handler = Self {
            signals: Vec::new(),
            place: Place::file(prodcheck_source::RepoPath::root()),
            reach: Reach::Yes,
            closes: Vec::new(),
            ends: None,
            cuts: None,
            destroys: None,
            kept_by: Vec::new(),
            unfollowed: None,
            empty: false,
        };
        let place = |deed: &Deed| crate::process_events::place_of(reading, deed);
        let mut closing: Vec<&Deed> = Vec::new();
        let mut ending: Vec<&Deed> = Vec::new();
        let mut packages: Vec<String> = Vec::new();
        for deed in &course.deeds {
            if let Some(found) = destroys(reading, deed) {
                handler.destroys.get_or_insert(found);
            }
            if reading.ends_process(deed) {
                ending.push(deed);
                continue;
            }
            if let Some(found) = Closing::of(reading, servers, deed) {
                if found.is_server() {
                    closing.push(deed);
                }
                packages.extend(deed.callee.iter().filter_map(package_of).map(str::to_owned));
                handler.closes.push(found);
            } else if let Some(name) = unknown_call(reading, deed) {
                handler.unfollowed.get_or_insert(name);
            }
        }
        let sets_code = course.deeds.iter().any(|deed| reading.sets_exit_code(deed));
        let first = ending.iter().find(|deed| !deed.caught).or(ending.first());
        handler.ends = first.map(|deed| place(deed));
        let at_once = |end: &&&Deed| {
            !end.waited && !end.later && !end.caught && closing.iter().any(|close| end.is_on_the_way_of(close))
        };
        handler.cuts = ending.iter().find(at_once).map(|deed| place(deed));
        if handler.ends.is_none() {
            packages.extend(closed_with_the_app(reading));
            let unknown = handler.closes.iter().any(|one| one.what == Closed::UnknownClient);
            handler.kept_by = keepers(reading);
            handler.kept_by.retain(|keeper| {
                !packages.iter().any(|package| is_of(keeper, package)) && (!unknown || keeper.by == "`setInterval`")
            });
            if sets_code && handler.kept_by.is_empty() {
                handler.ends = handler.closes.first().map(|one| one.place.clone());
            }
        }
        handler
    }

    /// Whether it closes the server that listens in production.
    pub fn closes_server(&self) -> bool {
        self.closes.iter().any(Closing::is_server)
    }

    /// Where it only passes the signal on to worker processes.
    pub fn forwards(&self) -> Option<&Place> {
        let workers = self.closes.iter().find(|one| one.what == Closed::Worker)?;
        (!self.closes_server()).then_some(&workers.place)
    }
}

/// A call of something unknown that gives nothing away.
fn unknown_call(reading: &Reading<'_>, deed: &Deed) -> Option<String> {
    let Act::Call(id) = deed.act else { return None };
    if !is_unknown(&deed.callee) || deed.depth > 2 || reading.log_call(deed.at, id).is_some() {
        return None;
    }
    let module = reading.program.module(deed.at)?;
    named(module, module.call(id)?.callee)
}

/// The packages whose objects are closed when the application is: in hooks of Fastify, in Nest's methods of the
/// lifecycle, in listeners of the server's `close`.
fn closed_with_the_app(reading: &Reading<'_>) -> Vec<String> {
    let mut functions: Vec<(ModuleId, FunctionId)> = Vec::new();
    for site in reading.sites() {
        let Some((module, call)) = reading.call(site) else { continue };
        let Expr::Member { property, .. } = module.expr(call.callee) else { continue };
        let event = call.argument(module, 0).and_then(|name| module.string(name)).unwrap_or("");
        let hooks = match module.name(*property) {
            "addHook" => matches!(event, "onClose" | "preClose"),
            "on" | "once" => matches!(event, "close" | "stop"),
            "ext" => matches!(event, "onPreStop" | "onPostStop"),
            _ => false,
        };
        if hooks && let Some(given) = call.argument(module, 1) {
            functions.extend(reading.functions(site.at, given));
        }
    }
    for (at, _, module) in reading.program.modules() {
        for (class, _) in module.classes() {
            for method in ["onModuleDestroy", "beforeApplicationShutdown", "onApplicationShutdown"] {
                functions.extend(module.method(class, method).map(|function| (at, function)));
            }
        }
    }
    functions.truncate(100);
    let course = reading.course(&functions);
    let packages = course.deeds.iter().flat_map(|deed| deed.callee.iter().filter_map(package_of));
    packages.map(str::to_owned).collect()
}
