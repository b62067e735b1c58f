//! YAML 1.2: documents as trees, with anchors, aliases and merge keys resolved.
//!
//! Syntax: <https://yaml.org/spec/1.2.2/>; merge keys: <https://yaml.org/type/merge.html>.

mod scalar;

use crate::value::{Entry, Node, Object, Unknown, Value};
use crate::{DEPTH_LIMIT, Parsed};
use granit_parser::{Event, Parser, ScalarStyle, Tag};
use prodcheck_source::{Note, Span};
use std::collections::{HashMap, HashSet};

/// Reads a stream of YAML documents.
///
/// - Scalars follow the core schema of YAML 1.2: `yes`, `no`, `on` and `off` are text, and so are keys of every spelling.
///   A scalar with a tag outside of that schema (`!Ref`) is text.
/// - An alias is a copy of what it names, with the alias' own span around children that stand at the anchor. Copies are
///   bounded; beyond the bound an alias is unknown, with a note.
/// - `<<: *a` and `<<: [*a, *b]` bring their entries in front of the mapping's own, which win; of several the first wins.
///   Merged entries stand where they were written.
/// - A key that is no scalar (`{{ .Values.x }}: 1`) is spelled as in the text.
/// - A document that breaks off is kept up to there: mappings that were not finished are [`open`](Object::open),
///   sequences end in an unknown element, and the note says where. Documents after it are read.
/// - Spans of quoted scalars hold the quotes, those of block scalars (`|`, `>`) begin with their first line's text; those of
///   absent values are empty.
pub fn parse(text: &str) -> Parsed<Vec<Node>> {
    let options = granit_parser::options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        block_scalar_eof_without_line_feed: true,
        flow_nesting_limit: DEPTH_LIMIT,
        block_nesting_limit: DEPTH_LIMIT,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder::new(text);
    loop {
        match parser.next_event() {
            None => break,
            Some(Ok((event, span))) => builder.event(event, span),
            Some(Err(error)) => {
                let at = error.marker().byte_offset().unwrap_or(text.len());
                builder.broken(at, format!("not valid YAML: {}", error.kind()));
                if !matches!(parser.proceed_next_document(), Ok(true)) {
                    break;
                }
            }
        }
    }
    builder.finish()
}

/// What a node weighs against the bound on copies, in bytes, besides its text.
const NODE_WEIGHT: usize = 64;

/// How much may be copied for anchors and aliases in a text of so many bytes.
fn copy_budget(text: &str) -> usize {
    (1 << 20) + text.len().saturating_mul(8)
}

struct Builder<'a> {
    text: &'a str,
    documents: Vec<Node>,
    notes: Vec<Note>,
    frames: Vec<Frame>,
    /// What the anchors of this document name, by the parser's number of the anchor.
    anchors: HashMap<usize, Built>,
    /// What may still be copied, in bytes.
    budget: usize,
    /// How many containers are open that are nested too deep to be read.
    skipping: usize,
}

/// A finished node.
#[derive(Clone)]
struct Built {
    node: Node,
    /// Its size in bytes, roughly.
    weight: usize,
    /// How many containers stand in one another in it.
    height: usize,
}

/// A container that is being read.
struct Frame {
    start: usize,
    end: usize,
    tag: Option<Box<str>>,
    anchor: usize,
    weight: usize,
    height: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping { own: Object, merged: Vec<Entry>, key: Option<Key> },
}

