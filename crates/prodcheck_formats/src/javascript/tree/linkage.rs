//! What a module takes from others and gives to others, whichever syntax it uses for that.

use super::ids::{BindingId, ExprId, Name};
use prodcheck_source::{Span, Spanned};

/// A row of the table of imports.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// What the import is bound to; `None` where only the other module's effects are wanted.
    pub local: Option<BindingId>,
    /// The other module as written, and where.
    pub source: Spanned<Name>,
    /// What is taken.
    pub imported: Imported,
    /// Whether it is gone once types are erased: `import type`.
    pub type_only: bool,
    /// How it is written.
    pub syntax: Linkage,
    /// Where the declaration, or the specifier in it, stands.
    pub span: Span,
}

/// What is taken from another module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imported {
    /// Nothing but its effects.
    Nothing,
    /// Its default export.
    Default,
    /// All of it: `import * as`, and what `require` returns (`module.exports`).
    Namespace,
    /// An export by its name.
    Name(Name),
}

/// How a link between modules is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linkage {
    /// `import` and `export` declarations.
    Static,
    /// `require`, `module.exports`, TypeScript's `import x = require()` and `export =`.
    CommonJs,
    /// `import()`, awaited.
    Dynamic,
}

/// A row of the table of exports.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// Under which name.
    pub name: ExportName,
    /// What is exported.
    pub exported: Exported,
    /// Whether it is gone once types are erased: `export type { … }`.
    pub type_only: bool,
    /// How it is written.
    pub syntax: Linkage,
    /// In CommonJS the assignment or call that exports it.
    pub by: Option<ExprId>,
    /// Where the declaration, the specifier in it, or the name that is assigned to stands.
    pub span: Span,
}

/// The name of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportName {
    /// A name.
    Name(Name),
    /// `default`, also as `exports.default`.
    Default,
    /// All that the other module exports but its default: `export * from`.
    Star,
    /// The module as a whole: `module.exports =`, `export =`.
    Whole,
}

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exported {
    /// Something that the module binds; an imported name as well.
    Binding(BindingId),
    /// The value of an expression.
    Expr(ExprId),
    /// Something of another module.
    From {
        /// The other module as written, and where.
        source: Spanned<Name>,
        /// What of it; [`Imported::Namespace`] for all of it.
        imported: Imported,
    },
}

/// A call that loads another module, wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Request {
    /// The call.
    pub expr: ExprId,
    /// Which kind of call.
    pub kind: RequestKind,
    /// The other module, where the text says it, and where it says so; `None` where it is computed.
    pub specifier: Option<Spanned<Name>>,
}

/// A kind of call that loads another module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// `require(…)`.
    Require,
    /// `require.resolve(…)`, `import.meta.resolve(…)`: names a module and loads nothing.
    Resolve,
    /// `import(…)`.
    Import,
}

/// A comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands, with its `//` or `/*` and `*/`.
    pub span: Span,
    /// Whether it is `/* … */`.
    pub is_block: bool,
}
