//! How long servers keep idle connections, and wait for headers.

use crate::{Reach, Reading, Settled};
use prodcheck_formats::javascript::{AssignOperator, Expr, ExprId, Module, Node};
use prodcheck_program::program::{ModuleId, Value};
use prodcheck_source::Place;

/// Which timeout is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnectionTimeout {
    /// `keepAliveTimeout`: how long an idle connection is kept.
    KeepAlive,
    /// `headersTimeout`: how long the headers of a request may take.
    Headers,
}

/// A timeout that is set.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeoutSet {
    /// Which one.
    pub timeout: ConnectionTimeout,
    /// In milliseconds; `None` where only running it would tell.
    pub milliseconds: Option<f64>,
    /// The environment variable without a default that it comes from.
    pub variable: Option<String>,
    /// Where.
    pub place: Place,
    /// Whether production comes there.
    pub reach: Reach,
}

/// All that set one: `server.keepAliveTimeout = 65_000`, `fastify({ keepAliveTimeout: 65_000 })`,
/// `http.createServer({ keepAliveTimeout })`. Clients' agents have options of the same spelling only with another name
/// (`keepAliveMsecs`), but undici's clients share it; they are left out.
pub fn find(reading: &Reading<'_>) -> Vec<TimeoutSet> {
    let mut found = Vec::new();
    for (at, _, module) in reading.program.modules() {
        for (id, expr) in module.exprs() {
            match expr {
                Expr::Assign { operator: AssignOperator::Assign, target, value } => {
                    let Expr::Member { property, .. } = module.expr(*target) else { continue };
                    let Some(timeout) = named(module.name(*property)) else { continue };
                    found.push(set(reading, at, timeout, *value, reading.place(at, module.span(id))));
                }
                Expr::Object(_) if !is_clients(reading, at, module, id) => {
                    for name in ["keepAliveTimeout", "headersTimeout"] {
                        let (Some(value), Some(timeout)) = (module.property(id, name), named(name)) else { continue };
                        found.push(set(reading, at, timeout, value, reading.place(at, module.span(value))));
                    }
                }
                _ => {}
            }
        }
    }
    found
}

/// Whether an object is the options of a client, which keeps connections of its own.
fn is_clients(reading: &Reading<'_>, at: ModuleId, module: &Module, object: ExprId) -> bool {
    let Some(Node::Expr(outer)) = module.parent(object) else { return false };
    let Some(call) = module.call(outer) else { return false };
    let client = |value: &Value| matches!(value, Value::Outside(outside) if matches!(outside.source(), "undici" | "agentkeepalive"));
    reading.program.values(at, call.callee).iter().any(client)
}

fn named(name: &str) -> Option<ConnectionTimeout> {
    match name {
        "keepAliveTimeout" => Some(ConnectionTimeout::KeepAlive),
        "headersTimeout" => Some(ConnectionTimeout::Headers),
        _ => None,
    }
}

fn set(reading: &Reading<'_>, at: ModuleId, timeout: ConnectionTimeout, value: ExprId, place: Place) -> TimeoutSet {
    let settled = reading.settle(at, value);
    TimeoutSet {
        timeout,
        milliseconds: settled.number(),
        variable: match settled {
            Settled::Unset(name) | Settled::Hidden(name) => Some(name),
            _ => None,
        },
        place,
        reach: reading.reach(at, value),
    }
}
