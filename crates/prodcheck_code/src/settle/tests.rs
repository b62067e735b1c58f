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
        ("probe(process.stdout.isTTY ? 'pretty' : 'json')", text("json")),
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

#[test]
fn configuration_libraries() {
    let table = [
        (
            "import { z } from 'zod'; const env = z.object({ LEVEL: z.string().default('info') }).parse(process.env); probe(env.LEVEL)",
            text("info"),
        ),
        (
            "import { z } from 'zod'; const schema = z.object({ PORT: z.coerce.number().int().default(3000) }); const parsed = schema.safeParse(process.env); if (!parsed.success) { process.exit(1) } export const env = parsed.data; probe(env.PORT)",
            Settled::Number(3000.0),
        ),
        (
            "import * as z from 'zod/v4'; const { LOG_LEVEL } = z.object({ LOG_LEVEL: z.enum(['debug', 'warn']).default('debug') }).parse(process.env); probe(LOG_LEVEL)",
            text("warn"),
        ),
        (
            "import { z } from 'zod'; const flag = z.string().default('false').transform(v => v === 'true'); const env = z.object({ ON: flag }).parse(process.env); probe(env.ON)",
            Settled::Bool(false),
        ),
        (
            "import { z } from 'zod'; const c = z.object({ log: z.object({ level: z.string().default('error') }) }).parse({ log: { level: process.env.L } }); probe(c.log.level)",
            text("error"),
        ),
        (
            "import { z } from 'zod'; const base = z.object({ A: z.string().optional() }); const env = base.extend({ B: z.string() }).parse(process.env); probe(env.B)",
            Settled::Unset("B".to_owned()),
        ),
        (
            "const Joi = require('joi'); const schema = Joi.object().keys({ LEVEL: Joi.string().valid('a', 'b').default('b') }).unknown(); const { value: vars, error } = schema.prefs({ errors: {} }).validate(process.env); const config = { log: { level: vars.LEVEL } }; probe(config.log.level)",
            text("b"),
        ),
        (
            "import * as yup from 'yup'; const env = yup.object({ LEVEL: yup.string().default('info') }).validateSync(process.env); probe(env.LEVEL)",
            text("info"),
        ),
        (
            "import * as v from 'valibot'; const env = v.parse(v.object({ LEVEL: v.optional(v.picklist(['a']), 'a') }), process.env); probe(env.LEVEL)",
            text("a"),
        ),
        (
            "import { cleanEnv, str } from 'envalid'; const env = cleanEnv(process.env, { LEVEL: str({ default: 'info', devDefault: 'debug' }) }); probe(env.LEVEL)",
            text("info"),
        ),
        (
            "import { createEnv } from '@t3-oss/env-core'; import { z } from 'zod'; const env = createEnv({ server: { LEVEL: z.string().default('info') }, runtimeEnv: process.env }); probe(env.LEVEL)",
            text("info"),
        ),
        (
            "import { parseEnv, port } from 'znv'; import { z } from 'zod'; const { PORT, HOST } = parseEnv(process.env, { PORT: port().default(80), HOST: { schema: z.string(), defaults: { production: 'p', _: 'd' } } }); probe(HOST)",
            text("p"),
        ),
        (
            "import envSchema from 'env-schema'; const config = envSchema({ schema: { type: 'object', required: ['A'], properties: { LEVEL: { type: 'string', default: 'info' } } } }); probe(config.LEVEL)",
            text("info"),
        ),
        (
            "import envSchema from 'env-schema'; import { Type } from '@sinclair/typebox'; const schema = Type.Object({ LEVEL: Type.String({ default: 'info' }) }); probe(envSchema({ schema }).LEVEL)",
            text("info"),
        ),
        (
            "import env from 'env-var'; const port = env.get('PORT').default(3000).asPortNumber(); probe(port)",
            Settled::Number(3000.0),
        ),
        (
            "import { get } from 'env-var'; probe(get('TOKEN').required().asString())",
            Settled::Unset("TOKEN".to_owned()),
        ),
        (
            "const convict = require('convict'); const config = convict({ log: { level: { format: String, default: 'info', env: 'LVL' } } }); config.validate(); probe(config.get('log.level'))",
            text("info"),
        ),
        (
            "import { plainToInstance } from 'class-transformer'; class Env { LEVEL: string = 'info' } const env = plainToInstance(Env, process.env, {}); probe(env.LEVEL)",
            text("info"),
        ),
        (
            "import { z } from 'elsewhere'; probe(z.object({ A: z.string().default('a') }).parse(process.env).A)",
            Settled::Unknown,
        ),
    ];
    for (code, value) in table {
        let found = match one(code) {
            Settled::Outside(_) => Settled::Unknown,
            other => other,
        };
        assert_eq!(found, value, "{code}");
    }
}

