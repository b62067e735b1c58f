//! Names and the files, packages and built-in modules that they mean.

use super::*;
use crate::in_memory::InMemory;

fn resolver(files: &[(&str, &str)]) -> impl Fn(&str, &str) -> String {
    let files = InMemory::new(files);
    let layout = Layout::of(files.sources());
    move |name, from| match layout.resolve(name, &from.into(), Asked::Import, files.sources()) {
        Resolution::File(path) => path.to_string(),
        Resolution::Builtin(name) => format!("built-in {name}"),
        Resolution::Package { name, subpath } => format!("package {name}{subpath}"),
        Resolution::Missing => "missing".to_owned(),
    }
}

#[test]
fn relative_paths() {
    let resolve = resolver(&[
        ("src/app.ts", ""),
        ("src/db/index.ts", ""),
        ("src/größe.mts", ""),
        ("config.json", "{}"),
        ("src/q.sql", ""),
        ("src/types.d.ts", ""),
    ]);
    assert_eq!(resolve("./db", "src/app.ts"), "src/db/index.ts");
    assert_eq!(resolve("./db/index.js", "src/app.ts"), "src/db/index.ts");
    assert_eq!(resolve("./größe.mjs", "src/app.ts"), "src/größe.mts");
    assert_eq!(resolve("../config", "src/app.ts"), "config.json");
    assert_eq!(resolve("./q.sql?raw", "src/app.ts"), "src/q.sql");
    assert_eq!(resolve("./types", "src/app.ts"), "src/types.d.ts");
    assert_eq!(resolve("..", "src/db/index.ts"), "missing");
    assert_eq!(resolve("../../../etc/passwd", "src/app.ts"), "missing");
    assert_eq!(resolve("/etc/passwd", "src/app.ts"), "missing");
}

#[test]
fn packages_and_built_in_modules() {
    let resolve = resolver(&[("a.js", "")]);
    assert_eq!(resolve("node:http", "a.js"), "built-in http");
    assert_eq!(resolve("fs/promises", "a.js"), "built-in fs/promises");
    assert_eq!(resolve("fs/other", "a.js"), "package fs/other");
    assert_eq!(resolve("express", "a.js"), "package express");
    assert_eq!(resolve("@nestjs/core/helpers", "a.js"), "package @nestjs/core/helpers");
    assert_eq!(resolve("npm:express@5/lib", "a.js"), "package express/lib");
    assert_eq!(resolve("npm:@hono/node-server@1.0", "a.js"), "package @hono/node-server");
    assert_eq!(resolve("virtual:pwa", "a.js"), "missing");
    assert_eq!(resolve("#unknown", "a.js"), "missing");
}

#[test]
fn paths_of_typescript() {
    let resolve = resolver(&[
        ("package.json", r#"{ "name": "api", "dependencies": { "config": "^3" } }"#),
        (
            "tsconfig.base.json",
            r#"{ "compilerOptions": { "baseUrl": "./src", "paths": { "@/*": ["*"], "@db": ["db/pool"], "@db/deep/*": ["never/*", "db/*"] } } }"#,
        ),
        ("tsconfig.json", r#"{ "extends": "./tsconfig.base" }"#),
        ("src/app.ts", ""),
        ("src/db/pool.ts", ""),
        ("src/config/index.ts", ""),
        ("src/util.ts", ""),
    ]);
    assert_eq!(resolve("@/db/pool", "src/app.ts"), "src/db/pool.ts");
    assert_eq!(resolve("@/db/pool.js", "src/app.ts"), "src/db/pool.ts");
    assert_eq!(resolve("@db", "src/app.ts"), "src/db/pool.ts");
    assert_eq!(resolve("@db/deep/pool", "src/app.ts"), "src/db/pool.ts");
    assert_eq!(resolve("util", "src/app.ts"), "src/util.ts");
    assert_eq!(
        resolve("config", "src/app.ts"),
        "package config",
        "what is depended on is not looked for below baseUrl"
    );
    assert_eq!(resolve("@/none", "src/app.ts"), "package @/none");
}

#[test]
fn packages_of_the_workspace_lead_to_their_sources() {
    let resolve = resolver(&[
        ("package.json", r#"{ "name": "root", "workspaces": ["packages/*", "apps/*"] }"#),
        (
            "packages/db/package.json",
            r#"{ "name": "@größe/db", "exports": { ".": { "types": "./dist/index.d.ts", "import": "./dist/index.js" }, "./pool": "./dist/pool.js", "./x/*": "./dist/x/*.js" } }"#,
        ),
        ("packages/db/tsconfig.json", r#"{ "compilerOptions": { "outDir": "dist", "rootDir": "src" } }"#),
        ("packages/db/src/index.ts", ""),
        ("packages/db/src/pool.ts", ""),
        ("packages/db/src/x/y.ts", ""),
        ("packages/log/package.json", r#"{ "name": "log", "main": "lib/main.js" }"#),
        ("packages/log/src/main.ts", ""),
        ("packages/log/src/other.ts", ""),
        (
            "apps/api/package.json",
            r##"{ "name": "api", "imports": { "#log": "log", "#lib/*": { "default": "./src/lib/*.ts" }, "#loop": "#loop" } }"##,
        ),
        ("apps/api/src/lib/a.ts", ""),
        (
            "other/package.json",
            r#"{ "name": "other", "dependencies": { "log": "^1", "@größe/db": "file:../packages/db" } }"#,
        ),
    ]);
    assert_eq!(resolve("@größe/db", "apps/api/src/a.ts"), "packages/db/src/index.ts");
    assert_eq!(resolve("@größe/db/pool", "apps/api/src/a.ts"), "packages/db/src/pool.ts");
    assert_eq!(resolve("@größe/db/x/y", "apps/api/src/a.ts"), "packages/db/src/x/y.ts");
    assert_eq!(resolve("log", "apps/api/src/a.ts"), "packages/log/src/main.ts");
    assert_eq!(resolve("log/other", "apps/api/src/a.ts"), "packages/log/src/other.ts");
    assert_eq!(resolve("#log", "apps/api/src/a.ts"), "packages/log/src/main.ts");
    assert_eq!(resolve("#lib/a", "apps/api/src/a.ts"), "apps/api/src/lib/a.ts");
    assert_eq!(resolve("#loop", "apps/api/src/a.ts"), "missing");
    assert_eq!(resolve("log", "other/a.ts"), "package log", "a release, and not the repository's own");
    assert_eq!(resolve("@größe/db", "other/a.ts"), "packages/db/src/index.ts");
}

#[test]
fn module_aliases_stand_for_what_lies_below_them() {
    let resolve = resolver(&[
        ("package.json", r#"{ "name": "api", "_moduleAliases": { "@root": ".", "@models": "src/models" } }"#),
        ("src/models/user.js", ""),
        ("src/models/index.js", ""),
        ("app.js", ""),
    ]);
    assert_eq!(resolve("@models/user", "app.js"), "src/models/user.js");
    assert_eq!(resolve("@models", "app.js"), "src/models/index.js");
    assert_eq!(resolve("@root/app", "src/models/user.js"), "app.js");
}
