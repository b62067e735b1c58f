// prodcheck for programs: a folder in, a report out.

import { readFileSync, statSync } from 'node:fs';
import { Prodcheck } from './engine.js';
import { UsageError } from './errors.js';
import { list } from './list.js';
import { reader } from './read.js';

export { version } from './version.js';
export { UsageError };

/** @type {InstanceType<typeof Prodcheck> | undefined} */
let engine;

/** The engine, compiled when it is first needed. */
function loaded() {
  return (engine ??= new Prodcheck(readFileSync(new URL('../generated/engine.wasm', import.meta.url))));
}

/** @type {typeof import('../types/index.js').check} */
export function check(path, options = {}) {
  const { date = new Date().toISOString().slice(0, 10), nodeVersion = process.version } = options;
  if (!isDate(date)) {
    throw new UsageError(`\`${date}\` is not a date: write it as \`YYYY-MM-DD\``);
  }
  const kind = statSync(path, { throwIfNoEntry: false });
  if (!kind?.isDirectory()) {
    throw new UsageError(`\`${path}\` is ${kind ? 'not a folder' : 'not there'}: name the folder of a repository`);
  }
  return loaded().check({ ...list(path), ...options, read: reader(path), date, nodeVersion });
}

/** @type {typeof import('../types/index.js').items} */
export function items() {
  return loaded().items();
}

/** @type {typeof import('../types/index.js').formats} */
export function formats() {
  return loaded().formats();
}

/** @param {string} text */
function isDate(text) {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
