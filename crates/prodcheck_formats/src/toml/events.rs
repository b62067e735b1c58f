//! TOML as a list of events, which the tree is made from.

use crate::DEPTH_LIMIT;
use prodcheck_source::Span;
use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::parser::EventReceiver;
use toml_parser::{ErrorSink, ParseError, Raw, Source};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    TableOpen,
    TableClose,
    ArrayTableOpen,
    ArrayTableClose,
    InlineTableOpen,
    InlineTableClose,
    ArrayOpen,
    ArrayClose,
    Key,
    KeySep,
    KeyValSep,
    Scalar,
    ValueSep,
    /// Something that does not belong where it stands.
    Error,
}

#[derive(Clone, Copy)]
struct Event {
    kind: Kind,
    encoding: Option<Encoding>,
    span: toml_parser::Span,
}

/// The events of a text without blanks and comments, and how far they were read.
pub(super) struct Events<'a> {
    source: Source<'a>,
    events: Vec<Event>,
    at: usize,
    /// Offsets of the errors that the syntax has, in order.
    errors: Vec<usize>,
}

impl<'a> Events<'a> {
    /// Reads a text and reports what is wrong with its syntax.
    pub(super) fn read(text: &'a str, errors: &mut Vec<ParseError>) -> Self {
        let source = Source::new(text);
        let tokens = source.lex().into_vec();
        let mut receiver = Receiver { source, events: Vec::with_capacity(tokens.len()), depth: 0 };
        toml_parser::parser::parse_document(&tokens, &mut receiver, errors);
        let mut places: Vec<usize> =
            errors.iter().filter_map(ParseError::unexpected).map(|span| span.start()).collect();
        places.sort_unstable();
        Self { source, events: receiver.events, at: 0, errors: places }
    }

    pub(super) fn next(&mut self) -> Option<(Kind, Span)> {
        let event = self.events.get(self.at)?;
        self.at += 1;
        Some((event.kind, Span::new(event.span.start(), event.span.end())))
    }

    /// Puts the last event back.
    pub(super) fn back(&mut self) {
        self.at = self.at.saturating_sub(1);
    }

    pub(super) fn take(&mut self, kind: Kind) -> bool {
        let is_next = self.events.get(self.at).is_some_and(|event| event.kind == kind);
        self.at += usize::from(is_next);
        is_next
    }

    /// Where the last event ends.
    pub(super) fn end(&self) -> usize {
        self.last().map_or(0, |event| event.span.end())
    }

    /// Reads past a value, and the `=` before it where there is one; gives its end.
    pub(super) fn skip_value(&mut self) -> usize {
        self.take(Kind::KeyValSep);
        while self.take(Kind::Error) {}
        let mut depth = 0usize;
        while let Some(event) = self.events.get(self.at) {
            match event.kind {
                Kind::ArrayOpen | Kind::InlineTableOpen => depth += 1,
                Kind::ArrayClose | Kind::InlineTableClose if depth > 0 => depth -= 1,
                Kind::Scalar => {}
                _ if depth > 0 => {}
                _ => break,
            }
            self.at += 1;
            if depth == 0 {
                break;
            }
        }
        self.end()
    }

    /// The text of the last event, which is a key, and its place.
    pub(super) fn key(&self, errors: &mut Vec<ParseError>) -> (String, Span) {
        let mut key = String::new();
        let span = self.last().map_or(Span::default(), |event| Span::new(event.span.start(), event.span.end()));
        if let Some(raw) = self.raw() {
            raw.decode_key(&mut key, errors);
        }
        (key, span)
    }

    /// The kind and the text of the last event, which is a scalar.
    pub(super) fn scalar(&self, errors: &mut Vec<ParseError>) -> (ScalarKind, String) {
        let mut text = String::new();
        let kind = self.raw().map_or(ScalarKind::String, |raw| raw.decode_scalar(&mut text, errors));
        (kind, text)
    }

    pub(super) fn spelling(&self, span: Span) -> &'a str {
        self.source.input().get(span.range()).unwrap_or("")
    }

    pub(super) fn has_error_in(&self, span: Span) -> bool {
        let from = self.errors.partition_point(|at| *at < span.start as usize);
        self.errors.get(from).is_some_and(|at| *at <= span.end as usize)
    }

    fn last(&self) -> Option<&Event> {
        self.events.get(self.at.checked_sub(1)?)
    }

    fn raw(&self) -> Option<Raw<'a>> {
        let event = self.last()?;
        let raw = self.source.input().get(event.span.start()..event.span.end())?;
        Some(Raw::new_unchecked(raw, event.encoding, event.span))
    }
}

/// Takes events from the parser, and keeps it from recursing too deep.
struct Receiver<'a> {
    source: Source<'a>,
    events: Vec<Event>,
    depth: usize,
}

impl Receiver<'_> {
    fn push(&mut self, kind: Kind, span: toml_parser::Span) {
        self.events.push(Event { kind, encoding: None, span });
    }

    fn open(&mut self, kind: Kind, span: toml_parser::Span) -> bool {
        self.push(kind, span);
        self.depth += 1;
        self.depth <= DEPTH_LIMIT
    }

    fn close(&mut self, kind: Kind, span: toml_parser::Span) {
        self.push(kind, span);
        self.depth = self.depth.saturating_sub(1);
    }
}

impl EventReceiver for Receiver<'_> {
    fn std_table_open(&mut self, span: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.push(Kind::TableOpen, span);
    }

    fn std_table_close(&mut self, span: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.push(Kind::TableClose, span);
    }

    fn array_table_open(&mut self, span: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.push(Kind::ArrayTableOpen, span);
    }

    fn array_table_close(&mut self, span: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.push(Kind::ArrayTableClose, span);
    }

    fn inline_table_open(&mut self, span: toml_parser::Span, _: &mut dyn ErrorSink) -> bool {
        self.open(Kind::InlineTableOpen, span)
    }

    fn inline_table_close(&mut self, span: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.close(Kind::InlineTableClose, span);
    }

    fn array_open(&mut self, span: toml_parser::Span, _: &mut dyn ErrorSink) -> bool {
        self.open(Kind::ArrayOpen, span)
    }

    fn array_close(&mut self, span: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.close(Kind::ArrayClose, span);
    }

    fn simple_key(&mut self, span: toml_parser::Span, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        self.events.push(Event { kind: Kind::Key, encoding, span });
    }

    fn key_sep(&mut self, span: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.push(Kind::KeySep, span);
    }

    fn key_val_sep(&mut self, span: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.push(Kind::KeyValSep, span);
    }

    fn scalar(&mut self, span: toml_parser::Span, encoding: Option<Encoding>, _: &mut dyn ErrorSink) {
        self.events.push(Event { kind: Kind::Scalar, encoding, span });
    }

    fn value_sep(&mut self, span: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.push(Kind::ValueSep, span);
    }

    fn comment(&mut self, span: toml_parser::Span, errors: &mut dyn ErrorSink) {
        if let Some(raw) = self.source.get(span) {
            raw.decode_comment(errors);
        }
    }

    fn newline(&mut self, span: toml_parser::Span, errors: &mut dyn ErrorSink) {
        if let Some(raw) = self.source.get(span) {
            raw.decode_newline(errors);
        }
    }

    fn error(&mut self, span: toml_parser::Span, _: &mut dyn ErrorSink) {
        self.push(Kind::Error, span);
    }
}
