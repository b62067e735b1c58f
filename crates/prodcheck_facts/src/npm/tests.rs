//! What is read of real spellings of `package.json`, and of broken ones.

use super::*;

fn whole(text: &str) -> Package {
    let (package, notes) = read(text);
    assert_eq!(notes, [], "{text}");
    package
}

#[test]
fn reads_what_a_service_writes() {
    let text = r#"{
  "name": "@größe/api", "version": "1.0.0", "private": true, "type": "module", "main": "dist/server.js",
  "scripts": { "start": "node dist/server.js", "build": "tsc" },
  "dependencies": { "express": "^5.0.0" },
  "devDependencies": { "typescript": "~5.9", "express": "*" },
  "engines": { "node": ">=22" },
  "devEngines": { "runtime": { "name": "node", "version": "24.x", "onFail": "error" }, "packageManager": [{ "name": "pnpm" }] },
  "volta": { "node": "24.1.0" },
  "packageManager": "pnpm@10.2.0+sha512.abc"
}"#;
    let package = whole(text);
    assert_eq!(package.name.as_ref().map(|name| name.value.as_str()), Some("@größe/api"));
    assert_eq!(package.module_kind, ModuleKind::EsModule);
    assert!(package.private && !package.broken && !package.is_marker());
    let start = package.script("start").expect("a start script");
    assert_eq!(text.get(start.command.span.range()), Some("\"node dist/server.js\""));
    assert_eq!(package.dependency("express").map(|found| found.kind), Some(DependencyKind::Runtime));
    assert!(package.runtime_dependency("typescript").is_none() && package.dependency("typescript").is_some());
    assert_eq!(
        package.engines.first().map(|(name, range)| (name.as_str(), range.value.as_str())),
        Some(("node", ">=22"))
    );
    let engines: Vec<_> =
        package.dev_engines.iter().map(|engine| (engine.kind.as_str(), engine.name.value.as_str())).collect();
    assert_eq!(engines, [("runtime", "node"), ("packageManager", "pnpm")]);
    assert_eq!(package.volta.len(), 1);
}

#[test]
fn bin_and_workspaces_have_two_forms_each() {
    let package =
        whole(r#"{ "name": "@scope/tool", "bin": "./cli.js", "workspaces": ["packages/*", "!packages/old"] }"#);
    assert_eq!(
        package.bin.first().map(|(name, path)| (name.as_str(), path.value.as_str())),
        Some(("tool", "./cli.js"))
    );
    assert_eq!(package.workspaces.map(|found| found.patterns.len()), Some(2));
    let package =
        whole(r#"{ "bin": { "a": "a.js", "b": "b.js" }, "workspaces": { "packages": ["apps/*"], "nohoist": [] } }"#);
    assert!(whole(r#"{ "workspaces": { "nohoist": ["**/x"] } }"#).workspaces.is_none());
    assert_eq!(package.bin.len(), 2);
    assert_eq!(package.workspaces.map(|found| found.patterns.len()), Some(1));
}

#[test]
fn a_broken_file_gives_what_stands_before_the_break() {
    let (package, notes) =
        read(r#"{ "name": "api", "scripts": { "start": "node server.js" }, "dependencies": { "express" "5" } }"#);
    assert!(package.broken && !notes.is_empty());
    assert_eq!(package.script("start").map(|script| script.command.value.as_str()), Some("node server.js"));
    for text in ["", "[]", "{", "\"a\"", "{ \"name\": 5 }", "{ \"scripts\": [] }", "<<<<<<< HEAD\n{}"] {
        assert_ne!(read(text).1, [], "{text}");
    }
}

#[test]
fn wrong_types_are_noted_and_left_out() {
    let (package, notes) = read(r#"{ "scripts": { "start": 5, "build": "tsc" }, "workspaces": "apps" }"#);
    assert_eq!(package.scripts.len(), 1);
    let messages: Vec<_> = notes.iter().map(|note| note.message.as_str()).collect();
    assert_eq!(messages, ["the script `start` is no text", "`workspaces` is no list"]);
}

#[test]
fn a_file_that_only_names_the_module_kind_is_no_package() {
    assert!(whole(r#"{ "type": "commonjs" }"#).is_marker());
    assert!(!whole(r#"{ "scripts": {} }"#).is_marker());
}

#[test]
fn exports_are_found_as_node_finds_them() {
    let package = whole(
        r##"{ "exports": { ".": { "import": "./index.mjs", "require": "./index.cjs" }, "./lib/*": "./src/lib/*.js",
        "./lib/private/*": null, "./deep/*/x": ["./d/*.js"] }, "imports": { "#db": { "node": "./db.js", "default": "./db-web.js" } } }"##,
    );
    let exports = package.exports.expect("exports");
    let paths = |name: &str| -> Vec<String> {
        let Some((target, _)) = exports.find(name) else { return vec!["none".into()] };
        target.paths(&["node", "import"]).iter().map(|path| path.value.clone()).collect()
    };
    assert_eq!(paths("."), ["./index.mjs"]);
    assert_eq!(paths("./lib/a/b"), ["./src/lib/*.js"]);
    assert_eq!(exports.find("./lib/a/b").and_then(|(_, star)| star), Some("a/b"));
    assert!(paths("./lib/private/a").is_empty());
    assert_eq!(paths("./other"), ["none"]);
    assert_eq!(exports.find("./deep/ü/x").and_then(|(_, star)| star), Some("ü"));
    let imports = package.imports.expect("imports");
    let (target, _) = imports.find("#db").expect("#db");
    assert_eq!(target.paths(&["node"]).first().map(|path| path.value.as_str()), Some("./db.js"));
    let sugar = whole(r#"{ "exports": "./a.js" }"#).exports.expect("exports");
    assert!(sugar.find(".").is_some() && sugar.find("./a").is_none());
}
