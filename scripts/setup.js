// Everything that running and testing prodcheck needs, made where it is missing and left alone where it is there.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command, CommandError, folderOf, npm, output } from './commands.js';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const TARGET = join(ROOT, 'target');
const TOOLS = join(TARGET, 'tools');
const PKG = join(ROOT, 'pkg');
const GENERATED = join(ROOT, 'npm/prodcheck/generated');
const WASM_TARGET = 'wasm32-unknown-unknown';
const WASM_PACK_VERSION = '0.15.1';

/** The npm packages and the engine. Says what it does, and nothing where there is nothing to do. */
export function setUp() {
  installPackages();
  buildEngine();
}

/** The npm packages of the lock file. */
export function installPackages() {
  const lock = join(ROOT, 'package-lock.json');
  const stamp = join(ROOT, 'node_modules/.prodcheck-lock');
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (readText(stamp) === wanted) {
    return;
  }
  say('installing the npm packages');
  // The binaries in the packages are plain files: no package has to run a script of its own.
  const { program, args, shell } = npm(['ci', '--ignore-scripts', '--prefer-offline', '--loglevel=error']);
  command(program, args, { cwd: ROOT, shell, stdio: ['ignore', 2, 2] });
  writeFileSync(stamp, wanted);
}

/** The WebAssembly module and its JavaScript, in the npm package's `generated` folder. */
export function buildEngine() {
  const stamp = join(TARGET, 'generated.json');
  const seen = JSON.parse(readText(stamp) ?? '{}');
  const sources = sourceFiles();
  const times = createHash('sha256').update(JSON.stringify(sources)).digest('hex');
  const made = existsSync(join(GENERATED, 'engine.wasm'));
  if (made && seen.times === times) {
    return;
  }
  const contents = contentHash(sources.map(([path]) => path));
  if (!made || seen.contents !== contents) {
    const path = buildTools();
    say('building the engine');
    rmSync(stamp, { force: true });
    compile(path);
    generate();
  }
  writeFileSync(stamp, JSON.stringify({ times, contents }));
}

/**
 * What the engine is made of.
 *
 * @returns {[path: string, size: number, modified: number][]}
 */
