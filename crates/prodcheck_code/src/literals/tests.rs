//! Literals that belong into the configuration, and their false friends.

use crate::in_memory::ask;

fn shown(text: &str) -> Vec<String> {
    let package = r#"{ "dependencies": { "@fastify/env": "^5.0.0" } }"#;
    let files = [("src/mail/größe.ts", text), ("package.json", package)];
    let found = ask(&files, &[], super::read).found;
    found
        .iter()
        .map(|one| {
            let behind = one.behind.as_ref().map(|name| format!(" behind {name}")).unwrap_or_default();
            format!("{:?} {}{behind}", one.kind, one.shown)
        })
        .collect()
}

#[test]
fn found() {
    let table = [
        ("const größe = 'ä'; export const config = { user: 'agendash', password: '123456' }", "Credential password"),
        ("const password = given?.password || 'unleash4all'; login(password)", "Credential password"),
        ("const secret = process.env.APP_SECRET || 'super-secret'; f(secret)", "Fallback APP_SECRET"),
        ("const { JWT_SECRET = 'secret' } = process.env; f(JWT_SECRET)", "Fallback JWT_SECRET"),
        (
            "const env = (name, or) => process.env[name] ?? or; f(env('SESSION_SECRET', 'keyboard cat'))",
            "Fallback SESSION_SECRET",
        ),
        (
            "import { z } from 'zod'; export const env = z.object({ JWT_SECRET: z.string().default('secret') }).parse(process.env)",
            "Fallback JWT_SECRET",
        ),
        ("import jwt from 'jsonwebtoken'; jwt.sign({}, 'shhh')", "Signing secret"),
        (
            "import session from 'express-session'; const options = { secret: 'keyboard cat' }; app.use(session(options))",
            "Signing secret",
        ),
        (
            "import session from 'cookie-session'; app.use(session({ keys: ['one', process.env.KEY] }))",
            "Signing secret",
        ),
        ("import Koa from 'koa'; const app = new Koa(); app.keys = ['a secret']", "Signing secret"),
        ("mongoose.connect('mongodb://localhost:27017/shop')", "Service mongodb://localhost"),
        ("const url = 'postgres://shop:g3heim@db.intern:5432/shop'; connect(url)", "Connection postgres://db.intern"),
        ("import Redis from 'ioredis'; new Redis({ host: '10.0.0.5', port: 6379 })", "Service 10.0.0.5"),
        ("fetch('http://localhost:4000/users')", "Internal http://localhost"),
        ("const BASE = 'http://192.168.0.7:8080'; fetch(`${BASE}/users`)", "Internal http://192.168.0.7"),
        (
            "import axios from 'axios'; const api = axios.create({ baseURL: 'http://billing/api' })",
            "Internal http://billing",
        ),
        ("fetch('https://api.sandbox.paypal.com/v1/pay')", "NamedEnvironment api.sandbox.paypal.com"),
        ("const url = `http://link-to-app/reset-password?token=${token}`; send(url)", "Own http://link-to-app"),
        ("app.get('/', (req, res) => res.redirect('http://localhost:3000/home'))", "Own http://localhost"),
        ("import express from 'express'; const app = express(); app.listen(3000)", "Port 3000"),
        (
            "export default { ldap: { enable: false, user: 'cn=x', rootPassword: '1234' } }",
            "Credential rootPassword behind enable",
        ),
        ("const key = 'AKIA2E0A8F3B244C9986'; use(key)", "Key(\"AWS\") key"),
    ];
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(code, expected)| {
            let found = shown(code);
            (found != [*expected]).then(|| format!("{code}\n  {found:?}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn false_friends() {
    let table = [
        "const password = process.env.DB_PASSWORD",
        "export const fields = { password: 'password', passwordConfirm: 'passwordConfirm' }",
        "const labels = { password: 'Password', email: 'E-Mail' }",
        "const rules = { password: 'required|min:8' }",
        "const PASSWORD_FIELD = 'pass1'",
        "if (secret === 'changeme1') throw new Error('größe')",
        "const refused = ['changeme1', 'secret12']; if (refused.includes(process.env.SECRET)) throw 1",
        "const key = process.env.STRIPE_API_KEY || 'your_stripe_key'",
        "const key = process.env.MAIL_API_KEY || ''",
        "function get(name, fallback, o) { if (process.env[name]) return process.env[name]; if (process.env.NODE_ENV !== 'production' || !o.must) return fallback; throw new Error(name) } f(get('SESSION_SECRET', 'insecure', { must: true }))",
        "if (process.env.NODE_ENV !== 'production') { login({ user: 'admin', password: 'hunter2' }) }",
        "import { cleanEnv, str } from 'envalid'; cleanEnv(process.env, { JWT_SECRET: str({ devDefault: 'secret' }) })",
        "const url = process.env.REDIS_URL || 'redis://localhost:6379'; connect(url)",
        "const url = process.env.DB_URL ?? 'postgres://postgres:postgres@localhost:5432/app'; connect(url)",
        "import { z } from 'zod'; z.object({ API_URL: z.string().default('http://localhost:8080') }).parse(process.env)",
        "fetch('https://api.github.com/user')",
        "const xmlns = 'http://www.w3.org/2000/svg'; render(xmlns)",
        "const url = new URL(req.url, 'http://localhost')",
        "console.log(`listening on http://localhost:${port}`)",
        "app.use(cors({ origin: ['http://localhost:3000', 'https://shop.de'] }))",
        "if (url.startsWith('redis://localhost')) use(url)",
        "const host = isLive ? 'https://api.paypal.com' : 'https://api.sandbox.paypal.com'; fetch(host + '/v1')",
        "import express from 'express'; const app = express(); app.listen(process.env.PORT || 3000)",
        "import express from 'express'; const app = express(); app.listen(0)",
        "import http from 'http'; const { PORT = 8989 } = process.env; http.createServer().listen(PORT)",
        "const tokenType = 'bearer2'; const secretName = 'prod/db1'; headers['x-api-key1'] = key",
        "const messages = { INVALID_PASSWORD: 'error-101', passwordReset: 'mail2' }",
        "const example = 'mongodb://user:pass@example.com/db'; connect(example)",
        "import jwt from 'jsonwebtoken'; jwt.sign({}, process.env.JWT_SECRET)",
        "const apiKey = 'AKIAIOSFODNN7EXAMPLE'",
    ];
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|code| {
            let found = shown(code);
            (!found.is_empty()).then(|| format!("{code}\n  {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