#[test]
fn own_helpers_and_merges() {
    let table = [
        (
            "const env = (name, or) => process.env[name] ?? or; probe(env('PORT', 3000)); env('HOST', 'x')",
            Settled::Number(3000.0),
        ),
        (
            "function env(name, or = 'none') { return process.env[name] || or } env('A', 'a'); probe(env('B'))",
            text("none"),
        ),
        (
            "function env({ name, or }) { return process.env[name] || or } env({ name: 'A', or: 1 }); probe(env({ name: 'LOG_LEVEL', or: 2 }))",
            text("warn"),
        ),
        (
            "function get(name, fallback, o = { must: false }) { if (process.env[name]) { return process.env[name] } if (fallback !== undefined && (process.env.NODE_ENV !== 'production' || !o.must)) { return fallback } throw new Error(name) } get('C_URL', 'c'); probe(get('A_KEY', 'a', { must: true })); get('B', 'b')",
            Settled::Unset("A_KEY".to_owned()),
        ),
        (
            "function get(name, fallback, o = { must: false }) { if (process.env[name]) { return process.env[name] } if (fallback !== undefined && (process.env.NODE_ENV !== 'production' || !o.must)) { return fallback } throw new Error(name) } get('A_KEY', 'a', { must: true }); probe(get('C_URL', 'c'));",
            text("c"),
        ),
        ("const c = Object.freeze({ level: 'info' } as const); probe(c.level)", text("info")),
        (
            "import merge from 'lodash.merge'; const c = merge({}, { level: 'a', x: 1 }, { level: 'b' }); probe(c.level)",
            text("b"),
        ),
        ("import _ from 'lodash'; const c = _.defaultsDeep({}, load(), { level: 'b' }); probe(c.level)", text("b")),
        ("const c = Object.assign({}, { level: 'a' }, unknown()); probe(c.level)", text("a")),
        (
            "const url = process.env.DB_URL ? process.env.DB_URL : 'mongodb://größe'; probe(url)",
            text("mongodb://größe"),
        ),
        ("function f(n) { return n === 0 ? 'end' : f(n - 1) } probe(f(3))", text("end")),
        ("function f(n) { return f(n + 1) } probe(f(1))", Settled::Unknown),
        ("const a = b + 1; const b = a + 1; probe(a)", Settled::Unknown),
    ];
    for (code, value) in table {
        assert_eq!(one(code), value, "{code}");
    }
}

#[test]
fn nest_configuration() {
    let module = "import { ConfigModule, registerAs, ConfigService } from '@nestjs/config'; import * as Joi from 'joi';
        ConfigModule.forRoot({ load: [() => ({ http: { port: parseInt(process.env.HTTP_PORT, 10) || 8080 } })], validationSchema: Joi.object({ LEVEL: Joi.string().default('info') }) });
        registerAs('db', () => ({ host: process.env.DB_HOSTING || 'localhost' }));
        class A { constructor(private readonly config: ConfigService) { probe(KEY) } }";
    for (key, value) in [
        ("config.get<string>('db.host')", text("localhost")),
        ("config.get('http.port')", Settled::Number(8080.0)),
        ("config.get('LEVEL')", text("info")),
        ("config.get('LOG_LEVEL')", text("warn")),
        ("this.config.get('OTHER', 'x')", text("x")),
        ("config.getOrThrow('TOKEN')", Settled::Unset("TOKEN".to_owned())),
    ] {
        assert_eq!(one(&module.replace("KEY", key)), value, "{key}");
    }
}

#[test]
fn fastify_env() {
    let files = [
        (
            "server.ts",
            "import Fastify from 'fastify'; import env from './env'; const app = Fastify(); app.register(env); app.listen({ port: probe(app.config.PORT) })",
        ),
        (
            "env.ts",
            "import env from '@fastify/env'; export const autoConfig = { schema: { type: 'object', required: ['PORT'], properties: { PORT: { type: 'number', default: 3000 } } } }; export default env",
        ),
        ("package.json", r#"{ "dependencies": { "@fastify/env": "^5.0.0", "fastify": "^5.0.0" } }"#),
    ];
    assert_eq!(probed(&files, &[]), Settled::Number(3000.0));
}

#[test]
fn deep_and_wide_questions_end() {
    let mut chain = String::new();
    for n in 0..400 {
        chain.push_str(&format!(
            "let x{n}; if (x{m} === {n}) {{ x{n} = x{m} + x{m} }} else {{ x{n} = x{m} }}\n",
            m = n + 1
        ));
    }
    chain.push_str("probe(x0)");
    assert_eq!(one(&chain), Settled::Unknown);
}

#[test]
fn objects_that_are_spread_into_themselves_end() {
    let code = "let a = { x: 1 }; let b = { ...a }; a = { ...b, ...a }; probe(a.missing)";
    assert_eq!(one(code), Settled::Unknown);
}

#[test]
fn options_that_nobody_gives() {
    let code = "function create(options) { return { secure: options.secure || process.env.SECURE === 'yes' } } \
                function start(given = {}) { const config = create(given); app(config) } \
                function app(config) { probe(config.secure) } start()";
    assert_eq!(one(code), Settled::Bool(false));
}
