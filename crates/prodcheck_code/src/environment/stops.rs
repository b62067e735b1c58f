//! Checks that are written by hand: a throw or an exit under a condition that comes from the environment.

use super::derived::{Derived, FromEnv};
use super::library::fields_of_class;
use super::start::{Ran, Start, is_exit};
use super::{CheckKind, EnvCheck};
use crate::reach::Reach;
use crate::settle::table::Gives;
use crate::{Reading, Settled};
use prodcheck_formats::javascript::{Body, Expr, ExprId, FunctionId, LogicalOperator, Module, Node, Stmt, StmtId};
use prodcheck_program::program::{ModuleId, Value};
use std::collections::BTreeSet;

/// How many calls of a function that checks one variable are looked at.
const MOST_CALLS: usize = 200;

/// The checks by hand.
pub fn read(reading: &Reading<'_>, derived: &Derived<'_, '_>, start: &Start<'_, '_>) -> Vec<EnvCheck> {
    let mut found = Vec::new();
    let raisers = raisers(reading);
    for (at, _, module) in reading.program.modules() {
        let throws = module.stmts().filter(|(_, stmt)| matches!(stmt, Stmt::Throw(_))).map(|(id, _)| Node::Stmt(id));
        let exits = module.calls().filter(|call| is_exit(module, call.callee)).map(|call| Node::Expr(call.id));
        let raised = module.calls().filter(|call| {
            !raisers.is_empty() && reading.functions(at, call.callee).iter().any(|function| raisers.contains(function))
        });
        let raised: Vec<Node> = raised.map(|call| Node::Expr(call.id)).collect();
        for stop in throws.chain(exits).chain(raised) {
            found.extend(check(reading, derived, start, at, module, stop));
        }
    }
    found
}

/// The functions that do nothing but throw or exit, after a log at most: `fail('A is missing')`.
fn raisers(reading: &Reading<'_>) -> BTreeSet<(ModuleId, FunctionId)> {
    let mut found = BTreeSet::new();
    for (at, _, module) in reading.program.modules() {
        for (id, function) in module.functions() {
            let ends = match &function.body {
                Body::Expr(value) => module.call(*value).is_some_and(|call| is_exit(module, call.callee)),
                Body::Block(body) => body.iter().take(3).any(|stmt| match module.stmt(*stmt) {
                    Stmt::Throw(_) => true,
                    Stmt::Expr(expr) => module.call(*expr).is_some_and(|call| is_exit(module, call.callee)),
                    _ => false,
                }),
            };
            if ends {
                found.insert((at, id));
            }
        }
    }
    found
}

fn check(
    reading: &Reading<'_>,
    derived: &Derived<'_, '_>,
    start: &Start<'_, '_>,
    at: ModuleId,
    module: &Module,
    stop: Node,
) -> Option<EnvCheck> {
    let mut from = FromEnv::default();
    let mut guard = None;
    for test in guards(module, stop) {
        let of = derived.of(at, test);
        if of.mixed {
            return None;
        }
        if of.is_any() || of.file {
            guard = guard.or(Some(test));
            from.add(&of);
        }
    }
    let guard = guard?;
    let is_exit =
        matches!(stop, Node::Expr(call) if module.call(call).is_some_and(|call| is_exit(module, call.callee)));
    let ran = start.runs(at, stop);
    let mut variables = from.names.clone();
    let called = module.enclosing_function(stop).map(|function| called(reading, at, module, function, stop, guard));
    let mut kind = match &called {
        Some(Called { required, .. }) if !required.is_empty() => {
            variables.extend(required.iter().cloned());
            CheckKind::Missing
        }
        // All callers are known, and none of them asks for a variable that must be there.
        Some(Called { known: true, .. }) => return None,
        _ => kind_of(reading, at, module, stop, guard, &from),
    };
    if let Some((refuses, fields)) = &from.checked {
        kind = *refuses;
        variables.clone_from(fields);
    }
    if !from.is_any() {
        kind = CheckKind::FileMissing;
    }
    if kind == CheckKind::Missing {
        variables.extend(names_of_lists(reading, at, module, guard));
        variables.extend(of_classes(reading, at, module, stop));
    }
    // What the test of a mode alone decides is no check of the environment.
    if !from.whole
        && from.names.iter().all(|name| is_mode(name))
        && !from.names.is_empty()
        && variables.iter().all(|n| is_mode(n))
    {
        return None;
    }
    if variables.iter().any(|name| !is_mode(name)) {
        variables.retain(|name| !is_mode(name));
    }
    let stop_place = reading.place(at, module.span(stop));
    let place = reading.place(at, module.span(guard));
    Some(EnvCheck {
        by: "own code".to_owned(),
        stops_at: Some(stop_place),
        place,
        kind,
        on_start: ran != Ran::No,
        stops: is_exit || ran != Ran::Swallowed,
        variables,
    })
}

