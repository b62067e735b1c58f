//! TOML: documents as trees, and what can be read of broken ones.
//!
//! Syntax: <https://toml.io/en/v1.1.0>.

mod events;

use crate::value::{Entry, Node, Object, Value};
use crate::{DEPTH_LIMIT, Parsed};
use events::{Events, Kind};
use prodcheck_source::{Note, Span};
use std::collections::HashMap;
use toml_parser::decoder::ScalarKind;
use toml_parser::{ErrorSink, ParseError};

/// Reads a TOML document: its root is always an object.
///
/// - Dates and times are text as spelled.
/// - The span of a table reaches from its header to its last value, that of a table which only a dotted key or a longer
///   header names from that key on. Spans of strings and quoted keys hold their quotes.
/// - A line that cannot be read costs itself, and a header that cannot be read costs the lines up to the next header: a
///   note each, and the table around them, and the root, are [`open`](Object::open). A value that cannot be read is
///   unknown.
/// - A key or table that is defined twice, which TOML forbids, is a note and stands in the tree twice.
pub fn parse(text: &str) -> Parsed<Node> {
    let mut errors = Vec::new();
    let events = Events::read(text, &mut errors);
    let mut reader = Reader::new(events, errors);
    reader.document();
    reader.finish(text)
}

/// How many notes one file gets: each is a line that could not be read.
const NOTE_LIMIT: usize = 20;

/// Where in [`Reader::tables`] a table is.
type TableId = usize;

const ROOT: TableId = 0;

struct Reader<'a> {
    events: Events<'a>,
    errors: Vec<ParseError>,
    notes: Vec<Note>,
    tables: Vec<Table>,
    /// Tables that have a header, by the header's offset: whose lines follow it.
    headers: Vec<(usize, TableId)>,
}

/// A table that is being read.
#[derive(Default)]
struct Table {
    /// The place of the header, or of the key that made it.
    span: Span,
    /// How many tables and arrays it stands in.
    depth: usize,
    /// How it was defined.
    defined: Defined,
    entries: Vec<(Key, Item)>,
    /// The last entry of each key.
    last: HashMap<String, usize>,
    open: bool,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum Defined {
    /// By a header or as an inline table: it can be defined so only once.
    #[default]
    Fully,
    /// By a longer header: its own header may follow.
    ByPath,
    /// By a dotted key: more dotted keys may follow.
    ByDottedKey,
}

#[derive(Clone)]
struct Key {
    text: String,
    span: Span,
}

enum Item {
    Value(Node),
    Table(TableId),
    Tables(Vec<TableId>),
}

impl<'a> Reader<'a> {
    fn new(events: Events<'a>, errors: Vec<ParseError>) -> Self {
        let headers = vec![(0, ROOT)];
        Self { events, errors, notes: Vec::new(), tables: vec![Table::default()], headers }
    }

    fn document(&mut self) {
        let mut current = ROOT;
        while let Some((kind, span)) = self.events.next() {
            match kind {
                Kind::TableOpen => current = self.header(span, false),
                Kind::ArrayTableOpen => current = self.header(span, true),
                Kind::Key => {
                    self.events.back();
                    self.key_value(current);
                }
                _ => {}
            }
        }
    }

    fn finish(mut self, text: &str) -> Parsed<Node> {
        for error in std::mem::take(&mut self.errors) {
            let note = note(text, &error);
            let at = note.span.map_or(0, |span| span.start as usize);
            let before = self.headers.partition_point(|(start, _)| *start <= at);
            let table = before.checked_sub(1).and_then(|last| self.headers.get(last)).map_or(ROOT, |(_, table)| *table);
            self.open(table);
            self.open(ROOT);
            self.notes.push(note);
        }
        self.notes.sort_by_key(|note| note.span);
        self.notes.truncate(NOTE_LIMIT);
        let mut tree = self.node(ROOT);
        tree.span = Span::new(0, text.trim_end().len());
        Parsed::with_notes(tree, self.notes)
    }

    fn open(&mut self, table: TableId) {
        if let Some(table) = self.tables.get_mut(table) {
            table.open = true;
        }
    }

