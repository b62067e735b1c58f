//! What services log with.

use super::{Format, Logging, Threshold, read};
use crate::in_memory::ask;

fn of(files: &[(&str, &str)], variables: &[(&str, &str)]) -> Logging {
    ask(files, variables, read)
}

/// `package format threshold`, of each logger that is used.
fn shown(logging: &Logging) -> Vec<String> {
    let used = logging.loggers.iter().filter(|logger| logger.is_used());
    used.map(|logger| {
        let level = match &logger.threshold {
            Threshold::Level(level) | Threshold::Default(level) => format!("{level:?}"),
            other => format!("{other:?}"),
        };
        format!("{} {:?} {level}", logger.package.as_deref().unwrap_or("own"), logger.format)
    })
    .collect()
}

fn one(text: &str) -> Vec<String> {
    shown(&of(&[("größe.ts", text)], &[("LOG_LEVEL", "warn")]))
}

#[test]
fn pino_and_its_family() {
    for (code, expected) in [
        ("const log = require('pino')(); log.info('ü')", "pino Json Info"),
        (
            "import pino from 'pino'; const log = pino({ level: process.env.LOG_LEVEL ?? 'info' }); log.info(1)",
            "pino Json Warn",
        ),
        (
            "import pino from 'pino'; const log = pino({ level: process.env.OTHER || 'debug' }); log.info(1)",
            "pino Json Debug",
        ),
        ("import pino from 'pino'; const log = pino({ level: process.env.OTHER }); log.info(1)", "pino Json Info"),
        (
            "import pino from 'pino'; const log = pino({ transport: { target: 'pino-pretty' } }); log.info(1)",
            "pino Pretty Info",
        ),
        (
            "import pino from 'pino'; const dev = process.env.NODE_ENV !== 'production'; const log = pino({ transport: dev ? { target: 'pino-pretty' } : undefined, level: dev ? 'debug' : 'error' }); log.info(1)",
            "pino Json Error",
        ),
        (
            "import pino from 'pino'; const log = pino({ ...(process.env.NODE_ENV !== 'production' && { transport: { target: 'pino-pretty' } }) }); log.info(1)",
            "pino Json Info",
        ),
        (
            "import pino from 'pino'; import pretty from 'pino-pretty'; const stream = pretty({ colorize: true }); const log = pino({ level: 'trace' }, stream); log.info(1)",
            "pino Pretty Trace",
        ),
        (
            "import pino from 'pino'; const log = pino({ transport: { targets: [{ target: 'pino-pretty' }, { target: 'pino-loki' }] } }); log.info(1)",
            "pino Json Info",
        ),
        ("import http from 'pino-http'; app.use(http({ level: 'warn' }))", "pino-http Json Warn"),
        (
            "import { LoggerModule } from 'nestjs-pino'; export const m = LoggerModule.forRoot({ pinoHttp: { level: 'debug', transport: process.env.NODE_ENV !== 'production' ? { target: 'pino-pretty' } : undefined } })",
            "nestjs-pino Json Debug",
        ),
        (
            "import { LoggerModule } from 'nestjs-pino'; export const m = LoggerModule.forRootAsync({ useFactory: (c) => ({ pinoHttp: [{ level: 'info' }, require('pino-pretty')()] }) })",
            "nestjs-pino Pretty Info",
        ),
        ("import Fastify from 'fastify'; const app = Fastify({ logger: true }); app.listen()", "fastify Json Info"),
        (
            "import Fastify from 'fastify'; const env = { development: { transport: { target: 'pino-pretty' } }, production: true }; const app = Fastify({ logger: env[process.env.NODE_ENV] ?? true })",
            "fastify Json Info",
        ),
        (
            "import Fastify from 'fastify'; import pino from 'pino'; const app = Fastify({ loggerInstance: pino({ level: 'error' }) })",
            "pino Json Error",
        ),
        (
            "import { FastifyAdapter } from '@nestjs/platform-fastify'; const a = new FastifyAdapter({ logger: { level: 'silent' } })",
            "fastify Json Off",
        ),
    ] {
        assert_eq!(one(code), [expected], "{code}");
    }
    assert_eq!(one("import Fastify from 'fastify'; const app = Fastify({ logger: false })"), Vec::<String>::new());
    assert_eq!(
        one(
            "import pino from 'pino'; if (process.env.NODE_ENV === 'test') { const l = pino({ level: 'trace' }); l.info(1) }"
        ),
        Vec::<String>::new()
    );
}

