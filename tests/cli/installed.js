// The packed package, installed into an empty folder outside of the repository, as a user has it.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/** A PATH with Node.js and git, and without Rust. */
const PATH = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);

/** npm's variables of the run around the tests would reach the npm in the tests. */
const ENV = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_(?!config_(registry|cafile|cache|userconfig|globalconfig|https_proxy|proxy|noproxy))|INIT_CWD|NODE_TEST_|FORCE_COLOR|NO_COLOR)/i.test(name)),
);

/** The folder that holds the tarball and its installation. */
export const HOME = realpathSync(mkdtempSync(join(tmpdir(), 'prodcheck-cli-')));
process.on('exit', () => rmSync(HOME, { recursive: true, force: true }));

/**
 * @param {string} folder
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [more]
 */
export function npm(folder, args, more = {}) {
  return execFileSync('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...ENV, PATH, ...more },
    shell: process.platform === 'win32',
  });
}

/** The tarball's path. */
export const TARBALL = (() => {
  const [packed] = JSON.parse(npm(join(ROOT, 'npm/prodcheck'), ['pack', '--json', '--pack-destination', HOME]));
  return join(HOME, packed.filename);
})();

/** Where the package is installed. */
export const INSTALLED = (() => {
  const folder = join(HOME, 'installed');
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  npm(folder, ['install', TARBALL]);
  return folder;
})();

/** The installed command's file. */
export function bin() {
  return join(INSTALLED, 'node_modules/.bin/prodcheck');
}

/**
 * Runs the installed command.
 *
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, node?: string[] }} [options]
 */
export function prodcheck(args, { cwd = HOME, env = {}, node = [] } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, bin(), ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...ENV, PATH, ...env },
    maxBuffer: 2 ** 28,
  });
  return { status, stdout, stderr };
}

/**
 * Runs `npx` on the tarball, in an empty folder.
 *
 * @param {string[]} args
 */
export function npx(args) {
  const folder = join(HOME, 'npx');
  mkdirSync(folder, { recursive: true });
  // What npx installs goes with this folder; what npm has fetched before is shared.
  const cache = join(HOME, 'npx-cache');
  mkdirSync(cache, { recursive: true });
  const shared = npm(folder, ['config', 'get', 'cache']).trim();
  symlinkSync(join(shared, '_cacache'), join(cache, '_cacache'), 'junction');
  const { status, stdout, stderr } = spawnSync('npx', ['--yes', '--prefer-offline', `../${basename(TARBALL)}`, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...ENV, PATH, npm_config_cache: cache },
    shell: process.platform === 'win32',
  });
  return { status, stdout, stderr };
}

/** @param {string} path relative to the installed package */
export function installedFile(path) {
  return readFileSync(join(INSTALLED, 'node_modules/prodcheck', path));
}
