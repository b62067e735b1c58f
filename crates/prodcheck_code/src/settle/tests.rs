//! Values in production.

use super::Settled;
use crate::in_memory::ask;

/// The value of the argument of the call `probe(…)` in the first file.
fn probed(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Settled {
    ask(files, variables, |reading| {
        let (at, _, module) =
            reading.program.modules().find(|(_, path, _)| path.as_str() == files[0].0).expect("a module");
        let probe = module.calls().find(|call| files[0].1[call.span.range()].starts_with("probe(")).expect("a probe");
        reading.settle(at, probe.arguments[0])
    })
}

fn one(text: &str) -> Settled {
    probed(&[("größe.ts", text)], &[("LOG_LEVEL", "warn")])
}

fn text(text: &str) -> Settled {
    Settled::Text(text.to_owned())
}

#[test]
fn constants_defaults_and_branches() {
    let table = [
        ("probe('a' + 1)", text("a1")),
        ("const port = Number(process.env.PORT) || 3000; probe(port)", Settled::Number(3000.0)),
        ("const { PORT = 8080 } = process.env; probe(PORT)", Settled::Number(8080.0)),
        ("probe(process.env.LOG_LEVEL ?? 'debug')", text("warn")),
        ("import { env } from 'node:process'; probe(env.LOG_LEVEL)", text("warn")),
        ("const e = process.env; const c = { level: e.LEVEL || 'info' }; probe(c.level)", text("info")),
        ("probe(process.env.NODE_ENV === 'production' ? 'info' : 'debug')", text("info")),
        ("const isDev = process.env.NODE_ENV !== 'production'; probe(isDev ? 'debug' : 'error')", text("error")),
        (
            "const prod = ['production', 'staging'].includes(process.env.NODE_ENV); probe(prod && 5)",
            Settled::Number(5.0),
        ),
        ("probe(process.env.DEBUG === 'true' ? 1 : 2)", Settled::Number(2.0)),
        ("probe(`${process.env.LOG_LEVEL}-${1}`)", text("warn-1")),
        (
            "function level() { if (process.env.NODE_ENV === 'test') { return 'silent' } return 'info' } probe(level())",
            text("info"),
        ),
        (
            "let level = 'debug'; if (process.env.NODE_ENV === 'development') level = 'trace'; probe(level)",
            text("debug"),
        ),
        ("class C { level = process.env.L || 'info'; go() { probe(this.level) } }", text("info")),
        ("const make = level => probe(level); make('info')", text("info")),
        ("probe(process.env.SENTRY_DSN)", Settled::Unset("SENTRY_DSN".to_owned())),
        ("probe(a[b()])", Settled::Unknown),
        ("let x = a(); x = 'b'; probe(x)", Settled::Unknown),
        ("enum L { warn = 'w', info = 'i' } probe(L[process.env.LOG_LEVEL ?? L.info])", text("w")),
        ("let x = 0; if (x) { x = 1 } probe(x)", Settled::Unknown),
        ("let t; if (process.env.NODE_ENV !== 'production') { t = { a: 1 } } probe(t)", Settled::Undefined),
        ("const o = { ...(process.env.NODE_ENV !== 'production' && { t: 1 }), u: 2 }; probe(o.t)", Settled::Undefined),
    ];
    for (code, value) in table {
        assert_eq!(one(code), value, "{code}");
    }
}

#[test]
fn across_modules() {
    let files = [
        ("src/log.ts", "import config, { limits } from './config'; probe(config.log.level + limits.max)"),
        (
            "src/config.ts",
            "export const limits = { max: 5 }; export default { log: { level: process.env.LVL || 'info' } }",
        ),
    ];
    assert_eq!(probed(&files, &[]), text("info5"));
    assert_eq!(probed(&files, &[("LVL", "error")]), text("error5"));
    let common = [
        ("a.js", "const config = require('./config'); probe(config.level)"),
        ("config.js", "module.exports = { ...require('./base'), other: 1 }"),
        ("base.js", "module.exports = { level: 'warn' }"),
    ];
    assert_eq!(probed(&common, &[]), text("warn"));
}
