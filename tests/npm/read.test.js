import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { reader } from '../../npm/prodcheck/src/read.js';
import { folder } from './files.js';

test('bytes come as they are', (t) => {
  const bytes = Uint8Array.of(0xff, 0xfe, 0x00, 0x0a, 0x80);
  const read = reader(folder(t, { 'a/ü.bin': bytes, empty: '' }));
  assert.deepEqual(new Uint8Array(/** @type {Uint8Array} */ (read('a/ü.bin'))), bytes);
  assert.equal(read('empty').length, 0);
});

test('a link is followed inside the repository, and not out of it', (t) => {
  const outside = folder(t, { secret: 'secret', 'd/secret': 'secret' });
  const root = folder(t, { 'real.js': 'real' });
  symlinkSync('real.js', join(root, 'link.js'));
  symlinkSync(join(outside, 'secret'), join(root, 'out.js'));
  symlinkSync(join(outside, 'd'), join(root, 'folder'));
  symlinkSync('loop', join(root, 'loop'));
  symlinkSync('nowhere', join(root, 'broken'));
  const read = reader(root);
  assert.equal(String(Buffer.from(/** @type {Uint8Array} */ (read('link.js')))), 'real');
  assert.equal(read('out.js'), 'it is a link that leads out of the repository');
  assert.equal(read('folder/secret'), 'it is a link that leads out of the repository');
  assert.equal(read('../x'), 'there is no such file');
  assert.equal(read('loop'), 'it cannot be opened');
  assert.equal(read('broken'), 'there is no such file');
});

test('a folder whose name begins like the root is outside', (t) => {
  const root = folder(t, { 'repo/a': '', 'repo-secret/b': '' });
  assert.equal(reader(join(root, 'repo'))('../repo-secret/b'), 'it is a link that leads out of the repository');
});

test('what is no regular file is not waited for', (t) => {
  const root = folder(t, {});
  execFileSync('mkfifo', [join(root, 'pipe')]);
  mkdirSync(join(root, 'folder'));
  const read = reader(root);
  assert.equal(read('pipe'), 'it is not a regular file');
  assert.equal(read('folder'), 'it is not a regular file');
});

test('a file of up to 5 MiB is read', (t) => {
  const limit = 5 * 1024 * 1024;
  const read = reader(folder(t, { fits: Buffer.alloc(limit), large: Buffer.alloc(limit + 1) }));
  assert.equal(read('fits').length, limit);
  assert.equal(read('large'), 'it is larger than 5 MiB');
});
