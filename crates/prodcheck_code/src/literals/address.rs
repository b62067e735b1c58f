//! Addresses: of databases and brokers, of this machine and internal networks, of named environments, and the product's own.

use super::text::{Address, is_placeholder};
use super::{Finder, LiteralKind, name};
use crate::settle::variable_of;
use prodcheck_formats::javascript::{Expr, ExprId, Key, LogicalOperator, Module, Node, Property, Stmt};
use prodcheck_program::program::{ModuleId, Value};
use std::collections::BTreeSet;

/// Reads the addresses.
pub fn read(finder: &mut Finder<'_, '_>) {
    let called = called(finder);
    let reading = finder.reading;
    for (at, _, module) in reading.program.modules() {
        for (expr, node) in module.exprs() {
            let (text, is_whole) = match node {
                Expr::String(name) => (module.name(*name), true),
                Expr::Template(template) => match template.texts.first() {
                    Some(first) => (module.name(first.text), template.exprs.is_empty()),
                    None => continue,
                },
                _ => continue,
            };
            // A host that goes on in an expression is not a literal.
            let goes_on = !is_whole
                && text
                    .split_once("://")
                    .is_none_or(|(_, rest)| !rest.contains(['/', '?']) && !text.contains("://localhost"));
            if goes_on || text.len() > 500 {
                continue;
            }
            if let Some(address) = Address::of(text) {
                literal(finder, at, module, expr, address, is_whole, called.contains(&(at, expr)));
            }
        }
    }
    clients(finder);
}

fn literal(
    finder: &mut Finder<'_, '_>,
    at: ModuleId,
    module: &Module,
    expr: ExprId,
    address: Address<'_>,
    is_whole: bool,
    is_called: bool,
) {
    if address.is_example() || is_refused(module, expr) {
        return;
    }
    let shown = format!("{}://{}", address.scheme, address.host);
    let is_default = is_default(finder, at, module, expr);
    if let Some(password) = address.password.filter(|password| !is_placeholder(password)) {
        let trivial = matches!(
            password,
            "password"
                | "postgres"
                | "root"
                | "admin"
                | "user"
                | "pass"
                | "guest"
                | "mysql"
                | "secret"
                | "test"
                | "prisma"
        );
        if !(is_default && (trivial || address.is_internal())) {
            finder.add(at, expr, LiteralKind::Connection, shown);
        }
        return;
    }
    if is_default {
        return;
    }
    if address.is_of_service() {
        if is_whole && is_used(module, expr) {
            finder.add(at, expr, LiteralKind::Service, shown);
        }
        return;
    }
    if !address.is_of_web() {
        return;
    }
    if is_called && (address.is_internal() || address.is_single_label()) {
        finder.add(at, expr, LiteralKind::Internal, shown);
    } else if is_called && address.named_environment().is_some() && !is_chosen(module, expr) {
        finder.add(at, expr, LiteralKind::NamedEnvironment, address.host);
    } else if is_own(finder, at, module, expr, address) {
        finder.add(at, expr, LiteralKind::Own, shown);
    }
}

/// The literals that outbound calls are given, directly or over constants, and those that clients are made with.
fn called(finder: &Finder<'_, '_>) -> BTreeSet<(ModuleId, ExprId)> {
    const CLIENTS: &[&str] = &[
        "axios",
        "got",
        "ky",
        "node-fetch",
        "undici",
        "superagent",
        "request",
        "request-promise",
        "request-promise-native",
        "needle",
        "phin",
        "cross-fetch",
        "isomorphic-fetch",
        "ofetch",
        "wretch",
        "@nestjs/axios",
        "fetch",
        "http",
        "https",
        "openai",
        "graphql-request",
        "@elastic/elasticsearch",
        "meilisearch",
        "typesense",
        "minio",
        "ollama",
    ];
    let reading = finder.reading;
    let mut found = BTreeSet::new();
    for package in CLIENTS {
        for site in reading.calls_of(package) {
            let Some((module, call)) = reading.call(site) else { continue };
            // A server that listens calls nobody.
            let named = reading.last_name(site.at, module, &call);
            if matches!(named.as_deref(), Some("createServer" | "listen" | "on" | "once" | "use")) {
                continue;
            }
            for argument in call.arguments.iter().take(2) {
                let mut given = vec![(site.at, *argument)];
                for option in [
                    "url",
                    "uri",
                    "baseURL",
                    "baseUrl",
                    "prefixUrl",
                    "host",
                    "node",
                    "endpoint",
                    "hostname",
                    "endPoint",
                ] {
                    given.extend(reading.option(site.at, *argument, option));
                }
                for (at, expr) in given {
                    for (at, end) in reading.ends(at, expr) {
                        found.insert((at, end));
                        // `${BASE}/path`, `BASE + '/path'`: the first part.
                        let Some(module) = reading.program.module(at) else { continue };
                        let first = match module.expr(end) {
                            Expr::Template(template)
                                if template.texts.first().is_some_and(|text| module.name(text.text).is_empty()) =>
                            {
                                template.exprs.first().copied()
                            }
                            Expr::Binary { left, .. } => Some(leftmost(module, *left)),
                            Expr::New { arguments, .. } => arguments.last().copied(),
                            _ => None,
                        };
                        if let Some(first) = first {
                            found.extend(reading.ends(at, first));
                        }
                    }
                }
            }
        }
    }
    found
}

