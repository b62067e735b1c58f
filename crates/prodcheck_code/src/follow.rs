//! All that a function leads to: the calls in it, in the callbacks that it makes, and in the functions of the program
//! that these call, within bounds.

use crate::reading::Reading;
use prodcheck_formats::javascript::{Call, ExprId, FunctionId, Node};
use prodcheck_program::program::{ModuleId, Value};
use std::collections::BTreeSet;
use std::rc::Rc;

/// How many functions one question looks into.
const MOST_FUNCTIONS: usize = 200;

/// How deep calls of calls are followed.
const DEEPEST: u32 = 8;

/// A call that something leads to.
#[derive(Debug, Clone)]
pub struct Led {
    /// The module.
    pub at: ModuleId,
    /// The call.
    pub id: ExprId,
    /// What is called, as far as it is known.
    pub callee: Rc<[Value]>,
    /// How many functions lie between: 0 for what stands in the function itself or in a callback inside it.
    pub depth: u32,
}

/// What following gave.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    /// The calls, each once, in the order in which they are met: those of the function itself first.
    pub calls: Vec<Led>,
    /// Every function that was looked into.
    pub functions: Vec<(ModuleId, FunctionId)>,
    /// Whether something was left out because it leads too far.
    pub cut: bool,
}

impl Reading<'_> {
    /// All that a function leads to in production; callbacks inside it count as called.
    pub fn trail(&self, at: ModuleId, function: FunctionId) -> Trail {
        self.trail_of(at, Node::Function(function))
    }

    /// All that the code of a node (a function, a statement, a module) leads to in production.
    pub fn trail_of(&self, at: ModuleId, node: impl Into<Node>) -> Trail {
        let mut trail = Trail::default();
        let mut seen: BTreeSet<(ModuleId, FunctionId)> = BTreeSet::new();
        let mut open: Vec<(ModuleId, Node, u32)> = vec![(at, node.into(), 0)];
        let mut next = 0;
        while let Some((at, node, depth)) = open.get(next).copied() {
            next += 1;
            let Some(module) = self.program.module(at) else { continue };
            if let Node::Function(function) = node {
                if !seen.insert((at, function)) {
                    continue;
                }
                trail.functions.push((at, function));
            }
            for call in module.calls_in(node) {
                if !self.reach(at, call.id).is_reached() {
                    continue;
                }
                let callee = self.program.values(at, call.callee);
                let into = self.called(at, &call, &callee);
                trail.calls.push(Led { at, id: call.id, callee, depth });
                if depth >= DEEPEST || open.len() + into.len() > MOST_FUNCTIONS {
                    trail.cut |= !into.is_empty();
                    continue;
                }
                open.extend(into.into_iter().map(|(at, function)| (at, Node::Function(function), depth + 1)));
            }
        }
        trail
    }

    /// The functions of the program that a call runs: what it calls, and functions that it is given by name.
    fn called(&self, at: ModuleId, call: &Call<'_>, callee: &[Value]) -> Vec<(ModuleId, FunctionId)> {
        let Some(module) = self.program.module(at) else { return Vec::new() };
        let mut found = Vec::new();
        for value in callee {
            match value {
                Value::Function(of, function) => found.push((*of, *function)),
                Value::Class(of, class) if call.is_new => {
                    found.extend(
                        self.program.module(*of).and_then(|of| of.method(*class, "constructor")).map(|f| (*of, f)),
                    );
                }
                _ => {}
            }
        }
        for argument in call.arguments {
            // An inline callback lies inside the node already.
            if module.as_function(*argument).is_none() {
                found.extend(self.functions(at, *argument));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::in_memory::ask;

    #[test]
    fn calls_of_calls_across_modules() {
        let files = [
            ("a.ts", "import { shutdown } from './b'; process.on('SIGTERM', () => { log('x'); shutdown() })"),
            (
                "b.ts",
                "export async function shutdown() { server.close(() => process.exit(0)); if (process.env.NODE_ENV === 'test') no(); await Promise.all(jobs.map(stop)) }\nfunction stop(job) { job.cancel(); shutdown() }",
            ),
        ];
        let calls = ask(&files, &[], |reading| {
            let site = reading
                .calls_of("process")
                .find(|site| reading.place_of(site).path.as_str() == "a.ts")
                .expect("process.on");
            let (_, call) = reading.call(site).expect("a call");
            let (at, function) = reading.functions(site.at, call.arguments[1])[0];
            let trail = reading.trail(at, function);
            assert!(!trail.cut);
            let shown = trail.calls.iter().map(|led| {
                let (path, module) =
                    (reading.program.path(led.at).expect("a file"), reading.program.module(led.at).expect("a module"));
                let (_, text) = files.iter().find(|(name, _)| *name == path.as_str()).expect("a file");
                let text = &text[module.span(led.id).range()];
                text.split('(').next().expect("a callee").to_owned()
            });
            shown.collect::<Vec<_>>()
        });
        assert_eq!(
            calls,
            ["log", "shutdown", "server.close", "process.exit", "Promise.all", "jobs.map", "job.cancel", "shutdown"]
        );
    }
}
