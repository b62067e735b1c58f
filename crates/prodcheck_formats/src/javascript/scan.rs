//! What can be seen of a text without parsing it: how deeply it nests, and where its statements begin.
//!
//! The parser calls itself for each level of nesting, so that a text of a few kilobytes could overflow its stack. The
//! scanner is a loop over the bytes with a stack on the heap. It tells strings, comments, regular expressions,
//! templates and JSX apart as well as that goes without a grammar; it need not be exact, for its answers only decide
//! what is left out.

use super::Dialect;
use prodcheck_source::Span;

/// What one level of nesting costs: a bracket, a prefix operator, an `else`.
const LEVEL: u32 = 4;

/// What one link of a chain costs: an operator between two operands, a member, a call.
const LINK: u32 = 1;

/// What a place costs where the parser of TypeScript reads on in two ways at least, and so takes twice the time for
/// each such place inside another one: `a ? (b) : c => …` may be an arrow function with the type `c`.
const FORK: u32 = 100;

/// The most that the code around any place may cost: 250 levels, or 1000 links.
const BUDGET: u32 = 1000;

/// The longest number; the parser takes quadratic time for the digits of a `BigInt`.
const MAX_NUMBER: usize = 1000;

/// How many brackets may be missing where an outer one closes.
const MAX_MISSING: usize = 16;

/// What the scanner saw.
#[derive(Debug, Default, PartialEq)]
pub struct Scan {
    /// The statements of the module itself that nest too deeply.
    pub too_deep: Vec<Span>,
    /// Where statements begin and blocks end, in the order of the text.
    pub marks: Vec<Mark>,
    /// The signs of Flow that TypeScript has no place for: `?` before a type, `|` inside the braces of an object type.
    /// Where they are found no JavaScript has them. Source: <https://flow.org/en/docs/types/>.
    pub flow: Vec<Span>,
    length: u32,
}

/// A place where a statement begins or a block ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// The byte.
    pub at: u32,
    /// How many brackets are open around the statement.
    pub depth: u32,
    /// Whether it is the end of the block of that depth.
    pub closes: bool,
}

impl Scan {
    /// The statements around a byte, from the inside out.
    pub fn statements_around(&self, at: u32) -> Vec<Span> {
        let split = self.marks.partition_point(|mark| mark.at <= at);
        let (before, after) = self.marks.split_at_checked(split).unwrap_or((&self.marks, &[]));
        let mut found = Vec::new();
        let mut depth = u32::MAX;
        for mark in before.iter().rev().filter(|mark| !mark.closes) {
            if mark.depth < depth {
                depth = mark.depth;
                let end = after.iter().find(|next| next.depth <= depth).map_or(self.length, |next| next.at);
                if end > at {
                    found.push(Span { start: mark.at, end });
                }
            }
            if depth == 0 {
                break;
            }
        }
        found
    }
}

/// Looks over a text.
pub fn scan(text: &str, dialect: Dialect) -> Scan {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
        jsx: dialect.has_jsx(),
        typescript: dialect.is_typescript(),
        levels: vec![Level::new(Kind::Block)],
        total: 0,
        previous: Previous::Start,
        newline: true,
        decorated: false,
        statement: 0,
        exceeded: false,
        scan: Scan { length: u32::try_from(text.len()).unwrap_or(u32::MAX), ..Scan::default() },
    };
    scanner.run();
    scanner.scan
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
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
struct Level {
    kind: Kind,
    /// Statements nested without braces: `if … else if …`.
    heads: u32,
    /// Operators that nest to the right: `a ? b : c ? d : …`, `a => b => …`, `!!…`.
    chain: u32,
    /// Operators that nest to the left: `a.b().c + d + …`.
    links: u32,
    /// `<` without its `>`.
    angles: u32,
    /// Places that can be read in two ways.
    forks: u32,
    /// Where in `a ? b : c` we are.
    branch: Branch,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Branch {
    None,
    Then,
    Otherwise,
}

impl Level {
    fn new(kind: Kind) -> Self {
        Self { kind, heads: 0, chain: 0, links: 0, angles: 0, forks: 0, branch: Branch::None }
    }

    fn cost(self) -> u32 {
        LEVEL * (self.heads + self.chain + self.angles) + LINK * self.links + FORK * self.forks
    }

