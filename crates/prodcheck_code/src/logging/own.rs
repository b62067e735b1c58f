//! Loggers that the program writes itself: functions that pass what they are given to `console` or the process's output.

use super::call::{Taker, words};
use super::level::Level;
use super::logger::{Logger, Threshold};
use super::table::Format;
use super::winston::is_json;
use crate::Reading;
use crate::settle::Settled;
use prodcheck_formats::javascript::{BindingKind, Expr, ExprId, FunctionId, Module, Node, Stmt};
use prodcheck_program::program::{ModuleId, Value};
use prodcheck_source::Place;
use std::collections::BTreeSet;

/// How many functions a wrapper is followed through.
const MOST_FUNCTIONS: usize = 40;

/// Where a wrapper ends.
#[derive(Debug, Clone, Default)]
pub(super) struct Inside {
    /// What takes the lines in the end.
    pub takers: BTreeSet<Taker>,
    /// The functions on the way.
    pub functions: BTreeSet<(ModuleId, FunctionId)>,
    /// The calls at the end, and whether production comes to them.
    pub logs: Vec<(ModuleId, ExprId, bool)>,
}

/// Follows a wrapper to the calls that write in the end.
pub(super) fn inside(reading: &Reading<'_>, at: ModuleId, function: FunctionId) -> Inside {
    let mut inside = Inside::default();
    let mut open = vec![(at, function)];
    while let Some((at, function)) = open.pop() {
        if inside.functions.len() >= MOST_FUNCTIONS || !inside.functions.insert((at, function)) {
            continue;
        }
        let Some(module) = reading.program.module(at) else { continue };
        for call in module.calls_in(function) {
            if let Some(log) = reading.direct_log(at, module, &call) {
                inside.logs.push((at, call.id, reading.reach(at, call.id).is_reached()));
                inside.takers.insert(log.taker);
                continue;
            }
            for value in reading.program.values(at, call.callee).iter() {
                if let Value::Function(of, inner) = value
                    && reading.leads_to_log(*of, *inner, 6)
                {
                    open.push((*of, *inner));
                }
            }
        }
    }
    inside
}

/// A logger of the program's own, from one of its functions; `None` where it ends in loggers of packages.
pub(super) fn logger(reading: &Reading<'_>, inside: &Inside, place: Place) -> Option<Logger> {
    let own = |taker: &Taker| matches!(taker, Taker::Console | Taker::Output);
    if inside.takers.is_empty() || !inside.takers.iter().all(own) {
        return None;
    }
    let reached: Vec<(ModuleId, ExprId)> =
        inside.logs.iter().filter(|(.., reached)| *reached).map(|(at, id, _)| (*at, *id)).collect();
    let mut logger = Logger::new(None, place);
    logger.format = Format::Text;
    for (at, id) in &reached {
        let Some(call) = reading.program.module(*at).and_then(|module| module.call(*id)) else { continue };
        if call.arguments.iter().any(|argument| is_json(reading, *at, *argument)) {
            logger.format = Format::Json;
            logger.format_place = Some(reading.place_at((*at, *id)));
        } else if logger.format_place.is_none() {
            logger.format_place = Some(reading.place_at((*at, *id)));
        }
    }
    logger.threshold = Threshold::None;
    for (at, id) in reached {
        if let Some((threshold, place)) = compared(reading, inside, at, id) {
            logger.threshold = threshold;
            logger.level_place = Some(place);
            break;
        }
    }
    Some(logger)
}

