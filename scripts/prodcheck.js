// `npm run prodcheck -- PATH`: the command as it will be published, built first where something changed.

import { CommandError } from './commands.js';
import { setUp } from './setup.js';

try {
  setUp();
} catch (error) {
  if (!(error instanceof CommandError)) {
    throw error;
  }
  process.stderr.write(`prodcheck: ${error.message}\n`);
  process.exit(2);
}
// npm runs scripts in the workspace's root; a PATH is meant from where the user stands.
process.chdir(process.env.INIT_CWD ?? '.');
await import('../npm/prodcheck/bin/prodcheck.js');
