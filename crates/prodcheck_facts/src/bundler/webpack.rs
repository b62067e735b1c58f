//! webpack and Rspack.
//!
//! Sources: <https://webpack.js.org/configuration/>, <https://rspack.rs/config/>.

use super::{BundleEntry, Bundling, entries, is_unknown, said, source_maps};
use crate::fields::text;
use prodcheck_formats::value::Node;
use prodcheck_source::Spanned;

pub(super) fn read(node: &Node) -> Bundling {
    if node.as_object().is_none() {
        return Bundling::default();
    }
    let context = node.get("context").and_then(text).map_or_else(String::new, |context| format!("{}/", context.value));
    let listed = match node.get("entry") {
        None => vec![BundleEntry { name: None, path: said("./src/index", node.span) }],
        Some(entry) => entries(entry),
    };
    let named = listed.into_iter().map(|entry| BundleEntry {
        // An entry without a name is called `main`.
        name: entry.name.or_else(|| Some("main".to_owned())),
        path: match entry.path.value.starts_with('/') {
            true => entry.path,
            false => Spanned::new(format!("{context}{}", entry.path.value), entry.path.span),
        },
    });
    let output = |key: &str| node.at(&["output", key]);
    Bundling {
        entries: named.collect(),
        out_dir: match output("path") {
            Some(path) if is_unknown(path) => None,
            Some(path) => text(path),
            None => Some(said("dist", node.span)),
        },
        out_file: output("filename").and_then(text).or_else(|| Some(said("[name].js", node.span))),
        source_maps: node.get("devtool").and_then(source_maps),
        for_node: node.get("target").and_then(|target| {
            let first = target.items().first().unwrap_or(target).as_str()?;
            Some(first.starts_with("node") || first.starts_with("async-node"))
        }),
    }
}
