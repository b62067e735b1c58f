//! One client: what it speaks to by its options, when it is made, and what uses it.

use super::table::{self, Kind, Pooling, Row};
use super::{Client, Made};
use crate::reading::way;
use crate::{Moments, Reading, Site};
use prodcheck_formats::javascript::{
    AssignOperator, Call, Expr, ExprId, FunctionKind, Imported, LogicalOperator, Module, Node, Origin, PathRoot,
    Pattern, Stmt,
};
use prodcheck_program::program::{ModuleId, Part, Value};

/// What a client speaks to: an ORM's `type`, `dialect` or `client` option can name a file.
pub fn kind(reading: &Reading<'_>, site: &Site, row: &Row) -> Kind {
    let Some((_, call)) = reading.call(site) else { return row.kind };
    if row.kind != Kind::Sql {
        return row.kind;
    }
    if row.source == "@prisma/client" {
        return prisma_kind(reading);
    }
    // What is used or connected was made with the options.
    let mut calls = vec![(site.at, call)];
    if !super::is_made(row) {
        calls = super::makers(reading, site, row)
            .iter()
            .filter_map(|(at, id)| Some((*at, reading.program.module(*at)?.call(*id)?)))
            .collect();
    }
    let embedded = |(at, call): &(ModuleId, Call<'_>)| {
        call.arguments.iter().any(|argument| {
            let by_option = ["type", "dialect", "client", "storage"].iter().any(|name| {
                let settled = reading.settle_member(*at, *argument, name);
                settled.text().is_some_and(table::is_embedded)
            });
            let by_address = reading
                .settle(*at, *argument)
                .text()
                .is_some_and(|text| text.starts_with("sqlite:") || text == ":memory:");
            by_option || by_address
        })
    };
    if !calls.is_empty() && calls.iter().all(embedded) { Kind::Embedded } else { row.kind }
}

/// What Prisma's client speaks to, by the schemas.
fn prisma_kind(reading: &Reading<'_>) -> Kind {
    let providers = &reading.conditions.prisma_providers;
    let all = |wanted: &str| !providers.is_empty() && providers.iter().all(|provider| provider == wanted);
    if all("sqlite") {
        Kind::Embedded
    } else if all("mongodb") {
        Kind::Database
    } else {
        Kind::Sql
    }
}

/// A client that this site makes.
pub fn client(reading: &Reading<'_>, site: &Site, row: &'static Row, kind: Kind, moments: &Moments) -> Client {
    let made = made(reading, site, moments);
    let serves = match (row.pooling, kind, &made) {
        (Pooling::Single, Kind::Sql, Made::Once) => serves(reading, site, row),
        _ => None,
    };
    Client { package: row.source, kind, pooling: row.pooling, place: reading.place_of(site), made, serves }
}

fn made(reading: &Reading<'_>, site: &Site, moments: &Moments) -> Made {
    let Some((module, call)) = reading.call(site) else { return Made::Unknown };
    match &moments.handler {
        Some(place) => {
            if is_named_by_user(reading, site.at, module, &call) {
                Made::ForTask
            } else if is_kept(module, call.id) {
                Made::Once
            } else if moments.start {
                // A function that start-up and handlers share: whoever keeps what it gives is not told apart.
                Made::Unknown
            } else {
                Made::PerHandler(place.clone())
            }
        }
        None if is_closed_here(module, call.id) => Made::ForTask,
        None if moments.start => Made::Once,
        None => Made::Unknown,
    }
}

/// Whether what a call gives goes somewhere that outlives the function: a variable of the module, a member, a map.
/// Only where it is guarded, or the place is global, does that mean that it is made once; a connection that is put into
/// a variable of the module without a guard is not seen to be made anew either, for whoever does so keeps the last.
fn is_kept(module: &Module, call: ExprId) -> bool {
    let function = module.enclosing_function(call);
    let mut inner = call;
    for outer in module.ancestors(call) {
        match outer {
            Node::Expr(expr) => match module.expr(expr) {
                Expr::Assign { target, value, operator, .. } if *value == inner => {
                    return match (module.expr(*target), operator) {
                        (_, AssignOperator::Nullish | AssignOperator::Or) => true,
                        (Expr::Identifier { binding: Some(binding), .. }, _) => {
                            module.scope(module.binding(*binding).scope).function != function
                        }
                        (Expr::Identifier { binding: None, .. }, _) => true,
                        (Expr::Member { .. } | Expr::Index { .. }, _) => {
                            !matches!(module.member_path(*target).root, PathRoot::Binding(binding)
                                if is_request(module, binding))
                        }
                        _ => false,
                    };
                }
                Expr::Logical { operator: LogicalOperator::Or | LogicalOperator::Nullish, right, .. }
                    if *right == inner =>
                {
                    return true;
                }
                Expr::Call { callee, .. } if *callee != inner => {
                    // `pools.set(key, new Pool(…))`, `once(() => …)`.
                    let name = crate::moment::last_name(module, *callee).unwrap_or_default();
                    if matches!(name, "set" | "once" | "memoize" | "cache" | "singleton" | "lazy" | "push") {
                        return true;
                    }
                }
                _ => {}
            },
            Node::Stmt(stmt) => {
                if let Stmt::Variables { declarations, .. } = module.stmt(stmt)
                    && let Some(declared) = declarations.iter().find(|one| one.init == Some(inner))
                    && let Pattern::Binding(binding) = declared.pattern
                {
                    return is_put_away(module, binding);
                }
                return false;
            }
            Node::Function(_) | Node::Class(_) | Node::Module => return false,
        }
        if let Node::Expr(expr) = outer {
            inner = expr;
        }
    }
    false
}

