/** BullMQ by itself: its queue, its worker in a process of its own, and its events, which bring results. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { Queue, QueueEvents } from 'bullmq';
import { startWorker } from './queue-worker.mjs';

const WORKER = fileURLToPath(new URL('raw-worker.mjs', import.meta.url));

/**
 * @param {string} redis
 * @param {number} concurrency
 * @returns {Promise<import('./places.mjs').Place>}
 */
export async function openRaw(redis, concurrency) {
  const name = randomUUID();
  const { hostname: host, port } = new URL(redis);
  const connection = { host, port: Number(port) };
  const worker = await startWorker([WORKER, host, port, name, String(concurrency)], 'ready');
  const queue = new Queue(name, { connection });
  const events = new QueueEvents(name, { connection });
  await events.waitUntilReady();
  /** @param {readonly object[]} all @returns {Promise<unknown[]>} */
  const run = (all) => {
    const marker = randomUUID();
    return new Promise((resolve) => {
      const results = Array.from({ length: all.length });
      let done = 0;
      const take = (/** @type {{ jobId: string, returnvalue: unknown }} */ { jobId, returnvalue }) => {
        const [of, index] = jobId.split('_');
        if (of !== marker) return;
        results[Number(index)] = returnvalue;
        if (++done < all.length) return;
        events.off('completed', take);
        resolve(results);
      };
      events.on('completed', take);
      const options = { attempts: 1, removeOnComplete: true };
      void queue.addBulk(
        all.map((data, index) => ({ name: 'job', data, opts: { ...options, jobId: `${marker}_${index}` } })),
      );
    });
  };
  return {
    noops: async (count) =>
      /** @type {number[]} */ (await run(Array.from({ length: count }, (_, value) => ({ value })))),
    bytes: async (count, length) => {
      const texts = await run(Array.from({ length: count }, (_, index) => ({ value: index % 256, length })));
      return texts.map((text) => Buffer.from(String(text), 'base64'));
    },
    close: async () => {
      await events.close();
      await queue.close();
      await worker.stop();
    },
  };
}
