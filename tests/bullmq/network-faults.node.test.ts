/** Redis, clients and the network between them end or are cut. Each run ends with the right result, and a job runs again at most once a fault. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { memoryCache, run } from 'somen/node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventOf, rejection, temporaryFolder } from '../node/support/pool.ts';
import { hasRedis } from '../support/redis.ts';
import { waits } from './fixtures/tasks.mjs';
import { counts, DONE, NAMES, ONCE, QUEUE, testClient, testProxy, testRedis, untilRunning } from './support/faults.ts';
import { testWorker } from './support/queue-worker.ts';
import { letGo, PATIENCE, runsOf, untilRun } from './support/traces.ts';

const CLIENT = fileURLToPath(new URL('./fixtures/client.mjs', import.meta.url));
describe.runIf(hasRedis)('a run goes on', { timeout: 3 * PATIENCE }, () => {
  test('when a client is killed and comes back, and nothing is computed twice', async () => {
    const [server, folder] = [await testRedis(), await temporaryFolder()];
    await testWorker({ queue: QUEUE, connection: server.url });
    const args = [CLIENT, server.url, QUEUE, 'shared', folder, ...NAMES];
    const first = spawn(process.execPath, args, { stdio: 'ignore' });
    await untilRunning(folder, 2);
    const gone = once(first, 'exit');
    first.kill('SIGKILL');
    await gone;
    // What ran goes on, is attached to while it does, and is found in the cache afterwards.
    const second = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void second.kill('SIGKILL'));
    const output = text(second.stdout);
    await letGo(folder);
    expect(JSON.parse(await output)).toEqual(DONE);
    expect(await counts(folder)).toEqual(ONCE);
  });

  test('when Redis is killed and started again with its data', async () => {
    const [server, folder] = [await testRedis({ keepsData: true }), await temporaryFolder()];
    await testWorker({ queue: QUEUE, connection: server.url });
    const running = run(
      NAMES.map((name) => waits(folder, name)),
      { executor: testClient(server.url), display: false },
    );
    const before = new Set([...(await untilRunning(folder, 2)).values()].flat());
    await server.kill();
    // What runs ends while Redis is away.
    await letGo(folder);
    await server.restart();
    expect(await running).toEqual(DONE);
    const times = await counts(folder);
    for (const [index, name] of NAMES.entries()) expect(times[index]).toBeLessThanOrEqual(before.has(name) ? 2 : 1);
  });

  test('when Redis has lost all its data', async () => {
    const [server, folder] = [await testRedis(), await temporaryFolder()];
    await testWorker({ queue: QUEUE, connection: server.url });
    const running = run(
      NAMES.map((name) => waits(folder, name)),
      { executor: testClient(server.url), display: false },
    );
    await untilRunning(folder, 2);
    await server.restart();
    await letGo(folder);
    expect(await running).toEqual(DONE);
    for (const times of await counts(folder)) expect(times).toBeLessThanOrEqual(2);
  });

  test('when a worker is cut off for less than its lock lasts, and nothing runs again', async () => {
    const [server, folder] = [await testRedis(), await temporaryFolder()];
    const { proxy, url } = await testProxy(server);
    await testWorker({ queue: QUEUE, connection: url, slots: 1, args: ['--lock', '60'] });
    await testWorker({ queue: QUEUE, connection: server.url, slots: 1 });
    const running = run([waits(folder, 'a'), waits(folder, 'b')], { executor: testClient(server.url), display: false });
    await untilRun(folder, 'a');
    await untilRun(folder, 'b');
    proxy.cut();
    await letGo(folder);
    proxy.restore();
    expect(await running).toEqual(['a is done', 'b is done']);
    expect(await counts(folder, ['a', 'b'])).toEqual([1, 1]);
  });

  test('when a worker is cut off for longer: its jobs run elsewhere, and it stops them', async () => {
    const [server, folder] = [await testRedis(), await temporaryFolder()];
    const { proxy, url } = await testProxy(server);
    const cut = await testWorker({ queue: QUEUE, connection: url, slots: 1 });
    const executor = testClient(server.url);
    const running = run(waits(folder, 'a'), { executor, display: false });
    await untilRun(folder, 'a');
    const other = await testWorker({ queue: QUEUE, connection: server.url, slots: 1 });
    proxy.cut();
    await untilRun(folder, 'a', 2);
    expect(await runsOf(folder, 'a')).toEqual([cut.process.pid, other.process.pid]);
    proxy.restore();
    await letGo(folder);
    expect(await running).toBe('a is done');
    expect(await counts(folder, ['a'])).toEqual([2]);
    // It takes jobs again.
    other.kill('SIGTERM');
    expect(await other.ended).toBe(0);
    expect(await run(waits(folder, 'b'), { executor, display: false })).toBe('b is done');
    expect(await runsOf(folder, 'b')).toEqual([cut.process.pid]);
  });

  test('when a client is cut off for a while', async () => {
    const [server, folder] = [await testRedis(), await temporaryFolder()];
    const { proxy, url } = await testProxy(server);
    await testWorker({ queue: QUEUE, connection: server.url });
    const running = run(
      NAMES.map((name) => waits(folder, name)),
      { executor: testClient(url), display: false },
    );
    await untilRunning(folder, 2);
    proxy.cut();
    await letGo(folder);
    proxy.restore();
    expect(await running).toEqual(DONE);
    expect(await counts(folder)).toEqual(ONCE);
  });
});

describe.runIf(hasRedis)('a run fails with one error', { timeout: 3 * PATIENCE }, () => {
  test('when Redis does not come back', async () => {
    const [server, folder] = [await testRedis(), await temporaryFolder()];
    await testWorker({ queue: QUEUE, connection: server.url });
    const executor = testClient(server.url, { patience: 1500 });
    const running = run(waits(folder, 'a'), { executor, cache: memoryCache(), display: false });
    await eventOf(running, 'started');
    await server.kill();
    const error = await rejection(running);
    expect(error).toMatchObject({ code: 'ERR_QUEUE', message: expect.stringContaining('cannot reach Redis') });
  });
});
