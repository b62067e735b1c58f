//! Reports of the process's memory that the program makes itself: `process.memoryUsage()` in a timer or a gauge.

use super::{Record, Trackers};
use crate::reading::{Reading, Site, of_runtime, way};
use prodcheck_formats::javascript::{Expr, FunctionId, Module, Node};
use prodcheck_program::program::ModuleId;

pub(super) fn read(reading: &Reading<'_>, trackers: &mut Trackers) {
    for site in reading.calls_of("process").chain(reading.calls_of("v8")) {
        let reads = site.callee.iter().any(|value| {
            of_runtime(value, "process").is_some_and(|of| matches!(way(of).as_str(), "memoryUsage" | "memoryUsage.rss"))
                || of_runtime(value, "v8").is_some_and(|of| way(of) == "getHeapStatistics")
        });
        let reach = reading.reach(site.at, site.id);
        if !reads || !reach.is_reached() {
            continue;
        }
        let Some(module) = reading.program.module(site.at) else { continue };
        if !module.enclosing_functions(site.id).any(|function| is_periodic(reading, site.at, module, function, 4)) {
            continue;
        }
        let reported = in_gauge(module, site) || is_written(reading, site, module);
        if reported {
            trackers.memory.push(Record {
                title: "a periodic report of `process.memoryUsage()`".to_owned(),
                place: reading.place_of(site),
                reach,
                lacks: None,
            });
        }
    }
}

/// Whether a function is called again and again: by a timer, a schedule, or a gauge that is read.
fn is_periodic(reading: &Reading<'_>, at: ModuleId, module: &Module, function: FunctionId, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let given_to = |module: &Module, call: prodcheck_formats::javascript::ExprId| {
        module.call(call).is_some_and(|call| repeats(module, call.callee))
    };
    if let Node::Expr(own) = module.function(function).parent
        && let Some(Node::Expr(outer)) = module.parent(own)
        && given_to(module, outer)
    {
        return true;
    }
    // `collect() { this.set(process.memoryUsage().rss) }` of a gauge.
    if in_collect(module, function) {
        return true;
    }
    reading.program.uses_of(at, function).into_iter().any(|(caller, call)| {
        let Some(code) = reading.program.module(caller) else { return false };
        given_to(code, call)
            || code.enclosing_function(call).is_some_and(|outer| {
                (caller, outer) != (at, function) && is_periodic(reading, caller, code, outer, depth)
            })
    })
}

fn repeats(module: &Module, callee: prodcheck_formats::javascript::ExprId) -> bool {
    let name = match module.expr(callee) {
        Expr::Identifier { name, .. } => module.name(*name),
        Expr::Member { property, .. } => module.name(*property),
        _ => "",
    };
    matches!(
        name,
        "setInterval" | "schedule" | "gauge" | "scheduleJob" | "addCallback" | "addBatchObservableCallback" | "CronJob"
    )
}

fn in_collect(module: &Module, function: FunctionId) -> bool {
    let Node::Expr(own) = module.function(function).parent else { return false };
    module.ancestors(own).any(|outer| match outer {
        Node::Expr(outer) => module.property(outer, "collect") == Some(own),
        _ => false,
    })
}

fn in_gauge(module: &Module, site: &Site) -> bool {
    module.enclosing_functions(site.id).any(|function| {
        in_collect(module, function)
            || match module.function(function).parent {
                Node::Expr(own) => match module.parent(own) {
                    Some(Node::Expr(outer)) => module.call(outer).is_some_and(|call| {
                        matches!(module.expr(call.callee), Expr::Member { property, .. }
                            if matches!(module.name(*property), "gauge" | "addCallback" | "addBatchObservableCallback"))
                    }),
                    _ => false,
                },
                _ => false,
            }
    })
}

/// Whether the function that reads the memory writes a log or sets a metric.
fn is_written(reading: &Reading<'_>, site: &Site, module: &Module) -> bool {
    let Some(function) = module.enclosing_function(site.id) else { return false };
    module.calls_in(function).any(|call| {
        reading.log_call(site.at, call.id).is_some()
            || matches!(module.expr(call.callee), Expr::Member { property, .. }
                if matches!(module.name(*property), "set" | "gauge" | "record" | "observe" | "histogram" | "publish" | "send" | "emit" | "timing"))
    })
}