fn is_mode(name: &str) -> bool {
    matches!(name, "NODE_ENV" | "APP_ENV" | "CI" | "DEBUG" | "VITEST" | "JEST_WORKER_ID")
}

/// The conditions on which code at a node runs, in its own function: of the statements around it, and of statements
/// before it that leave.
pub fn guards(module: &Module, node: Node) -> Vec<ExprId> {
    let mut found = Vec::new();
    let mut inner = node;
    for outer in module.ancestors(node) {
        match outer {
            Node::Stmt(stmt) => match module.stmt(stmt) {
                Stmt::If { test, then, otherwise }
                    if inner == Node::Stmt(*then) || otherwise.map(Node::Stmt) == Some(inner) =>
                {
                    found.push(*test);
                }
                Stmt::Switch { subject, .. } => found.push(*subject),
                Stmt::Block(_) => leaves_before(module, outer, inner, &mut found),
                _ => {}
            },
            Node::Expr(expr) => match module.expr(expr) {
                Expr::Logical { operator, left, right } if inner == Node::Expr(*right) => {
                    if matches!(operator, LogicalOperator::And | LogicalOperator::Or | LogicalOperator::Nullish) {
                        found.push(*left);
                    }
                }
                Expr::Conditional { test, .. } if inner != Node::Expr(*test) => found.push(*test),
                _ => {}
            },
            Node::Function(function) => {
                leaves_before(module, outer, inner, &mut found);
                // A callback of `forEach` runs for what it is called on; one of `map` and `then` as well.
                match callback_of(module, function) {
                    Some(call) => found.push(call),
                    None => return found,
                }
            }
            Node::Module => leaves_before(module, outer, inner, &mut found),
            Node::Class(_) => return found,
        }
        inner = outer;
    }
    found
}

/// What a callback is called on: the list of `list.forEach(callback)`.
pub fn callback_of(module: &Module, function: FunctionId) -> Option<ExprId> {
    let Node::Expr(own) = module.function(function).parent else { return None };
    let Some(Node::Expr(outer)) = module.parent(own) else { return None };
    let call = module.call(outer)?;
    let Expr::Member { object, property, .. } = module.expr(call.callee) else { return None };
    matches!(
        module.name(*property),
        "forEach"
            | "map"
            | "reduce"
            | "filter"
            | "some"
            | "every"
            | "transform"
            | "superRefine"
            | "match"
            | "mapErr"
            | "andThen"
    )
    .then_some(*object)
}

/// The tests of statements before one in its list that leave.
fn leaves_before(module: &Module, outer: Node, inner: Node, found: &mut Vec<ExprId>) {
    let Node::Stmt(inner) = inner else { return };
    for child in module.children(outer) {
        let Node::Stmt(before) = child else { continue };
        if before == inner {
            break;
        }
        if let Stmt::If { test, then, .. } = module.stmt(before)
            && leaves(module, *then)
        {
            found.push(*test);
        }
    }
}

fn leaves(module: &Module, stmt: StmtId) -> bool {
    match module.stmt(stmt) {
        Stmt::Return(_) | Stmt::Throw(_) => true,
        Stmt::Block(body) => body.last().is_some_and(|last| leaves(module, *last)),
        _ => false,
    }
}

/// What the calls of a function that checks one variable ask for.
struct Called {
    /// The variables that must be there.
    required: BTreeSet<String>,
    /// Whether the variables of all calls are known.
    known: bool,
}

