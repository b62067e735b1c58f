//! Rendered text as YAML trees in which what depends on unknown conditions is unknown.

use super::render::Alternative;
use super::text::{CERTAIN, Text, UNKNOWN};
use prodcheck_formats::DEPTH_LIMIT;
use prodcheck_formats::value::{Entry, Node, Object, Unknown, Value};
use prodcheck_source::Span;
use std::collections::HashMap;

/// One document of a rendered template.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The tree, with spans in the rendered text. Entries that may or may not be there are left out and their mapping is
    /// [`open`](Object::open); values that may differ are unknown.
    pub tree: Node,
    /// Whether it is there at all depends on a condition that is unknown.
    pub is_conditional: bool,
}

/// The documents of a text.
pub(super) fn documents(text: &Text, alternatives: &[Alternative]) -> Vec<Document> {
    let parsed = prodcheck_formats::yaml::parse(text.as_str());
    let reader = Reader { text, alternatives };
    parsed.tree.iter().filter(|node| !node.is_null()).map(|node| reader.document(node)).collect()
}

struct Reader<'a> {
    text: &'a Text,
    alternatives: &'a [Alternative],
}

impl Reader<'_> {
    fn document(&self, node: &Node) -> Document {
        let entries = node.as_object().map_or(&[][..], |object| &object.entries);
        let first = entries.first().map_or(CERTAIN, |entry| self.branch(entry.key_span));
        let shares =
            |branch: &u32| entries.iter().all(|entry| self.chain(self.branch(entry.key_span)).contains(branch));
        let context = self.chain(first).into_iter().find(shares).unwrap_or(CERTAIN);
        Document { tree: self.node(node, context, 0), is_conditional: context != CERTAIN }
    }

    fn branch(&self, span: Span) -> u32 {
        self.text.piece_at(span.start as usize).map_or(CERTAIN, |piece| piece.branch)
    }

    fn alternative(&self, branch: u32) -> Option<Alternative> {
        self.alternatives.get((branch as usize).checked_sub(1)?).copied()
    }

    /// An alternative and those around it, innermost first.
    fn chain(&self, branch: u32) -> Vec<u32> {
        let next = |branch: &u32| self.alternative(*branch).map(|alternative| alternative.parent);
        std::iter::successors(Some(branch), next).take_while(|branch| *branch != CERTAIN).take(DEPTH_LIMIT).collect()
    }

    /// Whether what stands in a branch is there, where the context is.
    fn is_certain(&self, branch: u32, context: u32) -> bool {
        branch == CERTAIN || branch == context || self.chain(context).contains(&branch)
    }

    fn node(&self, node: &Node, context: u32, depth: usize) -> Node {
        if depth > DEPTH_LIMIT {
            return Node::unknown(node.span);
        }
        let value = match &node.value {
            Value::Object(object) => Value::Object(self.object(object, context, depth)),
            Value::Array(items) => {
                let item = |item: &Node| match self.is_certain(self.branch(item.span), context) {
                    true => self.node(item, context, depth + 1),
                    false => Node::unknown(item.span),
                };
                Value::Array(items.iter().map(item).collect())
            }
            Value::String(text) if text.contains(UNKNOWN) => Value::Unknown(Unknown::Computed),
            Value::Null => Value::Null,
            _ if !self.is_certain(self.branch(node.span), context) => Value::Unknown(Unknown::Computed),
            other => other.clone(),
        };
        Node { value, ..node.clone() }
    }

    fn object(&self, object: &Object, context: u32, depth: usize) -> Object {
        let mut entries: Vec<Entry> = Vec::new();
        let mut open = object.open;
        let mut by_key: HashMap<&str, Vec<&Entry>> = HashMap::new();
        for entry in &object.entries {
            by_key.entry(entry.key.as_str()).or_default().push(entry);
        }
        for entry in object.effective() {
            if entry.key.contains(UNKNOWN) {
                open = true;
                continue;
            }
            let branch = self.branch(entry.key_span);
            let value = if self.is_certain(branch, context) {
                self.node(&entry.value, context, depth + 1)
            } else {
                match self.of_all(by_key.get(entry.key.as_str()).map_or(&[][..], Vec::as_slice), entry, context, depth)
                {
                    Some(value) => value,
                    None => {
                        open = true;
                        continue;
                    }
                }
            };
            entries.push(Entry { value, ..entry.clone() });
        }
        Object { entries, open }
    }

    /// The value of a key that stands in some alternatives: where it stands in both of a condition with one value, that;
    /// where it stands in any case but its value differs, an unknown one; nothing where it may be missing.
    fn of_all(&self, same_key: &[&Entry], entry: &Entry, context: u32, depth: usize) -> Option<Node> {
        let unknown = Node::unknown(entry.value.span);
        if same_key.iter().any(|other| self.is_certain(self.branch(other.key_span), context)) {
            return Some(unknown);
        }
        let branch = self.branch(entry.key_span);
        let own = self.alternative(branch)?;
        let is_other = |other: &&&Entry| {
            let other = self.branch(other.key_span);
            other != branch && self.alternative(other).is_some_and(|other| other.condition == own.condition)
        };
        let other = same_key.iter().find(is_other)?;
        if !self.is_certain(own.parent, context) {
            return None;
        }
        let value = self.node(&entry.value, branch, depth + 1);
        let other = self.node(&other.value, self.branch(other.key_span), depth + 1);
        Some(if same(&value, &other, 0) { value } else { unknown })
    }
}

