//! Outbound calls and their limits.

use super::{Outbound, TimeLimit};
use crate::in_memory::ask;

fn of(files: &[(&str, &str)]) -> Vec<String> {
    let Outbound { calls, vendors } = ask(files, &[], super::read);
    let shown = calls.iter().map(|call| {
        let (_, text) = files.iter().find(|(path, _)| *path == call.place.path.as_str()).expect("a file");
        let line = text.get(..call.place.span.start as usize).expect("a place").matches('\n').count() + 1;
        let limit = match &call.limit {
            TimeLimit::Set { by, .. } => format!("by {by}"),
            TimeLimit::BuiltIn(_) => "built in".to_owned(),
            TimeLimit::Off { by, .. } => format!("off: {by}"),
            TimeLimit::None(_) => "none".to_owned(),
            TimeLimit::Unknown => "unknown".to_owned(),
        };
        format!("{}:{line} {} {limit}", call.place.path.as_str(), call.client)
    });
    shown.chain(vendors.iter().map(|(name, _)| format!("vendor {name}"))).collect()
}

/// The calls of one module without their place.
fn one(text: &str) -> Vec<String> {
    let package = r#"{ "dependencies": { "node-fetch": "^2.6.0", "got": "^11" } }"#;
    let name = if text.contains("/>") || text.contains("</") { "größe.tsx" } else { "größe.ts" };
    let found = of(&[(name, text), ("package.json", package)]);
    found.iter().map(|call| call.split_once(' ').expect("a place").1.to_owned()).collect()
}

fn check(code: &str, shown: &[&str]) {
    assert_eq!(one(code), shown, "{code}");
}

