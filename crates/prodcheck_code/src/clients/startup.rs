//! The connections that start-up makes: told to, or by a first query without whose answer the service does not start.

use super::instance::is_named_by_user;
use super::table::{Effect, Kind, Row};
use super::{Dependency, Retry, last_member, only_handlers, retried};
use crate::moment::last_name;
use crate::settle::Settled;
use crate::{Moments, Reach, Reading, Site};
use prodcheck_formats::javascript::{Call, Expr, ExprId, FunctionId, Module, Node, Stmt, StmtId};
use prodcheck_program::program::{At, ModuleId};
use std::collections::BTreeSet;

/// How many callers of callers are asked.
const DEPTH: u32 = 10;

/// The connection that a site makes while the service starts.
pub fn dependency(
    reading: &Reading<'_>,
    site: &Site,
    row: &'static Row,
    kind: Kind,
    moments: &Moments,
    reach: &Reach,
) -> Option<Dependency> {
    let (module, call) = reading.call(site)?;
    if only_handlers(moments) {
        return None;
    }
    let retry = match row.effect {
        Effect::Makes => return None,
        Effect::Retries => own_retry(reading, site, row, &call),
        Effect::Connects | Effect::Uses => {
            // What nobody is seen to call may be a task's own connection, or a helper that is never used.
            let sure =
                moments.start || (row.effect == Effect::Connects && moments.unknown && moments.handler.is_none());
            if !sure
                || is_task(module, &call, row)
                || (!moments.start && is_named_by_user(reading, site.at, module, &call))
            {
                return None;
            }
            let by_query = row.effect == Effect::Uses;
            if by_query && !moments.start {
                return None;
            }
            let retry = code(reading, (site.at, site.id));
            let dies = || Dies { reading, seen: BTreeSet::new() }.dies(site.at, site.id, DEPTH);
            if by_query && retry == Retry::None && !dies() {
                return None;
            }
            own_option(reading, site, row, &call).unwrap_or(retry)
        }
    };
    let needs = match reach {
        Reach::Credential(name) => Some(name.clone()),
        _ => None,
    };
    let method =
        last_member(site, row.source).or_else(|| last_name(module, call.callee).map(str::to_owned)).unwrap_or_default();
    let named =
        if call.is_new { format!("new {}", if method.is_empty() { row.source } else { &method }) } else { method };
    let named = if named.is_empty() { row.source.to_owned() } else { named };
    Some(Dependency {
        package: row.source,
        call: named,
        kind,
        place: reading.place_of(site),
        retry,
        needs,
        by_query: row.effect == Effect::Uses,
    })
}

/// Whether a single connection is made, used and closed in one function: a task, no dependency of the service.
fn is_task(module: &Module, call: &Call<'_>, row: &Row) -> bool {
    if row.pooling != super::Pooling::Single {
        return false;
    }
    let Some(function) = module.enclosing_function(call.id) else { return false };
    let is_exported_task = module.own_exprs(function).any(|(_, expr)| match expr {
        Expr::Call { callee, .. } => matches!(last_name(module, *callee), Some("end" | "destroy")),
        _ => false,
    });
    // A lock or a one-off import hands the connection to nobody; a probe at start-up is closed as well and counts.
    is_exported_task && module.enclosing_functions(call.id).count() > 2
}

fn code(reading: &Reading<'_>, at: At) -> Retry {
    match retried::retried(reading, at.0, at.1) {
        Some((by, place)) => Retry::By(by, span(reading, place)),
        None => Retry::None,
    }
}

fn span(reading: &Reading<'_>, (at, expr): At) -> prodcheck_source::Place {
    let span = reading.program.module(at).map(|module| module.span(expr)).unwrap_or_default();
    reading.place(at, span)
}

/// An option by which a client that tries once tries again: Sequelize's `retry`, nats' `waitOnFirstConnect`.
fn own_option(reading: &Reading<'_>, site: &Site, row: &Row, call: &Call<'_>) -> Option<Retry> {
    let name = match row.source {
        "sequelize" | "sequelize-typescript" => "retry",
        "nats" => "waitOnFirstConnect",
        _ => return None,
    };
    let (at, option) =
        options(reading, site, row, call).into_iter().find_map(|(at, argument)| reading.option(at, argument, name))?;
    if name == "waitOnFirstConnect" {
        return (reading.settle(at, option) == Settled::Bool(true))
            .then(|| Retry::By(format!("`{name}`"), span(reading, (at, option))));
    }
    // <https://sequelize.org/api/v6/class/src/sequelize.js~sequelize>: `match` says which errors are tried again.
    let matches = reading.option(at, option, "match");
    let covers = matches.is_none_or(|(at, matched)| {
        let Some(module) = reading.program.module(at) else { return true };
        module.exprs_in(matched).any(|(id, expr)| {
            let text = match expr {
                Expr::Regex { pattern, .. } => module.name(*pattern),
                Expr::Member { property, .. } => module.name(*property),
                _ => module.string(id).unwrap_or_default(),
            };
            ["Connection", "ECONN", "ETIMEDOUT", "HostNotFound", "ENOTFOUND"].iter().any(|word| text.contains(word))
        })
    });
    covers.then(|| Retry::By(format!("`{name}`"), span(reading, (at, option))))
}

