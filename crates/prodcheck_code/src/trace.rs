//! The expressions that a value comes from in production: names followed to where they are written, calls of the
//! program's functions to what these return, conditions to the branch that production takes.

use crate::reading::Reading;
use crate::settle::{Settled, Truth};
use prodcheck_formats::javascript::{AssignOperator, Expr, ExprId, LogicalOperator, Module, Property, UnaryOperator};
use prodcheck_program::program::{At, ModuleId, Value};
use prodcheck_source::Place;

/// How many steps are followed.
const DEPTH: u32 = 16;

/// How many expressions one question gives at most.
const MOST: usize = 24;

/// How many expressions one question looks at, at most.
const LOOKS: u32 = 400;

/// An option of an object, as production gets it.
#[derive(Debug, Clone, PartialEq)]
pub enum Chosen {
    /// It is not given.
    Absent,
    /// It may be given; the program does not show the object, or not all of it.
    Unknown,
    /// It is given by this expression.
    Given(ModuleId, ExprId),
}

impl Reading<'_> {
    /// The expressions that the value of an expression comes from in production; the expression itself where it is no
    /// name, no choice and no call of the program's own functions. Several where only running it would choose.
    pub fn ends(&self, at: ModuleId, expr: ExprId) -> Vec<At> {
        let mut found = Vec::new();
        self.follow_ends(at, expr, DEPTH, &mut found, &mut { LOOKS });
        found
    }

    fn follow_ends(&self, at: ModuleId, expr: ExprId, depth: u32, found: &mut Vec<At>, looks: &mut u32) {
        let (Some(module), Some(depth)) = (self.program.module(at), depth.checked_sub(1)) else { return };
        *looks = looks.saturating_sub(1);
        if found.len() >= MOST || *looks == 0 {
            return;
        }
        match module.expr(expr) {
            Expr::Conditional { test, then, otherwise } => match self.truth(at, *test) {
                Truth::Yes | Truth::Credential(_) => self.follow_ends(at, *then, depth, found, looks),
                Truth::No | Truth::NoCredential(_) => self.follow_ends(at, *otherwise, depth, found, looks),
                Truth::Unknown => {
                    let production = names_production(module, *test);
                    if production != Some(false) {
                        self.follow_ends(at, *then, depth, found, looks);
                    }
                    if production != Some(true) {
                        self.follow_ends(at, *otherwise, depth, found, looks);
                    }
                }
            },
            Expr::Logical { operator: LogicalOperator::And, left, right } => {
                if self.truth(at, *left) != Truth::No {
                    self.follow_ends(at, *right, depth, found, looks);
                }
            }
            Expr::Logical { left, right, .. } => {
                let left_value = self.settle(at, *left);
                let absent = matches!(left_value, Settled::Unset(_)) || left_value.truth() == Truth::No;
                if !absent {
                    self.follow_ends(at, *left, depth, found, looks);
                }
                if absent || left_value.truth() != Truth::Yes {
                    self.follow_ends(at, *right, depth, found, looks);
                }
            }
            Expr::Await(inner) | Expr::Assign { operator: AssignOperator::Assign, value: inner, .. } => {
                self.follow_ends(at, *inner, depth, found, looks);
            }
            Expr::Sequence(items) => {
                if let Some(last) = items.last() {
                    self.follow_ends(at, *last, depth, found, looks);
                }
            }
            Expr::Identifier { .. } | Expr::Member { .. } | Expr::Index { .. } => {
                let written = self.program.written(at, expr);
                let before = found.len();
                for (of, value) in &written {
                    if (*of, *value) != (at, expr) && self.reach(*of, *value).is_reached() {
                        self.follow_ends(*of, *value, depth, found, looks);
                    }
                }
                if written.is_empty() && found.len() == before {
                    found.push((at, expr));
                }
            }
            Expr::Call { callee, .. } => {
                let mut returned = false;
                for value in self.program.values(at, *callee).iter() {
                    let Value::Function(of, function) = value else { continue };
                    let Some(code) = self.program.module(*of) else { continue };
                    for value in code.returns(*function) {
                        if self.reach(*of, value).is_reached() {
                            returned = true;
                            self.follow_ends(*of, value, depth, found, looks);
                        }
                    }
                }
                if !returned {
                    found.push((at, expr));
                }
            }
            _ => {
                if !found.contains(&(at, expr)) {
                    found.push((at, expr));
                }
            }
        }
    }

    /// The object literal that an expression is in production, where it is one.
    pub fn literal(&self, at: ModuleId, expr: ExprId) -> Option<At> {
        self.ends(at, expr).into_iter().find(|(of, end)| {
            self.program.module(*of).is_some_and(|module| matches!(module.expr(*end), Expr::Object(_)))
        })
    }

    /// An option of an object, as production gets it: what only development adds is not there.
    pub fn chosen(&self, at: ModuleId, object: ExprId, name: &str) -> Chosen {
        let Some((at, object)) = self.literal(at, object) else {
            return Chosen::Unknown;
        };
        let written = self.program.written_members(&[Value::Literal(at, object)], name);
        let reached = written.iter().find(|(at, expr)| self.reach(*at, *expr).is_reached());
        match reached {
            Some((at, expr)) => match self.settle(*at, *expr) {
                Settled::Undefined | Settled::Null => Chosen::Absent,
                _ => Chosen::Given(*at, *expr),
            },
            None if !written.is_empty() => Chosen::Absent,
            None => match self.settle_member(at, object, name) {
                Settled::Undefined => Chosen::Absent,
                _ => Chosen::Unknown,
            },
        }
    }

    /// The expression that gives an option, where production gives it.
    pub fn option_in(&self, at: ModuleId, object: ExprId, name: &str) -> Option<At> {
        match self.chosen(at, object, name) {
            Chosen::Given(at, expr) => Some((at, expr)),
            _ => None,
        }
    }

    /// The value of an expression in production; where that is unknown, the default that stands beside it.
    pub fn settle_default(&self, at: ModuleId, expr: ExprId) -> Settled {
        let settled = self.settle(at, expr);
        if settled != Settled::Unknown {
            return settled;
        }
        let ends = self.ends(at, expr);
        let known = ends.iter().rev().map(|(at, end)| self.settle(*at, *end));
        known.into_iter().find(Settled::is_known).unwrap_or(Settled::Unknown)
    }

    /// The elements of an array in production: those of the literal, of arrays that are spread into it, and what is pushed
    /// onto the name that it is bound to.
    pub fn elements(&self, at: ModuleId, array: ExprId) -> Vec<At> {
        let mut found = Vec::new();
        self.add_elements(at, array, 6, &mut found);
        found
    }

    fn add_elements(&self, at: ModuleId, array: ExprId, depth: u32, found: &mut Vec<At>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        for (of, end) in self.ends(at, array) {
            let Some(module) = self.program.module(of) else { continue };
            let Expr::Array(items) = module.expr(end) else { continue };
            for item in items {
                match module.expr(*item) {
                    Expr::Spread(inner) => self.add_elements(of, *inner, depth, found),
                    _ => found.extend(self.ends(of, *item)),
                }
            }
        }
        let Some(module) = self.program.module(at) else { return };
        // `const transports = []; if (production) transports.push(new Console())`.
        if let Expr::Identifier { binding: Some(binding), .. } = module.expr(array) {
            for call in module.calls() {
                if let Expr::Member { object, property, .. } = module.expr(call.callee)
                    && module.name(*property) == "push"
                    && matches!(module.expr(*object), Expr::Identifier { binding: Some(of), .. } if of == binding)
                    && self.reach(at, call.id).is_reached()
                {
                    for argument in call.arguments {
                        found.extend(self.ends(at, *argument));
                    }
                }
            }
        }
        found.truncate(MOST);
    }

    /// The expression that a name stands for, where only one is written: of `level` in `const level = env || 'info'` that.
    pub fn origin(&self, at: ModuleId, expr: ExprId) -> At {
        let mut origin = (at, expr);
        for _ in 0..DEPTH {
            let named = self.program.module(origin.0).is_some_and(|module| {
                matches!(module.expr(origin.1), Expr::Identifier { .. } | Expr::Member { .. } | Expr::Index { .. })
            });
            match (named, self.program.written(origin.0, origin.1).as_slice()) {
                (true, [only]) if *only != origin => origin = *only,
                _ => break,
            }
        }
        origin
    }

    /// Where an expression stands.
    pub fn place_at(&self, (at, expr): At) -> Place {
        let span = self.program.module(at).map(|module| module.span(expr)).unwrap_or_default();
        self.place(at, span)
    }

    /// The names of an object literal's own entries, with their values.
    pub fn entries(&self, (at, object): At) -> Vec<(String, At)> {
        let Some(module) = self.program.module(at) else { return Vec::new() };
        let Expr::Object(properties) = module.expr(object) else { return Vec::new() };
        let mut found = Vec::new();
        for property in properties {
            if let Property::Entry { key: prodcheck_formats::javascript::Key::Name(key), value, .. } = property {
                found.push((module.name(*key).to_owned(), (at, *value)));
            }
        }
        found
    }
}

