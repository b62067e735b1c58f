//! Expressions. What only TypeScript or the writer needs (`as`, `!`, `satisfies`, type arguments, parentheses) is gone.

use super::declaration::Pattern;
use super::ids::{BindingId, ClassId, ExprId, FunctionId, Name};
use prodcheck_source::Span;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// Something that could not be read.
    Unknown,
    /// A hole in an array: the middle of `[a, , b]`.
    Hole,
    /// A string, unescaped; also the text between JSX tags.
    String(Name),
    /// A number.
    Number(f64),
    /// An integer of any size, spelled without its `n`.
    BigInt(Name),
    /// A truth value.
    Bool(bool),
    /// `null`.
    Null,
    /// A regular expression.
    Regex {
        /// Between the slashes.
        pattern: Name,
        /// After the slashes.
        flags: Name,
    },
    /// A template literal.
    Template(Box<Template>),
    /// A tagged template.
    TaggedTemplate {
        /// The tag.
        tag: ExprId,
        /// The template: an [`Expr::Template`].
        template: ExprId,
    },
    /// A name that is read or written.
    Identifier {
        /// Its text.
        name: Name,
        /// What it is bound to in this module; `None` for a global.
        binding: Option<BindingId>,
    },
    /// `this`.
    This,
    /// `super`, the callee of a call or the object of a member.
    Super,
    /// `import.meta`.
    ImportMeta,
    /// `new.target`.
    NewTarget,
    /// `object.property`, `object?.property`, `object['property']`, `object.#property`.
    Member {
        /// Left of the dot.
        object: ExprId,
        /// Right of the dot; private names keep their `#`.
        property: Name,
        /// Where the property's name stands, quotes included.
        property_span: Span,
        /// Whether it is `?.`.
        optional: bool,
    },
    /// `object[index]` with an index that is no literal text.
    Index {
        /// Before the bracket.
        object: ExprId,
        /// Inside the brackets.
        index: ExprId,
        /// Whether it is `?.[`.
        optional: bool,
    },
    /// A call.
    Call {
        /// What is called; [`Expr::Super`] in a constructor's `super(…)`.
        callee: ExprId,
        /// The arguments; spread ones are [`Expr::Spread`].
        arguments: Box<[ExprId]>,
        /// Whether it is `?.(`.
        optional: bool,
    },
    /// `new callee(arguments)`.
    New {
        /// The constructor.
        callee: ExprId,
        /// The arguments; none where the parentheses are left out.
        arguments: Box<[ExprId]>,
    },
    /// `import(specifier, options)`.
    DynamicImport {
        /// The specifier and the options.
        arguments: Box<[ExprId]>,
    },
    /// An array; spread elements are [`Expr::Spread`].
    Array(Box<[ExprId]>),
    /// An object.
    Object(Box<[Property]>),
    /// A function or arrow function.
    Function(FunctionId),
    /// A class.
    Class(ClassId),
    /// An assignment to a name or a member.
    Assign {
        /// The operator.
        operator: AssignOperator,
        /// An [`Expr::Identifier`], [`Expr::Member`] or [`Expr::Index`].
        target: ExprId,
        /// The right side.
        value: ExprId,
    },
    /// An assignment that takes its value apart: `({ a } = value)`.
    AssignPattern {
        /// Where the parts go.
        pattern: Box<Pattern>,
        /// The right side.
        value: ExprId,
    },
    /// An operator with two sides that are both evaluated.
    Binary {
        /// The operator.
        operator: BinaryOperator,
        /// The left side.
        left: ExprId,
        /// The right side.
        right: ExprId,
    },
    /// `&&`, `||` and `??`.
    Logical {
        /// The operator.
        operator: LogicalOperator,
        /// The left side.
        left: ExprId,
        /// The right side.
        right: ExprId,
    },
    /// An operator with one side.
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// What it works on.
        operand: ExprId,
    },
    /// `++` and `--`.
    Update {
        /// Whether it counts up.
        increment: bool,
        /// Whether the operator stands before the operand.
        prefix: bool,
        /// What is counted.
        target: ExprId,
    },
    /// `test ? then : otherwise`.
    Conditional {
        /// The condition.
        test: ExprId,
        /// The value where it holds.
        then: ExprId,
        /// The value where it does not.
        otherwise: ExprId,
    },
    /// `await operand`.
    Await(ExprId),
    /// `yield` and `yield*`.
    Yield {
        /// What is yielded.
        argument: Option<ExprId>,
        /// Whether it is `yield*`.
        delegate: bool,
    },
    /// `...operand` in arguments, arrays and JSX children.
    Spread(ExprId),
    /// `a, b, c`.
    Sequence(Box<[ExprId]>),
    /// A JSX element or fragment.
    Jsx(Box<Jsx>),
}

