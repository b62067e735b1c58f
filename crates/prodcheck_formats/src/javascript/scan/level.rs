//! What the code around a place costs the parser: the open brackets, and what nests without any.

/// What one level of nesting costs: a bracket, a prefix operator, an `else`.
pub const LEVEL: u32 = 4;

/// What one link of a chain costs: an operator between two operands, a member, a call.
const LINK: u32 = 1;

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
    /// How often what comes in the expression may be read twice over, as a power of two.
    pub forks: u32,
    /// The same, for all that the bracket holds.
    pub held_forks: u32,
    /// 1 + the chain's length after the last `<` that begins an operand: `<T>(a) => b` or `<T>a`.
    pub asserted: u32,
    /// Whether the expression has come to a type: `a as …`.
    pub typed: bool,
    /// Whether a type has come to `extends`, so that a `?` may belong to it.
    pub extends: bool,
    /// Whether the bracket stands in a type.
    pub in_type: bool,
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
        Self {
            kind,
            heads: 0,
            chain: 0,
            links: 0,
            angles: 0,
            forks: 0,
            held_forks: 0,
            asserted: 0,
            typed: false,
            extends: false,
            in_type: false,
            branch: Branch::None,
        }
    }

    pub fn cost(self) -> u32 {
        LEVEL * (self.heads + self.chain + self.angles) + LINK * self.links
    }

    /// As what power of two the parser of TypeScript may multiply its time here: where it cannot tell what it reads, it
    /// tries one way and then the other, and so for each such place inside another one.
    pub fn all_forks(self) -> u32 {
        self.forks + self.held_forks
    }

    /// A `<` begins an operand. Side by side (`<A>a + <B>b`) they cost nothing together.
    pub fn assert(&mut self) {
        self.forks += u32::from(self.chain >= self.asserted);
        self.chain += 1;
        self.asserted = self.chain + 1;
    }

    /// A statement begins.
    pub fn reset(&mut self) {
        *self = Self { held_forks: self.held_forks, in_type: self.in_type, ..Self::new(self.kind) };
    }

    /// An expression ends, and another one begins. The arguments of a type do the same, and change nothing about what
    /// may be read again.
    pub fn next(&mut self) {
        self.chain = 0;
        self.links = 0;
        if self.angles == 0 {
            self.forks = 0;
            self.asserted = 0;
            self.typed = false;
            self.extends = false;
            self.branch = Branch::None;
        }
    }

    /// An operator comes that no type has: what looked like one was a comparison, or has ended.
    pub fn leave_type(&mut self) {
        self.angles = 0;
        self.typed = false;
        self.extends = false;
    }

    /// Whether what comes may be a type.
    pub fn expects_type(self) -> bool {
        self.angles > 0 || self.typed || self.in_type
    }
}
