//! Which calls write a log: to `console`, to a logger however it was made, through the program's own wrappers.

use super::level::Level;
use super::table::logger_package;
use crate::Reading;
use crate::reading::of_runtime;
use prodcheck_formats::javascript::{Call, Expr, ExprId, FunctionId, Module, Node, Origin};
use prodcheck_program::program::{ModuleId, Outside, Part, Value};

/// How many wrappers around wrappers are followed.
const DEEPEST: u32 = 6;

/// A call that writes a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogCall {
    /// What takes it.
    pub taker: Taker,
    /// The name of the method or function that is called.
    pub method: String,
    /// At which level it writes; `None` where only running it would tell.
    pub level: Option<Level>,
    /// The expressions that are given to it, an argument that is the level left out.
    pub arguments: Vec<ExprId>,
}

/// What takes a call that writes a log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taker {
    /// `console`.
    Console,
    /// The process's own output: `process.stderr.write`, `fs.writeSync(2, …)`.
    Output,
    /// A logger of this package, which the table of packages has.
    Package(String),
    /// A function of the program that passes it on to a log.
    Wrapper(ModuleId, FunctionId),
    /// Something that is called as loggers are, of a package that the table does not have, or handed in from where the
    /// program does not show.
    Named(Option<String>),
}

impl Reading<'_> {
    /// Whether a call writes a log, and how. Whether production comes to it is another question: see [`Reading::reach`].
    pub fn log_call(&self, at: ModuleId, call: ExprId) -> Option<LogCall> {
        let module = self.program.module(at)?;
        let call = module.call(call)?;
        self.direct_log(at, module, &call).or_else(|| self.wrapped_log(at, module, &call))
    }

    /// Whether something that a function leads to writes a log in production.
    pub fn logs(&self, at: ModuleId, function: FunctionId) -> bool {
        self.trail(at, function).calls.iter().any(|led| self.log_call(led.at, led.id).is_some())
    }

    /// A call of `console`, of the process's output, or of a logger from a package.
    pub(super) fn direct_log(&self, at: ModuleId, module: &Module, call: &Call<'_>) -> Option<LogCall> {
        if call.is_new {
            return None;
        }
        let values = self.program.values(at, call.callee);
        let taker = values.iter().find_map(|value| match value {
            Value::Outside(outside) => taker_of(outside),
            _ => None,
        });
        let (taker, method) = match taker {
            Some(found) => found,
            None if writes_to_descriptor(module, call, &values) => (Taker::Output, "writeSync".to_owned()),
            None => return None,
        };
        let first = usize::from(taker == Taker::Output && method == "writeSync");
        let mut arguments: Vec<ExprId> = call.arguments.iter().skip(first).copied().collect();
        let level = match taker {
            Taker::Output => None,
            _ => self.level_of(at, module, &method, &mut arguments),
        };
        Some(LogCall { taker, method, level, arguments })
    }

    /// The level of a call; an argument that names the level is taken out of the arguments.
    fn level_of(&self, at: ModuleId, module: &Module, method: &str, arguments: &mut Vec<ExprId>) -> Option<Level> {
        if method == "log" {
            let first = *arguments.first()?;
            // `logger.log('debug', message)`, `logger.log({ level: 'debug', message })`.
            if arguments.len() > 1
                && let Some(level) = self.settle(at, first).text().and_then(Level::named)
            {
                arguments.remove(0);
                return Some(level);
            }
            if matches!(module.expr(first), Expr::Object(_))
                && let Some(level) = module.property(first, "level")
            {
                return self.settle(at, level).text().and_then(Level::named);
            }
        }
        Level::of_method(method).or(Some(Level::Info))
    }

    /// A call of a function of the program that is called as loggers are and leads to a log, or of something that only
    /// its name shows to be a logger.
    fn wrapped_log(&self, at: ModuleId, module: &Module, call: &Call<'_>) -> Option<LogCall> {
        if call.is_new {
            return None;
        }
        let (method, receiver) = match module.expr(call.callee) {
            Expr::Member { object, property, .. } => (module.name(*property), Some(*object)),
            Expr::Identifier { name, .. } => (module.name(*name), None),
            _ => return None,
        };
        let is_level = Level::of_common_method(method).is_some();
        if !is_level && !names_logging(method) {
            return None;
        }
        let on_logger = is_level && receiver.is_some_and(|receiver| names_logger(module, receiver));
        let mut taker = None;
        let mut elsewhere = false;
        for value in self.program.values(at, call.callee).iter() {
            match value {
                Value::Function(of, function) => {
                    if self.leads_to_log(*of, *function, DEEPEST) || (on_logger && !is_empty(self, *of, *function)) {
                        taker = Some(Taker::Wrapper(*of, *function));
                        break;
                    }
                    elsewhere = true;
                }
                Value::Outside(outside) => {
                    // A known package's method that is none of its logging ones; `Math.log`, `app.log`.
                    if on_logger && logger_package(outside.source()).is_none_or(|package| !package.through.is_empty()) {
                        taker.get_or_insert(Taker::Named(Some(outside.source().to_owned())));
                    } else {
                        elsewhere = true;
                    }
                }
                Value::Class(..) | Value::Instance(..) | Value::Namespace(_) | Value::Literal(..) => elsewhere = true,
            }
        }
        let taker = match taker {
            Some(taker) => taker,
            None if on_logger && !elsewhere => Taker::Named(None),
            None => return None,
        };
        let mut arguments = call.arguments.to_vec();
        let level = if is_level {
            self.level_of(at, module, method, &mut arguments)
        } else {
            Level::of_method(&last_word(method)).or(match &taker {
                Taker::Wrapper(of, function) => self.level_inside(*of, *function),
                _ => None,
            })
        };
        Some(LogCall { taker, method: method.to_owned(), level, arguments })
    }

    /// Whether a function passes what it is given to a log.
    pub(super) fn leads_to_log(&self, at: ModuleId, function: FunctionId, depth: u32) -> bool {
        if let Some(known) = self.logging_functions.borrow().get(&(at, function)) {
            return *known;
        }
        let (Some(module), Some(depth)) = (self.program.module(at), depth.checked_sub(1)) else { return false };
        // What only calls itself writes nothing.
        self.logging_functions.borrow_mut().insert((at, function), false);
        let leads = module.calls_in(function).any(|call| {
            let gives = || call.arguments.iter().any(|given| gives_parameter(module, *given, function, 4));
            (self.direct_log(at, module, &call).is_some() && gives())
                || self.program.values(at, call.callee).iter().any(|value| match value {
                    Value::Function(of, inner) => {
                        (*of, *inner) != (at, function) && self.leads_to_log(*of, *inner, depth) && gives()
                    }
                    _ => false,
                })
        });
        self.logging_functions.borrow_mut().insert((at, function), leads);
        leads
    }

    /// Which parameters a function passes on to a log, a bit each, counted from 0; `None` where it passes on all that it
    /// is given, or nobody can tell.
    pub(super) fn passed_on(&self, at: ModuleId, function: FunctionId) -> Option<u64> {
        let module = self.program.module(at)?;
        let mut passed = 0_u64;
        for call in module.calls_in(function) {
            let logs = self.direct_log(at, module, &call).is_some()
                || self.program.values(at, call.callee).iter().any(|value| match value {
                    Value::Function(of, inner) => {
                        (*of, *inner) != (at, function) && self.leads_to_log(*of, *inner, DEEPEST)
                    }
                    _ => false,
                });
            if logs {
                for given in call.arguments {
                    passed |= parameters_in(module, *given, function, 4)?;
                }
            }
        }
        for (index, param) in module.function(function).params.iter().enumerate() {
            // A rest parameter is all from there on.
            if param.is_rest && passed >> index.min(63) & 1 == 1 {
                passed |= u64::MAX << index.min(63);
            }
        }
        Some(passed)
    }

    /// The level of the first log that a function writes.
    fn level_inside(&self, at: ModuleId, function: FunctionId) -> Option<Level> {
        let module = self.program.module(at)?;
        module.calls_in(function).find_map(|call| self.direct_log(at, module, &call)).and_then(|log| log.level)
    }
}

