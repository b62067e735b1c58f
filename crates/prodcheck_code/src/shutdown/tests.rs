//! Handlers of signals, and packages that shut down.

use super::{Shutdown, read};
use crate::in_memory::ask;

const EXPRESS: &str = "import express from 'express'; import http from 'http'; const app = express();";

fn shutdown(files: &[(&str, &str)]) -> Shutdown {
    ask(files, &[], read)
}

/// What the handlers of SIGTERM do: what they close, and how the process ends.
fn one(code: &str) -> String {
    let text = format!("{EXPRESS} {code}");
    shown(&shutdown(&[("größe.ts", &text)]))
}

fn shown(shutdown: &Shutdown) -> String {
    let handlers = shutdown.handlers.iter().filter(|handler| handler.signals.iter().any(|signal| signal == "SIGTERM"));
    let shown = handlers.map(|handler| {
        let mut words: Vec<String> = Vec::new();
        if !handler.reach.is_reached() {
            words.push("never".to_owned());
        }
        words.extend(handler.closes.iter().map(|one| format!("{:?}", one.what)));
        let marks = [
            (handler.empty, "empty"),
            (handler.ends.is_some(), "ends"),
            (handler.cuts.is_some(), "cuts"),
            (handler.destroys.is_some(), "destroys"),
            (handler.forwards().is_some(), "forwards"),
        ];
        words.extend(marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| (*mark).to_owned()));
        words.extend(handler.kept_by.iter().map(|keeper| format!("kept by {}", keeper.by)));
        words.join(" ")
    });
    shown.collect::<Vec<_>>().join(" | ")
}

#[test]
fn handlers_that_close_the_server() {
    for (code, expected) in [
        (
            "const server = app.listen(1); process.on('SIGTERM', () => { server.close(() => process.exit(0)) })",
            "Server ends",
        ),
        (
            "const server = http.createServer(app); server.listen(1); process.on('SIGTERM', async () => { await new Promise(r => server.close(r)); process.exit(0) })",
            "Server ends",
        ),
        (
            "let server; start().then(() => { server = app.listen(1) }); process.on('SIGTERM', () => server.close())",
            "Server",
        ),
        (
            "const server = app.listen(1); ['SIGTERM', 'SIGINT'].forEach((signal) => process.on(signal, stop)); function stop() { server.close(() => process.exit()) }",
            "Server ends",
        ),
        (
            "const server = app.listen(1); for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, async () => { await stop(); process.exit(0) }); const stop = () => server.close()",
            "Server ends",
        ),
        (
            "const server = app.listen(1); const signals = { SIGTERM: 15, SIGINT: 2 }; Object.keys(signals).forEach((signal) => { process.on(signal, () => { server.close(() => process.exit(128 + signals[signal])) }) })",
            "Server ends",
        ),
        (
            "class S { start() { this.server = app.listen(1); process.on('SIGTERM', this.stop.bind(this)) } stop() { this.server.close(() => process.exit(0)) } } new S().start()",
            "Server ends",
        ),
        (
            "import stoppable from 'stoppable'; const server = stoppable(http.createServer(app)); server.listen(1); process.on('SIGTERM', () => server.stop(() => process.exit()))",
            "Server ends",
        ),
        (
            "import { createHttpTerminator } from 'http-terminator'; const server = app.listen(1); const terminator = createHttpTerminator({ server }); process.on('SIGTERM', async () => { await terminator.terminate(); process.exit(0) })",
            "Server ends",
        ),
        (
            "const server = app.listen(1); process.on('SIGTERM', () => { setTimeout(() => process.exit(1), 5000); server.close(() => process.exit(0)) })",
            "Server ends",
        ),
        (
            "const server = app.listen(1); process.on('SIGTERM', () => { if (server) { server.close(() => process.exit(0)) } else { process.exit(1) } })",
            "Server ends",
        ),
        (
            "const server = app.listen(1); const hooks = []; const onStop = (f) => hooks.push(f); onStop(() => new Promise(r => server.close(r))); process.on('SIGTERM', async () => { for (const hook of hooks) await hook(); process.exit(0) })",
            "Server ends",
        ),
        (
            "export function start(server) { process.on('SIGTERM', () => server.close(() => process.exit(0))) } app.listen(1)",
            "Unknown ends",
        ),
        (
            "import Fastify from 'fastify'; const f = Fastify(); f.listen({ port: 1 }); process.on('SIGTERM', () => f.close().then(() => process.exit(0), (e) => process.exit(1)))",
            "Server ends",
        ),
    ] {
        assert_eq!(one(code), expected, "{code}");
    }
}

