//! Configuration as code, folded to its value.

use super::super::{Dialect, Environment, Stmt, evaluate, exported, namespace};
use super::{module, module_in, slice};
use crate::value::{Node, Unknown, Value};

/// A value in a short notation: `?` is unknown, `…` an object that may have more keys.
fn notation(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number { raw, .. } => raw.to_string(),
        Value::String(text) => format!("'{text}'"),
        Value::Array(items) => format!("[{}]", items.iter().map(notation).collect::<Vec<_>>().join(", ")),
        Value::Object(object) => {
            let mut parts: Vec<String> =
                node.entries().map(|entry| format!("{}: {}", entry.key, notation(&entry.value))).collect();
            if object.open {
                parts.push("…".to_owned());
            }
            format!("{{{}}}", parts.join(", "))
        }
        Value::Unknown(Unknown::Environment(name)) => format!("?{name}"),
        Value::Unknown(Unknown::ProcessorCount) => "?processors".to_owned(),
        Value::Unknown(Unknown::Computed | Unknown::Expression(_)) => "?".to_owned(),
    }
}

/// The value of the last statement, an expression.
fn last(text: &str) -> String {
    let module = module(text);
    let Some(Stmt::Expr(expr)) = module.body().last().map(|id| module.stmt(*id)) else { panic!("{text}") };
    notation(&evaluate(&module, *expr, &Environment::default()))
}

#[test]
fn folds_expressions() {
    let table = [
        ("(1.5)", "1.5"),
        ("(-2)", "-2"),
        ("('a' as const)", "'a'"),
        ("null", "null"),
        ("!0", "true"),
        ("`a${1}b${'c'}`", "'a1bc'"),
        ("'a' + 1 + true + null", "'a1truenull'"),
        ("1 + 2 * 3 - 4 / 2", "5"),
        ("60 * 1000", "60000"),
        ("2 ** 10 % 1000", "24"),
        ("[1, , 'a', ...[2, 3], ...x]", "[1, ?, 'a', 2, 3, ?]"),
        ("({ a: 1, 'b-c': 2, ['d' + 1]: 3, 4: 5 })", "{a: 1, b-c: 2, d1: 3, 4: 5}"),
        ("({ a: 1, ...{ b: 2 }, ...null, a: 3 })", "{b: 2, a: 3}"),
        ("({ a: 1, ...x })", "{a: 1, …}"),
        ("({ a: 1, [x]: 2 })", "{a: 1, …}"),
        ("({ a: undefined, b() {}, get c() { return 1 } })", "{b: ?, c: 1}"),
        ("x", "?"),
        ("x()", "?"),
        ("new Foo({ a: 1 })", "?"),
        ("/a/", "?"),
        ("(0, 1)", "1"),
        ("true ? 1 : 2", "1"),
        ("x ? 1 : 2", "?"),
        ("x || 1", "?"),
        ("0 || 1", "1"),
        ("null ?? 1", "1"),
        ("'' ?? 1", "''"),
        ("'a' && 1", "1"),
        ("'a' === 'a' && 1 !== 2", "true"),
        ("null == undefined", "true"),
        ("'1' == 1", "true"),
        ("3 > 2", "true"),
        ("({ a: [{ b: 1 }] }).a[0].b", "1"),
        ("({ a: 1 })['a']", "1"),
        ("({ a: 1 }).b", "null"),
        ("({ a: 1, ...x }).b", "?"),
        ("[1, 2].length", "2"),
    ];
    for (text, expected) in table {
        assert_eq!(last(text), expected, "{text}");
    }
}