/// What takes a call of something from outside, and by which method.
fn taker_of(outside: &Outside) -> Option<(Taker, String)> {
    let value = Value::Outside(outside.clone());
    let last = outside.way.last();
    let method = match last {
        Some(Part::Member(name)) => name.as_str(),
        _ => "",
    };
    if of_runtime(&value, "console").is_some() {
        let writes = matches!(
            method,
            "log" | "info" | "warn" | "error" | "debug" | "trace" | "dir" | "table" | "assert" | "group"
        );
        return writes.then(|| (Taker::Console, method.to_owned()));
    }
    if of_runtime(&value, "process").is_some() {
        let [Part::Member(stream), Part::Member(write)] = outside.way.as_slice() else { return None };
        let writes = matches!(stream.as_str(), "stdout" | "stderr") && write == "write";
        return writes.then(|| (Taker::Output, "write".to_owned()));
    }
    let package = logger_package(outside.source())?;
    let members = || {
        outside.way.iter().filter_map(|part| match part {
            Part::Member(name) => Some(name.as_str()),
            _ => None,
        })
    };
    if !package.through.is_empty() && !members().any(|member| package.through.contains(&member)) {
        return None;
    }
    if package.callable && last == Some(&Part::Called) {
        return Some((Taker::Package(package.name.to_owned()), "log".to_owned()));
    }
    // Of what a package leads through, the member itself is no method: `hono/logger`'s `logger()`.
    if package.through.contains(&method) && members().count() == 1 {
        return None;
    }
    Level::of_method(method)?;
    Some((Taker::Package(package.name.to_owned()), method.to_owned()))
}

