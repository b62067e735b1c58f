//! Whether production comes to a piece of code.
//!
//! A condition is judged by its value in production (see [`crate::settle`]): `NODE_ENV` is `production`, and a variable
//! that no file of the main route sets is unset. What only an outside credential switches on counts as reached, and says
//! so.

use crate::Reading;
use crate::settle::Truth;
use prodcheck_formats::javascript::{Expr, ExprId, FunctionId, LogicalOperator, Module, Node, Stmt, StmtId};
use prodcheck_program::program::ModuleId;

/// How many callers of callers are asked.
const DEPTH: u32 = 24;

/// Whether production comes to a piece of code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// It does, or what happens at run time decides: nothing in the repository keeps it away.
    Yes,
    /// It does where this variable, which holds a credential or an address, is set.
    Credential(String),
    /// It does not: the condition is for development, or a flag's default keeps it off.
    Never,
}

impl Reach {
    /// Whether production comes there.
    pub fn is_reached(&self) -> bool {
        *self != Self::Never
    }

    /// Both have to hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }

    fn of(truth: Truth, wanted: bool) -> Self {
        match (truth, wanted) {
            (Truth::Yes, false) | (Truth::No, true) => Self::Never,
            (Truth::Credential(name), true) | (Truth::NoCredential(name), false) => Self::Credential(name),
            // What is done without the credential is a check or a fallback.
            _ => Self::Yes,
        }
    }
}

