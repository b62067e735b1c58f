//! What a handler closes: the server, a client, a worker.

use super::servers::{Servers, Which};
use super::table::{DESTROYERS, WRAPPERS};
use crate::course::{Act, Deed, is_unknown};
use crate::process_events::registration::Registration;
use crate::reading::{Reading, of_package, of_runtime};
use prodcheck_formats::javascript::{Expr, ExprId, Module};
use prodcheck_program::long_running;
use prodcheck_program::program::{Outside, Part, Value};
use prodcheck_source::Place;

/// Something that is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Where.
    pub place: Place,
    /// The call, short: `server.close`.
    pub shown: String,
    /// What.
    pub what: Closed,
}

/// What is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// The server that listens in production.
    Server,
    /// A server that listens only where production does not come.
    DevelopmentServer,
    /// A server that is not the one that listens.
    OtherServer,
    /// Something of this package that is no server.
    Client(String),
    /// A worker process: the signal is passed on.
    Worker,
    /// Something of which nobody can tell what it is, by its name no client of a database or the like.
    Unknown,
    /// Something of which nobody can tell what it is, by its name a client of a database or the like.
    UnknownClient,
}

/// Methods that close something.
const CLOSES: &[&str] = &[
    "close",
    "closeAsync",
    "stop",
    "shutdown",
    "shutDown",
    "terminate",
    "drain",
    "destroy",
    "disconnect",
    "$disconnect",
    "quit",
    "end",
    "dispose",
    "lower",
    "teardown",
    "tearDown",
    "gracefulShutdown",
    "gracefulStop",
    "tryShutdown",
    "closeAll",
    "stopAll",
    "closeConnection",
    "logout",
    "cancel",
    "forceShutdown",
    "abort",
];

/// Words in the names of what is no server.
const CLIENTS: &[&str] = &[
    "db",
    "database",
    "redis",
    "mongo",
    "mongoose",
    "pool",
    "connection",
    "conn",
    "prisma",
    "knex",
    "sequelize",
    "orm",
    "datasource",
    "queue",
    "cache",
    "logger",
    "log",
    "telemetry",
    "otel",
    "sdk",
    "tracer",
    "producer",
    "publisher",
    "browser",
    "session",
    "store",
    "storage",
    "postgres",
    "pg",
    "mysql",
    "elastic",
    "kafka",
    "rabbit",
    "amqp",
    "channel",
    "sentry",
    "metrics",
    "timer",
    "watcher",
    "clients",
    "transport",
    "transporter",
    "mailer",
];

impl Closing {
    /// What something that is done closes.
    pub(super) fn of(reading: &Reading<'_>, servers: &Servers, deed: &Deed) -> Option<Self> {
        let Act::Call(id) = deed.act else { return None };
        let module = reading.program.module(deed.at)?;
        let call = module.call(id)?;
        if call.is_new {
            return None;
        }
        let place = || reading.place(deed.at, call.span);
        let (receiver, method) = match module.expr(call.callee) {
            Expr::Member { object, property, .. } => (Some(*object), module.name(*property)),
            Expr::Identifier { name, .. } => (None, module.name(*name)),
            _ => return None,
        };
        let closing = |what| Some(Self { place: place(), shown: shown(module, call.callee), what });
        // The program's own function: what it does is followed.
        let own = deed.callee.iter().any(|value| matches!(value, Value::Function(..)));
        if own {
            return told(module, &call).then(|| closing(Closed::Unknown)).flatten();
        }
        let outside = deed.callee.iter().filter(|_| !is_unknown(&deed.callee)).find_map(|value| match value {
            Value::Outside(outside) => Some(outside),
            _ => None,
        });
        if let Some(outside) = outside {
            if of_workers(outside) {
                return matches!(method, "kill" | "disconnect" | "send").then(|| closing(Closed::Worker)).flatten();
            }
            if !closes(method) {
                return by_package(outside).filter(|_| receiver.is_none() && says_closing(method)).and_then(closing);
            }
            let what = match by_package(outside) {
                Some(Closed::Server) => match receiver {
                    Some(receiver) if !is_exempt(outside) => of_which(servers.which(reading, deed.at, receiver)),
                    _ => Closed::Server,
                },
                Some(other) => other,
                None => return None,
            };
            return closing(what);
        }
        let Some(receiver) = receiver else {
            // `closeServer()` of nobody knows where.
            return says_closing(method).then(|| closing(Closed::Unknown)).flatten();
        };
        if method == "kill" && named(module, receiver).is_some_and(|name| is_worker_name(&name)) {
            return closing(Closed::Worker);
        }
        if !closes(method) && !says_closing(method) {
            return told(module, &call).then(|| closing(Closed::Unknown)).flatten();
        }
        let name = named(module, receiver).unwrap_or_default().to_ascii_lowercase();
        if name.contains("socket") && !name.contains("server") {
            return None;
        }
        let client = crate::logging::words_of(&name).iter().any(|word| CLIENTS.contains(&word.as_str()))
            || CLIENTS.iter().any(|word| word.len() > 3 && name.contains(word));
        if client {
            return closing(Closed::UnknownClient);
        }
        match servers.which(reading, deed.at, receiver) {
            Which::Aside => closing(Closed::DevelopmentServer),
            Which::Live | Which::Other => closing(Closed::Unknown),
        }
    }

