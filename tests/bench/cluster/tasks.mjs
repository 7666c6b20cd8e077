import { schedule } from '../../../dist/node/index.js';

/** Does nothing, and says so. */
export const noop = schedule(function noop(/** @type {number} */ value) {
  return value;
});

/** So many bytes, of which the first tells who asked. Each run is another call for caches. */
export const bytes = schedule(
  function bytes(/** @type {number} */ length, /** @type {number} */ value, /** @type {string} */ _run) {
    const made = new Uint8Array(length);
    made[0] = value;
    return made;
  },
);
