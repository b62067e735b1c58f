// The command of the packed package, from the words to the exit code.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { folder, git } from '../npm/files.js';
import { bin, npx, prodcheck, ROOT } from './installed.js';

const BEFORE = join(ROOT, 'examples/orders-before');
const AFTER = join(ROOT, 'examples/orders-after');
const DATE = ['--date', '2026-11-23'];

/** A service that lacks much. */
const SERVICE = {
  'package.json': '{ "name": "api", "scripts": { "start": "node server.js" } }',
  'server.js': "require('node:http').createServer((request, response) => response.end('ok')).listen(3000);\n",
};

/**
 * @param {ReturnType<typeof prodcheck>} result
 * @param {RegExp} reason
 */
function doesNoWork({ status, stdout, stderr }, reason) {
  assert.equal(status, 2, stderr);
  assert.match(stderr, /^prodcheck: [^\n]+\n$/);
  assert.match(stderr, reason);
  assert.equal(stdout, '');
}

/** @param {string[]} words */
function json(...words) {
  const { status, stdout, stderr } = prodcheck(['--format', 'json', ...DATE, ...words]);
  return { status, stderr, stdout, report: JSON.parse(stdout) };
}

test('--version and --help', () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'npm/prodcheck/package.json'), 'utf8'));
  assert.deepEqual(prodcheck(['--version']), { status: 0, stdout: `${version}\n`, stderr: '' });
  const help = prodcheck(['--help']);
  assert.equal(help.status, 0);
  assert.match(help.stdout, /^prodcheck \[PATH\]\n/);
});

