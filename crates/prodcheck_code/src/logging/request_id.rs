//! What gives the log lines of one request an id in common.
//!
//! Sources: <https://nodejs.org/api/async_context.html>, <https://fastify.dev/docs/latest/Reference/Logging/>,
//! <https://github.com/pinojs/pino-http>, <https://github.com/puzpuzpuz/cls-rtracer>,
//! <https://github.com/Papooch/nestjs-cls>, <https://github.com/skonves/express-http-context>,
//! <https://hono.dev/docs/middleware/builtin/context-storage>,
//! <https://github.com/open-telemetry/opentelemetry-js-contrib/tree/main/packages/instrumentation-pino>,
//! <https://docs.datadoghq.com/tracing/other_telemetry/connect_logs_and_traces/nodejs/>.

use super::Logger;
use super::call::words;
use super::table::{Format, logger_package};
use crate::reading::{Site, way};
use crate::{Reach, Reading, Settled};
use prodcheck_formats::javascript::{Expr, ExprId, Key, Module, Property};
use prodcheck_program::program::{ModuleId, Origin, Value};
use prodcheck_source::Place;

/// Something that carries a request's id to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId {
    /// Where.
    pub place: Place,
    /// How.
    pub how: Carrier,
    /// Whether a logger is seen to take the id from there; where it is not, nothing shows that it reaches the log.
    pub logged: bool,
    /// The variable that holds a credential and switches it on.
    pub credential: Option<String>,
}

/// How a request's id gets to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carrier {
    /// A logger of this package makes a child for each request.
    RequestLogger(String),
    /// The code makes a child logger with the id.
    Child,
    /// The id is kept in an asynchronous context, Node's own or of this package.
    Context(String),
    /// This package puts the id of the trace into each line.
    Tracing(String),
}

/// Packages that keep a request's id in an asynchronous context by themselves, once they are called by one of these ways.
const CONTEXTS: &[(&str, &[&str])] = &[
    ("cls-rtracer", &["expressMiddleware", "fastifyPlugin", "koaMiddleware", "hapiPlugin", "koaV1Middleware"]),
    ("express-correlation-id", &[""]),
    ("correlation-id", &["withId", "bindId"]),
    ("express-request-context", &[""]),
];

/// Packages in whose context the code puts the id itself.
const STORES: &[&str] = &[
    "cls-hooked",
    "continuation-local-storage",
    "express-http-context",
    "express-http-context2",
    "nestjs-cls",
    "@fastify/request-context",
    "fastify-request-context",
    "hono",
];

/// Instrumentations that put the id of the trace into the lines of these loggers.
const INSTRUMENTATIONS: &[(&str, &[&str], &[&str])] = &[
    ("@opentelemetry/instrumentation-pino", &["PinoInstrumentation"], &["pino"]),
    ("@opentelemetry/instrumentation-winston", &["WinstonInstrumentation"], &["winston"]),
    ("@opentelemetry/instrumentation-bunyan", &["BunyanInstrumentation"], &["bunyan"]),
    ("@opentelemetry/auto-instrumentations-node", &["getNodeAutoInstrumentations"], &["pino", "winston", "bunyan"]),
];

/// All that carries a request's id to the log in production.
pub(super) fn read(reading: &Reading<'_>, loggers: &[Logger]) -> Vec<RequestId> {
    let mut found = Vec::new();
    request_loggers(reading, loggers, &mut found);
    contexts(reading, loggers, &mut found);
    children(reading, &mut found);
    tracing(reading, loggers, &mut found);
    found
}

/// Packages whose middleware makes a child logger for each request.
const MIDDLEWARES: &[&str] =
    &["pino-http", "express-pino-logger", "koa-pino-logger", "hono-pino", "express-bunyan-logger", "bunyan-middleware"];

