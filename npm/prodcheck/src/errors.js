// What can go wrong, apart from the repository.

/** @type {typeof import('../types/index.js').UsageError} */
export class UsageError extends Error {
  /** @override */
  name = 'UsageError';
}

/** @type {typeof import('../types/engine.js').EngineError} */
export class EngineError extends Error {
  /** @override */
  name = 'EngineError';
}
