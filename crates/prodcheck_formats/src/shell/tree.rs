//! The tree of a shell script: lists of pipelines of commands, whose words keep their parts.

use prodcheck_source::{Span, Spanned};

/// A whole script or one command line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Script {
    /// All of the text.
    pub span: Span,
    /// What follows `#!` in the first line, trimmed.
    pub shebang: Option<Spanned<String>>,
    /// What it runs; nothing where its `#!` names a program that is no shell.
    pub list: List,
    /// The comments, `#` included and the line end not, in the order of the text.
    pub comments: Vec<Span>,
}

/// Commands that run one after another.
pub type List = Vec<AndOr>;

/// Pipelines joined by `&&` and `||`.
#[derive(Debug, Clone, PartialEq)]
pub struct AndOr {
    /// From the first pipeline to the last.
    pub span: Span,
    /// The first pipeline.
    pub first: Pipeline,
    /// The others, each with what joins it to the one before.
    pub rest: Vec<(Connector, Pipeline)>,
    /// Whether `&` sends it to the background.
    pub background: bool,
}

/// What joins two pipelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Connector {
    /// `&&`: the second runs where the first succeeded.
    And,
    /// `||`: the second runs where the first failed.
    Or,
}

/// Commands joined by `|`; most often a single one.
#[derive(Debug, Clone, PartialEq)]
pub struct Pipeline {
    /// From the first command to the last, `!` included.
    pub span: Span,
    /// Whether `!` turns its result around.
    pub negated: bool,
    /// The commands, never none.
    pub steps: Vec<Step>,
}

/// A command of either kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// A program, builtin or function with its arguments.
    Simple(Command),
    /// A construct that holds further commands.
    Compound(Box<Compound>),
}

impl Step {
    /// Where it stands.
    pub fn span(&self) -> Span {
        match self {
            Step::Simple(command) => command.span,
            Step::Compound(compound) => compound.span,
        }
    }
}

/// A simple command: assignments, words and redirections, of which each can be missing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Command {
    /// From its first to its last piece.
    pub span: Span,
    /// `NAME=value` before the first word.
    pub assignments: Vec<Assignment>,
    /// The program's name and its arguments.
    pub words: Vec<Word>,
    /// Redirections, wherever they stand.
    pub redirections: Vec<Redirection>,
}

/// `NAME=value`, `NAME+=value`, `NAME[index]=value` or `NAME=(value …)`.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// All of it.
    pub span: Span,
    /// The name, without an index.
    pub name: Spanned<String>,
    /// Whether it is appended (`+=`) or goes to one element of an array.
    pub partial: bool,
    /// The value; no parts where nothing follows the `=`.
    pub value: Word,
}

/// A construct that holds further commands.
#[derive(Debug, Clone, PartialEq)]
pub struct Compound {
    /// All of it.
    pub span: Span,
    /// What it is.
    pub kind: CompoundKind,
    /// Redirections after it.
    pub redirections: Vec<Redirection>,
}

/// The kinds of constructs.
#[derive(Debug, Clone, PartialEq)]
pub enum CompoundKind {
    /// `( … )`: runs in a process of its own.
    Subshell(List),
    /// `{ …; }`.
    Group(List),
    /// `if …; then …; elif …; then …; else …; fi`.
    If(If),
    /// `while …; do …; done`, or `until`.
    While {
        /// What is asked before each round.
        condition: List,
        /// What each round runs.
        body: List,
        /// Whether it is `until`.
        until: bool,
    },
    /// `for NAME in …; do …; done`, or bash's `select`.
    For {
        /// The variable.
        variable: Spanned<String>,
        /// What it goes over; `None` where it goes over the arguments.
        words: Option<Vec<Word>>,
        /// What each round runs.
        body: List,
    },
    /// `for ((…; …; …)); do …; done`.
    ForArithmetic {
        /// What stands between the parentheses.
        header: Word,
        /// What each round runs.
        body: List,
    },
    /// `case … in … esac`.
    Case(Case),
    /// `name() { …; }`.
    Function {
        /// The name.
        name: Spanned<String>,
        /// What it runs when it is called.
        body: Step,
    },
    /// `[[ … ]]`: its words and operators, the brackets left out.
    Test(Vec<Word>),
    /// `(( … ))`.
    Arithmetic(Word),
}

