//! The course of a function: what it does in which order, in itself, in its callbacks, and in the functions of the
//! program that it calls; what it waits for before, and on which of its ways.
//!
//! [`crate::follow`] says what a function leads to; this says when. Branches that production does not take are left out.

mod ends;
mod listeners;

use crate::reading::{Reading, of_runtime};
use crate::settle::Truth;
use prodcheck_formats::javascript::{Call, ClassId, Expr, ExprId, FunctionId, Module, Name, Node, Stmt, StmtId};
use prodcheck_program::program::{ModuleId, Origin, Value};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// Globals of the runtime, of which it is known what they do, or at least that they close nothing.
const GLOBALS: &[&str] = &[
    "process",
    "console",
    "setTimeout",
    "setInterval",
    "setImmediate",
    "clearTimeout",
    "clearInterval",
    "Promise",
    "Object",
    "Array",
    "String",
    "Number",
    "Boolean",
    "Symbol",
    "BigInt",
    "Date",
    "Math",
    "JSON",
    "Map",
    "Set",
    "WeakMap",
    "WeakSet",
    "Error",
    "RegExp",
    "Reflect",
    "Proxy",
    "Intl",
    "Buffer",
    "URL",
    "URLSearchParams",
    "AbortController",
    "AbortSignal",
    "fetch",
    "queueMicrotask",
    "structuredClone",
    "performance",
    "require",
    "module",
    "exports",
    "parseInt",
    "parseFloat",
    "isNaN",
    "encodeURIComponent",
    "decodeURIComponent",
    "Bun",
    "Deno",
    "globalThis",
    "global",
    "TypeError",
    "RangeError",
    "AggregateError",
    "TextEncoder",
    "TextDecoder",
    "Uint8Array",
    "import",
    "Atomics",
    "crypto",
];

/// Whether nobody can tell what is called: nothing is known of it, or it is a global that no runtime has.
pub fn is_unknown(callee: &[Value]) -> bool {
    callee.iter().all(|value| match value {
        Value::Outside(outside) => match &outside.origin {
            Origin::Global(name) => !GLOBALS.contains(&name.as_str()),
            _ => false,
        },
        _ => false,
    })
}

/// How many functions lie between a function and the deepest call that it leads to.
const DEEPEST_CALL: u32 = 10;

/// How deep one tree is followed.
const DEEPEST_NODE: u32 = 160;

/// How many steps one course takes.
const STEPS: u32 = 40_000;

/// Something that a function does.
#[derive(Debug, Clone)]
pub struct Deed {
    /// The module.
    pub at: ModuleId,
    /// What.
    pub act: Act,
    /// Of a call what is called, as far as it is known.
    pub callee: Rc<[Value]>,
    /// How many functions of the program lie between.
    pub depth: u32,
    /// Whether something asynchronous is waited for before.
    pub waited: bool,
    /// Whether a timer does it.
    pub later: bool,
    /// Whether it is done where something has failed: in a `catch`.
    pub caught: bool,
    /// Whether it stands in a `try` whose `catch` would take what it throws.
    pub tried: bool,
    /// Whether it is done for each element of something.
    pub looped: bool,
    /// Of a call whether its end is waited for.
    pub awaited: bool,
    branches: Vec<(u32, usize)>,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A call.
    Call(ExprId),
    /// A `throw`.
    Throw(StmtId),
    /// An assignment to a member.
    Assign(ExprId),
}

impl Deed {
    /// Where it stands in its module.
    pub fn node(&self) -> Node {
        match self.act {
            Act::Call(id) | Act::Assign(id) => Node::Expr(id),
            Act::Throw(id) => Node::Stmt(id),
        }
    }

    /// Whether this is done on every way on which another one is.
    pub fn is_on_the_way_of(&self, other: &Self) -> bool {
        self.branches.iter().all(|branch| other.branches.contains(branch))
    }
}

/// All that a function does.
#[derive(Debug, Clone, Default)]
pub struct Course {
    /// What it does, in order.
    pub deeds: Vec<Deed>,
    /// Whether something was left out because it leads too far.
    pub cut: bool,
}

