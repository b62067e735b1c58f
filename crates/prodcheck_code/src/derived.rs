//! Where the objects that an expression can be are made: the calls and constructions at the beginning of its way.
//!
//! Two servers that are both made by `http.createServer()` are the same thing from outside; by the places that make them
//! they are told apart.

use crate::Reading;
use crate::reading::of_runtime;
use crate::settle::Truth;
use prodcheck_formats::javascript::{Expr, ExprId, Module};
use prodcheck_program::program::{ModuleId, Part, Value};
use std::collections::BTreeSet;

/// How many steps one question takes.
const STEPS: u32 = 400;

/// How deep one question leads.
const DEPTH: u32 = 24;

/// The places that make what an expression can be.
#[derive(Debug, Clone, Default)]
pub struct Derived {
    /// The calls, constructions and literals.
    pub by: BTreeSet<(ModuleId, ExprId)>,
    /// Whether these are all: nothing on the way was unknown.
    pub complete: bool,
}

impl Derived {
    /// Whether both can be the same object.
    pub fn meets(&self, other: &Self) -> bool {
        self.by.intersection(&other.by).next().is_some()
    }
}

impl Reading<'_> {
    /// The places that make what an expression can be. What is taken from an object (`app.getHttpServer()`) or made
    /// around one (`stoppable(server)`) counts as made where that object is made, too.
    pub fn derived(&self, at: ModuleId, expr: ExprId) -> Derived {
        let mut search = Search {
            reading: self,
            made: Derived { by: BTreeSet::new(), complete: true },
            seen: BTreeSet::new(),
            steps: STEPS,
        };
        search.follow(at, expr, DEPTH);
        search.made
    }
}

struct Search<'r, 'a> {
    reading: &'r Reading<'a>,
    made: Derived,
    seen: BTreeSet<(ModuleId, ExprId)>,
    steps: u32,
}

