//! Calls that are not the service's own to limit: of browsers, of the process to itself, of vendors' SDKs; and wrappers
//! of packages that are given a limit.

use super::table;
use super::{OutboundCall, TimeLimit};
use crate::{Reading, Site};
use prodcheck_formats::javascript::{self as js, Call, Expr, ExprId, Key, Module, Node, Property};
use prodcheck_program::program::{ModuleId, Origin, Value};
use prodcheck_source::Place;
use std::collections::BTreeMap;

/// Whether a call is sent by a browser, or to the process itself.
pub fn is_elsewhere(reading: &Reading<'_>, site: &Site, module: &Module, call: &Call<'_>) -> bool {
    in_browser(reading, site.at, module, call.id)
        || from_browser(reading, site.at, module, call.id, 4)
        || to_itself(reading, site.at, module, call)
}

/// Packages whose services share modules with the pages that they send to browsers.
const VIEWS: &[&str] = &["next", "nuxt", "@remix-run/react", "@react-router/node", "@sveltejs/kit", "astro", "gatsby"];

/// Whether only code for browsers calls the function around a call; in a service with pages, what nobody is seen to call
/// is called by a page.
fn from_browser(reading: &Reading<'_>, at: ModuleId, module: &Module, call: ExprId, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let Some(function) = module.enclosing_function(call) else { return false };
    let moments = reading.moments(at, call);
    if moments.start || moments.handler.is_some() {
        return false;
    }
    let uses = reading.program.uses_of(at, function);
    if uses.is_empty() {
        let is_inline = matches!(module.function(function).parent, Node::Expr(own)
            if matches!(module.parent(own), Some(Node::Expr(outer)) if module.call(outer).is_some()));
        return !is_inline && VIEWS.iter().any(|view| reading.conditions.dependencies.contains_key(*view));
    }
    uses.into_iter().take(50).all(|(caller, call)| {
        reading.program.module(caller).is_some_and(|module| {
            in_browser(reading, caller, module, call) || from_browser(reading, caller, module, call, depth)
        })
    })
}

/// Whether code runs in a browser: handed to a page by a browser's driver, inside a hook or an event handler of a
/// component, or beside `window` and `document`.
fn in_browser(reading: &Reading<'_>, at: ModuleId, module: &Module, call: ExprId) -> bool {
    let mut inner = Node::Expr(call);
    for outer in module.ancestors(call) {
        if let Node::Expr(expr) = outer {
            if matches!(module.expr(expr), Expr::Jsx(_)) {
                return true;
            }
            let handed = module.call(expr).filter(|outer| Node::Expr(outer.callee) != inner);
            if let Some(outer) = handed
                && (is_drivers(module, outer.callee) || is_hook(reading, at, outer.callee))
            {
                return true;
            }
        }
        inner = outer;
    }
    // Inside a function of a component: an event's handler. A component's own code can run on the server.
    let component = |function| module.own_exprs(function).any(|(_, expr)| matches!(expr, Expr::Jsx(_)));
    if module.enclosing_functions(call).skip(1).any(component) {
        return true;
    }
    let function = module.enclosing_functions(call).last();
    let scope = function.map_or(Node::Module, Node::Function);
    function.is_some()
        && module.exprs_in(scope).any(|(id, _)| {
            module.is_global(id, &["window"])
                || module.is_global(id, &["document"])
                || module.is_global(id, &["localStorage"])
        })
}

/// `page.evaluate(() => fetch(…))`: <https://pptr.dev/api/puppeteer.page.evaluate>.
fn is_drivers(module: &Module, callee: ExprId) -> bool {
    let Expr::Member { property, .. } = module.expr(callee) else { return false };
    matches!(
        module.name(*property),
        "evaluate"
            | "evaluateHandle"
            | "evaluateOnNewDocument"
            | "addInitScript"
            | "waitForFunction"
            | "$eval"
            | "$$eval"
            | "executeScript"
    )
}

fn is_hook(reading: &Reading<'_>, at: ModuleId, callee: ExprId) -> bool {
    reading.program.values(at, callee).iter().any(|value| match value {
        Value::Outside(outside) => {
            let of_view = matches!(
                outside.source(),
                "react" | "preact" | "vue" | "swr" | "@tanstack/react-query" | "react-query" | "svelte" | "solid-js"
            );
            of_view && !outside.way.is_empty()
        }
        _ => false,
    })
}