#[test]
fn each_client_with_and_without() {
    for (code, shown) in [
        ("await fetch(url)", "fetch none"),
        ("await fetch(url, { method: 'POST' })", "fetch none"),
        ("await fetch(url, { timeout: 5000 })", "fetch none"),
        ("await fetch(url, { signal: AbortSignal.timeout(5000) })", "fetch by signal"),
        ("await globalThis.fetch(url)", "fetch none"),
        ("fetch(new Request(url, { signal }))", "fetch by signal"),
        (
            "import { Agent } from 'undici'; const dispatcher = new Agent({ headersTimeout: 1 }); fetch(url, { dispatcher })",
            "fetch by headersTimeout",
        ),
        (
            "import { Agent, setGlobalDispatcher } from 'undici'; setGlobalDispatcher(new Agent({ bodyTimeout: 1000 })); fetch(u)",
            "fetch by bodyTimeout",
        ),
        ("import f from 'node-fetch'; f(url, { timeout: 5000 })", "node-fetch by timeout"),
        (
            "const f = (...args) => import('node-fetch').then(({ default: fetch }) => fetch(...args)); f('https://x')",
            "node-fetch none",
        ),
        ("import axios from 'axios'; axios.post(url, { timeout: 1 })", "axios.post none"),
        ("import axios from 'axios'; axios.post(url, body, { timeout: 1 })", "axios.post by timeout"),
        ("import axios from 'axios'; axios({ url, timeout: 1 })", "axios by timeout"),
        ("import axios from 'axios'; axios.get(url, { timeout: 0 })", "axios.get off: timeout"),
        ("import axios from 'axios'; axios.defaults.timeout = 3000; axios.get(url)", "axios.get by timeout"),
        (
            "import axios from 'axios'; axios.interceptors.request.use(c => ({ ...c, timeout: 1 })); axios.get(url)",
            "axios.get none",
        ),
        (
            "import axios from 'axios'; import { Agent } from 'https'; axios.get(url, { httpsAgent: new Agent({ timeout: 1 }) })",
            "axios.get none",
        ),
        (
            "import axios from 'axios'; import retry from 'axios-retry'; const a = axios.create(); retry(a); a.get(u)",
            "axios.get none",
        ),
        (
            "import axios, { AxiosInstance } from 'axios'; class A { c: AxiosInstance; constructor() { this.c = axios.create({ timeout: 5 }) } go() { return this.c.get('/') } }",
            "axios.get by timeout",
        ),
        (
            "import axios from 'axios'; import { wrapper } from 'axios-cookiejar-support'; const c = wrapper(axios.create({ timeout: 9 })); c.get(u)",
            "axios.get by timeout",
        ),
        ("import got from 'got'; got(url)", "got none"),
        (
            "import got from 'got'; const api = got.extend({ timeout: { request: 5000 } }); api.post(url)",
            "got.post by timeout",
        ),
        ("import ky from 'ky'; ky.get(url)", "ky.get built in"),
        ("import ky from 'ky'; const api = ky.create({ timeout: false }); api.get(url)", "ky.get off: timeout"),
        ("import { request } from 'undici'; request(url)", "undici.request none"),
        (
            "import { request } from 'undici'; request(url, { headersTimeout: 1000 })",
            "undici.request by headersTimeout",
        ),
        (
            "import { Client } from 'undici'; const c = new Client('https://x', { bodyTimeout: 1 }); c.request({ path: '/' })",
            "undici.request by bodyTimeout",
        ),
        ("import request from 'superagent'; await request.get(url).set('a', 'b')", "superagent.get none"),
        (
            "import request from 'superagent'; await request.get(url).set('a', 'b').timeout({ response: 5 })",
            "superagent.get by timeout",
        ),
        ("const request = require('request-promise'); request({ url })", "request-promise none"),
        ("const request = require('request').defaults({ timeout: 5 }); request.get(url, cb)", "request.get by timeout"),
        ("const https = require('https'); https.get(url, res => 0)", "https.get none"),
        ("const https = require('https'); https.get(url, res => 0).setTimeout(5)", "https.get by setTimeout"),
        (
            "const https = require('https'); const req = https.request({ host, timeout: 5 }, cb); req.end()",
            "https.request by timeout",
        ),
        (
            "const https = require('https'); const req = https.request(o); req.on('error', e); req.setTimeout(5, () => req.destroy())",
            "https.request by setTimeout",
        ),
        ("import http from 'http'; import https from 'https'; (secure ? https : http).get(url)", "https.get none"),
        (
            "import { HttpService } from '@nestjs/axios'; class S { constructor(private readonly http: HttpService) {} go() { return this.http.get('u') } }",
            "@nestjs/axios.get none",
        ),
        (
            "import { HttpService, HttpModule } from '@nestjs/axios'; export const m = { imports: [HttpModule.register({ timeout: 5 })] }; class S { constructor(private http: HttpService) {} go() { return this.http.axiosRef.post('u', {}) } }",
            "@nestjs/axios.post by timeout",
        ),
        (
            "import { HttpService, HttpModule } from '@nestjs/axios'; import { timeout } from 'rxjs'; class S { constructor(private http: HttpService) {} go() { return this.http.get('u').pipe(timeout(5)) } }",
            "@nestjs/axios.get by timeout",
        ),
        ("import wretch from 'wretch'; wretch(url).headers({}).get().json()", "wretch.get none"),
        ("import wretch from 'wretch'; wretch(url).options({ signal }).get().json()", "wretch.get by options"),
        ("import { ofetch } from 'ofetch'; const api = ofetch.create({ timeout: 5 }); api('/x')", "ofetch by timeout"),
        ("import needle from 'needle'; needle('get', url, { response_timeout: 1 })", "needle by response_timeout"),
        ("import bent from 'bent'; const getJSON = bent('json'); getJSON(url)", "bent none"),
        (
            "const { createApolloFetch } = require('apollo-fetch'); const f = createApolloFetch({ uri })",
            "apollo-fetch.createApolloFetch none",
        ),
    ] {
        check(code, &[shown]);
    }
}

#[test]
fn limits_around_and_further_away() {
    for (code, shown) in [
        (
            "const c = new AbortController(); setTimeout(() => c.abort(), 5000); fetch(url, { signal: c.signal })",
            "fetch by signal",
        ),
        ("const init = { method: 'GET' }; init.signal = AbortSignal.timeout(1); fetch(url, init)", "fetch by signal"),
        ("const base = { signal: AbortSignal.timeout(1) }; fetch(url, { ...base, method: 'PUT' })", "fetch by signal"),
        ("fetch(url, Object.assign({}, { signal: AbortSignal.timeout(5) }))", "fetch by signal"),
        ("function init() { return { headers: {} } } fetch(url, init())", "fetch none"),
        ("Promise.race([fetch(url), new Promise((_, no) => setTimeout(no, 5000))])", "fetch by Promise.race"),
        (
            "const get = (u, o) => fetch(u, o); const p = get(url, {}); const r = await Promise.race([p, timer]); get(url, { signal })",
            "fetch unknown",
        ),
        ("export default async function Page() { const r = await fetch(url); return <p>{r.status}</p> }", "fetch none"),
        ("const p = fetch(url); const r = await Promise.race([p, timer])", "fetch by Promise.race"),
        ("import pTimeout from 'p-timeout'; pTimeout(fetch(url), { milliseconds: 5 })", "fetch by pTimeout"),
        ("async function load() { return fetch(url) } Promise.race([load(), timer])", "fetch by Promise.race"),
        ("setTimeout(() => fetch(url), 1000)", "fetch none"),
        ("import merge from 'lodash.merge'; fetch(url, merge(defaults, { method: 'x' }))", "fetch unknown"),
        ("import { options } from './options'; fetch(url, options)", "fetch unknown"),
    ] {
        check(code, &[shown]);
    }
}

