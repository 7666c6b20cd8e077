/** Retries, timeouts, limits, hybrid executors and nested runs, on worker threads. */
import { createRuntime, hybrid, inline, run, TaskTimeoutError } from 'somen/node';
import { threadId } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import * as tasks from './fixtures/control-tasks.mjs';
import { eventsOf, pool, rejection } from './support/pool.ts';

/** A counter that threads share. */
function counter(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}

test('a timeout ends a synchronous loop, and nothing else', async () => {
  await using runtime = createRuntime({ executor: pool({ size: 1 }), display: false });
  const failed = rejection(runtime.run(tasks.endless()));
  const others = runtime.run(Array.from({ length: 20 }, (_, index) => tasks.short(index)));
  expect(await failed).toBeInstanceOf(TaskTimeoutError);
  expect(await others).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(await runtime.run(tasks.add(1, 2))).toBe(3);
});

test('a task that was stuck is tried again on another worker', async () => {
  const running = run(tasks.endlessOnce(counter()), { executor: pool({ size: 1 }), display: false });
  const events = await eventsOf(running);
  expect(await running).toBe(2);
  expect(events.map(({ type }) => type)).toEqual(['scheduled', 'started', 'retrying', 'started', 'done']);
});

test('a task that throws on a worker is tried again', async () => {
  expect(await run(tasks.flaky(counter(), 3), { executor: pool() })).toBe(3);
});

test('jobs of one limit never run at the same time on two workers', async () => {
  const shared = counter();
  const calls = Array.from({ length: 12 }, () => tasks.exclusive(shared));
  expect(await run(calls, { executor: pool({ size: 2 }) })).toEqual(new Array(12).fill(1));
});

test('hybrid runs light jobs here and the others on workers', async () => {
  const executor = hybrid(undefined, { workers: pool({ size: 1 }), here: inline() });
  const [there, here] = await run([tasks.threadOf(1), tasks.lightThreadOf(1)], { executor });
  expect(here).toBe(threadId);
  expect(there).not.toBe(threadId);
});

test('hybrid does 2,000 jobs on both sides', async () => {
  const executor = hybrid({ workers: pool(), here: inline() });
  const calls = Array.from({ length: 2000 }, (_, index) =>
    index % 2 === 0 ? tasks.threadOf(index) : tasks.lightThreadOf(index),
  );
  const threads = await run(calls, { executor });
  expect(threads.filter((id) => id === threadId)).toHaveLength(1000);
});

test('a task may await runs of its own runtime when that has one worker', async () => {
  onTestFinished(() => tasks.runtime.close());
  expect(await tasks.runtime.run([tasks.nested(20), tasks.nested(3), tasks.add(1, 2)])).toEqual([20, 3, 3]);
});
