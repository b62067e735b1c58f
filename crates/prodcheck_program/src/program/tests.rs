//! What names stand for, across modules.

use super::*;
use crate::Layout;
use crate::in_memory::InMemory;

fn shown(program: &Program<'_>, value: &Value) -> String {
    let name = |at: ModuleId| program.path(at).map_or("?", RepoPath::as_str);
    match value {
        Value::Outside(outside) => outside.way.iter().fold(outside.source().to_owned(), |text, part| match part {
            Part::Member(name) => format!("{text}.{name}"),
            Part::Called => format!("{text}()"),
            Part::Constructed => format!("new {text}"),
            Part::Typed => format!("a {text}"),
        }),
        Value::Function(at, _) => format!("function of {}", name(*at)),
        Value::Class(at, _) => format!("class of {}", name(*at)),
        Value::Instance(at, _) => format!("instance of {}", name(*at)),
        Value::Namespace(at) => format!("all of {}", name(*at)),
        Value::Literal(at, _) => format!("literal of {}", name(*at)),
    }
}

/// What is called by the call whose text begins so, in the first file.
fn callee(files: &[(&str, &str)], call: &str) -> Vec<String> {
    let memory = InMemory::new(files);
    let sources = memory.sources();
    let layout = Layout::of(sources);
    let mut graph = ModuleGraph::default();
    let entry: RepoPath = files[0].0.into();
    graph.start_from(&entry);
    assert!(graph.advance(&layout, sources).is_empty());
    let reached = graph.reached_from([&entry]);
    let program = Program::link(&graph, &reached, sources);
    let id = program.id(&entry).expect("the entry");
    let module = program.module(id).expect("the entry");
    let text = files[0].1;
    let found = module.calls().find(|found| text.get(found.span.range()).is_some_and(|text| text.starts_with(call)));
    let found = found.unwrap_or_else(|| panic!("no call {call} in {text}"));
    program.values(id, found.callee).iter().map(|value| shown(&program, value)).collect()
}

fn alone(text: &str, call: &str) -> String {
    callee(&[("größe.ts", text)], call).join(" | ")
}

#[test]
fn imports_of_packages_in_every_spelling() {
    let table = [
        ("import express from 'express'; const app = express(); app.listen(1)", "app.listen", "express().listen"),
        ("import * as express from 'express'; express().listen(1)", "express().listen", "express().listen"),
        ("const express = require('express'); const app = express(); app.listen(1)", "app.listen", "express().listen"),
        ("const app = require('express')(); app.listen(1)", "app.listen", "express().listen"),
        ("import { default as e } from 'express'; e().listen(1)", "e().listen", "express().listen"),
        (
            "import { createServer as make } from 'node:http'; make(f).listen(1)",
            "make(f).listen",
            "http.createServer().listen",
        ),
        (
            "const { createServer } = require('http'); const s = createServer(); s.listen(1)",
            "s.listen",
            "http.createServer().listen",
        ),
        ("import Koa from 'koa'; const app = new Koa(); app.listen(1)", "app.listen", "new koa.listen"),
        (
            "import { NestFactory } from '@nestjs/core'; async function main() { const app = await NestFactory.create(M); await app.listen(1) } main()",
            "app.listen",
            "@nestjs/core.NestFactory.create().listen",
        ),
        ("let server; server = require('fastify')({}); server.listen({})", "server.listen", "fastify().listen"),
        ("const { fastify: f } = await import('fastify'); f().listen()", "f().listen", "fastify.fastify().listen"),
        ("import('polka').then(({ default: polka }) => polka().listen(1))", "polka().listen", "polka().listen"),
        ("const log = globalThis.console.log; log(1)", "log(", "console.log"),
        ("process.on('exit', f)", "process.on", "process.on"),
        ("class A extends require('events') { go() { super.emit('x') } }", "super.emit", "events.emit"),
    ];
    for (text, call, expected) in table {
        assert_eq!(alone(text, call), expected, "{text}");
    }
}