/// Whether two trees say the same, wherever they stand.
fn same(a: &Node, b: &Node, depth: usize) -> bool {
    if depth > DEPTH_LIMIT {
        return false;
    }
    match (&a.value, &b.value) {
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => false,
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, depth + 1)),
        (Value::Object(a), Value::Object(b)) => {
            let equal = |(a, b): (&Entry, &Entry)| a.key == b.key && same(&a.value, &b.value, depth + 1);
            !a.open && !b.open && a.entries.len() == b.entries.len() && a.entries.iter().zip(&b.entries).all(equal)
        }
        (a, b) => a == b,
    }
}

/// Makes lines that are nothing but unknown into YAML that fits between their neighbours: an entry among entries, an
/// item among items. An unknown value below its key stays what it is.
pub(super) fn settled(text: &Text) -> Text {
    if !text.as_str().contains(UNKNOWN) {
        return text.clone();
    }
    let lines = text.split("\n");
    let shapes: Vec<Shape> = lines.iter().map(|line| shape(line.as_str())).collect();
    let before = neighbours(&shapes, shapes.iter().enumerate());
    let after = neighbours(&shapes, shapes.iter().enumerate().rev());
    let mut out = Text::default();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.push_str("\n", None);
        }
        let Some(Shape::Unknown { indent }) = shapes.get(index) else {
            out.push(line);
            continue;
        };
        let beside = |found: &[Option<usize>]| {
            let neighbour = found.get(index).copied().flatten().and_then(|at| shapes.get(at));
            neighbour.and_then(|shape| match shape {
                Shape::Line { indent: own, is_item } if own == indent => Some(*is_item),
                _ => None,
            })
        };
        let is_item = match (beside(&before), beside(&after)) {
            (None, None) => None,
            (before, after) => Some(before == Some(true) || after == Some(true)),
        };
        let padding = line.slice(0..*indent);
        let rest = line.trimmed(str::trim);
        out.push(&padding);
        match is_item {
            Some(true) => {
                out.push(&rest.replaced(format!("- {UNKNOWN}")));
            }
            Some(false) => out.push(&rest.replaced(format!("{UNKNOWN}: {UNKNOWN}"))),
            None => out.push(&rest),
        }
    }
    out
}

/// What a line is to its neighbours.
enum Shape {
    Blank,
    Unknown { indent: usize },
    Line { indent: usize, is_item: bool },
}

fn shape(line: &str) -> Shape {
    let rest = line.trim();
    let indent = line.len() - line.trim_start().len();
    if rest.is_empty() || rest.starts_with('#') {
        Shape::Blank
    } else if rest.chars().all(|c| c == UNKNOWN || c == ' ') {
        Shape::Unknown { indent }
    } else if rest == "---" {
        // Nothing beyond it is a neighbour.
        Shape::Line { indent: usize::MAX, is_item: false }
    } else {
        Shape::Line { indent, is_item: rest.starts_with("- ") || rest == "-" }
    }
}

/// For each unknown line the nearest line, in the order given, that is not indented deeper.
fn neighbours<'a>(shapes: &[Shape], order: impl Iterator<Item = (usize, &'a Shape)>) -> Vec<Option<usize>> {
    let mut found = vec![None; shapes.len()];
    // Lines that may be a neighbour, each indented deeper than the one below it.
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for (index, shape) in order {
        match shape {
            Shape::Blank => {}
            Shape::Line { indent: usize::MAX, .. } => stack.clear(),
            Shape::Line { indent, .. } => {
                while stack.last().is_some_and(|(own, _)| own >= indent) {
                    stack.pop();
                }
                stack.push((*indent, index));
            }
            Shape::Unknown { indent } => {
                let at = stack.partition_point(|(own, _)| own <= indent);
                let nearest = at.checked_sub(1).and_then(|at| stack.get(at));
                if let Some(slot) = found.get_mut(index) {
                    *slot = nearest.map(|(_, index)| *index);
                }
            }
        }
    }
    found
}
