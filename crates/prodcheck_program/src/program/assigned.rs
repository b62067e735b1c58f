//! What is assigned to members after an object was made: `this.servers.http = http.createServer()`, `global.app = app`.

use super::values::object_of_this;
use super::{ModuleId, Origin, Outside, Part, Program, Value, extend};
use prodcheck_formats::javascript::{AssignOperator, Expr, ExprId, MemberPath, Module, PathRoot};
use std::collections::HashMap;
use std::rc::Rc;

/// The assignments to members in one module: the member, and the value.
type OfModule = Rc<[(MemberPath, ExprId)]>;

/// The assignments to members, as far as they were looked for.
#[derive(Debug, Default)]
pub(super) struct Assigned {
    modules: HashMap<ModuleId, OfModule>,
    /// Those to members of globals, by the whole name; made on the first question.
    globals: Option<ToGlobals>,
}

/// The assignments to globals and their members, by the whole name.
type ToGlobals = Rc<HashMap<String, Vec<(ModuleId, ExprId)>>>;

impl Program<'_> {
    /// The values that code of the module assigns to a member that is spelled as this one is.
    pub(super) fn assigned_elsewhere(&self, at: ModuleId, module: &Module, expr: ExprId) -> Vec<Value> {
        let mut found = Vec::new();
        for value in self.assigned_values(at, module, expr) {
            extend(&mut found, self.values(at, value).iter().cloned());
        }
        found
    }

    /// The expressions that code of the module assigns to a member that is spelled as this one is.
    pub(super) fn assigned_values(&self, at: ModuleId, module: &Module, expr: ExprId) -> Vec<ExprId> {
        let path = module.member_path(expr);
        if !matches!(path.root, PathRoot::Binding(_) | PathRoot::This) {
            return Vec::new();
        }
        let assigned = self.assigned_in(at, module);
        assigned.iter().filter(|(assigned, _)| *assigned == path).map(|(_, value)| *value).collect()
    }

    /// The expressions that code of the module assigns to a member of an object literal: over `this` in its methods, or
    /// over a name that stands for it.
    pub(super) fn assigned_to_object(&self, at: ModuleId, module: &Module, object: ExprId, name: &str) -> Vec<ExprId> {
        let Some(name) = module.find_name(name) else { return Vec::new() };
        let assigned = self.assigned_in(at, module);
        let of_object = |path: &MemberPath, value: ExprId| match path.root {
            PathRoot::This => object_of_this(module, value) == Some(object),
            PathRoot::Binding(binding) => self.binding(at, binding).contains(&Value::Literal(at, object)),
            _ => false,
        };
        let named = assigned.iter().filter(|(path, _)| path.members == [name]);
        named.filter(|(path, value)| of_object(path, *value)).map(|(_, value)| *value).collect()
    }

    /// Something from outside, and where it is a global or a member of one, what modules assign to that.
    pub(super) fn global(&self, outside: Outside) -> Vec<Value> {
        let mut found = Vec::new();
        if let Origin::Global(root) = &outside.origin {
            let members = outside.way.iter().map(|part| match part {
                Part::Member(name) => Some(name.as_str()),
                _ => None,
            });
            let names: Option<Vec<&str>> = std::iter::once(Some(root.as_str())).chain(members).collect();
            if let Some(names) = names {
                let globals = self.assigned_to_globals();
                for (at, value) in globals.get(&names.join(".")).into_iter().flatten() {
                    extend(&mut found, self.values(*at, *value).iter().cloned());
                }
            }
        }
        found.insert(0, Value::Outside(outside));
        found
    }

    /// The expressions that modules assign to a global or a member of one, by its whole name: `WIKI.config`.
    pub fn assigned_to_global(&self, name: &str) -> Vec<(ModuleId, ExprId)> {
        self.assigned_to_globals().get(name).cloned().unwrap_or_default()
    }

    fn assigned_in(&self, at: ModuleId, module: &Module) -> OfModule {
        if let Some(known) = self.assigned.borrow().modules.get(&at) {
            return known.clone();
        }
        let assignments = module.exprs().filter_map(|(_, expr)| match expr {
            Expr::Assign {
                operator: AssignOperator::Assign | AssignOperator::Nullish | AssignOperator::Or,
                target,
                value,
            } if matches!(module.expr(*target), Expr::Member { .. }) => Some((module.member_path(*target), *value)),
            _ => None,
        });
        let assignments: OfModule = assignments.collect();
        self.assigned.borrow_mut().modules.insert(at, assignments.clone());
        assignments
    }

    fn assigned_to_globals(&self) -> ToGlobals {
        if let Some(known) = &self.assigned.borrow().globals {
            return known.clone();
        }
        let mut globals: HashMap<String, Vec<(ModuleId, ExprId)>> = HashMap::new();
        for (at, _, module) in self.modules() {
            for (path, value) in self.assigned_in(at, module).iter() {
                let of_module = |name| matches!(module.name(name), "module" | "exports");
                if matches!(path.root, PathRoot::Global(name) if !of_module(name)) {
                    globals.entry(global_name(module, path)).or_default().push((at, *value));
                }
            }
        }
        let globals = Rc::new(globals);
        self.assigned.borrow_mut().globals = Some(globals.clone());
        globals
    }
}

/// A member of a global by its whole name; `global` and `globalThis` in front mean nothing.
fn global_name(module: &Module, path: &MemberPath) -> String {
    let root = match path.root {
        PathRoot::Global(name) => module.name(name),
        _ => "",
    };
    let names = std::iter::once(root).chain(path.members.iter().map(|name| module.name(*name)));
    names.skip_while(|name| matches!(*name, "global" | "globalThis")).collect::<Vec<_>>().join(".")
}
