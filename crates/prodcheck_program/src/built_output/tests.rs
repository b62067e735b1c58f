//! The table of built files and their sources.

use super::*;
use crate::in_memory::InMemory;

fn source(files: &[(&str, &str)], built: &str) -> String {
    let files = InMemory::new(files);
    let workspaces = Workspaces::of(files.sources());
    let builds = Builds::of(files.sources(), &workspaces);
    builds.source_of(&built.into(), files.sources()).map_or_else(|why| format!("none: {why}"), |path| path.to_string())
}

#[test]
fn typescript() {
    let plain = [
        ("tsconfig.json", r#"{ "compilerOptions": { "outDir": "dist", "rootDir": "src" } }"#),
        ("src/server.ts", ""),
        ("src/größe/index.ts", ""),
    ];
    assert_eq!(source(&plain, "dist/server.js"), "src/server.ts");
    assert_eq!(source(&plain, "dist/server"), "src/server.ts");
    assert_eq!(source(&plain, "dist/größe"), "src/größe/index.ts");
    assert_eq!(source(&plain, "dist/größe/index.js"), "src/größe/index.ts");
    assert!(source(&plain, "dist/other.js").starts_with("none: `dist/other.js` is not in the repository"));
    let inferred = [
        ("tsconfig.json", r#"{ "compilerOptions": { "outDir": "./build" }, "include": ["server"] }"#),
        ("server/main.mts", ""),
        ("server/a/b.ts", ""),
    ];
    assert_eq!(source(&inferred, "build/main.mjs"), "server/main.mts");
    assert_eq!(
        source(&inferred, "build/server/main.mjs"),
        "server/main.mts",
        "the folder itself is the root in TypeScript 6"
    );
    let extended = [
        ("tsconfig.base.json", r#"{ "compilerOptions": { "outDir": "out/never", "rootDir": "." } }"#),
        (
            "apps/api/tsconfig.json",
            r#"{ "extends": "../../tsconfig.base", "compilerOptions": { "outDir": "../../out/api", "rootDir": "." } }"#,
        ),
        ("apps/api/source/run.ts", ""),
    ];
    assert_eq!(source(&extended, "out/api/source/run.js"), "apps/api/source/run.ts");
    let no_emit = [("tsconfig.json", r#"{ "compilerOptions": { "outDir": "x", "noEmit": true } }"#), ("a.ts", "")];
    assert!(source(&no_emit, "x/a.js").starts_with("none"));
}

#[test]
fn what_is_run_as_it_is() {
    let files = [
        ("server.js", ""),
        ("tsconfig.json", r#"{ "compilerOptions": { "outDir": "." } }"#),
        ("api/app.ts", ""),
        ("api/app.js", ""),
    ];
    assert_eq!(source(&files, "server.js"), "server.js");
    assert_eq!(source(&files, "server"), "server.js");
    assert_eq!(source(&files, "api/app.js"), "api/app.ts", "built beside its source");
    let package = [("package.json", r#"{ "name": "a", "main": "dist/server.js" }"#), ("src/server.ts", "")];
    assert_eq!(source(&package, "."), "src/server.ts");
}

#[test]
fn committed_output_is_not_the_source() {
    let files = [
        ("tsconfig.json", r#"{ "compilerOptions": { "outDir": "dist" }, "include": ["src"] }"#),
        ("src/index.ts", ""),
        ("dist/index.js", ""),
    ];
    assert_eq!(source(&files, "dist/index.js"), "src/index.ts");
}

#[test]
fn nest() {
    let single = [
        ("nest-cli.json", "{}"),
        ("tsconfig.json", r#"{ "compilerOptions": { "outDir": "./dist" } }"#),
        ("src/main.ts", ""),
        ("test/app.e2e-spec.ts", ""),
    ];
    for built in ["dist/main", "dist/main.js", "dist/src/main", "dist/src/main.js"] {
        assert_eq!(source(&single, built), "src/main.ts", "{built}");
    }
    let several = [
        (
            "nest-cli.json",
            r#"{ "monorepo": true, "root": "apps/api", "sourceRoot": "apps/api/src", "projects": {
            "api": { "type": "application", "root": "apps/api", "sourceRoot": "apps/api/src" },
            "worker": { "type": "application", "root": "apps/worker", "entryFile": "start", "sourceRoot": "apps/worker/src" } } }"#,
        ),
        ("tsconfig.json", r#"{ "compilerOptions": { "outDir": "dist" } }"#),
        ("apps/api/src/main.ts", ""),
        ("apps/worker/src/start.ts", ""),
    ];
    assert_eq!(source(&several, "dist/apps/worker/start.js"), "apps/worker/src/start.ts");
    assert_eq!(source(&several, "dist/apps/api/main"), "apps/api/src/main.ts");
}

#[test]
fn nx() {
    let files = [
        ("nx.json", "{}"),
        ("package.json", r#"{ "name": "root" }"#),
        (
            "apps/api/project.json",
            r#"{ "name": "api", "projectType": "application", "sourceRoot": "apps/api/src", "targets": { "build": {
            "executor": "@nx/esbuild:esbuild", "options": { "outputPath": "dist/apps/api", "main": "apps/api/src/main.ts" } } } }"#,
        ),
        (
            "apps/worker/project.json",
            r#"{ "name": "worker", "projectType": "application", "sourceRoot": "apps/worker/src" }"#,
        ),
        (
            "libs/db/project.json",
            r#"{ "name": "db", "targets": { "build": { "executor": "@nx/js:tsc", "options": { "outputPath": "dist/{projectRoot}" } } } }"#,
        ),
        ("apps/api/src/main.ts", ""),
        ("apps/worker/src/main.ts", ""),
        ("libs/db/src/index.ts", ""),
    ];
    assert_eq!(source(&files, "dist/apps/api/main.js"), "apps/api/src/main.ts");
    assert_eq!(source(&files, "dist/apps/worker/main.js"), "apps/worker/src/main.ts");
    assert_eq!(source(&files, "dist/libs/db/src/index.js"), "libs/db/src/index.ts");
}

#[test]
fn by_convention_where_nothing_says() {
    let files = [("src/server.ts", ""), ("app.ts", ""), ("packages/a/src/main.ts", ""), ("distance/x.ts", "")];
    assert_eq!(source(&files, "dist/server.js"), "src/server.ts");
    assert_eq!(source(&files, "dist/src/server.js"), "src/server.ts");
    assert_eq!(source(&files, "build/app.js"), "app.ts");
    assert_eq!(source(&files, "packages/a/lib/main.js"), "packages/a/src/main.ts");
    assert!(source(&files, "distance/y.js").starts_with("none"));
}

#[test]
fn commands_in_scripts() {
    let package = |build: &str| format!(r#"{{ "name": "api", "scripts": {{ "build": "{build}" }} }}"#);
    let table = [
        ("esbuild source/main.ts --bundle --outfile=out/größe.js", "out/größe.js", "source/main.ts"),
        ("rimraf out && esbuild source/main.ts source/db/pool.ts --outdir=out", "out/db/pool.js", "source/db/pool.ts"),
        ("tsup source/main.ts", "dist/main.js", "source/main.ts"),
        ("ncc build source/main.ts -o out", "out/index.js", "source/main.ts"),
        ("webpack --entry ./source/main.ts -o out", "out/main.js", "source/main.ts"),
        ("esbuild source/**/*.ts --outdir=out", "out/db/pool.js", "source/db/pool.ts"),
        ("swc source -d out", "out/source/db/pool.js", "source/db/pool.ts"),
        ("swc source -d out", "out/db/pool.js", "source/db/pool.ts"),
        ("tsc --outDir out", "out/db/pool.js", "source/db/pool.ts"),
    ];
    for (build, built, expected) in table {
        let files = [
            ("source/main.ts", ""),
            ("source/db/pool.ts", ""),
            ("tsconfig.json", "{}"),
            ("package.json", &package(build)),
        ];
        assert_eq!(source(&files, built), expected, "{build}");
    }
}

#[test]
fn configurations_of_bundlers() {
    let table = [
        (
            "webpack.config.js",
            "module.exports = { target: 'node', entry: { api: './source/main.ts' }, output: { path: __dirname + '/out' } }",
            "out/api.js",
            "source/main.ts",
        ),
        (
            "webpack.config.js",
            "module.exports = { entry: './source/main.ts', output: { filename: 'server.js' } }",
            "dist/server.js",
            "source/main.ts",
        ),
        (
            "config/webpack.prod.js",
            "module.exports = { entry: './source/main.ts', output: { filename: 'server.js' } }",
            "dist/server.js",
            "source/main.ts",
        ),
        (
            "rollup.config.mjs",
            "export default { input: 'source/main.ts', output: { file: 'out/größe.mjs' } }",
            "out/größe.mjs",
            "source/main.ts",
        ),
        (
            "tsup.config.ts",
            "export default { entry: ['source/main.ts', 'source/db/pool.ts'] }",
            "dist/db/pool.js",
            "source/db/pool.ts",
        ),
        ("tsup.config.ts", "export default { entry: ['source/**/*.ts'] }", "dist/db/pool.js", "source/db/pool.ts"),
        (
            "esbuild.js",
            "require('esbuild').build({ entryPoints: ['source/main.ts'], outfile: 'out/server.js' })",
            "out/server.js",
            "source/main.ts",
        ),
        (
            "vite.config.ts",
            "export default { build: { ssr: 'source/main.ts', outDir: 'out' } }",
            "out/main.js",
            "source/main.ts",
        ),
    ];
    for (path, config, built, expected) in table {
        let files = [
            ("source/main.ts", ""),
            ("source/db/pool.ts", ""),
            (path, config),
            ("package.json", r#"{ "name": "api" }"#),
        ];
        assert_eq!(source(&files, built), expected, "{config}");
    }
}
