/** Results looked for from the end result downwards, and read when they are needed. */
import {
  createRegistry,
  keyOf,
  memoryCache,
  result,
  run,
  schedule,
  type Cache,
  type CacheMap,
  type Hints,
  type Promised,
} from 'somen';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { eventsOf } from './support/events.js';

/** A memory cache that can be looked into. */
function spied(): { cache: Cache; got: string[]; entries: Map<string, Uint8Array> } {
  const entries = new Map<string, Uint8Array>();
  const got: string[] = [];
  const at = (map: CacheMap, name: string) => `${map}/${name}`;
  return {
    entries,
    got,
    cache: {
      name: 'spied',
      get: (map, name) => (got.push(at(map, name)), entries.get(at(map, name))),
      put: (map, name, bytes) => void entries.set(at(map, name), bytes),
      delete: (map, name) => void entries.delete(at(map, name)),
    },
  };
}

/** A class that cannot be written down. */
class Odd {
  readonly odd = true;
}

/** Which tasks ran, in order. */
const ran: string[] = [];

function task<F extends (...args: never[]) => unknown>(name: string, fn: F, hints: Hints<Awaited<ReturnType<F>>> = {}) {
  const noted = ((...args: never[]) => {
    ran.push(name);
    return fn(...args);
  }) as F;
  return schedule(noted, { version: '1', ...hints, name: `lookup/${name}` });
}

/** What a new version of a module does to a task's version; undone after the test. */
function edit(name: string): void {
  const realm = (globalThis as unknown as Record<symbol, { tasks: Map<string, { version: string }> }>)[
    Symbol.for('somen.realm/1')
  ];
  const edited = realm?.tasks.get(`lookup/${name}`);
  if (edited === undefined) throw new Error(`There is no task ${name}`);
  edited.version += '+';
}

const one = task('one', (n: number) => n);
const sum = task('sum', (...numbers: number[]) => numbers.reduce((a, b) => a + b, 0));
const big = task('big', (n: number) => new Float64Array(1000).fill(n));
const first = task('first', (numbers: Float64Array) => numbers[0] ?? -1);

/** Runs a workflow; gives the value, the counts, and what ran. */
async function outcome<T>(workflow: Promised<T>, options: Parameters<typeof run>[1]) {
  ran.length = 0;
  const running = run(workflow, options);
  const value = await running;
  const { scheduled, retrieved, attached } = running.summary;
  return { value, ran: ran.toSorted(), scheduled, retrieved, attached };
}