#[test]
fn a_local_name_is_not_the_package() {
    assert_eq!(
        alone("function express() { return { listen() {} } } express().listen()", "express().listen"),
        "function of größe.ts"
    );
    assert_eq!(alone("const app = { listen: () => 0 }; app.listen()", "app.listen"), "function of größe.ts");
    assert_eq!(alone("function f(fetch) { fetch('x') }", "fetch("), "");
}

#[test]
fn what_is_added_to_what_a_module_exports_as_a_whole() {
    let files = [
        ("a.js", "const live = require('./größe'); live.stop()"),
        (
            "größe.js",
            "const live = { on: true }; exports = module.exports = live; exports.stop = stop; function stop() {}",
        ),
    ];
    assert_eq!(callee(&files, "live.stop"), ["function of größe.js"]);
    assert_eq!(alone("exports.go = () => 1; exports.go()", "exports.go()"), "function of größe.ts");
    assert_eq!(
        alone("module.exports = { go() {} }; module.exports.go()", "module.exports.go()"),
        "function of größe.ts"
    );
}

#[test]
fn factories_classes_and_parameters() {
    let table = [
        (
            "import e from 'express'; class S { static app = e(); static start() { this.app.listen(1) } } S.start()",
            "this.app.listen",
            "express().listen",
        ),
        (
            "import e from 'express'; module.exports = { app: e(), start() { [1].map(() => this.app.listen(1)) } }",
            "this.app.listen",
            "express().listen",
        ),
        (
            "import e from 'express'; module.exports = { app: null, init() { this.app = e() }, start() { this.app.listen(1) } }",
            "this.app.listen",
            "express().listen",
        ),
        (
            "import e from 'express'; const apps = [e()]; apps.forEach((app) => app.listen(1))",
            "app.listen",
            "express().listen",
        ),
        (
            "import e from 'express'; const make = () => new Promise((done, fail) => { const app = e(); if (x) fail(0); done(app) }); const app = await make(); app.listen(1)",
            "app.listen",
            "express().listen",
        ),
        (
            "import e from 'express'; function make() { const app = e(); return app } make().listen(1)",
            "make().listen",
            "express().listen",
        ),
        (
            "import e from 'express'; const make = async () => e(); async function f() { (await make()).listen(1) }",
            "(await make()).listen",
            "express().listen",
        ),
        (
            "import e from 'express'; class S { app = e(); start() { this.app.listen(1) } } new S().start()",
            "this.app.listen",
            "express().listen",
        ),
        (
            "import e from 'express'; class S { app; constructor() { this.app = e() } start() { this.app.listen(1) } }",
            "this.app.listen",
            "express().listen",
        ),
        (
            "import e from 'express'; class S { constructor(private app) {} start() { this.app.listen(1) } } new S(e()).start()",
            "this.app.listen",
            "express().listen",
        ),
        (
            "import e from 'express'; class B { app = e() } class S extends B { start() { this.app.listen(1) } }",
            "this.app.listen",
            "express().listen",
        ),
        (
            "import { Server } from 'x'; class S extends Server { go() { this.listen(1) } }",
            "this.listen",
            "new x.Server.listen",
        ),
        ("import e from 'express'; function go(app) { app.listen(1) } go(e())", "app.listen", "express().listen"),
        (
            "import { Express } from 'express'; export function go(app: Express) { app.listen(1) }",
            "app.listen",
            "a express.Express.listen",
        ),
        (
            "import e from 'express'; async function make() { return e() } make().then(app => app.listen(1))",
            "app.listen",
            "express().listen",
        ),
        (
            "import e from 'express'; const made = { app: e() }; const { app } = made; app.listen(1)",
            "app.listen",
            "express().listen",
        ),
        (
            "import e from 'express'; const made = { ...{ app: e() } }; made.app.listen(1)",
            "made.app.listen",
            "express().listen",
        ),
        (
            "import e from 'express'; class S { static make() { return new S() } app = e() } S.make().app.listen(1)",
            "S.make().app.listen",
            "express().listen",
        ),
        (
            "import a from 'a'; import b from 'b'; const app = process.env.X ? a() : b(); app.listen()",
            "app.listen",
            "a().listen | b().listen",
        ),
        (
            "const http = require('http'); module.exports = { servers: { a: null }, start() { this.servers.a = http.createServer(); this.servers.a.listen(1) } }",
            "this.servers.a.listen",
            "http.createServer().listen",
        ),
        (
            "import e from 'express'; const state = {}; state.app = e(); state.app.listen(1)",
            "state.app.listen",
            "express().listen",
        ),
        ("import e from 'express'; global.app = e(); app.listen(1)", "app.listen", "app.listen | express().listen"),
        ("import e from 'express'; for (const app of [e()]) app.listen(1)", "app.listen", "express().listen"),
    ];
    for (text, call, expected) in table {
        assert_eq!(alone(text, call), expected, "{text}");
    }
}

