//! The variables that code reads, and what happens at each place where they are missing.

use super::stops::is_variable;
use super::{EnvRead, EnvUse};
use crate::settle::{is_environment, variable_of};
use crate::{Reading, Settled};
use prodcheck_formats::javascript::{
    Access, BinaryOperator, BindingId, BindingKind, Expr, ExprId, LogicalOperator, Module, Node, Origin, Step, Stmt,
    UnaryOperator,
};
use prodcheck_program::program::{ModuleId, Value};
use prodcheck_source::Place;
use std::collections::BTreeMap;

/// How far a variable is followed through constants.
const DEEPEST: u32 = 4;

/// How many uses of a constant are looked at.
const MOST_USES: usize = 50;

/// The variables that are read, by file and place.
pub fn read(reading: &Reading<'_>, unset: &Reading<'_>) -> Vec<EnvRead> {
    let mut found: BTreeMap<Place, EnvRead> = BTreeMap::new();
    let mut add = |name: &str, place: Place, use_: EnvUse| {
        found.entry(place.clone()).or_insert_with(|| EnvRead { name: name.to_owned(), place, use_ });
    };
    for (at, _, module) in reading.program.modules() {
        for (expr, node) in module.exprs() {
            let name = match node {
                Expr::Member { object, property, .. } => {
                    let name = module.name(*property);
                    let spelled = module.is_global(*object, &["process", "env"]);
                    if !(spelled || is_variable(name))
                        || !reading.program.values(at, *object).iter().any(is_environment)
                    {
                        continue;
                    }
                    name
                }
                Expr::Index { object, index, .. } => {
                    if reading.program.values(at, *object).iter().any(is_environment) {
                        of_helper(reading, unset, at, module, expr, *index, &mut add);
                    }
                    continue;
                }
                _ => continue,
            };
            if is_written(module, expr) || !reading.reach(at, expr).is_reached() {
                continue;
            }
            let use_ =
                if name == "NODE_ENV" { EnvUse::Harmless } else { used(reading, at, module, expr, name, DEEPEST) };
            add(name, reading.place(at, module.span(expr)), use_);
        }
        // `const { PORT = 3000, HOST } = process.env`.
        for (binding, known) in module.bindings() {
            let Origin::Value { expr, path } = &known.origin else { continue };
            let [Step::Property(name)] = &**path else { continue };
            if !reading.program.values(at, *expr).iter().any(is_environment) || !reading.reach(at, *expr).is_reached() {
                continue;
            }
            let name = module.name(*name);
            let use_ = if name == "NODE_ENV" {
                EnvUse::Harmless
            } else if known.default.is_some() {
                EnvUse::Defaulted
            } else {
                used_binding(reading, at, module, binding, name, DEEPEST)
            };
            add(name, reading.place(at, known.span), use_);
        }
        for call in module.calls() {
            let Some(read) = reading.nest_read(at, module, &call) else { continue };
            if !is_variable(&read.key) || !reading.reach(at, call.id).is_reached() {
                continue;
            }
            let use_ = if read.default.is_some() || !matches!(unset.settle(at, call.id), Settled::Unset(_)) {
                EnvUse::Defaulted
            } else if read.required {
                EnvUse::Needed
            } else {
                used(reading, at, module, call.id, &read.key, DEEPEST)
            };
            add(&read.key, reading.place(at, call.span), use_);
        }
    }
    found.into_values().collect()
}

/// The calls of a function that reads `process.env[name]`.
fn of_helper(
    reading: &Reading<'_>,
    unset: &Reading<'_>,
    at: ModuleId,
    module: &Module,
    expr: ExprId,
    index: ExprId,
    add: &mut impl FnMut(&str, Place, EnvUse),
) {
    let Some(function) = module.enclosing_function(expr) else { return };
    let is_parameter = matches!(module.expr(index), Expr::Identifier { binding: Some(binding), .. }
        if matches!(module.binding(*binding).origin, Origin::Parameter { .. }));
    if !is_parameter || is_written(module, expr) {
        return;
    }
    for (caller, id) in reading.program.uses_of(at, function) {
        let Some(code) = reading.program.module(caller) else { continue };
        let Some(call) = code.call(id) else { continue };
        let given = unset.arguments_given(caller, &call);
        let name = unset.within_call((at, function), given, || unset.settle(at, index));
        let Some(Settled::Text(name)) = name else { continue };
        if !is_variable(&name) || name == "NODE_ENV" || !reading.reach(caller, id).is_reached() {
            continue;
        }
        let use_ = match unset.settle(caller, id) {
            Settled::Unset(_) | Settled::Undefined | Settled::Unknown => {
                used(reading, caller, code, id, &name, DEEPEST)
            }
            _ => EnvUse::Defaulted,
        };
        add(&name, reading.place(caller, call.span), use_);
    }
}

fn is_written(module: &Module, expr: ExprId) -> bool {
    match module.parent(expr) {
        Some(Node::Expr(outer)) => match module.expr(outer) {
            Expr::Assign { target, .. } | Expr::Update { target, .. } => *target == expr,
            Expr::Unary { operator: UnaryOperator::Delete, .. } => true,
            _ => false,
        },
        _ => false,
    }
}

