//! Rollup, and Vite, which builds with it.
//!
//! Sources: <https://rollupjs.org/configuration-options/>, <https://vite.dev/config/build-options.html>.

use super::{Bundling, entries, said, source_maps};
use crate::fields::text;
use prodcheck_formats::value::Node;

/// One build an output.
pub(super) fn read(node: &Node) -> Vec<Bundling> {
    let input = node.get("input").map(entries).unwrap_or_default();
    let Some(output) = node.get("output") else { return Vec::new() };
    let outputs = if output.items().is_empty() { std::slice::from_ref(output) } else { output.items() };
    let builds = outputs.iter().filter(|output| output.as_object().is_some()).map(|output| Bundling {
        entries: input.clone(),
        out_dir: output.get("dir").and_then(text),
        out_file: output.get("file").or_else(|| output.get("entryFileNames")).and_then(text),
        source_maps: output.get("sourcemap").and_then(source_maps),
        for_node: None,
    });
    builds.collect()
}

/// Only a build for servers has an entry of the project's own code for Node.js; others start from `index.html`.
pub(super) fn vite(node: &Node) -> Vec<Bundling> {
    let Some(build) = node.get("build") else { return Vec::new() };
    let input = build.at(&["rollupOptions", "input"]).map(entries).unwrap_or_default();
    let ssr = build.get("ssr").map(entries).unwrap_or_default();
    let library = build.at(&["lib", "entry"]).map(entries).unwrap_or_default();
    let server = build.get("ssr").is_some_and(|ssr| ssr.as_str().is_some() || ssr.as_bool() == Some(true));
    let entries = [ssr, input, library].into_iter().find(|entries| !entries.is_empty()).unwrap_or_default();
    let out_file = build.at(&["rollupOptions", "output", "entryFileNames"]).and_then(text);
    vec![Bundling {
        entries,
        out_dir: build.get("outDir").and_then(text).or_else(|| Some(said("dist", build.span))),
        out_file,
        source_maps: build.get("sourcemap").and_then(source_maps),
        for_node: Some(server),
    }]
}