    /// An expression ends, and another one begins.
    fn next(&mut self) {
        self.chain = 0;
        self.links = 0;
        self.forks = 0;
        self.branch = Branch::None;
    }
}

/// What stands before the token that comes next.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Previous {
    /// Nothing: the text or a block begins.
    Start,
    /// The end of an operand.
    Operand,
    /// A word that is an operand, for all that the scanner knows.
    Word,
    /// A dot: the next word is a property.
    Dot,
    /// `}` of a block.
    BlockEnd,
    /// `)` after which a statement comes.
    HeadEnd,
    /// `if`, `while`, `for`, `with`: their `(` is a head.
    HeadWord,
    /// `;`.
    Semicolon,
    /// `else`, `do`, `try`, `finally`: a statement follows.
    BlockWord,
    /// `=>`.
    Arrow,
    /// Any operator, opening bracket, or word that an operand follows.
    Operator,
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
    jsx: bool,
    typescript: bool,
    levels: Vec<Level>,
    /// What all open levels cost.
    total: u32,
    previous: Previous,
    /// Whether a line ends between the token before and the next one.
    newline: bool,
    /// Whether the statement begins with a decorator, and no more of it is seen.
    decorated: bool,
    /// Where the module's own statement that we are in begins.
    statement: u32,
    exceeded: bool,
    scan: Scan,
}

