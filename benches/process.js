// What a run of the command costs as a whole process, against `node -e 0`, the floor under every program in Node.js,
// and against the same engine built natively.
//
// Times of two machines, or of two hours of one machine, cannot be compared, so all are printed as ratios of user time,
// taken in turns: a load on the machine weighs on all of them.

import { join } from 'node:path';
import { CommandError, output } from '../scripts/commands.js';
import { ROOT } from '../scripts/setup.js';

/** Rounds; the best of them counts, which is the one that was disturbed least. */
const ROUNDS = 5;

/** Runs a round of the cheapest command: some shells count in hundredths of a second. */
const CHEAPEST_RUNS = 20;

const FLOOR = 'node -e 0';

/**
 * @param {string} native the engine's native runner
 * @param {string} repositories the folder that holds those made for the benches
 */
export function compareProcesses(native, repositories) {
  const node = process.execPath;
  const command = [node, join(ROOT, 'npm/prodcheck/bin/prodcheck.js')];
  const example = join(ROOT, 'examples/orders-after');
  const large = join(repositories, 'modules-2000');
  /** @type {Record<string, string[]>} */
  const commands = {
    [FLOOR]: [node, '-e', '0'],
    'prodcheck --version': [...command, '--version'],
    'prodcheck examples/orders-after': [...command, example],
    'prodcheck, a library': [...command, join(repositories, 'library')],
    'prodcheck, 100 modules': [...command, join(repositories, 'modules-100')],
    'prodcheck, 2,000 modules': [...command, large],
    'native, 100 modules': [native, 'check', join(repositories, 'modules-100')],
    'native, 2,000 modules': [native, 'check', large],
  };
  const best = measure(commands);
  const floor = /** @type {number} */ (best.get(FLOOR));
  process.stdout.write(`\nUser time of a whole process, as a multiple of that of \`${FLOOR}\`:\n`);
  for (const [name, seconds] of best) {
    process.stdout.write(`  ${name.padEnd(34)}${(seconds / floor).toFixed(2).padStart(8)}\n`);
  }
  process.stdout.write('\nUser time of WebAssembly in Node.js, as a multiple of that of the native engine:\n');
  for (const size of ['100', '2,000']) {
    const [wasm, own] = ['prodcheck', 'native'].map((engine) => best.get(`${engine}, ${size} modules`) ?? Number.NaN);
    process.stdout.write(`  ${`${size} modules`.padEnd(34)}${(Number(wasm) / Number(own)).toFixed(2).padStart(8)}\n`);
  }
}

/**
 * @param {Record<string, string[]>} commands
 * @returns {Map<string, number>} the least user time of one run of each, in seconds
 */
function measure(commands) {
  const first = Object.entries(commands).map(([name, words]) => ({ name, words, seconds: userTime(words, 1) }));
  const cheapest = Math.max(Math.min(...first.map(({ seconds }) => seconds)), 0.01);
  /** @type {Map<string, number>} */
  const best = new Map();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, words, seconds } of first) {
      const runs = Math.max(1, Math.round((CHEAPEST_RUNS * cheapest) / Math.max(seconds, cheapest)));
      best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, userTime(words, runs)));
    }
  }
  return best;
}

/** Runs the words after the first as often as the first says, then prints the times of the shell and of what it ran. */
const SCRIPT = 'n=$1; shift; while [ "$n" -gt 0 ]; do "$@" >/dev/null 2>&1; n=$((n - 1)); done; times';

/**
 * @param {string[]} words
 * @param {number} runs
 * @returns {number} seconds a run
 */
function userTime(words, runs) {
  const printed = output('sh', ['-c', SCRIPT, 'sh', String(runs), ...words]) ?? '';
  const [, minutes, seconds] = /\n(\d+)m([\d.]+)s /.exec(printed) ?? [];
  if (minutes === undefined || seconds === undefined) {
    throw new CommandError('`sh` does not tell how long its commands ran (`times`)');
  }
  return (Number(minutes) * 60 + Number(seconds)) / runs;
}
