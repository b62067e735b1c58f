// Before `npm pack`: the engine is built, and what stands once in this repository is copied to each npm package.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, setUp } from './setup.js';

setUp();
for (const name of ['LICENSE', 'CHANGELOG.md']) {
  copyFileSync(join(ROOT, name), join(process.cwd(), name));
}
