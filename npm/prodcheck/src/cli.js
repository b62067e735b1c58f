// The command: words in, report and exit code out.

import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { HELP, parse } from './arguments.js';
import { EngineError, UsageError } from './errors.js';
import { progress } from './progress.js';
import { version } from './version.js';

const PASSED = 0;
const FAILED = 1;
const NO_WORK = 2;

/**
 * How much of a function V8 runs before it compiles it a second time, optimised. With its own budget, most of a run of
 * the command is spent on that; with this one a run takes half the time, and only code that runs for seconds is
 * optimised.
 */
const LATE_OPTIMISATION = '--wasm-tiering-budget=200000000';

/** The last major version of V8 that is known to have the flag: another would print that it does not know it. */
const LAST_V8 = 14;

/**
 * Runs the command and sets the process's exit code.
 *
 * @param {string[]} words what follows the command's name
 */
export async function main(words) {
  // A reader such as `head` that has seen enough closes the pipe; that is no failure of ours.
  process.stdout.on('error', (error) => {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPIPE') {
      throw error;
    }
  });
  try {
    process.exitCode = await run(words);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof EngineError)) {
      throw error;
    }
    complain(error.message);
    process.exitCode = NO_WORK;
  }
}

/**
 * @param {string[]} words
 * @returns {Promise<number>} the exit code
 */
async function run(words) {
  const wanted = parse(words);
  if (wanted.help) {
    process.stdout.write(HELP);
    return PASSED;
  }
  if (wanted.version) {
    process.stdout.write(`${version}\n`);
    return PASSED;
  }
  const { path, format, output, service, minScore, date, quiet } = wanted;
  const color = wanted.color && output === undefined && hasColors();
  if (Number.parseInt(process.versions.v8, 10) <= LAST_V8) {
    setFlagsFromString(LATE_OPTIMISATION);
  }
  const { check } = await import('./index.js');
  const shown = progress(process.stderr);
  const { report, text } = check(path, { format, service, date, quiet, color, onProgress: shown.update });
  shown.clear();
  const low = minScore === undefined ? [] : tooLow(report, minScore);
  // For people, the line to stderr says it all where there is nothing else to say.
  if (report.services.length > 0 || report.notes.length > 0 || format !== 'pretty' || output !== undefined) {
    write(text ?? '', output);
  }
  if (report.services.length === 0) {
    const others = service === undefined ? [] : check(path).report.services;
    complain(noService(report, path, service, others));
    return NO_WORK;
  }
  const fails = report.services
    .flatMap(({ checks }) => checks)
    .some(({ verdict, severity, suppressed }) => verdict === 'fail' && severity === 'error' && suppressed === null);
  for (const { name, score } of low) {
    complain(`\`${name}\` scores ${score.value} of ${score.items}, less than ${minScore}`);
  }
  return fails || low.length > 0 ? FAILED : PASSED;
}

/**
 * The services that score less. A service to which nothing applies has no score, and lacks nothing.
 *
 * @param {import('../types/report.js').Report} report
 * @param {number} least
 */
function tooLow({ checklist, services }, least) {
  if (checklist.automated < checklist.items) {
    throw new UsageError(
      `\`--min-score\` needs a score, and this version judges ${checklist.automated} of ${checklist.items} items: leave it out`,
    );
  }
  return services.filter(({ score }) => score.value !== null && score.value < least);
}

/**
 * @param {string} text
 * @param {string | undefined} output
 */
function write(text, output) {
  if (output === undefined) {
    process.stdout.write(text);
    return;
  }
  try {
    writeFileSync(output, text);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new UsageError(`\`${output}\` cannot be written (${code}): name a file in a folder that you may write to`);
  }
}

/**
 * @param {import('../types/report.js').Report} report
 * @param {string} path
 * @param {string | undefined} service the one that was asked for
 * @param {import('../types/report.js').ServiceReport[]} others
 */
function noService(report, path, service, others) {
  if (service === undefined || others.length === 0) {
    return `no service found in \`${path}\`: ${report.noService}; name the folder of a repository with a Node.js service`;
  }
  return `no service is called \`${service}\`: there are ${others.map(({ name }) => `\`${name}\``).join(', ')}`;
}

function hasColors() {
  const { FORCE_COLOR, NO_COLOR } = process.env;
  if (FORCE_COLOR !== undefined && !['', '0', 'false'].includes(FORCE_COLOR)) {
    return true;
  }
  return !NO_COLOR && process.stdout.isTTY && process.stdout.hasColors();
}

/** @param {string} message */
function complain(message) {
  process.stderr.write(`prodcheck: ${message}\n`);
}
