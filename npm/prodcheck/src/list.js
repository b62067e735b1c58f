// Which files a repository has.

import { readdirSync } from 'node:fs';
import { UsageError } from './errors.js';
import { listByGit } from './git.js';
import { walk } from './walk.js';

/**
 * A repository's files, relative to its root, with `/`, sorted: by git where git knows files there, else by walking.
 *
 * @param {string} root
 * @returns {{ paths: string[], tracked: string[] | undefined }}
 */
export function list(root) {
  try {
    readdirSync(root);
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code;
    throw new UsageError(`\`${root}\` cannot be read (${code}): allow reading it`);
  }
  return listByGit(root) ?? { paths: walk(root), tracked: undefined };
}
