// The command line's words.

import { parseArgs } from 'node:util';
import { UsageError } from './errors.js';

/**
 * @typedef {object} Option
 * @property {'string' | 'boolean'} type
 * @property {string} [short]
 * @property {string} [value] what its value is called in the help
 * @property {readonly string[]} [choices] the values it takes; any where absent
 * @property {string} help
 */

export const FORMATS = /** @type {const} */ (['pretty', 'json']);

/** The items of the checklist: the highest score. */
const ITEMS = 41;

/** In the order of the help. */
export const OPTIONS = /** @satisfies {Record<string, Option>} */ ({
  format: { type: 'string', value: 'FORMAT', choices: FORMATS, help: 'how to write the report: pretty (default) or json' },
  output: { type: 'string', short: 'o', value: 'FILE', help: 'write the report to a file' },
  service: { type: 'string', value: 'NAME', help: 'check only the service of this name or folder' },
  'min-score': { type: 'string', value: 'N', help: 'fail where a service scores less than N of 41' },
  date: { type: 'string', value: 'YYYY-MM-DD', help: 'the day to judge for; today where absent' },
  quiet: { type: 'boolean', short: 'q', help: 'leave out what passes' },
  'no-color': { type: 'boolean', help: 'write no colours' },
  version: { type: 'boolean', short: 'v', help: 'print the version' },
  help: { type: 'boolean', short: 'h', help: 'print this help' },
});

export const HELP = `prodcheck [PATH]

Reads the Node.js repository in PATH (the current folder where absent) and says,
with evidence, which items of the production checklist its services meet.
Executes nothing of it, and uses no network.

Options:
${Object.entries(OPTIONS).map(describe).join('\n')}

Exit code: 0 nothing of severity error fails, and no score is too low;
1 something does, or is; 2 prodcheck could not do its work.
`;

/**
 * @typedef {object} Arguments
 * @property {string} path
 * @property {typeof FORMATS[number]} format
 * @property {string | undefined} output
 * @property {string | undefined} service
 * @property {number | undefined} minScore
 * @property {string | undefined} date
 * @property {boolean} quiet
 * @property {boolean} color `false` where the user wants none
 * @property {boolean} version
 * @property {boolean} help
 */

/**
 * @param {string[]} words
 * @returns {Arguments}
 */
export function parse(words) {
  const { tokens } = parseArgs({ args: words, options: OPTIONS, strict: false, allowPositionals: true, tokens: true });
  /** @type {Record<string, string | true>} */
  const values = {};
  const paths = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      paths.push(token.value);
    } else if (token.kind === 'option') {
      values[token.name] = value(token);
    }
  }
  if (paths.length > 1) {
    throw new UsageError(`one PATH at a time: there are \`${paths[0]}\` and \`${paths[1]}\``);
  }
  const text = /** @type {Record<string, string | undefined>} */ (values);
  return {
    path: paths[0] ?? '.',
    format: /** @type {typeof FORMATS[number]} */ (text.format ?? FORMATS[0]),
    output: text.output,
    service: text.service,
    minScore: score(text['min-score']),
    date: text.date,
    quiet: 'quiet' in values,
    color: !('no-color' in values),
    version: 'version' in values,
    help: 'help' in values,
  };
}

/** @param {string | undefined} text */
function score(text) {
  if (text === undefined) {
    return undefined;
  }
  if (!/^\d{1,2}$/.test(text) || Number(text) > ITEMS) {
    throw new UsageError(`\`${text}\` is no value of \`--min-score\`: a score is a whole number from 0 to ${ITEMS}`);
  }
  return Number(text);
}

/**
 * @param {{ name: string, rawName: string, value?: string | undefined, inlineValue?: boolean | undefined }} token
 * @returns {string | true}
 */
function value({ name, rawName, value, inlineValue }) {
  /** @type {Option | undefined} */
  const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[/** @type {keyof typeof OPTIONS} */ (name)] : undefined;
  if (option === undefined) {
    throw new UsageError(`no option is called \`${rawName}\`${hint(name, Object.keys(OPTIONS), '--')}`);
  }
  if (option.type === 'boolean') {
    if (inlineValue) {
      throw new UsageError(`\`${rawName}\` takes no value`);
    }
    return true;
  }
  if (value === undefined || (!inlineValue && value.startsWith('-'))) {
    throw new UsageError(`\`${rawName}\` needs a value: \`${rawName} ${option.value}\``);
  }
  if (option.choices && !option.choices.includes(value)) {
    throw new UsageError(`\`${value}\` is no value of \`${rawName}\`${hint(value, option.choices)}`);
  }
  return value;
}

/**
 * @param {string} word
 * @param {readonly string[]} known
 * @param {string} [prefix]
 */
function hint(word, known, prefix = '') {
  const [nearest] = known.map((name) => ({ name, far: distance(word, name) })).sort((a, b) => a.far - b.far);
  return nearest !== undefined && nearest.far <= Math.max(2, nearest.name.length / 2)
    ? `; did you mean \`${prefix}${nearest.name}\`?`
    : `: there are ${known.map((name) => `\`${prefix}${name}\``).join(', ')}`;
}

/**
 * The number of letters to add, drop or change (Levenshtein).
 *
 * @param {string} a
 * @param {string} b
 */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const change = /** @type {number} */ (row[j]) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(change, /** @type {number} */ (row[j + 1]) + 1, /** @type {number} */ (next[j]) + 1));
    }
    row = next;
  }
  return /** @type {number} */ (row[b.length]);
}

/** @param {[string, Option]} entry */
function describe([name, { short, value, help }]) {
  const words = `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`;
  return `  ${words.padEnd(24)}  ${help}`;
}
