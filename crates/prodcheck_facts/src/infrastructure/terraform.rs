//! Terraform's and OpenTofu's files: resources, and variables with a default.
//!
//! Follows <https://developer.hashicorp.com/terraform/language>.

use super::{Infrastructure, MOST, Resource, Tool};
use prodcheck_formats::hcl::{self, Block, Body};
use prodcheck_formats::value::{Entry, Node, Object, Value};
use prodcheck_source::Note;

/// How deep blocks are read.
const DEPTH: usize = 12;

pub(super) fn read(text: &str) -> (Option<Infrastructure>, Vec<Note>) {
    let parsed = hcl::parse(text);
    let resource = |block: &Block| {
        let (kind, name) = (block.labels.first()?, block.labels.get(1)?);
        let properties = object(&block.body, block, DEPTH);
        Some(Resource { kind: kind.clone(), name: name.clone(), span: block.header(), properties })
    };
    let default = |block: &Block| Some((block.label(0)?.to_owned(), block.body.get("default")?.clone()));
    let found = Infrastructure {
        tool: Tool::Terraform,
        resources: parsed.tree.blocks("resource").take(MOST).filter_map(resource).collect(),
        defaults: parsed.tree.blocks("variable").take(MOST).filter_map(default).collect(),
    };
    (Some(found), parsed.notes)
}

fn object(body: &Body, block: &Block, depth: usize) -> Node {
    let mut entries: Vec<Entry> = Vec::new();
    for attribute in &body.attributes {
        entries.push(Entry {
            key: attribute.name.value.clone(),
            key_span: attribute.name.span,
            value: attribute.value.clone(),
        });
    }
    if let Some(depth) = depth.checked_sub(1) {
        for inner in &body.blocks {
            let value = object(&inner.body, inner, depth);
            entries.push(Entry { key: inner.kind.value.clone(), key_span: inner.header(), value });
        }
    }
    Node::new(block.span, Value::Object(Object { entries, open: body.open }))
}