    /// What a handler that is a method of something outside closes: `app.close.bind(app)`.
    pub(super) fn of_handler(registration: &Registration) -> Option<Self> {
        let close = |outside: &Outside| {
            let Some(Part::Member(method)) = outside.way.last() else { return None };
            let what = by_package(outside).filter(|_| closes(method))?;
            Some(Self { place: registration.place.clone(), shown: method.clone(), what })
        };
        registration.outside.iter().find_map(close)
    }

    /// Whether the server is closed, as far as anybody can tell.
    pub fn is_server(&self) -> bool {
        matches!(self.what, Closed::Server | Closed::Unknown)
    }
}

/// Whether something that is done destroys open sockets before their requests are answered, and where.
pub(super) fn destroys(reading: &Reading<'_>, deed: &Deed) -> Option<Place> {
    let Act::Call(id) = deed.act else { return None };
    if deed.waited || deed.later || deed.caught {
        return None;
    }
    let module = reading.program.module(deed.at)?;
    let call = module.call(id)?;
    let Expr::Member { object, property, .. } = module.expr(call.callee) else { return None };
    let method = module.name(*property);
    let of_destroyer = DESTROYERS.iter().any(|package| loads(module, package));
    let all_at_once = method == "closeAllConnections" || (method == "destroy" && of_destroyer && !deed.looped);
    let sockets = || {
        let mut name = named(module, *object).unwrap_or_default().to_ascii_lowercase();
        name.push_str(&looped_over(module, id).to_ascii_lowercase());
        name.contains("sock") || name.contains("conn")
    };
    let each = deed.looped && matches!(method, "destroy" | "destroySoon" | "resetAndDestroy") && sockets();
    (all_at_once || each).then(|| reading.place(deed.at, call.span))
}

fn loads(module: &Module, package: &str) -> bool {
    module.imports().iter().any(|import| module.name(import.source.value) == package)
        || module
            .requests()
            .iter()
            .any(|request| request.specifier.is_some_and(|name| module.name(name.value) == package))
}

/// The names of what the loops around a call go over.
fn looped_over(module: &Module, id: ExprId) -> String {
    use prodcheck_formats::javascript::{Node, Stmt};
    let mut names = String::new();
    for outer in module.ancestors(id) {
        let list = match outer {
            Node::Stmt(stmt) => match module.stmt(stmt) {
                Stmt::ForOf { right, .. } | Stmt::ForIn { right, .. } => Some(*right),
                _ => None,
            },
            Node::Expr(outer) => module.call(outer).and_then(|call| match module.expr(call.callee) {
                Expr::Member { object, .. } => Some(*object),
                _ => None,
            }),
            _ => None,
        };
        if let Some(list) = list {
            names.push_str(&named(module, list).unwrap_or_default());
        }
    }
    names
}

fn closes(method: &str) -> bool {
    CLOSES.contains(&method)
}