fn is_request(module: &Module, binding: prodcheck_formats::javascript::BindingId) -> bool {
    matches!(module.binding(binding).origin, Origin::Parameter { .. })
        && matches!(module.name(module.binding(binding).name), "req" | "request" | "ctx" | "context" | "res")
}

/// Whether a variable's value is put somewhere that outlives its function.
fn is_put_away(module: &Module, binding: prodcheck_formats::javascript::BindingId) -> bool {
    module.references(binding).iter().any(|reference| match module.parent(reference.expr) {
        Some(Node::Expr(outer)) => match module.expr(outer) {
            Expr::Assign { target, value, .. } if *value == reference.expr => {
                matches!(module.expr(*target), Expr::Member { .. } | Expr::Index { .. })
                    || matches!(module.expr(*target), Expr::Identifier { binding: Some(other), .. }
                        if module.binding(*other).scope != module.binding(binding).scope)
            }
            Expr::Call { callee, .. } if *callee != reference.expr => {
                matches!(crate::moment::last_name(module, *callee), Some("set" | "push"))
            }
            _ => false,
        },
        _ => false,
    })
}

/// Whether the address of what is connected to comes from a request, a message or a stored record: over a parameter
/// that no caller is seen to fill with the service's own settings, or something that is awaited there.
pub fn is_named_by_user(reading: &Reading<'_>, at: ModuleId, module: &Module, call: &Call<'_>) -> bool {
    module.enclosing_function(call.id).is_some()
        && call.arguments.iter().any(|argument| {
            module.exprs_in(*argument).any(|(id, expr)| {
                matches!(expr, Expr::Identifier { binding: Some(_), .. }) && is_given(reading, at, id, 6)
            })
        })
}

/// Whether a name stands for something that only a request, a message or a record gives.
fn is_given(reading: &Reading<'_>, at: ModuleId, expr: ExprId, depth: u32) -> bool {
    let (Some(module), Some(depth)) = (reading.program.module(at), depth.checked_sub(1)) else { return false };
    reading.deeper(|| is_given_here(reading, at, module, expr, depth)).unwrap_or(false)
}

fn is_given_here(reading: &Reading<'_>, at: ModuleId, module: &Module, expr: ExprId, depth: u32) -> bool {
    let PathRoot::Binding(binding) = module.member_path(expr).root else {
        let inside =
            module.exprs_in(expr).filter(|(_, expr)| matches!(expr, Expr::Identifier { binding: Some(_), .. }));
        return inside.take(20).any(|(name, _)| name != expr && is_given(reading, at, name, depth));
    };
    let bound = module.binding(binding);
    if module.scope(bound.scope).function.is_none() {
        return false;
    }
    match &bound.origin {
        Origin::Parameter { function, .. } => {
            let written = reading.program.written_to(at, binding);
            // What a container or a framework gives an object at its making is the service's own.
            let made = matches!(module.function(*function).kind, FunctionKind::Constructor);
            if written.is_empty() {
                !made
            } else {
                written.iter().any(|(at, expr)| is_given(reading, *at, *expr, depth))
            }
        }
        Origin::Value { expr: value, .. } => {
            let awaited = matches!(module.expr(*value), Expr::Await(operand)
                if module.call(*operand).is_some_and(|call| reading.functions(at, call.callee).is_empty()));
            awaited || is_given(reading, at, *value, depth)
        }
        Origin::Element { of, .. } => is_given(reading, at, *of, depth),
        _ => false,
    }
}

