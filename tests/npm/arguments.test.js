import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HELP, OPTIONS, parse } from '../../npm/prodcheck/src/arguments.js';

/**
 * @param {string[]} words
 * @param {string} message
 */
function refuses(words, message) {
  assert.throws(() => parse(words), { name: 'UsageError', message }, words.join(' '));
}

test('defaults', () => {
  assert.deepEqual(parse([]), {
    path: '.',
    format: 'pretty',
    output: undefined,
    service: undefined,
    minScore: undefined,
    date: undefined,
    quiet: false,
    color: true,
    version: false,
    help: false,
  });
});

test('options stand before and after the path, with a space or `=`', () => {
  const parsed = parse(['--format=json', 'apps/api', '--service', 'api', '-q', '--no-color', '-o', 'out.json']);
  assert.equal(parsed.path, 'apps/api');
  assert.equal(parsed.format, 'json');
  assert.equal(parsed.service, 'api');
  assert.equal(parsed.output, 'out.json');
  assert.equal(parsed.quiet, true);
  assert.equal(parsed.color, false);
});

test('the last of two wins, and `--` ends the options', () => {
  assert.equal(parse(['--date', '2026-01-01', '--date', '2026-01-02']).date, '2026-01-02');
  assert.equal(parse(['--', '--format']).path, '--format');
});

test('a least score is a whole number of items', () => {
  assert.equal(parse(['--min-score', '30']).minScore, 30);
  assert.equal(parse(['--min-score=0']).minScore, 0);
  assert.equal(parse(['--min-score=41']).minScore, 41);
  for (const value of ['42', '-1', '1.5', '30%', '', 'all', '0x10']) {
    refuses([`--min-score=${value}`], `\`${value}\` is no value of \`--min-score\`: a score is a whole number from 0 to 41`);
  }
});

test('an unknown option names the nearest', () => {
  refuses(['--fromat', 'json'], 'no option is called `--fromat`; did you mean `--format`?');
  refuses(['--colour'], 'no option is called `--colour`; did you mean `--no-color`?');
  refuses(['--no-colour'], 'no option is called `--no-colour`; did you mean `--no-color`?');
  assert.throws(() => parse(['-x']), /no option is called `-x`: there are `--format`, /);
  assert.throws(() => parse(['--constructor']), /no option is called `--constructor`/);
});

test('a value of the wrong kind is refused', () => {
  refuses(['--format', 'jsn'], '`jsn` is no value of `--format`; did you mean `json`?');
  refuses(['--format', 'pdf-document'], '`pdf-document` is no value of `--format`: there are `pretty`, `json`');
  refuses(['--format'], '`--format` needs a value: `--format FORMAT`');
  refuses(['--format', '--quiet'], '`--format` needs a value: `--format FORMAT`');
  refuses(['--quiet=yes'], '`--quiet` takes no value');
  refuses(['a', 'b'], 'one PATH at a time: there are `a` and `b`');
});

test('the help names every option and fits a terminal', () => {
  for (const name of Object.keys(OPTIONS)) {
    assert.match(HELP, new RegExp(`--${name}\\b`));
  }
  assert.deepEqual(HELP.split('\n').filter((line) => line.length > 80), []);
});
