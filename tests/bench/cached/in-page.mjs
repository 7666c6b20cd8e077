/** Caches in a page. */
import { openDB } from 'idb';

import { createRuntime, gatherAll, indexedDbCache, inline, memoryCache, schedule } from '../../../dist/web/index.js';
import { check } from '../support/check.mjs';
import { compare, timed } from '../support/measure.mjs';

/** As many calls as somen looks up at a time. */
const TOGETHER = 128;

const square = schedule((/** @type {number} */ value) => value * value, { name: 'somen-bench/square', version: '1' });

/**
 * Calls that are remembered, and calls that are being remembered: microseconds each.
 * @param {{ count: number, rounds: number }} options
 */
export async function measureInPage({ count, rounds }) {
  let databases = 0;
  const contestants = {
    'somen, memoryCache': () => somen(memoryCache()),
    'somen, indexedDbCache': () => somen(indexedDbCache(`bench-${databases++}`)),
    'a record a key, a transaction each': () => plain(`bench-${databases++}`),
  };
  const results = {};
  for (const what of ['hit', 'store']) {
    results[what] = await compare(
      Object.entries(contestants).map(([name, open]) => ({ name, sample: sampler(what, open, count) })),
      { rounds },
    );
  }
  for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
  return results;
}

/** @returns {() => Promise<number>} */
function sampler(what, open, count) {
  let memo;
  return async () => {
    if (what === 'hit') {
      if (memo === undefined) {
        memo = open();
        await memo.run(0, count, 'ran');
      }
      return ((await timed(() => memo.run(0, count, 'retrieved'))) * 1000) / count;
    }
    const fresh = open();
    await fresh.run(0, 100, 'ran');
    const taken = await timed(() => fresh.run(100, count + 100, 'ran'));
    await fresh.close();
    return (taken * 1000) / count;
  };
}

function somen(cache) {
  const runtime = createRuntime({ executor: inline(), cache, display: false });
  return {
    async run(from, to, how) {
      const running = runtime.run(gatherAll(numbers(from, to).map((value) => square(value))));
      checkSquares(await running, from);
      check(running.summary[how], to - from, `calls that were ${how}`);
    },
    close: () => runtime.close(),
  };
}

/** What people write by hand. */
function plain(name) {
  const opening = openDB(name, 1, { upgrade: (database) => void database.createObjectStore('results') });
  const call = async (value) => {
    const database = await opening;
    const key = await keyOf(value);
    const known = await database.get('results', key);
    if (known !== undefined) return known;
    await database.put('results', value * value, key);
    return value * value;
  };
  return {
    async run(from, to) {
      const results = [];
      for (let at = from; at < to; at += TOGETHER)
        results.push(...(await Promise.all(numbers(at, Math.min(at + TOGETHER, to)).map(call))));
      checkSquares(results, from);
    },
    close: async () => (await opening).close(),
  };
}

/** @param {number} value */
function keyOf(value) {
  return crypto.subtle.digest('SHA-1', new TextEncoder().encode(JSON.stringify(['square', value])));
}

function numbers(from, to) {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

function checkSquares(results, from) {
  for (const [index, result] of results.entries()) check(result, (from + index) ** 2, 'a square');
}
