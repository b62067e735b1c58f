//! What the code around a place costs the parser: the open brackets, and what nests without any.

/// What one level of nesting costs: a bracket, a prefix operator, an `else`.
pub const LEVEL: u32 = 4;

/// What one link of a chain costs: an operator between two operands, a member, a call.
const LINK: u32 = 1;

/// What a place costs where the parser of TypeScript reads on in two ways at least, and so takes twice the time for
/// each such place inside another one: `a ? (b) : c => …` may be an arrow function with the type `c`.
const FORK: u32 = 100;

/// The most that the code around any place may cost: 250 levels, or 1000 links.
pub const BUDGET: u32 = 1000;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// `{` of a block, a function, a class; the module itself.
    Block,
    /// `{` of an object or a pattern.
    Object,
    /// `(`.
    Paren,
    /// `(` after `if`, `for`, `while`, `with`: a statement follows its end.
    Head,
    /// `[`.
    Bracket,
    /// `${` in a template.
    Template,
    /// `{` in JSX.
    JsxExpr,
    /// `<tag …`.
    JsxTag { closing: bool },
    /// Between `<tag>` and `</tag>`.
    JsxText,
}

#[derive(Debug, Clone, Copy)]
pub struct Level {
    pub kind: Kind,
    /// Statements nested without braces: `if … else if …`.
    pub heads: u32,
    /// Operators that nest to the right: `a ? b : c ? d : …`, `a => b => …`, `!!…`.
    pub chain: u32,
    /// Operators that nest to the left: `a.b().c + d + …`.
    pub links: u32,
    /// `<` without its `>`.
    pub angles: u32,
    /// Places that can be read in two ways.
    pub forks: u32,
    /// Where in `a ? b : c` we are.
    pub branch: Branch,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Branch {
    None,
    Then,
    Otherwise,
}

impl Level {
    pub fn new(kind: Kind) -> Self {
        Self { kind, heads: 0, chain: 0, links: 0, angles: 0, forks: 0, branch: Branch::None }
    }

    pub fn cost(self) -> u32 {
        LEVEL * (self.heads + self.chain + self.angles) + LINK * self.links + FORK * self.forks
    }

    /// An expression ends, and another one begins.
    pub fn next(&mut self) {
        self.chain = 0;
        self.links = 0;
        self.forks = 0;
        self.branch = Branch::None;
    }
}