#[test]
fn over_modules_of_both_systems() {
    let app = |text: &'static str, file: &'static str, more: &[(&'static str, &'static str)]| {
        let mut files = vec![("server.ts", text), ("app.ts", file)];
        files.extend_from_slice(more);
        callee(&files, "app.listen").join(" | ")
    };
    let expected = "express().listen";
    assert_eq!(
        app("import app from './app'; app.listen(1)", "import e from 'express'; export default e()", &[]),
        expected
    );
    assert_eq!(
        app("import { app } from './app'; app.listen(1)", "import e from 'express'; export const app = e()", &[]),
        expected
    );
    assert_eq!(
        app("const app = require('./app'); app.listen(1)", "module.exports = require('express')()", &[]),
        expected
    );
    assert_eq!(
        app(
            "const { app } = require('./app'); app.listen(1)",
            "const app = require('express')(); module.exports = { app }",
            &[]
        ),
        expected
    );
    assert_eq!(
        app("import app from './app'; app.listen(1)", "const app = require('express')(); module.exports = app", &[]),
        expected
    );
    assert_eq!(
        app("const app = require('./app').default; app.listen(1)", "import e from 'express'; export default e()", &[]),
        expected
    );
    assert_eq!(
        app(
            "import * as all from './app'; const app = all.make(); app.listen(1)",
            "export * from './deep'",
            &[("deep.ts", "import e from 'express'; export function make() { return e() }")]
        ),
        expected
    );
    assert_eq!(
        app(
            "import { it as app } from './app'; app.listen(1)",
            "export { default as it } from './deep'",
            &[("deep.ts", "import e from 'express'; const x = e(); export { x as default }")]
        ),
        expected
    );
    assert_eq!(
        app("import { express } from './app'; const app = express(); app.listen(1)", "export * from 'express'", &[]),
        "express.express().listen"
    );
    assert_eq!(app("import { app } from './app'; app.listen(1)", "export { app } from './server'", &[]), "");
    assert_eq!(
        app(
            "require('./app'); const { app } = WIKI; app.listen(1)",
            "global.WIKI = {}; WIKI.app = require('express')()",
            &[]
        ),
        "WIKI.app.listen | express().listen"
    );
    assert_eq!(
        app(
            "const app = require('./app'); app.listen(1)",
            "exports.app = 1; module.exports = Object.assign(exports, {})",
            &[]
        ),
        ""
    );
}

