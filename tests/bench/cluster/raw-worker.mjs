/** A worker of BullMQ's own: `raw-worker.mjs HOST PORT QUEUE CONCURRENCY`. */
import { Worker } from 'bullmq';

const [, , host = '', port, name = '', concurrency] = process.argv;
const worker = new Worker(
  name,
  async ({ data: { value, length } }) => {
    if (length === undefined) return value;
    const made = Buffer.alloc(length);
    made[0] = value;
    return made.toString('base64');
  },
  { connection: { host, port: Number(port) }, concurrency: Number(concurrency) },
);
await worker.waitUntilReady();
console.log('ready');
