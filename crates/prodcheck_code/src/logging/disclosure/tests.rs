//! Which values are found where.

use super::{KeptBack, What};
use crate::in_memory::ask;
use crate::logging::read;

/// `shown what` of each value that production logs, and of those that it does not with a minus before them.
fn found(text: &str) -> Vec<String> {
    let logging = ask(&[("größe.ts", text)], &[], read);
    let shown = logging.disclosures.iter().map(|one| {
        let kept = match &one.kept_back {
            None => "",
            Some(KeptBack::Unreached) => "-unreached ",
            Some(KeptBack::BelowLevel) => "-below ",
            Some(KeptBack::Redacted) => "-redacted ",
        };
        let what = match &one.what {
            What::Payload(secret) => format!("payload with {secret}"),
            other => format!("{other:?}").to_lowercase(),
        };
        format!("{kept}{} {what}", one.shown)
    });
    shown.collect()
}

#[test]
fn what_a_reviewer_sends_back() {
    for (code, expected) in [
        ("console.log('ü', password)", "password secret"),
        ("console.log(`logging in with ${user.password}`)", "user.password secret"),
        ("console.error('token: ' + token)", "token secret"),
        ("app.post('/', (req, res) => { console.log(req.body) })", "req.body body"),
        ("app.post('/', ({ body }, res) => { console.log('x', body) })", "req.body body"),
        (
            "app.post('/', (req, res) => { const { body } = req; const data = body; console.log(data) })",
            "req.body body",
        ),
        ("app.post('/', async (c) => { const data = await c.req.json(); console.log(data) })", "c.req.json() body"),
        ("router.post('/', (ctx) => { console.log(JSON.stringify(ctx.request.body)) })", "ctx.request.body body"),
        ("app.get('/', (req, res) => { console.log({ h: req.headers }) })", "req.headers headers"),
        ("app.get('/', (req, res) => { console.log(req.headers.authorization) })", "req.headers.authorization secret"),
        (
            "app.get('/', (req, res) => { const { authorization } = req.headers; console.log(authorization) })",
            "req.headers.authorization secret",
        ),
        ("app.get('/', (req, res) => { console.log(req.get('Authorization')) })", "req.get('Authorization') secret"),
        ("console.log(process.env)", "process.env environment"),
        ("console.log(`db: ${process.env.DATABASE_URL}`)", "process.env.DATABASE_URL secret"),
        ("console.log('proxy', process.env.HTTPS_PROXY)", "process.env.HTTPS_PROXY secret"),
        ("app.get('/', (req, res) => { console.log('user', req.user) })", "req.user user"),
        ("const user = await User.findOne({ id }); console.log(user)", "user user"),
        (
            "const errorData = { sessionID: req.sessionID, user }; console.error(`x: ${JSON.stringify(errorData, null, 2)}`)",
            "req.sessionID session",
        ),
        ("app.get('/', (req, res) => { console.log(req.session) })", "req.session session"),
        ("server.addService(s, { get: (call, callback) => { console.log(call.request) } })", "call.request body"),
        (
            "const error = new Error('x'); error.request = { headers: req.headers }; console.error(error)",
            "req.headers headers",
        ),
        (
            "function f(req) { const err = new HttpError('x', { headers: req.headers }); console.error(err) }",
            "req.headers headers",
        ),
        ("const code = generateOtp(); console.log('sent', code)", "generateOtp() secret"),
        ("import jwt from 'jsonwebtoken'; console.log(jwt.sign({}, 'k'))", "jwt.sign() secret"),
        ("const url = `https://${name}:${password}@host`; console.log(url)", "password secret"),
        (
            "queue.add('mail', { email, verificationCode }); new Worker('mail', async (job) => { console.log('job', job.data) })",
            "job.data payload with verificationCode",
        ),
        (
            "import { Body, Post } from '@nestjs/common'; class C { @Post() create(@Body() dto) { console.log(dto) } }",
            "dto body",
        ),
        (
            "const log = { info: (m, meta) => console.log(m, meta) }; log.info('x', { accessToken })",
            "accessToken secret",
        ),
        ("function logEvent(name, data) { console.log(name, data) } logEvent('x', req.body)", "req.body body"),
        (
            "import morgan from 'morgan'; app.use(morgan(':method :url :req[authorization]'))",
            ":req[authorization] morgantoken",
        ),
        (
            "import morgan from 'morgan'; morgan.token('body', (req) => JSON.stringify(req.body)); app.use(morgan(':method :body'))",
            "req.body body",
        ),
        (
            "import morgan from 'morgan'; app.get('/r', (req, res) => reset(req.query.token)); app.use(morgan('combined'))",
            ":url link",
        ),
        ("if (pattern.test(name)) { console.log(password) }", "password secret"),
        ("console.log({ token: req.query.t })", "token secret"),
        ("const config = { db: { password: process.env.P } }; console.log(config)", "password secret"),
    ] {
        assert_eq!(found(code), [expected], "{code}");
    }
}

