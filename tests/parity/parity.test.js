// The engine in WebAssembly gives the same bytes as the native one, for the projects of all tests.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createReadStream, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check } from 'prodcheck';
import { Prodcheck } from 'prodcheck/engine';

const ROOT = join(import.meta.dirname, '../..');
const OUT = join(ROOT, 'target/test/parity');
const ENGINE = new Prodcheck(readFileSync(fileURLToPath(import.meta.resolve('prodcheck/engine.wasm'))));
const DATE = '2026-11-23';

/** @param {string[]} args */
function xtask(...args) {
  execFileSync('cargo', ['run', '--quiet', '--locked', '--package', 'xtask', '--', ...args], { cwd: ROOT });
}

describe('the engine in WebAssembly gives the bytes of the native one', () => {
  before(() => {
    rmSync(OUT, { recursive: true, force: true });
    mkdirSync(OUT, { recursive: true });
  });

  test('for every project in the documentation, in tests/checks and in tests/hostile', async () => {
    const file = join(OUT, 'fixtures.ndjson');
    xtask('fixtures', file);
    let count = 0;
    for await (const line of createInterface(createReadStream(file))) {
      /** @type {{ name: string, date: string, files: Record<string, string>, json: string, pretty: string }} */
      const { name, date, files, json, pretty } = JSON.parse(line);
      const paths = Object.keys(files);
      for (const [format, expected] of Object.entries({ json, pretty })) {
        const { text } = ENGINE.check({
          paths,
          tracked: paths,
          read: (path) => Buffer.from(files[path] ?? ''),
          date,
          format: /** @type {'json' | 'pretty'} */ (format),
        });
        assert.equal(text, expected, `${name} as ${format}`);
      }
      count += 1;
    }
    assert.ok(count > 0);
  });

  const folders = ['tests/services', 'examples'].flatMap((parent) =>
    readdirSync(join(ROOT, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${parent}/${name}`),
  );
  for (const folder of folders) {
    test(`for ${folder}`, () => {
      xtask('check', folder, '--date', DATE, '--node-version', 'v24.0.0', '--out', OUT);
      const stem = join(OUT, folder.replaceAll('/', '__'));
      const options = { date: DATE, nodeVersion: 'v24.0.0' };
      const json = check(join(ROOT, folder), { ...options, format: 'json' });
      assert.equal(json.text, readFileSync(`${stem}.json`, 'utf8'));
      assert.deepEqual(json.report, JSON.parse(json.text ?? ''));
      const pretty = check(join(ROOT, folder), { ...options, format: 'pretty' });
      assert.equal(pretty.text, readFileSync(`${stem}.txt`, 'utf8'));
    });
  }
});