#[test]
fn handlers_that_do_not() {
    for (code, expected) in [
        ("app.listen(1); process.on('SIGTERM', () => process.exit(0))", "ends"),
        ("app.listen(1); process.on('SIGTERM', process.exit)", "ends"),
        ("app.listen(1); process.on('SIGTERM', () => {})", "empty"),
        (
            "const server = app.listen(1); process.on('SIGTERM', () => { server.close(); process.exit(0) })",
            "Server ends cuts",
        ),
        (
            "app.listen(1); process.on('SIGTERM', async () => { await prisma.$disconnect(); process.exit(0) })",
            "UnknownClient ends",
        ),
        (
            "let dev; if (process.env.NODE_ENV === 'development') { dev = http.createServer(app); dev.listen(1) } else { app.listen(2) } process.on('SIGTERM', () => { dev.close(() => process.exit(0)) })",
            "DevelopmentServer ends",
        ),
        (
            "const metrics = http.createServer(); app.listen(2); process.on('SIGTERM', () => { metrics.close(() => process.exit(0)) })",
            "OtherServer ends",
        ),
        (
            "const server = app.listen(1); const sockets = new Set(); server.on('connection', (s) => sockets.add(s)); process.on('SIGTERM', () => { for (const socket of sockets) socket.destroy(); server.close(() => process.exit(0)) })",
            "Server ends destroys",
        ),
        (
            "const server = app.listen(1); process.on('SIGTERM', () => { server.closeAllConnections(); server.close(() => process.exit(0)) })",
            "Server ends destroys",
        ),
        (
            "const server = app.listen(1); process.on('SIGTERM', () => { server.close(() => process.exit(0)); setTimeout(() => server.closeAllConnections(), 5000) })",
            "Server ends",
        ),
        (
            "import cluster from 'cluster'; if (cluster.isPrimary) { process.on('SIGTERM', () => { for (const id in cluster.workers) cluster.workers[id].kill('SIGTERM') }); } else { app.listen(1) }",
            "Worker forwards",
        ),
        (
            "import mongoose from 'mongoose'; let server; mongoose.connect(url).then(() => { server = app.listen(1) }); process.on('SIGTERM', () => { if (server) server.close() })",
            "Server kept by `mongoose`",
        ),
        (
            "import mongoose from 'mongoose'; const server = app.listen(1); mongoose.connect(url); process.on('SIGTERM', () => { server.close(() => mongoose.disconnect()) })",
            "Server Client(\"mongoose\")",
        ),
        (
            "const server = app.listen(1); setInterval(sweep, 1000); process.on('SIGTERM', () => server.close())",
            "Server kept by `setInterval`",
        ),
        (
            "const server = app.listen(1); setInterval(sweep, 1000).unref(); process.on('SIGTERM', () => server.close())",
            "Server",
        ),
        (
            "if (process.env.NODE_ENV !== 'production') process.on('SIGTERM', () => server.close(() => process.exit(0)))",
            "never Unknown ends",
        ),
    ] {
        assert_eq!(one(code), expected, "{code}");
    }
}

#[test]
fn packages() {
    let of = |code: &str| {
        let text = format!("{EXPRESS} {code}");
        let found = shutdown(&[("a.ts", &text)]);
        let shown = found.libraries.iter().map(|library| {
            let misses = library.misses.as_deref().unwrap_or("closes");
            let term = library.signals.iter().any(|signal| signal == "SIGTERM");
            format!("{} {} {misses}", library.package, if term { "SIGTERM" } else { "other" })
        });
        shown.collect::<Vec<_>>().join(" | ")
    };
    for (code, expected) in [
        (
            "import { createTerminus } from '@godaddy/terminus'; const server = http.createServer(app); createTerminus(server, { onSignal: stop }); server.listen(1)",
            "@godaddy/terminus SIGTERM closes",
        ),
        (
            "import { createTerminus } from '@godaddy/terminus'; const server = http.createServer(app); createTerminus(server, { signal: 'SIGINT' }); server.listen(1)",
            "@godaddy/terminus other closes",
        ),
        (
            "import close from 'close-with-grace'; const server = app.listen(1); close({}, async () => { server.close() })",
            "close-with-grace SIGTERM closes",
        ),
        (
            "import close from 'close-with-grace'; app.listen(1); close(async ({ err }) => { if (err) console.error(err) })",
            "close-with-grace SIGTERM is given a function that does not close the server",
        ),
        (
            "import graceful from 'http-graceful-shutdown'; const dev = http.createServer(app); if (process.env.NODE_ENV === 'development') dev.listen(1); else app.listen(1); graceful(dev)",
            "http-graceful-shutdown SIGTERM is given a server that production does not start",
        ),
        (
            "import { createLightship } from 'lightship'; const lightship = await createLightship(); const server = app.listen(1); lightship.registerShutdownHandler(() => { server.close() })",
            "lightship SIGTERM closes",
        ),
        (
            "import { createLightship } from 'lightship'; const lightship = await createLightship(); app.listen(1); lightship.signalReady()",
            "lightship SIGTERM is given nothing to close by `registerShutdownHandler`",
        ),
        (
            "import { NestFactory } from '@nestjs/core'; const nest = await NestFactory.create(M); nest.enableShutdownHooks(); await nest.listen(1)",
            "@nestjs/core SIGTERM closes",
        ),
        (
            "import { NestFactory } from '@nestjs/core'; const nest = await NestFactory.create(M); nest.enableShutdownHooks(['SIGINT']); await nest.listen(1)",
            "@nestjs/core other closes",
        ),
        (
            "import Fastify from 'fastify'; const f = Fastify(); f.register(require('fastify-graceful-shutdown')); f.listen({})",
            "fastify-graceful-shutdown SIGTERM closes",
        ),
        ("import throng from 'throng'; throng({ worker: () => app.listen(1) })", ""),
        ("class Own { enableShutdownHooks() {} } new Own().enableShutdownHooks()", ""),
    ] {
        assert_eq!(of(code), expected, "{code}");
    }
}

#[test]
fn commands_that_drain() {
    let of = |range: &str, command: &str, subcommand: &str| {
        let manifest = format!(r#"{{ "name": "a", "dependencies": {{ "{command}": "{range}" }} }}"#);
        let found = shutdown(&[("a.ts", ""), ("package.json", &manifest)]);
        found.drains(command, subcommand).is_some()
    };
    assert!(of("^15.0.0", "next", "start"));
    assert!(!of("^2.15.0", "nuxt", "start"));
    assert!(!of("^15.0.0", "next", "dev"));
    let rows = super::table::COMMANDS.iter().map(|row| row.source);
    let libraries = super::table::LIBRARIES.iter().map(|row| row.source);
    assert!(rows.chain(libraries).all(|source| source.starts_with("https://")));
}
