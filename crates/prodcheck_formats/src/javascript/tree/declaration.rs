//! What declares names: functions, classes, patterns, and the bindings and scopes they make.

use super::expression::Key;
use super::ids::{BindingId, ClassId, ExprId, FunctionId, ImportId, Name, Node, ScopeId, StmtId, TypeId};
use prodcheck_source::{Span, Spanned};
use std::ops::Range;

/// A function, method, accessor, constructor or static block.
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    /// Where it stands, to the end of its body; a method with its name and modifiers.
    pub span: Span,
    /// What it is.
    pub kind: FunctionKind,
    /// Its own name, where it is written with one; a method's name stands at the member.
    pub name: Option<Spanned<Name>>,
    /// What its own name is bound to.
    pub binding: Option<BindingId>,
    /// Whether it is `async`.
    pub is_async: bool,
    /// Whether it is a generator.
    pub is_generator: bool,
    /// The parameters.
    pub params: Box<[Param]>,
    /// The body.
    pub body: Body,
    /// The annotated type of what it returns.
    pub return_type: Option<TypeId>,
    /// The scope of its parameters and body.
    pub scope: ScopeId,
    /// What it belongs to: the expression, the statement, or the class.
    pub parent: Node,
    /// The function around it.
    pub outer: Option<FunctionId>,
    pub(crate) exprs: Range<u32>,
    pub(crate) stmts: Range<u32>,
}

/// What a function is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    /// `function name() {}` as a statement, also as a default export.
    Declaration,
    /// `function () {}` as an expression.
    Expression,
    /// `() => …`.
    Arrow,
    /// A method of an object or a class.
    Method,
    /// `get`.
    Getter,
    /// `set`.
    Setter,
    /// `constructor`.
    Constructor,
    /// `static { … }` in a class.
    StaticBlock,
}

/// A function's body.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// `{ … }`.
    Block(Box<[StmtId]>),
    /// An arrow function's value.
    Expr(ExprId),
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// What takes the argument.
    pub pattern: Pattern,
    /// The value where the argument is left out.
    pub default: Option<ExprId>,
    /// Where it stands, from its decorators to its default.
    pub span: Span,
    /// Whether it is `...rest`.
    pub is_rest: bool,
    /// The annotated type.
    pub type_name: Option<TypeId>,
    /// The expressions of its decorators, without `@`.
    pub decorators: Box<[ExprId]>,
    /// Whether it is also a field of its class: `constructor(private readonly service: Service)`.
    pub is_field: bool,
}

impl Param {
    /// What the parameter's name is bound to, where it is a plain name.
    pub fn binding(&self) -> Option<BindingId> {
        match self.pattern {
            Pattern::Binding(id) => Some(id),
            _ => None,
        }
    }
}

/// A class.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Where it stands, without its decorators.
    pub span: Span,
    /// Its name.
    pub name: Option<Spanned<Name>>,
    /// What its name is bound to.
    pub binding: Option<BindingId>,
    /// The class it extends.
    pub extends: Option<ExprId>,
    /// The interfaces it implements.
    pub implements: Box<[TypeId]>,
    /// The expressions of its decorators, without `@`.
    pub decorators: Box<[ExprId]>,
    /// Its members in the order of the text; a parameter that is a field follows the constructor.
    pub members: Box<[ClassMember]>,
    /// Whether it is abstract.
    pub is_abstract: bool,
    /// What it belongs to: the expression or the statement.
    pub parent: Node,
    /// The function around it.
    pub outer: Option<FunctionId>,
    pub(crate) exprs: Range<u32>,
    pub(crate) stmts: Range<u32>,
}

/// A member of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassMember {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: MemberKind,
    /// Its name; `constructor` for a constructor, the empty name for a static block.
    pub key: Key,
    /// Where its name stands.
    pub key_span: Span,
    /// Whether it is `static`.
    pub is_static: bool,
    /// The code of a method, accessor, constructor or static block.
    pub function: Option<FunctionId>,
    /// A field's value.
    pub value: Option<ExprId>,
    /// A field's annotated type.
    pub type_name: Option<TypeId>,
    /// The expressions of its decorators, without `@`.
    pub decorators: Box<[ExprId]>,
    /// For a field that is a parameter of the constructor: which one, counted from 0.
    pub parameter: Option<u32>,
}

/// What a member of a class is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // each is its own word
pub enum MemberKind {
    Constructor,
    Method,
    Getter,
    Setter,
    Field,
    StaticBlock,
}

/// What takes a value, and perhaps takes it apart.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// Something that could not be read.
    Unknown,
    /// A name that is declared here.
    Binding(BindingId),
    /// Something that exists already: an identifier or a member.
    Target(ExprId),
    /// `{ a, b: c = 1, ...rest }`.
    Object(Box<ObjectPattern>),
    /// `[a, , b = 1, ...rest]`.
    Array(Box<ArrayPattern>),
}

/// `{ a, b: c = 1, ...rest }`.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectPattern {
    /// Where it stands.
    pub span: Span,
    /// The properties that are taken.
    pub entries: Box<[PatternEntry]>,
    /// What takes the rest.
    pub rest: Option<Pattern>,
}

