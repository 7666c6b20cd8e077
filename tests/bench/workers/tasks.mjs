import { schedule } from '../../../dist/node/index.js';

/** Does nothing, and says so. */
export const noop = schedule(function noop(/** @type {number} */ value) {
  return value;
});
