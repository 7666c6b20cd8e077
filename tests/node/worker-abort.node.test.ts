/** Runs on worker threads that are aborted. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRuntime, gatherAll, run } from 'somen/node';
import { expect, test } from 'vitest';
import * as tasks from './fixtures/tasks.mjs';
import { eventOf, pool, rejection, temporaryFolder } from './support/pool.ts';

/** What an abort may take on a busy machine, in milliseconds. */
const PROMPT = 5000;

test('an abort ends a task that is stuck in a synchronous loop, and the pool stays usable', async () => {
  const executor = pool({ size: 1 });
  const controller = new AbortController();
  const running = run(tasks.endless(), { executor, signal: controller.signal, display: false });
  const failed = rejection(running);
  await eventOf(running, 'log');
  const start = performance.now();
  controller.abort(new Error('Enough'));
  expect(await failed).toMatchObject({ message: 'Enough' });
  expect(await run(tasks.add(1, 2), { executor })).toBe(3);
  expect(performance.now() - start).toBeLessThan(PROMPT);
});

test('run.abort rejects with an AbortError by default', async () => {
  const running = run(tasks.endless(), { executor: pool(), display: false });
  const failed = rejection(running);
  await eventOf(running, 'started');
  running.abort();
  expect(await failed).toMatchObject({ name: 'AbortError' });
});

test('an abort before the workers have started runs nothing', async () => {
  const mark = join(await temporaryFolder(), 'mark');
  const executor = pool();
  const controller = new AbortController();
  const failed = rejection(run(tasks.whenExists('nowhere', 1, mark), { executor, signal: controller.signal }));
  // The run begins in a microtask, and the workers take much longer.
  await Promise.resolve();
  controller.abort(new Error('Early'));
  expect(await failed).toMatchObject({ message: 'Early' });
  expect(await run(tasks.add(1, 2), { executor })).toBe(3);
  await expect(stat(mark)).rejects.toThrow('ENOENT');
});

test('a run whose signal was aborted already never starts', async () => {
  const failed = await rejection(
    run(tasks.endless(), { executor: pool(), signal: AbortSignal.abort(new Error('Before')) }),
  );
  expect(failed).toMatchObject({ message: 'Before' });
});

test('an abort ends an asynchronous task that goes on and on', async () => {
  const file = join(await temporaryFolder(), 'written');
  const executor = pool({ size: 1 });
  const running = run(tasks.writeOn(file), { executor, display: false });
  const failed = rejection(running);
  await eventOf(running, 'log');
  running.abort();
  await failed;
  // Another job on the only worker: the one that wrote is gone.
  await run(tasks.wait(30, 1), { executor });
  const { size } = await stat(file);
  await run(tasks.wait(60, 1), { executor });
  expect((await stat(file)).size).toBe(size);
});

test('an abort leaves the jobs of other runs alone', async () => {
  const folder = await temporaryFolder();
  const [gate, starts] = [join(folder, 'gate'), join(folder, 'starts')];
  await using runtime = createRuntime({ executor: pool(), display: false });
  const kept = runtime.run(tasks.whenExists(gate, 5, starts));
  await eventOf(kept, 'log');
  const stuck = runtime.run(tasks.endless());
  const failed = rejection(stuck);
  const behind = runtime.run(gatherAll(Array.from({ length: 20 }, (_, index) => tasks.add(index, 1))));
  await eventOf(stuck, 'log');
  stuck.abort();
  await failed;
  expect((await behind).at(-1)).toBe(20);
  await writeFile(gate, '');
  expect(await kept).toBe(5);
  expect(await readFile(starts, 'utf8')).toBe('.');
});

test('an abort of jobs that wait leaves the one that runs on their worker alone', async () => {
  const folder = await temporaryFolder();
  const [gate, starts] = [join(folder, 'gate'), join(folder, 'starts')];
  const executor = pool({ size: 1 });
  await using runtime = createRuntime({ executor, display: false });
  // Short tasks first, so that the worker takes several jobs at once.
  await runtime.run(gatherAll(Array.from({ length: 500 }, (_, index) => tasks.add(index, 0))));
  const kept = runtime.run(tasks.whenExists(gate, 5, starts));
  const waiting = runtime.run(gatherAll(Array.from({ length: 20 }, (_, index) => tasks.add(index, 1))));
  const failed = rejection(waiting);
  await eventOf(kept, 'log');
  waiting.abort();
  await failed;
  await writeFile(gate, '');
  expect(await kept).toBe(5);
  expect(await readFile(starts, 'utf8')).toBe('.');
});

test('an abort of a thousand jobs at once settles the run, and the pool goes on', async () => {
  const executor = pool();
  const running = run(gatherAll(Array.from({ length: 1000 }, (_, index) => tasks.busy(2, index))), {
    executor,
    display: false,
  });
  const failed = rejection(running);
  await eventOf(running, 'done');
  running.abort(new Error('All of you'));
  expect(await failed).toMatchObject({ message: 'All of you' });
  expect(await run(tasks.add(1, 2), { executor })).toBe(3);
});

test('a run that fails lets what runs end, and the pool stays usable', async () => {
  const executor = pool();
  await using runtime = createRuntime({ executor, display: false });
  expect(await rejection(runtime.run([tasks.throwError('class'), tasks.wait(50, 1)]))).toMatchObject({
    code: 'ERR_LIMIT',
  });
  expect(await runtime.run(tasks.add(1, 2))).toBe(3);
});