/// What happens to a value where it is missing.
fn used(reading: &Reading<'_>, at: ModuleId, module: &Module, expr: ExprId, name: &str, depth: u32) -> EnvUse {
    let mut inner = expr;
    for outer in module.ancestors(expr) {
        match outer {
            Node::Expr(outer) => {
                match module.expr(outer) {
                    Expr::Logical { operator: LogicalOperator::Or | LogicalOperator::Nullish, left, right } => {
                        if *left == inner && !is_raised(module, *right) {
                            return EnvUse::Defaulted;
                        }
                    }
                    Expr::Logical { operator: LogicalOperator::And, left, .. } if *left == inner => {
                        return EnvUse::Harmless;
                    }
                    Expr::Conditional { test, .. } if *test == inner => return EnvUse::Harmless,
                    Expr::Unary { operator: UnaryOperator::Not | UnaryOperator::TypeOf, .. } => {
                        return EnvUse::Harmless;
                    }
                    Expr::Binary { operator, .. } => match operator {
                        BinaryOperator::Add => {}
                        _ => return EnvUse::Harmless,
                    },
                    Expr::Call { callee, arguments, .. } => {
                        let method = match module.expr(*callee) {
                            Expr::Member { object, property, .. } => Some((*object, module.name(*property))),
                            _ => None,
                        };
                        let converts = ["Number", "parseInt", "parseFloat", "String"]
                            .iter()
                            .any(|name| module.is_global(*callee, &[name]))
                            || matches!(method, Some((_, "parseInt" | "parseFloat")));
                        if module.is_global(*callee, &["Boolean"])
                            || matches!(method, Some((_, "includes" | "isEmpty")))
                        {
                            return EnvUse::Harmless;
                        }
                        let on_it = *callee == inner;
                        if !(converts || on_it) {
                            // `bool(process.env.X, false)`: another argument can be the default.
                            let default = arguments.iter().skip_while(|argument| **argument != inner).nth(1);
                            let literal = default.is_some_and(|default| {
                                matches!(
                                    module.expr(*default),
                                    Expr::String(_) | Expr::Number(_) | Expr::Bool(_) | Expr::Array(_)
                                )
                            });
                            if literal {
                                return EnvUse::Defaulted;
                            }
                            break;
                        }
                    }
                    // `[process.env.PORT, 3000].find(Boolean)`.
                    Expr::Array(items) => {
                        let mut after = items.iter().skip_while(|item| **item != inner).skip(1);
                        if after.any(|item| matches!(module.expr(*item), Expr::String(_) | Expr::Number(_))) {
                            return EnvUse::Defaulted;
                        }
                        break;
                    }
                    // `process.env.X?.split(',')`.
                    Expr::Member { object, .. } if *object == inner => {}
                    Expr::Unary { .. } | Expr::Await(_) => {}
                    Expr::Assign { target, value, .. } if *value == inner => {
                        if let Expr::Identifier { binding: Some(binding), .. } = module.expr(*target) {
                            return used_binding(reading, at, module, *binding, name, depth);
                        }
                        break;
                    }
                    _ => break,
                }
                inner = outer;
            }
            Node::Stmt(stmt) => match module.stmt(stmt) {
                Stmt::If { test, .. } | Stmt::While { test, .. } if *test == inner => return EnvUse::Harmless,
                Stmt::Switch { subject, .. } if *subject == inner => return EnvUse::Harmless,
                Stmt::Variables { .. } => {
                    let binding = module.bindings().find(|(_, binding)| {
                        matches!(&binding.origin, Origin::Value { expr, path } if *expr == inner && path.is_empty())
                    });
                    if let Some((binding, _)) = binding {
                        return used_binding(reading, at, module, binding, name, depth);
                    }
                    break;
                }
                Stmt::Expr(_) => return EnvUse::Harmless,
                _ => break,
            },
            _ => break,
        }
    }
    if is_guarded(reading, at, module, expr, name) { EnvUse::Harmless } else { EnvUse::Needed }
}

/// What happens to a constant where it is missing: the worst of its uses.
fn used_binding(
    reading: &Reading<'_>,
    at: ModuleId,
    module: &Module,
    binding: BindingId,
    name: &str,
    depth: u32,
) -> EnvUse {
    let known = module.binding(binding);
    let Some(depth) = depth.checked_sub(1) else { return EnvUse::Needed };
    let references = module.references(binding);
    let exported = module
        .exports()
        .iter()
        .any(|export| matches!(export.exported, prodcheck_formats::javascript::Exported::Binding(of) if of == binding));
    if exported
        || references.len() > MOST_USES
        || !matches!(known.kind, BindingKind::Const | BindingKind::Let | BindingKind::Var)
    {
        return EnvUse::Needed;
    }
    // What is given another value where it is missing has a default.
    if !module.assignments(binding).is_empty() {
        return EnvUse::Defaulted;
    }
    let mut worst = EnvUse::Harmless;
    for reference in references.iter().filter(|reference| reference.access == Access::Read) {
        match used(reading, at, module, reference.expr, name, depth) {
            EnvUse::Needed => return EnvUse::Needed,
            EnvUse::Defaulted => worst = EnvUse::Defaulted,
            EnvUse::Harmless => {}
        }
    }
    worst
}

/// Whether the right side of `??` only throws.
fn is_raised(module: &Module, expr: ExprId) -> bool {
    module.call(expr).is_some_and(|call| super::start::ends_process(module, Node::Expr(call.callee)))
        || module.stmts_in(expr).any(|(_, stmt)| matches!(stmt, Stmt::Throw(_)))
}

/// Whether code runs only where a variable was found to be there.
fn is_guarded(reading: &Reading<'_>, at: ModuleId, module: &Module, expr: ExprId, name: &str) -> bool {
    let of_name = |test: ExprId| {
        module.exprs_in(test).take(100).any(|(inner, node)| match node {
            Expr::Member { .. } | Expr::Identifier { .. } => {
                reading.program.values(at, inner).iter().any(|value: &Value| variable_of(value) == Some(name))
            }
            Expr::String(text) => module.name(*text) == name,
            _ => false,
        })
    };
    super::stops::guards(module, Node::Expr(expr)).into_iter().any(of_name)
}