fn request_loggers(reading: &Reading<'_>, loggers: &[Logger], found: &mut Vec<RequestId>) {
    for package in MIDDLEWARES {
        for site in reading.calls_of(package) {
            let makes =
                |way: &String| matches!(way.as_str(), "" | "pinoHttp" | "logger" | "pinoLogger" | "errorLogger");
            if site_ways(site, package).iter().any(makes) {
                add(reading, site, Carrier::RequestLogger((*package).to_owned()), true, found);
            }
        }
    }
    for logger in loggers {
        let per_request =
            logger.package.as_deref().is_some_and(|package| matches!(package, "nestjs-pino" | "hapi-pino" | "fastify"));
        // A Fastify that is given an instance makes a child of that for each request.
        let given = logger.requests && matches!(logger.package.as_deref(), Some("pino" | "winston" | "bunyan"));
        if per_request || given {
            found.push(RequestId {
                place: logger.place.clone(),
                how: Carrier::RequestLogger(logger.package.clone().unwrap_or_default()),
                logged: true,
                credential: logger.credential.clone(),
            });
        }
    }
}

/// Asynchronous contexts that hold an id.
fn contexts(reading: &Reading<'_>, loggers: &[Logger], found: &mut Vec<RequestId>) {
    for (package, ways) in CONTEXTS {
        for site in reading.calls_of(package) {
            if site_ways(site, package).iter().any(|way| ways.contains(&way.as_str())) {
                add(reading, site, Carrier::Context((*package).to_owned()), true, found);
            }
        }
    }
    let read_by_logger = |package: &str| is_read_by_logger(reading, loggers, package);
    // `storage.run({ requestId }, next)`, `storage.enterWith(…)` on Node's own.
    for site in reading.calls_of("async_hooks") {
        let Some((module, call)) = reading.call(site) else { continue };
        let runs =
            site_ways(site, "async_hooks").iter().any(|way| way.ends_with(".run") || way.ends_with(".enterWith"));
        let given = call.arguments.first().is_some_and(|store| holds_id(reading, site.at, *store));
        if runs && (given || sets_id_inside(reading, module, site, &call)) {
            add(reading, site, Carrier::Context("AsyncLocalStorage".to_owned()), read_by_logger("async_hooks"), found);
        }
    }
    for package in STORES {
        for site in reading.calls_of(package) {
            let Some((module, call)) = reading.call(site) else { continue };
            let ways = site_ways(site, package);
            let sets = ways.iter().any(|way| way.ends_with("set"))
                && call.arguments.first().is_some_and(|key| names_id_text(reading, site.at, *key));
            // `ClsModule.forRoot({ middleware: { mount: true, generateId: true } })`.
            let generates = *package == "nestjs-cls"
                && module.exprs_in(call.id).any(|(_, expr)| match expr {
                    Expr::Object(properties) => properties.iter().any(|property| matches!(property,
                        Property::Entry { key: Key::Name(key), .. } if matches!(module.name(*key), "generateId" | "idGenerator"))),
                    _ => false,
                });
            let stores = *package == "hono" && ways.iter().any(|way| way == "contextStorage");
            let defaults = package.ends_with("request-context")
                && module
                    .exprs_in(call.id)
                    .any(|(id, expr)| matches!(expr, Expr::Object(_)) && holds_id(reading, site.at, id));
            if sets || generates || stores || defaults {
                add(reading, site, Carrier::Context((*package).to_owned()), read_by_logger(package), found);
            }
        }
    }
}

/// Whether a logger of the service reads a context: in pino's `mixin`, in a format, or in one of its own loggers.
fn is_read_by_logger(reading: &Reading<'_>, loggers: &[Logger], package: &str) -> bool {
    reading.calls_of(package).any(|site| {
        let reads = site_ways(site, package).iter().any(|way| {
            ["getStore", "get", "getId", "id", "getContext"].iter().any(|end| way.rsplit('.').next() == Some(end))
        });
        reads && near_logger(reading, loggers, site.at, site.id, 3)
    })
}

