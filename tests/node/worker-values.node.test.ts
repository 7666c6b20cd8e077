/** Values on their way to worker threads and back. */
import { gather, gatherAll, run, SerializationError } from 'somen/node';
import { expect, test } from 'vitest';
import * as tasks from './fixtures/tasks.mjs';
import { pool, rejection } from './support/pool.ts';

class Counter {
  count = 0;
}

test('a typed array in a result arrives whole', async () => {
  const [first, second] = await run(gather(tasks.numbers(1_000_000), tasks.numbers(3)), { executor: pool() });
  expect(first.length).toBe(1_000_000);
  expect(first[999_999]).toBe(999_999);
  expect(second).toEqual(Float64Array.of(0, 1, 2));
});

test('a typed array in a result is handed over and not copied, so a task that keeps it is told', async () => {
  const executor = pool({ size: 1 });
  expect((await run(tasks.keep(), { executor })).length).toBe(1024);
  const error = await rejection(run(tasks.keep(), { executor }));
  expect(error).toMatchObject({ name: 'SerializationError', code: 'ERR_SERIALIZATION' });
  expect(error.message).toContain('return a copy');
});

test('a view of a part of a buffer arrives as it is', async () => {
  const view = await run(tasks.subView(), { executor: pool() });
  expect([view.length, view[0], view.at(-1)]).toEqual([5000, 1000, 5999]);
});

test('a Buffer arrives with its bytes, whatever shares its memory', async () => {
  const texts = ['one', 'two', 'three', 'x'.repeat(10_000)];
  const buffers = await run(gatherAll(texts.map((text) => tasks.buffer(text))), { executor: pool({ size: 1 }) });
  expect(buffers.map((bytes) => new TextDecoder().decode(bytes))).toEqual(texts);
});

test('the memory of a WebAssembly module, which cannot be handed over, is copied', async () => {
  const bytes = await run(tasks.wasmMemory(), { executor: pool() });
  expect([bytes.length, bytes[0], bytes.at(-1)]).toEqual([65_536, 9, 9]);
});

test('calls that share an argument each get their own, also within one batch', async () => {
  const executor = pool({ size: 1 });
  // Short tasks first, so that what follows goes out in batches.
  await run(gatherAll(Array.from({ length: 500 }, (_, index) => tasks.add(index, 1))), { executor });
  const shared = tasks.numbers(4096);
  const results = await run(gatherAll(Array.from({ length: 100 }, (_, index) => tasks.overwrite(shared, index + 1))), {
    executor,
  });
  expect(results.map(({ before }) => before)).toEqual(Array.from({ length: 100 }, () => 0));
  expect(results.map(({ list }) => list[0])).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  expect(results.every(({ list }) => list[4095] === 4095)).toBe(true);
});

test('values that structured clone knows arrive as they are', async () => {
  const value = {
    map: new Map([[1, new Set(['a'])]]),
    date: new Date(5),
    text: 'ü',
    big: 7n,
    none: undefined,
    minusZero: -0,
    pattern: /x/gu,
  };
  const back = await run(tasks.identity(value), { executor: pool() });
  expect(back).toEqual(value);
});

test.each([
  ['function', 'result.list[0]', 'function'],
  ['symbol', 'result.tag', 'symbol'],
  ['instance', 'result.point', 'Point'],
  ['promise', 'result.later[0]', 'promise'],
  ['platform', 'result', 'WeakMap'],
])('a result that holds a value of the kind %s is refused with its path', async (kind, path, word) => {
  const error = await rejection(run(tasks.notCloneable(kind), { executor: pool({ size: 1 }) }));
  expect(error).toMatchObject({
    name: 'SerializationError',
    code: 'ERR_SERIALIZATION',
    path,
    job: { task: 'notCloneable' },
  });
  expect(error.message).toContain(word);
});

test.each([
  ['a function', { callback: () => 1 }, 'args[0].callback'],
  ['a symbol', [Symbol('tag')], 'args[0][0]'],
  ['an instance', new Counter(), 'args[0]'],
  ['a WeakMap', new WeakMap(), 'args[0]'],
])('an argument that holds %s is refused with its path', async (_what, value, path) => {
  const executor = pool({ size: 1 });
  const error = await rejection(run(gather(tasks.identity(value), tasks.add(1, 2)), { executor }));
  expect(error).toBeInstanceOf(SerializationError);
  expect(error).toMatchObject({ code: 'ERR_SERIALIZATION', path, job: { task: 'identity' } });
  expect(await run(tasks.add(1, 2), { executor })).toBe(3);
});

test('a promise of JavaScript among the arguments is refused at the call', () => {
  expect(() => tasks.identity({ later: Promise.resolve(1) })).toThrow(/args\[0\]\.later/);
});

test('an argument that cannot be cloned leaves the others of its batch alone', async () => {
  const executor = pool({ size: 1 });
  await run(gatherAll(Array.from({ length: 500 }, (_, index) => tasks.add(index, 1))), { executor });
  const good = run(gatherAll(Array.from({ length: 50 }, (_, index) => tasks.identity(index))), { executor });
  const bad = rejection(run(tasks.identity(new WeakMap()), { executor }));
  expect(await good).toHaveLength(50);
  expect(await bad).toBeInstanceOf(SerializationError);
});
