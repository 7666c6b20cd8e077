import { check } from '../support/check.mjs';
import { timed } from '../support/measure.mjs';
import { median } from '../support/statistics.mjs';
import { pools } from './pools.mjs';

/** A sample of a fast pool is the median of the runs that fill so many milliseconds. */
const SAMPLE = 500;

/**
 * A pool, warm, that takes milliseconds for `count` no-op tasks.
 * @param {{ pool: string, count: number, size: number, warmUp: number }} options `warmUp` in milliseconds
 */
export async function openPool({ pool: name, count, size, warmUp }) {
  const pool = await pools[name](size);
  await runs(name, pool, count, warmUp);
  return { sample: async () => median(await runs(name, pool, count, SAMPLE)), close: () => pool.close() };
}

/**
 * What each of the runs took that fill so many milliseconds.
 * @param {string} name
 * @param {import('./pools.mjs').Pool} pool
 * @param {number} count
 * @param {number} milliseconds
 */
async function runs(name, pool, count, milliseconds) {
  const taken = [];
  for (const end = performance.now() + milliseconds; taken.length === 0 || performance.now() < end;) {
    /** @type {number[]} */
    let results = [];
    taken.push(await timed(async () => (results = await pool.run(count))));
    check(results.length, count, name);
    for (let index = 0; index < count; index++) check(results[index], index, name);
  }
  return taken;
}