/// Whether code stands in what a logger is made of, or in a function that such code calls.
fn near_logger(reading: &Reading<'_>, loggers: &[Logger], at: ModuleId, id: ExprId, depth: u32) -> bool {
    let (Some(module), Some(depth)) = (reading.program.module(at), depth.checked_sub(1)) else { return false };
    let path = reading.program.path(at);
    let made_here = loggers.iter().any(|logger| {
        Some(&logger.place.path) == path || logger.mixin.as_ref().is_some_and(|mixin| Some(&mixin.path) == path)
    });
    if made_here || makes_child(reading, at, module, id) {
        return true;
    }
    module.enclosing_functions(id).any(|function| {
        if reading.leads_to_log(at, function, 4) {
            return true;
        }
        reading
            .program
            .uses_of(at, function)
            .into_iter()
            .any(|(caller, call)| near_logger(reading, loggers, caller, call, depth))
    })
}

/// Whether a value is given to a logger's `child` where it stands.
fn makes_child(reading: &Reading<'_>, at: ModuleId, module: &Module, id: ExprId) -> bool {
    module.ancestors(id).any(|node| match node {
        prodcheck_formats::javascript::Node::Expr(outer) => module.call(outer).is_some_and(|call| {
            reading.log_call(at, call.id).is_some()
                || matches!(module.expr(call.callee), Expr::Member { property, .. } if module.name(*property) == "child")
        }),
        _ => false,
    })
}

/// `storage.run(new Map(), () => { storage.getStore().set('requestId', id); next() })`.
fn sets_id_inside(
    reading: &Reading<'_>,
    module: &Module,
    site: &Site,
    call: &prodcheck_formats::javascript::Call<'_>,
) -> bool {
    let body = module.enclosing_function(call.id);
    let calls: Vec<_> = match body {
        Some(function) => module.calls_in(function).collect(),
        None => Vec::new(),
    };
    calls.iter().any(|inner| {
        matches!(module.expr(inner.callee), Expr::Member { property, .. } if module.name(*property) == "set")
            && inner.arguments.first().is_some_and(|key| names_id_text(reading, site.at, *key))
    })
}

/// Child loggers that are made with an id while a request is served.
fn children(reading: &Reading<'_>, found: &mut Vec<RequestId>) {
    for site in reading.sites() {
        let Some((module, call)) = reading.call(site) else { continue };
        let Expr::Member { property, .. } = module.expr(call.callee) else { continue };
        if !matches!(
            module.name(*property),
            "child" | "withContext" | "setBindings" | "with" | "appendKeys" | "withFields"
        ) {
            continue;
        }
        let of_logger = site.callee.iter().any(|value| match value {
            Value::Outside(outside) => match &outside.origin {
                Origin::Package(name, _) => logger_package(name).is_some(),
                _ => false,
            },
            _ => false,
        }) || is_named_logger(module, call.callee);
        let in_request = module.enclosing_function(call.id).is_some();
        if of_logger
            && in_request
            && call.arguments.first().is_some_and(|bindings| holds_id(reading, site.at, *bindings))
        {
            add(reading, site, Carrier::Child, true, found);
        }
    }
}

fn is_named_logger(module: &Module, callee: ExprId) -> bool {
    let Expr::Member { object, .. } = module.expr(callee) else { return false };
    let name = match module.expr(*object) {
        Expr::Identifier { name, .. } => module.name(*name),
        Expr::Member { property, .. } => module.name(*property),
        _ => return false,
    };
    words(name).last().is_some_and(|last| matches!(last.as_str(), "log" | "logger"))
}