#[test]
fn winston_and_its_family() {
    let head = "import winston, { format, transports, createLogger } from 'winston'; const prod = process.env.NODE_ENV === 'production';";
    for (code, expected) in [
        ("const l = createLogger({}); l.info('ü')", "winston Json Info"),
        (
            "const l = createLogger({ level: prod ? 'warn' : 'silly', format: format.combine(format.timestamp(), format.json()) }); l.info(1)",
            "winston Json Warn",
        ),
        (
            "const l = createLogger({ format: format.combine(format.colorize(), format.printf(({ level, message }) => `${level}: ${message}`)) }); l.info(1)",
            "winston Text Info",
        ),
        (
            "const l = createLogger({ format: format.printf((info) => JSON.stringify(info)) }); l.info(1)",
            "winston Json Info",
        ),
        ("const l = createLogger({ format: prod ? format.json() : format.simple() }); l.info(1)", "winston Json Info"),
        (
            "const l = createLogger({ transports: [new transports.Console({ format: format.cli(), level: 'debug' })] }); l.info(1)",
            "winston Text Debug",
        ),
        (
            "const l = createLogger({ format: format.json(), transports: [] }); if (!prod) { l.add(new transports.Console({ format: format.simple(), level: 'silly' })) } l.info(1)",
            "winston Json Info",
        ),
        (
            "const formats = [format.timestamp()]; if (conf.logFormat === 'json') { formats.push(format.json()) } else { formats.push(format.printf(i => i.message)) } const l = createLogger({ level: conf.level, format: format.combine(...formats) }); l.add(new transports.Console({ level: conf.level })); l.info(1)",
            "winston Text Unknown",
        ),
        (
            "const list = []; if (process.env.NODE_ENV !== 'development') { list.push(new winston.transports.Console()) } else { list.push(new winston.transports.Console({ format: winston.format.cli() })) } const l = winston.createLogger({ level: 'info', format: winston.format.json(), transports: list }); l.info(1)",
            "winston Json Info",
        ),
    ] {
        assert_eq!(one(&format!("{head} {code}")), [expected], "{code}");
    }
    let files = of(
        &[(
            "a.ts",
            "import winston from 'winston'; import 'winston-daily-rotate-file'; const l = winston.createLogger({ transports: [new winston.transports.File({ filename: 'a.log' }), new winston.transports.File({ filename: 'b.log', maxsize: 5 }), new winston.transports.DailyRotateFile({ filename: 'c.log' })] }); l.info(1)",
        )],
        &[],
    );
    let files: Vec<(Option<&str>, bool)> =
        files.files.iter().map(|file| (file.path.as_deref(), file.rotates)).collect();
    assert_eq!(files, [(Some("a.log"), false), (Some("b.log"), true), (Some("c.log"), true)]);
}

