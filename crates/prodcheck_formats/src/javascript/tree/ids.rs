//! The ids by which nodes of one module are named: small numbers, of use only with the module that gave them out.

use std::num::NonZeroU32;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(NonZeroU32);

        impl $name {
            pub(crate) fn from_index(index: usize) -> Self {
                Self(NonZeroU32::MIN.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)))
            }

            /// Its place in the module's list, 0-based.
            pub fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }
    )*};
}

ids! {
    /// A text of the module: an identifier, a key, or the value of a string.
    Name,
    /// An expression. Ids count up in pre-order, so that the expressions inside another one follow it without a gap.
    ExprId,
    /// A statement. Ids count up in pre-order, as those of expressions do.
    StmtId,
    /// A function, method, accessor, constructor or static block.
    FunctionId,
    /// A class.
    ClassId,
    /// Something that a scope declares.
    BindingId,
    /// A scope.
    ScopeId,
    /// The name of a type in an annotation.
    TypeId,
    /// A row of the table of imports.
    ImportId,
}

/// Any node of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Node {
    /// The module as a whole.
    Module,
    /// An expression.
    Expr(ExprId),
    /// A statement.
    Stmt(StmtId),
    /// A function.
    Function(FunctionId),
    /// A class.
    Class(ClassId),
}

impl From<ExprId> for Node {
    fn from(id: ExprId) -> Self {
        Self::Expr(id)
    }
}

impl From<StmtId> for Node {
    fn from(id: StmtId) -> Self {
        Self::Stmt(id)
    }
}

impl From<FunctionId> for Node {
    fn from(id: FunctionId) -> Self {
        Self::Function(id)
    }
}

impl From<ClassId> for Node {
    fn from(id: ClassId) -> Self {
        Self::Class(id)
    }
}