/// Of a function that reads `process.env[name]`: for which names it stops where nothing is set.
fn called(
    reading: &Reading<'_>,
    at: ModuleId,
    module: &Module,
    function: FunctionId,
    stop: Node,
    guard: ExprId,
) -> Called {
    let mut found = Called { required: BTreeSet::new(), known: false };
    let key = module.exprs_in(function).find_map(|(_, expr)| match expr {
        Expr::Index { object, index, .. } => {
            reading.program.values(at, *object).iter().any(crate::settle::is_environment).then_some(*index)
        }
        _ => None,
    });
    let Some(key) = key.filter(|_| module.is_inside(guard, function)) else { return found };
    let calls = reading.program.uses_of(at, function);
    found.known = !calls.is_empty() && calls.len() <= MOST_CALLS;
    for (caller, id) in calls.into_iter().take(MOST_CALLS) {
        let Some(call) = reading.program.module(caller).and_then(|code| code.call(id)) else { continue };
        if !reading.reach(caller, id).is_reached() {
            continue;
        }
        let given = reading.arguments_given(caller, &call);
        let answer = reading
            .within_call((at, function), given, || (reading.settle(at, key), reading.local_reach(at, module, stop)));
        match answer {
            Some((Settled::Text(name), Reach::Never)) => drop(name),
            Some((Settled::Text(name), _)) => {
                found.required.insert(name);
            }
            _ => found.known = false,
        }
    }
    found
}

/// Whether a stop is reached where nothing is set.
fn kind_of(
    reading: &Reading<'_>,
    at: ModuleId,
    module: &Module,
    stop: Node,
    guard: ExprId,
    from: &FromEnv,
) -> CheckKind {
    match reading.local_reach(at, module, stop) {
        Reach::Never | Reach::Credential(_) => CheckKind::Malformed,
        Reach::Yes => {
            let settled = reading.truth(at, guard);
            let decided = matches!(
                settled,
                crate::Truth::Yes | crate::Truth::NoCredential(_) | crate::Truth::No | crate::Truth::Credential(_)
            );
            let listed = from.whole || !names_of_lists(reading, at, module, guard).is_empty();
            if decided || listed { CheckKind::Missing } else { CheckKind::Malformed }
        }
    }
}

/// The names in the lists that a test, or what gives its value, goes through: `['A', 'B'].filter(…)`.
fn names_of_lists(reading: &Reading<'_>, at: ModuleId, module: &Module, guard: ExprId) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut exprs: Vec<(ModuleId, ExprId)> = vec![(at, guard)];
    for (inner, expr) in module.exprs_in(guard) {
        if matches!(expr, Expr::Identifier { .. } | Expr::Member { .. }) {
            exprs.extend(reading.program.written(at, inner));
        }
    }
    // `for (const name of required) { if (!process.env[name]) throw … }`
    for outer in module.ancestors(guard) {
        match outer {
            Node::Stmt(stmt) => {
                if let Stmt::ForOf { right, .. } = module.stmt(stmt) {
                    exprs.push((at, *right));
                    exprs.extend(reading.program.written(at, *right));
                }
            }
            Node::Function(function) => exprs.extend(callback_of(module, function).into_iter().flat_map(|list| {
                let mut all = vec![(at, list)];
                all.extend(reading.program.written(at, list));
                all
            })),
            _ => {}
        }
    }
    for (of, expr) in exprs.into_iter().take(40) {
        let Some(code) = reading.program.module(of) else { continue };
        for (inner, _) in code.exprs_in(expr).take(100) {
            for value in reading.program.values(of, inner).iter() {
                let Value::Literal(of, literal) = value else { continue };
                let Some(code) = reading.program.module(*of) else { continue };
                if let Expr::Array(items) = code.expr(*literal) {
                    found.extend(
                        items
                            .iter()
                            .filter_map(|item| code.string(*item))
                            .filter(|name| is_variable(name))
                            .map(str::to_owned),
                    );
                }
            }
        }
    }
    found
}

/// The fields of a class that the function around a stop makes of the environment.
fn of_classes(reading: &Reading<'_>, at: ModuleId, module: &Module, stop: Node) -> BTreeSet<String> {
    let Some(function) = module.enclosing_function(stop) else { return BTreeSet::new() };
    let mut found = BTreeSet::new();
    for call in module.calls_in(function) {
        if let Some(checked) = reading.checked(at, &call)
            && checked.row.gives == Gives::Class
        {
            // The class can be an argument of the function: then of all its calls.
            let mut classes = checked.schemas.clone();
            for (at, class) in &checked.schemas {
                classes.extend(reading.program.written(*at, *class));
            }
            found.extend(fields_of_class(reading, &classes));
        }
    }
    found
}

/// Whether a text is spelled as variables of the environment are.
pub fn is_variable(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
        && text.chars().all(|one| one.is_ascii_uppercase() || one.is_ascii_digit() || one == '_')
}