describe('lookup: root-first', () => {
  const deep = (n: number) => sum(sum(one(n), one(n + 1)), sum(one(n + 2), one(n + 3)));

  test('run touches nothing below an end result that is known', async () => {
    const { cache, got } = spied();
    await outcome(deep(1), { cache });
    got.length = 0;
    const again = await outcome(deep(1), { cache });
    expect(again).toEqual({ value: 10, ran: [], scheduled: 1, retrieved: 1, attached: 0 });
    // The link, and the record that it leads to.
    expect(got).toEqual([`ac/${keyOf(deep(1))}`, `ac/${keyOf(sum(3, 7))}`]);
  });

  test('run looks below what is not known, and goes no deeper than it must', async () => {
    const { cache } = spied();
    await outcome(deep(1), { cache });
    const wider = sum(deep(1), sum(one(1), one(2)), one(9));
    expect(await outcome(wider, { cache })).toEqual({
      value: 22,
      ran: ['one', 'sum'],
      // The whole, two sums that are known, and one call of plain values that is not.
      scheduled: 4,
      retrieved: 2,
      attached: 0,
    });
  });

  test('events have the numbers of toGraph when parts of the workflow are left out', async () => {
    const { cache } = spied();
    await outcome(deep(1), { cache });
    const running = run(sum(deep(1), one(77)), { cache });
    const events = await eventsOf(running);
    await running;
    expect(events.filter(({ type }) => type === 'retrieved').map(({ job }) => job)).toEqual([6]);
    expect(events.filter(({ type }) => type === 'done').map(({ job, name }) => [job, name])).toEqual([
      [7, 'lookup/one'],
      [8, 'lookup/sum'],
    ]);
  });

  test('run with leaf-first looks up every call, and notes nothing ahead', async () => {
    const { cache, entries } = spied();
    await outcome(deep(1), { cache, lookup: 'leaf-first' });
    expect(entries.has(`ac/${keyOf(deep(1))}`)).toBe(false);
    expect(await outcome(deep(1), { cache, lookup: 'leaf-first' })).toMatchObject({
      ran: [],
      scheduled: 7,
      retrieved: 7,
    });
  });

  test('a result found by its values is noted ahead, for the next run', async () => {
    const { cache } = spied();
    await outcome(deep(1), { cache, lookup: 'leaf-first' });
    expect(await outcome(deep(1), { cache })).toMatchObject({ ran: [], retrieved: 7 });
    expect(await outcome(deep(1), { cache })).toMatchObject({ ran: [], retrieved: 1 });
  });

  test('a link that names what is gone is a miss', async () => {
    const { cache, entries } = spied();
    await outcome(deep(1), { cache });
    entries.delete(`ac/${keyOf(sum(3, 7))}`);
    expect(await outcome(deep(1), { cache })).toMatchObject({ value: 10, ran: ['sum'], retrieved: 2 });
    expect(await outcome(deep(1), { cache })).toMatchObject({ retrieved: 1 });
  });

  test('what is not remembered, and all that rests on it, is not looked for ahead', async () => {
    const { cache } = spied();
    let count = 0;
    const next = task('next', () => ++count, { store: false });
    const workflow = () => sum(sum(next(), 1), one(5));
    expect(await outcome(workflow(), { cache })).toMatchObject({ value: 7 });
    expect(await outcome(workflow(), { cache })).toMatchObject({ value: 8, ran: ['next', 'sum', 'sum'] });
  });

  test('a run that keeps all results looks up every call', async () => {
    const { cache } = spied();
    await outcome(deep(1), { cache });
    const inner = sum(one(1), one(2));
    const running = run(sum(inner, one(5)), { cache, keepResults: true });
    await running;
    expect(result(inner)).toBe(3);
    const again = run(sum(inner, one(5)), { cache, keepResults: true });
    await again;
    expect(again.summary).toMatchObject({ ran: 0, retrieved: 5 });
  });

  test('a run ends where a claim cannot be had, or what is keyed ahead throws', async () => {
    for (const claim of [
      () => Promise.reject(new Error('No lock')),
      () => {
        throw new Error('No lock');
      },
    ])
      expect(await run(sum(one(1), one(2)), { cache: { ...spied().cache, claim } })).toBe(3);
    const registry = createRegistry({
      serializers: [
        {
          tag: 'lookup/odd',
          class: Odd,
          serialize: () => {
            throw new RangeError('Never');
          },
          deserialize: () => new Odd(),
        },
      ],
    });
    const take = task('take', (_odd: Odd, n: number) => n);
    await expect(run(sum(take(new Odd(), one(1))), { cache: spied().cache, registry })).rejects.toThrow(/Never/);
  });

  test('run refuses to look elsewhere than it can', () => {
    expect(() => run(one(1), { lookup: 'sideways' as never })).toThrow(RangeError);
  });
});

describe('a workflow that a task returned', () => {
  const inner = task('inner', (n: number) => 10 * n);
  const outer = task('outer', (n: number): Promised<number> => sum(inner(n), one(n)));
  const outermost = task('outermost', (n: number): Promised<number> => sum(outer(n), 1));

  test('an edit inside is noticed, however deep, though the call itself is as it was', async () => {
    const { cache } = spied();
    const workflow = () => sum(outermost(2), 100);
    expect(await outcome(workflow(), { cache })).toMatchObject({ value: 123 });
    expect(await outcome(workflow(), { cache })).toMatchObject({ value: 123, ran: [], scheduled: 1, retrieved: 1 });
    edit('inner');
    // The results are the same, so what needs them does not run again.
    expect(await outcome(workflow(), { cache })).toMatchObject({ value: 123, ran: ['inner'] });
    expect(await outcome(workflow(), { cache })).toMatchObject({ value: 123, ran: [], scheduled: 1, retrieved: 1 });
  });

  test('a task among the values is part of what a result rests on', async () => {
    const { cache } = spied();
    const choose = task('choose', () => inner);
    const apply = task('apply', (fn: (n: number) => unknown, n: number) => [fn(n)], { store: true });
    const workflow = () => sum(apply(choose(), 3)[0] as never, 1);
    expect(await outcome(workflow(), { cache })).toMatchObject({ value: 31 });
    edit('inner');
    expect((await outcome(workflow(), { cache })).ran).toContain('inner');
  });

  test('what is not remembered inside makes the whole be walked again', async () => {
    const { cache } = spied();
    let count = 0;
    const now = task('now', () => ++count, { store: false });
    const wrapped = task('wrapped', (): Promised<number> => sum(now(), 0));
    const workflow = () => sum(wrapped(), 100);
    expect(await outcome(workflow(), { cache })).toMatchObject({ value: 101 });
    expect(await outcome(workflow(), { cache })).toMatchObject({ value: 102, ran: ['now', 'sum', 'sum'] });
  });
});

