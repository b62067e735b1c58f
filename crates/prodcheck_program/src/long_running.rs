//! What keeps a process up: listeners, consumers, bots, schedules, timers, found by what calls are bound to.

mod table;

use crate::program::{ModuleId, Origin, Outside, Part, Program, Started, Value};
use prodcheck_formats::javascript::{Call, Expr, Module};
use prodcheck_source::Place;
use table::{ROWS, Row};

/// What a process that stays up is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// It answers HTTP.
    Http,
    /// It speaks another protocol, or takes messages or jobs from a queue.
    Messages,
    /// It is a bot in somebody's chat.
    Bot,
    /// It does something at given times.
    Schedule,
    /// Something keeps it up, and does not say what for.
    Timer,
}

/// A call that keeps the process up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeepsUp {
    /// What for.
    pub purpose: Purpose,
    /// The call.
    pub place: Place,
    /// The package, built-in module or global that is called; `None` where the receiver could not be followed or comes
    /// from a package that the table does not know, and the method's name alone speaks for it.
    pub by: Option<&'static str>,
    /// Whether the call is seen to run once the entry points are loaded; in a library it waits for its user.
    pub on_load: bool,
}

/// Whether a package is there to answer HTTP, so that a service that depends on it most likely does.
pub fn is_server(package: &str) -> bool {
    // These are as often a client's, or stand behind another server.
    let either = ["ws", "socket.io", "http-proxy", "bun", "h3"];
    let serves = |row: &Row| row.source == package && row.purpose == Purpose::Http && !is_runtime(row.source);
    !either.contains(&package) && ROWS.iter().any(serves)
}

fn is_runtime(source: &str) -> bool {
    matches!(source, "http" | "https" | "http2" | "Bun" | "Deno")
}

/// All calls of a program that keep its process up, by module and place. Those whose receiver could not be followed come
/// last.
pub fn find(program: &Program<'_>) -> Vec<KeepsUp> {
    let mut sure = Vec::new();
    let mut likely = Vec::new();
    let mut started = Started::default();
    for (id, path, module) in program.modules() {
        for call in module.calls() {
            if !may_start(module, &call) {
                continue;
            }
            let values = program.values(id, call.callee);
            let row = values.iter().find_map(|value| row_of(program, id, module, &call, value));
            if row.is_none() && !(values.iter().all(is_elsewhere) && looks_like_listen(module, &call)) {
                continue;
            }
            let found = KeepsUp {
                purpose: row.map_or(Purpose::Http, |row| row.purpose),
                place: Place::new(path.clone(), call.span),
                by: row.map(|row| row.source),
                on_load: program.runs_on_load(id, call.id, &mut started),
            };
            if row.is_some() { sure.push(found) } else { likely.push(found) }
        }
    }
    sure.extend(likely);
    sure
}

/// Whether the name of what is called can be in the table; spares most calls the search for what they are bound to.
fn may_start(module: &Module, call: &Call<'_>) -> bool {
    match module.expr(call.callee) {
        Expr::Member { property, .. } => {
            let name = module.name(*property);
            ROWS.iter().any(|row| {
                if row.starts.is_empty() { row.made.contains(&name) || call.is_new } else { row.starts == name }
            })
        }
        _ => true,
    }
}

/// The row of the table that a call of this value is.
fn row_of(
    program: &Program<'_>,
    at: ModuleId,
    module: &Module,
    call: &Call<'_>,
    value: &Value,
) -> Option<&'static Row> {
    let Value::Outside(outside) = value else { return None };
    let last = if call.is_new { Part::Constructed } else { Part::Called };
    let row = ROWS.iter().find(|row| row.source == outside.source() && fits(row, outside, &last))?;
    let given = row.needs.is_empty() || has_option(program, at, module, call, row.needs);
    given.then_some(row)
}

