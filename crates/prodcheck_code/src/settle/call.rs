//! The value of a call in production: conversions of the language, and functions of the program.

use super::{Settled, Truth};
use crate::Reading;
use prodcheck_formats::javascript::{Call, Expr, ExprId, Module};
use prodcheck_program::program::{ModuleId, Value};

impl Reading<'_> {
    pub(super) fn settle_call(&self, at: ModuleId, module: &Module, expr: ExprId) -> Settled {
        let Some(call) = module.call(expr) else { return Settled::Unknown };
        if !call.is_new
            && let Some(converted) = self.conversion(at, module, &call)
        {
            return converted;
        }
        if !call.is_new {
            for value in self.program.values(at, call.callee).iter() {
                if let Value::Function(of, function) = value {
                    let given = self.arguments_given(at, &call);
                    let returned = self.within_call((*of, *function), given, || self.returned(*of, *function));
                    return returned.unwrap_or(Settled::Unknown);
                }
            }
        }
        if let Some(settled) = self.settle_library(at, expr, &[]) {
            return settled;
        }
        match &*self.program.values(at, expr) {
            [Value::Outside(outside)] => Settled::Outside(outside.clone()),
            [Value::Instance(at, class)] => Settled::Instance(*at, *class),
            [Value::Literal(of, literal)] if (*of, *literal) != (at, expr) => self.settle(*of, *literal),
            _ => Settled::Unknown,
        }
    }

    /// What a function of the program returns in production, where all returns that production comes to agree. Of a
    /// variable that is not set and a default the default counts.
    pub(super) fn returned(&self, at: ModuleId, function: prodcheck_formats::javascript::FunctionId) -> Settled {
        let Some(module) = self.program.module(at) else { return Settled::Unknown };
        let mut found: Option<Settled> = None;
        for value in module.returns(function) {
            if !self.reach(at, value).is_reached() {
                continue;
            }
            let next = self.settle(at, value);
            found = match found {
                None | Some(Settled::Unset(_)) => Some(next),
                Some(known) if known == next || matches!(next, Settled::Unset(_)) => Some(known),
                Some(_) => return Settled::Unknown,
            };
        }
        found.unwrap_or(Settled::Undefined)
    }

    /// `Number(x)`, `parseInt(x, 10)`, `x.toLowerCase()` and their like; `None` where it is something else.
    fn conversion(&self, at: ModuleId, module: &Module, call: &Call<'_>) -> Option<Settled> {
        match module.expr(call.callee) {
            Expr::Identifier { name, binding: None } => {
                let argument = || call.argument(module, 0).map(|argument| self.settle(at, argument));
                Some(match module.name(*name) {
                    "Number" | "parseInt" | "parseFloat" => number(argument()?),
                    "String" => text(argument()?),
                    "Boolean" => match call.argument(module, 0).map(|argument| self.truth(at, argument))? {
                        Truth::Yes => Settled::Bool(true),
                        Truth::No => Settled::Bool(false),
                        _ => argument()?,
                    },
                    _ => return None,
                })
            }
            Expr::Member { object, property, .. } => {
                let of = || self.settle(at, *object);
                let method = module.name(*property);
                match method {
                    "parseInt" | "parseFloat" if module.is_global(*object, &["Number"]) => {
                        let argument = call.argument(module, 0)?;
                        Some(number(self.settle(at, argument)))
                    }
                    "toLowerCase" | "toUpperCase" | "trim" | "toString" | "valueOf" => match of() {
                        Settled::Text(text) => Some(Settled::Text(match method {
                            "toLowerCase" => text.to_lowercase(),
                            "toUpperCase" => text.to_uppercase(),
                            "trim" => text.trim().to_owned(),
                            _ => text,
                        })),
                        absent @ (Settled::Unset(_) | Settled::Undefined) => Some(absent),
                        number @ Settled::Number(_) if method == "toString" => Some(text(number)),
                        _ => None,
                    },
                    "includes" | "startsWith" | "endsWith" => self.contained(at, module, call, *object, method),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// `['production', 'staging'].includes(env)`, `'a,b'.includes(x)`, `url.startsWith('https')`.
    fn contained(
        &self,
        at: ModuleId,
        module: &Module,
        call: &Call<'_>,
        object: ExprId,
        method: &str,
    ) -> Option<Settled> {
        let wanted = self.settle(at, call.argument(module, 0)?);
        match self.settle(at, object) {
            Settled::Text(text) => {
                let wanted = wanted.text()?;
                Some(Settled::Bool(match method {
                    "startsWith" => text.starts_with(wanted),
                    "endsWith" => text.ends_with(wanted),
                    _ => text.contains(wanted),
                }))
            }
            Settled::Literal(of, array) if method == "includes" => {
                let Expr::Array(items) = self.program.module(of)?.expr(array) else { return None };
                let equal: Vec<Option<bool>> =
                    items.iter().map(|item| self.settle(of, *item).equals(&wanted)).collect();
                if equal.contains(&Some(true)) {
                    Some(Settled::Bool(true))
                } else {
                    Some(if equal.contains(&None) { Settled::Unknown } else { Settled::Bool(false) })
                }
            }
            absent @ (Settled::Unset(_) | Settled::Undefined) => Some(absent),
            _ => None,
        }
    }
}

fn number(value: Settled) -> Settled {
    match value {
        absent @ (Settled::Unset(_) | Settled::Hidden(_)) => absent,
        Settled::Undefined => Settled::Number(f64::NAN),
        value => value.number().map_or(Settled::Unknown, Settled::Number),
    }
}

fn text(value: Settled) -> Settled {
    match value {
        Settled::Number(number) => Settled::Text(number.to_string()),
        Settled::Bool(value) => Settled::Text(value.to_string()),
        other => other,
    }
}
