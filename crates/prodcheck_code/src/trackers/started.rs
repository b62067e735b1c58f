//! Which trackers of the table the program starts, where, and under which condition.

use super::table::{Installs, Start, TRACKERS, Tracker};
use crate::Reach;
use crate::reading::{Reading, Site, of_package, way};
use crate::settle::{Settled, Truth, is_credential};
use prodcheck_formats::javascript::{Expr, ExprId, Module};
use prodcheck_program::program::{ModuleId, Part, Value};
use prodcheck_source::Place;

/// The options that hold what a tracker needs to reach its vendor.
const KEYS: &[&str] = &[
    "dsn",
    "apiKey",
    "api_key",
    "accessToken",
    "access_token",
    "projectKey",
    "licenseKey",
    "connectionString",
    "pushApiKey",
];

/// A tracker that the program starts.
#[derive(Debug, Clone)]
pub(crate) struct Started {
    /// What is known of it.
    pub tracker: &'static Tracker,
    /// Where it is started.
    pub place: Place,
    /// Whether production starts it.
    pub reach: Reach,
    /// Why it does nothing although it is started, as a sentence fragment.
    pub off: Option<String>,
    /// The module, and the call that starts it.
    pub call: Option<(ModuleId, ExprId)>,
}

/// All trackers that are started, by module and place; those that the start path loads come first.
pub(crate) fn started(reading: &Reading<'_>) -> Vec<Started> {
    let mut found = Vec::new();
    for (name, place) in &reading.conditions.preloads {
        let (package, subpath) = split(name);
        for tracker in of(reading, package) {
            if tracker.starts.iter().any(|start| loads(start, subpath)) {
                found.push(Started { tracker, place: place.clone(), reach: Reach::Yes, off: None, call: None });
            }
        }
    }
    for (at, _, module) in reading.program.modules() {
        for (name, node, span) in loaded(module) {
            let (package, subpath) = split(name);
            for tracker in of(reading, package) {
                if tracker.starts.iter().any(|start| loads(start, subpath)) {
                    let reach = node.map_or(Reach::Yes, |node| reading.reach(at, node));
                    let place = reading.place(at, span);
                    found.push(switched(Started { tracker, place, reach, off: None, call: None }));
                }
            }
        }
    }
    let packages: std::collections::BTreeSet<&str> = TRACKERS.iter().map(|tracker| tracker.package).collect();
    for package in packages {
        for site in reading.calls_of(package) {
            let Some((module, call)) = reading.call(site) else { continue };
            let starts = |tracker: &&Tracker| {
                tracker.starts.iter().any(|start| {
                    let wanted = match start {
                        Start::Call(wanted) if !call.is_new => wanted,
                        Start::New(wanted) if call.is_new => wanted,
                        _ => return false,
                    };
                    site.callee.iter().any(|value| {
                        of_package(value, package)
                            .is_some_and(|outside| way(outside) == *wanted && !outside.way.contains(&Part::Typed))
                    })
                })
            };
            for tracker in of(reading, package).filter(starts) {
                found.push(with_options(reading, module, site, tracker));
            }
        }
    }
    found
}

/// The rows of a package that hold for the version that the service depends on: of two with the same beginnings the
/// first.
fn of<'r>(reading: &'r Reading<'_>, package: &'r str) -> impl Iterator<Item = &'static Tracker> + use<'r> {
    let major = reading.conditions.major(package).unwrap_or(u32::MAX);
    let mut newest: Option<u32> = None;
    TRACKERS.iter().filter(move |tracker| tracker.package == package && tracker.since <= major).filter(move |tracker| {
        let first = newest.is_none_or(|newest| tracker.since == newest);
        newest.get_or_insert(tracker.since);
        first
    })
}

/// Whether a way of starting is to load this subpath.
fn loads(start: &Start, subpath: &str) -> bool {
    match start {
        Start::Load => subpath.is_empty(),
        Start::LoadOf(wanted) => subpath == *wanted,
        Start::Call(_) | Start::New(_) => false,
    }
}

