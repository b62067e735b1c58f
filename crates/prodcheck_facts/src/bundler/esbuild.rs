//! Scripts that call esbuild.
//!
//! Source: <https://esbuild.github.io/api/>.

use super::{Bundling, entries, source_maps};
use crate::fields::text;
use prodcheck_formats::javascript::{Environment, Expr, Module, evaluate};
use prodcheck_formats::value::Node;

/// The builds of a script: what it calls esbuild with, and options of that shape that it gives to others.
pub(super) fn read(module: &Module) -> Vec<Bundling> {
    let imports = |wanted: &str| module.imports().iter().any(|import| module.name(import.source.value) == wanted);
    let calls_esbuild = imports("esbuild");
    let mut found: Vec<Bundling> = Vec::new();
    for (id, expr) in module.exprs() {
        let Expr::Object(_) = expr else { continue };
        let has = |key: &str| module.property(id, key).is_some();
        if !(has("entryPoints") && (has("outdir") || has("outfile"))) && !(calls_esbuild && has("entryPoints")) {
            continue;
        }
        let options = evaluate(module, id, &Environment::default());
        let build = of_options(&options);
        if !found.contains(&build) {
            found.push(build);
        }
    }
    found
}

fn of_options(node: &Node) -> Bundling {
    Bundling {
        entries: node.get("entryPoints").map(entries).unwrap_or_default(),
        out_dir: node.get("outdir").and_then(text),
        out_file: node.get("outfile").and_then(text),
        source_maps: node.get("sourcemap").and_then(source_maps),
        for_node: node.get("platform").and_then(Node::as_str).map(|platform| platform == "node"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prodcheck_formats::javascript::{Dialect, parse};

    #[test]
    fn reads_what_esbuild_is_called_with() {
        let text = "const { build } = require('esbuild'); build({ entryPoints: ['src/größe.ts'], outfile: 'dist/server.js', bundle: true, platform: 'node', sourcemap: true }).catch(() => process.exit(1))";
        let builds = read(&parse(text, Dialect::JavaScript).tree);
        let build = builds.first().expect("a build");
        assert_eq!(build.entries.first().map(|entry| entry.path.value.as_str()), Some("src/größe.ts"));
        assert_eq!(build.out_file.as_ref().map(|file| file.value.as_str()), Some("dist/server.js"));
        assert_eq!((build.source_maps.as_ref().map(|maps| maps.value), build.for_node), (Some(true), Some(true)));
        let other = "module.exports = { entryPoints: ['docs'], theme: 'x' }";
        assert_eq!(read(&parse(other, Dialect::JavaScript).tree), []);
    }
}