/// Whether the address that is written at the call is this machine's with a port that is put in, as in
/// `http://localhost:${port}/health`.
fn to_itself(reading: &Reading<'_>, at: ModuleId, module: &Module, call: &Call<'_>) -> bool {
    let Some(mut address) = call.argument(module, 0) else { return false };
    if let Some((_, url)) = ["url", "uri", "hostname", "host"].iter().find_map(|name| reading.option(at, address, name))
    {
        address = url;
    }
    // `fetch(req.url)` sends a request on to where it came to.
    if let Expr::Member { object, property, .. } = module.expr(address)
        && module.name(*property) == "url"
        && matches!(module.expr(*object), Expr::Identifier { name, binding: Some(binding) }
            if matches!(module.name(*name), "req" | "request")
                && matches!(module.binding(*binding).origin, js::Origin::Parameter { .. }))
    {
        return true;
    }
    let Expr::Template(template) = module.expr(address) else { return false };
    let first = template.texts.first().map_or("", |text| module.name(text.text));
    ["http://localhost:", "http://127.0.0.1:", "http://0.0.0.0:", "http://[::1]:", "https://localhost:"]
        .contains(&first)
}

/// The vendors' SDKs and auth libraries that server code calls, each with its first call.
pub fn vendors(reading: &Reading<'_>) -> Vec<(String, Place)> {
    let mut found = BTreeMap::new();
    let sources: Vec<String> = reading.sources().filter(|source| table::is_vendor(source)).map(str::to_owned).collect();
    for source in sources {
        let first = reading.calls_of(&source).find(|site| reading.reach(site.at, site.id).is_reached());
        if let Some(site) = first {
            found.insert(source, reading.place_of(site));
        }
    }
    found.into_iter().collect()
}

/// Options that give a packaged wrapper its time limit.
const LIMITS: &[&str] =
    &["timeout", "timeoutMs", "timeoutMS", "requestTimeout", "timeoutInMilliseconds", "responseTimeout"];

/// Options that say that a packaged wrapper calls an address.
const ADDRESSES: &[&str] = &["url", "uri", "baseUrl", "baseURL", "endpoint", "apiUrl", "host", "hostname"];

/// Wrappers around HTTP that packages bring, and that are given an address together with a time limit.
pub fn wrapped(reading: &Reading<'_>) -> Vec<OutboundCall> {
    let mut found = Vec::new();
    for site in reading.sites() {
        let Some((module, call)) = reading.call(site) else { continue };
        let Some(package) = package_of(reading, site, module, &call) else { continue };
        if is_other(&package) || !reading.reach(site.at, site.id).is_reached() {
            continue;
        }
        let given = call.arguments.iter().find_map(|argument| timed_address(reading, site.at, *argument));
        if let Some((by, place)) = given {
            let limit = TimeLimit::Set { by: by.to_owned(), place };
            found.push(OutboundCall { client: package, place: reading.place_of(site), limit, needs: None });
        }
    }
    found
}

/// The package whose function or class is called, also as `super(…)` of a class that extends it.
fn package_of(reading: &Reading<'_>, site: &Site, module: &Module, call: &Call<'_>) -> Option<String> {
    let callee = if matches!(module.expr(call.callee), Expr::Super) {
        reading.program.values(site.at, call.callee)
    } else {
        site.callee.clone()
    };
    callee.iter().find_map(|value| match value {
        Value::Outside(outside) => match &outside.origin {
            Origin::Package(name, _) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    })
}

/// Whether a package is known for something other than wrapping HTTP: clients of the table are judged by themselves.
fn is_other(package: &str) -> bool {
    const OTHERS: &[&str] = &[
        "pg",
        "mysql",
        "mysql2",
        "ioredis",
        "redis",
        "knex",
        "mongoose",
        "mongodb",
        "nodemailer",
        "bullmq",
        "bull",
        "kafkajs",
        "amqplib",
        "ws",
        "socket.io",
        "socket.io-client",
        "sequelize",
        "typeorm",
        "ldapjs",
        "ldapts",
        "express",
        "fastify",
        "koa",
        "hono",
        "winston",
        "pino",
        "zod",
        "joi",
        "yup",
        "convict",
        "ssh2",
        "smtp-server",
        "imap",
        "imapflow",
        "puppeteer",
        "playwright",
        "lodash",
        "envalid",
    ];
    table::is_client(package) || table::is_vendor(package) || OTHERS.contains(&package)
}

/// The limit in options that hold an address beside it.
fn timed_address(reading: &Reading<'_>, at: ModuleId, argument: ExprId) -> Option<(&'static str, Place)> {
    let values = reading.program.values(at, argument);
    values.iter().find_map(|value| {
        let Value::Literal(of, object) = value else { return None };
        let module = reading.program.module(*of)?;
        let Expr::Object(properties) = module.expr(*object) else { return None };
        let entry = |names: &[&'static str]| {
            properties.iter().find_map(|property| match property {
                Property::Entry { key: Key::Name(key), value, .. } => {
                    let name = module.name(*key);
                    names.iter().find(|wanted| **wanted == name).map(|name| (*name, *value))
                }
                _ => None,
            })
        };
        entry(ADDRESSES)?;
        let (name, value) = entry(LIMITS)?;
        Some((name, reading.place(*of, module.span(value))))
    })
}