impl<'a> Search<'_, 'a> {
    fn follow(&mut self, at: ModuleId, expr: ExprId, depth: u32) {
        let (Some(left), Some(depth)) = (self.steps.checked_sub(1), depth.checked_sub(1)) else {
            self.made.complete = false;
            return;
        };
        self.steps = left;
        if !self.seen.insert((at, expr)) {
            return;
        }
        let Some(module) = self.reading.program.module(at) else { return };
        match module.expr(expr) {
            Expr::Null => {}
            Expr::Identifier { name, binding: None } if module.name(*name) == "undefined" => {}
            Expr::Await(value) | Expr::Assign { value, .. } => self.follow(at, *value, depth),
            Expr::Sequence(items) => {
                if let Some(last) = items.last() {
                    self.follow(at, *last, depth);
                }
            }
            Expr::Logical { left, right, .. } => {
                self.follow(at, *left, depth);
                self.follow(at, *right, depth);
            }
            Expr::Conditional { test, then, otherwise } => {
                let truth = self.reading.truth(at, *test);
                if truth != Truth::No {
                    self.follow(at, *then, depth);
                }
                if truth != Truth::Yes {
                    self.follow(at, *otherwise, depth);
                }
            }
            Expr::Identifier { .. } | Expr::Member { .. } | Expr::Index { .. } => self.named(at, module, expr, depth),
            Expr::Call { .. } | Expr::New { .. } => self.called(at, module, expr, depth),
            Expr::Object(_) | Expr::Array(_) | Expr::Function(_) | Expr::Class(_) => {
                self.made.by.insert((at, expr));
            }
            _ => self.made.complete = false,
        }
    }

    fn named(&mut self, at: ModuleId, module: &'a Module, expr: ExprId, depth: u32) {
        let written = self.reading.program.written(at, expr);
        if !written.is_empty() {
            for (at, expr) in written {
                self.follow(at, expr, depth);
            }
            return;
        }
        match module.expr(expr) {
            // A part of something from outside: `fastify.server`.
            Expr::Member { object, .. } if self.is_outside(at, *object) => self.follow(at, *object, depth),
            _ => self.made.complete = false,
        }
    }

    fn called(&mut self, at: ModuleId, module: &'a Module, expr: ExprId, depth: u32) {
        let Some(call) = module.call(expr) else { return };
        let values = self.reading.program.values(at, call.callee);
        let mut own = false;
        for value in values.iter().filter(|_| !call.is_new) {
            if let Value::Function(of, function) = value
                && let Some(code) = self.reading.program.module(*of)
            {
                own = true;
                for returned in code.returns(*function) {
                    self.follow(*of, returned, depth);
                }
            }
        }
        if own {
            return;
        }
        self.made.by.insert((at, expr));
        if let Expr::Member { object, .. } = module.expr(call.callee)
            && self.is_outside(at, *object)
        {
            self.follow(at, *object, depth);
        }
        // What answers a server's requests is not the server: `http.createServer(app)`.
        let serves = |value: &Value| ["http", "https", "http2"].iter().any(|name| of_runtime(value, name).is_some());
        if values.iter().any(serves) {
            return;
        }
        // `stoppable(server, 1000)`, `createHttpTerminator({ server })`, `new Promise((resolve) => resolve(server))`.
        for argument in call.arguments.iter().take(2) {
            match module.expr(*argument) {
                Expr::Object(_) => {
                    if let Some(server) = module.property(*argument, "server") {
                        self.follow(at, server, depth);
                    }
                }
                Expr::Identifier { .. } | Expr::Member { .. } | Expr::Call { .. } => {
                    let complete = self.made.complete;
                    self.follow(at, *argument, depth);
                    self.made.complete = complete;
                }
                Expr::Function(function) if module.is_global(call.callee, &["Promise"]) => {
                    let resolve = module.function(*function).params.first().and_then(|param| param.binding());
                    let references = resolve.map(|resolve| module.references(resolve)).unwrap_or_default();
                    for reference in references {
                        let given = module.parent(reference.expr).and_then(|parent| match parent {
                            prodcheck_formats::javascript::Node::Expr(outer) => module.call(outer)?.argument(module, 0),
                            _ => None,
                        });
                        if let Some(given) = given {
                            self.follow(at, given, depth);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether an expression is an object that something from outside has made, and not a module or a class of it.
    fn is_outside(&self, at: ModuleId, expr: ExprId) -> bool {
        self.reading.program.values(at, expr).iter().any(|value| match value {
            Value::Outside(outside) => outside.way.iter().any(|part| !matches!(part, Part::Member(_))),
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::in_memory::ask;

    /// What makes the argument of `probe(…)`, as texts, and whether that is all.
    fn made(text: &str) -> (Vec<String>, bool) {
        let files = [("größe.ts", text)];
        ask(&files, &[], |reading| {
            let (at, _, module) = reading.program.modules().next().expect("a module");
            let probe = module.calls().find(|call| text[call.span.range()].starts_with("probe(")).expect("a probe");
            let made = reading.derived(at, probe.arguments[0]);
            let texts = made.by.iter().map(|(_, expr)| text[module.span(*expr).range()].to_owned());
            (texts.collect(), made.complete)
        })
    }

    #[test]
    fn two_of_a_kind_are_told_apart() {
        let start = "import http from 'http'; import e from 'express'; import stoppable from 'stoppable'; const app = e(); let dev = http.createServer(1), live;";
        for (code, expected, complete) in [
            ("probe(dev)", vec!["http.createServer(1)"], true),
            ("live = app.listen(2); probe(live)", vec!["app.listen(2)", "e()"], true),
            (
                "live = http.createServer(app).listen(2); probe(live)",
                vec!["http.createServer(app).listen(2)", "http.createServer(app)"],
                true,
            ),
            (
                "function make() { return stoppable(app.listen(3)) } probe(make())",
                vec!["stoppable(app.listen(3))", "app.listen(3)", "e()"],
                true,
            ),
            (
                "class S { s; go() { this.s = http.createServer(4); } stop() { probe(this.s) } }",
                vec!["http.createServer(4)"],
                true,
            ),
            (
                "const x = await new Promise((done) => { const s = http.createServer(5); done(s) }); probe(x)",
                vec!["http.createServer(5)"],
                true,
            ),
            ("export function f(server) { probe(server) }", vec![], false),
        ] {
            let (mut found, all) = made(&format!("{start} {code}"));
            found.retain(|text| !text.starts_with("new Promise"));
            found.sort();
            let mut expected = expected;
            expected.sort_unstable();
            assert_eq!((found, all), (expected.into_iter().map(str::to_owned).collect(), complete), "{code}");
        }
    }
}