/// The arguments of the calls that made what a site uses, or of the site itself.
fn options(reading: &Reading<'_>, site: &Site, row: &Row, call: &Call<'_>) -> Vec<At> {
    let mut found: Vec<At> = call.arguments.iter().map(|argument| (site.at, *argument)).collect();
    for (at, made) in super::makers(reading, site, row) {
        let arguments = reading.program.module(at).and_then(|module| module.call(made)).map(|call| call.arguments);
        found.extend(arguments.into_iter().flatten().map(|argument| (at, *argument)));
    }
    found
}

/// Whether a client that tries again by itself is kept from it.
fn own_retry(reading: &Reading<'_>, site: &Site, row: &Row, call: &Call<'_>) -> Retry {
    for (at, argument) in options(reading, site, row, call) {
        let gives_up = match row.source {
            "redis" | "@redis/client" if row.before <= 4 => reading
                .option(at, argument, "retry_strategy")
                .filter(|(at, strategy)| stops(reading, *at, *strategy))
                .map(|found| ("retry_strategy", found)),
            "redis" | "@redis/client" => reading.option(at, argument, "socket").and_then(|(at, socket)| {
                let (at, strategy) = reading.option(at, socket, "reconnectStrategy")?;
                (reading.settle(at, strategy) == Settled::Bool(false) || always_stops(reading, at, strategy))
                    .then_some(("reconnectStrategy", (at, strategy)))
            }),
            "ioredis" => reading.option(at, argument, "retryStrategy").and_then(|(at, strategy)| {
                let off = matches!(reading.settle(at, strategy), Settled::Null | Settled::Bool(false));
                (off || always_stops(reading, at, strategy)).then_some(("retryStrategy", (at, strategy)))
            }),
            "@nestjs/typeorm" | "@nestjs/mongoose" | "@nestjs/sequelize" => {
                reading.option(at, argument, "retryAttempts").and_then(|(at, attempts)| {
                    (reading.settle(at, attempts) == Settled::Number(0.0)).then_some(("retryAttempts", (at, attempts)))
                })
            }
            _ => None,
        };
        if let Some((option, at)) = gives_up {
            return match retried::retried(reading, site.at, site.id) {
                Some((by, place)) => Retry::By(by, span(reading, place)),
                None => Retry::Off(option.to_owned(), span(reading, at)),
            };
        }
    }
    // Before version 4 the client throws what nobody listens to: <https://github.com/redis/node-redis/tree/v3.1.2#error>.
    if row.source == "redis" && row.before <= 4 && !listens(reading, row.source) {
        return Retry::None;
    }
    Retry::BySelf
}

fn listens(reading: &Reading<'_>, source: &str) -> bool {
    reading.calls_of(source).any(|site| {
        let Some((module, call)) = reading.call(site) else { return false };
        matches!(last_name(module, call.callee), Some("on" | "once" | "addListener"))
            && call.arguments.first().and_then(|first| module.string(*first)) == Some("error")
    })
}

/// Whether a strategy gives up on a refused connection: it returns an error, or nothing, for `ECONNREFUSED`.
fn stops(reading: &Reading<'_>, at: ModuleId, strategy: ExprId) -> bool {
    reading.functions(at, strategy).into_iter().any(|(of, function)| {
        let Some(module) = reading.program.module(of) else { return false };
        let refused = module.exprs_in(function).any(|(id, _)| module.string(id) == Some("ECONNREFUSED"));
        refused && module.returns(function).any(|value| gives_up(module, value))
    }) || always_stops(reading, at, strategy)
}

/// Whether a strategy never says to try again.
fn always_stops(reading: &Reading<'_>, at: ModuleId, strategy: ExprId) -> bool {
    reading.functions(at, strategy).into_iter().any(|(of, function)| {
        reading.program.module(of).is_some_and(|module| module.returns(function).all(|value| gives_up(module, value)))
    })
}