/// `fs.writeSync(2, …)`, `fs.writeFileSync(1, …)`.
fn writes_to_descriptor(module: &Module, call: &Call<'_>, callee: &[Value]) -> bool {
    let writes = callee.iter().filter_map(|value| of_runtime(value, "fs")).any(|outside| {
        matches!(outside.way.last(), Some(Part::Member(name)) if matches!(name.as_str(), "writeSync" | "writeFileSync"))
    });
    let descriptor = || call.arguments.first().map(|first| module.expr(*first));
    writes
        && match descriptor() {
            Some(Expr::Number(number)) => *number > 0.5 && *number < 2.5,
            Some(Expr::Member { property, .. }) => module.name(*property) == "fd",
            _ => false,
        }
}

/// Whether the name of a function says that it logs: `logError`, `writeLog`, `log`.
fn names_logging(name: &str) -> bool {
    let words: Vec<String> = words(name).collect();
    let logs = |word: Option<&String>| word.is_some_and(|word| matches!(word.as_str(), "log" | "logger"));
    // `logIn`, `logOut`, `log_on` are something else.
    let enters = words.iter().any(|word| matches!(word.as_str(), "in" | "out" | "on" | "off" | "ins" | "outs"));
    (logs(words.first()) || logs(words.last())) && !enters
}

/// Whether an expression is called as loggers are: `logger`, `this.log`, `req.log`, `getLogger('x')`, `log.child({})`.
fn names_logger(module: &Module, expr: ExprId) -> bool {
    let name = match module.expr(expr) {
        Expr::Identifier { name, .. } => module.name(*name),
        Expr::Member { property, .. } => module.name(*property),
        Expr::Call { callee, .. } => match module.expr(*callee) {
            // What a method of a logger gives is a logger.
            Expr::Member { object, property, .. } => {
                return names_logger(module, *object) || says_logger(module.name(*property));
            }
            Expr::Identifier { name, .. } => module.name(*name),
            _ => return false,
        },
        _ => return false,
    };
    says_logger(name)
}

fn says_logger(name: &str) -> bool {
    matches!(last_word(name).as_str(), "log" | "logger" | "logging")
}

fn last_word(name: &str) -> String {
    words(name).last().unwrap_or_default()
}

/// The words of a name in any style, in lower case: `userAccessToken`, `USER_ACCESS_TOKEN`, `x-api-key`.
pub(super) fn words(name: &str) -> impl Iterator<Item = String> + use<> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (index, letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            words.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let starts = letter.is_uppercase()
            && (before.is_some_and(|before| before.is_lowercase() || before.is_numeric())
                // The last capital of several begins the next word: `URLPath`.
                || (before.is_some_and(|before| before.is_uppercase())
                    && letters.get(index + 1).is_some_and(|next| next.is_lowercase())));
        if starts && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(letter.to_lowercase());
    }
    words.extend((!word.is_empty()).then_some(word));
    words.into_iter()
}

