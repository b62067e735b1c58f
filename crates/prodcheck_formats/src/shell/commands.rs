//! Reads the constructs that hold further commands.

use super::parser::{Frame, Parser};
use super::tree::{Arm, Case, Command, Compound, CompoundKind, If, Quote, Step, Word};
use prodcheck_source::Spanned;

const IF: &[&str] = &["then", "elif", "else", "fi"];
const LOOP: &[&str] = &["do", "done"];

fn until(words: &'static [&'static str]) -> Frame {
    Frame { words, ..Frame::default() }
}

impl Parser<'_> {
    /// A construct here, if one begins.
    pub fn compound(&mut self) -> Option<Step> {
        let start = self.at;
        let keyword = self.keyword();
        let opens = match self.peek() {
            Some(b'(') => true,
            _ => {
                matches!(keyword, Some("if" | "for" | "select" | "while" | "until" | "case" | "function" | "{" | "[["))
            }
        };
        if !opens || !self.enter() {
            return None;
        }
        let kind = match keyword {
            _ if self.next_is(0, b'(') => Some(self.parenthesis()),
            Some("if") => Some(self.if_command()),
            Some(word @ ("for" | "select")) => self.for_command(word.len()),
            Some("while") => Some(self.while_command(false)),
            Some("until") => Some(self.while_command(true)),
            Some("case") => self.case_command(),
            Some("function") => self.function_command(),
            Some("{") => {
                self.at += 1;
                let list = self.list(until(&["}"]));
                self.expect("}", start, 1);
                Some(CompoundKind::Group(list))
            }
            _ => Some(self.test_command()),
        };
        self.leave();
        let mut end = self.at;
        let mut redirections = Vec::new();
        loop {
            self.blanks();
            if !self.redirection_ahead() {
                break;
            }
            redirections.extend(self.redirection());
            end = self.at;
        }
        let span = self.span(start, end);
        Some(match kind {
            Some(kind) => Step::Compound(Box::new(Compound { span, kind, redirections })),
            None => Step::Simple(Command { span, redirections, ..Command::default() }),
        })
    }

    /// Steps over the reserved word that a construct needs; notes its lack at the construct's first word.
    fn expect(&mut self, word: &str, start: usize, length: usize) -> bool {
        self.breaks();
        if self.keyword() == Some(word) {
            self.at += word.len();
            return true;
        }
        let opener = self.slice(start, start + length);
        self.note(start, start + length, format!("`{opener}` without `{word}`"));
        false
    }

    fn parenthesis(&mut self) -> CompoundKind {
        let start = self.at;
        if self.next_is(1, b'(')
            && let Some(close) = self.arithmetic_end(self.at + 2)
        {
            self.at += 2;
            return CompoundKind::Arithmetic(self.arithmetic(close));
        }
        self.at += 1;
        let list = self.list(Frame { parenthesis: true, ..Frame::default() });
        if self.next_is(0, b')') {
            self.at += 1;
        } else {
            self.note(start, start + 1, "`(` is not closed");
        }
        CompoundKind::Subshell(list)
    }

    fn if_command(&mut self) -> CompoundKind {
        let start = self.at;
        self.at += 2;
        let mut branches = Vec::new();
        let mut otherwise = None;
        loop {
            let condition = self.list(until(IF));
            self.expect("then", start, 2);
            let body = self.list(until(IF));
            branches.push((condition, body));
            match self.keyword() {
                Some("elif") => self.at += 4,
                Some("else") => {
                    self.at += 4;
                    otherwise = Some(self.list(until(&["fi"])));
                    break;
                }
                _ => break,
            }
        }
        self.expect("fi", start, 2);
        CompoundKind::If(If { branches, otherwise })
    }

    fn while_command(&mut self, is_until: bool) -> CompoundKind {
        let start = self.at;
        self.at += 5;
        let condition = self.list(until(LOOP));
        let body = self.loop_body(start, 5);
        CompoundKind::While { condition, body, until: is_until }
    }

    fn loop_body(&mut self, start: usize, length: usize) -> super::List {
        self.breaks();
        if self.keyword() == Some("{") {
            let open = self.at;
            self.at += 1;
            let body = self.list(until(&["}"]));
            self.expect("}", open, 1);
            return body;
        }
        self.expect("do", start, length);
        let body = self.list(until(LOOP));
        self.expect("done", start, length);
        body
    }

    fn for_command(&mut self, length: usize) -> Option<CompoundKind> {
        let start = self.at;
        self.at += length;
        self.blanks();
        if self.next_is(0, b'(') && self.next_is(1, b'(') {
            let close = self.arithmetic_end(self.at + 2);
            let Some(close) = close else {
                self.note(start, start + length, "`for ((` is not closed");
                self.at += 2;
                return None;
            };
            self.at += 2;
            let header = self.arithmetic(close);
            self.blanks();
            if self.next_is(0, b';') {
                self.at += 1;
            }
            let body = self.loop_body(start, length);
            return Some(CompoundKind::ForArithmetic { header, body });
        }
        let variable = self.name(start, length)?;
        self.breaks();
        let words = (self.keyword() == Some("in")).then(|| {
            self.at += 2;
            self.words()
        });
        self.blanks();
        if self.next_is(0, b';') && !self.next_is(1, b';') {
            self.at += 1;
        }
        let body = self.loop_body(start, length);
        Some(CompoundKind::For { variable, words, body })
    }

    /// The name that must follow a reserved word.
    fn name(&mut self, start: usize, length: usize) -> Option<Spanned<String>> {
        self.blanks();
        let from = self.at;
        let Some(word) = self.word() else {
            let opener = self.slice(start, start + length);
            self.note(start, start + length, format!("no name follows `{opener}`"));
            return None;
        };
        Some(Spanned::new(self.slice(from, self.at).to_owned(), word.span))
    }

    fn words(&mut self) -> Vec<Word> {
        let mut words = Vec::new();
        loop {
            self.blanks();
            match self.word() {
                Some(word) => words.push(word),
                None => return words,
            }
        }
    }

    fn case_command(&mut self) -> Option<CompoundKind> {
        let start = self.at;
        self.at += 4;
        self.blanks();
        let Some(subject) = self.word() else {
            self.note(start, start + 4, "no word follows `case`");
            return None;
        };
        self.expect("in", start, 4);
        let mut arms = Vec::new();
        loop {
            self.breaks();
            let Some(byte) = self.peek() else {
                self.note(start, start + 4, "`case` without `esac`");
                break;
            };
            if self.keyword() == Some("esac") {
                self.at += 4;
                break;
            }
            let before = self.at;
            self.at += usize::from(byte == b'(');
            let patterns = self.patterns();
            if !self.next_is(0, b')') {
                self.note(before, self.at, "a pattern of `case` without `)`");
                if self.at == before {
                    self.at += self.rest().chars().next().map_or(1, char::len_utf8);
                }
                continue;
            }
            self.at += 1;
            let body = self.list(Frame { words: &["esac"], arm: true, ..Frame::default() });
            arms.push(Arm { patterns, body });
            if self.next_is(0, b';') {
                self.at += if self.next_is(1, b';') && self.next_is(2, b'&') { 3 } else { 2 };
            } else if self.peek().is_some() && self.keyword() != Some("esac") {
                self.note(start, start + 4, "`case` without `esac`");
                break;
            }
        }
        Some(CompoundKind::Case(Case { subject, arms }))
    }

    fn patterns(&mut self) -> Vec<Word> {
        let mut patterns = Vec::new();
        loop {
            self.blanks();
            patterns.extend(self.word());
            self.blanks();
            if !self.next_is(0, b'|') {
                return patterns;
            }
            self.at += 1;
        }
    }

    fn function_command(&mut self) -> Option<CompoundKind> {
        let start = self.at;
        self.at += 8;
        let name = self.name(start, 8)?;
        self.blanks();
        if self.next_is(0, b'(') {
            self.empty_parentheses();
        }
        self.function_body(name, start)
    }

    /// Steps over `()`, if it stands here.
    fn empty_parentheses(&mut self) -> bool {
        let blank = self.rest().bytes().skip(1).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let closes = self.next_is(0, b'(') && self.next_is(1 + blank, b')');
        if closes {
            self.at += blank + 2;
        }
        closes
    }

    fn function_body(&mut self, name: Spanned<String>, start: usize) -> Option<CompoundKind> {
        self.breaks();
        match self.compound() {
            Some(body) => Some(CompoundKind::Function { name, body }),
            None => {
                self.note(start, start, "a function without a body");
                None
            }
        }
    }

    /// The definition of a function, where a name was read and `(` follows.
    pub fn function_here(&mut self, command: &Command, start: usize) -> Option<Step> {
        let [word] = command.words.as_slice() else { return None };
        if !command.assignments.is_empty() || !self.empty_parentheses() {
            return None;
        }
        let name = Spanned::new(word.pattern().unwrap_or_default(), word.span);
        let kind = self.function_body(name, start);
        let span = self.span(start, self.at);
        Some(match kind {
            Some(kind) => Step::Compound(Box::new(Compound { span, kind, redirections: Vec::new() })),
            None => Step::Simple(Command { span, ..Command::default() }),
        })
    }

    fn test_command(&mut self) -> CompoundKind {
        let start = self.at;
        self.at += 2;
        let mut words = Vec::new();
        loop {
            self.breaks();
            let Some(byte) = self.peek() else {
                self.note(start, start + 2, "`[[` without `]]`");
                break;
            };
            if self.keyword() == Some("]]") {
                self.at += 2;
                break;
            }
            match self.word() {
                Some(word) => words.push(word),
                None => {
                    let length = if byte.is_ascii() { 1 } else { self.rest().chars().next().map_or(1, char::len_utf8) };
                    words.push(self.operator(length));
                }
            }
        }
        CompoundKind::Test(words)
    }

    /// One character of an operator in a test, as a word.
    fn operator(&mut self, length: usize) -> Word {
        let start = self.at;
        self.at += length;
        Word { span: self.span(start, self.at), parts: self.text(start, self.at, Quote::None), expands: false }
    }
}