/// The package and the subpath of a name: `@opentelemetry/auto-instrumentations-node/register`.
fn split(name: &str) -> (&str, &str) {
    let slashes = if name.starts_with('@') { 2 } else { 1 };
    match name.match_indices('/').nth(slashes - 1) {
        Some((at, _)) => (name.get(..at).unwrap_or(name), name.get(at + 1..).unwrap_or("")),
        None => (name, ""),
    }
}

/// What a module loads of others: the name, the call that does it (none for a declaration), and the place.
fn loaded(module: &Module) -> Vec<(&str, Option<ExprId>, prodcheck_source::Span)> {
    let declared = module
        .imports()
        .iter()
        .filter(|import| !import.type_only)
        .filter(|import| import.syntax == prodcheck_formats::javascript::Linkage::Static);
    let declared = declared.map(|import| (module.name(import.source.value), None, import.source.span));
    let requested = module.requests().iter().filter_map(|request| {
        let specifier = request.specifier?;
        let loads = request.kind != prodcheck_formats::javascript::RequestKind::Resolve;
        loads.then(|| (module.name(specifier.value), Some(request.expr), module.span(request.expr)))
    });
    declared.chain(requested).collect()
}

/// A tracker that is started by a call, with what the call's options say.
fn with_options(reading: &Reading<'_>, module: &Module, site: &Site, tracker: &'static Tracker) -> Started {
    let reach = reading.reach(site.at, site.id);
    let call = Some((site.at, site.id));
    let mut one = Started { tracker, place: reading.place_of(site), reach, off: None, call };
    let arguments = module.call(site.id).map(|call| call.arguments).unwrap_or_default();
    for argument in arguments {
        if let Some(name) = credential(&reading.settle(site.at, *argument)) {
            one.reach = one.reach.and(Reach::Credential(name));
        }
        for key in KEYS {
            if let Some(name) = credential(&reading.settle_member(site.at, *argument, key)) {
                one.reach = one.reach.and(Reach::Credential(name));
            }
        }
        match reading.settle_member(site.at, *argument, "enabled") {
            Settled::Unset(name) if is_credential(&name) => one.reach = one.reach.and(Reach::Credential(name)),
            enabled if enabled.truth() == Truth::No && enabled != Settled::Undefined => {
                one.off = Some("is switched off by `enabled`".to_owned());
            }
            _ => {}
        }
    }
    if reading.is_unused(site.at, site.id) {
        one.off = Some("stands in a function that nothing calls".to_owned());
    } else if one.needs_start() && !is_sdk_started(reading) {
        one.off = Some("is made and given to nothing that is started".to_owned());
    }
    switched(one)
}

/// With why it does nothing where production does not come to it.
fn switched(mut one: Started) -> Started {
    if one.reach == Reach::Never {
        one.off = Some("is not started in production: the condition around it does not hold there".to_owned());
    }
    one
}

fn credential(value: &Settled) -> Option<String> {
    match value {
        Settled::Unset(name) => Some(name.clone()),
        _ => None,
    }
}

/// Whether an SDK of OpenTelemetry is started, or instrumentations are registered.
fn is_sdk_started(reading: &Reading<'_>) -> bool {
    let calls = |package: &str, members: &[&str]| {
        reading.calls_of(package).any(|site| {
            let last = |value: &Value| match value {
                Value::Outside(outside) => {
                    matches!(outside.way.last(), Some(Part::Member(name)) if members.contains(&name.as_str()))
                }
                _ => false,
            };
            site.callee.iter().any(last) && reading.reach(site.at, site.id).is_reached()
        })
    };
    calls("@opentelemetry/sdk-node", &["start"])
        || calls("@opentelemetry/instrumentation", &["registerInstrumentations"])
        || calls("@opentelemetry/host-metrics", &["start"])
        || calls("@opentelemetry/sdk-trace-node", &["register"])
        || reading
            .sources()
            .any(|source| matches!(source, "@vercel/otel" | "@sentry/node" | "@azure/monitor-opentelemetry"))
}

