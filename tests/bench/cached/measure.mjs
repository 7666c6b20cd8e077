import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createRuntime, fileCache, gatherAll, inline, memoryCache, schedule } from '../../../dist/node/index.js';
import { check } from '../support/check.mjs';
import { timed } from '../support/measure.mjs';
import { median } from '../support/statistics.mjs';

const square = schedule(function square(/** @type {number} */ value) {
  return value * value;
});

/**
 * Microseconds a call for a run that stores all results in an empty cache, and for one that finds them there.
 * @param {{ kind: 'memory' | 'file', count: number, rounds: number }} options
 */
export async function measureCached({ kind, count, rounds }) {
  const samples = { store: /** @type {number[]} */ ([]), retrieve: /** @type {number[]} */ ([]) };
  for (let round = -1; round < rounds; round++) {
    const folder = await mkdtemp(join(tmpdir(), 'somen-bench-'));
    try {
      const cache = kind === 'memory' ? memoryCache() : fileCache(folder);
      const store = await sample(cache, count, 'ran');
      const retrieve = await sample(cache, count, 'retrieved');
      if (round < 0) continue;
      samples.store.push(store);
      samples.retrieve.push(retrieve);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return { store: median(samples.store), retrieve: median(samples.retrieve) };
}

/**
 * @param {import('../../../dist/node/index.js').Cache} cache
 * @param {number} count
 * @param {'ran' | 'retrieved'} how
 */
async function sample(cache, count, how) {
  const runtime = createRuntime({ executor: inline(), cache, display: false });
  globalThis.gc?.();
  const graph = gatherAll(Array.from({ length: count }, (_, index) => square(index)));
  /** @type {number[]} */
  let values = [];
  const run = runtime.run(graph);
  const taken = await timed(async () => (values = await run));
  check(run.summary[how], count, `calls that were ${how}`);
  check(values.at(-1), (count - 1) ** 2, 'a cached call');
  await runtime.close();
  return (taken * 1000) / count;
}