test('what cannot be done is said in one line, with exit code 2', (t) => {
  const root = folder(t, { file: '' });
  doesNoWork(prodcheck(['--fromat', 'json']), /no option is called `--fromat`; did you mean `--format`\?/);
  doesNoWork(prodcheck([join(root, 'nowhere')]), /nowhere` is not there: name the folder of a repository/);
  doesNoWork(prodcheck([join(root, 'file')]), /file` is not a folder: name the folder of a repository/);
  doesNoWork(prodcheck(['--date', '2026-02-30', BEFORE]), /`2026-02-30` is not a date/);
  doesNoWork(prodcheck(['--service', 'nope', BEFORE]), /no service is called `nope`: there are `[^`]+`/);
  doesNoWork(prodcheck(['--output', join(root, 'no/such/folder'), BEFORE]), /cannot be written \(ENOENT\)/);
});

test('the examples: one fails, one passes', () => {
  const before = prodcheck([...DATE, BEFORE]);
  assert.equal(before.status, 1, before.stderr);
  assert.match(before.stdout, /✗/);
  assert.equal(before.stderr, '');
  const after = prodcheck([...DATE, AFTER]);
  assert.equal(after.status, 0, after.stdout);
});

test('the current folder is the default, and a report names files from the PATH on', () => {
  const here = prodcheck([...DATE, '--format', 'json'], { cwd: BEFORE });
  assert.equal(here.stdout, prodcheck([...DATE, '--format', 'json', BEFORE]).stdout);
  assert.equal(JSON.parse(here.stdout).services[0].path, '.');
});

test('the report has the day of --date, and today without', () => {
  assert.equal(json(BEFORE).report.date, '2026-11-23');
  const { stdout } = prodcheck(['--format', 'json', BEFORE]);
  assert.ok(Math.abs(Date.parse(JSON.parse(stdout).date) - Date.now()) < 2 * 86_400_000);
});

test('--output writes what would be printed', (t) => {
  const file = join(folder(t, {}), 'report.json');
  const printed = json(BEFORE);
  const { status, stdout } = prodcheck(['--format', 'json', ...DATE, '--output', file, BEFORE]);
  assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
  assert.equal(readFileSync(file, 'utf8'), printed.stdout);
});

test('colours are for terminals and those who ask', (t) => {
  const colored = /\u001b\[/;
  const forced = { env: { FORCE_COLOR: '1' } };
  assert.doesNotMatch(prodcheck([...DATE, BEFORE]).stdout, colored);
  assert.match(prodcheck([...DATE, BEFORE], forced).stdout, colored);
  assert.doesNotMatch(prodcheck([...DATE, '--no-color', BEFORE], forced).stdout, colored);
  const file = join(folder(t, {}), 'report.txt');
  prodcheck([...DATE, '--output', file, BEFORE], forced);
  assert.doesNotMatch(readFileSync(file, 'utf8'), colored);
});

test('--quiet leaves out what passes', () => {
  const loud = prodcheck([...DATE, AFTER]).stdout;
  const quiet = prodcheck([...DATE, '--quiet', AFTER]).stdout;
  assert.match(loud, /✓/);
  assert.doesNotMatch(quiet, /✓ \w/);
});

test('--min-score fails services that score less, and needs a score', () => {
  const { report } = json(AFTER);
  const { automated, items } = report.checklist;
  const high = prodcheck([...DATE, '--min-score', '41', BEFORE]);
  if (automated < items) {
    doesNoWork(high, /`--min-score` needs a score, and this version judges \d+ of 41 items/);
    return;
  }
  assert.equal(high.status, 1);
  assert.match(high.stderr, /^prodcheck: `orders` scores \d+ of 41, less than 41\n$/);
  const { value } = report.services[0].score;
  assert.equal(prodcheck([...DATE, '--min-score', String(value), AFTER]).stderr, '');
});

test('a reader that closes the pipe is no failure', () => {
  const script = `"${process.execPath}" "${bin()}" --format json "${BEFORE}" | head -c 1`;
  const { stdout, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  assert.equal(stdout, '{');
  assert.equal(stderr, '');
});

test('no service: which kind of nothing', (t) => {
  const empty = folder(t, {});
  const library = folder(t, {
    'package.json': '{ "name": "left", "main": "index.js", "files": ["index.js"] }',
    'index.js': 'module.exports = (text) => text;\n',
  });
  const frontEnd = folder(t, {
    'package.json': '{ "name": "shop", "scripts": { "start": "vite", "build": "vite build" }, "devDependencies": { "vite": "7", "react": "19" } }',
    'index.html': '<script type="module" src="/src/main.jsx"></script>\n',
    'src/main.jsx': "import { createRoot } from 'react-dom/client';\ncreateRoot(document.body).render(<p>hi</p>);\n",
  });
  doesNoWork(prodcheck([empty]), /no service found in `[^`]+`: the repository holds no files/);
  doesNoWork(prodcheck([library]), /`left` is a library/);
  doesNoWork(prodcheck([frontEnd]), /`shop` is a front end/);
});

test('a package.json with a syntax error is a note, and the reason', (t) => {
  const { status, report, stderr } = json(folder(t, { 'package.json': '{ "name": "api",,, "scripts": \n' }));
  assert.equal(status, 2);
  assert.match(stderr, /^prodcheck: no service found/);
  assert.equal(report.notes[0].file, 'package.json');
  assert.equal(report.notes[0].line, 1);
});

test('broken files are notes, and cost no verdict on the rest', (t) => {
  const root = folder(t, {
    ...SERVICE,
    'compose.yaml': 'services:\n  api:\n    build: .\n   restart: always\n',
    Dockerfile: 'FROM node:24\nCOPPY . .\nCMD ["node", "server.js"]\n',
  });
  const { status, report } = json(root);
  assert.equal(status, 1);
  assert.equal(report.services.length, 1);
  assert.ok(report.notes.some((/** @type {any} */ { file, line }) => file === 'compose.yaml' && line >= 3));
  assert.ok(report.notes.some((/** @type {any} */ { file, line }) => file === 'Dockerfile' && line === 2));
});

