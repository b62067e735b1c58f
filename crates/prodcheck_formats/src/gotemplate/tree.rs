//! The tree of a Go template: text, actions, blocks, pipelines and their operands.

use prodcheck_source::{Span, Spanned};

/// One template file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Template {
    /// What stands outside of every `define`.
    pub body: Vec<Part>,
    /// The named templates (`define`, `block`), also those that stand inside of other blocks.
    pub definitions: Vec<Definition>,
}

/// A named template.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Its name and where it stands, with quotes.
    pub name: Spanned<String>,
    /// What it renders.
    pub body: Vec<Part>,
}

/// A piece of a template in the order of the text.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Literal text, after trim markers (`{{-`, `-}}`) took their white space.
    Text(Span),
    /// `{{ pipeline }}`; assignments print nothing.
    Action {
        /// From `{{` to `}}`.
        span: Span,
        /// What it gives.
        pipeline: Pipeline,
    },
    /// `if`, with its `else if`s nested in `otherwise`.
    If(Branch),
    /// `with`, with its `else with`s nested in `otherwise`.
    With(Branch),
    /// `range`.
    Range(Branch),
    /// `{{ template "name" pipeline }}`, also what a `block` renders.
    Call {
        /// From `{{` to `}}`.
        span: Span,
        /// The named template.
        name: Spanned<String>,
        /// What becomes its dot; nothing without it.
        argument: Option<Pipeline>,
    },
    /// `{{ break }}`.
    Break(Span),
    /// `{{ continue }}`.
    Continue(Span),
    /// An action that could not be read; a note says why.
    Broken(Span),
}

/// A block with a condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// The opening action, from `{{` to `}}`.
    pub span: Span,
    /// What decides.
    pub pipeline: Pipeline,
    /// What is rendered where the pipeline's value is not empty.
    pub body: Vec<Part>,
    /// `else`.
    pub otherwise: Vec<Part>,
}

/// Commands joined by `|`, and the variables that take the value.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    /// Names with their `$`: one, or in `range $key, $value :=` two.
    pub variables: Vec<String>,
    /// It declares (`:=`) rather than assigns (`=`).
    pub declares: bool,
    /// At least one; each gets the value of the one before as its last argument.
    pub commands: Vec<Command>,
    /// All of it.
    pub span: Span,
}

/// An operand, or a function and its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Command {
    /// At least one.
    pub operands: Vec<Operand>,
    /// All of it.
    pub span: Span,
}

/// A value and the fields taken of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand {
    /// What it starts from.
    pub base: Base,
    /// `.a.b` after it.
    pub fields: Vec<String>,
    /// All of it.
    pub span: Span,
}

/// What an operand starts from.
#[derive(Debug, Clone, PartialEq)]
pub enum Base {
    /// `.`
    Dot,
    /// `$` or `$name`, with its `$`.
    Variable(String),
    /// The name of a function.
    Function(String),
    /// Text in quotes or backticks, unescaped.
    Text(String),
    /// A whole number, also of a character constant.
    Integer(i64),
    /// A number with a fraction or exponent.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// `nil`.
    Nil,
    /// A pipeline in parentheses.
    Group(Box<Pipeline>),
}
