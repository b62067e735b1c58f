import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { list } from '../../npm/prodcheck/src/list.js';
import { walk } from '../../npm/prodcheck/src/walk.js';
import { folder, git } from './files.js';

test('git lists what is tracked or could be, and says which', (t) => {
  const root = folder(t, {
    '.gitignore': 'dist/\n*.log\n',
    'package.json': '{}',
    'src/gone.js': '',
    'dist/server.js': '',
    'debug.log': '',
    'kept.log': '',
    'größe/日本.js': '',
    'with space\tand tab.js': '',
  });
  git(root, 'init', '-q');
  git(root, 'add', '.');
  git(root, 'add', '--force', 'kept.log');
  git(root, 'commit', '-qm', 'all');
  rmSync(join(root, 'src/gone.js'));
  mkdirSync(join(root, 'nested'));
  writeFileSync(join(root, 'nested/index.js'), '');
  git(join(root, 'nested'), 'init', '-q');
  const more = folder(t, { 'new.js': '' });
  symlinkSync(join(more, 'new.js'), join(root, 'new.js'));
  const tracked = ['.gitignore', 'größe/日本.js', 'kept.log', 'package.json', 'with space\tand tab.js'].sort();
  assert.deepEqual(list(root), { paths: [...tracked, 'new.js'].sort(), tracked });
});

test('a folder inside a repository is listed by itself', (t) => {
  const root = folder(t, { 'package.json': '{}', 'apps/api/package.json': '{}', 'apps/web/package.json': '{}' });
  git(root, 'init', '-q');
  git(root, 'add', '.');
  assert.deepEqual(list(join(root, 'apps/api')), { paths: ['package.json'], tracked: ['package.json'] });
});

test('a submodule is no file', (t) => {
  const root = folder(t, { 'package.json': '{}', 'vendor/lib/index.js': '' });
  git(join(root, 'vendor/lib'), 'init', '-q');
  git(join(root, 'vendor/lib'), 'add', '.');
  git(join(root, 'vendor/lib'), 'commit', '-qm', 'all');
  git(root, 'init', '-q');
  git(root, 'add', '.');
  assert.deepEqual(list(root).paths, ['package.json']);
});

test('an ignored folder inside a repository is walked', (t) => {
  const root = folder(t, { '.gitignore': 'build/', 'build/app/package.json': '{}' });
  git(root, 'init', '-q');
  assert.deepEqual(list(join(root, 'build/app')), { paths: ['package.json'], tracked: undefined });
});

test('git runs no program of the repository, and obeys no hook around it', (t) => {
  const root = folder(t, { 'package.json': '{}', 'evil.sh': '#!/bin/sh\ntouch "$(dirname "$0")/ran"\n' });
  chmodSync(join(root, 'evil.sh'), 0o755);
  git(root, 'init', '-q');
  git(root, 'add', '.');
  git(root, 'config', 'core.fsmonitor', join(root, 'evil.sh'));
  const other = folder(t, { 'other.js': '' });
  git(other, 'init', '-q');
  process.env.GIT_DIR = join(other, '.git');
  t.after(() => delete process.env.GIT_DIR);
  assert.deepEqual(list(root).paths, ['evil.sh', 'package.json']);
  assert.equal(existsSync(join(root, 'ran')), false);
});

test('a bare git directory among the files brings no configuration', (t) => {
  const root = folder(t, { 'package.json': '{}' });
  git(root, 'init', '-q', '--bare', 'hidden');
  git(join(root, 'hidden'), 'config', 'core.bare', 'false');
  git(join(root, 'hidden'), 'config', 'core.worktree', '/');
  const { paths, tracked } = list(join(root, 'hidden'));
  assert.equal(tracked, undefined);
  assert.ok(paths.includes('HEAD'), paths.join());
});

test('the walk obeys ignore files, the innermost first', (t) => {
  const root = folder(t, {
    '.gitignore': '*.log\n/dist\nnode_modules\n',
    'package.json': '{}',
    'a.log': '',
    'dist/x.js': '',
    'src/dist/x.js': '',
    'src/.gitignore': '!keep.log\nlocal.js\n',
    'src/keep.log': '',
    'src/local.js': '',
    'src/deep/keep.log': '',
    'src/deep/drop.log': '',
    'node_modules/x/index.js': '',
    '.git/config': '',
    '.env': '',
  });
  assert.deepEqual(walk(root), [
    '.env',
    '.gitignore',
    'package.json',
    'src/.gitignore',
    'src/deep/keep.log',
    'src/dist/x.js',
    'src/keep.log',
  ]);
});

test('the walk lists a link and does not follow it', (t) => {
  const root = folder(t, { 'src/index.js': '' });
  symlinkSync('..', join(root, 'src/loop'));
  symlinkSync('/', join(root, 'all'));
  assert.deepEqual(walk(root), ['all', 'src/index.js', 'src/loop']);
});