#[test]
fn follows_names() {
    let table = [
        ("const a = 1; a", "1"),
        ("const a = { b: [1, { c: 2 }] }; const { b: [, { c }] } = a; c", "2"),
        ("const { a = 5 } = {}; a", "5"),
        ("const [a, ...b] = [1, 2, 3]; b", "[2, 3]"),
        ("a; var a = 1; a", "1"),
        ("let a = 1; a = 2; a", "2"),
        ("let a = 1; if (x) a = 2; a", "?"),
        ("let a; if (process.env.NODE_ENV === 'production') { a = 2 } else { a = 3 } a", "2"),
        ("let a = 1; a ||= 2; a", "1"),
        ("let a; a ??= 2; a", "2"),
        ("let a = 1; a++; a", "?"),
        ("let a = 1; function f() { a = 2 } a", "?"),
        ("let a = 1; for (const b of c) a = b; a", "?"),
        ("let a = 1; try { a = 2 } catch { a = 3 } a", "2"),
        ("const a = {}; a.b = 1; a.c = {}; a.c.d = 2; a", "{b: 1, c: {d: 2}}"),
        ("const a = { b: [] }; a.b.push(1, 'c'); a", "{b: [1, 'c']}"),
        ("const a = { b: 1 }; if (x) a.b = 2; a", "{b: ?}"),
        ("const a = { b: 1 }; if (process.env.NODE_ENV !== 'production') a.b = 2; a", "{b: 1}"),
        ("const a = { b: 1 }; a[x] = 2; a", "{b: 1, …}"),
        ("const a = { b: 1 }; Object.assign(a, { c: 2 }); a", "{b: 1, c: 2}"),
        ("const a = Object.assign({}, { b: 1 }, x); a", "{b: 1, …}"),
        ("const a = Object.freeze({ b: 1 }); a.b", "1"),
        ("enum Level { Info = 'info', Two = 2 } [Level.Info, Level.Two]", "['info', 2]"),
        ("const a = b; const b = a; a", "?"),
        ("const a = () => a(); a()", "?"),
        ("function f(process) { return process.env.A } f({ env: { A: 1 } })", "1"),
    ];
    for (text, expected) in table {
        assert_eq!(last(text), expected, "{text}");
    }
}

#[test]
fn judges_by_defaults_and_production() {
    let table = [
        ("process.env.PORT", "?PORT"),
        ("process.env['PORT'] || 3000", "3000"),
        ("process.env.PORT ?? '3000'", "'3000'"),
        ("process.env.A || process.env.B || 'c'", "'c'"),
        ("parseInt(process.env.PORT || '3000', 10)", "3000"),
        ("Number(process.env.PORT ?? 3000)", "3000"),
        ("+(process.env.PORT || '8080')", "8080"),
        ("Number(process.env.PORT)", "?PORT"),
        ("parseInt('42px')", "42"),
        ("const { PORT = 3000, HOST } = process.env; [PORT, HOST]", "[3000, ?HOST]"),
        ("const env = process.env; env.PORT || 1", "1"),
        ("import { env } from 'node:process'; env.PORT || 1", "1"),
        ("({ ...process.env, A: 1 })", "{A: 1, …}"),
        ("process.env.NODE_ENV", "?NODE_ENV"),
        ("process.env.NODE_ENV || 'development'", "'development'"),
        ("process.env.NODE_ENV === 'production' ? 'info' : 'debug'", "'info'"),
        ("const isProd = process.env.NODE_ENV === 'production'; isProd ? 'info' : 'debug'", "'info'"),
        ("const env = process.env.NODE_ENV || 'development'; const dev = env !== 'production'; dev ? 1 : 2", "2"),
        ("const env = process.env.NODE_ENV || 'development'; ({ development: 1, production: 2 })[env]", "2"),
        ("['production', 'staging'].includes(process.env.NODE_ENV) ? 1 : 2", "1"),
        ("process.env.NODE_ENV?.toLowerCase() === 'production' ? 1 : 2", "1"),
        ("process.env.NODE_ENV.startsWith('prod') ? 1 : 2", "1"),
        ("process.env.CI ? 1 : 'max'", "'max'"),
        ("process.env.WEB_CONCURRENCY ? parseInt(process.env.WEB_CONCURRENCY) : 'max'", "'max'"),
        ("process.env.DEBUG === 'true' ? 'debug' : 'info'", "'info'"),
        ("[process.env.A && { a: 1 }, { b: 2 }].filter(Boolean)", "[{b: 2}]"),
        ("({ ...(process.env.NODE_ENV === 'production' && { a: 1 }), ...(process.env.X && { b: 1 }) })", "{a: 1}"),
        ("'PORT' in process.env ? 1 : 2", "2"),
    ];
    for (text, expected) in table {
        assert_eq!(last(text), expected, "{text}");
    }
}