    /// Reads a header, behind its opening brackets; gives the table whose lines follow.
    fn header(&mut self, open: Span, is_array: bool) -> TableId {
        let path = self.path();
        let close = self.events.next();
        let closed = match close {
            Some((Kind::TableClose, span)) if !is_array => Some(span),
            Some((Kind::ArrayTableClose, span)) if is_array => Some(span),
            _ => None,
        };
        if close.is_some() && closed.is_none() {
            self.events.back();
        }
        let span = closed.map_or(open, |close| open.to(close));
        let table = match (path, closed) {
            (Some(path), Some(_)) => self.define(&path, span, is_array),
            _ => None,
        };
        // Lines behind a header that makes no table are read, and belong nowhere.
        let table = table.unwrap_or_else(|| {
            self.open(ROOT);
            self.make(span, 0, Defined::Fully)
        });
        self.headers.push((span.start as usize, table));
        table
    }

    /// Makes the table that a header names.
    fn define(&mut self, path: &[Key], span: Span, is_array: bool) -> Option<TableId> {
        let (key, parents) = path.split_last()?;
        let parent = self.descend(ROOT, parents, Defined::ByPath)?;
        let depth = self.depth_within(parent, if is_array { 2 } else { 1 }, key.span)?;
        let table = match self.found(parent, &key.text) {
            Some(Item::Table(table)) if !is_array => *table,
            found => {
                let is_repeated = match found {
                    Some(Item::Tables(_)) if is_array => false,
                    found => found.is_some(),
                };
                let table = self.make(span, depth, Defined::Fully);
                match self.found(parent, &key.text) {
                    Some(Item::Tables(tables)) if is_array => tables.push(table),
                    _ if is_array => self.insert(parent, key.clone(), Item::Tables(vec![table]), is_repeated),
                    _ => self.insert(parent, key.clone(), Item::Table(table), is_repeated),
                }
                return Some(table);
            }
        };
        // A longer header has named this table before.
        if self.tables.get(table).is_some_and(|table| table.defined != Defined::ByPath) {
            self.repeated(key);
        }
        if let Some(table) = self.tables.get_mut(table) {
            table.defined = Defined::Fully;
            table.span = span;
        }
        self.place_key(parent, key);
        Some(table)
    }

    /// Reads `key = value`, into a table.
    fn key_value(&mut self, table: TableId) {
        let Some(path) = self.path() else {
            self.events.skip_value();
            return;
        };
        if !self.events.take(Kind::KeyValSep) {
            return;
        }
        let Some((key, parents)) = path.split_last() else { return };
        let parent = self.descend(table, parents, Defined::ByDottedKey);
        let Some((parent, depth)) = parent.and_then(|parent| Some((parent, self.depth_within(parent, 1, key.span)?)))
        else {
            self.events.skip_value();
            return;
        };
        let value = self.value(depth);
        let is_repeated = self.found(parent, &key.text).is_some();
        self.insert(parent, key.clone(), Item::Value(value), is_repeated);
    }

    /// Reads a key with dots; `None` where a part of it is missing or cannot be read.
    fn path(&mut self) -> Option<Vec<Key>> {
        let mut path = Some(Vec::new());
        while self.events.take(Kind::Key) {
            let known = self.errors.len();
            let (text, span) = self.events.key(&mut self.errors);
            match &mut path {
                Some(keys) if self.errors.len() == known => keys.push(Key { text, span }),
                _ => path = None,
            }
            if !self.events.take(Kind::KeySep) {
                break;
            }
        }
        path.filter(|keys| !keys.is_empty())
    }

    /// Reads a value that stands in `depth` tables and arrays.
    fn value(&mut self, depth: usize) -> Node {
        while self.events.take(Kind::Error) {}
        let before = self.events.end();
        match self.events.next() {
            Some((Kind::Scalar, span)) => self.scalar(span),
            Some((Kind::ArrayOpen | Kind::InlineTableOpen, span)) if depth >= DEPTH_LIMIT => {
                self.too_deep(span);
                self.events.back();
                let end = self.events.skip_value();
                Node::unknown(Span::new(span.start as usize, end))
            }
            Some((Kind::ArrayOpen, span)) => self.array(span, depth),
            Some((Kind::InlineTableOpen, span)) => self.inline_table(span, depth),
            Some(_) => {
                self.events.back();
                Node::unknown(Span::at(before))
            }
            None => Node::unknown(Span::at(before)),
        }
    }