struct Key {
    text: String,
    span: Span,
    /// It is a merge key: `<<`, not quoted.
    merges: bool,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            documents: Vec::new(),
            notes: Vec::new(),
            frames: Vec::new(),
            anchors: HashMap::new(),
            budget: copy_budget(text),
            skipping: 0,
        }
    }

    fn finish(self) -> Parsed<Vec<Node>> {
        Parsed::with_notes(self.documents, self.notes)
    }

    fn event(&mut self, event: Event<'_>, place: granit_parser::Span) {
        let range = place.byte_range().unwrap_or(0..0);
        let span = Span::new(range.start, range.end);
        if self.skipping > 0 {
            match event {
                Event::SequenceStart(..) | Event::MappingStart(..) => self.skipping += 1,
                Event::SequenceEnd | Event::MappingEnd => self.skipping -= 1,
                _ => {}
            }
            return;
        }
        let tag_as_written = || place.tag_span().and_then(|tag| tag.slice(self.text)).map(Box::from);
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let tag_as_written = tag_as_written();
                self.scalar(&value, style, anchor, tag.as_deref(), tag_as_written, span);
            }
            Event::SequenceStart(_, anchor, _) => {
                let tag = tag_as_written();
                self.open(Content::Sequence(Vec::new()), anchor, tag, span);
            }
            Event::MappingStart(_, anchor, _) => {
                let tag = tag_as_written();
                let content = Content::Mapping { own: Object::default(), merged: Vec::new(), key: None };
                self.open(content, anchor, tag, span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(name) => {
                self.notes.push(Note::at(span, format!("the anchor `&{name}` is not defined before this")));
                self.add(Built { node: Node::unknown(span), weight: NODE_WEIGHT, height: 0 });
            }
            Event::DocumentEnd => self.anchors.clear(),
            _ => {}
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        tag_as_written: Option<Box<str>>,
        span: Span,
    ) {
        let is_absent = span.is_empty() && style == ScalarStyle::Plain;
        let text = if is_absent { "" } else { text };
        let span = match style {
            ScalarStyle::Literal | ScalarStyle::Folded => self.without_blank_end(span),
            _ => span,
        };
        if anchor == 0
            && let Some(Frame { content: Content::Mapping { key: key @ None, .. }, weight, .. }) =
                self.frames.last_mut()
        {
            let is_merge_tag =
                tag.is_some_and(|tag| tag.suffix_in_namespace("tag:yaml.org,2002:").as_deref() == Some("merge"));
            let merges = text == "<<" && (style == ScalarStyle::Plain && tag.is_none() || is_merge_tag);
            *weight += text.len();
            *key = Some(Key { text: text.to_owned(), span, merges });
            return;
        }
        let value = match (tag, style) {
            (None, ScalarStyle::Plain) => scalar::plain(text),
            (None, _) => Value::String(text.to_owned()),
            (Some(tag), _) => match tag.core_suffix() {
                Some(name) => scalar::tagged(name, text),
                None if is_absent => Value::Null,
                None => Value::String(text.to_owned()),
            },
        };
        let node = Node { span, value, tag: tag_as_written };
        let built = Built { node, weight: NODE_WEIGHT + text.len(), height: 0 };
        self.define(anchor, &built);
        self.add(built);
    }

    fn without_blank_end(&self, span: Span) -> Span {
        let written = self.text.get(span.range()).unwrap_or("");
        Span::new(span.start as usize, span.start as usize + written.trim_end().len())
    }

    fn open(&mut self, content: Content, anchor: usize, tag: Option<Box<str>>, span: Span) {
        if self.frames.len() == DEPTH_LIMIT {
            self.notes.push(Note::at(span, format!("nested deeper than {DEPTH_LIMIT} levels: not read")));
            self.skipping = 1;
            self.add(Built { node: Node::unknown(span), weight: NODE_WEIGHT, height: 0 });
            return;
        }
        let (start, end) = (span.start as usize, span.end as usize);
        self.frames.push(Frame { start, end, tag, anchor, weight: NODE_WEIGHT, height: 1, content });
    }

    fn close(&mut self, span: Span) {
        let Some(mut frame) = self.frames.pop() else { return };
        // The end of a block stands before the next token, behind blank lines and comments; a bracket is no blank.
        if !span.is_empty() {
            frame.end = span.end as usize;
        }
        let built = frame.build();
        self.define(built.1, &built.0);
        self.add(built.0);
    }

    fn define(&mut self, anchor: usize, built: &Built) {
        // Where the bound is reached, the alias says so.
        if anchor != 0 && self.pay(built.weight) {
            self.anchors.insert(anchor, built.clone());
        }
    }

    fn pay(&mut self, weight: usize) -> bool {
        match self.budget.checked_sub(weight) {
            Some(rest) => {
                self.budget = rest;
                true
            }
            None => false,
        }
    }

    fn alias(&mut self, anchor: usize, span: Span) {
        let target = self.anchors.get(&anchor).map(|target| (target.weight, target.height));
        let refusal = match target {
            None if self.frames.iter().any(|frame| frame.anchor == anchor) => Some("the alias stands in what it names"),
            Some((_, height)) if self.frames.len() + height > DEPTH_LIMIT => {
                Some("aliases are nested too deep here: not read")
            }
            Some((weight, _)) if self.pay(weight) => None,
            _ => Some("aliases make this file too large: not read"),
        };
        let copy = self.anchors.get(&anchor).filter(|_| refusal.is_none()).cloned();
        let mut built = copy.unwrap_or(Built { node: Node::unknown(span), weight: NODE_WEIGHT, height: 0 });
        built.node.span = span;
        if let Some(refusal) = refusal {
            self.notes.push(Note::at(span, refusal));
        }
        self.add(built);
    }

    /// Puts a finished node where it belongs: into the innermost container, or as a document.
    fn add(&mut self, built: Built) {
        let Some(frame) = self.frames.last_mut() else {
            self.documents.push(built.node);
            return;
        };
        let node = built.node;
        frame.weight += built.weight;
        frame.height = frame.height.max(built.height + 1);
        frame.end = frame.end.max(node.span.end as usize);
        match &mut frame.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping { key: key @ None, .. } => {
                let as_written = || self.text.get(node.span.range()).unwrap_or("").to_owned();
                let text = node.to_text().unwrap_or_else(as_written);
                *key = Some(Key { text, span: node.span, merges: false });
            }
            Content::Mapping { own, merged, key: key @ Some(_) } => {
                let Some(Key { text, span, merges }) = key.take() else { return };
                if !merges {
                    own.entries.push(Entry { key: text, key_span: span, value: node });
                } else if !merge(node, merged, &mut own.open) {
                    own.open = true;
                    self.notes.push(Note::at(span, "`<<` wants a mapping or a list of mappings"));
                }
            }
        }
    }

    /// Gives up this document at a byte offset and keeps what was read of it.
    fn broken(&mut self, at: usize, message: String) {
        self.notes.push(Note::at(Span::at(at), message));
        self.skipping = 0;
        while let Some(mut frame) = self.frames.pop() {
            match &mut frame.content {
                Content::Sequence(items) => items.push(Node::unknown(Span::at(frame.end))),
                Content::Mapping { own, key, .. } => {
                    own.open = true;
                    if let Some(Key { text, span, merges: false }) = key.take() {
                        let value = Node::unknown(Span::at(span.end as usize));
                        own.entries.push(Entry { key: text, key_span: span, value });
                    }
                }
            }
            let built = frame.build();
            self.add(built.0);
        }
        self.anchors.clear();
    }
}

