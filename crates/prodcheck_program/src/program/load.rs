//! Which code runs when a program is started, and which waits for somebody to call it.

use super::{ModuleId, Program};
use prodcheck_formats::javascript::{FunctionId, Module, Node};
use std::collections::HashMap;

/// What was found out about functions so far.
#[derive(Debug, Default)]
pub struct Started {
    functions: HashMap<(ModuleId, FunctionId), bool>,
}

impl Program<'_> {
    /// Whether code at a node runs once the entry points are loaded: at the top of its module, or in functions that are
    /// called from there, handed over there as callbacks, or are methods of objects that are made and used there.
    pub fn runs_on_load(&self, at: ModuleId, node: impl Into<Node>, known: &mut Started) -> bool {
        let Some(module) = self.module(at) else { return false };
        match module.enclosing_function(node) {
            None => true,
            Some(function) => self.is_called_on_load(at, module, function, known),
        }
    }

    fn is_called_on_load(&self, at: ModuleId, module: &Module, function: FunctionId, known: &mut Started) -> bool {
        if let Some(known) = known.functions.get(&(at, function)) {
            return *known;
        }
        // What is only called by itself is not called.
        known.functions.insert((at, function), false);
        let called = self.enter(|| {
            self.is_handed_over(at, module, function, known)
                || self.uses_of(at, function).iter().any(|(caller, call)| self.runs_on_load(*caller, *call, known))
        });
        let called = called.unwrap_or(false);
        known.functions.insert((at, function), called);
        called
    }

    /// Whether the function stands among the arguments of a call that runs, or is called where it stands.
    fn is_handed_over(&self, at: ModuleId, module: &Module, function: FunctionId, known: &mut Started) -> bool {
        let Node::Expr(own) = module.function(function).parent else { return false };
        let Some(Node::Expr(outer)) = module.parent(own) else { return false };
        module.call(outer).is_some() && self.runs_on_load(at, outer, known)
    }
}
