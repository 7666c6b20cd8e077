/** What comes back from worker threads, and when. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRuntime, delay, gather, gatherAll, run } from 'somen/node';
import { expect, test } from 'vitest';
import * as tasks from './fixtures/tasks.mjs';
import { eventsOf, pool, rejection, temporaryFolder } from './support/pool.ts';

test('run gives the results of 20,000 short tasks in the order of the calls', async () => {
  const calls = Array.from({ length: 20_000 }, (_, index) => tasks.add(index, 1));
  const results = await run(gatherAll(calls), { executor: pool() });
  expect(results).toEqual(Array.from({ length: 20_000 }, (_, index) => index + 1));
});

test('run computes a diamond on workers', async () => {
  const u = tasks.add(5, 4);
  expect(await run(tasks.add(u, u), { executor: pool() })).toBe(18);
});

test('run uses all workers of a pool', async () => {
  const gate = join(await temporaryFolder(), 'gate');
  const calls = gatherAll([1, 2].map((value) => tasks.whenExists(gate, value)));
  const running = run(calls, { executor: pool(), display: false });
  const used = new Set<string>();
  // Neither ends before both have begun.
  for await (const event of running.events) {
    if (event.type === 'started' && used.add(event.worker).size === 2) await writeFile(gate, '');
  }
  expect(await running).toEqual([1, 2]);
});

test('workers report short tasks that are done while a long one of the same task goes on', async () => {
  const folder = await temporaryFolder();
  const gate = join(folder, 'gate');
  await using runtime = createRuntime({ executor: pool({ size: 1 }), display: false });
  // From now on the worker takes calls of `add` for short ones, and batches them.
  await runtime.run(gatherAll(Array.from({ length: 500 }, (_, index) => tasks.add(index, 1))));
  const shorts = Array.from({ length: 50 }, (_, index) => tasks.add(index, 2));
  const running = runtime.run(gather(gatherAll(shorts), tasks.whenExists(gate, 1)));
  let done = 0;
  for await (const event of running.events) {
    if (event.type !== 'done') continue;
    // The gate opens only when the results of the short ones are there.
    if (event.name === 'add' && ++done === 50) await writeFile(gate, '');
  }
  expect((await running)[1]).toBe(1);
});

test('a second worker takes the jobs behind a long one', async () => {
  const gate = join(await temporaryFolder(), 'gate');
  const calls = gather(tasks.whenExists(gate, 0), tasks.wait(1, 1), tasks.wait(1, 2), tasks.wait(1, 3));
  const running = run(calls, { executor: pool(), display: false });
  let done = 0;
  for await (const event of running.events) if (event.type === 'done' && ++done === 3) await writeFile(gate, '');
  expect(await running).toEqual([0, 1, 2, 3]);
});

test('run keeps to its concurrency', async () => {
  const calls = gatherAll(Array.from({ length: 12 }, (_, index) => tasks.wait(2, index)));
  let [running, most] = [0, 0];
  for (const event of await eventsOf(run(calls, { executor: pool(), concurrency: 1 }))) {
    if (event.type === 'started') most = Math.max(most, ++running);
    if (event.type === 'done') running--;
  }
  expect(most).toBe(1);
});

test('a task with the hint main runs on the scheduling thread', async () => {
  expect(await run(gather(tasks.onMain(), tasks.threadOf(1)), { executor: pool() })).toEqual([0, expect.any(Number)]);
});

test('workers refuse a size that is no whole number from 1', () => {
  for (const size of [0, -1, 1.5, NaN]) expect(() => pool({ size })).toThrow(RangeError);
});

test('two runs share one pool at the same time', async () => {
  const executor = pool();
  const first = run(gatherAll(Array.from({ length: 300 }, (_, index) => tasks.add(index, 0))), { executor });
  const second = run(gatherAll(Array.from({ length: 300 }, (_, index) => tasks.add(index, 1000))), { executor });
  expect((await first).at(-1)).toBe(299);
  expect((await second).at(-1)).toBe(1299);
});

test('runtime.close during a run rejects it, and the pool stays usable', async () => {
  const executor = pool();
  const runtime = createRuntime({ executor, display: false });
  const running = runtime.run(gather(tasks.endless(), tasks.add(1, 2)));
  const failed = rejection(running);
  for await (const event of running.events) {
    if (event.type === 'log') break;
  }
  await runtime.close();
  expect(await failed).toMatchObject({ code: 'ERR_CLOSED' });
  expect(await run(tasks.add(1, 2), { executor })).toBe(3);
});

test('executor.close during runs rejects them, and the pool starts again for others', async () => {
  const executor = pool({ size: 1 });
  await using runtime = createRuntime({ executor, display: false });
  const stuck = runtime.run(tasks.endless());
  const failed = rejection(stuck);
  for await (const event of stuck.events) {
    if (event.type === 'log') break;
  }
  // More runs than the pool takes at once: some jobs are with the scheduler when the pool closes.
  const others = Array.from({ length: 5 }, (_, index) => runtime.run(tasks.add(index, 0)));
  const settled = Promise.allSettled(others);
  await executor.close();
  expect(await failed).toMatchObject({ code: 'ERR_CLOSED' });
  for (const [index, outcome] of (await settled).entries()) {
    if (outcome.status === 'fulfilled') expect(outcome.value).toBe(index);
    else expect(outcome.reason).toMatchObject({ code: 'ERR_CLOSED' });
  }
  expect(await runtime.run(tasks.add(1, 2))).toBe(3);
});

test('workers end after their idle time, and start again', async () => {
  const executor = pool({ size: 1, idleTimeout: 1 });
  const thread = await run(tasks.threadOf(1), { executor });
  for (;;) {
    await run(delay(0), { executor });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const next = await run(tasks.threadOf(2), { executor });
    if (next !== thread) break;
  }
});

test('a pool that is used again within its idle time keeps its workers, and they live on after it', async () => {
  const executor = pool({ size: 1, idleTimeout: 60 });
  const first = await run(tasks.threadOf(1), { executor });
  expect(await run(tasks.wait(150, 5), { executor })).toBe(5);
  expect(await run(tasks.threadOf(2), { executor })).toBe(first);
});
