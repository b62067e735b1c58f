// Runs programs, and finds them.

import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { basename, delimiter, join } from 'node:path';

const SUFFIX = process.platform === 'win32' ? '.exe' : '';

/** A program that failed, or is not there. */
export class CommandError extends Error {}

/**
 * Runs a program to its end, with its output going to the terminal.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function command(program, args, options = {}) {
  const { status, signal, error } = spawnSync(program, args, { stdio: 'inherit', ...options });
  if (error || status !== 0) {
    const why = error?.message ?? (signal ? `killed by ${signal}` : `exit code ${status}`);
    throw new CommandError(`\`${basename(program)} ${args.join(' ')}\` failed: ${why}`);
  }
}

/**
 * Runs a program to its end, and gives what it printed; `null` where it fails or is not there.
 *
 * @param {string} program
 * @param {string[]} args
 * @returns {string | null}
 */
export function output(program, args) {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return status === 0 ? stdout.trim() : null;
}

/**
 * Runs a program with its output going to the terminal and to a listener.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 * @param {(text: string) => void} listener
 * @returns {Promise<number>} the exit code
 */
export function watched(program, args, options, listener) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text);
      listener(text);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/**
 * Runs npm: the one that runs this script, else the one on the PATH.
 *
 * @param {string[]} args
 * @returns {{ program: string, args: string[], shell: boolean }}
 */
export function npm(args) {
  const script = process.env.npm_execpath;
  return script !== undefined && basename(script) === 'npm-cli.js'
    ? { program: process.execPath, args: [script, ...args], shell: false }
    : { program: 'npm', args, shell: process.platform === 'win32' };
}

/**
 * @param {string} program
 * @param {string} path a PATH
 * @returns {string | null} the folder that the program is in
 */
export function folderOf(program, path) {
  for (const folder of path.split(delimiter)) {
    try {
      accessSync(join(folder, program + SUFFIX), constants.X_OK);
      return folder;
    } catch {
      continue;
    }
  }
  return null;
}