impl Reading<'_> {
    /// What functions do when they are called one after the other.
    pub fn course(&self, functions: &[(ModuleId, FunctionId)]) -> Course {
        let mut walk = Walk::new(self);
        for (at, function) in functions {
            walk.function(*at, *function, &State::default());
        }
        Course { deeds: walk.deeds, cut: walk.cut }
    }
}

/// What holds at a point of the course.
#[derive(Debug, Clone, Default)]
struct State {
    waited: bool,
    later: bool,
    caught: bool,
    tried: bool,
    looped: bool,
    depth: u32,
    level: u32,
    branches: Vec<(u32, usize)>,
}

impl State {
    fn on(&self, fork: u32, branch: usize) -> Self {
        let mut state = self.clone();
        state.branches.push((fork, branch));
        state
    }
}

struct Walk<'r, 'a> {
    reading: &'r Reading<'a>,
    deeds: Vec<Deed>,
    seen: BTreeSet<(ModuleId, FunctionId)>,
    forks: u32,
    steps: u32,
    cut: bool,
    /// The members that each module assigns to anywhere.
    assigned: HashMap<ModuleId, BTreeSet<Name>>,
    /// The classes and modules whose lists were called, and the events that were heard.
    called: BTreeSet<(ModuleId, Option<ClassId>)>,
    heard: BTreeSet<String>,
}

impl<'r, 'a> Walk<'r, 'a> {
    fn new(reading: &'r Reading<'a>) -> Self {
        Self {
            reading,
            deeds: Vec::new(),
            seen: BTreeSet::new(),
            forks: 0,
            steps: STEPS,
            cut: false,
            assigned: HashMap::new(),
            called: BTreeSet::new(),
            heard: BTreeSet::new(),
        }
    }

    fn function(&mut self, at: ModuleId, function: FunctionId, state: &State) {
        if state.depth > DEEPEST_CALL {
            self.cut = true;
            return;
        }
        let Some(module) = self.reading.program.module(at) else { return };
        if !self.seen.insert((at, function)) {
            return;
        }
        let mut state = state.clone();
        for child in module.children(function) {
            let ends = match child {
                Node::Expr(value) => {
                    self.expr(at, module, value, &mut state, true);
                    false
                }
                Node::Stmt(stmt) => self.stmt(at, module, stmt, &mut state),
                _ => false,
            };
            if ends {
                break;
            }
        }
    }

    fn fork(&mut self) -> u32 {
        self.forks += 1;
        self.forks
    }

    fn list(&mut self, at: ModuleId, module: &'a Module, stmts: &[StmtId], state: &mut State) -> bool {
        stmts.iter().any(|stmt| self.stmt(at, module, *stmt, state))
    }

    /// Walks a statement; whether what follows it is not done any more.
    fn stmt(&mut self, at: ModuleId, module: &'a Module, stmt: StmtId, state: &mut State) -> bool {
        let Some(left) = self.steps.checked_sub(1).filter(|_| state.level < DEEPEST_NODE) else {
            self.cut = true;
            return false;
        };
        self.steps = left;
        state.level += 1;
        let ends = self.stmt_inside(at, module, stmt, state);
        state.level = state.level.saturating_sub(1);
        ends
    }

