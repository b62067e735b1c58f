//! The loop over the bytes: strings, comments, regular expressions, templates and JSX told apart.

use super::level::{BUDGET, Branch, Kind, LEVEL, Level};
use super::{Mark, Scan};
use crate::javascript::Dialect;
use prodcheck_source::Span;

/// How many bytes the parser may read, those that it reads again included.
pub const MAX_READ: usize = 64 * 1024 * 1024;

/// How many brackets may be missing where an outer one closes.
const MAX_MISSING: usize = 16;

/// What stands before the token that comes next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Previous {
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

pub struct Scanner<'t> {
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
    pub(super) jsx: bool,
    pub(super) typescript: bool,
    pub(super) levels: Vec<Level>,
    /// What all open levels cost.
    pub(super) total: u32,
    pub(super) previous: Previous,
    /// Whether a line ends between the token before and the next one.
    pub(super) newline: bool,
    /// Whether the statement begins with a decorator, and no more of it is seen.
    pub(super) decorated: bool,
    /// Where the module's own statement that we are in begins.
    pub(super) statement: u32,
    /// How many tokens were seen, and how many when the last comma was.
    pub(super) tokens: usize,
    pub(super) comma: usize,
    /// Whether the statement nests too deeply.
    pub(super) exceeded: bool,
    /// The forks of all open levels, the most that the text may have, and the most that the statement has had.
    pub(super) forks: u32,
    pub(super) max_forks: u32,
    pub(super) worst_forks: u32,
    pub(super) scan: Scan,
}

impl<'t> Scanner<'t> {
    pub fn new(text: &'t str, dialect: Dialect) -> Self {
        Self {
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
            tokens: 0,
            comma: 0,
            exceeded: false,
            forks: 0,
            max_forks: max_forks(text.len()),
            worst_forks: 0,
            scan: Scan { length: u32::try_from(text.len()).unwrap_or(u32::MAX), ..Scan::default() },
        }
    }

    pub fn run(mut self) -> Scan {
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
        self.scan
    }

    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    pub(super) fn top(&self) -> Level {
        self.levels.last().copied().unwrap_or(Level::new(Kind::Block))
    }

