// `npm run lint`: formatting, clippy, the types of the JavaScript, and the published package's shape.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CommandError, command } from './commands.js';
import { ROOT, setUp } from './setup.js';

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const PUBLINT = join(ROOT, 'node_modules/publint/src/cli.js');

/** Each has a name, and throws where something is amiss. */
export const LINTS = [
  { name: 'cargo fmt', run: () => command('cargo', ['fmt', '--all', '--check'], { cwd: ROOT }) },
  {
    name: 'cargo clippy',
    run: () => {
      const args = ['clippy', '--quiet', '--locked', '--workspace', '--all-targets', '--', '--deny', 'warnings'];
      command('cargo', args, { cwd: ROOT });
    },
  },
  { name: 'tsc', run: () => command(process.execPath, [TSC, '--project', ROOT], { cwd: ROOT }) },
  {
    name: 'publint',
    run: () => command(process.execPath, [PUBLINT, 'npm/prodcheck', '--strict'], { cwd: ROOT }),
  },
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setUp();
  for (const { run } of LINTS) {
    try {
      run();
    } catch (error) {
      if (!(error instanceof CommandError)) {
        throw error;
      }
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    }
  }
}
