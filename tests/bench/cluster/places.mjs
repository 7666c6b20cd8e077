/** What is measured, by name; each starts what it needs. */
import { createRuntime, processes, workers } from '../../../dist/node/index.js';
import { bytes, noop } from './tasks.mjs';

/**
 * @typedef {object} Place
 * @property {(count: number) => Promise<readonly number[]>} noops Runs jobs that give their numbers.
 * @property {(count: number, length: number) => Promise<readonly Uint8Array[]>} bytes Runs jobs that give so many bytes.
 * @property {() => Promise<void>} close
 */

const SIZE = 2;

/** @type {Record<string, () => Promise<Place>>} */
export const places = {
  'workers(2)': async () => onExecutor(workers({ size: SIZE })),
  'processes(2)': async () => onExecutor(processes({ size: SIZE })),
};

/**
 * @param {import('../../../dist/node/index.js').Executor} executor
 * @param {() => Promise<void>} [stop] Ends what the executor needed.
 * @returns {Place}
 */
function onExecutor(executor, stop = async () => undefined) {
  const runtime = createRuntime({ executor, display: false });
  return {
    noops: (count) => runtime.run(Array.from({ length: count }, (_, index) => noop(index))),
    bytes: (count, length) => runtime.run(Array.from({ length: count }, (_, index) => bytes(length, index % 256))),
    close: async () => {
      await runtime.close();
      await executor.close();
      await stop();
    },
  };
}
