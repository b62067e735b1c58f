//! The tree of one module: what its text says, with every name resolved to what it is bound to in the module.
//!
//! Nodes lie in lists and are named by small ids. A module is a plain value: it can be cloned, cached and sent to
//! another thread, and knows nothing of the parser that it comes from.

mod children;
mod declaration;
mod expression;
mod ids;
mod linkage;
mod module;
mod names;
mod navigate;
mod path;
mod statement;

pub use declaration::{
    Access, ArrayPattern, Assignment, Binding, BindingKind, Body, Class, ClassMember, Function, FunctionKind,
    MemberKind, ObjectPattern, Origin, Param, Path, Pattern, PatternElement, PatternEntry, Reference, Scope, ScopeKind,
    Step, TypeName,
};
pub use expression::{
    AssignOperator, BinaryOperator, Expr, Jsx, JsxAttribute, JsxName, Key, LogicalOperator, Property, PropertyKind,
    Template, TemplateText, UnaryOperator,
};
pub use ids::{BindingId, ClassId, ExprId, FunctionId, ImportId, Name, Node, ScopeId, StmtId, TypeId};
pub use linkage::{Comment, Export, ExportName, Exported, Import, Imported, Linkage, Request, RequestKind};
pub use module::Module;
pub use navigate::Call;
pub use path::{MemberPath, PathRoot};
pub use statement::{Case, Declarator, ForLeft, Namespace, Stmt, Try, VariableKind};

pub(super) use module::{Arena, ExprNode, Grouped, StmtNode};
pub(super) use names::Names;
