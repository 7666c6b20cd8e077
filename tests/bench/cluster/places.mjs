/** What is measured, by name; each starts what it needs. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { queue } from '../../../dist/node/bullmq/index.js';
import { createRuntime, fileCache, pilots, processes, ssh, workers } from '../../../dist/node/index.js';
import { startSshd } from '../../../dist/tests/support/sshd.js';
import { openRaw } from './raw-queue.mjs';
import { PROGRAM, startQueueWorker } from './queue-worker.mjs';
import { bytes, noop } from './tasks.mjs';

/**
 * @typedef {object} Place
 * @property {(count: number) => Promise<readonly number[]>} noops Runs jobs that give their numbers.
 * @property {(count: number, length: number) => Promise<readonly Uint8Array[]>} bytes Runs jobs that give so many bytes.
 * @property {() => Promise<void>} close
 */

const SIZE = 2;

/** @type {Record<string, (redis: string) => Promise<Place>>} By name; `redis` is the URL of a server. */
export const places = {
  'workers(2)': async () => onExecutor(workers({ size: SIZE })),
  'processes(2)': async () => onExecutor(processes({ size: SIZE })),
  'a pilot by ssh, 2 slots': openSsh,
  'queue, 2 slots': async (redis) => onQueue(redis),
  'queue, 2 slots, values in a folder': async (redis) => {
    const folder = await mkdtemp(join(tmpdir(), 'somen-bench-'));
    const place = await onQueue(redis, { cache: fileCache(folder, { history: false }) });
    return { ...place, close: () => place.close().then(() => rm(folder, { recursive: true, force: true })) };
  },
  'queue, 2 slots, one by one': async (redis) => onQueue(redis, { batchTime: 0 }),
  'bare BullMQ, 2 at a time': (redis) => openRaw(redis, SIZE),
  'bare BullMQ, 32 at a time': (redis) => openRaw(redis, 32),
};

/**
 * @param {import('../../../dist/node/index.js').Executor} executor
 * @param {{ stop?: () => Promise<void>, cache?: import('../../../dist/node/index.js').Cache | undefined }} [options] `stop` ends what the executor needed.
 * @returns {Place}
 */
function onExecutor(executor, { stop = async () => undefined, cache } = {}) {
  const runtime = createRuntime({ executor, display: false, ...(cache && { cache }) });
  return {
    noops: (count) => runtime.run(Array.from({ length: count }, (_, index) => noop(index))),
    bytes: (count, length) => {
      const run = randomUUID();
      return runtime.run(Array.from({ length: count }, (_, index) => bytes(length, index % 256, `${run} ${index}`)));
    },
    close: async () => {
      await runtime.close();
      await executor.close();
      await stop();
    },
  };
}

async function openSsh() {
  const { user, host, port, identity, options, stop } = await startSshd();
  const command = [process.execPath, PROGRAM, 'pilot'];
  const launch = ssh(`${user}@${host}`, { port, identity, options, command, cwd: process.cwd() });
  return onExecutor(pilots({ launch, slots: SIZE, max: 1 }), { stop });
}

/**
 * @param {string} redis
 * @param {import('../../../dist/node/bullmq/index.js').QueueOptions} [options]
 */
async function onQueue(redis, options = {}) {
  const name = randomUUID();
  const worker = await startQueueWorker(redis, name, SIZE);
  const executor = queue({ connection: redis, name, ...options });
  return onExecutor(executor, { stop: worker.stop, cache: options.cache });
}