impl Scanner<'_> {
    fn run(&mut self) {
        if self.bytes.starts_with(b"#!") {
            self.skip_line();
        }
        while let Some(byte) = self.peek(0) {
            match self.top().kind {
                Kind::JsxText => self.jsx_text(byte),
                Kind::JsxTag { closing } => self.jsx_tag(byte, closing),
                _ => self.token(byte),
            }
        }
        self.end_statement(self.bytes.len());
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn top(&self) -> Level {
        self.levels.last().copied().unwrap_or(Level::new(Kind::Block))
    }

    /// Changes the innermost level and keeps the sum.
    fn change(&mut self, change: impl FnOnce(&mut Level)) {
        if let Some(level) = self.levels.last_mut() {
            let before = level.cost();
            change(level);
            self.total = self.total.saturating_sub(before).saturating_add(level.cost());
        }
        self.exceeded |= self.total > BUDGET;
    }

    fn push(&mut self, kind: Kind) {
        self.levels.push(Level::new(kind));
        self.total = self.total.saturating_add(LEVEL);
        self.exceeded |= self.total > BUDGET;
    }

    /// Leaves the innermost level; the module's own stays.
    fn pop(&mut self) -> Option<Kind> {
        if self.levels.len() < 2 {
            return None;
        }
        let level = self.levels.pop()?;
        self.total = self.total.saturating_sub(level.cost() + LEVEL);
        Some(level.kind)
    }

    fn reset(&mut self) {
        self.change(|level| *level = Level::new(level.kind));
    }

    fn begin_statement(&mut self, at: usize) {
        let depth = self.depth();
        if depth == 0 {
            self.end_statement(at);
            self.statement = offset(at);
        }
        self.scan.marks.push(Mark { at: offset(at), depth, closes: false });
    }

    fn end_statement(&mut self, at: usize) {
        if self.exceeded {
            self.scan.too_deep.push(Span { start: self.statement, end: offset(at) });
            self.exceeded = false;
        }
    }

    fn depth(&self) -> u32 {
        offset(self.levels.len().saturating_sub(1))
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|byte| byte != b'\n') {
            self.at += 1;
        }
    }

    /// White space and comments; whether there was one.
    fn trivia(&mut self, byte: u8) -> bool {
        match (byte, self.peek(1)) {
            (b'\n', _) => {
                self.newline = true;
                self.at += 1;
            }
            (b' ' | b'\t' | b'\r', _) => self.at += 1,
            (b'/', Some(b'/')) => self.skip_line(),
            (b'/', Some(b'*')) => {
                self.at += 2;
                while let Some(byte) = self.peek(0) {
                    if byte == b'*' && self.peek(1) == Some(b'/') {
                        self.at += 2;
                        break;
                    }
                    self.newline |= byte == b'\n';
                    self.at += 1;
                }
            }
            _ => return false,
        }
        true
    }

    fn token(&mut self, byte: u8) {
        if self.trivia(byte) {
            return;
        }
        let start = self.at;
        match byte {
            b'"' | b'\'' => {
                self.operand_begins(start, "");
                self.quoted(byte);
                self.previous = Previous::Operand;
            }
            b'`' => {
                if self.after_operand() {
                    self.change(|level| level.links += 1);
                } else {
                    self.operand_begins(start, "");
                }
                self.at += 1;
                self.template();
            }
            b'0'..=b'9' => self.number(start),
            b'.' if self.peek(1).is_some_and(|next| next.is_ascii_digit()) && !self.after_operand() => {
                self.number(start);
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'\\' | b'#' | b'@' | 0x80.. => self.word(start),
            b'(' | b'[' | b'{' => self.open(byte, start),
            b')' | b']' | b'}' => self.close(byte),
            b';' => {
                self.at += 1;
                self.previous = Previous::Semicolon;
                self.change(|level| {
                    level.next();
                    level.angles = 0;
                });
            }
            b',' => {
                self.at += 1;
                self.previous = Previous::Operator;
                self.change(Level::next);
            }
            b'/' if !self.after_operand() => {
                self.operand_begins(start, "");
                self.regex();
                self.previous = Previous::Operand;
            }
            b'<' if self.jsx && !self.after_operand() && self.begins_element() => {
                self.operand_begins(start, "");
                self.at += 1;
                self.push(Kind::JsxTag { closing: false });
            }
            _ => self.operator(byte),
        }
        self.newline = false;
    }

    /// Whether an operand has just ended, so that an operator comes next.
    fn after_operand(&self) -> bool {
        matches!(self.previous, Previous::Operand | Previous::Word)
    }

    /// An operand or keyword begins: perhaps a statement does.
    fn operand_begins(&mut self, at: usize, word: &str) {
        if !matches!(self.top().kind, Kind::Block | Kind::Object) {
            return;
        }
        let begins = match self.previous {
            Previous::Start | Previous::Semicolon | Previous::BlockEnd => true,
            Previous::Operand | Previous::Word => self.newline,
            _ => false,
        };
        if !begins || matches!(word, "in" | "of" | "instanceof" | "as" | "satisfies" | "extends" | "implements") {
            return;
        }
        if matches!(word, "else" | "catch" | "finally") {
            return;
        }
        self.reset();
        // A decorator is the beginning of what it decorates.
        let decorated = std::mem::replace(&mut self.decorated, word.starts_with('@'));
        if !(decorated && self.after_operand()) {
            self.begin_statement(at);
        }
    }

    fn quoted(&mut self, quote: u8) {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => self.at += 2,
                b'\n' => return,
                _ => {
                    self.at += 1;
                    if byte == quote {
                        return;
                    }
                }
            }
        }
    }

    /// The text of a template, to its end or to the next `${`.
    fn template(&mut self) {
        while let Some(byte) = self.peek(0) {
            match (byte, self.peek(1)) {
                (b'\\', _) => self.at += 2,
                (b'`', _) => {
                    self.at += 1;
                    self.previous = Previous::Operand;
                    return;
                }
                (b'$', Some(b'{')) => {
                    self.at += 2;
                    self.push(Kind::Template);
                    self.previous = Previous::Operator;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// A regular expression. One that does not end on its line is none, and the line is lost.
    fn regex(&mut self) {
        self.at += 1;
        let mut in_class = false;
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\\' => self.at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'\n' => return,
                b'/' if !in_class => {
                    self.at += 1;
                    return;
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    fn number(&mut self, start: usize) {
        self.operand_begins(start, "");
        while self.peek(0).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.') {
            self.at += 1;
        }
        self.exceeded |= self.at - start > MAX_NUMBER;
        self.previous = Previous::Operand;
    }

    fn word(&mut self, start: usize) {
        self.at += 1;
        while self.peek(0).is_some_and(is_word) {
            self.at += 1;
        }
        let word = self.bytes.get(start..self.at).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or("");
        if self.previous == Previous::Dot {
            self.previous = Previous::Word;
            return;
        }
        self.operand_begins(start, word);
        self.previous = match word {
            "if" | "for" | "while" | "with" => {
                // Of `else if` the `else` counts.
                let counts = self.previous != Previous::BlockWord;
                self.change(|level| level.heads += u32::from(counts));
                Previous::HeadWord
            }
            // `for await (`
            "await" if self.previous == Previous::HeadWord => Previous::HeadWord,
            "else" | "do" => {
                self.change(|level| level.heads += 1);
                Previous::BlockWord
            }
            "try" | "finally" => Previous::BlockWord,
            "typeof" | "void" | "delete" | "await" | "new" | "yield" | "class" | "extends" | "keyof" | "unique"
            | "infer" | "asserts" | "readonly" | "async" => {
                self.change(|level| level.chain += 1);
                if matches!(word, "class" | "readonly" | "async" | "infer") {
                    Previous::Word
                } else {
                    Previous::Operator
                }
            }
            "case" | "default" => {
                self.change(|level| level.heads = 0);
                Previous::Operator
            }
            "return" | "throw" | "in" | "of" | "instanceof" | "export" => Previous::Operator,
            _ => {
                // Words in a row: modifiers, or what no grammar has.
                if self.previous == Previous::Word && !self.newline {
                    self.change(|level| level.links += 1);
                }
                Previous::Word
            }
        };
    }

    fn open(&mut self, byte: u8, start: usize) {
        let after_operand = self.after_operand();
        if !after_operand && byte == b'(' && self.top().branch == Branch::Otherwise {
            self.change(|level| level.forks += 1);
        }
        let kind = match byte {
            b'(' if self.previous == Previous::HeadWord => Kind::Head,
            b'(' => Kind::Paren,
            b'[' => Kind::Bracket,
            _ => match self.previous {
                Previous::Operator | Previous::Dot | Previous::HeadWord => Kind::Object,
                _ => Kind::Block,
            },
        };
        if after_operand && byte != b'{' {
            self.change(|level| level.links += 1);
        } else {
            self.operand_begins(start, if after_operand { "extends" } else { "" });
        }
        self.push(kind);
        self.at += 1;
        self.previous = if kind == Kind::Block { Previous::Start } else { Previous::Operator };
    }

    fn close(&mut self, byte: u8) {
        let wanted = |kind: Kind| match byte {
            b')' => matches!(kind, Kind::Paren | Kind::Head),
            b']' => kind == Kind::Bracket,
            _ => matches!(kind, Kind::Block | Kind::Object | Kind::Template | Kind::JsxExpr),
        };
        self.at += 1;
        // A bracket of another kind is left out somewhere: what it would have closed is closed as well.
        let missing = self.levels.iter().rev().take(MAX_MISSING).position(|level| wanted(level.kind));
        let kind = missing.and_then(|missing| {
            for _ in 0..missing {
                self.pop();
            }
            if byte == b'}' {
                self.scan.marks.push(Mark { at: offset(self.at - 1), depth: self.depth(), closes: true });
            }
            self.pop()
        });
        match kind {
            Some(Kind::Template) => self.template(),
            Some(Kind::Head) => self.previous = Previous::HeadEnd,
            Some(Kind::Block) => self.previous = Previous::BlockEnd,
            _ => self.previous = Previous::Operand,
        }
    }

    fn operator(&mut self, byte: u8) {
        let next = self.peek(1);
        let after_operand = self.after_operand();
        let label = self.previous == Previous::Word && matches!(self.top().kind, Kind::Block);
        self.at += 1;
        self.previous = match (byte, next) {
            (b'=', Some(b'>')) => {
                self.at += 1;
                self.change(|level| {
                    level.chain += 1;
                    level.forks += u32::from(level.branch == Branch::Otherwise);
                });
                Previous::Arrow
            }
            (b'=' | b'!', Some(b'=')) => {
                self.at += 1;
                while self.peek(0) == Some(b'=') {
                    self.at += 1;
                }
                self.change(|level| level.links += 1);
                Previous::Operator
            }
            (b'=', _) => {
                self.change(|level| level.chain += 1);
                Previous::Operator
            }
            (b'?', Some(b'.')) => {
                self.at += 1;
                self.change(|level| level.links += 1);
                Previous::Dot
            }
            (b'?', Some(b'?')) => {
                self.at += 1;
                self.change(|level| level.links += 1);
                Previous::Operator
            }
            // `(a?: string, b?) => …`
            (b'?', Some(b':' | b',' | b')')) => Previous::Operator,
            (b'?', _) if !after_operand && self.previous == Previous::Operator => {
                self.scan.flow.push(Span::new(self.at - 1, self.at));
                Previous::Operator
            }
            (b'|', Some(b'}')) => {
                self.scan.flow.push(Span::new(self.at - 1, self.at));
                Previous::Operand
            }
            (b'|', _) if self.at.checked_sub(2).and_then(|at| self.bytes.get(at)) == Some(&b'{') => {
                self.scan.flow.push(Span::new(self.at - 1, self.at));
                Previous::Start
            }
            (b'?', _) => {
                self.change(|level| {
                    level.chain += 1;
                    level.branch = Branch::Then;
                });
                Previous::Operator
            }
            (b':', _) => {
                self.change(|level| {
                    level.heads += u32::from(label);
                    if level.branch == Branch::Then {
                        level.branch = Branch::Otherwise;
                    }
                });
                Previous::Operator
            }
            (b'.', Some(b'.')) => {
                while self.peek(0) == Some(b'.') {
                    self.at += 1;
                }
                self.change(|level| level.links += 1);
                Previous::Operator
            }
            (b'.', _) => {
                self.change(|level| level.links += 1);
                Previous::Dot
            }
            (b'<' | b'>', Some(b'=')) => {
                self.at += 1;
                self.change(|level| level.links += 1);
                Previous::Operator
            }
            (b'<', Some(b'<')) => {
                self.at += 1;
                self.change(|level| level.links += 2);
                Previous::Operator
            }
            (b'<', _) => {
                self.change(|level| {
                    level.angles += 1;
                    level.forks += u32::from(!after_operand);
                });
                Previous::Operator
            }
            (b'>', _) => {
                // `Map<string, Map<string, number>>` and `a > b` alike.
                self.change(|level| level.angles = level.angles.saturating_sub(1));
                self.change(|level| level.links += 1);
                Previous::Operator
            }
            (b'+', Some(b'+')) | (b'-', Some(b'-')) => {
                self.at += 1;
                self.change(|level| level.chain += 1);
                if after_operand { Previous::Operand } else { Previous::Operator }
            }
            (b'!', _) if after_operand && self.typescript => {
                self.change(|level| level.links += 1);
                Previous::Operand
            }
            (b'*', Some(b'*')) => {
                self.at += 1;
                self.change(|level| level.chain += 1);
                Previous::Operator
            }
            (b'!' | b'~' | b'+' | b'-', _) if !after_operand => {
                self.change(|level| level.chain += 1);
                Previous::Operator
            }
            _ => {
                self.change(|level| level.links += 1);
                Previous::Operator
            }
        };
    }

    /// Whether `<` begins a JSX element, and not type parameters.
    fn begins_element(&self) -> bool {
        let rest = self.bytes.get(self.at + 1..).unwrap_or(&[]);
        let name = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
        match rest.first() {
            Some(b'>') => return true,
            Some(first) if is_word(*first) && !first.is_ascii_digit() => {}
            _ => return false,
        }
        let after = rest.get(name..).unwrap_or(&[]).trim_ascii_start();
        !(after.starts_with(b",") || after.starts_with(b"extends ") || after.starts_with(b"= "))
    }

    fn jsx_tag(&mut self, byte: u8, closing: bool) {
        if self.trivia(byte) {
            return;
        }
        match (byte, self.peek(1)) {
            (b'"' | b'\'', _) => {
                self.at += 1;
                while self.peek(0).is_some_and(|next| next != byte) {
                    self.at += 1;
                }
                self.at += 1;
            }
            (b'{', _) => {
                self.at += 1;
                self.push(Kind::JsxExpr);
                self.previous = Previous::Operator;
            }
            (b'/', Some(b'>')) => {
                self.at += 2;
                self.pop();
                self.previous = Previous::Operand;
            }
            (b'>', _) => {
                self.at += 1;
                self.pop();
                self.previous = Previous::Operand;
                if !closing {
                    self.push(Kind::JsxText);
                } else if self.top().kind == Kind::JsxText {
                    self.pop();
                }
            }
            _ => self.at += 1,
        }
    }

    fn jsx_text(&mut self, byte: u8) {
        self.at += 1;
        match byte {
            b'{' => {
                self.push(Kind::JsxExpr);
                self.previous = Previous::Operator;
            }
            b'<' => {
                let closing = self.peek(0) == Some(b'/');
                self.at += usize::from(closing);
                self.push(Kind::JsxTag { closing });
            }
            _ => {}
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'\\') || byte >= 0x80
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
