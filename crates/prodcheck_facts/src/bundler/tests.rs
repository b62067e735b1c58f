//! What is read of real spellings of bundlers' configurations.

use super::*;

/// Each build as `entries -> folder file`, with `+maps` and `+node`.
fn shown(path: &str, content: &str) -> Vec<String> {
    assert!(is_bundler(&path.into()), "{path}");
    let (file, notes) = read(&path.into(), content);
    assert_eq!(notes, [], "{content}");
    let builds = file.map(|file| file.builds).unwrap_or_default();
    builds
        .iter()
        .map(|build| {
            let entries: Vec<String> = build
                .entries
                .iter()
                .map(|entry| match &entry.name {
                    Some(name) => format!("{name}={}", entry.path.value),
                    None => entry.path.value.clone(),
                })
                .collect();
            let text = |text: &Option<Spanned<String>>| text.as_ref().map_or("?".to_owned(), |text| text.value.clone());
            let maps = match build.source_maps.as_ref().map(|maps| maps.value) {
                Some(true) => " +maps",
                Some(false) => " -maps",
                None => "",
            };
            let node = if build.for_node == Some(true) { " +node" } else { "" };
            format!("{} -> {} {}{maps}{node}", entries.join(","), text(&build.out_dir), text(&build.out_file))
        })
        .collect()
}

#[test]
fn webpack_and_rspack() {
    let content = "const path = require('path');
module.exports = (env) => ({
  target: 'node', mode: 'production', devtool: 'source-map',
  entry: { größe: './src/server.ts', worker: { import: './src/worker.ts' }, all: ['./a.ts', './b.ts'] },
  output: { path: path.resolve(__dirname, 'build'), filename: '[name].bundle.js' },
});";
    assert_eq!(
        shown("webpack.config.js", content),
        ["größe=./src/server.ts,worker=./src/worker.ts,all=./b.ts -> build [name].bundle.js +maps +node"]
    );
    assert_eq!(
        shown("webpack.prod.js", "module.exports = { devtool: false }"),
        ["main=./src/index -> dist [name].js -maps"]
    );
    assert_eq!(
        shown(
            "rspack.config.ts",
            "import { defineConfig } from '@rspack/cli'; export default defineConfig({ entry: './s.ts', output: { path: where() } })"
        ),
        ["main=./s.ts -> ? [name].js"]
    );
    assert_eq!(shown("webpack.config.js", "module.exports = require('other')"), Vec::<String>::new());
    assert_eq!(shown("webpack.config.js", "module.exports = [{ entry: './a.js' }, { entry: './b.js' }]").len(), 2);
}

#[test]
fn rollup_and_vite() {
    let content = "export default { input: 'src/main.ts', output: [{ file: 'dist/main.cjs', format: 'cjs', sourcemap: true }, { dir: 'lib', entryFileNames: '[name].mjs' }] }";
    assert_eq!(
        shown("rollup.config.mjs", content),
        ["src/main.ts -> ? dist/main.cjs +maps", "src/main.ts -> lib [name].mjs"]
    );
    let content = "import { defineConfig } from 'vite'; export default defineConfig({ build: { ssr: 'src/server.ts', outDir: 'dist/server', sourcemap: true } })";
    assert_eq!(shown("vite.config.ts", content), ["src/server.ts -> dist/server ? +maps +node"]);
    let content = "import { defineConfig } from 'vite'; export default defineConfig(({ mode }) => ({ build: { outDir: 'public' } }))";
    assert_eq!(shown("vite.config.ts", content), [" -> public ?"]);
    assert_eq!(shown("vite.config.ts", "export default { plugins: [] }"), Vec::<String>::new());
}

#[test]
fn tsup_and_scripts_that_call_esbuild() {
    assert_eq!(
        shown(
            "tsup.config.ts",
            "import { defineConfig } from 'tsup'; export default defineConfig({ entry: ['src/index.ts', 'src/jobs/*.ts'], sourcemap: 'inline' })"
        ),
        ["src/index.ts,src/jobs/*.ts -> dist ? +maps"]
    );
    assert_eq!(
        shown("tsup.config.json", r#"{ "entry": { "api": "src/server.ts" }, "outDir": "build" }"#),
        ["api=src/server.ts -> build ?"]
    );
    assert_eq!(shown("tsdown.config.ts", "export default {}"), ["src/index.ts -> dist ?"]);
    assert_eq!(
        shown(
            "esbuild.config.mjs",
            "import * as esbuild from 'esbuild'; await esbuild.build({ entryPoints: [{ in: 'a.ts', out: 'x' }], outdir: 'dist' })"
        ),
        ["x=a.ts -> dist ?"]
    );
    assert_eq!(shown("build.js", "console.log('builds nothing')"), Vec::<String>::new());
}

#[test]
fn knows_its_files() {
    for path in [
        "vite.config.ts",
        "webpack/webpack.common.cjs",
        "apps/api/webpack.config.js",
        "esbuild/app.config.js",
        "scripts/build.mjs",
    ] {
        assert!(is_bundler(&path.into()), "{path}");
    }
    for path in [
        "src/webpack.ts",
        "vite.ts",
        "vitest.config.ts",
        "src/rollup.js",
        "build.sh",
        "vite.config.d.ts",
        "tsconfig.json",
    ] {
        assert!(!is_bundler(&path.into()), "{path}");
    }
}
