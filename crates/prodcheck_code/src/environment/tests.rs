//! Reads and checks of the environment.

use super::{CheckKind, EnvUse, Environment};
use crate::in_memory::ask;

fn of(text: &str) -> Environment {
    let files = [("größe.ts", text), ("package.json", r#"{ "dependencies": { "@fastify/env": "^5.0.0" } }"#)];
    ask(&files, &[("URL", "x")], super::read)
}

/// `kind`, whether it runs at the start and whether it stops, and the variables.
fn shown(text: &str) -> Vec<String> {
    let checks = of(text).checks;
    let shown = checks.iter().map(|check| {
        let kind = match check.kind {
            CheckKind::Missing => "missing",
            CheckKind::Malformed => "malformed",
            CheckKind::FileMissing => "file",
        };
        let later = if check.on_start { "" } else { " later" };
        let on = if check.stops { "" } else { " goes-on" };
        let variables: Vec<&str> = check.variables.iter().map(String::as_str).collect();
        format!("{kind}{later}{on} {}", variables.join(","))
    });
    shown.collect()
}

#[test]
fn checks() {
    let table: [(&str, &[&str]); 35] = [
        ("if (!process.env.A) throw new Error('A')", &["missing A"]),
        ("if (!process.env.URL) process.exit(1)", &["missing URL"]),
        ("const a = process.env.A; if (a === undefined) { console.error('größe'); process.exit(1) }", &["missing A"]),
        ("for (const name of ['A', 'B']) { if (!process.env[name]) throw new Error(name) }", &["missing A,B"]),
        (
            "const needed = ['A', 'B']; needed.forEach(name => { if (!process.env[name]) throw new Error(name) })",
            &["missing A,B"],
        ),
        (
            "const missing = ['A', 'B'].filter(k => !process.env[k]); if (missing.length > 0) { throw new Error(missing.join()) }",
            &["missing A,B"],
        ),
        (
            "const missing = []; for (const k of ['A_X']) if (!process.env[k]) missing.push(k); if (missing.length) process.exit(1)",
            &["missing "],
        ),
        (
            "function need(name) { const v = process.env[name]; if (!v) throw new Error(name); return v } export const c = { a: need('A'), b: need('B') }",
            &["missing A,B"],
        ),
        (
            "function get(name, fallback, o = { must: false }) { if (process.env[name]) return process.env[name]; if (fallback !== undefined && (process.env.NODE_ENV !== 'production' || !o.must)) return fallback; throw new Error(name) } const must = { must: true }; export default { a: get('A', 'x', must), b: get('B', 'y') }",
            &["missing A"],
        ),
        ("const a = process.env.A ?? fail('A'); function fail(name) { throw new Error(name) }", &["missing A"]),
        ("function check() { if (!process.env.A) throw new Error('A') } check()", &["missing A"]),
        ("app.get('/', () => { if (!process.env.A) throw new Error('A') })", &["missing later A"]),
        ("try { if (!process.env.A) throw new Error('A') } catch (e) { console.error(e) }", &["missing goes-on A"]),
        (
            "function check() { if (!process.env.A) throw new Error('A') } try { check() } catch (e) { console.error(e); process.exit(1) }",
            &["missing A"],
        ),
        ("if (process.env.A && !valid(process.env.A)) throw new Error('A')", &["malformed A"]),
        (
            "import dotenv from 'dotenv'; const found = dotenv.config(); if (found.error) throw new Error('no .env')",
            &["file "],
        ),
        ("import fs from 'fs'; if (!fs.existsSync('.env')) process.exit(1)", &["file "]),
        ("if (process.env.NODE_ENV === 'test') process.exit(1)", &[]),
        ("if (x) throw new Error('A')", &[]),
        ("import { z } from 'zod'; export const env = z.object({ A: z.string() }).parse(process.env)", &["missing A"]),
        (
            "import { z } from 'zod'; export const env = z.object({ A: z.string().default('a'), B: z.string().optional() }).parse(process.env)",
            &["malformed A,B"],
        ),
        (
            "import { z } from 'zod'; export const env = z.object({ A: z.string() }).parse({ A: process.env.A })",
            &["missing A"],
        ),
        ("import { z } from 'zod'; export const body = z.object({ A: z.string() }).parse(request.body)", &[]),
        (
            "import { z } from 'zod'; const r = z.object({ A: z.string() }).safeParse(process.env); if (!r.success) { console.error(r.error); process.exit(1) }",
            &["missing A"],
        ),
        (
            "import { z } from 'zod'; const r = z.object({ A: z.string() }).safeParse(process.env); if (!r.success) console.error(r.error)",
            &[],
        ),
        (
            "const Joi = require('joi'); const { value, error } = Joi.object({ A: Joi.string().required() }).validate(process.env); if (error) { throw new Error(error.message) }",
            &["missing A"],
        ),
        ("import { cleanEnv, str } from 'envalid'; const env = cleanEnv(process.env, { A: str() })", &["missing A"]),
        (
            "import { createEnv } from '@t3-oss/env-core'; import { z } from 'zod'; createEnv({ server: { A: z.string() }, runtimeEnv: process.env })",
            &["missing A"],
        ),
        ("import env from 'env-var'; const a = env.get('A').required().asString()", &["missing A"]),
        ("require('dotenv-safe').config()", &["missing "]),
        (
            "import { ConfigModule } from '@nestjs/config'; import Joi from 'joi'; ConfigModule.forRoot({ validationSchema: Joi.object({ A: Joi.string().required() }) })",
            &["missing A"],
        ),
        (
            "import { plainToInstance } from 'class-transformer'; import { validateSync, IsString } from 'class-validator'; class Env { @IsString() A: string } function validate(config, cls) { const made = plainToInstance(cls, config); const errors = validateSync(made); if (errors.length > 0) { throw new Error(errors.toString()) } return made } validate(process.env, Env)",
            &["missing A"],
        ),
        (
            "import { validate, IsString } from 'class-validator'; class Env { @IsString() A = process.env.A; constructor() { process.nextTick(() => { validate(this).then(errors => { if (errors.length) process.exit(1) }) }) } } export default new Env()",
            &["missing A"],
        ),
        ("import assert from 'node:assert'; assert(process.env.A, 'A is missing')", &["missing A"]),
        (
            "global.APP = { config: null }; APP.config = { type: process.env.TYPE }; switch (APP.config.type) { case 'a': break; default: process.exit(1) }",
            &["missing TYPE"],
        ),
    ];
    let wrong = table.iter().filter_map(|(code, expected)| {
        let found = shown(code);
        (found != *expected).then(|| format!("{code}\n  {found:?}, not {expected:?}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reads() {
    use EnvUse::{Defaulted, Harmless, Needed};
    let table = [
        ("const url = process.env.A; connect(url)", Needed),
        ("connect(process.env.A)", Needed),
        ("const { A } = process.env; connect(A)", Needed),
        ("const { A = 'x' } = process.env; connect(A)", Defaulted),
        ("export const port = Number(process.env.A) || 3000", Defaulted),
        ("export const hosts = (process.env.A ?? 'a,b').split(',')", Defaulted),
        ("const isOn = process.env.A === 'true'", Harmless),
        ("if (process.env.A) start(process.env.A)", Harmless),
        ("const a = process.env.A; if (a) { start(a) }", Harmless),
        ("process.env.A && start(process.env.A)", Harmless),
        ("export default { a: process.env.A }", Needed),
        ("const env = (name, or) => process.env[name] || or; export const a = env('A', 'x')", Defaulted),
        ("const env = (name, or) => process.env[name] || or; export const a = env('A')", Needed),
        ("function f() { if (!process.env.A) return; use(process.env.A) } f()", Harmless),
    ];
    for (code, expected) in table {
        let reads = of(code).reads;
        let worst = reads.iter().map(|read| read.use_).min_by_key(|use_| match use_ {
            Needed => 0,
            Defaulted => 1,
            Harmless => 2,
        });
        assert_eq!(worst, Some(expected), "{code}: {reads:?}");
    }
    assert!(
        of("process.env.A = 'x'; if (process.env.NODE_ENV === 'test') use(process.env.B)")
            .reads
            .iter()
            .all(|read| read.name == "NODE_ENV")
    );
}
