//! Secrets that libraries are given to sign, encrypt or log in with, and ports that servers listen on.

use super::text::is_placeholder;
use super::{Finder, LiteralKind, name};
use crate::reading::way;
use crate::settle::variable_of;
use crate::{Reach, Reading, Settled};
use prodcheck_formats::javascript::{BinaryOperator, Call, Expr, ExprId, Module, Node};
use prodcheck_program::program::{At, ModuleId, Part, Value};

/// Where a call takes a secret.
#[derive(Debug, Clone, Copy)]
enum Takes {
    /// An argument.
    Argument(usize),
    /// An option of an argument.
    Option(usize, &'static str),
}

/// A call that takes a secret.
struct Row {
    package: &'static str,
    /// The last member on the way to the function; empty for the package itself.
    call: &'static str,
    takes: Takes,
}

const fn row(package: &'static str, call: &'static str, takes: Takes) -> Row {
    Row { package, call, takes }
}

/// Sources: <https://expressjs.com/en/resources/middleware/session.html>,
/// <https://expressjs.com/en/resources/middleware/cookie-session.html>, <https://expressjs.com/en/resources/middleware/cookie-parser.html>,
/// <https://github.com/auth0/node-jsonwebtoken#usage>, <https://github.com/auth0/express-jwt#usage>,
/// <https://github.com/fastify/fastify-jwt#usage>, <https://github.com/fastify/fastify-cookie#options>,
/// <https://github.com/fastify/session#api>, <https://github.com/koajs/session#options>,
/// <https://docs.nestjs.com/security/authentication>, <https://hono.dev/docs/middleware/builtin/jwt>,
/// <https://github.com/vvo/iron-session#session-options>, <https://hapi.dev/module/cookie/api>.
const TABLE: &[Row] = &[
    row("express-session", "", Takes::Option(0, "secret")),
    row("cookie-session", "", Takes::Option(0, "secret")),
    row("cookie-session", "", Takes::Option(0, "keys")),
    row("cookie-parser", "", Takes::Argument(0)),
    row("keygrip", "", Takes::Argument(0)),
    row("jsonwebtoken", "sign", Takes::Argument(1)),
    row("jsonwebtoken", "verify", Takes::Argument(1)),
    row("jwt-simple", "encode", Takes::Argument(1)),
    row("jwt-simple", "decode", Takes::Argument(1)),
    row("express-jwt", "", Takes::Option(0, "secret")),
    row("express-jwt", "expressjwt", Takes::Option(0, "secret")),
    row("koa-jwt", "", Takes::Option(0, "secret")),
    row("passport-jwt", "Strategy", Takes::Option(0, "secretOrKey")),
    row("@nestjs/jwt", "register", Takes::Option(0, "secret")),
    row("hono", "jwt", Takes::Option(0, "secret")),
    row("iron-session", "getIronSession", Takes::Option(2, "password")),
    row("client-sessions", "", Takes::Option(0, "secret")),
    row("crypto", "createHmac", Takes::Argument(1)),
    row("crypto", "createCipheriv", Takes::Argument(1)),
    row("crypto-js", "encrypt", Takes::Argument(1)),
    row("crypto-js", "decrypt", Takes::Argument(1)),
];

/// Plugins that an app is given with their options: `app.register(plugin, { secret })`.
const PLUGINS: &[(&str, &str)] = &[
    ("@fastify/jwt", "secret"),
    ("fastify-jwt", "secret"),
    ("@fastify/cookie", "secret"),
    ("fastify-cookie", "secret"),
    ("@fastify/session", "secret"),
    ("fastify-session", "secret"),
    ("@fastify/secure-session", "key"),
    ("@fastify/secure-session", "secret"),
];

/// Reads what calls are given.
pub fn read(finder: &mut Finder<'_, '_>) {
    let reading = finder.reading;
    for site in reading.sites() {
        let Some((module, call)) = reading.call(site) else { continue };
        for given in secrets(reading, site.at, module, &call) {
            signing(finder, given);
        }
    }
    // Koa: `app.keys = ['secret']`.
    for (at, _, module) in reading.program.modules() {
        for (_, expr) in module.exprs() {
            if let Expr::Assign { target, value, .. } = expr
                && let Expr::Member { object, property, .. } = module.expr(*target)
                && module.name(*property) == "keys"
                && of(reading, at, *object, "koa")
            {
                signing(finder, (at, *value));
            }
        }
    }
    ports(finder);
}

fn of(reading: &Reading<'_>, at: ModuleId, expr: ExprId, package: &str) -> bool {
    reading
        .program
        .values(at, expr)
        .iter()
        .any(|value| matches!(value, Value::Outside(outside) if outside.source() == package))
}

/// The expressions that give a call its secrets.
fn secrets(reading: &Reading<'_>, at: ModuleId, module: &Module, call: &Call<'_>) -> Vec<At> {
    let mut found = Vec::new();
    for value in reading.program.values(at, call.callee).iter() {
        let Value::Outside(outside) = value else { continue };
        let name = match outside.way.last() {
            Some(Part::Member(name)) => name.as_str(),
            None => "",
            _ => continue,
        };
        for row in TABLE.iter().filter(|row| row.package == outside.source() && row.call == name) {
            found.extend(match row.takes {
                Takes::Argument(index) => call.argument(module, index).map(|argument| (at, argument)),
                Takes::Option(index, option) => {
                    call.argument(module, index).and_then(|options| reading.option(at, options, option))
                }
            });
        }
        if way(outside).ends_with("register")
            && let (Some(plugin), Some(options)) = (call.argument(module, 0), call.argument(module, 1))
        {
            for (package, option) in PLUGINS {
                if of(reading, at, plugin, package) {
                    found.extend(reading.option(at, options, option));
                }
            }
        }
    }
    found
}

/// A secret that is a literal in production, by whatever names it comes.
fn signing(finder: &mut Finder<'_, '_>, (at, expr): At) {
    let reading = finder.reading;
    let settled = finder.unset.settle(at, expr);
    // A variable that nothing stands in for is none.
    if matches!(settled, Settled::Unset(_) | Settled::Hidden(_) | Settled::Undefined | Settled::Null) {
        return;
    }
    let ends = reading.ends(at, expr);
    if settled == Settled::Unknown && ends.len() > 1 {
        return;
    }
    for (of, end) in ends {
        let Some(module) = reading.program.module(of) else { continue };
        let elements: Vec<ExprId> = match module.expr(end) {
            Expr::Array(items) => items.to_vec(),
            _ => vec![end],
        };
        for element in elements {
            let (of, element) = reading.plain(of, element);
            let text = reading.program.module(of).and_then(|module| module.string(element));
            let Some(text) = text.filter(|text| !text.trim().is_empty()) else { continue };
            if settled.text().is_none_or(|settled| settled == text) && !is_replaced(reading, of, element, text) {
                finder.add(of, element, LiteralKind::Signing, "secret");
            }
        }
    }
}

/// Whether the program looks for this very text under the same name, to refuse or replace it.
fn is_replaced(reading: &Reading<'_>, at: ModuleId, literal: ExprId, text: &str) -> bool {
    let bound = reading.program.module(at).and_then(|module| name::bound_to(module, literal));
    let Some(bound) = bound else { return false };
    reading.program.modules().any(|(_, _, module)| {
        let Some(key) = module.find_name(bound) else { return false };
        module.exprs().any(|(_, expr)| match expr {
            Expr::Binary { operator: BinaryOperator::StrictEqual | BinaryOperator::Equal, left, right } => {
                let is_text = |side: ExprId| module.string(side) == Some(text);
                let is_member =
                    |side: ExprId| matches!(module.expr(side), Expr::Member { property, .. } if *property == key);
                (is_text(*left) && is_member(*right)) || (is_text(*right) && is_member(*left))
            }
            _ => false,
        })
    })
}

/// Literal ports.
fn ports(finder: &mut Finder<'_, '_>) {
    let reading = finder.reading;
    let listeners = crate::http::listeners::find(reading);
    for listener in listeners.iter().filter(|listener| listener.reach != Reach::Never && listener.by.is_some()) {
        let site = reading.sites().iter().find(|site| reading.place_of(site) == listener.place);
        let Some((site, (module, call))) = site.and_then(|site| Some((site, reading.call(site)?))) else { continue };
        let is_listen =
            matches!(module.expr(call.callee), Expr::Member { property, .. } if module.name(*property) == "listen");
        let Some(given) = call.argument(module, 0).filter(|_| is_listen) else { continue };
        let port = match module.expr(given) {
            Expr::Object(_) => reading.option(site.at, given, "port"),
            _ => Some((site.at, given)),
        };
        let Some((at, port)) = port else { continue };
        // `const { PORT = 3000 } = process.env`: the number is a default.
        if reading.program.values(at, port).iter().any(|value| variable_of(value).is_some()) {
            continue;
        }
        let (of, plain) = reading.plain(at, port);
        let Some(code) = reading.program.module(of) else { continue };
        let in_config = reading.program.path(of).is_some_and(|path| path.as_str().contains("config"));
        if let (Expr::Number(number), false) = (code.expr(plain), in_config)
            && *number > 0.0
            && !is_assigned_to_member(code, plain)
            && matches!(finder.unset.settle(at, port), Settled::Number(_))
        {
            finder.add(of, plain, LiteralKind::Port, number.to_string());
        }
    }
}

/// `config.port = 3003`: a default of the configuration.
fn is_assigned_to_member(module: &Module, expr: ExprId) -> bool {
    matches!(module.parent(expr), Some(Node::Expr(outer)) if matches!(module.expr(outer), Expr::Assign { target, .. }
        if matches!(module.expr(*target), Expr::Member { .. })))
}

/// Whether a text can be a secret at all.
pub fn can_be_secret(text: &str) -> bool {
    !is_placeholder(text) && text.len() <= 512 && !text.contains(char::is_whitespace)
}