/// A template literal: one more text than expressions.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// The texts around the expressions.
    pub texts: Box<[TemplateText]>,
    /// The expressions.
    pub exprs: Box<[ExprId]>,
}

/// A text of a template literal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TemplateText {
    /// The text, unescaped; as written where an escape is invalid.
    pub text: Name,
    /// Where it stands.
    pub span: Span,
}

/// A part of an object literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Property {
    /// A key with its value.
    Entry {
        /// The key.
        key: Key,
        /// Where the key stands: quotes or brackets included.
        key_span: Span,
        /// The value; of a method or accessor an [`Expr::Function`], of a shorthand an [`Expr::Identifier`].
        value: ExprId,
        /// How it is written.
        kind: PropertyKind,
    },
    /// `...operand`: the operand.
    Spread(ExprId),
}

/// How an entry of an object literal is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyKind {
    /// `key: value`.
    Value,
    /// `key`.
    Shorthand,
    /// `key() {}`.
    Method,
    /// `get key() {}`.
    Getter,
    /// `set key(value) {}`.
    Setter,
}

/// A key in an object, a pattern or a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A key known from the text: `key`, `'key'`, `['key']`, `1`, `#key`.
    Name(Name),
    /// `[expr]`.
    Computed(ExprId),
}

/// A JSX element or fragment.
#[derive(Debug, Clone, PartialEq)]
pub struct Jsx {
    /// What it is.
    pub element: JsxName,
    /// The attributes.
    pub attributes: Box<[JsxAttribute]>,
    /// The children; texts of nothing but white space are left out.
    pub children: Box<[ExprId]>,
}

/// What a JSX element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsxName {
    /// `<>`.
    Fragment,
    /// A lower-case or namespaced tag: `<div>`, `<svg:path>`.
    Tag(Name),
    /// A component: an identifier or a member.
    Component(ExprId),
}

/// A part of a JSX tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsxAttribute {
    /// `name={value}`, `name="value"`, `name`.
    Attribute {
        /// The name; namespaced ones as written, `a:b`.
        name: Name,
        /// Where the name stands.
        name_span: Span,
        /// The value; `None` where there is none, which means `true`.
        value: Option<ExprId>,
    },
    /// `{...operand}`: the operand.
    Spread(ExprId),
}

/// An operator of an assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignOperator {
    /// `=`.
    Assign,
    /// `+=`.
    Add,
    /// `||=`.
    Or,
    /// `&&=`.
    And,
    /// `??=`.
    Nullish,
    /// One of the other arithmetic or bitwise ones.
    Arithmetic,
}

/// An operator with two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // each is its own sign
pub enum BinaryOperator {
    Equal,
    NotEqual,
    StrictEqual,
    StrictNotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    ShiftLeft,
    ShiftRight,
    ShiftRightUnsigned,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    BitOr,
    BitXor,
    BitAnd,
    In,
    InstanceOf,
}

/// An operator that may leave its right side alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogicalOperator {
    /// `&&`.
    And,
    /// `||`.
    Or,
    /// `??`.
    Nullish,
}

/// An operator with one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // each is its own sign
pub enum UnaryOperator {
    Minus,
    Plus,
    Not,
    BitNot,
    TypeOf,
    Void,
    Delete,
}
