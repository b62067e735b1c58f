//! From tokens to the tree: blocks, pipelines and operands.

use super::scan::Piece;
use super::token::{Placed, Token, tokens};
use super::tree::{Base, Branch, Command, Definition, Operand, Part, Pipeline, Template};
use crate::DEPTH_LIMIT;
use prodcheck_source::{Note, Span, Spanned};

pub(super) struct Builder<'a> {
    text: &'a str,
    notes: Vec<Note>,
    definitions: Vec<Definition>,
    /// The blocks that are open, outermost first.
    blocks: Vec<Block>,
}

/// A block that is being read.
struct Block {
    kind: Kind,
    span: Span,
    pipeline: Option<Pipeline>,
    name: Option<Spanned<String>>,
    body: Vec<Part>,
    otherwise: Option<Vec<Part>>,
    /// It was opened by `else if` or `else with`: the `end` of the block around it closes it too.
    chained: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Root,
    If,
    With,
    Range,
    Define,
    Block,
    /// Nested too deep, or its opening could not be read: what stands in it is left out.
    Skipped,
}

impl Block {
    fn new(kind: Kind, span: Span, pipeline: Option<Pipeline>) -> Self {
        Self { kind, span, pipeline, name: None, body: Vec::new(), otherwise: None, chained: false }
    }

    fn push(&mut self, part: Part) {
        self.otherwise.as_mut().unwrap_or(&mut self.body).push(part);
    }
}

impl<'a> Builder<'a> {
    pub(super) fn new(text: &'a str, notes: Vec<Note>) -> Self {
        Self { text, notes, definitions: Vec::new(), blocks: vec![Block::new(Kind::Root, Span::default(), None)] }
    }

    pub(super) fn piece(&mut self, piece: Piece) {
        match piece {
            Piece::Text(span) => self.push(Part::Text(span)),
            Piece::Action { outer, inner } => self.action(outer, inner),
        }
    }

    pub(super) fn finish(mut self) -> (Template, Vec<Note>) {
        while self.blocks.len() > 1 {
            if let Some(block) = self.blocks.last().filter(|block| !block.chained) {
                self.notes.push(Note::at(block.span, "the block is never closed by `{{ end }}`"));
            }
            self.close();
        }
        let body = self.blocks.pop().map(|root| root.body).unwrap_or_default();
        self.notes.sort_by_key(|note| note.span);
        (Template { body, definitions: self.definitions }, self.notes)
    }

    fn push(&mut self, part: Part) {
        if let Some(block) = self.blocks.last_mut() {
            block.push(part);
        }
    }

    fn note(&mut self, span: Span, message: &str) {
        self.notes.push(Note::at(span, message));
    }

    fn action(&mut self, span: Span, inner: Span) {
        let tokens = tokens(self.text.get(inner.range()).unwrap_or(""), inner.start as usize);
        let Some(first) = tokens.first() else {
            if !inner.is_empty() {
                self.note(span, "the action is empty");
            }
            self.push(Part::Broken(span));
            return;
        };
        let rest = tokens.get(1..).unwrap_or(&[]);
        let word = match &first.token {
            Token::Word(word) => word.as_str(),
            _ => "",
        };
        match word {
            "if" => self.open(Kind::If, span, rest, false),
            "with" => self.open(Kind::With, span, rest, false),
            "range" => self.open(Kind::Range, span, rest, false),
            "define" | "block" => self.open_named(word, span, rest),
            "template" => match named(rest) {
                Some((name, arguments)) => {
                    let argument = self.optional_pipeline(arguments, span);
                    self.push(Part::Call { span, name, argument });
                }
                None => self.broken(span),
            },
            "else" => self.otherwise(span, rest),
            "end" => self.end(span),
            "break" if rest.is_empty() => self.push(Part::Break(span)),
            "continue" if rest.is_empty() => self.push(Part::Continue(span)),
            _ => match self.pipeline(&tokens) {
                Some(pipeline) => self.push(Part::Action { span, pipeline }),
                None => self.broken(span),
            },
        }
    }

