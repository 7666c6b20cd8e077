import { schedule } from '../../../dist/node/index.js';

/** Gives back what it gets. */
export const echo = schedule(function echo(/** @type {Float64Array} */ array) {
  return array;
});