    fn stmt_inside(&mut self, at: ModuleId, module: &'a Module, stmt: StmtId, state: &mut State) -> bool {
        match module.stmt(stmt) {
            Stmt::Expr(expr) => {
                let before = self.deeds.len();
                self.expr(at, module, *expr, state, false);
                // What stands after `process.exit()` is not done.
                module.call(*expr).is_some()
                    && self.deeds.get(before..).is_some_and(|deeds| {
                        deeds.iter().any(|deed| deed.act == Act::Call(*expr) && ends::ends_process(&deed.callee))
                    })
            }
            Stmt::Variables { declarations, .. } => {
                for declarator in declarations {
                    if let Some(init) = declarator.init {
                        self.expr(at, module, init, state, false);
                    }
                }
                false
            }
            Stmt::If { test, then, otherwise } => {
                self.expr(at, module, *test, state, false);
                let fork = self.fork();
                let truth = self.decided(at, module, *test);
                let mut taken = state.on(fork, 0);
                let mut other = state.on(fork, 1);
                let then_ends = truth != Truth::No && self.stmt(at, module, *then, &mut taken);
                let else_ends = match otherwise {
                    Some(otherwise) if truth != Truth::Yes => self.stmt(at, module, *otherwise, &mut other),
                    _ => false,
                };
                match (then_ends, else_ends) {
                    (true, true) => return true,
                    (true, false) if truth == Truth::Yes => return true,
                    (true, false) => *state = State { level: state.level, ..other },
                    (false, true) => *state = State { level: state.level, ..taken },
                    (false, false) => state.waited |= taken.waited || other.waited,
                }
                false
            }
            Stmt::For { init, test, update, body } => {
                if let Some(init) = init {
                    self.stmt(at, module, *init, state);
                }
                for expr in test.iter().chain(update) {
                    self.expr(at, module, *expr, state, false);
                }
                self.looped(at, module, *body, state);
                false
            }
            Stmt::ForIn { right, body, .. } => {
                self.expr(at, module, *right, state, false);
                self.looped(at, module, *body, state);
                false
            }
            Stmt::ForOf { right, body, is_await, .. } => {
                self.expr(at, module, *right, state, false);
                state.waited |= is_await;
                self.looped(at, module, *body, state);
                false
            }
            Stmt::While { test, body } | Stmt::DoWhile { test, body } => {
                self.expr(at, module, *test, state, false);
                self.looped(at, module, *body, state);
                false
            }
            Stmt::Return(value) => {
                if let Some(value) = value {
                    self.expr(at, module, *value, state, true);
                }
                true
            }
            Stmt::Throw(value) => {
                self.expr(at, module, *value, state, false);
                self.record(at, Act::Throw(stmt), Rc::default(), state, false);
                true
            }
            Stmt::Try(parts) => {
                let mut failed = State { caught: true, ..state.clone() };
                let tried = state.tried;
                state.tried |= parts.handler.is_some();
                let ends = self.stmt(at, module, parts.block, state);
                state.tried = tried;
                failed.waited |= state.waited;
                let handled = parts.handler.is_some_and(|handler| self.stmt(at, module, handler, &mut failed));
                let finally = parts.finalizer.is_some_and(|finalizer| self.stmt(at, module, finalizer, state));
                finally || (ends && (parts.handler.is_none() || handled))
            }
            Stmt::Switch { subject, cases } => {
                self.expr(at, module, *subject, state, false);
                let fork = self.fork();
                let mut waited = false;
                for (index, case) in cases.iter().enumerate() {
                    let mut own = state.on(fork, index);
                    self.list(at, module, &case.body, &mut own);
                    waited |= own.waited;
                }
                state.waited |= waited;
                false
            }
            Stmt::Block(stmts) => self.list(at, module, stmts, state),
            Stmt::Labelled { body, .. } => self.stmt(at, module, *body, state),
            Stmt::Break(_) | Stmt::Continue(_) => true,
            Stmt::Empty
            | Stmt::Function(_)
            | Stmt::Class(_)
            | Stmt::Namespace(_)
            | Stmt::Import
            | Stmt::Export
            | Stmt::ExportDefault(_) => false,
        }
    }

    /// Whether a condition holds in production, where that does not change while it runs.
    fn decided(&mut self, at: ModuleId, module: &Module, test: ExprId) -> Truth {
        match self.reading.truth(at, test) {
            Truth::Yes | Truth::No if !self.is_decided(at, module, test) => Truth::Unknown,
            truth => truth,
        }
    }