    fn broken(&mut self, span: Span) {
        self.note(span, "the action cannot be read");
        self.push(Part::Broken(span));
    }

    fn pipeline(&self, tokens: &[Placed]) -> Option<Pipeline> {
        let mut cursor = Cursor { tokens, at: 0 };
        let pipeline = cursor.pipeline(0)?;
        (cursor.at == tokens.len()).then_some(pipeline)
    }

    fn optional_pipeline(&mut self, tokens: &[Placed], span: Span) -> Option<Pipeline> {
        if tokens.is_empty() {
            return None;
        }
        let pipeline = self.pipeline(tokens);
        if pipeline.is_none() {
            self.note(span, "the action cannot be read");
        }
        pipeline
    }

    fn open(&mut self, kind: Kind, span: Span, rest: &[Placed], chained: bool) {
        let too_deep = self.blocks.len() >= DEPTH_LIMIT;
        let pipeline = if too_deep { None } else { self.pipeline(rest) };
        let kind = if pipeline.is_some() { kind } else { Kind::Skipped };
        if too_deep {
            self.note(span, "blocks are nested too deep here");
        } else if kind == Kind::Skipped {
            self.note(span, "the action cannot be read");
        }
        self.blocks.push(Block { chained, ..Block::new(kind, span, pipeline) });
    }

    fn open_named(&mut self, word: &str, span: Span, rest: &[Placed]) {
        let kind = if word == "define" { Kind::Define } else { Kind::Block };
        match named(rest).filter(|_| self.blocks.len() < DEPTH_LIMIT) {
            Some((name, arguments)) => {
                let pipeline = self.optional_pipeline(arguments, span);
                self.blocks.push(Block { name: Some(name), ..Block::new(kind, span, pipeline) });
            }
            None => {
                self.note(span, "the action cannot be read");
                self.blocks.push(Block::new(Kind::Skipped, span, None));
            }
        }
    }

    fn otherwise(&mut self, span: Span, rest: &[Placed]) {
        let can = self.blocks.last().is_some_and(|block| {
            block.otherwise.is_none() && matches!(block.kind, Kind::If | Kind::With | Kind::Range | Kind::Skipped)
        });
        let Some(block) = self.blocks.last_mut().filter(|_| can) else {
            self.note(span, "`else` does not belong to a block");
            return;
        };
        block.otherwise = Some(Vec::new());
        match rest.split_first() {
            None => {}
            Some((Placed { token: Token::Word(word), .. }, rest)) if word == "if" => {
                self.open(Kind::If, span, rest, true);
            }
            Some((Placed { token: Token::Word(word), .. }, rest)) if word == "with" => {
                self.open(Kind::With, span, rest, true);
            }
            Some(_) => self.broken(span),
        }
    }

    fn end(&mut self, span: Span) {
        if self.blocks.len() < 2 {
            self.note(span, "`end` does not belong to a block");
            return;
        }
        loop {
            let chained = self.blocks.last().is_some_and(|block| block.chained);
            self.close();
            if !chained {
                return;
            }
        }
    }

    fn close(&mut self) {
        let Some(block) = self.blocks.pop() else { return };
        let Block { kind, span, pipeline, name, body, otherwise, .. } = block;
        let part = match (kind, pipeline, name) {
            (Kind::If | Kind::With | Kind::Range, Some(pipeline), _) => {
                let branch = Branch { span, pipeline, body, otherwise: otherwise.unwrap_or_default() };
                match kind {
                    Kind::If => Part::If(branch),
                    Kind::With => Part::With(branch),
                    _ => Part::Range(branch),
                }
            }
            (Kind::Define, _, Some(name)) => {
                self.definitions.push(Definition { name, body });
                return;
            }
            (Kind::Block, argument, Some(name)) => {
                self.definitions.push(Definition { name: name.clone(), body });
                Part::Call { span, name, argument }
            }
            _ => Part::Broken(span),
        };
        self.push(part);
    }
}

