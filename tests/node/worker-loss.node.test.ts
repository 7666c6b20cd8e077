/** Worker threads that end in the middle of their work. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRuntime, gather, gatherAll, run, WorkerLostError } from 'somen/node';
import { expect, test } from 'vitest';
import * as tasks from './fixtures/tasks.mjs';
import { eventsOf, pool, rejection, temporaryFolder } from './support/pool.ts';

test('a task that exits is run again, and then fails with a WorkerLostError that names it', async () => {
  const executor = pool();
  const running = run(tasks.exit(3), { executor, display: false });
  const failed = rejection(running);
  const events = await eventsOf(running);
  const error = await failed;
  expect(error).toBeInstanceOf(WorkerLostError);
  expect(error).toMatchObject({ code: 'ERR_WORKER_LOST', job: { task: 'exit', arguments: '3', attempts: 3 } });
  expect(error.message).toMatch(/'exit'.*3 times.*exited with code 3/);
  expect(events.flatMap((event) => (event.type === 'retrying' ? event.attempt : []))).toEqual([2, 3]);
  expect(await run(tasks.add(1, 2), { executor })).toBe(3);
});

test('a task that loses its worker once succeeds the second time', async () => {
  const mark = join(await temporaryFolder(), 'mark');
  expect(await run(tasks.exitOnce(mark, 7), { executor: pool() })).toBe(7);
});

test('an exception outside of the task loses the worker and is told', async () => {
  const error = await rejection(run(tasks.throwOutside(), { executor: pool({ size: 1 }) }));
  expect(error).toBeInstanceOf(WorkerLostError);
  expect(error.message).toContain('Outside of the task');
});

test('a task that runs out of memory fails with a WorkerLostError that says so', async () => {
  const executor = pool({ size: 1, resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 } });
  const error = await rejection(run(tasks.eatMemory(), { executor }));
  expect(error).toBeInstanceOf(WorkerLostError);
  expect(error.message).toMatch(/'eatMemory'.*out of memory.*resourceLimits/);
  expect(await run(tasks.add(1, 2), { executor })).toBe(3);
}, 60_000);

test('jobs that share a worker with one that ends it are unharmed, and are not blamed', async () => {
  const executor = pool({ size: 1 });
  await using runtime = createRuntime({ executor, display: false });
  // Short tasks first: the deadly one goes out in a batch with others.
  await runtime.run(gatherAll(Array.from({ length: 500 }, (_, index) => tasks.add(index, 0))));
  const before = runtime.run(gatherAll(Array.from({ length: 30 }, (_, index) => tasks.add(index, 1))));
  const deadly = rejection(runtime.run(tasks.exit(0)));
  const after = runtime.run(gatherAll(Array.from({ length: 30 }, (_, index) => tasks.add(index, 2))));
  expect((await before).at(-1)).toBe(30);
  expect((await after).at(-1)).toBe(31);
  expect(await deadly).toMatchObject({ code: 'ERR_WORKER_LOST', job: { task: 'exit' } });
});

test('a long job on another worker goes on when one is lost', async () => {
  const folder = await temporaryFolder();
  const [gate, starts] = [join(folder, 'gate'), join(folder, 'starts')];
  await using runtime = createRuntime({ executor: pool(), display: false });
  const long = runtime.run(tasks.whenExists(gate, 5, starts));
  for await (const event of long.events) {
    if (event.type === 'log') break;
  }
  expect(await rejection(runtime.run(tasks.exit(1)))).toBeInstanceOf(WorkerLostError);
  expect(await runtime.run(tasks.exitOnce(gate, 6))).toBe(6);
  expect(await long).toBe(5);
  expect(await readFile(starts, 'utf8')).toBe('.');
});

test('a worker that ends between two runs is replaced', async () => {
  const executor = pool({ size: 1 });
  await using runtime = createRuntime({ executor, display: false });
  for (let round = 0; round < 3; round++) {
    expect(await rejection(runtime.run(gather(tasks.exit(round), tasks.add(1, 2))))).toBeInstanceOf(WorkerLostError);
    expect(await runtime.run(tasks.add(round, 2))).toBe(round + 2);
  }
});
