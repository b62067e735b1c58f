//! Which object an expression is: the call that made it, so that two apps of one framework are two things.

use crate::Reading;
use prodcheck_formats::javascript::{BindingId, Expr, ExprId, FunctionId, Node, Origin};
use prodcheck_program::program::{At, ModuleId, Value};
use std::collections::BTreeSet;

/// How many expressions one question looks at.
const MOST_STEPS: usize = 400;

/// An object of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Made {
    /// What this call or `new` gives, or this literal.
    By(ModuleId, ExprId),
    /// What a function gets as this parameter from callers that are not seen: frameworks that call plugins.
    Given(ModuleId, FunctionId, u32),
}

impl Reading<'_> {
    /// The objects that an expression can be, in the order in which they are found. Methods that hand back their object
    /// (`app.use(…).use(…)`, `emitter.on(…)`) are looked through, as are functions of the program.
    pub fn made(&self, at: ModuleId, expr: ExprId) -> Vec<Made> {
        let mut found = Vec::new();
        let mut seen: BTreeSet<At> = BTreeSet::new();
        let mut open: Vec<At> = vec![(at, expr)];
        while let Some((at, expr)) = open.pop() {
            if !seen.insert((at, expr)) || seen.len() > MOST_STEPS {
                continue;
            }
            let next = self.made_step(at, expr, &mut found);
            open.extend(next.into_iter().rev());
        }
        found
    }

    /// The calls and constructions that made an expression's value.
    pub fn made_by_calls(&self, at: ModuleId, expr: ExprId) -> Vec<At> {
        let calls = self.made(at, expr).into_iter().filter_map(|made| match made {
            Made::By(at, expr) => self.program.module(at)?.call(expr).map(|call| (at, call.id)),
            Made::Given(..) => None,
        });
        calls.collect()
    }

    /// One step back from an expression; what needs no further step is added to what was found.
    fn made_step(&self, at: ModuleId, expr: ExprId, found: &mut Vec<Made>) -> Vec<At> {
        let Some(module) = self.program.module(at) else { return Vec::new() };
        match module.expr(expr) {
            Expr::Identifier { .. } | Expr::Member { .. } | Expr::Index { .. } => {
                let written = self.program.written(at, expr);
                if written.is_empty()
                    && let Expr::Identifier { binding: Some(binding), .. } = module.expr(expr)
                    && let Some(given) = self.given(at, *binding)
                {
                    add(found, given);
                }
                written
            }
            Expr::Await(operand) | Expr::Assign { value: operand, .. } => vec![(at, *operand)],
            Expr::Logical { left, right, .. } => vec![(at, *left), (at, *right)],
            Expr::Conditional { then, otherwise, .. } => vec![(at, *then), (at, *otherwise)],
            Expr::Sequence(items) => items.last().map(|last| (at, *last)).into_iter().collect(),
            Expr::Call { callee, .. } => {
                let values = self.program.values(at, *callee);
                let own: Vec<At> = values
                    .iter()
                    .filter_map(|value| match value {
                        Value::Function(of, function) => Some((*of, *function)),
                        _ => None,
                    })
                    .flat_map(|(of, function)| {
                        let returns =
                            self.program.module(of).map(|module| module.returns(function).collect::<Vec<_>>());
                        returns.unwrap_or_default().into_iter().map(move |value| (of, value))
                    })
                    .collect();
                if !own.is_empty() {
                    return own;
                }
                if let Expr::Member { object, property, .. } = module.expr(*callee)
                    && hands_back(module.name(*property))
                {
                    return vec![(at, *object)];
                }
                add(found, Made::By(at, expr));
                Vec::new()
            }
            Expr::New { .. } | Expr::Object(_) | Expr::Array(_) | Expr::Function(_) | Expr::Class(_) => {
                add(found, Made::By(at, expr));
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// The parameter that a name is, where nothing else gives it a value.
    fn given(&self, at: ModuleId, binding: BindingId) -> Option<Made> {
        match &self.program.module(at)?.binding(binding).origin {
            Origin::Parameter { function, index, path } if path.is_empty() => Some(Made::Given(at, *function, *index)),
            _ => None,
        }
    }

    /// The function that a function expression or declaration is given as: for `register(async (app) => …)` the call.
    pub fn call_around(&self, at: ModuleId, function: FunctionId) -> Option<At> {
        let module = self.program.module(at)?;
        let Node::Expr(own) = module.function(function).parent else { return None };
        let Some(Node::Expr(outer)) = module.parent(own) else { return None };
        module.call(outer).map(|call| (at, call.id))
    }
}

fn add(found: &mut Vec<Made>, made: Made) {
    if !found.contains(&made) {
        found.push(made);
    }
}

/// Methods of apps, routers, servers, emitters and promises that give back what they are called on.
fn hands_back(method: &str) -> bool {
    matches!(
        method,
        "use"
            | "get"
            | "post"
            | "put"
            | "patch"
            | "delete"
            | "options"
            | "head"
            | "all"
            | "on"
            | "once"
            | "addListener"
            | "set"
            | "enable"
            | "disable"
            | "register"
            | "decorate"
            | "decorateRequest"
            | "decorateReply"
            | "addHook"
            | "setErrorHandler"
            | "setNotFoundHandler"
            | "route"
            | "mount"
            | "group"
            | "onError"
            | "guard"
            | "state"
            | "derive"
            | "model"
            | "prefix"
            | "routes"
            | "withTypeProvider"
            | "setValidatorCompiler"
            | "setSerializerCompiler"
            | "catch"
            | "finally"
            | "bind"
            | "basePath"
            | "notFound"
            | "configure"
            | "callback"
    )
}
