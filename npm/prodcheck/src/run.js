// One run of the engine: gives it the files that it wants, and outlives its traps.
//
// A trap (a panic, a stack overflow, memory that runs out) leaves an instance of the module unusable. The run then
// drops it and starts again in a fresh one, without the file that was at fault, so one hostile file costs a note and
// nothing else. A file is analysed while it is provided, so a trap in there names it. A trap elsewhere names none: the
// file is found by halving, as the last of the shortest row of files that makes the engine trap.

import { EngineError } from './errors.js';

/**
 * @typedef {import('../generated/glue.js').Instance} Instance
 * @typedef {import('../types/engine.js').Input} Input
 * @typedef {import('../types/engine.js').Checked} Checked
 */

/** How many files may be found by halving: each takes some ten runs. */
const MOST_SEARCHES = 8;

/** What an instance died of, and the file that it was reading, if any. */
class Trap extends Error {
  /**
   * @param {unknown} cause
   * @param {string | null} path
   */
  constructor(cause, path) {
    super(describe(cause), { cause });
    this.path = path;
  }
}

/**
 * @param {() => Instance} instantiate makes a fresh instance of the engine
 * @param {Input} input
 * @returns {Checked}
 */
export function run(instantiate, input) {
  /** @type {Map<string, string>} */
  const faulty = new Map();
  let scout = null;
  for (let searches = 0; ; ) {
    const attempt = new Attempt(instantiate, input, faulty, scout);
    const trap = attempt.trap();
    if (trap === null) {
      return attempt.checked();
    }
    if (trap.path !== null) {
      faulty.set(trap.path, reason(trap));
      // It may be one of a thousand: from here on each file is tried where a trap costs no new run.
      scout = new Scout(instantiate);
      continue;
    }
    searches += 1;
    const culprit = searches > MOST_SEARCHES ? undefined : search(instantiate, input, faulty, attempt.provided);
    if (culprit === undefined) {
      throw new EngineError(`the engine failed, and no file is to blame: ${trap.message}`, { cause: trap.cause });
    }
    faulty.set(culprit, reason(trap));
  }
}

/** One run in an instance of its own. */
class Attempt {
  /** The files that were provided, in order. */
  /** @type {string[]} */
  provided = [];

  #instantiate;
  #input;
  #faulty;
  #scout;
  #only;
  /** @type {Checked | null} */
  #checked = null;

  /**
   * @param {() => Instance} instantiate
   * @param {Input} input
   * @param {Map<string, string>} faulty what not to provide, and why; what the scout refuses is added
   * @param {Scout | null} scout tries each file first
   * @param {Set<string> | null} only the files that may be provided; `null` for all
   */
  constructor(instantiate, input, faulty, scout, only = null) {
    this.#instantiate = instantiate;
    this.#input = input;
    this.#faulty = faulty;
    this.#scout = scout;
    this.#only = only;
  }

  /**
   * Runs to the end.
   *
   * @returns {Trap | null}
   */
  trap() {
    try {
      this.#checked = this.#run();
      return null;
    } catch (error) {
      if (error instanceof Trap) {
        return error;
      }
      throw error;
    }
  }

  /** What came of it, where it did not trap. */
  checked() {
    return /** @type {Checked} */ (this.#checked);
  }

  #run() {
    const { paths, tracked, date, service, nodeVersion, format, color, quiet, onProgress } = this.#input;
    const engine = guarded(null, () => {
      const options = { date, service: service ?? null, nodeVersion: nodeVersion ?? null };
      return new (this.#instantiate().Engine)(paths.join('\0'), tracked?.join('\0') ?? null, options);
    });
    for (;;) {
      const wanted = guarded(null, () => engine.wanted());
      if (wanted.length === 0) {
        break;
      }
      for (const path of wanted) {
        const content = this.#content(path);
        if (typeof content === 'string') {
          guarded(null, () => engine.unreadable(path, content));
          continue;
        }
        guarded(path, () => engine.provide(path, content));
        this.provided.push(path);
        onProgress?.(this.provided.length);
      }
    }
    const report = guarded(null, () => engine.check());
    const text = format === undefined ? null : guarded(null, () => engine.render(format, color ?? false, quiet ?? false));
    return { report, text };
  }

  /**
   * @param {string} path
   * @returns {Uint8Array | string} its bytes, or why there are none
   */
  #content(path) {
    if (this.#only !== null && !this.#only.has(path)) {
      return 'it is left out';
    }
    const fault = this.#faulty.get(path);
    if (fault !== undefined) {
      return fault;
    }
    const content = this.#input.read(path);
    const trap = typeof content === 'string' ? null : (this.#scout?.trap(path, content) ?? null);
    if (trap === null) {
      return content;
    }
    this.#faulty.set(path, reason(trap));
    return reason(trap);
  }
}

/** Provides files to an engine whose loss costs nothing. */
class Scout {
  #instantiate;
  /** @type {InstanceType<Instance['Engine']> | null} */
  #engine = null;

  /** @param {() => Instance} instantiate */
  constructor(instantiate) {
    this.#instantiate = instantiate;
  }

  /**
   * @param {string} path
   * @param {Uint8Array} bytes
   * @returns {Trap | null}
   */
  trap(path, bytes) {
    try {
      guarded(path, () => {
        this.#engine ??= new (this.#instantiate().Engine)('', null, { date: '1970-01-01' });
        this.#engine.provide(path, bytes);
      });
      return null;
    } catch (error) {
      this.#engine = null;
      return /** @type {Trap} */ (error);
    }
  }
}

/**
 * Finds the file that makes the engine trap where the trap names none.
 *
 * @param {() => Instance} instantiate
 * @param {Input} input
 * @param {Map<string, string>} faulty
 * @param {string[]} provided the files that were provided when it trapped, in order
 * @returns {string | undefined} `undefined` where it traps without any file
 */
function search(instantiate, input, faulty, provided) {
  const quiet = { ...input, onProgress: undefined };
  /** @param {number} count */
  const traps = (count) => {
    const only = new Set(provided.slice(0, count));
    return new Attempt(instantiate, quiet, new Map(faulty), null, only).trap() !== null;
  };
  if (traps(0)) {
    return undefined;
  }
  let without = 0;
  let withIt = provided.length;
  while (withIt - without > 1) {
    const middle = Math.floor((without + withIt) / 2);
    if (traps(middle)) {
      withIt = middle;
    } else {
      without = middle;
    }
  }
  return provided[withIt - 1];
}

/**
 * Calls into the engine. What it throws of its own will, such as for an unknown format, is passed on.
 *
 * @template T
 * @param {string | null} path the file that is analysed meanwhile
 * @param {() => T} call
 * @returns {T}
 */
function guarded(path, call) {
  try {
    return call();
  } catch (error) {
    throw isTrap(error) ? new Trap(error, path) : error;
  }
}

/** @param {unknown} error */
function isTrap(error) {
  return (
    error instanceof WebAssembly.RuntimeError ||
    error instanceof RangeError ||
    (error instanceof Error && error.message.startsWith('panicked at '))
  );
}

/**
 * Why a file is not analysed, in the words of a note.
 *
 * @param {Trap} trap
 */
function reason(trap) {
  return trap.cause instanceof RangeError
    ? 'prodcheck could not analyse this file: it is nested too deeply'
    : `prodcheck could not analyse this file: internal error, ${trap.message}`;
}

/** @param {unknown} error */
function describe(error) {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
}
