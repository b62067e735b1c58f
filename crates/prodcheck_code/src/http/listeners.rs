//! The servers that listen, and on which port.

use crate::{Reach, Reading, Settled};
use prodcheck_formats::javascript::{Call, Expr, Module};
use prodcheck_program::long_running::{self, Purpose};
use prodcheck_program::program::{ModuleId, Origin, Part, Value};
use prodcheck_source::Place;

/// A server that listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listener {
    /// The call.
    pub place: Place,
    /// The package or built-in module; `None` where the receiver could not be followed.
    pub by: Option<&'static str>,
    /// The port in production.
    pub port: Port,
    /// Where it is given a certificate, so that it ends TLS itself.
    pub tls: Option<Place>,
    /// Whether production comes there.
    pub reach: Reach,
}

/// The port that a server listens on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Port {
    /// This one: a literal, or the default where nothing else is set.
    Number(u16),
    /// An environment variable without a default.
    Variable(String),
    /// A socket's path, a file descriptor, or something that only running it would tell.
    Unknown,
}

/// All servers that listen for HTTP.
pub fn find(reading: &Reading<'_>) -> Vec<Listener> {
    let mut found = Vec::new();
    for up in long_running::find(reading.program) {
        if up.purpose != Purpose::Http {
            continue;
        }
        let Some(at) = reading.program.id(&up.place.path) else { continue };
        let Some(module) = reading.program.module(at) else { continue };
        let Some(call) = module.calls().find(|call| call.span == up.place.span) else { continue };
        found.push(Listener {
            port: port(reading, at, module, &call),
            tls: tls(reading, at, module, &call),
            reach: reading.reach(at, call.id),
            place: up.place,
            by: up.by,
        });
    }
    found
}

fn port(reading: &Reading<'_>, at: ModuleId, module: &Module, call: &Call<'_>) -> Port {
    let Some(first) = call.argument(module, 0) else { return Port::Unknown };
    let settled = match reading.settle(at, first) {
        Settled::Literal(of, object) => match reading.settle_member(of, object, "port") {
            Settled::Undefined => return Port::Unknown,
            settled => settled,
        },
        settled => settled,
    };
    match settled {
        Settled::Unset(name) | Settled::Hidden(name) => Port::Variable(name),
        settled => match settled.number() {
            Some(number) if number.fract() == 0.0 && (0.0..=65535.0).contains(&number) => Port::Number(number as u16),
            _ => Port::Unknown,
        },
    }
}

/// Where a server is given what it needs to end TLS.
fn tls(reading: &Reading<'_>, at: ModuleId, module: &Module, call: &Call<'_>) -> Option<Place> {
    let secure = |value: &Value| {
        let Value::Outside(outside) = value else { return false };
        let makes = outside.way.iter().any(|part| {
            matches!(part, Part::Member(name) if matches!(name.as_str(), "createServer" | "Server" | "createSecureServer" | "SSLApp"))
        });
        let https = matches!(&outside.origin, Origin::Builtin(name) if name == "https" || name == "http2");
        let secure = outside
            .way
            .iter()
            .any(|part| matches!(part, Part::Member(name) if name == "createSecureServer" || name == "SSLApp"));
        secure || (https && makes && outside.source() == "https")
    };
    let Expr::Member { object, .. } = module.expr(call.callee) else { return None };
    let values = reading.program.values(at, *object);
    // Where the server can also be a plain one, a setting decides, and nothing says that production sets it.
    if !values.is_empty() && values.iter().all(secure) {
        return Some(reading.place(at, call.span));
    }
    // An app that is made with a certificate: `fastify({ https: { … } })`.
    for made in reading.made(at, *object) {
        let crate::Made::By(of, maker) = made else { continue };
        let Some((code, maker)) = reading.program.module(of).and_then(|code| Some((code, code.call(maker)?))) else {
            continue;
        };
        let Some(options) = maker.argument(code, 0) else { continue };
        for key in ["https", "tls", "httpsOptions"] {
            if let Some((at, given)) = reading.option(of, options, key)
                && matches!(reading.settle(at, given), Settled::Literal(..))
                && reading.reach(at, given).is_reached()
            {
                let span = reading.program.module(at).map(|module| module.span(given)).unwrap_or_default();
                return Some(reading.place(at, span));
            }
        }
    }
    None
}

/// Where the app is told that a proxy stands in front: `app.set('trust proxy', 1)`, `app.proxy = true`,
/// `fastify({ trustProxy: true })`.
pub fn trust_proxy(reading: &Reading<'_>) -> Option<Place> {
    for (at, _, module) in reading.program.modules() {
        for (id, expr) in module.exprs() {
            let told = match expr {
                Expr::Call { callee, arguments, .. } => {
                    let method = match module.expr(*callee) {
                        Expr::Member { property, .. } => module.name(*property),
                        _ => "",
                    };
                    let first = arguments.first().and_then(|first| module.string(*first));
                    (method == "set" || method == "enable") && first == Some("trust proxy") || method == "trustProxy"
                }
                Expr::Object(_) => module.property(id, "trustProxy").is_some_and(|value| {
                    !matches!(reading.settle(at, value), Settled::Bool(false) | Settled::Undefined)
                }),
                _ => false,
            };
            if told && reading.reach(at, id).is_reached() {
                return Some(reading.place(at, module.span(id)));
            }
        }
    }
    None
}
