import { createRuntime, inline } from '../../../dist/core/index.js';
import { check } from '../support/check.mjs';
import { timed } from '../support/measure.mjs';
import { median } from '../support/statistics.mjs';
import { shapes } from './shapes.mjs';

/** A sample is of at least this many tasks, in graphs of the size in question one after the other. */
const SAMPLE_TASKS = 200_000;

/**
 * Microseconds a task for building and running graphs of one shape and size, and bytes a task for holding one.
 * @param {{ shape: string, size: number, rounds: number }} options
 */
export async function measureGraph({ shape: name, size, rounds }) {
  const shape = shapes[name];
  const runtime = createRuntime({ executor: inline(), display: false });
  const repeats = Math.max(1, Math.round(SAMPLE_TASKS / size));
  const samples = { build: [], run: [], native: [] };
  // A large graph is itself a warm-up for the next; small ones come in numbers.
  for (let round = -1; round < rounds; round++) {
    const sample = await sampleGraph(shape, size, repeats, runtime);
    if (round >= 0) for (const key of Object.keys(samples)) samples[key].push(sample[key]);
  }
  await runtime.close();
  const bytes = heldBytes(shape, size);
  return { build: median(samples.build), run: median(samples.run), native: median(samples.native), bytes };
}

/**
 * @param {import('./shapes.mjs').Shape} shape
 * @param {number} size
 * @param {number} repeats
 * @param {import('../../../dist/core/index.js').Runtime} runtime
 */
async function sampleGraph(shape, size, repeats, runtime) {
  const total = { build: 0, run: 0, native: 0 };
  globalThis.gc?.();
  for (let repeat = 0; repeat < repeats; repeat++) {
    let graph;
    let result;
    total.build += await timed(() => void (graph = shape.build(size)));
    total.run += await timed(async () => (result = await runtime.run(graph)));
    check(shape.tasks(result), size, 'a graph');
  }
  globalThis.gc?.();
  for (let repeat = 0; repeat < repeats; repeat++) {
    let result;
    total.native += await timed(async () => (result = await shape.native(size)));
    check(shape.tasks(result), size, 'native promises');
  }
  for (const key of Object.keys(total)) total[key] *= 1000 / (repeats * size);
  return total;
}

/**
 * Bytes of heap a task while the graph is held.
 * @param {import('./shapes.mjs').Shape} shape
 * @param {number} size
 */
function heldBytes(shape, size) {
  const before = heapUsed();
  const graph = shape.build(size);
  const bytes = (heapUsed() - before) / size;
  check(typeof graph, 'function', 'a graph that is held');
  return bytes;
}

function heapUsed() {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
