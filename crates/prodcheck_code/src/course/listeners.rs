//! Functions that are put aside to be called later: in a list of a class or module, and as listeners of an event.

use super::{State, Walk};
use prodcheck_formats::javascript::{Call, Expr, ExprId, FunctionId, Module};
use prodcheck_program::program::ModuleId;

/// How many functions one list or event gives.
const MOST: usize = 60;

/// The event that a call sends, where its name is written out and says more than the usual ones of streams.
pub(super) fn emitted<'m>(module: &'m Module, call: &Call<'_>, method: &str) -> Option<&'m str> {
    let name = call.argument(module, 0).and_then(|name| module.string(name))?;
    let usual = ["error", "data", "end", "close", "message", "connection", "connect", "disconnect", "change", "log"];
    (matches!(method, "emit" | "emitAsync") && !usual.contains(&name)).then_some(name)
}

impl<'a> Walk<'_, 'a> {
    /// What listeners of an event do.
    pub(super) fn heard(&mut self, event: &str, by: ExprId, state: &State) {
        if !self.heard.insert(event.to_owned()) {
            return;
        }
        let state = State { depth: state.depth + 1, waited: true, tried: false, ..state.clone() };
        let reading = self.reading;
        let mut found: Vec<(ModuleId, FunctionId)> = Vec::new();
        for site in reading.sites() {
            let Some((module, call)) = reading.call(site) else { continue };
            let Expr::Member { property, .. } = module.expr(call.callee) else { continue };
            let listens = matches!(module.name(*property), "on" | "once" | "addListener" | "prependListener");
            if !listens || call.id == by || found.len() >= MOST {
                continue;
            }
            if call.argument(module, 0).and_then(|name| module.string(name)) == Some(event)
                && let Some(handler) = call.argument(module, 1)
            {
                found.extend(reading.functions(site.at, handler));
            }
        }
        for (at, function) in found {
            self.function(at, function, &state);
        }
    }

    /// What functions do that were put into a list of the class or module in which a call calls something unknown:
    /// `for (const hook of this.hooks) await hook()`.
    pub(super) fn listed(&mut self, at: ModuleId, module: &'a Module, call: &Call<'_>, state: &State) {
        let Some(around) = module.enclosing_function(call.id) else { return };
        let outermost = module.enclosing_functions(call.id).last().unwrap_or(around);
        let class = module.enclosing_class(call.id);
        if !self.called.insert((at, class)) {
            return;
        }
        let mut found: Vec<(ModuleId, FunctionId)> = Vec::new();
        for (function, _) in module.functions() {
            if function == around || function == outermost || module.enclosing_class(function) != class {
                continue;
            }
            if !puts_aside(module, function) {
                continue;
            }
            for (caller, id) in self.reading.program.uses_of(at, function) {
                let Some(code) = self.reading.program.module(caller) else { continue };
                let Some(registers) = code.call(id) else { continue };
                let given = registers.arguments.iter().flat_map(|argument| self.reading.functions(caller, *argument));
                found.extend(given.take(MOST));
            }
        }
        let state = State { depth: state.depth + 1, ..state.clone() };
        for (of, function) in found.into_iter().take(MOST) {
            self.function(of, function, &state);
        }
    }
}

/// Whether a function puts one of its parameters into a list: `this.hooks.push(hook)`, `hooks.add({ name, hook })`.
fn puts_aside(module: &Module, function: FunctionId) -> bool {
    let parameters: Vec<_> = module.function(function).params.iter().filter_map(|param| param.binding()).collect();
    if parameters.is_empty() {
        return false;
    }
    let given = |expr: ExprId| {
        module.exprs_in(expr).any(
            |(_, part)| matches!(part, Expr::Identifier { binding: Some(binding), .. } if parameters.contains(binding)),
        )
    };
    let puts = |call: Call<'_>| {
        let Expr::Member { property, .. } = module.expr(call.callee) else { return false };
        matches!(module.name(*property), "push" | "add" | "set" | "unshift")
            && call.arguments.iter().any(|argument| given(*argument))
    };
    module.calls_in(function).any(puts)
}
