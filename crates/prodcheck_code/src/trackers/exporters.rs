//! Exporters of metrics: `prom-client`, the packages around it, and metrics of requests that the program makes itself.

use super::started::is_on;
use super::table::{Collects, EXPORTERS, Exporter};
use super::{Off, Record, Trackers};
use crate::Reach;
use crate::reading::{Reading, Site, of_package, way};
use crate::settle::Settled;
use prodcheck_formats::javascript::{Call, Expr, ExprId, Module};
use prodcheck_program::program::{ModuleId, Part, Value};

/// Functions and classes that make a metric.
const METRICS: &[(&str, &[&str])] = &[
    ("prom-client", &["Counter", "Histogram", "Summary"]),
    ("@willsoto/nestjs-prometheus", &["makeCounterProvider", "makeHistogramProvider", "makeSummaryProvider"]),
];

/// The labels that tell failed responses from others.
const STATUS: &[&str] = &[
    "status",
    "status_code",
    "statusCode",
    "statuscode",
    "code",
    "http_status",
    "http_status_code",
    "httpStatus",
    "response_code",
    "status_class",
    "statusClass",
    "status_family",
];

pub(super) fn read(reading: &Reading<'_>, trackers: &mut Trackers) {
    let shown = shows_metrics(reading);
    for exporter in EXPORTERS {
        for site in sites_of(reading, exporter) {
            let reach = reading.reach(site.at, site.id);
            let place = reading.place_of(&site);
            let title = format!("`{}`", exporter.package);
            let own = exporter.package == "prom-client";
            let off = |why: &str, of_memory| Off {
                title: title.clone(),
                place: place.clone(),
                why: why.to_owned(),
                of_memory,
            };
            if reach == Reach::Never {
                trackers
                    .off
                    .push(off("is not started in production: the condition around it does not hold there", own));
                continue;
            }
            if own && !shown {
                trackers.off.push(off("collects metrics that nothing shows: no route gives out the registry", true));
                continue;
            }
            let record = |lacks| Record { title: title.clone(), place: place.clone(), reach: reach.clone(), lacks };
            if collects(reading, &site, exporter) {
                trackers.memory.push(record(None));
            }
            if exporter.requests {
                match mounted(reading, &site, exporter) {
                    Ok(()) => trackers.errors.push(record(None)),
                    Err(why) => trackers.off.push(off(why, false)),
                }
            }
        }
    }
    if shown {
        own_metrics(reading, trackers);
    }
}

/// The calls that set an exporter up.
fn sites_of(reading: &Reading<'_>, exporter: &Exporter) -> Vec<Site> {
    let sets_up = |site: &&Site| {
        site.callee.iter().any(|value| {
            of_package(value, exporter.package).is_some_and(|outside| exporter.ways.contains(&way(outside).as_str()))
        })
    };
    let mut found: Vec<Site> = reading.calls_of(exporter.package).filter(sets_up).cloned().collect();
    if exporter.plugin && found.is_empty() && uses(reading, exporter.package) {
        found.extend(reading.sites().iter().filter(|site| gives(reading, site, exporter.package)).cloned());
    }
    found
}

/// Whether any module loads the package.
fn uses(reading: &Reading<'_>, package: &str) -> bool {
    reading.program.modules().any(|(_, _, module)| {
        module.imports().iter().any(|import| module.name(import.source.value).starts_with(package))
            || module
                .requests()
                .iter()
                .filter_map(|request| request.specifier)
                .any(|name| module.name(name.value).starts_with(package))
    })
}

/// Whether a call gives the package to an application: `app.register(require('fastify-metrics'), {})`.
fn gives(reading: &Reading<'_>, site: &Site, package: &str) -> bool {
    let Some((module, call)) = reading.call(site) else { return false };
    let Expr::Member { property, .. } = module.expr(call.callee) else { return false };
    matches!(module.name(*property), "register" | "use")
        && call.arguments.iter().take(2).any(|argument| {
            reading.program.values(site.at, *argument).iter().any(|value| of_package(value, package).is_some())
        })
}