/// Whether a way and the step after it are those of a row. Between making and starting, calls may stand that each give
/// the object back: `new Elysia().get(…).listen(…)`.
fn fits(row: &Row, outside: &Outside, last: &Part) -> bool {
    let is = |part: &Part, wanted: &str| match part {
        Part::Called => wanted == "()",
        Part::Constructed => wanted == "new",
        Part::Member(name) => wanted == name,
        Part::Typed => false,
    };
    let begins =
        |way: &[&Part]| way.len() >= row.made.len() && way.iter().zip(row.made).all(|(part, wanted)| is(part, wanted));
    let way: Vec<&Part> = outside.way.iter().chain([last]).collect();
    if row.starts.is_empty() {
        return way.len() == row.made.len() && begins(&way);
    }
    let Some(([start @ .., member], called)) = way.split_last().map(|(called, rest)| (rest, called)) else {
        return false;
    };
    if !is(member, row.starts) || !matches!(called, Part::Called) {
        return false;
    }
    // Something annotated with one of the package's types is one of its objects: `app: Express`.
    let typed = matches!(start, [Part::Member(_), Part::Typed, ..] | [Part::Typed, ..]);
    let between = if typed { start.get(2..) } else { start.get(row.made.len()..).filter(|_| begins(start)) };
    between.is_some_and(|between| between.chunks(2).all(|pair| matches!(pair, [Part::Member(_), Part::Called])))
}

/// Whether the first argument can hold one of these options: it does, or it is no object literal.
fn has_option(program: &Program<'_>, at: ModuleId, module: &Module, call: &Call<'_>, options: &[&str]) -> bool {
    let Some(argument) = call.argument(module, 0) else { return false };
    let values = program.values(at, argument);
    let holds = |value: &Value| match value {
        Value::Literal(of, object) => program.module(*of).is_some_and(|module| {
            !matches!(module.expr(*object), Expr::Object(_))
                || options.iter().any(|option| module.property(*object, option).is_some())
        }),
        _ => true,
    };
    values.is_empty() || values.iter().any(holds)
}

/// Whether something is made by a package: what it does there is not known.
fn is_elsewhere(value: &Value) -> bool {
    matches!(value, Value::Outside(Outside { origin: Origin::Package(..), .. }))
}