/// An `if` with its branches.
#[derive(Debug, Clone, PartialEq)]
pub struct If {
    /// Condition and body of `if` and of each `elif`.
    pub branches: Vec<(List, List)>,
    /// The body of `else`.
    pub otherwise: Option<List>,
}

/// A `case` with its arms.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What the patterns are held against.
    pub subject: Word,
    /// The arms.
    pub arms: Vec<Arm>,
}

/// One arm of a `case`.
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// The patterns; see [`Word::pattern`].
    pub patterns: Vec<Word>,
    /// What it runs.
    pub body: List,
}

/// One word, made of parts that stand without blanks between them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Word {
    /// All of it, quotes included.
    pub span: Span,
    /// The parts; none for `''`. A piece of text is split where its spelling departs from its value.
    pub parts: Vec<Part>,
    /// Whether an unquoted `*`, `?`, `[…]`, `{a,b}` or `@(…)` makes file names or several words of it.
    pub expands: bool,
}

/// A part of a word.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Where it stands, its quotes left out.
    pub span: Span,
    /// The quotes around it.
    pub quote: Quote,
    /// What it is.
    pub kind: PartKind,
}

/// The quotes around a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quote {
    /// None.
    None,
    /// `'…'`, `$'…'`, or a backslash before a character.
    Single,
    /// `"…"`; the text of a here-document whose delimiter is not quoted counts as this.
    Double,
}

/// What a part of a word is.
#[derive(Debug, Clone, PartialEq)]
pub enum PartKind {
    /// Text, unescaped. A leading `~` stays as it is.
    Text {
        /// The text.
        text: String,
        /// Whether the file spells it in the same bytes.
        verbatim: bool,
    },
    /// `$NAME` or `${…}`.
    Parameter(Parameter),
    /// `$(…)`, backticks, `<(…)` or `>(…)`.
    Substitution(List),
    /// `$((…))`.
    Arithmetic(Word),
    /// `${{ … }}` of a workflow or another template language, as spelled, braces included.
    Template(String),
    /// `(…)` as the value of an array.
    Array(Vec<Word>),
}

/// A parameter that is put in.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// A variable's name, a number, or one of `@ * # ? $ ! -`; empty where the spelling makes no sense.
    pub name: String,
    /// What is done to its value.
    pub change: Change,
}

/// What `${NAME…}` does to the value. `or_empty` tells whether an empty value counts as missing (`:-` against `-`).
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// `$NAME`, `${NAME}`.
    None,
    /// `${NAME:-word}`, `${NAME:=word}`: the word where it is missing.
    Default {
        /// The word.
        word: Word,
        /// Whether an empty value counts as missing.
        or_empty: bool,
        /// Whether it is assigned as well (`=`).
        assigned: bool,
    },
    /// `${NAME:+word}`: the word where it is not missing.
    Alternative {
        /// The word.
        word: Word,
        /// Whether an empty value counts as missing.
        or_empty: bool,
    },
    /// `${NAME:?message}`: the script ends where it is missing.
    Required {
        /// The message.
        word: Word,
        /// Whether an empty value counts as missing.
        or_empty: bool,
    },
    /// Anything else: lengths, cuts, replacements, indirection, elements of arrays. The operand is kept for the
    /// commands in it.
    Other(Word),
}

/// A redirection.
#[derive(Debug, Clone, PartialEq)]
pub struct Redirection {
    /// All of it; of a here-document the operator and the delimiter.
    pub span: Span,
    /// What stands before the operator: a descriptor's number, or bash's `{name}`.
    pub descriptor: Option<String>,
    /// The operator.
    pub operator: Redirect,
    /// The file, the descriptor, the here-string, or the delimiter.
    pub target: Word,
    /// The text of a here-document, its last line end included; with `<<-` the tabs are still there.
    pub body: Option<Word>,
}

/// The redirection operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Redirect {
    /// `<`
    Input,
    /// `>`, `>|`
    Output,
    /// `>>`
    Append,
    /// `<>`
    ReadWrite,
    /// `<&`
    DuplicateInput,
    /// `>&`
    DuplicateOutput,
    /// `&>`: both output and errors
    OutputAndErrors,
    /// `&>>`
    AppendOutputAndErrors,
    /// `<<`
    HereDocument,
    /// `<<-`
    IndentedHereDocument,
    /// `<<<`
    HereString,
}
