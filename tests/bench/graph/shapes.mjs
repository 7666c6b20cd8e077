/** Graphs of n tasks, and what they come to. */
import { gatherAll, schedule } from '../../../dist/core/index.js';

const same = schedule(function same(/** @type {number} */ value) {
  return value;
});
const increment = schedule(function increment(/** @type {number} */ value) {
  return value + 1;
});
const count = schedule(function count(/** @type {number[]} */ values) {
  return values.length;
});

/**
 * @typedef {object} Shape
 * @property {string} about
 * @property {(size: number) => unknown} build A promised value that takes `size` tasks.
 * @property {(result: any) => number} tasks The number of tasks, as the result tells it.
 * @property {(size: number) => Promise<unknown>} native The same in native promises, for comparison.
 */

/** @type {Record<string, Shape>} */
export const shapes = {
  wide: {
    about: 'n calls and one array of their results',
    build: (size) => gatherAll(calls(size)),
    tasks: (result) => result.at(-1) + 1,
    native: (size) => Promise.all(Array.from({ length: size }, async (_, index) => index)),
  },
  deep: {
    about: 'a chain of n calls',
    build: (size) => {
      let last = increment(0);
      for (let index = 1; index < size; index++) last = increment(last);
      return last;
    },
    tasks: (result) => result,
    native: (size) => {
      let last = Promise.resolve(1);
      for (let index = 1; index < size; index++) last = last.then((value) => value + 1);
      return last;
    },
  },
  'fan-in': {
    about: 'one call of an array of n promised values',
    build: (size) => count(calls(size)),
    tasks: (result) => result,
    native: async (size) => (await Promise.all(Array.from({ length: size }, async (_, index) => index))).length,
  },
};

/** @param {number} size */
function calls(size) {
  const promises = new Array(size);
  for (let index = 0; index < size; index++) promises[index] = same(index);
  return promises;
}