/// Whether the function that makes a client also closes it.
fn is_closed_here(module: &Module, call: ExprId) -> bool {
    let Some(function) = module.enclosing_function(call) else { return false };
    module.own_exprs(function).any(|(_, expr)| match expr {
        Expr::Call { callee, .. } => matches!(
            module.expr(*callee),
            Expr::Member { property, .. } if matches!(module.name(*property), "end" | "close" | "destroy" | "$disconnect" | "release" | "quit" | "disconnect")
        ),
        _ => false,
    })
}

/// The first request, message or job that uses a single connection.
fn serves(reading: &Reading<'_>, site: &Site, row: &'static Row) -> Option<prodcheck_source::Place> {
    let made = if row.is_new { Part::Constructed } else { Part::Called };
    let mut object = String::from(row.way);
    object.push_str(if made == Part::Constructed { "new" } else { "()" });
    let uses = reading.calls_of(row.source).filter(|other| other.id != site.id || other.at != site.at);
    let mut queries = uses.filter(|other| {
        other.callee.iter().any(|value| match value {
            Value::Outside(outside) => {
                let way = way(outside);
                ["query", "execute"].iter().any(|method| way == format!("{object}.{method}"))
            }
            _ => false,
        })
    });
    queries.find_map(|other| {
        let of_this = super::makers(reading, other, row).contains(&(site.at, site.id));
        reading.moments(other.at, other.id).handler.filter(|_| of_this)
    })
}

/// Prisma's client where it is generated into the repository: a class of this name that a file gives, which is often not
/// tracked: <https://www.prisma.io/docs/orm/prisma-client/setup-and-configuration/generating-prisma-client>.
pub fn generated(reading: &Reading<'_>, site: &Site, module: &Module, call: &Call<'_>) -> Option<&'static Row> {
    let is_prisma = |expr: ExprId| {
        let Expr::Identifier { binding: Some(binding), .. } = module.expr(expr) else { return false };
        let import = module.binding(*binding).import.and_then(|import| module.import(import));
        import.is_some_and(
            |import| matches!(import.imported, Imported::Name(name) if module.name(name) == "PrismaClient"),
        )
    };
    if !reading.conditions.dependencies.contains_key("@prisma/client")
        && !reading.conditions.dependencies.contains_key("prisma")
    {
        return None;
    }
    if call.is_new {
        let known = is_prisma(call.callee);
        let extends = site.callee.iter().any(|value| extends_prisma(reading, value));
        return if known || extends { table::find("@prisma/client", "PrismaClient", true, None) } else { None };
    }
    let Expr::Member { object, property, .. } = module.expr(call.callee) else { return None };
    if module.name(*property) != "$connect" {
        return None;
    }
    let made = reading.made_by_calls(site.at, *object).into_iter().any(|(at, id)| {
        reading.program.module(at).and_then(|module| module.call(id)).is_some_and(|call| {
            reading.program.module(at).is_some_and(|module| {
                crate::moment::last_name(module, call.callee).is_some_and(|name| name == "PrismaClient")
            })
        })
    });
    let own = module.class_of_this(*object).filter(|_| matches!(module.expr(*object), Expr::This | Expr::Super));
    let of_class = own.and_then(|class| module.class(class).extends).is_some_and(is_prisma);
    (made || of_class).then(|| table::find("@prisma/client", "PrismaClientnew.$connect", false, None)).flatten()
}

/// Clients whose class extends Prisma's, and which a container makes once: <https://docs.nestjs.com/recipes/prisma>.
pub fn injected(reading: &Reading<'_>) -> Vec<Client> {
    let mut found = Vec::new();
    let Some(row) = table::find("@prisma/client", "PrismaClient", true, None) else { return found };
    for (at, _, module) in reading.program.modules() {
        for (class, declared) in module.classes() {
            if extends_prisma(reading, &Value::Class(at, class)) && !declared.decorators.is_empty() {
                let place = reading.place(at, declared.name.map_or(declared.span, |name| name.span));
                let (kind, pooling) = (prisma_kind(reading), row.pooling);
                found.push(Client { package: row.source, kind, pooling, place, made: Made::Once, serves: None });
            }
        }
    }
    found
}

fn extends_prisma(reading: &Reading<'_>, value: &Value) -> bool {
    let Value::Class(at, class) = value else { return false };
    let Some(module) = reading.program.module(*at) else { return false };
    let Some(extends) = module.class(*class).extends else { return false };
    match module.expr(extends) {
        Expr::Identifier { name, .. } => module.name(*name) == "PrismaClient",
        _ => false,
    }
}
