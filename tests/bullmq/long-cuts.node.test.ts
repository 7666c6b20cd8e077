/** What takes its time: a network that is cut or silent for 30 s, with the locks that workers have by default; claims of the dead. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { run } from 'somen/node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../node/support/pool.ts';
import { hasRedis } from '../support/redis.ts';
import { waits } from './fixtures/tasks.mjs';
import { counts, QUEUE, testClient, testProxy, testRedis } from './support/faults.ts';
import { testWorker } from './support/queue-worker.ts';
import { letGo, PATIENCE, runsOf, untilRun } from './support/traces.ts';

const CLIENT = fileURLToPath(new URL('./fixtures/client.mjs', import.meta.url));
/** How long the network is away, in milliseconds. */
const CUT = 30_000;
const LOCK = ['--lock', '30'];

describe.runIf(hasRedis)('a run goes on', { timeout: CUT + 4 * PATIENCE }, () => {
  // All at the same time: they only wait.
  test('when the network is away for 30 s, and when a client that has died comes back', async () => {
    await Promise.all([cutWorker('cut'), cutWorker('freeze'), silentClient(), claimOfTheDead()]);
  });
});

/** Between Redis and the worker that runs the job; another worker is there. */
async function cutWorker(how: 'cut' | 'freeze'): Promise<void> {
  const [server, folder] = [await testRedis(), await temporaryFolder()];
  const { proxy, url } = await testProxy(server);
  await testWorker({ queue: QUEUE, connection: url, slots: 1, args: LOCK });
  const running = run(waits(folder, 'a'), { executor: testClient(server.url), display: false });
  await untilRun(folder, 'a');
  await testWorker({ queue: QUEUE, connection: server.url, slots: 1, args: LOCK });
  proxy[how]();
  await passed(CUT);
  proxy.restore();
  await letGo(folder);
  expect(await running).toBe('a is done');
  expect((await runsOf(folder, 'a')).length).toBeLessThanOrEqual(2);
}

/** Between Redis and the client. */
async function silentClient(): Promise<void> {
  const [server, folder] = [await testRedis(), await temporaryFolder()];
  const { proxy, url } = await testProxy(server);
  await testWorker({ queue: QUEUE, connection: server.url, slots: 1, args: LOCK });
  const running = run([waits(folder, 'a'), waits(folder, 'b')], { executor: testClient(url), display: false });
  await untilRun(folder, 'a');
  proxy.freeze();
  await letGo(folder);
  await passed(CUT);
  proxy.restore();
  expect(await running).toEqual(['a is done', 'b is done']);
  expect(await counts(folder, ['a', 'b'])).toEqual([1, 1]);
}

/** What the first client has claimed in the cache stays claimed for a while after its death: then the second one attaches to what runs. */
async function claimOfTheDead(): Promise<void> {
  const [server, folder] = [await testRedis(), await temporaryFolder()];
  await testWorker({ queue: QUEUE, connection: server.url, slots: 1, args: LOCK });
  const args = [CLIENT, server.url, QUEUE, 'shared', folder, 'a'];
  const first = spawn(process.execPath, args, { stdio: 'ignore' });
  await untilRun(folder, 'a');
  const gone = once(first, 'exit');
  first.kill('SIGKILL');
  await gone;
  const second = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void second.kill('SIGKILL'));
  const output = text(second.stdout);
  const redis = new Redis(server.port);
  onTestFinished(() => redis.disconnect());
  const [key = ''] = await redis.keys('bull:*:waiting:*');
  await expect.poll(() => redis.scard(key), { timeout: PATIENCE }).toBe(2);
  await letGo(folder);
  expect(JSON.parse(await output)).toEqual(['a is done']);
  expect(await counts(folder, ['a'])).toEqual([1]);
}

/** The length of the cut is what is tested. */
async function passed(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