#[test]
fn what_leads_back_to_itself_ends() {
    for text in [
        "let a = b; let b = a; a.listen()",
        "function f() { return f() } f().listen()",
        "const a = a.b.c; a.listen()",
        "class A extends A { go() { this.x.listen() } }",
        "let app = x(); app = app.use().use(); app = app.use(); app.listen()",
    ] {
        let call =
            ["a.listen", "f().listen", "this.x.listen", "app.listen"].into_iter().find(|call| text.contains(call));
        let _ = alone(text, call.expect("a call"));
    }
    let deep = format!(
        "const a0 = require('x'); {} a5000.listen()",
        (0..5000).map(|at| format!("const a{} = a{at}.b;", at + 1)).collect::<String>()
    );
    assert_eq!(alone(&deep, "a5000.listen"), "", "too deep to be known");
    // Much that leads everywhere costs no more than it is long, and takes nothing from what is asked elsewhere.
    let wide: String =
        (0..400).map(|at| format!("function f{at}() {{ return c ? f{}() : f{}() }}", at + 1, at + 2)).collect();
    let text = format!("import e from 'express'; const app = e(); {wide} f0().listen(); app.listen()");
    assert_eq!(alone(&text, "f0().listen"), "");
    assert_eq!(alone(&text, "app.listen"), "express().listen");
}

#[test]
fn the_elements_of_a_list_that_is_gone_through() {
    let loops = "import helmet from 'helmet'; import cors from 'cors';";
    for code in [
        "[helmet(), cors].forEach(one => one(x))",
        "const all = [helmet(), cors]; all.forEach((one, i) => { one(x) })",
        "for (const one of [helmet(), cors]) one(x)",
    ] {
        assert_eq!(alone(&format!("{loops} {code}"), "one("), "helmet() | cors", "{code}");
    }
}

#[test]
fn calls_that_give_back_what_they_are_given() {
    let table = [
        ("const a = Object.freeze({ app: require('express')() }); a.app.listen(1)", "a.app.listen", "express().listen"),
        (
            "import merge from 'lodash/merge'; const a = merge({}, { app: e() }, { app: require('express')() }); a.app.listen(1)",
            "a.app.listen",
            "express().listen | e().listen",
        ),
        ("import { merge } from 'rxjs'; merge({ app: 1 }).pipe(1)", "merge({ app: 1 }).pipe", "rxjs.merge().pipe"),
    ];
    for (text, call, expected) in table {
        assert_eq!(alone(text, call), expected, "{text}");
    }
}

#[test]
fn this_in_the_methods_of_an_object() {
    let table = [
        (
            "const knex = require('knex'); const db = { k: null, init() { this.k = knex({}) }, go() { this.k.raw() } }",
            "this.k.raw",
            "knex().raw",
        ),
        (
            "const knex = require('knex'); const db = { init() { const self = this; self.k = knex({}); const t = () => { self.k.raw() } } }",
            "self.k.raw",
            "knex().raw",
        ),
        ("const db = { a: 1, go: () => { this.k.raw() } }", "this.k.raw", ""),
        (
            "const http = require('http'); const s = { run() { this.make().listen() }, make() { return http.createServer() } }",
            "this.make().listen",
            "http.createServer().listen",
        ),
    ];
    for (text, call, value) in table {
        assert_eq!(alone(text, call), value, "{text}");
    }
}

#[test]
fn the_first_question_does_not_hide_the_calls_that_it_is_about() {
    let files = [
        (
            "a.ts",
            "import { S } from './s'; export class C { constructor(private readonly s: S) {} go() { this.s.call(1) } }",
        ),
        ("s.ts", "export class S { call(x) {} }"),
    ];
    let memory = InMemory::new(&files);
    let sources = memory.sources();
    let layout = Layout::of(sources);
    let mut graph = ModuleGraph::default();
    let entry: RepoPath = "a.ts".into();
    graph.start_from(&entry);
    assert!(graph.advance(&layout, sources).is_empty());
    let reached = graph.reached_from([&entry]);
    let program = Program::link(&graph, &reached, sources);
    let at = |path: &str| program.id(&path.into()).expect("a module");
    let module = program.module(at("a.ts")).expect("a module");
    let call = module.calls().next().expect("a call");
    assert_eq!(program.values(at("a.ts"), call.callee).len(), 1);
    let (function, _) = program.module(at("s.ts")).expect("a module").functions().next().expect("a method");
    assert_eq!(program.uses_of(at("s.ts"), function), [(at("a.ts"), call.id)]);
}