describe('expires and cacheIf', () => {
  test('a result counts until it expires, and what rests on it no longer than that', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1e12 });
    onTestFinished(() => void vi.useRealTimers());
    const { cache } = spied();
    let price = 10;
    const quote = task('quote', () => price, { expires: 1000 });
    const workflow = () => sum(sum(quote(), 1), 1);
    expect(await outcome(workflow(), { cache })).toMatchObject({ value: 12 });
    price = 20;
    vi.setSystemTime(1e12 + 999);
    expect(await outcome(workflow(), { cache })).toMatchObject({ value: 12, ran: [], retrieved: 1 });
    vi.setSystemTime(1e12 + 1000);
    expect(await outcome(workflow(), { cache })).toMatchObject({ value: 22, ran: ['quote', 'sum', 'sum'] });
    price = 20.5;
    vi.setSystemTime(1e12 + 1500);
    expect(await outcome(workflow(), { cache })).toMatchObject({ value: 22, retrieved: 1 });
  });

  test('a result that cacheIf refuses is not remembered, nor found by way of what rests on it', async () => {
    const { cache } = spied();
    let state = 'pending';
    const poll = task('poll', () => state, { cacheIf: (value) => value !== 'pending' });
    const show = task('show', (text: string) => `<${text}>`);
    expect(await outcome(show(poll()), { cache })).toMatchObject({ value: '<pending>' });
    state = 'ready';
    expect(await outcome(show(poll()), { cache })).toMatchObject({ value: '<ready>', ran: ['poll', 'show'] });
    state = 'gone';
    expect(await outcome(show(poll()), { cache })).toMatchObject({ value: '<ready>', ran: [], retrieved: 1 });
  });

  test('run warns and goes on when cacheIf throws; expires must be a time', async () => {
    const messages: string[] = [];
    const display = { log: () => undefined, warning: (message: string) => void messages.push(message) };
    const odd = task('odd', () => 1, {
      cacheIf: () => {
        throw new Error('No idea');
      },
    });
    expect(await run(odd(), { cache: memoryCache(), display })).toBe(1);
    expect(messages).toEqual([expect.stringMatching(/'lookup\/odd': its cacheIf threw No idea/)]);
    for (const expires of [0, -1, Number.NaN])
      expect(() => schedule(() => 1, { name: 'lookup/never', expires })).toThrow(RangeError);
  });
});

describe('contents', () => {
  test('a content is read when somebody needs it, and not before', async () => {
    const { cache, got } = spied();
    await outcome(first(big(7)), { cache });
    got.length = 0;
    expect(await outcome(first(big(7)), { cache, lookup: 'leaf-first' })).toMatchObject({ value: 7, retrieved: 2 });
    expect(got.filter((name) => name.startsWith('cas'))).toEqual([]);
    edit('first');
    expect(await outcome(first(big(7)), { cache })).toMatchObject({ value: 7, ran: ['first'] });
    expect(got.filter((name) => name.startsWith('cas'))).toHaveLength(1);
  });

  test('run computes again what turns out to be gone when it is needed, and what that needs', async () => {
    const { cache, entries } = spied();
    const scaled = task('scaled', (numbers: Float64Array, factor: number) => numbers.map((n) => factor * n));
    const workflow = () => sum(first(scaled(big(2), one(3))), first(scaled(big(2), one(3))));
    await outcome(workflow(), { cache });
    for (const name of entries.keys()) if (name.startsWith('cas')) entries.delete(name);
    edit('first');
    const again = await outcome(workflow(), { cache });
    expect(again).toMatchObject({ value: 12, ran: ['big', 'first', 'scaled'] });
    expect(await outcome(workflow(), { cache })).toMatchObject({ ran: [], retrieved: 1 });
  });

  test('run computes the end result again when its content is gone or damaged', async () => {
    const { cache, entries } = spied();
    await outcome(big(5), { cache });
    for (const damage of [
      (name: string) => void entries.delete(name),
      (name: string) => void entries.set(name, new Uint8Array(8)),
    ]) {
      for (const name of Array.from(entries.keys()).filter((entry) => entry.startsWith('cas'))) damage(name);
      const again = await outcome({ list: [big(5), one(1)] } as unknown as Promised<{ list: unknown[] }>, { cache });
      expect(again.value.list).toEqual([new Float64Array(1000).fill(5), 1]);
      expect(again.ran).toContain('big');
      expect(await outcome(big(5), { cache })).toMatchObject({ ran: [], retrieved: 1 });
    }
  });
});