impl Frame {
    /// The node, and the number of its anchor.
    fn build(self) -> (Built, usize) {
        let value = match self.content {
            Content::Sequence(items) => Value::Array(items),
            Content::Mapping { own, merged, .. } => Value::Object(with_merged(own, merged)),
        };
        let node = Node { span: Span::new(self.start, self.end), value, tag: self.tag };
        (Built { node, weight: self.weight, height: self.height }, self.anchor)
    }
}

/// Takes the entries of a merge key's value, the weakest first; whether it is something that can be merged.
fn merge(node: Node, merged: &mut Vec<Entry>, open: &mut bool) -> bool {
    match node.value {
        Value::Object(object) => {
            *open |= object.open;
            merged.extend(object.entries);
            true
        }
        Value::Array(items) => items.into_iter().rev().all(|item| match item.value {
            Value::Object(object) => {
                *open |= object.open;
                merged.extend(object.entries);
                true
            }
            Value::Unknown(Unknown::Computed) => {
                *open = true;
                true
            }
            _ => false,
        }),
        Value::Unknown(_) => {
            *open = true;
            true
        }
        _ => false,
    }
}

/// The own entries behind those merged ones that they do not replace.
fn with_merged(mut own: Object, merged: Vec<Entry>) -> Object {
    if merged.is_empty() {
        return own;
    }
    let mut taken: HashSet<String> = own.entries.iter().map(|entry| entry.key.clone()).collect();
    let mut kept: Vec<Entry> = merged.into_iter().rev().filter(|entry| taken.insert(entry.key.clone())).collect();
    kept.reverse();
    kept.append(&mut own.entries);
    own.entries = kept;
    own
}

#[cfg(test)]
mod tests;
