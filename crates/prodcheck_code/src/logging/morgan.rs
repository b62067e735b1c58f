//! What morgan's tokens print: headers of the request, what the code's own tokens give, and addresses with tokens in them.
//!
//! Tokens and formats: <https://github.com/expressjs/morgan#tokens>; every format that morgan brings along has `:url`.

use super::call::Taker;
use super::disclosure::{Disclosure, What, gravest_of};
use super::level::Level;
use super::names::{self, Meaning};
use crate::reading::way;
use crate::{Reading, Settled};
use prodcheck_formats::javascript::{Expr, Module, Origin, Step};
use prodcheck_program::program::{At, Value};
use prodcheck_source::Place;

/// The values that morgan prints and should not.
pub(super) fn read(reading: &Reading<'_>) -> Vec<Disclosure> {
    let mut found = Vec::new();
    let tokens = own_tokens(reading);
    for site in reading.calls_of("morgan") {
        let Some((module, call)) = reading.call(site) else { continue };
        let makes = site.callee.iter().any(
            |value| matches!(value, Value::Outside(outside) if outside.source() == "morgan" && way(outside).is_empty()),
        );
        let Some(format) = call.argument(module, 0).filter(|_| makes && reading.reach(site.at, site.id).is_reached())
        else {
            continue;
        };
        let text = match reading.settle(site.at, format) {
            Settled::Text(text) => text,
            _ => spelled(reading, (site.at, format)),
        };
        let place = reading.place_at((site.at, format));
        if let Some(header) = headers_in(&text).find(|header| names::meaning(header) == Some(Meaning::Secret)) {
            found.push(disclosure(What::MorganToken, format!(":req[{header}]"), place.clone()));
        }
        for (name, value) in &tokens {
            let used = text.split(':').skip(1).any(|rest| {
                rest.strip_prefix(name.as_str())
                    .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-'))
            });
            if let (true, Some((what, shown, at))) = (used, gravest_of(reading, *value)) {
                found.push(disclosure(what, shown, reading.place_at(at)));
            }
        }
        let named = matches!(text.as_str(), "combined" | "common" | "dev" | "short" | "tiny");
        if (named || text.contains(":url")) && reads_token_from_address(reading) {
            found.push(disclosure(What::Link, ":url".to_owned(), place));
        }
    }
    found
}

fn disclosure(what: What, shown: String, place: Place) -> Disclosure {
    let level = Some(Level::Info);
    Disclosure {
        place,
        what,
        shown,
        level,
        kept_back: None,
        keys: Vec::new(),
        taker: Taker::Package("morgan".to_owned()),
    }
}

/// The texts of a format, where a part of it only running it would tell.
fn spelled(reading: &Reading<'_>, (at, format): At) -> String {
    let mut text = String::new();
    for (at, end) in reading.ends(at, format) {
        let Some(module) = reading.program.module(at) else { continue };
        for (_, part) in module.exprs_in(end) {
            match part {
                Expr::String(name) => text.push_str(module.name(*name)),
                Expr::Template(template) => {
                    for part in &template.texts {
                        text.push_str(module.name(part.text));
                        text.push(' ');
                    }
                }
                _ => {}
            }
        }
    }
    text
}

/// The headers that a format prints: `:req[authorization]`.
fn headers_in(format: &str) -> impl Iterator<Item = &str> {
    format.split(":req[").skip(1).filter_map(|rest| rest.split(']').next())
}

/// The tokens that the code defines, and what their functions give.
fn own_tokens(reading: &Reading<'_>) -> Vec<(String, At)> {
    let mut found = Vec::new();
    for site in reading.calls_of("morgan") {
        let Some((module, call)) = reading.call(site) else { continue };
        let defines = site.callee.iter().any(
            |value| matches!(value, Value::Outside(outside) if outside.source() == "morgan" && way(outside) == "token"),
        );
        let (true, Some(name), Some(function)) = (defines, call.argument(module, 0), call.argument(module, 1)) else {
            continue;
        };
        let Settled::Text(name) = reading.settle(site.at, name) else { continue };
        for (at, function) in reading.functions(site.at, function) {
            let Some(code) = reading.program.module(at) else { continue };
            found.extend(code.returns(function).map(|value| (name.clone(), (at, value))));
        }
    }
    found
}

/// Whether the code takes a token out of an address: `req.query.token`, `const { token } = req.params`.
fn reads_token_from_address(reading: &Reading<'_>) -> bool {
    reading.program.modules().any(|(_, _, module)| {
        module.exprs().any(|(_, expr)| match expr {
            Expr::Member { object, property, .. } => {
                is_address(module, *object) && names::meaning(module.name(*property)) == Some(Meaning::Secret)
            }
            _ => false,
        }) || takes_token(module)
    })
}

fn takes_token(module: &Module) -> bool {
    module.bindings().any(|(_, binding)| match &binding.origin {
        Origin::Value { expr, path } => match path.as_ref() {
            [Step::Property(name)] => {
                is_address(module, *expr) && names::meaning(module.name(*name)) == Some(Meaning::Secret)
            }
            _ => false,
        },
        _ => false,
    })
}

fn is_address(module: &Module, expr: prodcheck_formats::javascript::ExprId) -> bool {
    let Expr::Member { object, property, .. } = module.expr(expr) else { return false };
    let of = match module.expr(*object) {
        Expr::Identifier { name, .. } | Expr::Member { property: name, .. } => module.name(*name),
        _ => return false,
    };
    matches!(module.name(*property), "query" | "params") && matches!(of, "req" | "request" | "ctx")
}