fn leftmost(module: &Module, expr: ExprId) -> ExprId {
    let mut at = expr;
    for _ in 0..16 {
        match module.expr(at) {
            Expr::Binary { left, .. } => at = *left,
            _ => break,
        }
    }
    at
}

/// Whether a literal counts only where a variable, an option or an argument is not given: the right side of `||` and
/// `??`, a default, an argument beside the name of a variable.
fn is_default(finder: &Finder<'_, '_>, at: ModuleId, module: &Module, expr: ExprId) -> bool {
    let mut inner = expr;
    for outer in module.ancestors(expr).take(6) {
        match outer {
            Node::Expr(outer) => {
                match module.expr(outer) {
                    Expr::Logical { operator: LogicalOperator::Or | LogicalOperator::Nullish, right, .. }
                        if *right == inner =>
                    {
                        return true;
                    }
                    Expr::Conditional { test, .. } if *test != inner => {
                        let of_env = module.exprs_in(*test).take(20).any(|(one, _)| {
                            finder.reading.program.values(at, one).iter().any(|value| variable_of(value).is_some())
                        });
                        if of_env {
                            return true;
                        }
                    }
                    Expr::Call { arguments, callee, .. } => {
                        let beside = arguments.iter().take_while(|argument| **argument != inner).any(|argument| {
                            module
                                .string(*argument)
                                .is_some_and(|text| text.contains('_') && text.to_uppercase() == text)
                                || finder
                                    .reading
                                    .program
                                    .values(at, *argument)
                                    .iter()
                                    .any(|value| variable_of(value).is_some())
                        });
                        let is_default = matches!(module.expr(*callee), Expr::Member { property, .. }
                            if matches!(module.name(*property), "default" | "prefault" | "catch" | "get" | "example" | "option"));
                        if beside || is_default {
                            return true;
                        }
                    }
                    Expr::Object(properties) => {
                        let key = properties.iter().find_map(|property| match property {
                            Property::Entry { key: Key::Name(name), value, .. } if *value == inner => {
                                Some(module.name(*name))
                            }
                            _ => None,
                        });
                        if matches!(
                            key,
                            Some(
                                "default" | "example" | "devDefault" | "placeholder" | "description" | "help" | "docs"
                            )
                        ) {
                            return true;
                        }
                    }
                    Expr::Array(_) | Expr::Template(_) | Expr::Binary { .. } => {}
                    _ => {}
                }
                inner = outer;
            }
            Node::Function(function) => {
                return module.function(function).params.iter().any(|param| param.default == Some(expr));
            }
            _ => break,
        }
    }
    // `const { URL = 'redis://…' } = process.env`, and an assignment under `if (!url)`.
    module.bindings().any(|(_, binding)| binding.default == Some(expr))
        || (is_assigned(module, expr)
            && crate::environment::guards_of(module, expr).into_iter().any(|test| {
                module.exprs_in(test).take(20).any(|(one, _)| {
                    finder.reading.program.values(at, one).iter().any(|value: &Value| variable_of(value).is_some())
                })
            }))
}

fn is_assigned(module: &Module, expr: ExprId) -> bool {
    matches!(module.parent(expr), Some(Node::Expr(outer)) if matches!(module.expr(outer), Expr::Assign { .. }))
}

/// Whether a literal is only compared or looked for.
fn is_refused(module: &Module, expr: ExprId) -> bool {
    match module.parent(expr) {
        Some(Node::Expr(outer)) => match module.expr(outer) {
            Expr::Binary { operator, .. } => *operator != prodcheck_formats::javascript::BinaryOperator::Add,
            Expr::Call { callee, .. } => matches!(module.expr(*callee), Expr::Member { property, .. }
                if matches!(module.name(*property), "startsWith" | "endsWith" | "includes" | "indexOf" | "replace" | "has" | "test" | "equal" | "add" | "log" | "info" | "warn" | "error" | "debug")),
            _ => false,
        },
        Some(Node::Stmt(stmt)) => matches!(module.stmt(stmt), Stmt::Switch { .. }),
        _ => false,
    }
}

