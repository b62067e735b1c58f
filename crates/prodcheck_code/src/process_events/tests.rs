//! Handlers of the process's events.

use super::{Event, ProcessEvents, read};
use crate::in_memory::ask;
use crate::trackers::Exits;

fn events(files: &[(&str, &str)]) -> ProcessEvents {
    ask(files, &[], read)
}

/// What the handlers of an event do, as letters: logs, reports, ends, throws, cut off, empty, unfollowed; `-` for none
/// of these, and `!` where production does not come to it.
fn does(files: &[(&str, &str)], event: Event) -> Vec<String> {
    let handlers = events(files).handlers;
    let handlers = handlers.iter().filter(|handler| handler.event == event);
    let shown = handlers.map(|handler| {
        let does = &handler.does;
        let marks = [
            (does.logs.is_some(), "logs"),
            (does.reports.is_some(), "reports"),
            (does.ends.is_some(), "ends"),
            (does.cuts_off.is_some(), "cuts-off"),
            (does.throws.is_some(), "throws"),
            (does.empty, "empty"),
            (does.unfollowed.is_some(), "unfollowed"),
            (!handler.reach.is_reached(), "never"),
        ];
        let marks: Vec<&str> = marks.iter().filter(|(holds, _)| *holds).map(|(_, mark)| *mark).collect();
        if marks.is_empty() { "-".to_owned() } else { marks.join(" ") }
    });
    shown.collect()
}

fn one(text: &str) -> String {
    does(&[("größe.ts", text)], Event::UncaughtException).join(" | ")
}

#[test]
fn what_a_handler_does() {
    for (code, expected) in [
        ("process.on('uncaughtException', (e) => { console.error(e); process.exit(1) })", "logs ends"),
        ("process.once('uncaughtException', e => { logger.fatal(e, 'ü'); process.abort() })", "logs ends"),
        ("import process from 'node:process'; process.addListener('uncaughtException', () => {})", "empty"),
        ("process.on('uncaughtException', (e) => { console.log(e) })", "logs"),
        ("process.on('uncaughtException', () => process.exit(1))", "ends"),
        ("process.on('uncaughtException', (e) => { count++ ; metric.inc() })", "-"),
        (
            "process.on('uncaughtException', (e) => { console.error(e); server.close(() => process.exit(1)) })",
            "logs ends",
        ),
        (
            "process.on('uncaughtException', (e) => { console.error(e); process.exitCode = 1; server.close() })",
            "logs ends",
        ),
        (
            "process.on('uncaughtException', (e) => { console.error(e); setTimeout(() => process.exit(1), 500) })",
            "logs ends",
        ),
        ("process.on('uncaughtException', (e) => { console.error(e); throw e })", "logs throws"),
        ("process.on('uncaughtException', console.error)", "logs"),
        ("process.on('uncaughtException', (e) => { console.error(e); shutdown(1) })", "logs unfollowed"),
        (
            "process.on('uncaughtException', (e) => { console.error(e); process.kill(process.pid, 'SIGTERM') })",
            "logs ends",
        ),
        (
            "import * as Sentry from '@sentry/node'; process.on('uncaughtException', (e) => { Sentry.captureException(e); process.exit(1) })",
            "reports ends cuts-off",
        ),
        (
            "import * as Sentry from '@sentry/node'; process.on('uncaughtException', async (e) => { Sentry.captureException(e); await Sentry.flush(2000); process.exit(1) })",
            "reports ends",
        ),
        (
            "import winston from 'winston'; const l = winston.createLogger({ transports: [new winston.transports.File({ filename: 'x' })] }); process.on('uncaughtException', (e) => { l.error(e); process.exit(1) })",
            "logs ends cuts-off",
        ),
        (
            "import winston from 'winston'; const l = winston.createLogger({ transports: [new winston.transports.Console()] }); process.on('uncaughtException', (e) => { l.error(e); process.exit(1) })",
            "logs ends",
        ),
        (
            "if (process.env.NODE_ENV === 'development') process.on('uncaughtException', (e) => { console.error(e); process.exit(1) })",
            "logs ends never",
        ),
        ("bus.on('uncaughtException', () => {}); const process = { on() {} }; process.on('uncaughtException', f)", ""),
        (
            "try { x() } catch {} process.on('uncaughtException', (e) => { try { stop() } catch (f) { console.error(f) } process.exit(1) })",
            "ends unfollowed",
        ),
    ] {
        assert_eq!(one(code), expected, "{code}");
    }
}

