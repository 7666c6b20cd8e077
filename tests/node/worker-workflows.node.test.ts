/** Tasks in worker threads that return workflows. */
import { run } from 'somen/node';
import { expect, test } from 'vitest';
import * as tasks from './fixtures/tasks.mjs';
import { pool } from './support/pool.ts';

test('a task may return calls of tasks that only workers know', async () => {
  expect(await run(tasks.twice(21), { executor: pool() })).toBe(42);
});

test('a task may return an array of calls', async () => {
  expect(await run(tasks.listOfCalls(50), { executor: pool() })).toEqual(
    Array.from({ length: 50 }, (_, index) => index + 100),
  );
});

test('10,000 steps of a tail recursion run on workers', async () => {
  expect(await run(tasks.countDown(10_000, 0), { executor: pool() })).toBe(50_005_000);
});