/// Whether something unknown is told to listen as servers are: at a port, and not with a listener.
fn looks_like_listen(module: &Module, call: &Call<'_>) -> bool {
    let Expr::Member { property, .. } = module.expr(call.callee) else { return false };
    let first = call.arguments.first().map(|first| module.expr(*first));
    module.name(*property) == "listen"
        && !call.is_new
        && first.is_some_and(|first| !matches!(first, Expr::Function(_) | Expr::String(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_memory::InMemory;
    use crate::{Layout, ModuleGraph};
    use prodcheck_source::RepoPath;

    fn found(files: &[(&str, &str)]) -> Vec<(Purpose, String, &'static str)> {
        let memory = InMemory::new(files);
        let sources = memory.sources();
        let layout = Layout::of(sources);
        let mut graph = ModuleGraph::default();
        let entry: RepoPath = files[0].0.into();
        graph.start_from(&entry);
        assert!(graph.advance(&layout, sources).is_empty());
        let reached = graph.reached_from([&entry]);
        let program = Program::link(&graph, &reached, sources);
        let text = |place: &Place| {
            let (_, text) = files.iter().find(|(path, _)| *path == place.path.as_str()).expect("a file");
            text.get(place.span.range()).expect("a place").to_owned()
        };
        find(&program).iter().map(|one| (one.purpose, text(&one.place), one.by.unwrap_or("?"))).collect()
    }

    fn one(text: &str) -> Option<(Purpose, &'static str)> {
        found(&[("größe.ts", text)]).first().map(|(purpose, _, by)| (*purpose, *by))
    }

    #[test]
    fn servers_consumers_bots_and_schedules() {
        use Purpose::{Bot, Http, Messages, Schedule, Timer};
        let table = [
            (
                "const http = require('node:http'); http.createServer((q, s) => s.end('ok')).listen(process.env.PORT)",
                Http,
                "http",
            ),
            (
                "import express from 'express'; const app = express(); app.use(x).get('/', h); app.listen(3000, () => 0)",
                Http,
                "express",
            ),
            (
                "import { createServer } from 'https'; import app from 'x'; const server = createServer(o, app); server.on('error', e).listen(1)",
                Http,
                "https",
            ),
            (
                "import Fastify from 'fastify'; const f = Fastify({ logger: true }); f.register(p); await f.listen({ port: 1 })",
                Http,
                "fastify",
            ),
            ("import { Elysia } from 'elysia'; new Elysia().get('/', h).use(x).listen(3000)", Http, "elysia"),
            ("import { serve } from '@hono/node-server'; serve({ fetch: app.fetch })", Http, "@hono/node-server"),
            (
                "import { NestFactory } from '@nestjs/core'; (async () => { const app = await NestFactory.create(M); await app.listen(3000) })()",
                Http,
                "@nestjs/core",
            ),
            (
                "import type { Express } from 'express'; import { boot } from 'x'; function start(app: Express) { app.listen(1) } start(boot())",
                Http,
                "express",
            ),
            ("import { Express } from 'express'; function start(app: Express) { app.listen(1) }", Http, "express"),
            ("Bun.serve({ fetch() {} })", Http, "Bun"),
            ("import { WebSocketServer } from 'ws'; new WebSocketServer({ port: 1 })", Http, "ws"),
            ("import { Worker } from 'bullmq'; export const worker = new Worker('mail', job)", Messages, "bullmq"),
            (
                "import { Kafka } from 'kafkajs'; const consumer = new Kafka({}).consumer({}); await consumer.run({})",
                Messages,
                "kafkajs",
            ),
            ("import net from 'net'; net.createServer(s => s.end()).listen(1)", Messages, "net"),
            (
                "const { Client } = require('discord.js'); const client = new Client({}); client.login(token)",
                Bot,
                "discord.js",
            ),
            ("import cron from 'node-cron'; cron.schedule('* * * * *', f)", Schedule, "node-cron"),
            ("setInterval(f, 1000)", Timer, "setInterval"),
            ("import { boot } from 'my-framework'; const server = await boot(); server.listen(3000)", Http, "?"),
            ("import { container } from './ioc'; container.resolve('server').listen(config.port)", Http, "?"),
        ];
        for (text, purpose, by) in table {
            assert_eq!(one(text), Some((purpose, by)), "{text}");
        }
    }

    #[test]
    fn what_does_not_keep_a_process_up() {
        for text in [
            "import { WebSocketServer } from 'ws'; import { server } from './server'; new WebSocketServer({ server })",
            "import express from 'express'; export const app = express(); app.get('/', h)",
            "class Store { listen(port) {} } new Store().listen(3000)",
            "history.listen(location => 0); bus.listen('event', f)",
            "function setInterval(f) {} setInterval(f)",
            "import { Worker } from 'worker_threads'; new Worker('./a.js')",
            "import yargs from 'yargs'; yargs.command('x').argv",
        ] {
            assert_eq!(one(text), None, "{text}");
        }
    }

    #[test]
    fn what_runs_on_load_is_told_from_what_waits_for_a_caller() {
        let on_load = |text: &str| {
            let memory = InMemory::new(&[("a.ts", text)]);
            let mut graph = ModuleGraph::default();
            graph.start_from(&"a.ts".into());
            assert!(graph.advance(&Layout::of(memory.sources()), memory.sources()).is_empty());
            let reached = graph.reached_from([&"a.ts".into()]);
            let found = find(&Program::link(&graph, &reached, memory.sources()));
            found.first().unwrap_or_else(|| panic!("{text}")).on_load
        };
        let express = "import e from 'express'; const app = e();";
        for code in [
            "app.listen(1)",
            "async function main() { await db(); app.listen(1) } main().catch(exit)",
            "(async () => { app.listen(1) })()",
            "db.connect().then(() => app.listen(1))",
            "const start = () => app.listen(1); db.connect().then(start)",
            "class Server { constructor() { this.start() } start() { app.listen(1) } } new Server()",
            "class Server { start() { app.listen(1) } } const s = new Server(); s.start()",
            "function a() { b() } function b() { app.listen(1) } if (require.main === module) a()",
            "export const handlers = { go() { app.listen(1) } }; handlers.go()",
        ] {
            assert!(on_load(&format!("{express} {code}")), "{code}");
        }
        for code in [
            "export function serve() { app.listen(1) }",
            "export class Server { start() { app.listen(1) } }",
            "function a() { b() } function b() { a(); app.listen(1) }",
            "module.exports = () => ({ start: () => app.listen(1) })",
        ] {
            assert!(!on_load(&format!("{express} {code}")), "{code}");
        }
    }

    #[test]
    fn over_modules_with_their_places() {
        let found = found(&[
            (
                "bin/www.js",
                "#!/usr/bin/env node\nconst app = require('../app'); const http = require('http'); const server = http.createServer(app); server.listen(app.get('port'));",
            ),
            ("app.js", "// größe\nconst express = require('express'); module.exports = express();"),
        ]);
        assert_eq!(found, [(Purpose::Http, "server.listen(app.get('port'))".to_owned(), "http")]);
    }
}