/// Whether a literal is one of two that a condition chooses between: `isLive ? live : sandbox`.
fn is_chosen(module: &Module, expr: ExprId) -> bool {
    module.ancestors(expr).take(4).any(|outer| {
        matches!(outer, Node::Expr(outer) if matches!(module.expr(outer), Expr::Conditional { .. } | Expr::Logical { .. }))
    })
}

/// Whether a literal goes somewhere: an argument, a property, a variable; not a list of examples or a text.
fn is_used(module: &Module, expr: ExprId) -> bool {
    match module.parent(expr) {
        Some(Node::Expr(outer)) => match module.expr(outer) {
            Expr::Call { .. } | Expr::New { .. } | Expr::Assign { .. } | Expr::Await(_) => true,
            Expr::Object(_) => name::bound_to(module, expr).is_some_and(|name| {
                let name = name.to_ascii_lowercase();
                ["url", "uri", "host", "connection", "dsn", "server", "broker", "database", "redis", "mongo", "storage"]
                    .iter()
                    .any(|word| name.contains(word))
            }),
            Expr::Conditional { .. } => true,
            _ => false,
        },
        Some(Node::Stmt(stmt)) => matches!(module.stmt(stmt), Stmt::Variables { .. } | Stmt::Return(_)),
        Some(Node::Class(_)) => true,
        _ => false,
    }
}

/// Whether an address is the product's own, in a mail or a redirect: a page to verify, confirm or reset something by a
/// token that is filled in, or a local page that a browser is sent to.
fn is_own(finder: &Finder<'_, '_>, at: ModuleId, module: &Module, expr: ExprId, address: Address<'_>) -> bool {
    const PAGES: &[&str] = &["reset", "verif", "confirm", "activat", "invit", "unsubscribe", "magic"];
    let path = finder.reading.program.path(at).map(|path| path.as_str().to_ascii_lowercase()).unwrap_or_default();
    let has_token = match module.expr(expr) {
        Expr::Template(template) => !template.exprs.is_empty(),
        _ => {
            matches!(module.parent(expr), Some(Node::Expr(outer)) if matches!(module.expr(outer), Expr::Binary { .. }))
        }
    };
    let rest = address.rest.to_ascii_lowercase();
    let in_mail = ["mail", "notif", "auth", "user", "account"].iter().any(|word| path.contains(word));
    if has_token && in_mail && PAGES.iter().any(|page| rest.contains(page)) && !rest.contains("/api.") {
        return true;
    }
    let redirects = matches!(module.parent(expr), Some(Node::Expr(outer)) if module.call(outer).is_some_and(|call| {
        matches!(module.expr(call.callee), Expr::Member { property, .. } if module.name(*property) == "redirect")
    }));
    redirects && (address.is_internal() || address.is_single_label())
}

/// Databases and brokers that are given a literal host: `createConnection({ host: 'localhost' })`.
fn clients(finder: &mut Finder<'_, '_>) {
    const CLIENTS: &[&str] = &[
        "pg",
        "mysql",
        "mysql2",
        "redis",
        "ioredis",
        "mongodb",
        "mongoose",
        "amqplib",
        "knex",
        "sequelize",
        "typeorm",
        "mssql",
        "nodemailer",
        "bull",
        "bullmq",
        "kafkajs",
        "mqtt",
        "nats",
        "cassandra-driver",
        "memcached",
        "ldapjs",
    ];
    let reading = finder.reading;
    for package in CLIENTS {
        for site in reading.calls_of(package) {
            let Some((module, call)) = reading.call(site) else { continue };
            for argument in call.arguments.iter().take(4) {
                if !matches!(module.expr(*argument), Expr::Object(_)) {
                    continue;
                }
                let nested = reading.option(site.at, *argument, "connection");
                for (at, object) in std::iter::once((site.at, *argument)).chain(nested) {
                    for option in ["host", "hostname", "server"] {
                        let Some((of, host)) = reading.option(at, object, option) else { continue };
                        let Some(code) = reading.program.module(of) else { continue };
                        if let Some(text) = code.string(host)
                            && (text == "localhost"
                                || text == "127.0.0.1"
                                || text.starts_with("10.")
                                || text.starts_with("192.168."))
                        {
                            finder.add(of, host, LiteralKind::Service, text);
                        }
                    }
                }
            }
        }
    }
}
