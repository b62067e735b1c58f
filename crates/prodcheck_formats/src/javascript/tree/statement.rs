//! Statements. Types, interfaces, `declare` and overload signatures are gone.

use super::declaration::Pattern;
use super::ids::{BindingId, ClassId, ExprId, FunctionId, Name, ScopeId, StmtId, TypeId};
use prodcheck_source::Span;

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Stmt {
    /// `;`, `debugger`, and what is erased.
    Empty,
    /// An expression.
    Expr(ExprId),
    /// `const`, `let`, `var` and `using`; an enum is a `const` whose value is an object.
    Variables {
        /// The keyword.
        kind: VariableKind,
        /// What is declared; in the head of a `for … of` or `for … in` one without a value.
        declarations: Box<[Declarator]>,
    },
    /// A function declaration.
    Function(FunctionId),
    /// A class declaration.
    Class(ClassId),
    /// A TypeScript namespace that holds values.
    Namespace(Box<Namespace>),
    /// `if`.
    If {
        /// The condition.
        test: ExprId,
        /// The statement where it holds.
        then: StmtId,
        /// The statement where it does not.
        otherwise: Option<StmtId>,
    },
    /// `for (init; test; update)`.
    For {
        /// A [`Stmt::Variables`] or [`Stmt::Expr`].
        init: Option<StmtId>,
        /// The condition.
        test: Option<ExprId>,
        /// What happens after each turn.
        update: Option<ExprId>,
        /// What is repeated.
        body: StmtId,
    },
    /// `for (left in right)`.
    ForIn {
        /// What takes the keys.
        left: ForLeft,
        /// Whose keys.
        right: ExprId,
        /// What is repeated.
        body: StmtId,
    },
    /// `for (left of right)`, `for await (left of right)`.
    ForOf {
        /// What takes the elements.
        left: ForLeft,
        /// Whose elements.
        right: ExprId,
        /// What is repeated.
        body: StmtId,
        /// Whether it is `for await`.
        is_await: bool,
    },
    /// `while`.
    While {
        /// The condition.
        test: ExprId,
        /// What is repeated.
        body: StmtId,
    },
    /// `do … while`.
    DoWhile {
        /// What is repeated.
        body: StmtId,
        /// The condition.
        test: ExprId,
    },
    /// `return`.
    Return(Option<ExprId>),
    /// `throw`.
    Throw(ExprId),
    /// `try`.
    Try(Box<Try>),
    /// `switch`.
    Switch {
        /// What is looked at.
        subject: ExprId,
        /// The cases.
        cases: Box<[Case]>,
    },
    /// `{ … }`.
    Block(Box<[StmtId]>),
    /// `break`, with its label.
    Break(Option<Name>),
    /// `continue`, with its label.
    Continue(Option<Name>),
    /// `label: body`.
    Labelled {
        /// The label.
        label: Name,
        /// What it stands before.
        body: StmtId,
    },
    /// An `import` declaration; what it imports stands in the table of imports.
    Import,
    /// `export { … }`, `export … from`; what it exports stands in the table of exports.
    Export,
    /// `export default expression` and `export = expression`.
    ExportDefault(ExprId),
}

/// The keyword of a variable declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableKind {
    /// `const`; also `using`, `await using` and `enum`.
    Const,
    /// `let`.
    Let,
    /// `var`.
    Var,
}

/// One variable, or one pattern of variables.
#[derive(Debug, Clone, PartialEq)]
pub struct Declarator {
    /// What takes the value.
    pub pattern: Pattern,
    /// The value.
    pub init: Option<ExprId>,
    /// The annotated type.
    pub type_name: Option<TypeId>,
    /// From the pattern to the end of the value.
    pub span: Span,
}

/// What takes the elements or keys in a `for … of` or `for … in`.
#[derive(Debug, Clone, PartialEq)]
pub enum ForLeft {
    /// A [`Stmt::Variables`].
    Declaration(StmtId),
    /// Something that exists already.
    Pattern(Box<Pattern>),
}

/// `try { … } catch (param) { … } finally { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Try {
    /// What is tried: a [`Stmt::Block`].
    pub block: StmtId,
    /// What takes the error.
    pub param: Option<Pattern>,
    /// What happens on an error: a [`Stmt::Block`].
    pub handler: Option<StmtId>,
    /// What happens in the end: a [`Stmt::Block`].
    pub finalizer: Option<StmtId>,
}

/// A case of a `switch`.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The value; `None` for `default`.
    pub test: Option<ExprId>,
    /// The statements.
    pub body: Box<[StmtId]>,
    /// Where it stands.
    pub span: Span,
}

/// A TypeScript namespace that holds values.
#[derive(Debug, Clone, PartialEq)]
pub struct Namespace {
    /// What its name is bound to; `None` for `namespace A.B`'s inner parts that were not declared.
    pub binding: Option<BindingId>,
    /// Its scope.
    pub scope: ScopeId,
    /// The statements in it.
    pub body: Box<[StmtId]>,
    /// What it exports.
    pub exports: Box<[(Name, BindingId)]>,
}
