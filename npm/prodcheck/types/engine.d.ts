// The engine without Node: for browsers, bundlers, Deno, Bun and editors.

import type { Report } from './report.js';

export type * from './report.js';

/** The way in which a report is written. */
export type Format = 'pretty' | 'json';

/** What a run needs to know. */
export interface Input {
  /** Every file of the repository that is not ignored, relative to its root, with `/`. */
  paths: string[];
  /** The files that version control tracks; absent where there is none. */
  tracked?: string[] | undefined;
  /**
   * Gives a file's bytes, or says in words why they cannot be had. Asked only for what the engine wants, and again for
   * the same file where a run has to start anew.
   */
  read: (path: string) => Uint8Array | string;
  /** The day to judge for, `YYYY-MM-DD`. */
  date: string;
  /** Judge only the service of this name or folder. */
  service?: string | undefined;
  /** The installed Node.js's version, such as `v24.1.0`. */
  nodeVersion?: string | undefined;
  /** Also write the report in this format. */
  format?: Format | undefined;
  /** Whether that text has ANSI colours. */
  color?: boolean | undefined;
  /** Whether that text leaves out what passes. */
  quiet?: boolean | undefined;
  /** Told after each file how many were read. */
  onProgress?: ((files: number) => void) | undefined;
}

/** What a run gives. */
export interface Checked {
  /** The report. The same input gives the same report. */
  report: Report;
  /** The report in the `format` that was asked for, with a line end; `null` where none was. */
  text: string | null;
}

/** What is known of one item of the checklist. */
export interface Item {
  /** The checklist's id, such as `set-memory-limit`. */
  id: string;
  /** The checklist's number, 1 to 41. */
  number: number;
  /** The category's id, such as `process-management`. */
  category: string;
  /** What holds where the item passes. */
  title: string;
  /** How much a failure weighs. */
  severity: 'error' | 'warn' | 'off';
  /** The documentation, Markdown. */
  docs: string;
}

/** A `WebAssembly.Module`, whose type not every project has. */
export type CompiledModule = object;

/** The engine. */
export declare class Prodcheck {
  /** Takes the bytes of `prodcheck/engine.wasm`, or a module compiled from them. */
  constructor(wasm: ArrayBuffer | ArrayBufferView | CompiledModule);
  /**
   * Checks a repository.
   *
   * @throws {EngineError} where the engine fails and no file is to blame
   */
  check(input: Input): Checked;
  /** The items of the checklist that this version judges, in its order. */
  items(): Item[];
  /** The formats that a report can be written in. */
  formats(): Format[];
}

/** The engine failed, and no file of the repository is to blame: a bug in prodcheck. */
export declare class EngineError extends Error {}