/// Instrumentations that put a trace's id into each line.
fn tracing(reading: &Reading<'_>, loggers: &[Logger], found: &mut Vec<RequestId>) {
    let logs_with = |packages: &[&str]| {
        loggers
            .iter()
            .any(|logger| logger.package.as_deref().is_some_and(|package| packages.contains(&super::family(package))))
    };
    for (package, ways, of) in INSTRUMENTATIONS {
        if !logs_with(of) {
            continue;
        }
        for site in reading.calls_of(package) {
            if site_ways(site, package).iter().any(|way| ways.contains(&way.as_str())) {
                add(reading, site, Carrier::Tracing((*package).to_owned()), true, found);
            }
        }
        for (module, place) in &reading.conditions.preloads {
            if module.starts_with(package) {
                found.push(RequestId {
                    place: place.clone(),
                    how: Carrier::Tracing((*package).to_owned()),
                    logged: true,
                    credential: None,
                });
            }
        }
    }
    // Datadog: only where it is told to, and into JSON lines only.
    let json = loggers.iter().any(|logger| logger.format == Format::Json);
    for site in reading.calls_of("dd-trace") {
        let Some((module, call)) = reading.call(site) else { continue };
        let starts = site_ways(site, "dd-trace").iter().any(|way| way == "init" || way.ends_with(".init"));
        let option = call.argument(module, 0).and_then(|options| reading.option_in(site.at, options, "logInjection"));
        let on = match option {
            Some((at, option)) => reading.settle(at, option) == Settled::Bool(true),
            None => {
                matches!(reading.variable("DD_LOGS_INJECTION"), Settled::Text(text) if text == "true" || text == "1")
            }
        };
        if starts && json && on {
            add(reading, site, Carrier::Tracing("dd-trace".to_owned()), true, found);
        }
    }
    // <https://github.com/googleapis/nodejs-logging-winston#using-as-an-express-middleware>: lines are grouped by trace.
    for package in ["@google-cloud/logging-winston", "@google-cloud/logging-bunyan"] {
        for site in reading.calls_of(package) {
            if site_ways(site, package)
                .iter()
                .any(|way| way.ends_with("express.makeMiddleware") || way.ends_with("express.middleware"))
            {
                add(reading, site, Carrier::Tracing(package.to_owned()), true, found);
            }
        }
    }
}

/// The ways by which a call goes to a package or a built-in module.
fn site_ways(site: &Site, source: &str) -> Vec<String> {
    let outside = site.callee.iter().filter_map(|value| match value {
        Value::Outside(outside) if outside.source() == source => Some(way(outside)),
        _ => None,
    });
    outside.collect()
}

fn add(reading: &Reading<'_>, site: &Site, how: Carrier, logged: bool, found: &mut Vec<RequestId>) {
    let credential = match reading.reach(site.at, site.id) {
        Reach::Never => return,
        Reach::Credential(name) => Some(name),
        Reach::Yes => None,
    };
    found.push(RequestId { place: reading.place_of(site), how, logged, credential });
}

/// Whether an object holds the id of a request: a property's name says so.
fn holds_id(reading: &Reading<'_>, at: ModuleId, object: ExprId) -> bool {
    reading.ends(at, object).into_iter().any(|(at, end)| {
        let Some(module) = reading.program.module(at) else { return false };
        match module.expr(end) {
            Expr::Object(properties) => properties.iter().any(|property| match property {
                Property::Entry { key: Key::Name(key), .. } => names_id(module.name(*key)),
                Property::Entry { key: Key::Computed(key), .. } => names_id_text(reading, at, *key),
                Property::Spread(_) => false,
            }),
            // `new Map([['requestId', id]])`, `new RequestContext(requestId)`.
            Expr::New { arguments, .. } => arguments.iter().any(|argument| {
                module.exprs_in(*argument).any(|(id, expr)| match expr {
                    Expr::String(text) => names_id(module.name(*text)),
                    Expr::Identifier { name, .. } => names_id(module.name(*name)),
                    Expr::Member { .. } => last(module, id).is_some_and(names_id),
                    _ => false,
                })
            }),
            Expr::Identifier { name, .. } => names_id(module.name(*name)),
            Expr::Member { property, .. } => names_id(module.name(*property)),
            // `storage.run(randomUUID(), next)`.
            Expr::Call { callee, .. } => last(module, *callee).is_some_and(|name| {
                matches!(name, "randomUUID" | "uuid" | "uuidv4" | "uuidv7" | "v4" | "v7" | "nanoid" | "ulid" | "cuid")
            }),
            _ => false,
        }
    })
}

fn last(module: &Module, expr: ExprId) -> Option<&str> {
    match module.expr(expr) {
        Expr::Identifier { name, .. } => Some(module.name(*name)),
        Expr::Member { property, .. } => Some(module.name(*property)),
        _ => None,
    }
}

