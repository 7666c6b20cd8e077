/** What tools know of a task's code: marks on functions, as a build plugin and a loader leave them. */
import {
  createRegistry,
  delay,
  encode,
  findFirst,
  gather,
  keyOf,
  map,
  memoryCache,
  pipe,
  run,
  schedule,
  tasks,
  unwrap,
  updateHints,
  type Hints,
} from 'somen';
import { describe, expect, test } from 'vitest';
import { eventsOf } from './support/events.js';
import { openRuntime } from './support/runtime.js';

type AnyFunction = (...args: never[]) => unknown;

interface Mark {
  readonly module?: string;
  readonly name: string;
  readonly version?: string;
  readonly captured?: () => readonly unknown[];
}

/** What a tool makes of a function. */
function marked<F extends AnyFunction>(fn: F, mark: Mark): F {
  return Object.assign(fn, { [Symbol.for('somen.code/1')]: { module: 'somen:app/src/view.tsx', ...mark } });
}

/** A scheduled function that takes `captured` from the function around it. */
function lifted<T>(
  name: string,
  make: (captured: never) => (value: number) => T,
  captured: () => unknown[],
): (value: number) => T {
  const fn = (values: never, value: number): T => make(values)(value);
  return schedule(
    marked(fn, { name, version: `${name}-1`, captured }) as unknown as (value: number) => T,
  ) as unknown as (value: number) => T;
}

describe('a marked function', () => {
  test('schedule takes its name, module and version from the mark', () => {
    const half = schedule(marked((n: number) => n / 2, { name: 'half', version: 'v1' }));
    const same = schedule((n: number) => n / 2, { name: 'app/src/view.tsx#half', version: 'v1' });
    expect(half.name).toBe('half');
    expect(keyOf(half(4))).toBe(keyOf(same(4)));
  });

  test('schedule gives hints the last word', () => {
    const hinted = schedule(
      marked((n: number) => n / 3, { name: 'third', version: 'v1' }),
      { name: 'code/third', version: '2' },
    );
    const same = schedule((n: number) => n, { name: 'code/third-plain', version: '2' });
    expect(hinted.name).toBe('code/third');
    expect(keyOf(hinted(1))).not.toBe(keyOf(same(1)));
  });

  test('tasks takes the version from the mark', () => {
    const { a } = tasks('code', { a: marked((n: number) => n + 1, { name: 'code/a', version: 'v7' }) });
    const runtime = schedule((n: number) => n, { name: 'code/b', version: 'v7' });
    const [first, second] = [encode(a), encode(runtime)].map((bytes) => new TextDecoder().decode(bytes));
    expect(first?.replace('code/a', 'code/b')).toBe(second);
  });

  test('schedule makes one task of a function that is scheduled again and again', async () => {
    const make = (): ((n: number) => unknown) =>
      schedule(marked((n: number) => n * 10, { name: 'again', version: 'v1' }));
    const runtime = openRuntime({ cache: memoryCache() });
    expect(await runtime.run(gather(make()(1), make()(1), make()(2)))).toEqual([10, 10, 20]);
    expect((await eventsOf(runtime.run(make()(2)))).map(({ type }) => type)).toContain('retrieved');
  });

  test('schedule replaces a task whose code was edited, and nothing old is taken from the cache', async () => {
    const runtime = openRuntime({ cache: memoryCache() });
    const before = schedule(marked((n: number) => n + 1, { name: 'edited', version: 'v1' }));
    expect(await runtime.run(before(1))).toBe(2);
    const after = schedule(marked((n: number) => n + 2, { name: 'edited', version: 'v2' }));
    expect(await runtime.run(after(1))).toBe(3);
    expect(await runtime.run(before(1))).toBe(2);
  });

  test('schedule goes by the hints of now where the code is the same', () => {
    const make = (hints: Hints): (() => unknown) =>
      schedule(
        marked(() => 1, { name: 'rehinted', version: 'v1' }),
        hints,
      );
    const first = make({ version: '1' });
    expect(keyOf(make({})())).not.toBe(keyOf(first()));
    expect(keyOf(make({ version: '1' })())).toBe(keyOf(first()));
    expect(keyOf(make({ version: '2' })())).not.toBe(keyOf(first()));
  });

  test('schedule of a class takes no mark from its base class', () => {
    const context = { kind: 'class', name: 'Base', addInitializer: () => undefined };
    class Base {
      readonly side: number = 1;
    }
    class Derived extends Base {}
    schedule(
      Object.assign(Base, { [Symbol.for('somen.code/1')]: { module: 'somen:app/base.ts', name: 'Base' } }),
      context,
    );
    schedule(Derived, { ...context, name: 'Derived' });
    const text = new TextDecoder().decode(encode([new Base(), new Derived()]));
    expect(text).toContain('app/base.ts#Base');
    expect(text).toContain('#Derived');
    expect(text).not.toContain('app/base.ts#Derived');
  });

  test('a task whose code cannot be followed has the hash of its text as its version', () => {
    const make = () => (n: number) => n + 5;
    const refused = schedule(marked(make(), { name: 'refused' }));
    const plain = schedule(make(), { name: 'app/src/view.tsx#refused' });
    expect(keyOf(refused(1))).toBe(keyOf(plain(1)));
  });
});