    /// Whether nothing in a condition is assigned to later: `if (stopping) return; stopping = true`.
    fn is_decided(&mut self, at: ModuleId, module: &Module, test: ExprId) -> bool {
        let assigned = self.assigned.entry(at).or_insert_with(|| assigned_members(module));
        module.exprs_in(test).all(|(_, part)| match part {
            Expr::Identifier { binding: Some(binding), .. } => module.assignments(*binding).is_empty(),
            Expr::Member { property, .. } => !assigned.contains(property),
            _ => true,
        })
    }

    fn looped(&mut self, at: ModuleId, module: &'a Module, body: StmtId, state: &mut State) {
        let mut inside = State { looped: true, ..state.clone() };
        self.stmt(at, module, body, &mut inside);
        state.waited |= inside.waited;
    }

    fn record(&mut self, at: ModuleId, act: Act, callee: Rc<[Value]>, state: &State, awaited: bool) {
        let State { waited, later, caught, tried, looped, depth, ref branches, .. } = *state;
        let branches = branches.clone();
        self.deeds.push(Deed { at, act, callee, depth, waited, later, caught, tried, looped, awaited, branches });
    }

    /// Walks an expression; `awaited` says whether its value is waited for.
    fn expr(&mut self, at: ModuleId, module: &'a Module, expr: ExprId, state: &mut State, awaited: bool) {
        let Some(left) = self.steps.checked_sub(1).filter(|_| state.level < DEEPEST_NODE) else {
            self.cut = true;
            return;
        };
        self.steps = left;
        state.level += 1;
        self.expr_inside(at, module, expr, state, awaited);
        state.level = state.level.saturating_sub(1);
    }

    fn expr_inside(&mut self, at: ModuleId, module: &'a Module, expr: ExprId, state: &mut State, awaited: bool) {
        if let Some(call) = module.call(expr) {
            self.call(at, module, &call, state, awaited);
            return;
        }
        match module.expr(expr) {
            Expr::Await(value) => {
                self.expr(at, module, *value, state, true);
                state.waited = true;
            }
            Expr::Conditional { test, then, otherwise } => {
                self.expr(at, module, *test, state, false);
                let fork = self.fork();
                let truth = self.decided(at, module, *test);
                for (index, (side, never)) in [(*then, Truth::No), (*otherwise, Truth::Yes)].into_iter().enumerate() {
                    if truth != never {
                        let mut own = state.on(fork, index);
                        self.expr(at, module, side, &mut own, awaited);
                        state.waited |= own.waited;
                    }
                }
            }
            Expr::Logical { left, right, .. } => {
                self.expr(at, module, *left, state, false);
                if self.reading.reach(at, *right).is_reached() || !self.is_decided(at, module, *left) {
                    let fork = self.fork();
                    let mut own = state.on(fork, 0);
                    self.expr(at, module, *right, &mut own, awaited);
                    state.waited |= own.waited;
                }
            }
            Expr::Assign { target, value, .. } => {
                self.expr(at, module, *value, state, awaited);
                if matches!(module.expr(*target), Expr::Member { .. }) {
                    self.record(at, Act::Assign(expr), Rc::default(), state, false);
                }
            }
            // What a function that nobody calls here would do is not done here.
            Expr::Function(_) | Expr::Class(_) => {}
            _ => {
                for child in module.children(expr) {
                    if let Node::Expr(child) = child {
                        self.expr(at, module, child, state, awaited);
                    }
                }
            }
        }
    }