    fn scalar(&mut self, span: Span) -> Node {
        let known = self.errors.len();
        let (kind, decoded) = self.events.scalar(&mut self.errors);
        if self.errors.len() > known {
            return Node::unknown(span);
        }
        let raw = || self.events.spelling(span).into();
        let value = match kind {
            ScalarKind::String => Value::String(decoded),
            ScalarKind::Boolean(value) => Value::Bool(value),
            ScalarKind::DateTime => Value::String(self.events.spelling(span).to_owned()),
            ScalarKind::Float => match decoded.parse() {
                Ok(value) => Value::Number { value, raw: raw() },
                Err(_) => return self.unreadable(span, "this number cannot be read"),
            },
            #[expect(clippy::cast_precision_loss, reason = "the tree's numbers are doubles, and keep their spelling")]
            ScalarKind::Integer(radix) => match i64::from_str_radix(&decoded, radix.value()) {
                Ok(value) => Value::Number { value: value as f64, raw: raw() },
                Err(_) => return self.unreadable(span, "this integer is too large"),
            },
        };
        Node::new(span, value)
    }

    fn unreadable(&mut self, span: Span, message: &'static str) -> Node {
        let place = toml_parser::Span::new_unchecked(span.start as usize, span.end as usize);
        self.errors.report_error(ParseError::new(message).with_unexpected(place));
        Node::unknown(span)
    }

    fn array(&mut self, open: Span, depth: usize) -> Node {
        let mut items = Vec::new();
        loop {
            match self.events.next() {
                Some((Kind::ArrayClose, span)) => return Node::new(open.to(span), Value::Array(items)),
                Some((Kind::Scalar | Kind::ArrayOpen | Kind::InlineTableOpen, _)) => {
                    self.events.back();
                    items.push(self.value(depth + 1));
                }
                Some((Kind::ValueSep | Kind::Error, _)) => {}
                Some(_) => {
                    self.events.back();
                    break;
                }
                None => break,
            }
        }
        let end = self.events.end();
        items.push(Node::unknown(Span::at(end)));
        Node::new(Span::new(open.start as usize, end), Value::Array(items))
    }

    fn inline_table(&mut self, open: Span, depth: usize) -> Node {
        let known = self.errors.len();
        let table = self.make(open, depth, Defined::Fully);
        let end = loop {
            match self.events.next() {
                Some((Kind::InlineTableClose, span)) => break span.end as usize,
                Some((Kind::Key, _)) => {
                    self.events.back();
                    self.key_value(table);
                }
                Some((Kind::ValueSep | Kind::Error | Kind::Scalar | Kind::KeyValSep, _)) => {}
                Some(_) => {
                    self.events.back();
                    self.open(table);
                    break self.events.end();
                }
                None => {
                    self.open(table);
                    break self.events.end();
                }
            }
        };
        let span = Span::new(open.start as usize, end);
        if self.errors.len() > known || self.events.has_error_in(span) {
            self.open(table);
        }
        let mut node = self.node(table);
        node.span = span;
        node
    }

    /// Follows keys down from a table, and makes the tables that are missing.
    fn descend(&mut self, from: TableId, path: &[Key], way: Defined) -> Option<TableId> {
        let mut table = from;
        for (at, key) in path.iter().enumerate() {
            let next = match self.found(table, &key.text) {
                Some(Item::Table(next)) => Some((*next, true)),
                // Dotted keys may pass through the last of an array's tables, and not add to it.
                Some(Item::Tables(tables)) => tables.last().map(|last| (*last, at + 1 == path.len())),
                Some(Item::Value(_)) | None => None,
            };
            table = match next {
                Some((next, is_extended)) => {
                    if is_extended {
                        self.extend(next, key, way);
                    }
                    next
                }
                None => {
                    let is_repeated = self.found(table, &key.text).is_some();
                    let depth = self.depth_within(table, 1, key.span)?;
                    let made = self.make(key.span, depth, way);
                    self.insert(table, key.clone(), Item::Table(made), is_repeated);
                    made
                }
            };
        }
        Some(table)
    }