/// Whether an exporter collects the metrics of the process, by its options.
fn collects(reading: &Reading<'_>, site: &Site, exporter: &Exporter) -> bool {
    let Collects::Option(path, default) = exporter.memory else { return exporter.memory == Collects::Always };
    let Some((_, call)) = reading.call(site) else { return default };
    for argument in call.arguments {
        let mut at = (site.at, *argument);
        let mut found = true;
        let (last, objects) = match path.split_last() {
            Some(split) => split,
            None => return default,
        };
        for name in objects {
            match reading.option(at.0, at.1, name) {
                Some(inner) => at = inner,
                None => found = false,
            }
        }
        if !found {
            continue;
        }
        match reading.settle_member(at.0, at.1, last) {
            Settled::Undefined | Settled::Unknown => {}
            Settled::Literal(..) => return true,
            value => return is_on(&value),
        }
    }
    default
}

/// Whether what an exporter makes is put where it sees the requests.
fn mounted(reading: &Reading<'_>, site: &Site, exporter: &Exporter) -> Result<(), &'static str> {
    if exporter.plugin || exporter.ways.iter().any(|way| way.contains('.')) || is_argument(reading, site) {
        return Ok(());
    }
    let Some(module) = reading.program.module(site.at) else { return Ok(()) };
    // `const { registerMetrics, printMetrics } = prometheus()`: which of them is used cannot be told.
    if let Some(prodcheck_formats::javascript::Node::Stmt(_)) = module.parent(site.id)
        && matches!(module.enclosing_statement(site.id).map(|stmt| module.stmt(stmt)),
            Some(prodcheck_formats::javascript::Stmt::Variables { declarations, .. })
                if declarations.iter().any(|one| !matches!(one.pattern, prodcheck_formats::javascript::Pattern::Binding(_))))
    {
        return Ok(());
    }
    let mut seen = false;
    for user in reading.sites() {
        let Some((code, call)) = reading.call(user) else { continue };
        let Expr::Member { property, .. } = code.expr(call.callee) else { continue };
        if !matches!(code.name(*property), "use" | "register" | "all") {
            continue;
        }
        let given = call.arguments.iter().any(|argument| {
            matches!(code.expr(*argument), Expr::Identifier { .. } | Expr::Member { .. } | Expr::Call { .. })
                && reading.derived(user.at, *argument).by.contains(&(site.at, site.id))
        });
        if given {
            seen = true;
            if !is_after_routes(reading, user.at, code, &call) {
                return Ok(());
            }
        }
    }
    Err(if seen {
        "is mounted after the routes, so it sees none of their requests"
    } else {
        "is made and never mounted"
    })
}

/// Whether the call stands among the arguments of another one, or is returned.
fn is_argument(reading: &Reading<'_>, site: &Site) -> bool {
    let Some(module) = reading.program.module(site.at) else { return false };
    let Some(prodcheck_formats::javascript::Node::Expr(outer)) = module.parent(site.id) else { return false };
    match module.call(outer) {
        Some(call) => call.callee != site.id && !is_after_routes(reading, site.at, module, &call),
        None => matches!(module.expr(outer), Expr::Array(_) | Expr::Object(_)),
    }
}

/// Whether the routes of the same application all stand before a call in the same function.
fn is_after_routes(reading: &Reading<'_>, at: ModuleId, module: &Module, call: &Call<'_>) -> bool {
    let receiver = |call: &Call<'_>| match module.expr(call.callee) {
        Expr::Member { object, property, .. } => Some((module.member_path(*object), module.name(*property).to_owned())),
        _ => None,
    };
    let Some((own, _)) = receiver(call) else { return false };
    let function = module.enclosing_function(call.id);
    let mut before = false;
    for other in module.calls() {
        if other.id == call.id || module.enclosing_function(other.id) != function {
            continue;
        }
        let Some((path, method)) = receiver(&other) else { continue };
        let first = other.argument(module, 0);
        let under_path = first
            .is_some_and(|first| reading.settle(at, first).text().is_some_and(|text| text.starts_with('/')))
            && other.arguments.len() > 1;
        let routes =
            under_path && matches!(method.as_str(), "get" | "post" | "put" | "patch" | "delete" | "use" | "route");
        if path != own || !routes {
            continue;
        }
        if other.span.start > call.span.start {
            return false;
        }
        before = true;
    }
    before
}

