//! Configurations of bundlers: which sources they read, and what they write.

mod esbuild;
mod rollup;
mod tsup;
mod webpack;

use crate::fields;
use prodcheck_formats::javascript::{Dialect, Environment, exported, parse};
use prodcheck_formats::json;
use prodcheck_formats::value::{Node, Unknown, Value};
use prodcheck_source::{Note, RepoPath, Span, Spanned};

/// What one configuration file builds. Paths are relative to the file's folder, or to the folder that the bundler runs in
/// where they are written without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundlerFile {
    /// The bundler.
    pub tool: &'static str,
    /// The builds; a file can hold several.
    pub builds: Vec<Bundling>,
}

/// One build of a bundler.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bundling {
    /// The entries.
    pub entries: Vec<BundleEntry>,
    /// The folder of the output.
    pub out_dir: Option<Spanned<String>>,
    /// The one file of the output, or a pattern with `[name]`, relative to the folder of the output where there is one.
    pub out_file: Option<Spanned<String>>,
    /// Whether it writes source maps; `None` where it does what it does by default.
    pub source_maps: Option<Spanned<bool>>,
    /// Whether it builds for Node.js; `None` where nothing is said.
    pub for_node: Option<bool>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleEntry {
    /// Its name, which becomes that of the output; `None` where the path makes it.
    pub name: Option<String>,
    /// The source's path; patterns are among them.
    pub path: Spanned<String>,
}

/// Which bundler reads a file of this name.
fn tool(path: &RepoPath) -> Option<&'static str> {
    let name = path.name();
    if name.ends_with(".d.ts") {
        return None;
    }
    let (stem, extension) = name.rsplit_once('.')?;
    let code = matches!(extension, "js" | "cjs" | "mjs" | "ts" | "mts" | "cts");
    let first = stem.split('.').next().unwrap_or(stem);
    let config = stem.contains(".config") || stem.ends_with("-config");
    match first {
        "webpack" | "rspack" | "rollup" | "vite" | "tsup" | "tsdown" if code && (config || stem.contains('.')) => {
            ["webpack", "rspack", "rollup", "vite", "tsup", "tsdown"].into_iter().find(|tool| *tool == first)
        }
        "tsup" if extension == "json" && config => Some("tsup"),
        _ if code && (first == "esbuild" || first == "build" || path.parent().name() == "esbuild") => Some("esbuild"),
        _ => None,
    }
}

/// Whether a file is a bundler's, or a script that calls one.
pub fn is_bundler(path: &RepoPath) -> bool {
    tool(path).is_some()
}

/// Reads a bundler's file; `None` where it builds nothing that can be told.
pub fn read(path: &RepoPath, content: &str) -> (Option<BundlerFile>, Vec<Note>) {
    let Some(tool) = tool(path) else { return (None, Vec::new()) };
    if let Some(dialect) = Dialect::of(path.as_str()) {
        let parsed = parse(content, dialect);
        if tool == "esbuild" {
            let builds = esbuild::read(&parsed.tree);
            return ((!builds.is_empty()).then_some(BundlerFile { tool, builds }), parsed.notes);
        }
        let tree = exported(&parsed.tree, &Environment::default());
        (tree.and_then(|tree| of_tree(tool, &tree)), parsed.notes)
    } else {
        let parsed = json::parse(content);
        (of_tree(tool, &parsed.tree), parsed.notes)
    }
}

fn of_tree(tool: &'static str, tree: &Node) -> Option<BundlerFile> {
    let listed = tree.items();
    let configurations = if listed.is_empty() { std::slice::from_ref(tree) } else { listed };
    let builds = configurations.iter().flat_map(|node| match tool {
        "webpack" | "rspack" => vec![webpack::read(node)],
        "rollup" => rollup::read(node),
        "vite" => rollup::vite(node),
        _ => vec![tsup::read(node)],
    });
    let builds: Vec<Bundling> = builds.filter(|build| *build != Bundling::default()).collect();
    (!builds.is_empty()).then_some(BundlerFile { tool, builds })
}

/// Entries as most bundlers take them: a path, a list of paths, or an object of named ones.
fn entries(node: &Node) -> Vec<BundleEntry> {
    let entry = |name: Option<&str>, node: &Node| {
        let path = fields::text(node).or_else(|| node.items().last().and_then(fields::text));
        // webpack takes `{ import: path }` as well, and esbuild `{ in, out }`.
        let path = path.or_else(|| node.get("import").and_then(fields::text));
        let pair = || Some((node.get("out").and_then(fields::text)?.value, node.get("in").and_then(fields::text)?));
        match (path, pair()) {
            (Some(path), _) => Some(BundleEntry { name: name.map(str::to_owned), path }),
            (None, Some((name, path))) => Some(BundleEntry { name: Some(name), path }),
            (None, None) => None,
        }
    };
    match &node.value {
        Value::Array(items) => items.iter().filter_map(|item| entry(None, item)).collect(),
        Value::Object(_) => node.entries().filter_map(|one| entry(Some(&one.key), &one.value)).collect(),
        _ => entry(None, node).into_iter().collect(),
    }
}

/// Whether a setting of source maps switches them on: `true`, `'inline'`, `'source-map'`.
fn source_maps(node: &Node) -> Option<Spanned<bool>> {
    let value = match &node.value {
        Value::Bool(value) => *value,
        Value::String(kind) => kind != "none" && !kind.is_empty() && !kind.starts_with("eval"),
        _ => return None,
    };
    Some(Spanned::new(value, node.span))
}

/// A text that stands at a place.
fn said(text: &str, span: Span) -> Spanned<String> {
    Spanned::new(text.to_owned(), span)
}

/// Whether nothing can be told of a value.
fn is_unknown(node: &Node) -> bool {
    matches!(node.value, Value::Unknown(Unknown::Computed | Unknown::Expression(_)))
}

#[cfg(test)]
mod tests;