    /// Changes the innermost level and keeps the sums.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Level)) {
        if let Some(level) = self.levels.last_mut() {
            let before = *level;
            change(level);
            self.total = self.total.saturating_sub(before.cost()).saturating_add(level.cost());
            self.forks = self.forks.saturating_sub(before.all_forks()).saturating_add(level.all_forks());
        }
        self.exceeded |= self.total > BUDGET;
        self.worst_forks = self.worst_forks.max(self.forks);
    }

    /// Opens a level, all of which may be read twice over so often.
    pub(super) fn push(&mut self, kind: Kind, forks: u32) {
        self.levels.push(Level::new(kind));
        self.total = self.total.saturating_add(LEVEL);
        self.change(|level| level.held_forks = forks);
    }

    /// Leaves the innermost level; the module's own stays.
    pub(super) fn pop(&mut self) -> Option<Level> {
        if self.levels.len() < 2 {
            return None;
        }
        let level = self.levels.pop()?;
        self.total = self.total.saturating_sub(level.cost() + LEVEL);
        self.forks = self.forks.saturating_sub(level.all_forks());
        Some(level)
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
        let statement = Span { start: self.statement, end: offset(at) };
        if std::mem::take(&mut self.exceeded) {
            self.scan.too_deep.push(statement);
        }
        let forks = std::mem::take(&mut self.worst_forks);
        if forks > self.max_forks {
            self.scan.ambiguous.push(statement);
        } else {
            self.scan.forks = self.scan.forks.max(forks);
        }
    }

    fn depth(&self) -> u32 {
        offset(self.levels.len().saturating_sub(1))
    }

    fn token(&mut self, byte: u8) {
        if self.trivia(byte) {
            return;
        }
        let start = self.at;
        self.tokens += 1;
        match byte {
            b'"' | b'\'' => {
                self.operand_begins(start, b"");
                self.quoted(byte);
                self.previous = Previous::Operand;
            }
            b'`' => {
                if self.after_operand() {
                    self.change(|level| level.links += 1);
                } else {
                    let forks = u32::from(self.follows_angle());
                    self.operand_begins(start, b"");
                    self.change(|level| level.forks += forks);
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
                    level.angles = 0;
                    level.next();
                });
            }
            b',' => {
                self.at += 1;
                self.previous = Previous::Operator;
                self.comma = self.tokens;
                self.change(Level::next);
            }
            b'/' if !self.after_operand() => {
                self.operand_begins(start, b"");
                self.regex();
                self.previous = Previous::Operand;
            }
            b'<' if self.jsx && !self.after_operand() && !self.top().expects_type() && self.begins_element() => {
                self.operand_begins(start, b"");
                self.at += 1;
                self.push(Kind::JsxTag { closing: false }, 1);
            }
            _ => self.operator(byte),
        }
        self.newline = false;
    }

    /// Whether an operand has just ended, so that an operator comes next.
    pub(super) fn after_operand(&self) -> bool {
        matches!(self.previous, Previous::Operand | Previous::Word)
    }

    /// An operand or keyword begins: perhaps a statement does.
    pub(super) fn operand_begins(&mut self, at: usize, word: &[u8]) {
        if !matches!(self.top().kind, Kind::Block | Kind::Object) {
            return;
        }
        let begins = match self.previous {
            Previous::Start | Previous::Semicolon | Previous::BlockEnd => true,
            Previous::Operand | Previous::Word => self.newline,
            _ => false,
        };
        if !begins || matches!(word, b"in" | b"of" | b"instanceof" | b"as" | b"satisfies" | b"extends" | b"implements")
        {
            return;
        }
        if matches!(word, b"else" | b"catch" | b"finally") {
            return;
        }
        self.change(Level::reset);
        // A decorator is the beginning of what it decorates.
        let decorated = std::mem::replace(&mut self.decorated, word.starts_with(b"@"));
        if !(decorated && self.after_operand()) {
            self.begin_statement(at);
        }
    }

    fn word(&mut self, start: usize) {
        self.at += 1;
        while self.peek(0).is_some_and(is_word) {
            self.at += 1;
        }
        let word = self.bytes.get(start..self.at).unwrap_or(&[]);
        if self.previous == Previous::Dot {
            self.previous = Previous::Word;
            return;
        }
        self.operand_begins(start, word);
        if self.previous == Previous::Operator && word.starts_with(b"@") {
            self.change(|level| level.forks += 1);
        }
        self.previous = match word {
            b"if" | b"for" | b"while" | b"with" => {
                // Of `else if` the `else` counts.
                let counts = self.previous != Previous::BlockWord;
                self.change(|level| level.heads += u32::from(counts));
                Previous::HeadWord
            }
            // `for await (`
            b"await" if self.previous == Previous::HeadWord => Previous::HeadWord,
            b"else" | b"do" => {
                self.change(|level| level.heads += 1);
                Previous::BlockWord
            }
            b"try" | b"finally" => Previous::BlockWord,
            b"typeof" | b"void" | b"delete" | b"await" | b"new" | b"yield" | b"class" | b"extends" | b"keyof"
            | b"unique" | b"infer" | b"asserts" | b"readonly" | b"async" => {
                self.change(|level| {
                    level.chain += 1;
                    level.extends |= word == b"extends";
                });
                if matches!(word, b"class" | b"readonly" | b"async" | b"infer") {
                    Previous::Word
                } else {
                    Previous::Operator
                }
            }
            b"case" | b"default" => {
                self.change(|level| level.heads = 0);
                Previous::Operator
            }
            b"return" | b"throw" | b"in" | b"of" | b"instanceof" | b"export" => Previous::Operator,
            b"as" | b"satisfies" if self.after_operand() => {
                self.change(|level| {
                    level.links += 1;
                    level.typed = true;
                });
                Previous::Operator
            }
            // In a type its argument may be any expression.
            b"import" if self.top().expects_type() || self.top().branch == Branch::Otherwise => {
                self.change(|level| level.forks += 2);
                Previous::Word
            }
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
        let forks = if after_operand { 0 } else { self.forks_of(byte) };
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
            self.operand_begins(start, if after_operand { b"extends" } else { b"" });
        }
        let in_type = !after_operand && self.top().expects_type();
        self.push(kind, forks);
        self.change(|level| level.in_type = in_type);
        self.at += 1;
        self.previous = if kind == Kind::Block { Previous::Start } else { Previous::Operator };
    }

    /// How often what a bracket holds, where an operand is expected, may be read twice over: after `<` it may be a type,
    /// after `>` the arguments of a call with types, after `:` the type of an arrow function.
    fn forks_of(&self, byte: u8) -> u32 {
        let level = self.top();
        let after = self.bytes.get(self.at + 1..).unwrap_or(&[]).trim_ascii_start();
        let holds_element = self.jsx && after.starts_with(b"<");
        let is_branch = level.branch == Branch::Otherwise && !holds_element;
        let in_type = 2 * u32::from(level.angles > 0 || level.typed);
        in_type + u32::from(byte == b'(' && (is_branch || self.follows_angle()))
    }

    /// Whether the token before is `>`.
    fn follows_angle(&self) -> bool {
        self.previous == Previous::Operator && self.bytes.get(..self.at).unwrap_or(&[]).trim_ascii_end().ends_with(b">")
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
        match kind.map(|level| level.kind) {
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
                    level.forks += 2 * u32::from(level.branch == Branch::Otherwise);
                });
                Previous::Arrow
            }
            (b'=' | b'!', Some(b'=')) => {
                self.at += 1;
                while self.peek(0) == Some(b'=') {
                    self.at += 1;
                }
                self.change(|level| {
                    level.links += 1;
                    level.leave_type();
                });
                Previous::Operator
            }
            (b'=', _) => {
                // The value of a parameter or a pattern, which may be one in a type.
                let is_default = matches!(self.top().kind, Kind::Paren | Kind::Bracket | Kind::Object);
                self.change(|level| {
                    level.chain += 1;
                    level.forks += 2 * u32::from(is_default);
                });
                Previous::Operator
            }
            (b'?', Some(b'.')) => {
                self.at += 1;
                self.change(|level| level.links += 1);
                Previous::Dot
            }
            (b'?', Some(b'?')) | (b'&', Some(b'&')) | (b'|', Some(b'|')) => {
                self.at += 1;
                self.change(|level| {
                    level.links += 1;
                    level.leave_type();
                });
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
                    if !level.extends {
                        level.leave_type();
                    }
                    level.branch = Branch::Then;
                });
                Previous::Operator
            }
            // `{ …, key: …`: what looked like types were comparisons.
            (b':', _) if self.top().kind == Kind::Object && self.tokens == self.comma + 2 => {
                self.change(|level| {
                    level.angles = 0;
                    level.next();
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
                    if !after_operand {
                        level.assert();
                    }
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
}

pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'\\') || byte >= 0x80
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// How many times over, as a power of two, a text of this many bytes may be read.
fn max_forks(length: usize) -> u32 {
    (MAX_READ / length.max(1)).checked_ilog2().unwrap_or(0).clamp(6, 14)
}
