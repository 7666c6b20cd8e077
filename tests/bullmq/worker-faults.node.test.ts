/** Workers of a queue die, end, or live under bad conditions. Each run ends with the right result, and a job runs again at most once a fault. */
import { Redis } from 'ioredis';
import { fileCache, run } from 'somen/node';
import { redisCache } from 'somen/bullmq';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../node/support/pool.ts';
import { hasRedis } from '../support/redis.ts';
import { kills, numbers, sum, waits } from './fixtures/tasks.mjs';
import { counts, DONE, NAMES, ONCE, QUEUE, testClient, testRedis, untilRunning } from './support/faults.ts';
import { testWorker } from './support/queue-worker.ts';
import { letGo, PATIENCE, runsOf, untilRun } from './support/traces.ts';

describe.runIf(hasRedis)('a run goes on', { timeout: 3 * PATIENCE }, () => {
  test('when a worker is killed', async () => {
    const [server, folder] = [await testRedis(), await temporaryFolder()];
    const workers = [];
    for (let index = 0; index < 2; index++) workers.push(await testWorker({ queue: QUEUE, connection: server.url }));
    const workflow = NAMES.map((name) => waits(folder, name));
    const running = run(workflow, { executor: testClient(server.url), display: false });
    const running4 = await untilRunning(folder, 4);
    const [victim] = workers;
    victim?.kill('SIGKILL');
    await letGo(folder);
    expect(await running).toEqual(DONE);
    const lost = running4.get(victim?.process.pid ?? 0) ?? [];
    expect(lost).toHaveLength(2);
    expect(await counts(folder)).toEqual(NAMES.map((name) => (lost.includes(name) ? 2 : 1)));
  });

  test('when a job kills its worker once', async () => {
    const [server, folder] = [await testRedis(), await temporaryFolder()];
    for (let index = 0; index < 2; index++) await testWorker({ queue: QUEUE, connection: server.url, slots: 1 });
    expect(await run(kills(folder, 'once'), { executor: testClient(server.url), display: false })).toBe('once');
    expect(await counts(folder, ['once'])).toEqual([2]);
  });

  test('when a worker is told to end: it finishes what it has, and takes no more', async () => {
    const [server, folder] = [await testRedis(), await temporaryFolder()];
    const first = await testWorker({ queue: QUEUE, connection: server.url });
    const running = run(
      NAMES.map((name) => waits(folder, name)),
      { executor: testClient(server.url), display: false },
    );
    await untilRunning(folder, 2);
    first.kill('SIGTERM');
    await expect.poll(() => first.output(), { timeout: PATIENCE }).toMatch(/Finishing the jobs/);
    const second = await testWorker({ queue: QUEUE, connection: server.url });
    await untilRunning(folder, 4);
    await letGo(folder);
    expect(await running).toEqual(DONE);
    expect(await first.ended).toBe(0);
    expect(await counts(folder)).toEqual(ONCE);
    const places = await Promise.all(NAMES.map((name) => runsOf(folder, name)));
    expect(places.flat().filter((pid) => pid === first.process.pid)).toHaveLength(2);
    expect(places.flat().filter((pid) => pid === second.process.pid)).toHaveLength(4);
  });

  test('when a worker is told to end twice: its jobs go to others at once', async () => {
    const [server, folder] = [await testRedis(), await temporaryFolder()];
    const first = await testWorker({ queue: QUEUE, connection: server.url, slots: 1, args: ['--lock', '600'] });
    const running = run(waits(folder, 'a'), { executor: testClient(server.url), display: false });
    await untilRun(folder, 'a');
    await testWorker({ queue: QUEUE, connection: server.url, slots: 1 });
    first.kill('SIGTERM');
    await expect.poll(() => first.output(), { timeout: PATIENCE }).toMatch(/Finishing the jobs/);
    first.kill('SIGTERM');
    expect(await first.ended).toBe(143);
    await untilRun(folder, 'a', 2);
    await letGo(folder);
    expect(await running).toBe('a is done');
    expect(await counts(folder, ['a'])).toEqual([2]);
  });

  test('when clocks differ by years', async () => {
    const [server, folder] = [await testRedis(), await temporaryFolder()];
    const years = 31_557_600_000;
    for (const skew of [3 * years, -3 * years]) {
      const clock = `const { now } = Date; Date.now = () => now.call(Date) + ${skew};`;
      const node = ['--import', `data:text/javascript,${encodeURIComponent(clock)}`];
      await testWorker({ queue: QUEUE, connection: server.url, slots: 1, node });
    }
    const cache = redisCache(server.url);
    onTestFinished(() => cache.close?.());
    const executor = testClient(server.url, { cache });
    const running = run(
      NAMES.map((name) => waits(folder, name)),
      { executor, cache, display: false },
    );
    const places = await untilRunning(folder, 2);
    expect(places.size).toBe(2);
    await untilRenewed(server.port, 3);
    await letGo(folder);
    expect(await running).toEqual(DONE);
    expect(await counts(folder)).toEqual(ONCE);
  });

  test('when the disk of the cache is full on one worker', async () => {
    const [server, folder] = [await testRedis(), await temporaryFolder()];
    const cache = fileCache(folder);
    const executor = testClient(server.url, { cache });
    // Where no file may grow, as on a full disk, nothing is stored.
    await testWorker({ queue: QUEUE, connection: server.url, shell: 'ulimit -f 8' });
    const workflow = [300_000, 400_000, 1000].map((n) => sum(numbers(n)));
    const expected = [300_000, 400_000, 1000].map((n) => (n * (n - 1)) / 2);
    expect(await run(workflow, { executor, cache, display: false })).toEqual(expected);
    const again = run(workflow, { executor, cache, display: false });
    expect(await again).toEqual(expected);
    expect(again.summary.ran).toBe(0);
  });
});

/** Waits until the lock of each job that runs was renewed so often. */
async function untilRenewed(port: number, times: number): Promise<void> {
  const redis = new Redis(port);
  onTestFinished(() => redis.disconnect());
  const locks = await redis.keys(`bull:${QUEUE}:*:lock`);
  expect(locks.length).toBeGreaterThan(0);
  for (const lock of locks) {
    let renewals = 0;
    let before = Infinity;
    const look = async (): Promise<number> => {
      const left = await redis.pttl(lock);
      if (left > before) renewals++;
      before = left;
      return renewals;
    };
    await expect.poll(look, { timeout: PATIENCE }).toBeGreaterThanOrEqual(times);
  }
}