fn names_id_text(reading: &Reading<'_>, at: ModuleId, key: ExprId) -> bool {
    match reading.settle(at, key) {
        Settled::Text(text) => names_id(&text),
        _ => reading.program.module(at).and_then(|module| last(module, key)).is_some_and(names_id),
    }
}

/// Whether a name is that of a request's id: `requestId`, `reqId`, `correlationId`, `x-request-id`, `traceId`.
fn names_id(name: &str) -> bool {
    let words: Vec<String> = words(name).collect();
    let of = |word: &String| {
        matches!(
            word.as_str(),
            "request" | "req" | "correlation" | "trace" | "transaction" | "operation" | "span" | "job" | "message"
        )
    };
    let joined = words.join("");
    matches!(joined.as_str(), "requestid" | "reqid" | "correlationid" | "traceid" | "rid" | "cid")
        || (words.last().is_some_and(|last| matches!(last.as_str(), "id" | "uuid")) && words.iter().any(of))
}

#[cfg(test)]
mod tests {
    use super::Carrier;
    use crate::in_memory::ask;
    use crate::logging::read;

    fn found(text: &str) -> Vec<String> {
        let logging = ask(&[("größe.ts", text)], &[], read);
        let shown = logging.request_ids.iter().map(|one| {
            let how = match &one.how {
                Carrier::Child => "child".to_owned(),
                Carrier::RequestLogger(package) => format!("logger {package}"),
                Carrier::Context(package) => format!("context {package}"),
                Carrier::Tracing(package) => format!("tracing {package}"),
            };
            format!("{how}{}", if one.logged { "" } else { " unread" })
        });
        shown.collect()
    }

    #[test]
    fn what_carries_an_id() {
        for (code, expected) in [
            ("import http from 'pino-http'; app.use(http()) // ü", "logger pino-http"),
            (
                "import http from 'pino-http'; import pino from 'pino'; const logger = pino(); app.use(http({ logger }))",
                "logger pino-http",
            ),
            ("import Fastify from 'fastify'; Fastify({ logger: true })", "logger fastify"),
            (
                "import { AsyncLocalStorage } from 'node:async_hooks'; import pino from 'pino'; const als = new AsyncLocalStorage(); const log = pino({ mixin: () => ({ ...als.getStore() }) }); app.use((req, res, next) => als.run({ requestId: randomUUID() }, next)); log.info(1)",
                "context AsyncLocalStorage",
            ),
            (
                "import { AsyncLocalStorage } from 'node:async_hooks'; const als = new AsyncLocalStorage(); app.use((req, res, next) => als.run({ requestId: 1 }, next)); console.log(1)",
                "context AsyncLocalStorage unread",
            ),
            ("import rTracer from 'cls-rtracer'; app.use(rTracer.expressMiddleware())", "context cls-rtracer"),
            (
                "import pino from 'pino'; const log = pino(); app.use((req, res, next) => { req.log = log.child({ reqId: req.id }); next() })",
                "child",
            ),
            (
                "import winston from 'winston'; import { getNodeAutoInstrumentations } from '@opentelemetry/auto-instrumentations-node'; winston.createLogger(); sdk(getNodeAutoInstrumentations())",
                "tracing @opentelemetry/auto-instrumentations-node",
            ),
            (
                "import tracer from 'dd-trace'; import pino from 'pino'; pino(); tracer.init({ logInjection: true })",
                "tracing dd-trace",
            ),
        ] {
            assert_eq!(found(code), [expected], "{code}");
        }
    }

    #[test]
    fn what_carries_none() {
        for code in [
            "import Fastify from 'fastify'; Fastify({ logger: false })",
            "import { AsyncLocalStorage } from 'node:async_hooks'; const als = new AsyncLocalStorage(); app.use((req, res, next) => als.run({ tenant: 'a' }, next))",
            "import pino from 'pino'; const log = pino().child({ module: 'a' }); log.info(1)",
            "import { v4 as requestId } from 'uuid'; app.use((req, res, next) => { req.id = requestId(); next() })",
            "import tracer from 'dd-trace'; tracer.init()",
        ] {
            assert_eq!(found(code), Vec::<String>::new(), "{code}");
        }
    }
}