/// The name at the start of what follows `define`, `block` and `template`, and what comes after it.
fn named(tokens: &[Placed]) -> Option<(Spanned<String>, &[Placed])> {
    let (first, rest) = tokens.split_first()?;
    match &first.token {
        Token::Text(name) => Some((Spanned::new(name.clone(), first.span), rest)),
        _ => None,
    }
}

struct Cursor<'t> {
    tokens: &'t [Placed],
    at: usize,
}

impl<'t> Cursor<'t> {
    fn peek(&self) -> Option<&'t Placed> {
        self.tokens.get(self.at)
    }

    fn token_at(&self, ahead: usize) -> Option<&'t Token> {
        self.tokens.get(self.at + ahead).map(|placed| &placed.token)
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.token_at(0) == Some(token);
        self.at += usize::from(found);
        found
    }

    fn pipeline(&mut self, depth: usize) -> Option<Pipeline> {
        if depth > DEPTH_LIMIT {
            return None;
        }
        let (variables, declares) = self.variables();
        let first = self.command(depth)?;
        let mut commands = vec![first];
        while self.take(&Token::Pipe) {
            commands.push(self.command(depth)?);
        }
        let spans = commands.iter().map(|command| command.span);
        let span = spans.reduce(Span::to)?;
        Some(Pipeline { variables, declares, commands, span })
    }

    fn variables(&mut self) -> (Vec<String>, bool) {
        let variable = |token: Option<&Token>| match token {
            Some(Token::Variable(name)) => Some(name.clone()),
            _ => None,
        };
        let Some(first) = variable(self.token_at(0)) else { return (Vec::new(), false) };
        let mut names = vec![first];
        let mut ahead = 1;
        if self.token_at(1) == Some(&Token::Comma)
            && let Some(second) = variable(self.token_at(2))
        {
            names.push(second);
            ahead = 3;
        }
        match self.token_at(ahead) {
            Some(Token::Declare) => {
                self.at += ahead + 1;
                (names, true)
            }
            Some(Token::Assign) => {
                self.at += ahead + 1;
                (names, false)
            }
            _ => (Vec::new(), false),
        }
    }

    fn command(&mut self, depth: usize) -> Option<Command> {
        let mut operands: Vec<Operand> = Vec::new();
        while let Some(operand) = self.operand(depth)? {
            operands.push(operand);
        }
        let span = operands.iter().map(|operand| operand.span).reduce(Span::to)?;
        Some(Command { operands, span })
    }

    /// The next operand; the outer `None` where it is broken, the inner where there is none.
    fn operand(&mut self, depth: usize) -> Option<Option<Operand>> {
        let Some(placed) = self.peek() else { return Some(None) };
        let mut span = placed.span;
        let mut fields = Vec::new();
        let base = match &placed.token {
            Token::Pipe | Token::Close => return Some(None),
            Token::Field(name) => {
                fields.push(name.clone());
                Base::Dot
            }
            Token::Dot => Base::Dot,
            Token::Variable(name) => Base::Variable(name.clone()),
            Token::Word(word) => match word.as_str() {
                "true" => Base::Bool(true),
                "false" => Base::Bool(false),
                "nil" => Base::Nil,
                _ => Base::Function(word.clone()),
            },
            Token::Text(text) => Base::Text(text.clone()),
            Token::Integer(value) => Base::Integer(*value),
            Token::Float(value) => Base::Float(*value),
            Token::Open => {
                self.at += 1;
                let inner = self.pipeline(depth + 1)?;
                let close = self.peek().filter(|placed| placed.token == Token::Close)?;
                span = span.to(close.span);
                Base::Group(Box::new(inner))
            }
            Token::Declare | Token::Assign | Token::Comma | Token::Wrong => return None,
        };
        self.at += 1;
        while let Some(Placed { token: Token::Field(name), span: field, touches: true }) = self.peek() {
            fields.push(name.clone());
            span = span.to(*field);
            self.at += 1;
        }
        Some(Some(Operand { base, fields, span }))
    }
}