#[test]
fn takes_variables_that_are_set() {
    let variables = |name: &str| match name {
        "PORT" => Some("8080".to_owned()),
        "NODE_ENV" => Some("staging".to_owned()),
        _ => None,
    };
    let env = Environment::default().with_variables(&variables);
    let text = "[Number(process.env.PORT || 3000), process.env.NODE_ENV === 'production', process.env.X || 1]";
    let module = module(text);
    let Stmt::Expr(expr) = module.stmt(module.body()[0]) else { panic!() };
    let value = evaluate(&module, *expr, &env);
    assert_eq!(notation(&value), "[8080, false, 1]");
    assert_eq!(slice(text, value.items()[0].span), "process.env.PORT");
}

#[test]
fn knows_processors_and_paths() {
    let table = [
        ("import os from 'os'; os.cpus().length", "?processors"),
        ("const os = require('os'); Math.max(1, os.cpus().length - 1)", "?processors"),
        ("const { availableParallelism } = require('node:os'); availableParallelism()", "?processors"),
        ("require('os').cpus().length", "?processors"),
        ("const os = { cpus: () => [1, 2] }; os.cpus().length", "?"),
        ("__dirname", "'.'"),
        ("const path = require('path'); path.join(__dirname, '..', 'dist/./x.js')", "'../dist/x.js'"),
        ("import { resolve } from 'node:path'; resolve(__dirname, 'logs', 'a.log')", "'logs/a.log'"),
        ("import path from 'path'; path.resolve(__dirname, '/var/log')", "'/var/log'"),
        ("import path from 'path'; path.join(import.meta.dirname, 'a')", "'a'"),
        (
            "import path from 'path'; import { fileURLToPath } from 'url'\nconst dir = path.dirname(fileURLToPath(import.meta.url)); path.join(dir, 'a')",
            "'a'",
        ),
        ("import { fileURLToPath } from 'node:url'; fileURLToPath(new URL('./src', import.meta.url))", "'src'"),
        ("import path from 'path'; path.join(x, 'a')", "?"),
        ("`${__dirname}/a`", "'./a'"),
        ("Math.floor(1.9)", "1"),
    ];
    for (text, expected) in table {
        assert_eq!(last(text), expected, "{text}");
    }
}

#[test]
fn calls_functions_and_methods() {
    let table = [
        ("const f = (a, b = 2) => ({ a, b }); f(1)", "{a: 1, b: 2}"),
        ("function f({ name, port: p = 1 }) { return `${name}:${p}` } f({ name: 'x' })", "'x:1'"),
        ("function f(env) { if (env === 'production') return 1; return 2 } f(process.env.NODE_ENV)", "?"),
        ("function f() { if (process.env.NODE_ENV === 'production') { return 1 } return 2 } f()", "1"),
        ("function f() { const a = {}; a.b = 1; return a } f()", "{b: 1}"),
        (
            "function f() { switch (process.env.NODE_ENV) { case 'test': return 1; case 'production': return 2; default: return 3 } } f()",
            "2",
        ),
        ("function f() { for (const a of b) { if (a) return a } return 1 } f()", "?"),
        ("function f() { for (const a of b) { g(a) } return 1 } f()", "1"),
        ("function f() { try { return 1 } catch { return 2 } } f()", "1"),
        ("function f() { throw x } f()", "?"),
        ("(() => ({ a: 1 }))()", "{a: 1}"),
        ("export {}; await (async () => 1)()", "1"),
        (
            "['a', 'b'].map(name => ({ name, script: `dist/${name}.js` }))",
            "[{name: 'a', script: 'dist/a.js'}, {name: 'b', script: 'dist/b.js'}]",
        ),
        ("[1, 2].map((n, i) => n + i)", "[1, 3]"),
        ("[1, 2, 3].filter(n => n > 1)", "[2, 3]"),
        ("[1].concat([2], 3)", "[1, 2, 3]"),
        ("[[1], 2].flat()", "[1, 2]"),
        ("['a', 'b'].join('-')", "'a-b'"),
        ("'a,b'.split(',')", "['a', 'b']"),
        ("' A '.trim().toLowerCase()", "'a'"),
        ("'a-b'.replace('-', '_')", "'a_b'"),
        ("Object.keys({ a: 1, b: 2 })", "['a', 'b']"),
        ("Object.entries({ a: 1 }).map(([k, v]) => k + v)", "['a1']"),
        ("String(5) + Number('6')", "'56'"),
        ("Boolean('')", "false"),
        ("x.map(y => 1)", "?"),
        ("[1].map(x)", "?"),
        ("import { defineConfig } from 'vite'; defineConfig({ a: 1 })", "{a: 1}"),
        ("import { defineConfig } from 'vite'; defineConfig(({ mode }) => ({ a: 1, mode }))", "{a: 1, mode: ?}"),
        ("import convict from 'convict'; convict({ a: 1 })", "?"),
    ];
    for (text, expected) in table {
        assert_eq!(last(text), expected, "{text}");
    }
}

