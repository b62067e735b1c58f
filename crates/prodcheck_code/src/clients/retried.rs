//! Whether code tries a connection again when it fails: in a loop with a delay, by calling itself again later, or inside
//! a function that does.

use super::table::{self, Effect, RETRIES};
use crate::Reading;
use crate::moment::{is_loop, last_name};
use crate::reading::way;
use prodcheck_formats::javascript::{Call, Expr, ExprId, FunctionId, Module, Node, StmtId};
use prodcheck_program::program::{At, ModuleId, Value};
use std::collections::BTreeSet;

/// How many callers of callers are asked.
const DEPTH: u32 = 8;

/// What tries the code at a node again, and where.
pub fn retried(reading: &Reading<'_>, at: ModuleId, node: ExprId) -> Option<(String, At)> {
    let mut seen = BTreeSet::new();
    search(reading, at, node, DEPTH, &mut seen)
}

fn search(
    reading: &Reading<'_>,
    at: ModuleId,
    node: ExprId,
    depth: u32,
    seen: &mut BTreeSet<(ModuleId, FunctionId)>,
) -> Option<(String, At)> {
    let depth = depth.checked_sub(1)?;
    let module = reading.program.module(at)?;
    let mut inner = Node::Expr(node);
    for outer in module.ancestors(node) {
        match outer {
            Node::Stmt(stmt) if is_loop(module.stmt(stmt)) && waits(reading, at, module, Node::Stmt(stmt)) => {
                return Some(("a loop with a delay".to_owned(), (at, first_expr(module, stmt).unwrap_or(node))));
            }
            Node::Expr(expr) => {
                if let Some(call) = module.call(expr).filter(|call| Node::Expr(call.callee) != inner)
                    && let Some(by) = by_call(reading, at, module, &call)
                {
                    return Some((by, (at, expr)));
                }
            }
            Node::Function(function) => {
                if !seen.insert((at, function)) {
                    return None;
                }
                if let Some(found) = calls_itself(reading, at, module, function) {
                    return Some(("a call of itself after a delay".to_owned(), (at, found)));
                }
                let uses = reading.program.uses_of(at, function);
                for (caller, call) in uses {
                    let Some(code) = reading.program.module(caller) else { continue };
                    let Some(site) = code.call(call) else { continue };
                    let handed = site
                        .arguments
                        .iter()
                        .any(|argument| reading.functions(caller, *argument).contains(&(at, function)));
                    if handed && let Some(by) = by_call(reading, caller, code, &site) {
                        return Some((by, (caller, call)));
                    }
                    if let Some(found) = search(reading, caller, call, depth, seen) {
                        return Some(found);
                    }
                }
            }
            _ => {}
        }
        inner = outer;
    }
    None
}

fn first_expr(module: &Module, stmt: StmtId) -> Option<ExprId> {
    module.exprs_in(stmt).next().map(|(id, _)| id)
}

/// Whether a call tries again what it is given: a package's function, a module that does so by itself, or a function of
/// the program that calls its parameter in a loop or again later.
fn by_call(reading: &Reading<'_>, at: ModuleId, module: &Module, call: &Call<'_>) -> Option<String> {
    for value in reading.program.values(at, call.callee).iter() {
        match value {
            Value::Outside(outside) => {
                if RETRIES.contains(&outside.source()) {
                    return Some(format!("`{}`", outside.source()));
                }
                let major = reading.conditions.major(outside.source());
                let row = table::find(outside.source(), &way(outside), call.is_new, major);
                if row.is_some_and(|row| row.effect == Effect::Retries && row.source.starts_with("@nestjs/")) {
                    return Some(format!("`{}`", outside.source()));
                }
            }
            Value::Function(of, function) => {
                let Some(code) = reading.program.module(*of) else { continue };
                let loops = code.stmts_in(*function).any(|(id, stmt)| {
                    is_loop(stmt) && waits(reading, *of, code, Node::Stmt(id)) && calls_parameter(code, id, *function)
                });
                let again = calls_itself(reading, *of, code, *function).is_some()
                    && calls_parameter(code, Node::Function(*function), *function);
                if loops || again {
                    let name = last_name(module, call.callee).unwrap_or("a function");
                    return Some(format!("`{name}`"));
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether a node calls a parameter of the function around it.
fn calls_parameter(module: &Module, node: impl Into<Node>, function: FunctionId) -> bool {
    let params: Vec<_> = module.function(function).params.iter().filter_map(|param| param.binding()).collect();
    module.calls_in(node).any(|call| {
        matches!(module.expr(call.callee), Expr::Identifier { binding: Some(binding), .. } if params.contains(binding))
    })
}

/// Whether code waits: it sets a timer, or calls something whose name or code does.
fn waits(reading: &Reading<'_>, at: ModuleId, module: &Module, node: Node) -> bool {
    module.calls_in(node).any(|call| is_wait(reading, at, module, &call))
}

fn is_wait(reading: &Reading<'_>, at: ModuleId, module: &Module, call: &Call<'_>) -> bool {
    let Some(name) = last_name(module, call.callee) else { return false };
    if matches!(name, "setTimeout" | "sleep" | "delay" | "wait" | "pause" | "backoff" | "waitFor" | "setInterval") {
        return true;
    }
    reading.functions(at, call.callee).into_iter().any(|(of, function)| {
        reading
            .program
            .module(of)
            .is_some_and(|code| code.calls_in(function).any(|call| last_name(code, call.callee) == Some("setTimeout")))
    })
}

/// The place in a function where it calls itself again, or has itself called, where it also waits.
fn calls_itself(reading: &Reading<'_>, at: ModuleId, module: &Module, function: FunctionId) -> Option<ExprId> {
    let mut uses = reading.program.uses_of(at, function).into_iter();
    let again = uses.find(|(caller, call)| *caller == at && module.is_inside(*call, Node::Function(function)))?;
    waits(reading, at, module, Node::Function(function)).then_some(again.1)
}