fn gives_up(module: &Module, value: ExprId) -> bool {
    match module.expr(value) {
        Expr::New { .. } | Expr::Null | Expr::Bool(false) => true,
        Expr::Identifier { name, binding: None } => module.name(*name) == "undefined",
        _ => false,
    }
}

/// Whether a failure goes on to the top of the program, which ends it.
struct Dies<'r, 'a> {
    reading: &'r Reading<'a>,
    seen: BTreeSet<(ModuleId, FunctionId)>,
}

impl Dies<'_, '_> {
    fn dies(&mut self, at: ModuleId, node: ExprId, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let Some(module) = self.reading.program.module(at) else { return false };
        let mut inner = Node::Expr(node);
        for outer in module.ancestors(node) {
            match outer {
                Node::Stmt(stmt) => {
                    if let Stmt::Try(parts) = module.stmt(stmt)
                        && inner == Node::Stmt(parts.block)
                        && let Some(handler) = parts.handler
                        && !self.goes_on(at, module, Node::Stmt(handler))
                    {
                        return false;
                    }
                }
                Node::Expr(expr) => {
                    if let Some(call) = module.call(expr) {
                        if Node::Expr(call.callee) == inner {
                            if last_name(module, call.callee) == Some("catch")
                                && !self.handler_goes_on(at, module, &call)
                            {
                                return false;
                            }
                        } else if !passes_failure(self.reading, at, module, &call) {
                            return false;
                        }
                    }
                }
                Node::Function(function) => return self.function_dies(at, module, function, depth),
                Node::Class(_) => {}
                Node::Module => return true,
            }
            inner = outer;
        }
        true
    }

    fn function_dies(&mut self, at: ModuleId, module: &Module, function: FunctionId, depth: u32) -> bool {
        if !self.seen.insert((at, function)) {
            return false;
        }
        if let Node::Expr(own) = module.function(function).parent
            && matches!(module.parent(own), Some(Node::Expr(outer)) if module.call(outer).is_some())
        {
            return self.dies(at, own, depth);
        }
        if let Node::Class(_) = module.function(function).parent
            && self.reading.moments(at, Node::Function(function)).start
            && self.reading.program.uses_of(at, function).is_empty()
        {
            // A container's hook: what it throws ends the start.
            return true;
        }
        let uses = self.reading.program.uses_of(at, function);
        uses.into_iter()
            .any(|(caller, call)| self.reading.moments(caller, call).start && self.dies(caller, call, depth))
    }

    /// Whether the handler of a `.catch` throws or ends the process.
    fn handler_goes_on(&self, at: ModuleId, module: &Module, call: &Call<'_>) -> bool {
        let Some(handler) = call.argument(module, 0) else { return true };
        if module.is_global(handler, &["process", "exit"]) {
            return true;
        }
        let functions = self.reading.functions(at, handler);
        functions.is_empty()
            || functions.into_iter().any(|(of, function)| {
                self.reading.program.module(of).is_some_and(|code| self.goes_on(of, code, Node::Function(function)))
            })
    }

    /// Whether code that handles a failure throws, rejects or ends the process.
    fn goes_on(&self, at: ModuleId, module: &Module, node: Node) -> bool {
        if module.stmts_in(node).any(|(_, stmt): (StmtId, &Stmt)| matches!(stmt, Stmt::Throw(_))) {
            return true;
        }
        module.calls_in(node).any(|call| {
            let name = last_name(module, call.callee).unwrap_or_default();
            if matches!(name, "exit" | "abort" | "reject" | "exitProcess" | "next" | "kill") {
                return true;
            }
            // `shutdown(err)` of the program that exits.
            self.reading.functions(at, call.callee).into_iter().any(|(of, function)| {
                self.reading.program.module(of).is_some_and(|code| {
                    code.calls_in(function).any(|call| code.is_global(call.callee, &["process", "exit"]))
                        || code.stmts_in(function).any(|(_, stmt)| matches!(stmt, Stmt::Throw(_)))
                })
            })
        })
    }
}

/// Whether a failure of what a call is given fails the call: a promise's methods, and functions of the program.
fn passes_failure(reading: &Reading<'_>, at: ModuleId, module: &Module, call: &Call<'_>) -> bool {
    if call.is_new {
        return module.is_global(call.callee, &["Promise"]);
    }
    let name = last_name(module, call.callee).unwrap_or_default();
    matches!(
        name,
        "then"
            | "finally"
            | "all"
            | "race"
            | "map"
            | "forEach"
            | "push"
            | "allSettled"
            | "resolve"
            | "setTimeout"
            | "setImmediate"
            | "listen"
    ) && name != "allSettled"
        || !reading.functions(at, call.callee).is_empty()
        || name.is_empty()
}
