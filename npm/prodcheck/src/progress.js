// Says that work goes on: on a terminal only, and only once it lasts.

/** Milliseconds until the first word, and between two. */
const PATIENCE = 1000;
const PAUSE = 100;

/** Back to the start of the line, and clear it: ECMA-48 CR and EL. */
const CLEAR = '\r\u001b[K';

/** @param {NodeJS.WriteStream} stream */
export function progress(stream) {
  let next = Date.now() + PATIENCE;
  let shown = false;
  return {
    /** @param {number} files */
    update(files) {
      const now = Date.now();
      if (stream.isTTY && now >= next) {
        stream.write(`${CLEAR}prodcheck: ${files} files read`);
        shown = true;
        next = now + PAUSE;
      }
    },
    clear() {
      if (shown) {
        stream.write(CLEAR);
      }
    },
  };
}