#[test]
fn others() {
    for (code, expected) in [
        (
            "import bunyan from 'bunyan'; import fmt from 'bunyan-format'; const out = fmt({ outputMode: 'short' }); const l = bunyan.createLogger({ name: 'x', stream: out, level: process.env.LOG_LEVEL?.toLowerCase().trim() || 'info' }); l.info('ü')",
            "bunyan Pretty Warn",
        ),
        (
            "import bunyan from 'bunyan'; const l = bunyan.createLogger({ name: 'x', streams: [{ level: 'debug', stream: process.stdout }] }); l.info(1)",
            "bunyan Json Debug",
        ),
        (
            "import log4js from 'log4js'; log4js.configure({ appenders: { c: { type: 'stdout' } }, categories: { default: { appenders: ['c'], level: 'error' } } }); log4js.getLogger().info(1)",
            "log4js Text Error",
        ),
        (
            "import { configure, getLogger } from 'log4js'; configure({ appenders: { c: { type: 'stdout', layout: { type: 'json' } } }, categories: { default: { appenders: ['c'], level: 'all' } } }); getLogger().info(1)",
            "log4js Json All",
        ),
        (
            "import { Logger } from 'tslog'; const l = new Logger({ type: 'json', minLevel: 3 }); l.info(1)",
            "tslog Json Info",
        ),
        ("import { consola } from 'consola'; consola.success(1)", "consola Text Info"),
        ("import debug from 'debug'; const l = debug('a'); l('x')", "debug Text None"),
        ("import morgan from 'morgan'; app.use(morgan('combined'))", "morgan Text None"),
        (
            "import morgan from 'morgan'; import pino from 'pino'; const l = pino(); app.use(morgan('tiny', { stream: { write: (line) => l.info(line.trim()) } }))",
            "pino Json Info",
        ),
        ("import { logger } from 'hono/logger'; app.use(logger())", "hono Text None"),
    ] {
        assert_eq!(one(code), [expected], "{code}");
    }
}

#[test]
fn nest() {
    let head = "import { NestFactory } from '@nestjs/core'; import { ConsoleLogger, Logger } from '@nestjs/common'; import { Logger as PinoLogger, LoggerModule } from 'nestjs-pino';";
    for (code, expected) in [
        ("const app = await NestFactory.create(AppModule);", vec!["@nestjs/common Text Verbose"]),
        (
            "const app = await NestFactory.create(AppModule, { logger: ['error', 'warn', 'log'] });",
            vec!["@nestjs/common Text Info"],
        ),
        (
            "const app = await NestFactory.create(AppModule, { logger: process.env.NODE_ENV === 'production' ? ['error'] : ['debug'] });",
            vec!["@nestjs/common Text Error"],
        ),
        (
            "const app = await NestFactory.create(AppModule, { logger: new ConsoleLogger({ json: true, logLevels: ['warn', 'log'] }) });",
            vec!["@nestjs/common Json Info"],
        ),
        (
            "const app = await NestFactory.create(AppModule, { bufferLogs: true }); app.useLogger(app.get(PinoLogger)); LoggerModule.forRoot(); new Logger('x').log('y')",
            vec!["nestjs-pino Json Info"],
        ),
        (
            "class Mine extends ConsoleLogger { log(m) { super.log(m) } } const app = await NestFactory.create(AppModule, { logger: new Mine() });",
            vec!["@nestjs/common Text Verbose"],
        ),
        (
            "class Mine { log(m) { console.log(JSON.stringify({ m })) } error(m) { console.error(JSON.stringify({ m })) } } const app = await NestFactory.create(AppModule); app.useLogger(new Mine()); new Logger('x').log('y')",
            vec!["own Json None"],
        ),
    ] {
        assert_eq!(one(&format!("{head} {code}")), expected, "{code}");
    }
}

#[test]
fn own_loggers() {
    for (code, expected) in [
        (
            "export const log = { info(...a) { console.log(stamp(), ...a) }, debug(...a) { console.log('[D]', ...a) } }; log.info('ü'); log.debug(1)",
            "own Text None",
        ),
        (
            "const levels = { error: 0, info: 1, debug: 2 }; const current = process.env.LOG_LEVEL || 'info'; function write(level, msg) { if (levels[level] > levels[current]) return; process.stdout.write(JSON.stringify({ level, msg }) + '\\n') } export const logger = { info: (m) => write('info', m) }; logger.info(1)",
            "own Json Warn",
        ),
        (
            "class Logger { private level = process.env.LEVEL ?? 'debug'; private should(level) { return order.indexOf(level) >= order.indexOf(this.level) } info(m) { if (this.should('info')) { console.log(m) } } } export const logger = new Logger(); logger.info(1)",
            "own Text Debug",
        ),
    ] {
        assert_eq!(one(code), [expected], "{code}");
    }
    let plain = of(&[("a.ts", "console.log('x'); if (process.env.NODE_ENV === 'test') console.log('y')")], &[]);
    assert_eq!(plain.console.len(), 1);
    assert!(plain.loggers.is_empty());
    assert_eq!(Format::Json, Format::Json);
}
