//! tsup and tsdown.
//!
//! Sources: <https://tsup.egoist.dev>, <https://tsdown.dev/reference/api/Interface.Options>.

use super::{BundleEntry, Bundling, entries, said, source_maps};
use crate::fields::text;
use prodcheck_formats::value::Node;

pub(super) fn read(node: &Node) -> Bundling {
    if node.as_object().is_none() {
        return Bundling::default();
    }
    let entry = node.get("entry").or_else(|| node.get("entryPoints"));
    Bundling {
        entries: match entry {
            Some(entry) => entries(entry),
            None => vec![BundleEntry { name: None, path: said("src/index.ts", node.span) }],
        },
        out_dir: node.get("outDir").and_then(text).or_else(|| Some(said("dist", node.span))),
        out_file: None,
        source_maps: node.get("sourcemap").and_then(source_maps),
        for_node: node.get("platform").and_then(Node::as_str).map(|platform| platform == "node"),
    }
}
