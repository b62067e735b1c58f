//! The call that gives a value, and the members of its result on the way: of `env.LOG_LEVEL` the call
//! `schema.parse(process.env)` and `LOG_LEVEL`, however many names and modules lie between.

use crate::Reading;
use prodcheck_formats::javascript::{Expr, ExprId, Key, MemberKind, Origin, Step};
use prodcheck_program::program::{ModuleId, Value};

/// How many names are followed.
const LONGEST: u32 = 24;

/// An expression, and members of its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The module.
    pub at: ModuleId,
    /// The expression that no name stands for: most often a call.
    pub expr: ExprId,
    /// The members, in the order in which they are taken.
    pub path: Vec<String>,
}

impl Reading<'_> {
    /// The expression that gives an expression's value in the end; `None` where more than one place gives it.
    pub fn source(&self, at: ModuleId, expr: ExprId) -> Option<Source> {
        let mut path = Vec::new();
        let (mut at, mut expr) = (at, expr);
        for _ in 0..LONGEST {
            let module = self.program.module(at)?;
            match module.expr(expr) {
                Expr::Await(inner) | Expr::Assign { value: inner, .. } => expr = *inner,
                Expr::Identifier { binding: Some(binding), .. } => {
                    if let [(next, written)] = self.program.written(at, expr).as_slice() {
                        (at, expr) = (*next, *written);
                        continue;
                    }
                    let known = module.binding(*binding);
                    let assigned = module.assignments(*binding);
                    let origin = match (&known.origin, assigned) {
                        (Origin::None, [only]) => &only.origin,
                        (origin, []) => origin,
                        // `let config; try { config = schema.parse(…) } catch { … }`
                        _ => return None,
                    };
                    let Origin::Value { expr: from, path: steps } = origin else { return None };
                    for step in steps.iter().rev() {
                        match step {
                            Step::Property(name) => path.push(module.name(*name).to_owned()),
                            Step::RestProperties => {}
                            _ => return None,
                        }
                    }
                    if *from == expr {
                        return None;
                    }
                    expr = *from;
                }
                Expr::Member { object, property, .. } => {
                    if let [(next, written)] = self.program.written(at, expr).as_slice() {
                        (at, expr) = (*next, *written);
                        continue;
                    }
                    path.push(module.name(*property).to_owned());
                    expr = *object;
                }
                Expr::Call { callee, .. } => {
                    // What a function of the program gives is what it returns.
                    let callees = self.program.values(at, *callee);
                    let [Value::Function(of, function)] = &*callees else { break };
                    let code = self.program.module(*of)?;
                    let mut returns = code.returns(*function);
                    let (Some(only), None) = (returns.next(), returns.next()) else { break };
                    (at, expr) = (*of, only);
                }
                Expr::This => {
                    // A member of `this` that is written nowhere the program could see.
                    break;
                }
                _ => break,
            }
        }
        path.reverse();
        Some(Source { at, expr, path })
    }

    /// The initial value of a class's field.
    pub(super) fn field(
        &self,
        at: ModuleId,
        class: prodcheck_formats::javascript::ClassId,
        name: &str,
    ) -> Option<(ModuleId, ExprId)> {
        let module = self.program.module(at)?;
        let named = |key: &Key| matches!(key, Key::Name(key) if module.name(*key) == name);
        let members = &module.class(class).members;
        let own = members.iter().find(|member| member.kind == MemberKind::Field && named(&member.key));
        own.and_then(|member| member.value).map(|value| (at, value))
    }
}