function sourceFiles() {
  const crates = readdirSync(join(ROOT, 'crates'))
    .filter((name) => name !== 'xtask')
    .map((name) => `crates/${name}`);
  const below = crates.flatMap((crate) =>
    readdirSync(join(ROOT, crate), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const others = ['Cargo.toml', 'Cargo.lock', 'node_modules/binaryen/package.json', 'scripts/setup.js'].map((name) => join(ROOT, name));
  return [...below, ...others].sort().map((path) => {
    const { size, mtimeMs } = statSync(path);
    return [path, size, mtimeMs];
  });
}

/** @param {string[]} paths */
function contentHash(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    hash.update(`${path}\0`).update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

/**
 * The Rust target, wasm-pack and wasm-bindgen.
 *
 * @returns {string} a PATH with both tools on it
 */
function buildTools() {
  addTarget();
  const bindgen = lockedVersion('wasm-bindgen');
  const path = process.env.PATH ?? '';
  const folders = [
    // wasm-bindgen-cli does not build with the lock file that it ships.
    tool('wasm-bindgen', 'wasm-bindgen-cli', bindgen, path, ['--bin', 'wasm-bindgen'], '1'),
    tool('wasm-pack', 'wasm-pack', WASM_PACK_VERSION, path, ['--locked'], '0'),
  ];
  rmSync(join(TOOLS, 'build'), { recursive: true, force: true });
  return [...folders, path].join(delimiter);
}

/** Without rustup, a Rust that has the target already will do. */
function addTarget() {
  const sysroot = output('rustc', ['--print', 'sysroot']);
  if (sysroot === null) {
    throw new CommandError('there is no `rustc`: install Rust with rustup');
  }
  if (!existsSync(join(sysroot, 'lib/rustlib', WASM_TARGET))) {
    say(`adding the Rust target ${WASM_TARGET}`);
    command('rustup', ['target', 'add', WASM_TARGET], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  }
}

/**
 * Finds a tool of this very version, or builds it.
 *
 * @param {string} program
 * @param {string} crate
 * @param {string} version
 * @param {string} path
 * @param {string[]} options of `cargo install`
 * @param {string} level the optimisation: a tool that runs for a second is not worth a minute of the compiler's time
 * @returns {string} the folder that it is in
 */
function tool(program, crate, version, path, options, level) {
  const own = join(TOOLS, 'bin');
  for (const folder of [own, folderOf(program, path)]) {
    if (folder !== null && output(join(folder, program), ['--version']) === `${program} ${version}`) {
      return folder;
    }
  }
  say(`building ${crate} ${version}, once`);
  const profile = { OPT_LEVEL: level, LTO: 'off', DEBUG: 'false', CODEGEN_UNITS: '16', STRIP: 'true' };
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, CARGO_TARGET_DIR: join(TOOLS, 'build') };
  for (const [key, value] of Object.entries(profile)) {
    env[`CARGO_PROFILE_RELEASE_${key}`] = value;
  }
  const args = ['install', '--force', '--root', TOOLS, ...options, `${crate}@${version}`];
  // Not in the clone, whose settings are for its own crates.
  mkdirSync(TOOLS, { recursive: true });
  command('cargo', args, { cwd: TOOLS, env, stdio: ['ignore', 2, 2] });
  return own;
}

/**
 * wasm-pack's output, in `pkg`.
 *
 * @param {string} path
 */
function compile(path) {
  // Panics name the source file: it should be the same on every machine, and tell nothing of this one.
  const remap = [
    [ROOT, ''],
    [process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'cargo'],
    [output('rustc', ['--print', 'sysroot']) ?? '', 'rust'],
  ].map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  const args = ['--log-level', 'error', 'build', 'crates/prodcheck_wasm', '--release', '--target', 'nodejs'];
  args.push('--mode', 'no-install', '--no-gitignore', '--no-pack', '--out-dir', PKG, '--', '--locked');
  const env = {
    ...process.env,
    PATH: path,
    CARGO_TARGET_DIR: TARGET,
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: remap.join(' '),
  };
  command('wasm-pack', args, { cwd: ROOT, env, stdio: ['ignore', 2, 2] });
}

/** The npm package's form of `pkg`: the module made small, and its JavaScript made to give any number of instances. */
function generate() {
  mkdirSync(GENERATED, { recursive: true });
  const optimised = join(GENERATED, `engine.wasm.${process.pid}`);
  const optimiser = join(ROOT, 'node_modules/binaryen/bin/wasm-opt');
  // No feature is switched on: with all of them, the module is one that Node.js 20 refuses.
  command(process.execPath, [optimiser, '-Oz', join(PKG, 'prodcheck_wasm_bg.wasm'), '-o', optimised], {
    stdio: ['ignore', 2, 2],
  });
  renameSync(optimised, join(GENERATED, 'engine.wasm'));
  const glue = readFileSync(join(PKG, 'prodcheck_wasm.js'), 'utf8');
  writeFileSync(join(GENERATED, 'glue.js'), wrap(glue));
  writeFileSync(join(GENERATED, 'prodcheck_wasm.d.ts'), readFileSync(join(PKG, 'prodcheck_wasm.d.ts')));
  writeFileSync(
    join(GENERATED, 'glue.d.ts'),
    `export type Instance = typeof import('./prodcheck_wasm.js');
export function instantiate(module: WebAssembly.Module): Instance;
`,
  );
}

/**
 * What wasm-pack writes for Node.js reads the module from a file and makes one instance, once. Inside a function that
 * gives it another `require` and another `WebAssembly`, word for word the same code makes an instance of a module that
 * is compiled already, each time that it is called.
 *
 * @param {string} glue
 */
function wrap(glue) {
  for (const expected of ["require('fs').readFileSync(", 'new WebAssembly.Module(', 'new WebAssembly.Instance(']) {
    if (glue.split(expected).length !== 2) {
      throw new CommandError(`the JavaScript of wasm-pack is not as expected: it should hold \`${expected}\` once`);
    }
  }
  return `// Made by scripts/setup.js from what wasm-pack wrote.

/** @param {WebAssembly.Module} module */
export function instantiate(module) {
const exports = {};
const __dirname = '';
const require = () => ({ readFileSync: () => null });
const WebAssembly = { Module: class { constructor() { return module; } }, Instance: globalThis.WebAssembly.Instance };
${glue}
return exports;
}
`;
}

/** @param {string} crate */
function lockedVersion(crate) {
  const lock = readFileSync(join(ROOT, 'Cargo.lock'), 'utf8');
  const version = new RegExp(`name = "${crate}"\\nversion = "([^"]+)"`).exec(lock.replaceAll('\r', ''))?.[1];
  if (version === undefined) {
    throw new CommandError(`Cargo.lock does not name ${crate}`);
  }
  return version;
}

/** @param {string} path */
function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/** @param {string} what */
function say(what) {
  process.stderr.write(`prodcheck: ${what}\n`);
}
