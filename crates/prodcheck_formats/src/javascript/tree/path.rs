//! Dotted names: `process.env.PORT`, `this.server.close`, `app.listen`.

use super::expression::Expr;
use super::ids::{BindingId, ExprId, Name};
use super::module::Module;

/// A chain of static members, and what it begins with.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberPath {
    /// What it begins with.
    pub root: PathRoot,
    /// The members after that, in the order of the text.
    pub members: Vec<Name>,
}

/// What a chain of members begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathRoot {
    /// A global.
    Global(Name),
    /// Something that the module binds.
    Binding(BindingId),
    /// `this`.
    This,
    /// `import.meta`.
    ImportMeta,
    /// Any other expression: a call, a literal.
    Expr(ExprId),
}

impl Module {
    /// An expression as a chain of static members, of any length, also of none.
    pub fn member_path(&self, expr: ExprId) -> MemberPath {
        let mut members = Vec::new();
        let mut at = expr;
        while let Expr::Member { object, property, .. } = self.expr(at) {
            members.push(*property);
            at = *object;
        }
        members.reverse();
        let root = match self.expr(at) {
            Expr::Identifier { name, binding: None } => PathRoot::Global(*name),
            Expr::Identifier { binding: Some(binding), .. } => PathRoot::Binding(*binding),
            Expr::This => PathRoot::This,
            Expr::ImportMeta => PathRoot::ImportMeta,
            _ => PathRoot::Expr(at),
        };
        MemberPath { root, members }
    }

    /// Whether an expression is a chain of members of a global: `is_global(expr, &["process", "env"])`. The same
    /// reached over `globalThis` counts.
    pub fn is_global(&self, expr: ExprId, path: &[&str]) -> bool {
        let Some((root, rest)) = path.split_first() else { return false };
        let mut at = expr;
        for wanted in rest.iter().rev() {
            let Expr::Member { object, property, .. } = self.expr(at) else { return false };
            if self.name(*property) != *wanted {
                return false;
            }
            at = *object;
        }
        self.is_global_name(at, root)
    }

    /// Whether an expression is a global of this name, by itself or as a member of `globalThis`.
    fn is_global_name(&self, expr: ExprId, wanted: &str) -> bool {
        match self.expr(expr) {
            Expr::Identifier { name, binding: None } => self.name(*name) == wanted,
            Expr::Member { object, property, .. } => {
                self.name(*property) == wanted
                    && matches!(self.expr(*object), Expr::Identifier { name, binding: None }
                        if matches!(self.name(*name), "globalThis" | "global"))
            }
            _ => false,
        }
    }

    /// The variable that an expression reads of `process.env`: `process.env.PORT`, `process.env['PORT']`.
    pub fn environment_variable(&self, expr: ExprId) -> Option<&str> {
        match self.expr(expr) {
            Expr::Member { object, property, .. } if self.is_global(*object, &["process", "env"]) => {
                Some(self.name(*property))
            }
            _ => None,
        }
    }
}