fn whole(text: &str) -> Option<String> {
    exported(&module_in(text, Dialect::JavaScript), &Environment::default()).map(|node| notation(&node))
}

#[test]
fn finds_what_a_file_exports() {
    let table = [
        ("module.exports = { apps: [{ name: 'a' }] }", Some("{apps: [{name: 'a'}]}")),
        ("const config = { a: 1 }\nmodule.exports = config", Some("{a: 1}")),
        ("export default { a: 1 }", Some("{a: 1}")),
        ("const c = { a: 1 }\nc.b = 2\nexport { c as default }", Some("{a: 1, b: 2}")),
        ("exports.apps = [1]\nexports.b = 2", Some("{apps: [1], b: 2}")),
        ("module.exports = { a: 1 }\nmodule.exports.b = 2", Some("{a: 1, b: 2}")),
        ("module.exports = () => ({ a: 1 })", Some("{a: 1}")),
        ("module.exports = async (phase, { defaultConfig }) => { const c = { a: phase }; return c }", Some("{a: ?}")),
        ("export default async function () { return { a: 1 } }", Some("{a: 1}")),
        (
            "if (process.env.NODE_ENV === 'production') { module.exports = { a: 1 } } else { module.exports = { a: 2 } }",
            Some("{a: 1}"),
        ),
        ("const withX = require('@next/x')({ on: true })\nmodule.exports = withX({ a: 1 })", Some("{a: 1, …}")),
        (
            "const { withSentryConfig } = require('@sentry/nextjs')\nmodule.exports = withSentryConfig({ a: 1 }, { b: 2 })",
            Some("{a: 1, …}"),
        ),
        ("import withX from 'x'\nconst config = { a: 1 }\nexport default withX({ b: 1 })(config)", Some("{a: 1, …}")),
        ("import { defineConfig } from 'x'\nexport default defineConfig({ a: 1 })", Some("{a: 1}")),
        ("import x from 'x'\nexport default { a: x({ b: 1 }) }", Some("{a: ?}")),
        (
            "/** @type {import('next').NextConfig} */\nconst nextConfig = { compress: false }\nexport default nextConfig",
            Some("{compress: false}"),
        ),
        ("export const a = 1", None),
        ("a()", None),
        ("", None),
    ];
    for (text, expected) in table {
        assert_eq!(whole(text).as_deref(), expected, "{text}");
    }
    let text = "const config: NextConfig = { a: 1 } satisfies NextConfig\nexport = config";
    assert_eq!(exported(&module(text), &Environment::default()).map(|node| notation(&node)).as_deref(), Some("{a: 1}"));
}