/// Whether something gives out the registry: `register.metrics()`, a push gateway, an exporter with its own endpoint.
fn shows_metrics(reading: &Reading<'_>) -> bool {
    let others = EXPORTERS.iter().filter(|exporter| exporter.package != "prom-client");
    if others.into_iter().any(|exporter| uses(reading, exporter.package)) {
        return true;
    }
    reading.sites().iter().any(|site| {
        let Some((module, call)) = reading.call(site) else { return false };
        if call.is_new {
            return site
                .callee
                .iter()
                .any(|value| of_package(value, "prom-client").is_some_and(|outside| way(outside) == "Pushgateway"));
        }
        let Expr::Member { property, .. } = module.expr(call.callee) else { return false };
        let gives = matches!(
            module.name(*property),
            "metrics" | "getMetricsAsJSON" | "clusterMetrics" | "getSingleMetricAsString" | "getMetricsAsArray"
        );
        let outside = site.callee.iter().any(|value| of_package(value, "prom-client").is_some());
        gives && (outside || site.callee.is_empty()) && reading.reach(site.at, site.id).is_reached()
    })
}

/// Metrics of requests that the program makes itself.
fn own_metrics(reading: &Reading<'_>, trackers: &mut Trackers) {
    for (package, makers) in METRICS {
        for site in reading.calls_of(package) {
            let Some((module, call)) = reading.call(site) else { continue };
            let makes = site.callee.iter().filter_map(|value| of_package(value, package)).any(
                |outside| matches!(outside.way.last(), Some(Part::Member(name)) if makers.contains(&name.as_str())),
            );
            let reach = reading.reach(site.at, site.id);
            if !makes || !reach.is_reached() {
                continue;
            }
            let Some(options) = call.argument(module, 0) else { continue };
            for value in reading.program.values(site.at, options).iter() {
                let Value::Literal(of, literal) = value else { continue };
                if let Some(lacks) = counts_failures(reading, *of, *literal) {
                    let span = reading.program.module(*of).map(|module| module.span(*literal)).unwrap_or_default();
                    let place = reading.place(*of, span);
                    let title = "a metric of responses".to_owned();
                    trackers.errors.push(Record { title, place, reach: reach.clone(), lacks });
                }
            }
        }
    }
}

/// Whether a metric tells failed responses from others, and what it lacks. `None` where it does not.
fn counts_failures(reading: &Reading<'_>, at: ModuleId, options: ExprId) -> Option<Option<String>> {
    let name = match reading.settle_member(at, options, "name") {
        Settled::Text(text) => text.to_ascii_lowercase(),
        _ => String::new(),
    };
    let help = match reading.settle_member(at, options, "help") {
        Settled::Text(text) => text.to_ascii_lowercase(),
        _ => String::new(),
    };
    let labels: Vec<String> = reading
        .option(at, options, "labelNames")
        .map(|(at, labels)| crate::process_events::registration::list(reading, at, labels))
        .unwrap_or_default();
    let of_requests =
        ["http", "request", "response", "route", "api"].iter().any(|word| name.contains(word) || help.contains(word))
            || labels.iter().any(|label| matches!(label.as_str(), "route" | "path" | "method" | "url"));
    if of_requests && labels.iter().any(|label| STATUS.contains(&label.as_str())) {
        // The status of what the service calls is another matter.
        let outbound = ["outgoing", "outbound", "upstream", "client", "proxy", "crawler", "webhook"];
        return (!outbound.iter().any(|word| name.contains(word))).then_some(None);
    }
    let counts = name.contains("5xx") || (of_requests && (name.contains("error") || name.contains("fail")));
    counts.then(|| Some("it counts failures, and not the requests that they are a part of".to_owned()))
}