/// `[a, , b = 1, ...rest]`.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrayPattern {
    /// Where it stands.
    pub span: Span,
    /// The elements that are taken; `None` for a hole.
    pub elements: Box<[Option<PatternElement>]>,
    /// What takes the rest.
    pub rest: Option<Pattern>,
}

/// A property taken by a pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternEntry {
    /// Which one.
    pub key: Key,
    /// Where the key stands.
    pub key_span: Span,
    /// What takes it.
    pub pattern: Pattern,
    /// The value where it is `undefined`.
    pub default: Option<ExprId>,
}

/// An element taken by a pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternElement {
    /// What takes it.
    pub pattern: Pattern,
    /// The value where it is `undefined`.
    pub default: Option<ExprId>,
}

/// Something that a scope declares.
#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    /// Its name.
    pub name: Name,
    /// What declares it.
    pub kind: BindingKind,
    /// Where the name stands in its first declaration.
    pub span: Span,
    /// The scope that declares it.
    pub scope: ScopeId,
    /// Where its value comes from at its declaration.
    pub origin: Origin,
    /// The value where what it takes is `undefined`: a parameter's default, or the innermost one of a pattern.
    pub default: Option<ExprId>,
    /// The annotated type, where the name is annotated itself.
    pub type_name: Option<TypeId>,
    /// The row of the table of imports that fills it, of `import` and of `require` alike.
    pub import: Option<ImportId>,
}

/// What declares a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // each is its own word
pub enum BindingKind {
    Import,
    Const,
    Let,
    Var,
    Function,
    Class,
    Param,
    Catch,
    Enum,
    Namespace,
    /// An interface or a type alias: of no value.
    Type,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// Nowhere yet: `let x;`, or an update such as `x++`.
    None,
    /// From an expression, along a path.
    Value {
        /// The expression.
        expr: ExprId,
        /// The way from its value to this one.
        path: Path,
    },
    /// An element of an iterated expression (`for … of`), along a path.
    Element {
        /// What is iterated.
        of: ExprId,
        /// The way from the element to this value.
        path: Path,
    },
    /// A key of an object (`for … in`).
    KeyOf {
        /// Whose keys.
        of: ExprId,
    },
    /// An argument, along a path. A rest parameter's path begins with [`Step::RestElements`].
    Parameter {
        /// The function.
        function: FunctionId,
        /// Which parameter, counted from 0.
        index: u32,
        /// The way from the argument to this value.
        path: Path,
    },
    /// What a `try` statement caught, along a path.
    Caught {
        /// The `try` statement.
        statement: StmtId,
        /// The way from the error to this value.
        path: Path,
    },
    /// A function.
    Function(FunctionId),
    /// A class.
    Class(ClassId),
    /// Another module: a row of the table of imports.
    Import(ImportId),
    /// A namespace: a [`super::statement::Stmt::Namespace`].
    Namespace(StmtId),
}

/// The way from a value to a part of it.
pub type Path = Box<[Step]>;

/// A step from a value to a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A property.
    Property(Name),
    /// A property whose name is computed.
    Computed(ExprId),
    /// An element, counted from 0.
    Index(u32),
    /// An object of the properties that the pattern does not take otherwise.
    RestProperties,
    /// An array of the elements from this one on.
    RestElements(u32),
}

impl Step {
    /// The property that the step takes, where it takes one by name.
    pub fn property(self) -> Option<Name> {
        match self {
            Self::Property(name) => Some(name),
            _ => None,
        }
    }
}

/// A use of a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference {
    /// The [`super::expression::Expr::Identifier`].
    pub expr: ExprId,
    /// What it does.
    pub access: Access,
}

/// What a use of a binding does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It reads.
    Read,
    /// It writes.
    Write,
    /// It reads and writes: `x += 1`, `x++`.
    ReadWrite,
}

/// A value given to a binding after, or again at, its declaration.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// The assignment, update, declaration or loop that does it.
    pub by: Node,
    /// Where the value comes from.
    pub origin: Origin,
    /// Whether the value replaces the old one whatever that was (`=`, not `+=` or `||=`).
    pub replaces: bool,
}

/// A scope.
#[derive(Debug, Clone, PartialEq)]
pub struct Scope {
    /// What it is.
    pub kind: ScopeKind,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// The function that it belongs to.
    pub function: Option<FunctionId>,
    /// What it declares.
    pub bindings: Vec<BindingId>,
}

/// What a scope is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// The module's.
    Module,
    /// A function's parameters and body; a static block's.
    Function,
    /// A block's, a loop's, a `switch`'s or a `catch`'s.
    Block,
    /// The one that holds nothing but the own name of a function or class expression.
    Name,
    /// A namespace's or an enum's.
    Namespace,
}

/// The name of a type in an annotation: of `Repository<User>` `Repository`, of `a.b.C | undefined` `a`.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeName {
    /// The first name.
    pub root: Name,
    /// What it is bound to in this module; `None` for a global or built-in one.
    pub binding: Option<BindingId>,
    /// The names after the first: of `a.b.C` `b` and `C`.
    pub members: Box<[Name]>,
    /// The names in angle brackets; those that are no names are left out.
    pub arguments: Box<[TypeId]>,
    /// Where the whole type stands.
    pub span: Span,
}
