//! Which file of the repository a module path means: extensions left out, folders, sources beside what is built.
//!
//! Sources: <https://nodejs.org/api/modules.html#all-together>,
//! <https://www.typescriptlang.org/docs/handbook/modules/reference.html#file-extension-substitution>.

use crate::Sources;
use prodcheck_facts::npm::Package;
use prodcheck_source::RepoPath;

/// The extensions of modules, those of TypeScript first: where both lie side by side, the other is built from it.
const EXTENSIONS: &[&str] = &["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];

/// The extensions that a TypeScript source of a built file can have, by the built file's.
fn source_extensions(built: &str) -> &'static [&'static str] {
    match built {
        "js" => &["ts", "tsx", "js", "jsx", "mts", "mjs", "cts", "cjs"],
        "mjs" => &["mts", "mjs", "ts", "tsx", "js", "jsx"],
        "cjs" => &["cts", "cjs", "ts", "tsx", "js", "jsx"],
        "jsx" => &["tsx", "jsx", "ts", "js"],
        _ => EXTENSIONS,
    }
}

/// The path without a module's extension, and that extension.
pub fn split_extension(path: &RepoPath) -> (RepoPath, Option<&str>) {
    match path.extension().filter(|extension| EXTENSIONS.contains(extension)) {
        Some(extension) => {
            let stem = path.as_str().strip_suffix(extension).and_then(|stem| stem.strip_suffix('.'));
            (RepoPath::new(stem.unwrap_or(path.as_str())), Some(extension))
        }
        None => (path.clone(), None),
    }
}

/// Whether a file is a module that this engine can read: JavaScript or TypeScript, no declarations.
pub fn is_module(path: &RepoPath) -> bool {
    let name = path.name();
    let declares = [".d.ts", ".d.mts", ".d.cts"].iter().any(|ending| name.ends_with(ending));
    !declares && path.extension().is_some_and(|extension| EXTENSIONS.contains(&extension))
}

fn with_extension(stem: &RepoPath, extension: &str) -> RepoPath {
    RepoPath::new(&format!("{stem}.{extension}"))
}

fn first_file(stem: &RepoPath, extensions: &[&str], sources: Sources<'_>) -> Option<RepoPath> {
    if stem.is_root() {
        return None;
    }
    extensions.iter().map(|extension| with_extension(stem, extension)).find(|path| sources.files.contains(path))
}

/// The source whose name is `stem` and some extension, for a built file with the extension `built`; else the `index`
/// of the folder `stem`.
pub fn source_named(stem: &RepoPath, built: Option<&str>, sources: Sources<'_>) -> Option<RepoPath> {
    let extensions = built.map_or(EXTENSIONS, source_extensions);
    first_file(stem, extensions, sources)
        .or_else(|| first_file(&stem.join("index")?, EXTENSIONS, sources).filter(|_| built.is_none()))
}

/// The file that a path means to Node.js, to TypeScript and to the bundlers: itself, itself with an extension, a source
/// that stands beside it, or the main module of the folder.
pub fn module_at(path: &RepoPath, sources: Sources<'_>) -> Option<RepoPath> {
    module_at_depth(path, sources, 0)
}

/// The declaration file that a path means to TypeScript, where there is no module.
pub fn declaration_at(path: &RepoPath, sources: Sources<'_>) -> Option<RepoPath> {
    let stem = split_extension(path).0;
    first_file(&stem, &["d.ts", "d.mts", "d.cts"], sources)
        .or_else(|| first_file(&stem.join("index")?, &["d.ts"], sources))
}

/// How often the `main` of a folder may name a folder again.
const FOLDER_LIMIT: usize = 8;

fn module_at_depth(path: &RepoPath, sources: Sources<'_>, depth: usize) -> Option<RepoPath> {
    if !path.is_root() && sources.files.contains(path) {
        return Some(path.clone());
    }
    let (stem, extension) = split_extension(path);
    if extension.is_some()
        && let Some(source) = source_named(&stem, extension, sources)
    {
        return Some(source);
    }
    if let Some(file) = first_file(path, EXTENSIONS, sources) {
        return Some(file);
    }
    let json = with_extension(path, "json");
    if !path.is_root() && sources.files.contains(&json) {
        return Some(json);
    }
    if depth < FOLDER_LIMIT {
        let package: Option<&Package> = sources.facts.package(&path.join("package.json")?);
        let main = package.and_then(|package| package.main.as_ref());
        if let Some(main) = main.and_then(|main| path.join(&main.value)).filter(|main| main != path)
            && let Some(found) = module_at_depth(&main, sources, depth + 1)
        {
            return Some(found);
        }
    }
    first_file(&path.join("index")?, EXTENSIONS, sources)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_memory::InMemory;

    #[test]
    fn finds_what_node_and_typescript_find() {
        let files = InMemory::new(&[
            ("src/a.ts", ""),
            ("src/b.mts", ""),
            ("src/c/index.tsx", ""),
            ("src/größe.js", ""),
            ("src/d.json", "{}"),
            ("src/only.d.ts", ""),
            ("lib/package.json", r#"{ "name": "lib", "main": "./src" }"#),
            ("lib/src/index.js", ""),
            ("loop/package.json", r#"{ "name": "loop", "main": "." }"#),
            ("up/package.json", r#"{ "name": "up", "main": "../up2" }"#),
            ("up2/package.json", r#"{ "name": "up2", "main": "../up" }"#),
        ]);
        let at = |path: &str| module_at(&path.into(), files.sources()).map_or("none".into(), |found| found.to_string());
        assert_eq!(at("src/a"), "src/a.ts");
        assert_eq!(at("src/a.js"), "src/a.ts");
        assert_eq!(at("src/b.mjs"), "src/b.mts");
        assert_eq!(at("src/c"), "src/c/index.tsx");
        assert_eq!(at("src/größe"), "src/größe.js");
        assert_eq!(at("src/d"), "src/d.json");
        assert_eq!(at("lib"), "lib/src/index.js");
        for missing in ["src/only", "src/a.json", "loop", "up", ".", "src/a/b"] {
            assert_eq!(at(missing), "none", "{missing}");
        }
    }
}