#[test]
fn what_is_none() {
    for code in [
        "console.log('password changed', 'token: secret')",
        "console.log(tokenCount, hasPassword, tokenType, secretName, keyboard)",
        "console.log({ hasToken: !!token, tokenLength: token.length, token: token ? 'set' : 'missing', secret: '***' })",
        "console.log(`user ${user}`, `${req.body}`, user.id, req.body.name)",
        "console.log(token.slice(0, 4), maskToken(token), mask(password))",
        "const short = token.slice(-4); console.log(short)",
        "console.log(errors.password, TokenType.RefreshToken, ErrorCode.INVALID_PASSWORD)",
        "const TOKEN = 'token'; console.log(TOKEN)",
        "for (const token of text.split(' ')) console.log(token)",
        "export function f(token) { if (token.type === 'x') console.log(`at ${token}`) }",
        "console.log(res.headers, response.data, config.headers)",
        "console.log(req.query, req.params, req.method, req.url)",
        "const body = render(); console.log(body)",
        "console.log({ password: url.password ? '******' : undefined })",
        "passport.logIn(user, password); logOut(token); function logOut(t) { console.log('x', t.id) }",
        "const log = { info: (m, secretData) => console.log(m) }; log.info('x', password)",
        "const { password, ...rest } = req.body; console.log(rest)",
        "import { program } from 'commander'; program.command('add').action((name) => { console.log(`password: ${password}`) })",
        "text.replace(/x/g, (all, token) => { console.error('expected', token) })",
        "import { Body, Post } from '@nestjs/common'; class TagDto { key: string } class Patch extends Partial(TagDto) {} class C { @Post() create(@Body() dto: Patch) { console.log(dto) } }",
        "documents.add({ cookies }); new Worker('mail', async (job) => { console.log('job', job.data) })",
        "import morgan from 'morgan'; app.get('/r', (req, res) => find(req.query.page)); app.use(morgan('combined'))",
        "import morgan from 'morgan'; morgan.token('body', (req) => req.body); app.use(morgan(':method :bodysize'))",
        "const meta = {}; console.log(meta); meta.password = password",
        "const password = crypt(input); console.log(password, user.encryptedPassword)",
        "function logDone(url, user) { console.log(url, user.id) } logDone(url, req.user)",
        "console.log(err.request.body, error.request.headers)",
        "Math.log(password); db.log.insert(token)",
        "async function sessionOf() { const session = await mongoose.startSession(); console.log(session) }",
    ] {
        assert_eq!(found(code), Vec::<String>::new(), "{code}");
    }
}

#[test]
fn what_is_kept_back() {
    for (code, expected) in [
        ("if (process.env.NODE_ENV !== 'production') console.log(password)", "-unreached password secret"),
        ("const log = require('pino')(); log.debug(req.body)", "-below req.body body"),
        ("const log = require('pino')({ level: 'debug' }); log.debug(req.body)", "req.body body"),
        (
            "const log = require('pino')({ redact: ['req.headers.authorization', 'req.headers.cookie'] }); log.info({ req: { headers: req.headers } })",
            "-redacted req.headers headers",
        ),
        (
            "const log = require('pino')({ redact: { paths: ['*.password'] } }); log.info({ user: { password } }, 'x')",
            "-redacted password secret",
        ),
        (
            "const log = require('pino')({ redact: ['other.password'] }); log.info({ user: { password } }, 'x')",
            "password secret",
        ),
        ("const log = require('pino')({ redact: ['password'] }); log.info(`x ${password}`)", "password secret"),
        (
            "import env from './env'; if (env.isDevelopment) { console.log(user.getEmailSigninToken()) }",
            "-unreached getEmailSigninToken() secret",
        ),
        ("import env from './env'; if (!env.isProduction) console.log(password)", "-unreached password secret"),
        (
            "import config from './config'; if (config.debug) { console.log(req.sessionID) }",
            "-below req.sessionID session",
        ),
        (
            "const safe = redact; class Log { info(m, extra) { console.log(m, this.sanitize(extra)) } sanitize(x) { return safe(x) } } const log = new Log(); log.info('x', { token: req.query.t })",
            "-redacted token secret",
        ),
        (
            "import winston from 'winston'; const l = winston.createLogger({ format: winston.format.combine(redactSecrets(), winston.format.json()) }); l.info('x', { password })",
            "-redacted password secret",
        ),
        ("console.log(user.email)", "user.email personal"),
        ("console.log(`go to ${resetLink}`)", "resetLink link"),
        ("import debug from 'debug'; const log = debug('x'); log(password)", "-below password secret"),
    ] {
        assert_eq!(found(code), [expected], "{code}");
    }
}
