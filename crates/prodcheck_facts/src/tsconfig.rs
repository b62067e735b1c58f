//! `tsconfig.json` and its kin: what TypeScript compiles, from where to where, and how it finds modules.
//!
//! Source: <https://www.typescriptlang.org/tsconfig/>. One file's own words only; `extends` is followed elsewhere.

use crate::fields::{text, texts, truth};
use prodcheck_formats::json;
use prodcheck_formats::value::Node;
use prodcheck_source::{Note, RepoPath, Spanned};

/// What one configuration says; what it leaves open is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TsConfig {
    /// The configurations that it builds on, as written; a later one wins over an earlier one.
    pub extends: Vec<Spanned<String>>,
    /// The compiler's options.
    pub options: CompilerOptions,
    /// The files to compile (`files`).
    pub files: Option<Vec<Spanned<String>>>,
    /// Patterns of files to compile.
    pub include: Option<Vec<Spanned<String>>>,
    /// Patterns of files that `include` leaves out.
    pub exclude: Option<Vec<Spanned<String>>>,
    /// The projects that are built before this one.
    pub references: Vec<Spanned<String>>,
}

/// The compiler options that matter to what runs in the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompilerOptions {
    /// The folder that the output goes to.
    pub out_dir: Option<Spanned<String>>,
    /// The folder whose layout the output repeats.
    pub root_dir: Option<Spanned<String>>,
    /// The folder that bare names and `paths` start from.
    pub base_url: Option<Spanned<String>>,
    /// Patterns of module names, each with the files to try.
    pub paths: Option<Vec<(String, Vec<Spanned<String>>)>>,
    /// Whether maps are written beside the output.
    pub source_map: Option<Spanned<bool>>,
    /// Whether maps are written into the output.
    pub inline_source_map: Option<Spanned<bool>>,
    /// Whether nothing is written at all.
    pub no_emit: Option<Spanned<bool>>,
    /// Whether only declarations are written.
    pub emit_declaration_only: Option<Spanned<bool>>,
    /// The kind of modules that is written.
    pub module: Option<Spanned<String>>,
    /// Whether JavaScript is compiled too.
    pub allow_js: Option<Spanned<bool>>,
    /// Whether the project is one of several that build on each other.
    pub composite: Option<Spanned<bool>>,
}

/// Whether a file is such a configuration: by its name, or because it lies in a package of shared ones.
pub fn is_tsconfig(path: &RepoPath) -> bool {
    let name = path.name();
    let named = name == "jsconfig.json" || (name.starts_with("tsconfig") && name.ends_with(".json"));
    let shared = || {
        let shares = |part: &str| part.contains("tsconfig") || part == "typescript-config";
        name.ends_with(".json") && name != "package.json" && path.parent().parts().any(shares)
    };
    named || shared()
}

/// Reads a configuration: JSON with comments and trailing commas.
pub fn read(content: &str) -> (TsConfig, Vec<Note>) {
    let parsed = json::parse(content);
    let tree = &parsed.tree;
    let list = |key: &str| tree.get(key).map(|node| node.items().iter().filter_map(text).collect());
    let references = tree.get("references").map_or(&[][..], Node::items);
    let config = TsConfig {
        extends: tree.get("extends").map(texts).unwrap_or_default(),
        options: tree.get("compilerOptions").map(options).unwrap_or_default(),
        files: list("files"),
        include: list("include"),
        exclude: list("exclude"),
        references: references.iter().filter_map(|reference| text(reference.get("path")?)).collect(),
    };
    (config, parsed.notes)
}

fn options(node: &Node) -> CompilerOptions {
    let string = |key: &str| node.get(key).and_then(text);
    let flag = |key: &str| node.get(key).and_then(truth);
    CompilerOptions {
        out_dir: string("outDir"),
        root_dir: string("rootDir"),
        base_url: string("baseUrl"),
        paths: node
            .get("paths")
            .map(|paths| paths.entries().map(|entry| (entry.key.clone(), texts(&entry.value))).collect()),
        source_map: flag("sourceMap"),
        inline_source_map: flag("inlineSourceMap"),
        no_emit: flag("noEmit"),
        emit_declaration_only: flag("emitDeclarationOnly"),
        module: string("module"),
        allow_js: flag("allowJs"),
        composite: flag("composite"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_comments_and_trailing_commas() {
        let content = r#"{
  // größe
  "extends": ["@tsconfig/node22/tsconfig.json", "./base"],
  "compilerOptions": {
    "outDir": "./dist", /* here */ "rootDir": "src", "sourceMap": true,
    "paths": { "@app/*": ["./src/app/*"], "~": ["./src"], },
  },
  "include": ["src/**/*"], "references": [{ "path": "../shared" }],
}"#;
        let (config, notes) = read(content);
        assert_eq!(notes, []);
        let out_dir = config.options.out_dir.expect("outDir");
        assert_eq!(content.get(out_dir.span.range()), Some("\"./dist\""));
        assert_eq!(config.extends.len(), 2);
        assert_eq!(config.options.paths.map(|paths| paths.len()), Some(2));
        assert_eq!(config.options.source_map.map(|flag| flag.value), Some(true));
        assert_eq!(config.options.no_emit, None);
        assert_eq!(config.references.first().map(|path| path.value.as_str()), Some("../shared"));
        assert_eq!(read(r#"{ "extends": "./a.json" }"#).0.extends.len(), 1);
    }

    #[test]
    fn a_broken_file_leaves_a_note() {
        let (config, notes) = read(r#"{ "compilerOptions": { "outDir": "build", "rootDir": }"#);
        assert!(!notes.is_empty());
        assert_eq!(config.options.out_dir.map(|out| out.value), Some("build".to_owned()));
    }

    #[test]
    fn knows_its_files() {
        for path in ["tsconfig.json", "api/tsconfig.build.json", "packages/tsconfig/base.json", "jsconfig.json"] {
            assert!(is_tsconfig(&path.into()), "{path}");
        }
        for path in ["packages/tsconfig/package.json", "config.json", "tsconfig.ts"] {
            assert!(!is_tsconfig(&path.into()), "{path}");
        }
    }
}
