// Reads the files of a repository, and nothing outside it.

import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

/** The largest file that is read, in bytes: no one writes a larger one by hand. */
const LARGEST = 5 * 1024 * 1024;

/** Opening a named pipe must not wait for a writer. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/**
 * @param {string} root
 * @returns {(path: string) => Uint8Array | string} gives a file's bytes, or says in words why it cannot
 */
export function reader(root) {
  const inside = realpathSync.native(root);
  const prefix = inside.endsWith(sep) ? inside : inside + sep;
  return (path) => {
    let file;
    try {
      const place = realpathSync.native(join(inside, path));
      if (!place.startsWith(prefix)) {
        return 'it is a link that leads out of the repository';
      }
      file = openSync(place, FLAGS);
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      return code === 'ENOENT' ? 'there is no such file' : 'it cannot be opened';
    }
    try {
      return content(file);
    } catch {
      return 'it cannot be read';
    } finally {
      closeSync(file);
    }
  };
}

/**
 * @param {number} file
 * @returns {Uint8Array | string}
 */
function content(file) {
  const about = fstatSync(file);
  if (!about.isFile()) {
    return 'it is not a regular file';
  }
  if (about.size > LARGEST) {
    return `it is larger than ${LARGEST / 1024 / 1024} MiB`;
  }
  const bytes = Buffer.allocUnsafe(about.size);
  let length = 0;
  for (let count = -1; count !== 0 && length < bytes.length; length += count) {
    count = readSync(file, bytes, length, bytes.length - length, null);
  }
  return bytes.subarray(0, length);
}