impl Reading<'_> {
    /// Whether production comes to a node: by the conditions around it, by the returns before it, and by the callers of
    /// the function that it stands in.
    pub fn reach(&self, at: ModuleId, node: impl Into<Node>) -> Reach {
        let node = node.into();
        // Within a call that is followed, conditions depend on its arguments.
        let lasting = self.follows_no_call();
        if lasting && let Some(known) = self.reached_nodes.borrow().get(&(at, node)) {
            return known.clone();
        }
        let first = self.is_first_question();
        let (reach, whole) =
            self.seeing_cuts(|| self.deeper(|| self.reach_within(at, node, DEPTH)).unwrap_or(Reach::Yes));
        if lasting && (whole || first) {
            self.reached_nodes.borrow_mut().insert((at, node), reach.clone());
        }
        reach
    }

    /// Whether production comes to a node once it comes to the function around it, or, in a callback, to what calls that.
    pub(crate) fn local_reach(&self, at: ModuleId, module: &Module, node: Node) -> Reach {
        let local = self.reach_in_function(at, module, node);
        match module.enclosing_function(node).map(|function| module.function(function).parent) {
            Some(Node::Expr(own)) => match module.parent(own) {
                Some(Node::Expr(outer)) if module.call(outer).is_some() => {
                    local.and(self.local_reach(at, module, Node::Expr(own)))
                }
                _ => local,
            },
            _ => local,
        }
    }

    fn reach_within(&self, at: ModuleId, node: Node, depth: u32) -> Reach {
        let Some(module) = self.program.module(at) else { return Reach::Yes };
        let local = self.reach_in_function(at, module, node);
        if local == Reach::Never {
            return local;
        }
        match module.enclosing_function(node) {
            None => local,
            Some(function) => local.and(self.function_reach(at, module, function, depth)),
        }
    }

    /// Whether production calls a function: where all calls of it that are seen are out of reach, it does not.
    fn function_reach(&self, at: ModuleId, module: &Module, function: FunctionId, depth: u32) -> Reach {
        if let Some(known) = self.reached.borrow().get(&(at, Some(function))) {
            return known.clone();
        }
        let Some(depth) = depth.checked_sub(1) else { return Reach::Yes };
        self.reached.borrow_mut().insert((at, Some(function)), Reach::Yes);
        let (reach, whole) =
            self.seeing_cuts(|| self.outside_calls(|| self.reach_of_calls(at, module, function, depth)));
        if whole {
            self.reached.borrow_mut().insert((at, Some(function)), reach.clone());
        } else {
            self.reached.borrow_mut().remove(&(at, Some(function)));
        }
        reach
    }

    fn reach_of_calls(&self, at: ModuleId, module: &Module, function: FunctionId, depth: u32) -> Reach {
        let uses = self.program.uses_of(at, function);
        // An inline function belongs to the expression that it stands in.
        let inline = match module.function(function).parent {
            Node::Expr(own) => Some(self.reach_within(at, Node::Expr(own), depth)),
            _ => None,
        };
        let called = uses.iter().map(|(caller, call)| self.reach_within(*caller, Node::Expr(*call), depth)).min();
        match (inline, called) {
            (Some(Reach::Never), _) => Reach::Never,
            (Some(inline), Some(called)) => inline.and(called),
            (inline, called) => inline.or(called).unwrap_or(Reach::Yes),
        }
    }

    /// The conditions between a node and the function (or module) that it stands in.
    fn reach_in_function(&self, at: ModuleId, module: &Module, node: Node) -> Reach {
        let mut reach = Reach::Yes;
        let mut inner = node;
        for outer in module.ancestors(node) {
            if (matches!(inner, Node::Function(_)) && inner != node) || reach == Reach::Never {
                break;
            }
            reach = match outer {
                Node::Stmt(stmt) => reach.and(self.reach_in_statement(at, module, stmt, inner)),
                Node::Expr(expr) => reach.and(self.reach_in_expression(at, module, expr, inner)),
                Node::Function(_) | Node::Module => reach.and(self.reach_after_returns(at, module, outer, inner)),
                Node::Class(_) => reach,
            };
            inner = outer;
        }
        reach
    }

    fn reach_in_statement(&self, at: ModuleId, module: &Module, outer: StmtId, inner: Node) -> Reach {
        match module.stmt(outer) {
            Stmt::If { test, then, otherwise } => {
                if inner == Node::Stmt(*then) {
                    Reach::of(self.truth(at, *test), true)
                } else if otherwise.is_some_and(|otherwise| inner == Node::Stmt(otherwise)) {
                    Reach::of(self.truth(at, *test), false)
                } else {
                    Reach::Yes
                }
            }
            Stmt::While { test, body } if inner == Node::Stmt(*body) => Reach::of(self.truth(at, *test), true),
            Stmt::Block(_) => self.reach_after_returns(at, module, Node::Stmt(outer), inner),
            Stmt::Switch { subject, cases } => {
                let Node::Stmt(inner) = inner else { return Reach::Yes };
                let own = cases.iter().position(|case| case.body.contains(&inner));
                let Some(own) = own else { return Reach::Yes };
                self.reach_in_case(at, module, *subject, cases, own)
            }
            _ => Reach::Yes,
        }
    }

    /// Whether production takes a case: it does where the subject is unknown, equals it, or falls into it.
    fn reach_in_case(
        &self,
        at: ModuleId,
        module: &Module,
        subject: ExprId,
        cases: &[prodcheck_formats::javascript::Case],
        own: usize,
    ) -> Reach {
        let subject = self.settle(at, subject);
        let matches: Vec<Option<bool>> = cases
            .iter()
            .map(|case| case.test.map_or(Some(false), |test| subject.equals(&self.settle(at, test))))
            .collect();
        if matches.contains(&None) {
            return Reach::Yes;
        }
        let default = cases.iter().position(|case| case.test.is_none());
        let Some(taken) = matches.iter().position(|matched| *matched == Some(true)).or(default) else {
            return Reach::Never;
        };
        let falls = cases.iter().take(own).skip(taken).all(|case| !case.body.iter().any(|stmt| ends(module, *stmt)));
        if taken == own || (taken < own && falls) { Reach::Yes } else { Reach::Never }
    }

    fn reach_in_expression(&self, at: ModuleId, module: &Module, outer: ExprId, inner: Node) -> Reach {
        let Node::Expr(inner) = inner else { return Reach::Yes };
        match module.expr(outer) {
            Expr::Conditional { test, then, .. } if inner == *then => Reach::of(self.truth(at, *test), true),
            Expr::Conditional { test, otherwise, .. } if inner == *otherwise => Reach::of(self.truth(at, *test), false),
            Expr::Logical { operator: LogicalOperator::And, left, right } if inner == *right => {
                Reach::of(self.truth(at, *left), true)
            }
            Expr::Logical { operator: LogicalOperator::Or, left, right } if inner == *right => {
                Reach::of(self.truth(at, *left), false)
            }
            _ => Reach::Yes,
        }
    }

    /// Whether statements before one in the same list end the function where production comes along: `if (!x) return`.
    fn reach_after_returns(&self, at: ModuleId, module: &Module, outer: Node, inner: Node) -> Reach {
        let Node::Stmt(inner) = inner else { return Reach::Yes };
        let mut reach = Reach::Yes;
        for child in module.children(outer) {
            let Node::Stmt(before) = child else { continue };
            if before == inner {
                break;
            }
            if let Stmt::If { test, then, otherwise } = module.stmt(before) {
                if demands(module, *then) {
                    // What throws where something is missing demands it of production: what follows is reached.
                } else if ends(module, *then) {
                    reach = reach.and(Reach::of(self.truth(at, *test), false));
                } else if otherwise.is_some_and(|otherwise| ends(module, otherwise)) {
                    reach = reach.and(Reach::of(self.truth(at, *test), true));
                }
            } else if ends(module, before) && !matches!(module.stmt(before), Stmt::Block(_)) {
                reach = Reach::Never;
            }
        }
        reach
    }
}

