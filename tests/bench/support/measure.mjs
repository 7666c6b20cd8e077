/** How things are timed. Runs in Node and in pages. */
import { median } from './statistics.mjs';

/**
 * Something to be timed against others.
 * @typedef {object} Contestant
 * @property {string} name
 * @property {() => number | Promise<number>} sample Does it once, checks what came out, and returns what it took.
 */

/**
 * The medians of contestants that take turns, so that what disturbs the machine disturbs them all.
 * @param {readonly Contestant[]} contestants
 * @param {{ rounds: number, warmUps?: number }} options
 * @returns {Promise<Record<string, number>>}
 */
export async function compare(contestants, { rounds, warmUps = 1 }) {
  const samples = new Map(contestants.map(({ name }) => [name, /** @type {number[]} */ ([])]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const { name, sample } of contestants) {
      globalThis.gc?.();
      const taken = await sample();
      if (round >= 0) samples.get(name)?.push(taken);
    }
  }
  return Object.fromEntries([...samples].map(([name, taken]) => [name, median(taken)]));
}

/**
 * Milliseconds that `action` takes.
 * @param {() => unknown} action
 */
export async function timed(action) {
  const start = performance.now();
  const pending = action();
  // Awaiting what is no promise would let other work in.
  if (pending instanceof Promise) await pending;
  return performance.now() - start;
}

/** How long a stretch of calls is, in milliseconds: long beside a page's clock, short beside the pauses that others cause. */
const STRETCH = 4;

/**
 * A sample of something short: microseconds a call, the median of the stretches that fill `milliseconds`.
 * @param {() => unknown} action
 * @param {number} milliseconds
 * @returns {() => Promise<number>}
 */
export function repeated(action, milliseconds) {
  let calls = 1;
  return async () => {
    const loop = action() instanceof Promise ? loopAsync : loopSync;
    const stretches = [];
    for (let total = 0; total < milliseconds || stretches.length === 0;) {
      const taken = await timed(() => loop(action, calls));
      total += taken;
      if (taken < STRETCH / 2) calls *= 2;
      else stretches.push((taken * 1000) / calls);
    }
    return median(stretches);
  };
}

/**
 * @param {() => unknown} action
 * @param {number} count
 */
function loopSync(action, count) {
  for (let index = 0; index < count; index++) action();
}

/**
 * @param {() => unknown} action
 * @param {number} count
 */
async function loopAsync(action, count) {
  for (let index = 0; index < count; index++) await action();
}