    fn call(&mut self, at: ModuleId, module: &'a Module, call: &Call<'a>, state: &mut State, awaited: bool) {
        if module.request(call.id).is_some() {
            return;
        }
        let callee = self.reading.program.values(at, call.callee);
        let method = match module.expr(call.callee) {
            Expr::Member { property, .. } => module.name(*property),
            Expr::Identifier { name, .. } => module.name(*name),
            _ => "",
        };
        let chained = matches!(method, "then" | "catch" | "finally");
        // The receiver comes first; of a promise's chain it is what is waited for.
        if module.as_function(call.callee).is_none() {
            self.expr(at, module, call.callee, state, chained);
        }
        let together = callee.iter().any(|value| of_runtime(value, "Promise").is_some());
        for argument in call.arguments {
            self.expr(at, module, *argument, state, awaited && together);
        }
        self.record(at, Act::Call(call.id), callee.clone(), state, awaited || chained);
        let mut own = false;
        for value in callee.iter() {
            let inner = State { depth: state.depth + 1, ..state.clone() };
            match value {
                Value::Function(of, function) => {
                    own = true;
                    self.function(*of, *function, &inner);
                }
                Value::Class(of, class) if call.is_new => {
                    let constructor = self.reading.program.module(*of).and_then(|of| of.method(*class, "constructor"));
                    if let Some(constructor) = constructor {
                        self.function(*of, constructor, &inner);
                    }
                }
                _ => {}
            }
        }
        let timer = matches!(method, "setTimeout" | "setInterval" | "setImmediate" | "nextTick" | "queueMicrotask");
        let at_once = own || is_iteration(method) || (call.is_new && together);
        let inner = State {
            depth: state.depth + 1,
            waited: state.waited || !at_once,
            later: state.later || timer,
            looped: state.looped || is_iteration(method),
            tried: state.tried && at_once,
            ..state.clone()
        };
        for argument in call.arguments {
            self.callbacks(at, module, *argument, &inner);
        }
        if is_unknown(&callee) {
            self.listed(at, module, call, state);
        }
        if let Some(event) = listeners::emitted(module, call, method) {
            self.heard(event, call.id, state);
        }
    }

    /// Functions that a call is given: inline, by name, or inside an object literal.
    fn callbacks(&mut self, at: ModuleId, module: &'a Module, argument: ExprId, state: &State) {
        match module.expr(argument) {
            Expr::Object(_) => {
                for child in module.children(argument) {
                    if let Node::Expr(child) = child {
                        self.callbacks(at, module, child, &State { level: state.level + 1, ..state.clone() });
                    }
                }
            }
            Expr::Function(function) => self.function(at, *function, state),
            Expr::Identifier { .. } | Expr::Member { .. } | Expr::Call { .. } => {
                for (of, function) in self.reading.functions(at, argument) {
                    self.function(of, function, state);
                }
            }
            _ => {}
        }
    }
}

fn assigned_members(module: &Module) -> BTreeSet<Name> {
    let targets = module.exprs().filter_map(|(_, expr)| match expr {
        Expr::Assign { target, .. } => Some(*target),
        _ => None,
    });
    let members = targets.filter_map(|target| match module.expr(target) {
        Expr::Member { property, .. } => Some(*property),
        _ => None,
    });
    members.collect()
}

fn is_iteration(method: &str) -> bool {
    matches!(
        method,
        "forEach" | "map" | "flatMap" | "filter" | "some" | "every" | "find" | "reduce" | "each" | "mapSeries"
    )
}

#[cfg(test)]
mod tests {
    use super::{Act, Course};
    use crate::in_memory::ask;

    /// What the function `start` of the first file does, as the texts of its calls with what holds there.
    fn course(files: &[(&str, &str)]) -> Vec<String> {
        ask(files, &[], |reading| {
            let (at, _, module) =
                reading.program.modules().find(|(_, path, _)| path.as_str() == files[0].0).expect("a module");
            let (start, _) = module
                .functions()
                .find(|(_, function)| function.name.as_ref().is_some_and(|name| module.name(name.value) == "start"))
                .expect("a function");
            let Course { deeds, cut } = reading.course(&[(at, start)]);
            assert!(!cut);
            let shown = deeds.iter().map(|deed| {
                let path = reading.program.path(deed.at).expect("a file");
                let (_, text) = files.iter().find(|(name, _)| *name == path.as_str()).expect("a file");
                let module = reading.program.module(deed.at).expect("a module");
                let text = match deed.act {
                    Act::Call(id) => &text[module.span(module.call(id).expect("a call").callee).range()],
                    Act::Assign(id) => &text[module.span(id).range()],
                    Act::Throw(_) => "throw",
                };
                let marks = [
                    (deed.waited, " waited"),
                    (deed.later, " later"),
                    (deed.caught, " caught"),
                    (deed.looped, " looped"),
                    (deed.awaited, " awaited"),
                ];
                marks.iter().filter(|(holds, _)| *holds).fold(text.to_owned(), |text, (_, mark)| text + mark)
            });
            shown.collect()
        })
    }

