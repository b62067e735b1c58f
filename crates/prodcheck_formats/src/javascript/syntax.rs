//! One run of the parser, and its errors in words.

use super::tree::Comment;
use super::{Dialect, lower};
use prodcheck_source::Note;
use std::cell::RefCell;
use swc_core::atoms::Atom;
use swc_core::common::comments::{Comment as SwcComment, CommentKind, Comments};
use swc_core::common::{BytePos, Spanned as _, input::StringInput};
use swc_core::ecma::ast::{EsVersion, Program};
use swc_core::ecma::parser::error::{Error, SyntaxError};
use swc_core::ecma::parser::{EsSyntax, Lexer, Parser, Syntax, TsSyntax};

/// What the parser made of a text.
pub struct Run {
    /// The program; or, where the parser gave up, why.
    pub program: Result<Program, Note>,
    /// What it complained of and then went on.
    pub errors: Vec<Note>,
    /// The comments, in the order of the text.
    pub comments: Vec<Comment>,
}

/// Runs the parser on a text of at most 4 GiB.
pub fn run(text: &str, dialect: Dialect) -> Run {
    let collected = Collected { text, comments: RefCell::default() };
    let end = BytePos(lower::START.0.saturating_add(u32::try_from(text.len()).unwrap_or(u32::MAX)));
    let input = StringInput::new(text, lower::START, end);
    let lexer = Lexer::new(syntax(dialect), EsVersion::latest(), input, Some(&collected));
    let mut parser = Parser::new_from(lexer);
    let program = match dialect {
        Dialect::JavaScriptModule => parser.parse_module().map(Program::Module),
        Dialect::JavaScriptScript => parser.parse_commonjs().map(Program::Script),
        Dialect::JavaScript | Dialect::TypeScript | Dialect::TypeScriptJsx => parser.parse_program(),
    };
    let errors = parser.take_errors().iter().filter(|error| is_broken(error)).map(|error| note(text, error)).collect();
    let mut comments = collected.comments.take();
    comments.sort_by_key(|comment| comment.span);
    comments.dedup();
    Run { program: program.map_err(|error| note(text, &error)), errors, comments }
}

fn syntax(dialect: Dialect) -> Syntax {
    match dialect {
        Dialect::TypeScript | Dialect::TypeScriptJsx => Syntax::Typescript(TsSyntax {
            tsx: dialect.has_jsx(),
            decorators: true,
            no_early_errors: true,
            ..TsSyntax::default()
        }),
        Dialect::JavaScript | Dialect::JavaScriptModule | Dialect::JavaScriptScript => Syntax::Es(EsSyntax {
            jsx: true,
            fn_bind: false,
            decorators: true,
            decorators_before_export: true,
            export_default_from: true,
            import_attributes: true,
            allow_super_outside_method: true,
            allow_return_outside_function: true,
            auto_accessors: true,
            explicit_resource_management: true,
        }),
    }
}

/// Whether a complaint means that the text says something else than its writer thought. Most of those that the parser
/// goes on after are rules about where a form may be used, which a compiler enforces.
fn is_broken(error: &Error) -> bool {
    matches!(
        innermost(error.kind()),
        SyntaxError::Eof
            | SyntaxError::UnterminatedBlockComment
            | SyntaxError::UnterminatedStrLit
            | SyntaxError::UnterminatedRegExp
            | SyntaxError::UnterminatedTpl
            | SyntaxError::UnterminatedJSXContents
            | SyntaxError::Unexpected { .. }
            | SyntaxError::UnexpectedChar { .. }
            | SyntaxError::Expected(..)
            | SyntaxError::ExpectedIdent
            | SyntaxError::ExpectedSemi
            | SyntaxError::ExpectedSemiForExprStmt { .. }
            | SyntaxError::InvalidExpr
            | SyntaxError::InvalidPat
            | SyntaxError::JSXExpectedClosingTag { .. }
            | SyntaxError::JSXExpectedClosingTagForLtGt
            | SyntaxError::TS1185
    )
}

fn innermost(kind: &SyntaxError) -> &SyntaxError {
    let mut kind = kind;
    while let SyntaxError::WithLabel { inner, .. } = kind {
        kind = inner.kind();
    }
    kind
}

fn note(text: &str, error: &Error) -> Note {
    let span = lower::place(text, error.span());
    let message = match innermost(error.kind()) {
        SyntaxError::TS1185 => "a merge conflict is left in it".to_owned(),
        SyntaxError::Eof => "the file ends too early".to_owned(),
        SyntaxError::Unexpected { got, .. } if span.end > span.start => format!("unexpected `{got}`"),
        _ if span.start as usize >= text.trim_end().len() => "the file ends too early".to_owned(),
        kind => lower_first(&kind.msg()),
    };
    Note::at(span, format!("not valid JavaScript: {message}"))
}

/// A sentence of the parser's as we write messages.
fn lower_first(message: &str) -> String {
    let message = message.trim_end_matches('.').replace('\'', "`").replace(". Expected", ", expected");
    let mut chars = message.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => message,
    }
}

/// Takes the comments that the parser finds, and nothing but their places.
struct Collected<'t> {
    text: &'t str,
    comments: RefCell<Vec<Comment>>,
}

impl Collected<'_> {
    fn add(&self, comment: &SwcComment) {
        let span = lower::place(self.text, comment.span);
        self.comments.borrow_mut().push(Comment { span, is_block: comment.kind == CommentKind::Block });
    }
}

impl Comments for Collected<'_> {
    fn add_leading(&self, _: BytePos, comment: SwcComment) {
        self.add(&comment);
    }

    fn add_leading_comments(&self, _: BytePos, comments: Vec<SwcComment>) {
        comments.iter().for_each(|comment| self.add(comment));
    }

    fn add_trailing(&self, _: BytePos, comment: SwcComment) {
        self.add(&comment);
    }

    fn add_trailing_comments(&self, _: BytePos, comments: Vec<SwcComment>) {
        comments.iter().for_each(|comment| self.add(comment));
    }

    fn has_leading(&self, _: BytePos) -> bool {
        false
    }

    fn move_leading(&self, _: BytePos, _: BytePos) {}

    fn take_leading(&self, _: BytePos) -> Option<Vec<SwcComment>> {
        None
    }

    fn get_leading(&self, _: BytePos) -> Option<Vec<SwcComment>> {
        None
    }

    fn has_trailing(&self, _: BytePos) -> bool {
        false
    }

    fn move_trailing(&self, _: BytePos, _: BytePos) {}

    fn take_trailing(&self, _: BytePos) -> Option<Vec<SwcComment>> {
        None
    }

    fn get_trailing(&self, _: BytePos) -> Option<Vec<SwcComment>> {
        None
    }

    fn add_pure_comment(&self, _: BytePos) {}

    fn with_leading<F, Ret>(&self, _: BytePos, f: F) -> Ret
    where
        F: FnOnce(&[SwcComment]) -> Ret,
    {
        f(&[])
    }

    fn with_trailing<F, Ret>(&self, _: BytePos, f: F) -> Ret
    where
        F: FnOnce(&[SwcComment]) -> Ret,
    {
        f(&[])
    }

    fn has_flag(&self, _: BytePos, _: &str) -> bool {
        false
    }
}

/// The program of an empty text.
pub fn empty() -> Program {
    Program::Script(swc_core::ecma::ast::Script {
        span: swc_core::common::DUMMY_SP,
        body: Vec::new(),
        shebang: None::<Atom>,
    })
}
