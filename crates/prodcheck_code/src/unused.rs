//! Functions that nothing in the program names: what stands in them is there and never done.

use crate::Reading;
use prodcheck_formats::javascript::{BindingId, Exported, FunctionId, Module, Node, Pattern, Stmt};
use prodcheck_program::Resolution;
use prodcheck_program::program::ModuleId;

impl Reading<'_> {
    /// Whether a node lies in a function at the top of a module that others load, and none of them, nor the module
    /// itself, names that function. What frameworks call by its name lies in modules that nobody else loads.
    pub fn is_unused(&self, at: ModuleId, node: impl Into<Node>) -> bool {
        let Some(module) = self.program.module(at) else { return false };
        let Some(outermost) = module.enclosing_functions(node).last() else { return false };
        let Some(binding) = bound_to(module, outermost) else { return false };
        let by_name = module.exports().iter().all(|export| {
            export.exported != Exported::Binding(binding)
                || matches!(export.name, prodcheck_formats::javascript::ExportName::Name(name)
                    if name == module.binding(binding).name)
        });
        if !module.references(binding).is_empty() || !by_name {
            return false;
        }
        let name = module.name(module.binding(binding).name);
        let path = self.program.path(at);
        let mut loaded = false;
        for (other, _, code) in self.program.modules().filter(|(other, ..)| *other != at) {
            if code.find_name(name).is_some() {
                return false;
            }
            loaded |= self.program.links(other).iter().any(|link| match &link.to {
                Resolution::File(to) => Some(to) == path && !link.type_only,
                _ => false,
            });
        }
        loaded
    }
}

/// The name that a function at the top of a module is bound to.
fn bound_to(module: &Module, function: FunctionId) -> Option<BindingId> {
    let found = module.function(function);
    if let Some(binding) = found.binding {
        return Some(binding);
    }
    let Node::Expr(own) = found.parent else { return None };
    let Some(Node::Stmt(stmt)) = module.parent(own) else { return None };
    let Stmt::Variables { declarations, .. } = module.stmt(stmt) else { return None };
    declarations.iter().find(|one| one.init == Some(own)).and_then(|one| match one.pattern {
        Pattern::Binding(binding) => Some(binding),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use crate::in_memory::ask;

    #[test]
    fn functions_that_nothing_names() {
        let unused = |entry: &str, tracking: &str| {
            ask(&[("a.ts", entry), ("größe.ts", tracking)], &[], |reading| {
                let path = "größe.ts".into();
                let at = reading.program.id(&path).expect("a module");
                let module = reading.program.module(at).expect("a module");
                let probe = module.calls().last().expect("a call");
                reading.is_unused(at, probe.id)
            })
        };
        assert!(unused("import './größe'", "export function start() { probe() }"));
        assert!(unused(
            "import { other } from './größe'; other()",
            "export const other = 1; export const start = () => { probe() }"
        ));
        assert!(!unused("import { start } from './größe'; start()", "export function start() { probe() }"));
        assert!(!unused("import * as g from './größe'; g.start()", "export function start() { probe() }"));
        assert!(!unused("import go from './größe'; go()", "export default function start() { probe() }"));
        assert!(!unused("import './größe'", "function start() { probe() } setTimeout(start)"));
        assert!(!unused("import './größe'", "probe()"));
        assert!(!unused("require('./größe').start()", "exports.start = () => { probe() }"));
    }
}
