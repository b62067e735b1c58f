// What can go wrong before a repository is looked at.

/** @type {typeof import('../types/index.js').UsageError} */
export class UsageError extends Error {
  /** @override */
  name = 'UsageError';
}
