// The run against an engine that fails on demand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../npm/prodcheck/src/run.js';

/**
 * An engine that wants all files in turn, two at a time, and reports what it was given.
 *
 * @param {object} faults
 * @param {(path: string) => void} [faults.provide] may throw
 * @param {(provided: string[]) => void} [faults.wanted] may throw
 * @param {(provided: string[]) => void} [faults.check] may throw
 * @param {(provided: string[]) => void} [faults.render] may throw
 */
function engine(faults) {
  let instances = 0;
  const instantiate = () => {
    instances += 1;
    let dead = false;
    /** @param {() => void} fault */
    const mayDie = (fault) => {
      assert.equal(dead, false, 'an instance is used after it trapped');
      dead = true;
      fault();
      dead = false;
    };
    class Engine {
      /** @type {string[]} */
      #left;
      /** @type {string[]} */
      #provided = [];
      /** @type {Record<string, string>} */
      #unreadable = {};

      /** @param {string} paths */
      constructor(paths) {
        this.#left = paths.split('\0');
      }

      wanted() {
        mayDie(() => faults.wanted?.(this.#provided));
        return this.#left.splice(0, 2);
      }

      /** @param {string} path */
      provide(path) {
        mayDie(() => faults.provide?.(path));
        this.#provided.push(path);
      }

      /**
       * @param {string} path
       * @param {string} why
       */
      unreadable(path, why) {
        this.#unreadable[path] = why;
      }

      check() {
        mayDie(() => faults.check?.(this.#provided));
        return { provided: this.#provided, unreadable: this.#unreadable };
      }

      render() {
        mayDie(() => faults.render?.(this.#provided));
        return 'text';
      }
    }
    return { Engine };
  };
  /** @param {string[]} paths */
  return (paths) => {
    /** @type {any} */
    const fake = instantiate;
    const read = (/** @type {string} */ path) => (path === 'missing' ? 'it is missing' : Buffer.from(path));
    const checked = run(fake, { paths, read, date: '2026-11-23', format: 'json' });
    /** @type {any} */
    const report = checked.report;
    return { ...report, text: checked.text, instances };
  };
}

const trap = () => {
  throw new WebAssembly.RuntimeError('unreachable');
};
const FILES = Array.from({ length: 40 }, (_, index) => `f${index}`);

test('without a fault one instance does', () => {
  assert.deepEqual(engine({})(['a', 'missing', 'b']), {
    provided: ['a', 'b'],
    unreadable: { missing: 'it is missing' },
    text: 'text',
    instances: 1,
  });
});

test('a trap while a file is provided costs that file', () => {
  const result = engine({ provide: (path) => path === 'f7' && trap() })(FILES);
  assert.deepEqual(result.provided, FILES.filter((file) => file !== 'f7'));
  assert.deepEqual(result.unreadable, { f7: 'prodcheck could not analyse this file: internal error, unreachable' });
});

test('a panic and a stack overflow say what they are', () => {
  const result = engine({
    provide: (path) => {
      if (path === 'f1') {
        throw new Error('panicked at src/a.rs:1:2:\nnot possible');
      }
      if (path === 'f2') {
        throw new RangeError('Maximum call stack size exceeded');
      }
    },
  })(FILES);
  assert.deepEqual(result.unreadable, {
    f1: 'prodcheck could not analyse this file: internal error, panicked at src/a.rs:1:2: not possible',
    f2: 'prodcheck could not analyse this file: it is nested too deeply',
  });
});

test('many faulty files cost two runs, not one each', () => {
  let calls = 0;
  const result = engine({
    provide: (path) => {
      calls += 1;
      if (Number(path.slice(1)) % 2 === 1) {
        trap();
      }
    },
  })(FILES);
  assert.equal(result.provided.length, 20);
  assert.equal(Object.keys(result.unreadable).length, 20);
  assert.ok(calls <= 3 * FILES.length, String(calls));
});

for (const place of /** @type {const} */ (['wanted', 'check', 'render'])) {
  test(`a trap in ${place} costs the file that it needs`, () => {
    const result = engine({ [place]: (/** @type {string[]} */ provided) => provided.includes('f23') && trap() })(FILES);
    assert.deepEqual(Object.keys(result.unreadable), ['f23']);
    assert.equal(result.provided.length, 39);
    assert.ok(result.instances < 12, String(result.instances));
  });
}

test('two files that trap only together cost one of them', () => {
  const both = (/** @type {string[]} */ provided) => provided.includes('f3') && provided.includes('f30') && trap();
  assert.deepEqual(Object.keys(engine({ check: both })(FILES).unreadable), ['f30']);
});

test('a trap that no file causes is an error', () => {
  assert.throws(() => engine({ check: trap })(FILES), {
    name: 'EngineError',
    message: 'the engine failed, and no file is to blame: unreachable',
  });
});

test('what the engine throws of its own will is passed on', () => {
  const refuse = () => {
    throw new Error('no format is called `x`');
  };
  assert.throws(() => engine({ render: refuse })(FILES), { name: 'Error', message: 'no format is called `x`' });
});