/// What the code compares before it comes to a log: the level that the program is set to, where that can be read.
fn compared(reading: &Reading<'_>, inside: &Inside, at: ModuleId, log: ExprId) -> Option<(Threshold, Place)> {
    let mut found = None;
    for (of, test) in conditions(reading, inside, at, log) {
        let module = reading.program.module(of)?;
        if !speaks_of_levels(module, Node::Expr(test)) && !asks_of_levels(reading, of, module, test) {
            continue;
        }
        let place = reading.place_at((of, test));
        for (part, expr) in module.exprs_in(test) {
            if !is_setting(module, expr) {
                continue;
            }
            let level = match reading.settle_default(of, part) {
                Settled::Text(text) => Level::named(&text),
                _ => None,
            };
            if let Some(level) = level {
                return Some((Threshold::Level(level), reading.place_at((of, part))));
            }
        }
        // What is called there may compare: `if (shouldLog(level))`.
        for call in module.calls_in(test) {
            for (of, function) in reading.functions(of, call.callee) {
                let Some(code) = reading.program.module(of) else { continue };
                for (part, expr) in code.exprs_in(function) {
                    if is_setting(code, expr)
                        && let Settled::Text(text) = reading.settle_default(of, part)
                        && let Some(level) = Level::named(&text)
                    {
                        return Some((Threshold::Level(level), reading.place_at((of, part))));
                    }
                }
            }
        }
        found = found.or(Some((Threshold::Unknown, place)));
    }
    found
}

/// The conditions on the way to a log, within the functions of its logger: around it, and of returns before it.
fn conditions(reading: &Reading<'_>, inside: &Inside, at: ModuleId, log: ExprId) -> Vec<(ModuleId, ExprId)> {
    let mut found = Vec::new();
    let own = |at: ModuleId, module: &Module, node: Node| {
        module.enclosing_functions(node).any(|function| inside.functions.contains(&(at, function)))
    };
    let of_node = |found: &mut Vec<(ModuleId, ExprId)>, at: ModuleId, node: Node| {
        let Some(module) = reading.program.module(at) else { return };
        for outer in module.ancestors(node) {
            match outer {
                Node::Stmt(stmt) if own(at, module, outer) => {
                    if let Stmt::If { test, .. } = module.stmt(stmt) {
                        found.push((at, *test));
                    }
                }
                Node::Expr(expr) => match module.expr(expr) {
                    Expr::Logical { left, .. } => found.push((at, *left)),
                    Expr::Conditional { test, .. } => found.push((at, *test)),
                    _ => {}
                },
                _ => {}
            }
        }
    };
    of_node(&mut found, at, Node::Expr(log));
    for (at, function) in &inside.functions {
        let Some(module) = reading.program.module(*at) else { continue };
        for (_, stmt) in module.own_stmts(*function) {
            if let Stmt::If { test, .. } = stmt {
                found.push((*at, *test));
            }
        }
        for call in module.calls_in(*function) {
            if reading.direct_log(*at, module, &call).is_none() {
                of_node(&mut found, *at, Node::Expr(call.id));
            }
        }
    }
    found
}

/// Whether an expression can be the level that a program is set to: what a function is given is the level of the call.
fn is_setting(module: &Module, expr: &Expr) -> bool {
    match expr {
        Expr::Identifier { binding: Some(binding), .. } => module.binding(*binding).kind != BindingKind::Param,
        Expr::Identifier { .. } | Expr::Member { .. } => true,
        _ => false,
    }
}

/// Whether a function that a condition calls is about levels.
fn asks_of_levels(reading: &Reading<'_>, at: ModuleId, module: &Module, test: ExprId) -> bool {
    module.calls_in(test).any(|call| {
        reading.functions(at, call.callee).into_iter().any(|(of, function)| {
            reading.program.module(of).is_some_and(|code| speaks_of_levels(code, Node::Function(function)))
        })
    })
}

/// Whether a condition is about levels: one of its names says so.
fn speaks_of_levels(module: &Module, test: Node) -> bool {
    let says = |name: &str| {
        words(name).any(|word| {
            matches!(
                word.as_str(),
                "level"
                    | "levels"
                    | "loglevel"
                    | "debug"
                    | "verbose"
                    | "verbosity"
                    | "severity"
                    | "threshold"
                    | "silent"
                    | "quiet"
                    | "priority"
            )
        })
    };
    module.exprs_in(test).any(|(_, expr)| match expr {
        Expr::Identifier { name, .. } => says(module.name(*name)),
        Expr::Member { property, .. } => says(module.name(*property)),
        _ => false,
    })
}
