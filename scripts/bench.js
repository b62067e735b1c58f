// `npm run bench`: how fast the engine is, and what a run of the command costs.

import { join } from 'node:path';
import { compareProcesses } from '../benches/process.js';
import { writeLibrary, writeService } from '../benches/repositories.js';
import { command, CommandError } from './commands.js';
import { ROOT, setUp } from './setup.js';

const TARGET = join(ROOT, 'target');
const REPOSITORIES = join(TARGET, 'bench');

try {
  setUp();
  writeLibrary(join(REPOSITORIES, 'library'), 50);
  writeService(join(REPOSITORIES, 'modules-100'), 100);
  writeService(join(REPOSITORIES, 'modules-2000'), 2000);
  const env = { ...process.env, CARGO_TARGET_DIR: TARGET };
  const profile = ['--quiet', '--locked', '--profile', 'bench'];
  command('cargo', ['bench', ...profile, '--package', 'prodcheck', '--bench', 'engine'], { cwd: ROOT, env });
  command('cargo', ['build', ...profile, '--package', 'xtask'], { cwd: ROOT, env });
  compareProcesses(join(TARGET, 'release/xtask'), REPOSITORIES);
} catch (error) {
  if (!(error instanceof CommandError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
