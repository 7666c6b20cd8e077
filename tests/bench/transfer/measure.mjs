import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { createRuntime, workers } from '../../../dist/node/index.js';
import { check } from '../support/check.mjs';
import { compare, timed } from '../support/measure.mjs';
import { echo } from './tasks.mjs';

/**
 * Milliseconds for an array of so many bytes to a worker and back.
 * @param {{ bytes: number, rounds: number }} options
 */
export async function measureTransfer({ bytes, rounds }) {
  const executor = workers({ size: 1 });
  const runtime = createRuntime({ executor, display: false });
  const thread = new Worker(new URL('peer-worker.mjs', import.meta.url));
  const ways = {
    somen: (array) => runtime.run(echo(array)),
    'postMessage, copied both ways': (array) => roundTrip(thread, array, false, false),
    'postMessage, copied there, transferred back': (array) => roundTrip(thread, array, false, true),
    'postMessage, transferred both ways': (array) => roundTrip(thread, array, true, true),
  };
  const contestants = Object.entries(ways).map(([name, way]) => ({ name, sample: () => sample(name, way, bytes) }));
  const medians = await compare(contestants, { rounds, warmUps: 2 });
  await runtime.close();
  await executor.close();
  await thread.terminate();
  return medians;
}

/**
 * @param {string} name
 * @param {(array: Float64Array) => Promise<Float64Array>} way
 * @param {number} bytes
 */
async function sample(name, way, bytes) {
  const array = Float64Array.from({ length: bytes / 8 }, (_, index) => index);
  let back = array;
  const taken = await timed(async () => (back = await way(array)));
  check(back instanceof Float64Array && back.length, bytes / 8, name);
  if (name === 'somen') check(array.length, back.length, 'keeping the array');
  for (let index = 0; index < back.length; index += 1009) check(back[index], index, name);
  return taken;
}

/**
 * @param {Worker} thread
 * @param {Float64Array} array
 * @param {boolean} transferThere
 * @param {boolean} transferBack
 */
async function roundTrip(thread, array, transferThere, transferBack) {
  const answer = once(thread, 'message');
  thread.postMessage({ array, transferBack }, transferThere ? [array.buffer] : []);
  const [back] = await answer;
  return back;
}
