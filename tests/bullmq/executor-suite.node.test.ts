/** A queue and its workers, against the suite that every executor must pass. */
import { executorSuite } from 'somen/testing';
import { hybrid, inline } from 'somen/node';
import { queue } from 'somen/bullmq';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { exit } from '../node/fixtures/tasks.mjs';
import { hasRedis, startRedis, type RedisServer } from '../support/redis.ts';
import { startWorkerProcess, type WorkerProcess } from './support/queue-worker.ts';

let redis: RedisServer;
let worker: WorkerProcess;

beforeAll(async () => {
  if (!hasRedis) return;
  redis = await startRedis();
  worker = await startWorkerProcess({ queue: 'suite', connection: redis.url });
});

afterAll(async () => {
  worker?.kill('SIGKILL');
  await worker?.ended;
  await redis?.close();
});

const options = { clones: true, logs: true, stopsLoops: true, crash: exit };
const open = () => queue({ connection: redis.url, name: 'suite' });

describe.runIf(hasRedis)('queue', () => {
  for (const { name, timeout, run } of executorSuite(open, options)) test(`queue ${name}`, { timeout }, run);
});

describe.runIf(hasRedis)('hybrid of a queue', () => {
  const openHybrid = () => hybrid(() => 'queue', { here: inline(), queue: open() });
  for (const { name, timeout, run } of executorSuite(openHybrid, options)) test(`hybrid ${name}`, { timeout }, run);
});
