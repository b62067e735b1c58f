// The engine as a class: a module of WebAssembly, and fresh instances of it. Uses nothing of Node.

import { instantiate } from '../generated/glue.js';
import { run } from './run.js';

export { EngineError } from './errors.js';

/** @type {typeof import('../types/engine.js').Prodcheck} */
export const Prodcheck = class Prodcheck {
  #module;

  /** @param {ArrayBuffer | ArrayBufferView | import('../types/engine.js').CompiledModule} wasm */
  constructor(wasm) {
    this.#module = wasm instanceof WebAssembly.Module ? wasm : new WebAssembly.Module(/** @type {BufferSource} */ (wasm));
  }

  /** @param {import('../types/engine.js').Input} input */
  check(input) {
    return run(() => instantiate(this.#module), input);
  }

  items() {
    return instantiate(this.#module).items();
  }

  formats() {
    return /** @type {import('../types/engine.js').Format[]} */ (instantiate(this.#module).formats());
  }
};