/// The words of a name, as a list.
pub(crate) fn words_of(name: &str) -> Vec<String> {
    words(name).collect()
}

/// Whether an expression holds something that a function is given.
fn gives_parameter(module: &Module, expr: ExprId, function: FunctionId, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    module.exprs_in(expr).any(|(_, part)| match part {
        Expr::Identifier { binding: Some(binding), .. } => match &module.binding(*binding).origin {
            Origin::Parameter { function: of, .. } => {
                *of == function || module.enclosing_functions(Node::Function(*of)).any(|outer| outer == function)
            }
            Origin::Value { expr: value, .. } => {
                module.enclosing_functions(*value).any(|outer| outer == function)
                    && gives_parameter(module, *value, function, depth)
            }
            _ => false,
        },
        Expr::Identifier { name, binding: None } => module.name(*name) == "arguments",
        _ => false,
    })
}

/// The parameters of a function that an expression holds, a bit each; `None` for `arguments`, which are all.
fn parameters_in(module: &Module, expr: ExprId, function: FunctionId, depth: u32) -> Option<u64> {
    let Some(depth) = depth.checked_sub(1) else { return Some(0) };
    let mut found = 0_u64;
    for (id, part) in module.exprs_in(expr) {
        // A member of it is only a part: `log({ id: user.id })` does not pass on the user.
        let in_part = matches!(module.parent(id), Some(Node::Expr(outer))
            if matches!(module.expr(outer), Expr::Member { object, .. } if *object == id));
        match part {
            Expr::Identifier { .. } if in_part => {}
            Expr::Identifier { binding: Some(binding), .. } => match &module.binding(*binding).origin {
                Origin::Parameter { function: of, index, .. } if *of == function => {
                    found |= 1 << u64::from(*index).min(63);
                }
                Origin::Value { expr: value, .. }
                    if module.enclosing_functions(*value).any(|outer| outer == function) =>
                {
                    found |= parameters_in(module, *value, function, depth)?;
                }
                _ => {}
            },
            Expr::Identifier { name, binding: None } if module.name(*name) == "arguments" => return None,
            _ => {}
        }
    }
    Some(found)
}

fn is_empty(reading: &Reading<'_>, at: ModuleId, function: FunctionId) -> bool {
    reading.program.module(at).is_none_or(|module| module.exprs_in(function).next().is_none())
}

#[cfg(test)]
mod tests {
    use super::{Taker, words};
    use crate::in_memory::ask;
    use crate::logging::level::Level;

    /// Which of the calls in the first file write logs, as `callee level taker`.
    fn logs(files: &[(&str, &str)]) -> Vec<String> {
        ask(files, &[], |reading| {
            let (at, _, module) =
                reading.program.modules().find(|(_, path, _)| path.as_str() == files[0].0).expect("a");
            let shown = module.calls().filter_map(|call| {
                let log = reading.log_call(at, call.id)?;
                let callee = files[0].1.get(module.span(call.callee).range()).unwrap_or_default();
                let taker = match &log.taker {
                    Taker::Wrapper(..) => "own".to_owned(),
                    Taker::Package(name) => name.clone(),
                    Taker::Named(name) => name.clone().unwrap_or_else(|| "named".to_owned()),
                    Taker::Console => "console".to_owned(),
                    Taker::Output => "output".to_owned(),
                };
                let level = log.level.map_or_else(|| "?".to_owned(), |level| format!("{level:?}"));
                Some(format!("{callee} {level} {taker} {}", log.arguments.len()))
            });
            shown.collect()
        })
    }

    fn one(text: &str) -> Vec<String> {
        logs(&[("größe.ts", text)])
    }

