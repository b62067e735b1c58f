// prodcheck for programs: reads a repository's folder and gives the report.

import type { Checked, Format, Item } from './engine.js';

export type * from './report.js';
export type { Checked, Format, Item };

/** How to check. */
export interface Options {
  /** The day to judge for, `YYYY-MM-DD`; today in UTC where absent. */
  date?: string | undefined;
  /** Judge only the service of this name or folder. */
  service?: string | undefined;
  /** The Node.js version that counts as installed, such as `v24.1.0`; the running one's where absent. */
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

/**
 * Checks the repository in a folder. Executes nothing of it, uses no network, and reads nothing outside the folder.
 *
 * @throws {UsageError} where the folder or an option cannot be used
 */
export function check(path: string, options?: Options): Checked;

/** The items of the checklist that this version judges, in its order. */
export function items(): Item[];

/** The formats that a report can be written in. */
export function formats(): Format[];

/** The version of this package. */
export const version: string;

/** What was asked for cannot be done; the message says why. */
export class UsageError extends Error {}
