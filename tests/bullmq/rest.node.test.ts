/** A client leaves the queue when it wants nothing, and not while it puts jobs there. */
import { createRuntime } from 'somen/node';
import { queue } from 'somen/bullmq';
import { expect, onTestFinished, test } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import * as tasks from './fixtures/tasks.mjs';
import { testRedis } from './support/faults.ts';
import { testWorker } from './support/queue-worker.ts';

/** Longer than a client that wants nothing stays, in milliseconds. */
const BUSY = 500;

test.skipIf(!hasRedis)(
  'a run that begins right after another one is heard, however busy its thread is then',
  async () => {
    const server = await testRedis();
    await testWorker({ queue: 'rest', connection: server.url });
    const executor = queue({ connection: server.url, name: 'rest' });
    onTestFinished(() => executor.close());
    await using runtime = createRuntime({ executor, display: false });
    expect(await runtime.run(tasks.square(3))).toBe(9);
    const computing = runtime.run(tasks.square(4));
    // It is about to put its job into the queue. When the thread is free again, the client that was idle before would leave.
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
    for (const end = performance.now() + BUSY; performance.now() < end;);
    expect(await computing).toBe(16);
  },
);