describe('a function that takes values from the one around it', () => {
  const two = schedule(() => 2, { name: 'code/two' })();

  test('its values are the first argument, asked for with each call', async () => {
    let k = 2;
    const times = lifted(
      'times',
      ([factor]: readonly [number]) =>
        (n) =>
          n * factor,
      () => [k],
    );
    const first = times(10);
    k = 3;
    expect(await run(gather(first, times(10)))).toEqual([20, 30]);
  });

  test('what it takes is part of the key', async () => {
    const make = (k: number): ((n: number) => number) =>
      lifted(
        'scaled',
        ([factor]: readonly [number]) =>
          (n) =>
            n * factor,
        () => [k],
      );
    const runtime = openRuntime({ cache: memoryCache() });
    expect(await runtime.run(make(2)(5))).toBe(10);
    expect(await runtime.run(make(3)(5))).toBe(15);
    expect((await eventsOf(runtime.run(make(2)(5)))).map(({ type }) => type)).toContain('retrieved');
  });

  test('a promise that it takes is a dependency', async () => {
    const times = lifted(
      'times-promised',
      ([factor]: readonly [number]) =>
        (n) =>
          n * factor,
      () => [two],
    );
    expect(await run(gather(times(4), map(times, [1, 2])))).toEqual([8, [2, 4]]);
  });

  test.each([1, 2, 10])('map in chunks of %i, pipe and unwrap give it its values', async (chunk) => {
    const plus = lifted(
      'plus',
      ([k]: readonly [number]) =>
        (n) =>
          n + k,
      () => [100],
    );
    expect(await run(map(plus, [1, 2, 3], { chunk }))).toEqual([101, 102, 103]);
    expect(await run(pipe(1, plus, plus))).toBe(201);
    expect(unwrap(plus)(1)).toBe(101);
  });

  test.each([1, 2])('a promise that it takes is a dependency in chunks of %i, too', async (chunk) => {
    const values = await openRuntime({ cache: memoryCache() }).run(map(promisedTimes(), delay([1, 2, 3]), { chunk }));
    expect(values).toEqual([2, 4, 6]);
  });

  test('it is an argument with what it takes, also with promises', async () => {
    const runtime = openRuntime({ cache: memoryCache() });
    const twice = lifted(
      'twice',
      ([fn]: readonly [(n: number) => unknown]) =>
        (n) =>
          fn(n),
      () => [promisedTimes()],
    );
    const calls = schedule((given: { fn: (n: number) => unknown }) => given.fn(5), { name: 'code/calls' });
    expect(await runtime.run(gather(twice(4), calls({ fn: promisedTimes() })))).toEqual([8, 10]);
  });

  test('what it takes is copied when a call gets it', async () => {
    const list = [1];
    const longer = lifted(
      'longer',
      ([values]: readonly [readonly number[]]) =>
        (n) =>
          n + values.length,
      () => [list],
    );
    const calls = schedule((fn: (n: number) => unknown) => fn(5), { name: 'code/calls-one' });
    const values = gather(calls(longer), map(longer, delay([1, 2])), findFirst(longer, [1]), pipe(0, longer));
    list.push(2);
    expect(await run(values)).toEqual([6, [2, 3], 1, 1]);
  });

  test('what it takes is never by reference', async () => {
    const times = schedule(
      marked((([k]: readonly [number], n: number) => n * k) as unknown as (n: number) => number, {
        name: 'by-ref',
        version: 'v1',
        captured: () => [two],
      }),
      { byRef: true },
    );
    expect(await run(times(4))).toBe(8);
  });

  /** Takes a promise. */
  function promisedTimes(): (n: number) => number {
    return lifted(
      'times-promised',
      ([factor]: readonly [number]) =>
        (n) =>
          n * factor,
      () => [two],
    );
  }

  test('it is a value with what it takes: in keys, encoded and as JSON', async () => {
    const make = (k: number): ((n: number) => number) =>
      lifted(
        'as-value',
        ([factor]: readonly [number]) =>
          (n) =>
            n * factor,
        () => [k],
      );
    const apply = schedule((fn: (n: number) => unknown, n: number) => fn(n), { name: 'code/apply' });
    expect(keyOf(apply(make(2), 1))).not.toBe(keyOf(apply(make(3), 1)));
    const values = createRegistry({ name: 'code/values' });
    for (const copy of [values.decode(values.encode(make(4))), values.fromJSON(values.toJSON(make(4)))])
      expect(await run(apply(copy as (n: number) => number, 5))).toBe(20);
  });
});

describe('hashIncludes', () => {
  let next = 0;

  test('its values are part of the key, with and without a version', () => {
    const keys = (names: readonly unknown[][]): Set<string> => new Set(names.map((one) => versionOf(one)));
    expect(keys([[{ model: 1 }], [{ model: 2 }], [], ['a', 'b'], ['ab']]).size).toBe(5);
    expect(versionOf([{ model: 1 }])).toBe(versionOf([{ model: 1 }]));
    expect(versionOf([1], '1')).not.toBe(versionOf([1], '2'));
  });

  test('updateHints gives other values, whatever the key was before', () => {
    const task = schedule(() => 1, { name: 'code/included', hashIncludes: [1] });
    const key = keyOf(task());
    const changed = keyOf(updateHints(task(), { hashIncludes: [2] }));
    const without = keyOf(updateHints(task(), { hashIncludes: [] }));
    expect(new Set([key, changed, without]).size).toBe(3);
    expect(keyOf(updateHints(task(), { hashIncludes: [1] }))).toBe(key);
  });

  test('a value that has no encoding is refused with its path', () => {
    expect(() => versionOf([{ callback: () => 1 }])).toThrow(/value\[0\]\.callback/);
  });

  /** The version, which stands in the encoding of the task. */
  function versionOf(hashIncludes: readonly unknown[], version?: string): string {
    const task = schedule((n: number) => n, {
      name: `code/${next++}`,
      hashIncludes,
      ...(version !== undefined && { version }),
    });
    return new TextDecoder().decode(encode(task)).slice(-64);
  }
});
