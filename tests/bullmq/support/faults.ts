/** What the tests of faults have in common: servers and clients of their own, and jobs that wait until they may go on. */
import type { Executor } from 'somen/node';
import { queue, type QueueOptions } from 'somen/bullmq';
import { expect, onTestFinished } from 'vitest';
import { startCutProxy, type CutProxy } from '../../support/cut-proxy.js';
import { startRedis, type RedisServer, type RedisServerOptions } from '../../support/redis.js';
import { PATIENCE, runsOf } from './traces.js';

/** The names of the jobs, */
export const NAMES: readonly string[] = ['a', 'b', 'c', 'd', 'e', 'f'];
/** and their results. */
export const DONE: readonly string[] = NAMES.map((name) => `${name} is done`);
/** How often they run where nothing is lost. */
export const ONCE: readonly number[] = NAMES.map(() => 1);
/** The queue's name. */
export const QUEUE = 'faults';

export async function testRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const server = await startRedis(options);
  onTestFinished(() => server.close());
  return server;
}

/** A proxy before a Redis, and the address there. */
export async function testProxy(server: RedisServer): Promise<{ readonly proxy: CutProxy; readonly url: string }> {
  const proxy = await startCutProxy(server.port);
  onTestFinished(() => proxy.close());
  return { proxy, url: `redis://127.0.0.1:${proxy.port}` };
}

export function testClient(connection: string, options: QueueOptions = {}): Executor {
  const executor = queue({ connection, name: QUEUE, ...options });
  onTestFinished(() => executor.close());
  return executor;
}

/** How often each job ran. */
export async function counts(folder: string, names: readonly string[] = NAMES): Promise<number[]> {
  return Promise.all(names.map(async (name) => (await runsOf(folder, name)).length));
}

/** In which processes jobs run, once so many do. */
export async function untilRunning(folder: string, count: number): Promise<Map<number, string[]>> {
  let found = new Map<number, string[]>();
  await expect
    .poll(
      async () => {
        found = new Map();
        for (const name of NAMES)
          for (const pid of await runsOf(folder, name)) found.set(pid, [...(found.get(pid) ?? []), name]);
        return [...found.values()].flat().length;
      },
      { timeout: PATIENCE, interval: 20 },
    )
    .toBe(count);
  return found;
}
