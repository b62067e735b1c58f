//! Time limits that are set around a call: on what it gives, on what it is called on, or by racing it with a timer.

use crate::Reading;
use prodcheck_formats::javascript::{Expr, ExprId, Module, Node, Pattern, Stmt};
use prodcheck_program::program::{At, ModuleId};

/// How many functions outwards a race is looked for.
const DEPTH: u32 = 3;

/// What limits a call from around it: the method or function, and where.
pub fn limited(
    reading: &Reading<'_>,
    at: ModuleId,
    module: &Module,
    call: ExprId,
    chained: &[&str],
) -> Option<(String, At)> {
    if let Some((name, expr)) = chained_on(module, call, chained) {
        return Some((name, (at, expr)));
    }
    raced(reading, at, module, call, DEPTH)
}

/// The text of a plain name.
pub fn name_of(module: &Module, expr: ExprId) -> Option<&str> {
    match module.expr(expr) {
        Expr::Identifier { name, .. } => Some(module.name(*name)),
        _ => None,
    }
}

/// A method of what the call gives that sets a limit: in the chain after it, in the chain before it, or called on the
/// variable that it is assigned to.
fn chained_on(module: &Module, call: ExprId, names: &[&str]) -> Option<(String, ExprId)> {
    if names.is_empty() {
        return None;
    }
    // After it.
    let mut last = call;
    while let Some(Node::Expr(outer)) = module.parent(last) {
        match module.expr(outer) {
            Expr::Member { object, property, .. } if *object == last => {
                let name = module.name(*property);
                if names.contains(&name) && is_called(module, outer) {
                    return Some((name.to_owned(), outer));
                }
            }
            Expr::Call { callee, .. } if *callee == last => {}
            Expr::Await(_) => {}
            _ => break,
        }
        last = outer;
    }
    // Before it.
    let mut before = module.call(call).map(|call| call.callee);
    while let Some(expr) = before {
        before = match module.expr(expr) {
            Expr::Member { object, property, .. } => {
                if expr != module.call(call)?.callee && names.contains(&module.name(*property)) {
                    return Some((module.name(*property).to_owned(), expr));
                }
                Some(*object)
            }
            Expr::Call { callee, .. } => Some(*callee),
            _ => None,
        };
    }
    on_variable(module, last, names)
}

fn is_called(module: &Module, member: ExprId) -> bool {
    matches!(module.parent(member), Some(Node::Expr(outer)) if module.call(outer).is_some_and(|call| call.callee == member))
}

/// A method that is called on the variable or member that a value goes into.
fn on_variable(module: &Module, value: ExprId, names: &[&str]) -> Option<(String, ExprId)> {
    let on = |binding| {
        module.references(binding).iter().find_map(|reference| {
            let Some(Node::Expr(member)) = module.parent(reference.expr) else { return None };
            let Expr::Member { object, property, .. } = module.expr(member) else { return None };
            let name = module.name(*property);
            (*object == reference.expr && names.contains(&name) && is_called(module, member))
                .then(|| (name.to_owned(), member))
        })
    };
    match module.parent(value)? {
        Node::Stmt(stmt) => match module.stmt(stmt) {
            Stmt::Variables { declarations, .. } => {
                let declarator = declarations.iter().find(|declarator| declarator.init == Some(value))?;
                match declarator.pattern {
                    Pattern::Binding(binding) => on(binding),
                    _ => None,
                }
            }
            _ => None,
        },
        Node::Expr(outer) => match module.expr(outer) {
            Expr::Assign { target, value: assigned, .. } if *assigned == value => match module.expr(*target) {
                Expr::Identifier { binding: Some(binding), .. } => on(*binding),
                Expr::Member { property, .. } => module.exprs().find_map(|(id, expr)| {
                    let Expr::Member { object, property: method, .. } = expr else { return None };
                    let same = matches!(module.expr(*object), Expr::Member { property: of, .. } if of == property);
                    let name = module.name(*method);
                    (same && names.contains(&name) && is_called(module, id)).then(|| (name.to_owned(), id))
                }),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// A race with a timer around a call: `Promise.race([…, timer])`, `withTimeout(…)`, `.pipe(timeout(…))`; also around
/// all calls of the function that it stands in.
fn raced(reading: &Reading<'_>, at: ModuleId, module: &Module, inside: ExprId, depth: u32) -> Option<(String, At)> {
    let mut inner = Node::Expr(inside);
    let mut function = None;
    for outer in module.ancestors(inside) {
        match outer {
            Node::Expr(expr) => {
                if let Some(name) = limits(module, expr, inner) {
                    return Some((name, (at, expr)));
                }
            }
            Node::Stmt(stmt) => {
                if let Some(raced) = variable_raced(module, stmt, inner) {
                    return Some((raced.0, (at, raced.1)));
                }
            }
            Node::Function(id) => {
                // An inline callback belongs to the call that it is given to.
                if !matches!(module.function(id).parent, Node::Expr(_)) {
                    function = Some(id);
                    break;
                }
                function.get_or_insert(id);
            }
            Node::Class(_) | Node::Module => break,
        }
        inner = outer;
    }
    let depth = depth.checked_sub(1)?;
    let uses = reading.program.uses_of(at, function?);
    let mut found = None;
    for (caller, call) in uses {
        let around = raced(reading, caller, reading.program.module(caller)?, call, depth)?;
        found.get_or_insert(around);
    }
    found
}

/// Whether a call limits the time of what stands among its arguments (or before its `.pipe`).
fn limits(module: &Module, outer: ExprId, inner: Node) -> Option<String> {
    let call = module.call(outer).filter(|call| !call.is_new)?;
    let path = module.member_path(call.callee);
    let last = match path.members.last() {
        Some(name) => module.name(*name),
        None => name_of(module, call.callee)?,
    };
    if Node::Expr(call.callee) == inner {
        if last == "pipe" {
            let timed = call.arguments.iter().find_map(|argument| {
                let inner = module.call(*argument)?;
                let name = name_of(module, inner.callee)?;
                matches!(name, "timeout" | "timeoutWith").then_some(name)
            })?;
            return Some(timed.to_owned());
        }
        return None;
    }
    if module.is_global(call.callee, &["Promise", "race"]) {
        return Some("Promise.race".to_owned());
    }
    let speaks = last.to_ascii_lowercase().contains("timeout");
    (speaks && !matches!(last, "setTimeout" | "clearTimeout")).then(|| last.to_owned())
}

/// Whether the promise that a declaration holds is raced later.
fn variable_raced(
    module: &Module,
    stmt: prodcheck_formats::javascript::StmtId,
    inner: Node,
) -> Option<(String, ExprId)> {
    let (Stmt::Variables { declarations, .. }, Node::Expr(inner)) = (module.stmt(stmt), inner) else { return None };
    let declarator = declarations.iter().find(|declarator| declarator.init == Some(inner))?;
    let Pattern::Binding(binding) = declarator.pattern else { return None };
    // What a finished call gave is no promise.
    if matches!(module.expr(inner), Expr::Await(_) | Expr::Function(_)) {
        return None;
    }
    module.references(binding).iter().find_map(|reference| {
        let Some(Node::Expr(outer)) = module.parent(reference.expr) else { return None };
        let (call, within) = match module.expr(outer) {
            Expr::Array(_) => (module.parent(outer)?, outer),
            _ => (Node::Expr(outer), reference.expr),
        };
        let Node::Expr(call) = call else { return None };
        limits(module, call, Node::Expr(within)).map(|name| (name, call))
    })
}
