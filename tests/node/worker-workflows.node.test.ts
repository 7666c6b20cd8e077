/** Tasks in worker threads that return workflows. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { memoryCache, run } from 'somen/node';
import { expect, test } from 'vitest';
import * as tasks from './fixtures/tasks.mjs';
import { eventsOf, pool } from './support/pool.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes of this thread's heap that are reachable. */
function heap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test('a task may return calls of tasks that only workers know', async () => {
  expect(await run(tasks.twice(21), { executor: pool() })).toBe(42);
});

test('a task may return an array of calls', async () => {
  expect(await run(tasks.listOfCalls(50), { executor: pool() })).toEqual(
    Array.from({ length: 50 }, (_, index) => index + 100),
  );
});

test('a task on a worker cannot return a lifted instance, which would lose its class', async () => {
  await expect(run(tasks.liftedInstance(1), { executor: pool(), display: false })).rejects.toThrow(
    'Cannot send args[1] to another thread: it is a plain function',
  );
});

test('100,000 steps of a tail recursion run on workers in constant memory', async () => {
  const sizes: number[] = [];
  // 100,000 jobs would be 35 MB here. In the worker, the task itself measures.
  const sampling = setInterval(() => sizes.push(heap()), 400);
  const result = await run(tasks.countDown(100_000, 0, []), { executor: pool() });
  clearInterval(sampling);
  expect(result.sum).toBe(5_000_050_000);
  for (const list of [sizes.slice(1), result.heaps.slice(1)]) {
    expect(list.length).toBeGreaterThan(1);
    const [first = 0] = list;
    for (const size of list) expect(size - first).toBeLessThan(8 * 2 ** 20);
  }
}, 120_000);

test('two tasks that call each other 2,001 times run on workers', async () => {
  expect(await run([tasks.even(2001), tasks.odd(2001)], { executor: pool() })).toEqual([false, true]);
});

test('fib(25) runs 26 distinct jobs of fib on workers with a cache', async () => {
  const running = run(tasks.fib(25), { executor: pool(), cache: memoryCache() });
  const events = await eventsOf(running);
  expect(await running).toBe(75_025);
  expect(events.filter(({ type, name }) => type === 'done' && name === 'fib')).toHaveLength(26);
});