    #[test]
    fn order_and_waiting() {
        for (code, expected) in [
            ("server.close(); process.exit(0); never()", "server.close, process.exit"),
            ("await server.close(); process.exit(0)", "server.close awaited, process.exit waited"),
            ("server.close(() => process.exit(0))", "server.close, process.exit waited awaited"),
            (
                "app.close().then(() => exit(), e => { throw e })",
                "app.close awaited, app.close().then awaited, exit waited awaited, throw waited",
            ),
            (
                "setTimeout(() => process.exit(1)).unref()",
                "setTimeout, process.exit waited later awaited, setTimeout(() => process.exit(1)).unref",
            ),
            (
                "for (const s of sockets) s.destroy(); all.forEach(x => x.end())",
                "s.destroy looped, all.forEach, x.end looped awaited",
            ),
            ("try { await stop() } catch (e) { log(e) }", "stop awaited, log waited caught"),
            ("if (process.env.NODE_ENV === 'test') no(); else yes()", "yes"),
            ("process.exitCode = 1", "process.exitCode = 1"),
            ("if (once) return; once = true; go(); } let once; export function other() {", "go"),
            ("if (this.once) return; this.once = true; go()", "this.once = true, go"),
            ("await Promise.all([a.close(), b.close()])", "a.close awaited, b.close awaited, Promise.all awaited"),
            ("await new Promise((r) => server.close(r))", "server.close awaited, Promise awaited"),
            ("const f = () => unused(); return last()", "last awaited"),
        ] {
            let text = format!("export async function start() {{ {code} }}");
            let text = text.replace("Promise awaited", "");
            let found = course(&[("größe.ts", &text)]);
            let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
            let mut expected: Vec<&str> = expected.split(", ").collect();
            // A promise's executor stands after the construction that calls it.
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{code}");
        }
    }

    #[test]
    fn through_functions_lists_and_events() {
        let found = course(&[
            (
                "a.ts",
                "import { Hooks } from './b'; import bus from './bus'; Hooks.add(() => server.close()); bus.on('shutdown', () => pool.end()); export function start() { Hooks.run(); bus.emit('shutdown') }",
            ),
            (
                "b.ts",
                "export class Hooks { static list = []; static add(hook) { this.list.push(hook) } static async run() { for (const hook of this.list) { await hook() } finish() } }\nfunction finish() { process.exit(0) }",
            ),
            ("bus.ts", "import { EventEmitter } from 'node:events'; export default new EventEmitter()"),
        ]);
        assert_eq!(
            found,
            [
                "Hooks.run",
                "hook looped awaited",
                "server.close looped awaited",
                "finish waited",
                "process.exit waited",
                "bus.emit",
                "pool.end waited awaited"
            ]
        );
    }

    #[test]
    fn ways_that_exclude_each_other() {
        let of = |code: &str| {
            let text = format!("export function start() {{ {code} }}");
            ask(&[("a.ts", &text)], &[], |reading| {
                let (at, _, module) = reading.program.modules().next().expect("a module");
                let (start, _) = module.functions().next().expect("a function");
                let deeds = reading.course(&[(at, start)]).deeds;
                deeds[1].is_on_the_way_of(&deeds[0])
            })
        };
        assert!(of("server.close(); process.exit()"));
        assert!(of("if (server) { server.close() } process.exit()"));
        assert!(!of("if (server) { server.close() } else { process.exit() }"));
        assert!(!of("if (server) { return server.close() } process.exit()"));
        assert!(!of("server.close(); if (twice) process.exit()"));
    }
}
