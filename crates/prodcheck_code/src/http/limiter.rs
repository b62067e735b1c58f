//! Limiters that are asked in code, and the service's own, known by what they do: they answer 429.

use super::coverage::Coverage;
use super::surface::Surface;
use super::table::{self, Kind};
use super::{Applied, Headers};
use crate::Reading;
use prodcheck_formats::javascript::{Expr, ExprId, FunctionId, Module, Node};
use prodcheck_program::program::{ModuleId, Origin, Part, Value};

/// Limiters that count requests in front of routes or in handlers.
pub fn consumed(reading: &Reading<'_>, surface: &Surface) -> Vec<Applied> {
    let mut found = Vec::new();
    for (package, methods) in table::ASKED {
        for site in reading.calls_of(package) {
            let asks = site.callee.iter().any(|value| {
                matches!(value, Value::Outside(outside)
                    if matches!(&outside.origin, Origin::Package(name, _) if name == package)
                        && matches!(outside.way.last(), Some(Part::Member(name)) if methods.contains(&name.as_str())))
            });
            if asks {
                let coverage = surface.led.get(&(site.at, site.id)).cloned().unwrap_or(Coverage::Some(Vec::new()));
                found.push(applied(reading, site.at, site.id, Some((*package).to_owned()), coverage));
            }
        }
    }
    // Of the service's own, the call that puts it in front of routes is what can be clicked.
    for front in &surface.fronts {
        if answers_too_many(reading, front.function) {
            found.push(applied(reading, front.put.0, front.put.1, None, front.coverage.clone()));
        }
    }
    found
}

fn applied(reading: &Reading<'_>, at: ModuleId, id: ExprId, package: Option<String>, coverage: Coverage) -> Applied {
    let span = reading.program.module(at).map(|module| module.span(id)).unwrap_or_default();
    Applied {
        kind: Kind::RateLimit,
        package,
        place: reading.place(at, span),
        coverage,
        reach: reading.reach(at, id),
        headers: Headers::default(),
        precompressed: false,
    }
}

/// Whether a function, or one that it calls, answers 429 itself. Comparing somebody else's answer with 429 does not
/// count.
fn answers_too_many(reading: &Reading<'_>, (at, function): (ModuleId, FunctionId)) -> bool {
    let trail = reading.trail(at, function);
    trail.functions.iter().take(12).any(|(at, function)| {
        let Some(module) = reading.program.module(*at) else { return false };
        module
            .exprs_in(*function)
            .any(|(id, expr)| says_too_many(module, id, expr) && reading.reach(*at, id).is_reached())
    })
}

fn says_too_many(module: &Module, id: ExprId, expr: &Expr) -> bool {
    match expr {
        Expr::Number(number) if (*number - 429.0).abs() < f64::EPSILON => match module.parent(id) {
            Some(Node::Expr(outer)) => !matches!(module.expr(outer), Expr::Binary { .. } | Expr::Array(_)),
            _ => false,
        },
        Expr::Member { property, .. } => match module.parent(id) {
            Some(Node::Expr(outer)) => {
                matches!(module.name(*property), "TOO_MANY_REQUESTS" | "TooManyRequests" | "tooManyRequests")
                    && !matches!(module.expr(outer), Expr::Binary { .. })
            }
            _ => false,
        },
        Expr::New { callee, .. } => match module.expr(*callee) {
            Expr::Identifier { name, .. } => module.name(*name).contains("TooManyRequests"),
            _ => false,
        },
        _ => false,
    }
}
