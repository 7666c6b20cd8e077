import { schedule } from '../../../dist/node/index.js';

/** Does nothing, and says so. */
export const noop = schedule(function noop(/** @type {number} */ value) {
  return value;
});

/** How many tasks there are of which nobody knows how long they take. */
export const SINGLES = 4000;

/** The same, as a task for each job: such jobs go to a queue one by one, since nobody knows how long they take. */
export const singles = Array.from({ length: SINGLES }, (_, index) =>
  schedule((/** @type {number} */ value) => value, { name: `bench/single-${index}`, version: '1' }),
);

/** So many bytes, of which the first tells who asked. Each run is another call for caches. */
export const bytes = schedule(
  function bytes(/** @type {number} */ length, /** @type {number} */ value, /** @type {string} */ _run) {
    const made = new Uint8Array(length);
    made[0] = value;
    return made;
  },
);
