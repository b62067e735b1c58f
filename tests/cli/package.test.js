// The packed package as a library, and what is in it.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { check } from 'prodcheck';
import { INSTALLED, installedFile, prodcheck, ROOT, TARBALL } from './installed.js';

const BEFORE = join(ROOT, 'examples/orders-before');
const OPTIONS = { date: '2026-11-23', nodeVersion: 'v24.0.0' };

/**
 * Runs a program where the package is installed.
 *
 * @param {string} name
 * @param {string} source
 */
function runs(name, source) {
  const file = join(INSTALLED, name);
  writeFileSync(file, source);
  return execFileSync(process.execPath, [file, BEFORE], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

test('it can be imported', () => {
  const source = `
    import { check, items, formats, version } from 'prodcheck';
    const { report, text } = check(process.argv[2], ${JSON.stringify({ ...OPTIONS, format: 'json' })});
    if (text !== JSON.stringify(report, null, 2) + '\\n') throw new Error('report and text differ');
    console.log(JSON.stringify([version, formats(), items().length, report]));
  `;
  const [version, formats, items, report] = JSON.parse(runs('import.mjs', source));
  assert.equal(version, report.prodcheckVersion);
  assert.deepEqual(formats.slice(0, 2), ['pretty', 'json']);
  assert.equal(items, report.checklist.automated);
  assert.deepEqual(report, check(BEFORE, OPTIONS).report);
});

test('it can be required', () => {
  const source = `
    const { check, UsageError } = require('prodcheck');
    try { check('/nowhere/at/all'); } catch (error) { console.log(error instanceof UsageError, error.message); }
  `;
  assert.equal(runs('require.cjs', source), 'true `/nowhere/at/all` is not there: name the folder of a repository\n');
});

test('the engine takes bytes or a module, and files from anywhere', () => {
  const source = `
    import { readFileSync } from 'node:fs';
    import { fileURLToPath } from 'node:url';
    import { Prodcheck } from 'prodcheck/engine';
    const bytes = readFileSync(fileURLToPath(import.meta.resolve('prodcheck/engine.wasm')));
    const files = { 'package.json': '{ "name": "api", "scripts": { "start": "node s.js" } }', 's.js': 'require("http").createServer().listen(1)' };
    const input = { paths: Object.keys(files), read: (path) => new TextEncoder().encode(files[path]), date: '2026-11-23' };
    for (const wasm of [bytes, new WebAssembly.Module(bytes)]) {
      console.log(new Prodcheck(wasm).check(input).report.services[0].name);
    }
  `;
  assert.equal(runs('engine.mjs', source), 'api\napi\n');
});

test('a report is as the JSON Schema and the types say', () => {
  const { report } = check(BEFORE, OPTIONS);
  const schema = JSON.parse(installedFile('types/report.schema.json').toString());
  const ajv = new Ajv2020({ strict: false, formats: { uint32: true } });
  const valid = ajv.compile(schema);
  assert.ok(valid(report), ajv.errorsText(valid.errors));
  assert.equal(valid({ ...report, services: 'none' }), false);

  const program = `
    import { check, type Report, type CheckReport, type Options } from 'prodcheck';
    import { Prodcheck, type Checked } from 'prodcheck/engine';
    const literal: Report = ${JSON.stringify(report)};
    const options: Options = { format: 'pretty', color: true };
    const { report, text }: Checked = check('.', options);
    const first: CheckReport | undefined = report.services[0]?.checks[0];
    new Prodcheck(new Uint8Array()).check({ paths: [], read: () => 'nothing', date: literal.date });
    // @ts-expect-error there is no such format
    check('.', { format: 'pdf' });
    export { first, text };
  `;
  writeFileSync(join(INSTALLED, 'program.mts'), program);
  const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2023'];
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, ...options, '--lib', 'es2023', '--types', '', 'program.mts'], {
    cwd: INSTALLED,
    stdio: 'inherit',
  });
});

test('its types resolve wherever it does', () => {
  const attw = join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  const options = ['--profile', 'esm-only', '--exclude-entrypoints', 'engine.wasm', '--no-color', '--no-emoji'];
  const { status, stdout } = spawnSync(process.execPath, [attw, TARBALL, ...options], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
});

test('it depends on one package, and runs nothing when it is installed', () => {
  const { dependencies, scripts, engines } = JSON.parse(installedFile('package.json').toString());
  assert.deepEqual(Object.keys(dependencies), ['ignore']);
  assert.deepEqual(Object.keys(scripts), ['prepack']);
  assert.equal(engines.node, '^20.19 || ^22.13 || >=24');
});

test('the module tells nothing of the machine that built it', () => {
  const module = installedFile('generated/engine.wasm').toString('latin1');
  for (const path of [ROOT, join(homedir(), '.cargo'), join(homedir(), '.rustup')]) {
    assert.equal(module.includes(path), false, path);
  }
});

test('the lock file names no registry', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const resolved = Object.values(packages).flatMap(({ resolved, link }) => (resolved && !link ? [resolved] : []));
  assert.deepEqual(resolved, []);
});

test('its version is the engine\u2019s', () => {
  assert.equal(prodcheck(['--version']).stdout, `${check(BEFORE, OPTIONS).report.prodcheckVersion}\n`);
});
