// `npm test`: everything that CI runs, with one line at the end that adds it up.

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError, watched } from './commands.js';
import { LINTS } from './lint.js';
import { ROOT, setUp } from './setup.js';

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 */

/**
 * What counts as one test.
 *
 * @param {() => void} run
 * @returns {Count}
 */
function one(run) {
  try {
    run();
    return { passed: 1, failed: 0 };
  } catch (error) {
    if (!(error instanceof CommandError)) {
      throw error;
    }
    process.stdout.write(`${error.message}\n`);
    return { passed: 0, failed: 1 };
  }
}

/**
 * The tests of the crates, on this machine's own processor.
 *
 * @returns {Promise<Count>}
 */
async function rust() {
  const args = ['test', '--quiet', '--workspace', '--locked', '--no-fail-fast'];
  let text = '';
  const code = await watched('cargo', args, { cwd: ROOT }, (more) => (text += more));
  const results = [...text.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed;/gm)];
  const count = sum(results.map(([, passed, failed]) => ({ passed: Number(passed), failed: Number(failed) })));
  return atLeastOneFailure(code, count);
}

/**
 * The tests in JavaScript: units, the engine in WebAssembly against the native one, and the packed package.
 *
 * @returns {Promise<Count>}
 */
async function javascript() {
  const folder = join(ROOT, 'target/test');
  const tap = join(folder, 'node.tap');
  mkdirSync(folder, { recursive: true });
  rmSync(tap, { force: true });
  const files = ['npm', 'parity', 'cli'].flatMap((name) =>
    readdirSync(join(ROOT, 'tests', name))
      .filter((file) => file.endsWith('.test.js'))
      .map((file) => join('tests', name, file)),
  );
  const args = ['--test', '--test-reporter=spec', '--test-reporter-destination=stdout'];
  args.push('--test-reporter=tap', `--test-reporter-destination=${tap}`, ...files);
  const code = await watched(process.execPath, args, { cwd: ROOT }, () => {});
  const text = readFileSync(tap, 'utf8');
  /** @param {string} what */
  const count = (what) => Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return atLeastOneFailure(code, { passed: count('pass'), failed: count('fail') + count('cancelled') });
}

/**
 * What does not compile has no failing test to count, and is a failure all the same.
 *
 * @param {number} code
 * @param {Count} count
 */
function atLeastOneFailure(code, count) {
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count;
}

/** @param {Count[]} counts */
function sum(counts) {
  return {
    passed: counts.reduce((total, { passed }) => total + passed, 0),
    failed: counts.reduce((total, { failed }) => total + failed, 0),
  };
}

/** @type {{ name: string, run: () => Count | Promise<Count> }[]} */
const SUITES = [
  { name: 'set up', run: () => one(setUp) },
  ...LINTS.map(({ name, run }) => ({ name, run: () => one(run) })),
  { name: 'cargo test', run: rust },
  { name: 'node --test', run: javascript },
];

const counts = [];
for (const { name, run } of SUITES) {
  const start = Date.now();
  process.stdout.write(`── ${name}\n`);
  const count = await run();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  process.stdout.write(`── ${name}: ${count.passed} passed, ${count.failed} failed, ${seconds} s\n\n`);
  counts.push(count);
}
const { passed, failed } = sum(counts);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