/// Whether a name says that something is closed: `closeServer`, `stopHttp`, `shutdownGracefully`.
fn says_closing(name: &str) -> bool {
    let words = crate::logging::words_of(name);
    let first = words.first().map_or("", String::as_str);
    matches!(
        first,
        "close"
            | "stop"
            | "shutdown"
            | "terminate"
            | "drain"
            | "destroy"
            | "disconnect"
            | "cleanup"
            | "dispose"
            | "teardown"
            | "graceful"
    ) || words.windows(2).any(|pair| matches!(pair, [shut, down] if shut == "shut" && down == "down"))
        || words.contains(&"shutdown".to_owned())
}

/// Whether something is told by a text that it ends: `hooks.callAll('shutdown')`.
fn told(module: &Module, call: &prodcheck_formats::javascript::Call<'_>) -> bool {
    let text = call.argument(module, 0).and_then(|first| module.string(first));
    text.is_some_and(|text| {
        matches!(text, "shutdown" | "close" | "stop" | "terminate" | "beforeShutdown" | "onShutdown" | "exit")
    })
}

fn of_which(which: Which) -> Closed {
    match which {
        Which::Live => Closed::Server,
        Which::Aside => Closed::DevelopmentServer,
        Which::Other => Closed::OtherServer,
    }
}

/// Whether closing something closes the server that it stands on, whichever object makes that.
fn is_exempt(outside: &Outside) -> bool {
    // Apollo's server drains the one that it is given; socket.io closes the one that it is attached to.
    matches!(
        outside.source(),
        "@apollo/server" | "apollo-server" | "apollo-server-express" | "socket.io" | "@nestjs/common"
    ) || outside.way.contains(&Part::Typed)
}

fn by_package(outside: &Outside) -> Option<Closed> {
    let value = Value::Outside(outside.clone());
    let source = outside.source();
    let runtime = |name| of_runtime(&value, name).is_some();
    if ["http", "https", "http2", "net", "tls", "Bun", "Deno"].into_iter().any(runtime) {
        return Some(Closed::Server);
    }
    if WRAPPERS.iter().chain(DESTROYERS).any(|package| of_package(&value, package).is_some())
        || long_running::is_server(source)
        || matches!(
            source,
            "socket.io"
                | "@nestjs/common"
                | "spdy"
                | "http2-express-bridge"
                | "apollo-server-express"
                | "grpc"
                | "@grpc/grpc-js"
                | "discord.js"
                | "telegraf"
                | "grammy"
        )
    {
        return Some(Closed::Server);
    }
    match &outside.origin {
        prodcheck_program::program::Origin::Package(name, _) => Some(Closed::Client(name.clone())),
        _ => None,
    }
}

/// Whether something is a child of the process.
fn of_workers(outside: &Outside) -> bool {
    matches!(outside.source(), "cluster" | "child_process" | "worker_threads")
}

fn is_worker_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["worker", "child", "proc", "fork"].iter().any(|word| name.contains(word))
}

/// The last name of an expression.
pub(super) fn named(module: &Module, expr: ExprId) -> Option<String> {
    match module.expr(expr) {
        Expr::Identifier { name, .. } => Some(module.name(*name).to_owned()),
        Expr::Member { property, .. } => Some(module.name(*property).to_owned()),
        Expr::Index { object, .. } => named(module, *object),
        Expr::Call { callee, arguments, .. } => {
            let own = match module.expr(*callee) {
                Expr::Member { object, property, .. } => {
                    format!("{}.{}", named(module, *object).unwrap_or_default(), module.name(*property))
                }
                _ => named(module, *callee)?,
            };
            Some(arguments.iter().fold(own, |text, argument| text + &named(module, *argument).unwrap_or_default()))
        }
        Expr::This => Some("this".to_owned()),
        _ => None,
    }
}

/// The callee as text, short.
fn shown(module: &Module, callee: ExprId) -> String {
    match module.expr(callee) {
        Expr::Member { object, property, .. } => {
            format!("{}.{}", named(module, *object).unwrap_or_else(|| "…".to_owned()), module.name(*property))
        }
        _ => named(module, callee).unwrap_or_else(|| "…".to_owned()),
    }
}