/// Whether a statement ends what it stands in: the function, the loop or the case.
fn ends(module: &Module, stmt: StmtId) -> bool {
    match module.stmt(stmt) {
        Stmt::Return(_) | Stmt::Throw(_) | Stmt::Break(_) | Stmt::Continue(_) => true,
        Stmt::Block(body) => body.last().is_some_and(|last| ends(module, *last)),
        _ => false,
    }
}

/// Whether a branch ends by throwing.
fn demands(module: &Module, stmt: StmtId) -> bool {
    match module.stmt(stmt) {
        Stmt::Throw(_) => true,
        Stmt::Block(body) => body.last().is_some_and(|last| demands(module, *last)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Reach;
    use crate::in_memory::ask;

    fn of(text: &str) -> Reach {
        let files = [("größe.ts", text)];
        ask(&files, &[], |reading| {
            let (at, _, module) = reading.program.modules().next().expect("a module");
            let probe = module.calls().find(|call| text[call.span.range()].starts_with("probe(")).expect("a probe");
            reading.reach(at, probe.id)
        })
    }

    #[test]
    fn production_comes_there() {
        for code in [
            "probe()",
            "if (process.env.NODE_ENV === 'production') probe()",
            "if (process.env.NODE_ENV !== 'test') { probe() }",
            "function f() { if (isTest) return; probe() } f()",
            "app.get('/', async (req, res) => { if (!req.user) return res.end(); probe() })",
            "switch (process.env.NODE_ENV) { case 'production': probe(); break; default: other() }",
            "switch (kind) { case 1: probe() }",
            "process.env.DEBUG || probe()",
            "function unused() { probe() }",
            "function f() { const id = process.env.APP_NAME; if (!id) { throw new Error('APP_NAME') } probe() } f()",
        ] {
            assert_eq!(of(code), Reach::Yes, "{code}");
        }
    }

    #[test]
    fn production_stays_away() {
        for code in [
            "if (process.env.NODE_ENV === 'development') probe()",
            "const dev = process.env.NODE_ENV !== 'production'; if (dev) { app.use(() => probe()) }",
            "process.env.NODE_ENV === 'production' || probe()",
            "process.env.DEBUG && probe()",
            "function f() { if (process.env.NODE_ENV === 'production') { return } probe() } f()",
            "function f() { probe() } if (process.env.NODE_ENV === 'test') f()",
            "switch (process.env.NODE_ENV) { case 'test': probe(); break; default: other() }",
            "if (process.env.FEATURE === 'on') probe()",
            "const x = process.env.NODE_ENV === 'test' ? probe() : 1",
        ] {
            assert_eq!(of(code), Reach::Never, "{code}");
        }
    }

    #[test]
    fn a_credential_switches_it_on() {
        for code in [
            "if (process.env.SENTRY_DSN) probe()",
            "const dsn = process.env.SENTRY_DSN; if (!dsn) { skip() } else { probe() }",
            "function f() { if (!process.env.SENTRY_DSN) return; probe() } f()",
            "process.env.NODE_ENV === 'production' && process.env.SENTRY_DSN && probe()",
        ] {
            assert_eq!(of(code), Reach::Credential("SENTRY_DSN".to_owned()), "{code}");
        }
    }
}