#[test]
fn links_other_files() {
    let common = module_in("exports.name = 'x'\nexports.port = 1", Dialect::JavaScript);
    let esm = module_in("export const a = 1\nexport default { b: 2 }\nexport * from './more'", Dialect::JavaScript);
    let files = |specifier: &str| match specifier {
        "./common" => namespace(&common, &Environment::default()),
        "./esm.mjs" => namespace(&esm, &Environment::default()),
        "./config.production" => namespace(&common, &Environment::default()),
        _ => None,
    };
    let env = Environment::default().with_files(&files);
    let table = [
        ("module.exports = { ...require('./common'), port: 2 }", "{name: 'x', port: 2}"),
        ("const { name } = require('./common'); module.exports = { name }", "{name: 'x'}"),
        ("const common = require('./common'); module.exports = { a: common.port, b: common.other }", "{a: 1}"),
        ("module.exports = require('./common')", "{name: 'x', port: 1}"),
        (
            "import esm, { a, missing } from './esm.mjs'; export default { esm, a, missing }",
            "{esm: {b: 2}, a: 1, missing: ?}",
        ),
        ("import * as all from './esm.mjs'; export default all.default", "{b: 2}"),
        ("import common from './common'; export default common.name", "'x'"),
        ("export { default } from './esm.mjs'", "{b: 2}"),
        ("module.exports = { version: require('./package.json').version }", "{version: ?}"),
        ("module.exports = require(`./config.${process.env.NODE_ENV}`)", "{name: 'x', port: 1}"),
        ("import { x } from './unknown'; export default { x }", "{x: ?}"),
    ];
    for (text, expected) in table {
        let module = module_in(text, Dialect::JavaScript);
        let value = exported(&module, &env).unwrap();
        assert_eq!(notation(&value), expected, "{text}");
    }
    let text = "const { name } = require('./common')\nmodule.exports = { name, a: require('./common').port }";
    let value = exported(&module_in(text, Dialect::JavaScript), &env).unwrap();
    assert_eq!(slice(text, value.get("name").unwrap().span), "name");
    assert_eq!(slice(text, value.get("a").unwrap().span), "require('./common')");
}

#[test]
fn values_stand_where_they_are_written() {
    let text = "// é\nconst memory = '512M'\nconst base = { max_memory_restart: memory }\n\
        module.exports = { apps: [{ ...base, instances: process.env.N || 'max', port: parseInt(process.env.P || '3', 10) }] }";
    let value = exported(&module_in(text, Dialect::JavaScript), &Environment::default()).unwrap();
    let app = &value.get("apps").unwrap().items()[0];
    let place = |key: &str| {
        let entry = app.entry(key).unwrap();
        (slice(text, entry.key_span), slice(text, entry.value.span))
    };
    assert_eq!(place("max_memory_restart"), ("max_memory_restart", "'512M'"));
    assert_eq!(place("instances"), ("instances", "'max'"));
    assert_eq!(place("port"), ("port", "'3'"));
}

#[test]
fn hostile_configuration_costs_bounded_time() {
    let doubling: String = (1..200).map(|n| format!("const a{n} = [...a{}, ...a{}]\n", n - 1, n - 1)).collect();
    let texts = [
        format!("const a0 = [1]\n{doubling}module.exports = a199"),
        format!(
            "const a0 = 'x'\n{}module.exports = a199",
            doubling.replace("[...", "`${").replace(", ...", "}${").replace("]\n", "}`\n")
        ),
        "const f = (x) => [f(x), f(x)]\nmodule.exports = f(1)".to_owned(),
        format!("module.exports = {}1{}", "[".repeat(200), "]".repeat(200)),
        format!("module.exports = 'a'{}", " + 'b'".repeat(800)),
        format!("const a = {{}}\n{}module.exports = a", "a.b = a\n".repeat(5000)),
        format!("let a = 1\n{}module.exports = a", "if (b) a = 2\n".repeat(20_000)),
        format!("const a = {{{}}}\nmodule.exports = {{ ...a, ...a, ...a }}", "b: undefined, c: 1,\n".repeat(10_000)),
    ];
    for text in texts {
        let module = module_in(&text, Dialect::JavaScript);
        let start = std::time::Instant::now();
        assert!(exported(&module, &Environment::default()).is_some());
        assert!(
            start.elapsed().as_millis() < 3000,
            "{:?} {}",
            start.elapsed(),
            text.chars().take(80).collect::<String>()
        );
    }
}
