// A folder's files without git: its `.gitignore` files hold, links are not followed into folders.

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const NEVER = new Set(['.git', 'node_modules']);

/**
 * @typedef {object} Folder
 * @property {string} path relative to the root, with `/` at its end; empty for the root
 * @property {Rules[]} rules the outermost first
 *
 * @typedef {object} Rules
 * @property {string} base the folder of the `.gitignore`, as in `Folder`
 * @property {import('ignore').Ignore} matcher
 */

/**
 * @param {string} root
 * @returns {string[]} paths relative to the root, with `/`, sorted
 */
export function walk(root) {
  // Loading it takes longer than most repositories take git, and most repositories are git's.
  /** @type {typeof import('ignore')} */
  const ignore = createRequire(import.meta.url)('ignore');
  const found = [];
  /** @type {Folder[]} */
  const folders = [{ path: '', rules: [] }];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = readable(() => readdirSync(join(root, folder.path), { withFileTypes: true })) ?? [];
    const own = entries.some((entry) => entry.name === '.gitignore' && entry.isFile())
      ? readable(() => readFileSync(join(root, folder.path, '.gitignore'), 'utf8'))
      : null;
    const rules = own === null ? folder.rules : [...folder.rules, { base: folder.path, matcher: ignore().add(own) }];
    for (const entry of entries) {
      const path = folder.path + entry.name;
      if (entry.isDirectory()) {
        if (!NEVER.has(entry.name) && !ignored(`${path}/`, rules)) {
          folders.push({ path: `${path}/`, rules });
        }
      } else if ((entry.isFile() || entry.isSymbolicLink()) && !ignored(path, rules)) {
        found.push(path);
      }
    }
  }
  return found.sort();
}

/**
 * The innermost file with an opinion decides.
 *
 * @param {string} path
 * @param {Rules[]} rules
 */
function ignored(path, rules) {
  for (const { base, matcher } of rules.toReversed()) {
    const verdict = matcher.test(path.slice(base.length));
    if (verdict.ignored || verdict.unignored) {
      return verdict.ignored;
    }
  }
  return false;
}

/**
 * @template T
 * @param {() => T} read
 * @returns {T | null} `null` where the user may not read it
 */
function readable(read) {
  try {
    return read();
  } catch {
    return null;
  }
}