/// What the name of a condition whose value cannot be read says of production: `env.isProduction` holds there,
/// `config.isDevelopment` does not.
fn names_production(module: &Module, test: ExprId) -> Option<bool> {
    let name = match module.expr(test) {
        Expr::Unary { operator: UnaryOperator::Not, operand } => {
            return names_production(module, *operand).map(|holds| !holds);
        }
        Expr::Identifier { name, .. } | Expr::Member { property: name, .. } => module.name(*name),
        Expr::Call { callee, .. } => return names_production(module, *callee),
        _ => return None,
    };
    match name.to_ascii_lowercase().replace('_', "").as_str() {
        "isproduction" | "isprod" | "production" | "inproduction" => Some(true),
        "isdevelopment" | "isdev" | "development" | "istest" | "islocal" | "isdevmode" | "indevelopment" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::in_memory::ask;

    fn ends(text: &str) -> Vec<String> {
        ask(&[("größe.ts", text)], &[], |reading| {
            let (at, _, module) = reading.program.modules().next().expect("a module");
            let probe = module
                .calls()
                .find(|call| text.get(module.span(call.id).range()).is_some_and(|text| text.starts_with("probe(")))
                .expect("a probe");
            let ends = reading.ends(at, probe.arguments[0]);
            ends.iter().map(|(_, end)| text.get(module.span(*end).range()).expect("a text").to_owned()).collect()
        })
    }

    #[test]
    fn followed_to_where_it_is_made() {
        for (code, expected) in [
            ("const ü = f(1); probe(ü)", vec!["f(1)"]),
            ("probe(process.env.NODE_ENV === 'production' ? a() : b())", vec!["a()"]),
            ("probe(unknown ? a() : b())", vec!["a()", "b()"]),
            ("import env from './env'; probe(env.isProduction ? a() : b())", vec!["a()"]),
            ("import { isDev } from './env'; probe(!isDev ? a() : b())", vec!["a()"]),
            ("probe(process.env.X || a())", vec!["a()"]),
            (
                "function make() { if (process.env.NODE_ENV === 'test') return 1; return { a: 1 } } probe(make())",
                vec!["{ a: 1 }"],
            ),
            ("let x; if (process.env.NODE_ENV !== 'production') x = 1; probe(x)", vec![]),
            ("const x = y; const y = x; probe(x)", vec![]),
        ] {
            assert_eq!(ends(code), expected, "{code}");
        }
    }
}