#[test]
fn loops_maps_and_wrappers() {
    for code in [
        "for (const event of ['uncaughtException', 'unhandledRejection']) process.on(event, (e) => { console.error(e); process.exit(1) })",
        "['uncaughtException', 'unhandledRejection'].forEach((event) => process.on(event, (e) => { console.error(e); process.exit(1) }))",
        "const handlers = { uncaughtException: 1, unhandledRejection: 2 }; Object.keys(handlers).forEach((name) => { process.on(name, (e) => { console.error(e); process.exit(handlers[name]) }) })",
        "const codes = { uncaughtException: 1, unhandledRejection: 2 }; for (const name in codes) { process.on(name, (e) => { console.error(e); process.exit(1) }) }",
        "const codes = { uncaughtException: 1, unhandledRejection: 2 }; for (const [name, code] of Object.entries(codes)) { process.on(name, (e) => { console.error(e); process.exit(code) }) }",
        "const codes = new Map([['uncaughtException', 1], ['unhandledRejection', 2]]); codes.forEach((x) => x); for (const [name, code] of new Map([['uncaughtException', 1], ['unhandledRejection', 2]])) { process.on(name, (e) => { console.error(e); process.exit(code) }) }",
        "process.on('uncaughtException', die).on('unhandledRejection', die); function die(e) { console.error(e); process.exit(1) }",
        "const on = (event, handler) => process.on(event, handler); function die(e) { console.error(e); process.exit(1) } on('uncaughtException', die); on('unhandledRejection', die)",
        "class App { constructor() { process.on('uncaughtException', this.die.bind(this)); process.on('unhandledRejection', (e) => this.die(e)) } die(e) { console.error(e); process.exit(1) } } new App()",
        "import once from 'lodash.once'; process.on('uncaughtException', once(die)); process.on('unhandledRejection', once(die)); function die(e) { console.error(e); process.exit(1) }",
    ] {
        for event in [Event::UncaughtException, Event::UnhandledRejection] {
            assert_eq!(does(&[("a.js", code)], event), ["logs ends"], "{code}");
        }
    }
}

#[test]
fn across_modules() {
    let files = [
        ("a.ts", "import { handle } from './errors/größe'; import './log'; handle(process)"),
        (
            "errors/größe.ts",
            "import { logger } from '../log'; import { shutdown } from './stop'; export function handle() { process.on('uncaughtException', (e) => { logger.fatal(e); shutdown(1) }) }",
        ),
        ("errors/stop.ts", "export const shutdown = async (code: number) => { await db.close(); process.exit(code) }"),
        ("log.ts", "import pino from 'pino'; export const logger = pino()"),
    ];
    assert_eq!(does(&files, Event::UncaughtException), ["logs ends"]);
}

#[test]
fn what_packages_install() {
    let of = |code: &str| {
        let installed = events(&[("größe.ts", code)]).installed;
        let shown = installed.iter().map(|one| {
            let exits = match one.does.exits {
                Exits::Always => "always",
                Exits::Alone => "alone",
                Exits::Never => "never",
                Exits::Node => "node",
            };
            format!("{} {} {exits}", one.event.name(), one.by)
        });
        shown.collect::<Vec<_>>().join(", ")
    };
    for (code, expected) in [
        (
            "import * as Sentry from '@sentry/node'; Sentry.init({ dsn: process.env.SENTRY_DSN })",
            "uncaughtException Sentry alone, unhandledRejection Sentry never",
        ),
        ("import * as Sentry from '@sentry/node'; Sentry.init({ defaultIntegrations: false })", ""),
        ("import * as Sentry from '@sentry/node'; if (process.env.USE_SENTRY === 'true') Sentry.init({})", ""),
        ("import * as Sentry from '@sentry/node'; Sentry.captureException(e)", ""),
        (
            "import Rollbar from 'rollbar'; new Rollbar({ accessToken: 'x', captureUncaught: true, captureUnhandledRejections: true })",
            "uncaughtException Rollbar never, unhandledRejection Rollbar never",
        ),
        ("import Rollbar from 'rollbar'; new Rollbar({ accessToken: 'x' })", ""),
        ("require('newrelic')", "uncaughtException New Relic node, unhandledRejection New Relic node"),
        (
            "import close from 'close-with-grace'; close({ delay: 1 }, async ({ err }) => { await app.close() })",
            "uncaughtException `close-with-grace` always, unhandledRejection `close-with-grace` always",
        ),
        (
            "import winston from 'winston'; winston.createLogger({ exceptionHandlers: [new winston.transports.Console()] })",
            "uncaughtException `winston` always",
        ),
        (
            "import winston from 'winston'; const options = { file: { handleExceptions: true, handleRejections: true } }; winston.createLogger({ transports: [new winston.transports.File(options.file)], exitOnError: false })",
            "uncaughtException `winston` never, unhandledRejection `winston` never",
        ),
        (
            "const { createLogger } = require('winston'); const logger = createLogger(); logger.rejections.handle()",
            "unhandledRejection `winston` always",
        ),
        ("require('make-promises-safe')", "unhandledRejection `make-promises-safe` always"),
        ("import type * as Sentry from '@sentry/node'; function init() {} init()", ""),
    ] {
        assert_eq!(of(code), expected, "{code}");
    }
}

#[test]
fn versions_decide() {
    let of = |range: &str| {
        let manifest = format!(r#"{{ "name": "a", "dependencies": {{ "@sentry/node": "{range}" }} }}"#);
        let files = [
            ("a.ts", "import * as Sentry from '@sentry/node'; Sentry.init({ dsn: 'https://a@b/1' })"),
            ("package.json", manifest.as_str()),
        ];
        events(&files).installed.first().map(|one| one.does.exits)
    };
    assert_eq!(of("^7.100.0"), Some(Exits::Always));
    assert_eq!(of("^10.0.0"), Some(Exits::Alone));
    assert_eq!(of("latest"), Some(Exits::Alone));
}