    #[test]
    fn loggers_of_packages() {
        for (code, expected) in [
            ("console.error('ü', e)", "console.error Error console 2"),
            ("process.stderr.write(`${e}`)", "process.stderr.write ? output 1"),
            ("import fs from 'node:fs'; fs.writeSync(2, x)", "fs.writeSync ? output 1"),
            (
                "const log = require('pino')({ level: 'warn' }).child({ a: 1 }); log.info({ b }, 'c')",
                "log.info Info pino 2",
            ),
            (
                "import winston from 'winston'; const l = winston.createLogger(); l.log('debug', x)",
                "l.log Debug winston 1",
            ),
            (
                "import winston from 'winston'; winston.log({ level: 'silly', message: x })",
                "winston.log Trace winston 1",
            ),
            (
                "import { Logger } from '@nestjs/common'; class A { private readonly logger = new Logger(A.name); f() { this.logger.verbose(1) } }",
                "this.logger.verbose Verbose @nestjs/common 1",
            ),
            ("import { Logger } from '@nestjs/common'; Logger.log('x')", "Logger.log Info @nestjs/common 1"),
            (
                "import { PinoLogger } from 'nestjs-pino'; class A { constructor(private readonly log: PinoLogger) {} f() { this.log.warn(1) } }",
                "this.log.warn Warn nestjs-pino 1",
            ),
            ("const debug = require('debug')('a:b'); debug('x %o', y)", "debug Info debug 2"),
            (
                "import Fastify from 'fastify'; const app = Fastify({ logger: true }); app.log.error(e)",
                "app.log.error Error fastify 1",
            ),
            ("import { getLogger } from 'log4js'; getLogger('x').fatal(e)", "getLogger('x').fatal Fatal log4js 1"),
            ("import { logger } from '@acme/logging'; logger.info(e)", "logger.info Info @acme/logging 1"),
            ("export function handler(req, res) { req.log.info('x') }", "req.log.info Info named 1"),
            (
                "export default ({ getLogger }) => { const logger = getLogger('x'); logger.warn('y') }",
                "logger.warn Warn named 1",
            ),
            ("strapi.log.debug('x')", "strapi.log.debug Debug strapi 1"),
        ] {
            assert_eq!(one(code), [expected], "{code}");
        }
    }

    #[test]
    fn no_logs() {
        for code in [
            "Math.log(2); blog.error('x'); catalog.info(1); toast.error('x'); res.error(e)",
            "const log = { info(x) { rows.push(x) } }; export const audit = new Audit(); audit.info(1); class Audit { info(x) {} }",
            "import winston from 'winston'; const l = winston.createLogger({ level: 'info' }); l.child({}); l.add(new winston.transports.Console())",
            "import { logger } from 'hono/logger'; app.use(logger())",
            "function login(user) { check(user) } login(me); export function catalog(x) { db.save(x) } catalog(1)",
            "console.time('a'); console.clear()",
            "const logger = { info() {} }; logger.info('nothing happens')",
        ] {
            assert_eq!(one(code), Vec::<String>::new(), "{code}");
        }
    }

    #[test]
    fn wrappers_of_the_program() {
        let log = (
            "log.ts",
            "import w from './winston'; export const log = { info: (...args) => w.info(...args), debug(m, meta) { const entry = { m, ...meta }; write('debug', entry) } };
             function write(level, entry) { process.stdout.write(JSON.stringify({ level, ...entry }) + '\\n') }
             export class AppLogger { error(message: string, trace?: string) { w.error(message, { trace }) } }
             export function logError(e: Error) { w.error(e) }
             export const audit = { info(x) { table.insert(x) } }",
        );
        let winston = ("winston.ts", "import winston from 'winston'; export default winston.createLogger()");
        let found = logs(&[
            (
                "a.ts",
                "import { log, AppLogger, logError, audit } from './log'; log.info('a', b); log.debug('m', { c }); logError(e); audit.info(1);
                 class S { constructor(private l: AppLogger) {} f() { this.l.error('x') } }",
            ),
            log,
            winston,
        ]);
        assert_eq!(
            found,
            ["log.info Info own 2", "log.debug Debug own 2", "logError Error own 1", "this.l.error Error own 1"]
        );
    }

    #[test]
    fn words_of_names() {
        let of = |name: &str| words(name).collect::<Vec<_>>().join(" ");
        assert_eq!(of("userAccessToken"), "user access token");
        assert_eq!(of("JWT_SECRET"), "jwt secret");
        assert_eq!(of("x-api-key"), "x api key");
        assert_eq!(of("rawJWTToken2"), "raw jwt token2");
        assert_eq!(of("größeÄndern"), "größe ändern");
        assert_eq!(Level::of_common_method("write"), None);
    }
}
