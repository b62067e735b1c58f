// Folders for tests.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';

/**
 * Makes a folder with files, outside of any repository, and takes it away after the test.
 *
 * @param {{ after: (run: () => void) => void }} test
 * @param {Record<string, string | Uint8Array>} files
 * @returns {string}
 */
export function folder(test, files) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'prodcheck-test-')));
  test.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/**
 * @param {string} root
 * @param {string[]} args
 */
export function git(root, ...args) {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.invalid', '-c', 'init.defaultBranch=main'];
  execFileSync('git', ['-C', root, ...identity, ...args], { stdio: 'pipe' });
}