#[test]
fn what_a_wrapper_passes_on_is_judged_at_its_callers() {
    let wrapper =
        "export async function call(url, { signal, ...init } = {}) { return fetch(url, { ...init, signal }) }";
    let found = of(&[
        (
            "größe.ts",
            "import { call } from './call';\nconst c = new AbortController();\ncall('a', { signal: c.signal });\ncall('b');\ncall('c', { method: 'POST' })",
        ),
        ("call.ts", wrapper),
    ]);
    assert_eq!(found, ["größe.ts:4 call none", "größe.ts:5 call none"]);
    let nobody = of(&[
        ("größe.ts", "import { call } from './call'; call('a'); call('b', { method: 'POST' })"),
        ("call.ts", wrapper),
    ]);
    assert_eq!(nobody, ["call.ts:1 fetch none"]);
    let all = of(&[
        ("a.ts", "import { call } from './call'; call('a', { signal: AbortSignal.timeout(1) })"),
        ("call.ts", wrapper),
    ]);
    assert_eq!(all, ["call.ts:1 fetch unknown"]);
    let proxied = of(&[
        (
            "a.ts",
            "import { S } from './s'; export class C { constructor(private readonly s: S) {} go() { return this.s.fetch('u', { signal: AbortSignal.timeout(1) }) } also() { return this.s.fetch('v') } }",
        ),
        (
            "s.ts",
            "export class S { fetch(input: RequestInfo, init?: RequestInit) { return globalThis.fetch(this.proxy(input), init) } proxy(i: RequestInfo) { return i instanceof Request ? new Request('x', i) : i } }",
        ),
    ]);
    assert_eq!(proxied, ["a.ts:1 fetch none"]);
    for (code, shown) in [
        ("export const f = (url, options) => fetch(url, options)", "fetch unknown"),
        (
            "function f(url, timeout = 5000) { return axios.get(url, { timeout }) } import axios from 'axios'; f('a')",
            "axios.get by timeout",
        ),
        (
            "import axios from 'axios'; class Api { constructor(options) { this.c = axios.create(options) } go() { return this.c.get('/') } } new Api({ baseURL: 'x' }).go()",
            "axios.get unknown",
        ),
    ] {
        check(code, &[shown]);
    }
}

#[test]
fn instances_of_other_files() {
    let found = of(&[
        ("größe.ts", "import api from './api'; import { slow } from './api'; api.get('/'); slow.get('/')"),
        (
            "api.ts",
            "import axios from 'axios'; export default axios.create({ baseURL, timeout: 5000 }); export const slow = axios.create()",
        ),
    ]);
    assert_eq!(found, ["größe.ts:1 axios.get by timeout", "größe.ts:1 axios.get none"]);
}

#[test]
fn what_is_no_call_of_the_server() {
    for code in [
        "export async function load({ fetch }) { return fetch('/x') }",
        "export function load(fetch) { return fetch('/x') }",
        "function fetch(url) { return cache.get(url) } fetch('a')",
        "import http from 'http'; http.createServer(h).listen(1)",
        "if (process.env.NODE_ENV === 'test') fetch(url)",
        "page.evaluate(() => fetch('/x'))",
        "function f() { fetch(window.location.href) } f()",
        "fetch(`http://localhost:${port}/health`)",
        "app.get('/x', async ({ req }) => fetch(req.url))",
        "import { useEffect } from 'react'; export function Page() { useEffect(() => { fetch(url) }, []) }",
        "export function Page() { const save = async () => { await send() }; return <form onSubmit={save} /> } async function send() { await fetch(url) }",
        "import axios from 'axios'; axios.create(); axios.isAxiosError(e)",
        "cache.get('a'); map.delete('x')",
    ] {
        check(code, &[]);
    }
    assert_eq!(one("import Stripe from 'stripe'; const s = new Stripe(key); s.charges.create({})"), ["stripe"]);
}

#[test]
fn packaged_wrappers_that_are_given_a_limit() {
    let found = of(&[
        (
            "größe.ts",
            "import { RestClient } from 'rest'; import config from './config'; export class Api extends RestClient { constructor() { super('API', config.apis.one) } }",
        ),
        ("config.ts", "export default { apis: { one: { url: 'x', timeout: { response: 5000 } } } }"),
    ]);
    assert_eq!(found, ["größe.ts:1 rest by timeout"]);
}