for (const [name, text] of Object.entries({
  'deep.js': `module.exports = ${'['.repeat(5000)}${']'.repeat(5000)};\n`,
  'deep.ts': `export const x = ${'('.repeat(5000)}1${')'.repeat(5000)};\n`,
  'deep.mjs': `export const x = ${'!'.repeat(50_000)}1;\n`,
  'deep.cjs': `if (1) {}${' else if (1) {}'.repeat(5000)}\n`,
})) {
  test(`a hostile ${name} costs a note about that file and nothing else`, (t) => {
    const require = `require('./${name}');\n`;
    const root = folder(t, { ...SERVICE, 'server.js': SERVICE['server.js'] + require, [name]: text });
    const plain = folder(t, { ...SERVICE, 'server.js': SERVICE['server.js'] + require, [name]: '' });
    const { report, status } = json(root);
    const expected = json(plain);
    assert.equal(status, expected.status);
    assert.deepEqual(report.services[0].checks, expected.report.services[0].checks);
    assert.deepEqual(
      report.notes.map((/** @type {any} */ note) => note.file),
      [name],
    );
  });
}

for (const name of ['deploy.yaml', 'tsconfig.json', 'compose.yaml', 'fly.toml']) {
  test(`5,000 nested brackets in ${name} cost a note about that file`, (t) => {
    const root = folder(t, { ...SERVICE, [name]: `${name.endsWith('.toml') ? 'a = ' : ''}${'['.repeat(5000)}` });
    const { report, status } = json(root);
    assert.equal(status, 1);
    assert.ok(report.services[0].checks.length > 0);
    assert.ok(report.notes.every((/** @type {any} */ note) => note.file === name));
  });
}

test('a stack that is too small for a file costs a note about that file', (t) => {
  const text = `module.exports = ${'a => '.repeat(100)}1;\n`;
  const root = folder(t, { ...SERVICE, 'server.js': `require('./deep');\n${SERVICE['server.js']}`, 'deep.js': text });
  const { stdout, status } = prodcheck(['--format', 'json', root], { node: ['--stack-size=100'] });
  assert.equal(status, 1);
  assert.deepEqual(JSON.parse(stdout).notes, [
    {
      file: 'deep.js',
      line: null,
      column: null,
      message: 'prodcheck could not analyse this file: it is nested too deeply',
    },
  ]);
});

test('files that cannot be had are notes', (t) => {
  const outside = folder(t, { 'secret.js': 'process.on("SIGTERM", () => {});\n' });
  const root = folder(t, {
    ...SERVICE,
    'server.js': `require('./large');\nrequire('./linked');\n${SERVICE['server.js']}`,
    'large.js': Buffer.alloc(6 * 1024 * 1024, '//\n'),
  });
  git(outside, 'init', '-q');
  symlinkSync(join(outside, 'secret.js'), join(root, 'linked.js'));
  const { report } = json(root);
  assert.deepEqual(
    report.notes.map((/** @type {any} */ { file, message }) => [file, message]),
    [
      ['large.js', 'it is larger than 5 MiB'],
      ['linked.js', 'it is a link that leads out of the repository'],
    ],
  );
});

test('without git the folder is walked', (t) => {
  const root = folder(t, SERVICE);
  const { stdout, status } = prodcheck(['--format', 'json', ...DATE, root], { env: { PATH: '/nonexistent' } });
  assert.equal(status, 1);
  assert.equal(JSON.parse(stdout).services[0].name, 'api');
});

test('npm run prodcheck runs what is built, from where the user stands', () => {
  const script = join(ROOT, 'scripts/prodcheck.js');
  const args = [script, '--format', 'json', ...DATE, 'orders-before'];
  const env = { ...process.env, INIT_CWD: join(ROOT, 'examples') };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', env });
  assert.deepEqual({ status, stderr }, { status: 1, stderr: '' });
  assert.equal(stdout, json(BEFORE).stdout);
});

test('npx runs the tarball', () => {
  const { status, stdout, stderr } = npx(['--format', 'json', ...DATE, BEFORE]);
  assert.equal(status, 1, stderr);
  assert.equal(stdout, json(BEFORE).stdout);
});
