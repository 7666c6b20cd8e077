/** Slices in workers: modules that stand in for those of the main thread, which no worker ever loads. */
import { createRuntime, gather, map, memoryCache, run, schedule } from 'somen/node';
import { expect, test } from 'vitest';
import { eventsOf, pool, rejection } from './support/pool.ts';

/** What a tool makes of a function. */
function marked<F extends (...args: never[]) => unknown>(
  fn: F,
  name: string,
  version: string | undefined,
  captured?: () => readonly unknown[],
): F {
  const slice = version && new URL(`./fixtures/slices/${version}.mjs`, import.meta.url).href;
  const code = { module: 'somen:app/main.js', name, ...(version && { version, slice }), ...(captured && { captured }) };
  return Object.assign(fn, { [Symbol.for('somen.code/1')]: code });
}

const where = schedule(marked((): unknown => 'main', 'where', 'first'));
const inner = schedule(marked((n: number) => n + 1, 'inner', 'first'));
const outer = schedule(marked((n: number) => inner(inner(n)), 'outer', 'first'));
const apply = schedule(marked((fn: (n: number) => unknown, n: number) => fn(n), 'apply', 'first'));

/** A task inside of a function, as a tool lifts it. */
function scaledBy(k: unknown): (n: number) => unknown {
  const fn = ([factor]: readonly number[], n: number): unknown => [n * (factor ?? 0), 'main'];
  return schedule(marked(fn, 'scaled', 'first', () => [k])) as unknown as (n: number) => unknown;
}

test('a worker imports the slice in place of the module', async () => {
  expect(await run(where(), { executor: pool() })).toEqual(['first', false]);
});

test('a workflow that a slice returns goes on with the tasks of the main thread', async () => {
  const running = run(outer(1), { executor: pool() });
  const events = await eventsOf(running);
  expect(await running).toBe(3);
  expect(events.filter(({ type, name }) => type === 'done' && name === 'inner')).toHaveLength(2);
});

test('a task in a function runs in workers with what it takes, also a promise', async () => {
  const executor = pool();
  expect(await run(map(scaledBy(3), [1, 2]), { executor })).toEqual([
    [3, false],
    [6, false],
  ]);
  expect(await run(scaledBy(inner(4))(2), { executor })).toEqual([10, false]);
});

test('a task travels to a worker as a value, with what it takes', async () => {
  expect(await run(apply(scaledBy(5), 2), { executor: pool() })).toEqual([10, false]);
});

test('a worker that has a task imports the slice of its edited code', async () => {
  await using runtime = createRuntime({ executor: pool({ size: 1 }), cache: memoryCache() });
  expect(await runtime.run(where())).toEqual(['first', false]);
  const edited = schedule(marked((): unknown => 'main, edited', 'where', 'second'));
  expect(await runtime.run(gather(edited(), where()))).toEqual([
    ['second', false],
    ['first', false],
  ]);
});

test('a worker that has two versions of a task calls the one that it is given', async () => {
  await using runtime = createRuntime({ executor: pool({ size: 1 }) });
  const edited = schedule(marked((): unknown => 'main, edited', 'where', 'second'));
  const called: unknown[] = [];
  for (const fn of [where, edited, where]) called.push(await runtime.run(apply(fn, 1)));
  expect(called).toEqual([
    ['first', false],
    ['second', false],
    ['first', false],
  ]);
});

test('a task without a slice fails with what to do', async () => {
  const missing = schedule(marked(() => 0, 'missing', undefined));
  const error = await rejection(run(missing(), { executor: pool() }));
  expect(error).toMatchObject({ name: 'TaskNotFoundError' });
  expect(error.message).toContain('The build could not cut it out of its module');
});
