// A repository's files as git lists them. The repository is not trusted: git runs none of the programs that a
// repository's configuration can name, and fetches nothing.

import { execFileSync } from 'node:child_process';

const CONFIG = [
  // A program that git would run to learn what changed.
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  // A folder laid out like a git directory does not count as one: it could bring a configuration of its own.
  'safe.bareRepository=explicit',
];

/** Set by git around its hooks: they point at the hook's repository, which need not be the one to check. */
const FOREIGN = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_INDEX_FILE',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_WORK_TREE',
];

/**
 * @param {string} root
 * @returns {{ paths: string[], tracked: string[] } | null} `null` where git does not answer or knows no file there
 */
export function listByGit(root) {
  const staged = listFiles(root, ['--stage']);
  const rest = staged && listFiles(root, ['--others', '--deleted', '--exclude-standard']);
  if (!staged || !rest) {
    return null;
  }
  const tracked = new Set();
  for (const entry of staged) {
    // `<mode> <object> <stage>\t<path>`; a mode of 160000 is a submodule, which is a folder.
    if (!entry.startsWith('160000 ')) {
      tracked.add(entry.slice(entry.indexOf('\t') + 1));
    }
  }
  const paths = new Set(tracked);
  for (const path of rest) {
    if (tracked.delete(path)) {
      // In both lists: tracked, and deleted from the work tree.
      paths.delete(path);
    } else if (!path.endsWith('/')) {
      // What ends in a slash is a repository of its own.
      paths.add(path);
    }
  }
  return paths.size === 0 ? null : { paths: [...paths].sort(), tracked: [...tracked].sort() };
}

/**
 * @param {string} root
 * @param {string[]} options
 * @returns {string[] | null}
 */
function listFiles(root, options) {
  const config = CONFIG.flatMap((setting) => ['-c', setting]);
  try {
    const output = execFileSync('git', ['-C', root, ...config, 'ls-files', '-z', ...options], {
      encoding: 'utf8',
      env: environment(),
      maxBuffer: 2 ** 30,
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    });
    return output.split('\0').filter((path) => path !== '');
  } catch {
    return null;
  }
}

function environment() {
  const env = {
    ...process.env,
    GIT_OPTIONAL_LOCKS: '0',
    // A partial clone would fetch what it lacks, with a command of the repository's choice.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
    // On Windows, a `git.exe` in the current folder would else come before the PATH.
    NoDefaultCurrentDirectoryInExePath: '1',
  };
  for (const name of FOREIGN) {
    delete /** @type {NodeJS.ProcessEnv} */ (env)[name];
  }
  return env;
}