    fn extend(&mut self, table: TableId, key: &Key, way: Defined) {
        let Some(table) = self.tables.get_mut(table) else { return };
        match (way, table.defined) {
            (Defined::ByDottedKey, Defined::Fully) => self.repeated(key),
            (Defined::ByDottedKey, Defined::ByPath) => table.defined = Defined::ByDottedKey,
            _ => {}
        }
    }

    fn depth_within(&mut self, table: TableId, more: usize, place: Span) -> Option<usize> {
        let depth = self.tables.get(table)?.depth + more;
        if depth > DEPTH_LIMIT {
            self.too_deep(place);
            self.open(table);
            return None;
        }
        Some(depth)
    }

    fn too_deep(&mut self, place: Span) {
        self.notes.push(Note::at(place, format!("nested deeper than {DEPTH_LIMIT} levels: not read")));
    }

    fn found(&mut self, table: TableId, key: &str) -> Option<&mut Item> {
        let table = self.tables.get_mut(table)?;
        let at = *table.last.get(key)?;
        table.entries.get_mut(at).map(|(_, item)| item)
    }

    /// Moves the place of a key to the header that defines it.
    fn place_key(&mut self, table: TableId, key: &Key) {
        if let Some(table) = self.tables.get_mut(table)
            && let Some((placed, _)) = table.last.get(&key.text).and_then(|at| table.entries.get_mut(*at))
        {
            placed.span = key.span;
        }
    }

    fn make(&mut self, span: Span, depth: usize, defined: Defined) -> TableId {
        self.tables.push(Table { span, depth, defined, ..Table::default() });
        self.tables.len() - 1
    }

    fn insert(&mut self, table: TableId, key: Key, item: Item, is_repeated: bool) {
        if is_repeated {
            self.repeated(&key);
        }
        if let Some(table) = self.tables.get_mut(table) {
            table.last.insert(key.text.clone(), table.entries.len());
            table.entries.push((key, item));
        }
    }

    fn repeated(&mut self, key: &Key) {
        self.notes.push(Note::at(key.span, format!("not valid TOML: `{}` is defined before", key.text)));
    }

    /// The finished tree of a table.
    fn node(&mut self, id: TableId) -> Node {
        let table = self.tables.get_mut(id).map(std::mem::take).unwrap_or_default();
        let mut span = table.span;
        let mut object = Object { entries: Vec::with_capacity(table.entries.len()), open: table.open };
        for (key, item) in table.entries {
            let value = match item {
                Item::Value(value) => value,
                Item::Table(table) => self.node(table),
                Item::Tables(tables) => {
                    let items: Vec<Node> = tables.into_iter().map(|table| self.node(table)).collect();
                    let span = items
                        .iter()
                        .fold(items.first().map_or(key.span, |first| first.span), |all, item| all.to(item.span));
                    Node::new(span, Value::Array(items))
                }
            };
            span = span.to(value.span);
            object.entries.push(Entry { key: key.text, key_span: key.span, value });
        }
        Node::new(span, Value::Object(object))
    }
}

fn note(text: &str, error: &ParseError) -> Note {
    let mut message = format!("not valid TOML: {}", error.description());
    let expected = error.expected().unwrap_or_default().iter().filter_map(|expected| match expected {
        toml_parser::Expected::Literal("\n") => Some("a new line".to_owned()),
        toml_parser::Expected::Literal(literal) => Some(format!("`{literal}`")),
        toml_parser::Expected::Description(description) => Some((*description).to_owned()),
        _ => None,
    });
    let expected = expected.collect::<Vec<_>>().join(", ");
    if !expected.is_empty() {
        message.push_str(", expected ");
        message.push_str(&expected);
    }
    let place = error.unexpected().or(error.context()).map(|span| (span.start(), span.end()));
    match place {
        Some((start, end)) => {
            let start = (0..=start.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let end = (end.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(start);
            Note::at(Span::new(start, end), message)
        }
        None => Note::whole(message),
    }
}

#[cfg(test)]
mod tests;
