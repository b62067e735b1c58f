//! What is known of packages that write logs.

use super::level::Level;

/// How a logger writes in production.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One JSON object a line.
    Json,
    /// Text: what a person reads, and no machine without a pattern of its own.
    Text,
    /// JSON that a pretty printer turns into text.
    Pretty,
    /// Nobody can tell.
    Unknown,
}

/// A package that writes logs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggerPackage {
    /// Its name.
    pub name: &'static str,
    /// The members one of which leads to its loggers, where the package offers other things too; empty where all that it
    /// gives are loggers.
    pub through: &'static [&'static str],
    /// Whether what it makes is a function that writes when it is called.
    pub callable: bool,
    /// How it writes unless it is told otherwise.
    pub format: Format,
    /// The level that it writes unless it is told otherwise; `None` where it has no levels.
    pub level: Option<Level>,
    /// Whether it writes a line for each request by itself, so that it is used where no code calls it.
    pub requests: bool,
}

const fn json(name: &'static str, level: Level) -> LoggerPackage {
    LoggerPackage { name, through: &[], callable: false, format: Format::Json, level: Some(level), requests: false }
}

const fn text(name: &'static str, level: Level) -> LoggerPackage {
    LoggerPackage { format: Format::Text, ..json(name, level) }
}

/// The packages, each with where its row comes from.
const PACKAGES: &[LoggerPackage] = &[
    // <https://github.com/pinojs/pino/blob/main/docs/api.md#options>, 5 to 10: `level` is `info`, lines are JSON.
    json("pino", Level::Info),
    // <https://github.com/pinojs/pino-http#api>, 5 to 11: pino's options, a line a request, `req.log`.
    LoggerPackage { requests: true, ..json("pino-http", Level::Info) },
    // <https://github.com/iamolegga/nestjs-pino#configuration-params>, 1 to 4: `pinoHttp` takes pino-http's options.
    LoggerPackage { requests: true, ..json("nestjs-pino", Level::Info) },
    // <https://github.com/pinojs/express-pino-logger>, all versions: pino-http under another name.
    LoggerPackage { requests: true, ..json("express-pino-logger", Level::Info) },
    // <https://github.com/pinojs/koa-pino-logger>, all versions.
    LoggerPackage { requests: true, ..json("koa-pino-logger", Level::Info) },
    // <https://github.com/pinojs/hapi-pino#options>, 6 to 12: `level` is `info`.
    LoggerPackage { requests: true, ..json("hapi-pino", Level::Info) },
    // <https://github.com/maou-shonen/hono-pino>, all versions: pino's options under `pino`.
    LoggerPackage { requests: true, ..json("hono-pino", Level::Info) },
    // <https://fastify.dev/docs/latest/Reference/Logging/>, 3 to 5: off unless `logger` is given; then pino's defaults.
    LoggerPackage { requests: true, through: &["log"], ..json("fastify", Level::Info) },
    LoggerPackage { requests: true, through: &["log", "logger"], ..json("@nestjs/platform-fastify", Level::Info) },
    // <https://github.com/winstonjs/winston#creating-your-own-logger>, 3: `level` is `info`, `format` is `format.json`.
    json("winston", Level::Info),
    // <https://github.com/gremo/nest-winston>, 1: options are winston's.
    json("nest-winston", Level::Info),
    // <https://github.com/bithavoc/express-winston#options>, 4: `format` or `winstonInstance`, a line a request.
    LoggerPackage { requests: true, ..json("express-winston", Level::Info) },
    // <https://github.com/trentm/node-bunyan#levels>, 1 and 2: `level` is `info`, streams get JSON.
    json("bunyan", Level::Info),
    // <https://github.com/villadora/express-bunyan-logger>, all versions.
    LoggerPackage { requests: true, ..json("express-bunyan-logger", Level::Info) },
    json("bunyan-middleware", Level::Info),
    // <https://log4js-node.github.io/log4js-node/api.html>, 2 to 6: unconfigured it is `OFF`; the default layout is
    // `colored`.
    text("log4js", Level::Off),
    // <https://github.com/gajus/roarr#environment-variables>, 2 to 7: JSON, written where `ROARR_LOG` is true; no level.
    LoggerPackage { level: None, callable: true, ..json("roarr", Level::Info) },
    // <https://cloud.google.com/nodejs/docs/reference/logging/latest>, all versions: entries are structured.
    LoggerPackage { through: &["log", "logSync", "Logging"], ..json("@google-cloud/logging", Level::Info) },
    json("@google-cloud/logging-winston", Level::Info),
    json("@google-cloud/logging-bunyan", Level::Info),
    // <https://docs.nestjs.com/techniques/logger>, 6 to 11: text, every level, debug and verbose included.
    LoggerPackage { through: &["Logger", "ConsoleLogger", "LoggerService"], ..text("@nestjs/common", Level::Verbose) },
    // <https://logtape.org/manual/formatters>, 0 and 1: the text formatter, and nothing below `lowestLevel`.
    text("@logtape/logtape", Level::Trace),
    // <https://tslog.js.org/#/?id=settings>, 4: `type` is `pretty`, `minLevel` 0 (silly).
    text("tslog", Level::Trace),
    // <https://github.com/klaudiosinani/signale#configuration>, 1: text, `logLevel` is `info`.
    text("signale", Level::Info),
    // <https://github.com/unjs/consola#log-level>, 2 and 3: text, level 3 (info).
    text("consola", Level::Info),
    // <https://github.com/pimterry/loglevel#documentation>, 1: hands over to `console`, default level `warn`.
    text("loglevel", Level::Warn),
    // <https://github.com/debug-js/debug#usage>, 2 to 4: text, by namespaces of `DEBUG`, no levels.
    LoggerPackage { callable: true, level: None, ..text("debug", Level::Debug) },
    // <https://github.com/expressjs/morgan#morganformat-options>, 1: a line of text a request, no levels.
    LoggerPackage { level: None, requests: true, ..text("morgan", Level::Info) },
    // <https://github.com/npm/npmlog#loglevel>, 1 to 7: text, `level` is `info`.
    text("npmlog", Level::Info),
    // <https://github.com/megahertz/electron-log/blob/master/docs/transports/console.md>, 4 and 5: text, level `silly`.
    text("electron-log", Level::Trace),
    // <https://hono.dev/docs/middleware/builtin/logger>, 3 and 4: a line of text a request, no levels.
    LoggerPackage { level: None, requests: true, through: &["logger"], ..text("hono", Level::Info) },
    // <https://github.com/koajs/logger>, all versions: a line of coloured text a request.
    LoggerPackage { level: None, requests: true, ..text("koa-logger", Level::Info) },
    // <https://loglayer.dev/>, 4 to 8: a layer over another logger or `console`.
    LoggerPackage { format: Format::Unknown, level: None, ..text("loglayer", Level::Info) },
    // <https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/>, 1 and 2: JSON, level `INFO`.
    json("@aws-lambda-powertools/logger", Level::Info),
    // <https://github.com/probot/probot/blob/master/docs/logging.md>, 12 and 13: pino, JSON in production.
    LoggerPackage { through: &["log"], ..json("probot", Level::Info) },
    // <https://github.com/KyleRoss/node-lambda-log>, 2 and 3: JSON.
    json("lambda-log", Level::Info),
    // <https://github.com/darrylwest/simple-node-logger>, all versions: text.
    text("simple-node-logger", Level::Info),
    // <https://github.com/baryon/tracer>, 1: text with colours or without, level `log`.
    text("tracer", Level::Trace),
    // <https://docs.adonisjs.com/guides/digging-deeper/logger>, 6: pino.
    LoggerPackage { through: &["logger"], ..json("@adonisjs/core", Level::Info) },
    json("@adonisjs/logger", Level::Info),
    // <https://github.com/logdna/logger-node>, all versions: lines are shipped as structured entries.
    json("@logdna/logger", Level::Info),
    json("@logtail/node", Level::Info),
    // <https://moleculer.services/docs/0.14/logging.html>, 0.13 and 0.14: text on the console, level `info`.
    LoggerPackage { through: &["logger"], ..text("moleculer", Level::Info) },
];

/// What is known of a package that writes logs.
pub fn logger_package(name: &str) -> Option<&'static LoggerPackage> {
    PACKAGES.iter().find(|package| package.name == name)
}