/// Whether an SDK of OpenTelemetry is given something that exports metrics.
pub(super) fn reads_metrics(reading: &Reading<'_>) -> bool {
    let given = reading.calls_of("@opentelemetry/sdk-node").any(|site| {
        let Some((module, call)) = reading.call(site) else { return false };
        call.is_new
            && call.argument(module, 0).is_some_and(|options| {
                ["metricReader", "metricReaders"].iter().any(|name| reading.option(site.at, options, name).is_some())
            })
    });
    given || matches!(reading.variable("OTEL_METRICS_EXPORTER"), Settled::Text(text) if text != "none")
}

/// Whether a setting is on.
pub(super) fn is_on(value: &Settled) -> bool {
    match value {
        Settled::Text(text) => matches!(text.to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on"),
        value => value.truth() == Truth::Yes,
    }
}

impl Started {
    /// The package.
    pub fn package(&self) -> &'static str {
        self.tracker.package
    }

    fn needs_start(&self) -> bool {
        matches!(
            self.tracker.package,
            "@opentelemetry/instrumentation-http"
                | "@opentelemetry/instrumentation-runtime-node"
                | "@opentelemetry/auto-instrumentations-node"
                | "@opentelemetry/host-metrics"
        ) && self.call.is_some()
    }

    /// The value of an option of the call that starts it.
    fn option(&self, reading: &Reading<'_>, name: &str) -> Option<Settled> {
        let (at, id) = self.call?;
        let module = reading.program.module(at)?;
        let call = module.call(id)?;
        call.arguments.iter().find_map(|argument| {
            reading.option(at, *argument, name).map(|_| reading.settle_member(at, *argument, name))
        })
    }

    /// Whether an option of the call that starts it is true.
    pub fn option_is(&self, reading: &Reading<'_>, name: &str) -> bool {
        self.option(reading, name).is_some_and(|value| is_on(&value))
    }

    /// What it does about uncaught exceptions and unhandled rejections, by its options.
    pub fn installs(&self, reading: &Reading<'_>, installs: Option<Installs>) -> Option<Installs> {
        let installs = installs?;
        let holds = match installs.option.strip_prefix('!') {
            Some(option) => self.option(reading, option).is_none_or(|value| value.truth() != Truth::No),
            None => installs.option.is_empty() || self.option_is(reading, installs.option),
        };
        let defaults = self.option(reading, "defaultIntegrations").is_none_or(|value| value.truth() != Truth::No);
        (holds && defaults && self.off.is_none() && self.keeps_default(reading))
            .then(|| self.by_options(reading, installs))
    }

    /// What options say of whether the process is ended.
    fn by_options(&self, reading: &Reading<'_>, mut installs: Installs) -> Installs {
        if self.option_is(reading, "exitOnUncaughtException") && installs.option == "captureUncaught" {
            installs.exits = super::Exits::Always;
        }
        installs
    }

    /// Whether the default integrations are left as they are: `integrations: (defaults) => defaults.filter(…)` may drop
    /// any of them, and an array adds to them.
    fn keeps_default(&self, reading: &Reading<'_>) -> bool {
        let Some((at, id)) = self.call else { return true };
        let Some(module) = reading.program.module(at) else { return true };
        let Some(options) = module.call(id).and_then(|call| call.argument(module, 0)) else { return true };
        let Some((of, integrations)) = reading.option(at, options, "integrations") else { return true };
        let Some(code) = reading.program.module(of) else { return true };
        match code.expr(integrations) {
            Expr::Function(function) => {
                // One that names the handlers takes them out.
                let names = code.exprs_in(*function).filter_map(|(_, expr)| match expr {
                    Expr::String(name) => Some(code.name(*name)),
                    _ => None,
                });
                !names.into_iter().any(|name| matches!(name, "OnUncaughtException" | "OnUnhandledRejection"))
            }
            _ => true,
        }
    }
}
