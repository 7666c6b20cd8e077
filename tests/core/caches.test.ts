import {
  keyOf,
  memoryCache,
  run,
  schedule,
  type Cache,
  type CacheMap,
  type Promised,
  type RuntimeOptions,
} from 'somen';
import { describe, expect, test } from 'vitest';
import { add, mul } from './support/arithmetic.js';
import { eventsOf, gate } from './support/events.js';
import { openRuntime } from './support/runtime.js';

/** The display of a run, and what it was warned of. */
function warnings(): { display: NonNullable<RuntimeOptions['display']>; messages: string[] } {
  const messages: string[] = [];
  return { messages, display: { log: () => undefined, warning: (message) => messages.push(message) } };
}

/** A memory cache that counts what it is asked. */
function spied(): {
  cache: Cache;
  asked: Record<'get' | 'put' | 'delete', string[]>;
  entries: Map<string, Uint8Array>;
} {
  const entries = new Map<string, Uint8Array>();
  const asked = { get: [] as string[], put: [] as string[], delete: [] as string[] };
  const at = (map: CacheMap, name: string) => `${map}/${name}`;
  const cache: Cache = {
    name: 'spied',
    get: (map, name) => (asked.get.push(map), entries.get(at(map, name))),
    put: (map, name, bytes) => (asked.put.push(map), void entries.set(at(map, name), bytes)),
    delete: (map, name) => (asked.delete.push(map), void entries.delete(at(map, name))),
  };
  return { cache, asked, entries };
}

describe('run with a cache', () => {
  test('run retrieves all results when it is run a second time', async () => {
    const cache = memoryCache();
    const workflow = () => mul(add(5, 4), add(4, 5));
    const first = run(workflow(), { cache });
    expect(await first).toBe(81);
    expect(first.summary).toMatchObject({ ran: 3, retrieved: 0 });
    const second = run(workflow(), { cache, lookup: 'leaf-first' });
    const events = await eventsOf(second);
    expect(await second).toBe(81);
    expect(second.summary).toMatchObject({ scheduled: 3, ran: 0, retrieved: 3, attached: 0 });
    expect(events.filter(({ type }) => type === 'retrieved')).toHaveLength(3);
    expect(events.find(({ type, name }) => type === 'retrieved' && name === 'arithmetic/mul')?.key).toBe(
      keyOf(mul(9, 9)),
    );
  });

  test('run retrieves values of every kind and size as they were', async () => {
    const big = new Float64Array(10_000).map((_, index) => index / 3);
    const value = {
      map: new Map([[1, new Set(['a'])]]),
      date: new Date(5),
      big,
      none: undefined,
      zero: -0,
      text: 'x'.repeat(5000),
    };
    const make = schedule(() => value, { name: 'caches/make' });
    const cache = memoryCache();
    await run(make(), { cache });
    const again = run(make(), { cache });
    expect(await again).toEqual(value);
    expect(again.summary.retrieved).toBe(1);
  });

  test('run computes a call once when the graph holds equal calls: the others are attached', async () => {
    let calls = 0;
    const size = schedule((word: string) => (calls++, word.length), { name: 'caches/word-size', version: '1' });
    const running = run(
      ['Oote', 'oote', 'oote', 'Boe'].map((word) => size(word)),
      { cache: memoryCache() },
    );
    expect(await running).toEqual([4, 4, 4, 3]);
    expect(calls).toBe(3);
    expect(running.summary).toMatchObject({ ran: 3, attached: 1 });
  });

  test('run computes an equal call again when it has no cache', async () => {
    const running = run([add(1, 2), add(1, 2)]);
    await running;
    expect(running.summary).toMatchObject({ ran: 2, attached: 0 });
  });

  test('run computes again when the version of the task changes', async () => {
    const cache = memoryCache();
    const first = schedule(() => 1, { name: 'caches/versioned-1', version: '1' });
    await run(first(), { cache });
    const again = run(first(), { cache });
    await again;
    expect(again.summary.retrieved).toBe(1);
    const versions = ['1', '2'].map((version) =>
      keyOf(schedule(() => 1, { name: `caches/version-${version}`, version })()),
    );
    expect(new Set(versions).size).toBe(2);
  });
});

describe('a runtime with a cache', () => {
  test('a runtime computes a call once when two runs need it at the same time', async () => {
    const { opened, open } = gate();
    let calls = 0;
    const slow = schedule(async () => (calls++, await opened, calls), { name: 'caches/slow' });
    const runtime = openRuntime({ cache: memoryCache() });
    const runs = [runtime.run(add(slow(), 1)), runtime.run(add(slow(), 2))] as const;
    open();
    expect(await Promise.all(runs)).toEqual([2, 3]);
    expect(calls).toBe(1);
    expect(runs[1].summary).toMatchObject({ attached: 1, ran: 1 });
  });

  test('a runtime computes a call once when the run that began it is aborted', async () => {
    const { opened: entered, open: enter } = gate();
    const { opened, open } = gate();
    let calls = 0;
    const slow = schedule(async () => (calls++, enter(), await opened, add(20, 1)), { name: 'caches/slow-workflow' });
    const runtime = openRuntime({ cache: memoryCache() });
    const first = runtime.run(slow());
    await entered;
    const second = runtime.run(mul(slow(), 2));
    // The second run's call is attached once its key is known, which takes no more than a turn.
    await runtime.run(add(1, 2));
    first.abort('enough');
    open();
    await expect(first).rejects.toBe('enough');
    expect(await second).toBe(42);
    expect(calls).toBe(1);
  });

  test('a runtime looks a result up again in each run, and gives each a value of its own', async () => {
    const make = schedule(() => [1, 2], { name: 'caches/make-list' });
    const runtime = openRuntime({ cache: memoryCache() });
    await runtime.run(make());
    const second = runtime.run(make());
    (await second).push(3);
    const third = runtime.run(make());
    expect(await third).toEqual([1, 2]);
    expect(third.summary).toMatchObject({ retrieved: 1, attached: 0 });
  });
});

describe('a result that the caller changes', () => {
  test('a later run gives the value that was computed when the caller has changed or detached what it got', async () => {
    const make = schedule(() => new Float64Array(1000).fill(7), { name: 'caches/make-array' });
    const runtime = openRuntime({ cache: memoryCache() });
    for (let round = 0; round < 4; round++) {
      const result = await runtime.run(make());
      expect(result).toEqual(new Float64Array(1000).fill(7));
      result.fill(0);
      if (round > 1) structuredClone(null, { transfer: [result.buffer] });
    }
  });
});

describe('store', () => {
  test('a task with store: false is neither keyed, looked up nor stored', async () => {
    const { cache, asked } = spied();
    const now = schedule((n: number) => n, { name: 'caches/now', store: false });
    const running = run([now(1), now(1)], { cache });
    await running;
    expect(running.summary).toMatchObject({ ran: 2, attached: 0 });
    expect(asked).toEqual({ get: [], put: [], delete: [] });
  });

  test('a run with store: hinted stores only results of tasks with store: true', async () => {
    const cache = memoryCache();
    const kept = schedule((n: number) => n, { name: 'caches/kept', store: true });
    await run([kept(1), add(1, 2)], { cache, store: 'hinted' });
    const again = run([kept(1), add(1, 2)], { cache, store: 'hinted' });
    await again;
    expect(again.summary).toMatchObject({ ran: 1, retrieved: 1 });
  });
});

describe('a damaged cache', () => {
  const damages: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array])[] = [
    ['empty', () => new Uint8Array(0)],
    ['cut short', (bytes) => bytes.slice(0, -1)],
    ['longer', (bytes) => Uint8Array.of(...bytes, 0)],
    ['changed in a bit', (bytes) => bytes.map((byte, index) => (index === bytes.length - 3 ? byte ^ 1 : byte))],
    ['something else', () => new TextEncoder().encode('<html>404 Not Found</html>')],
  ];
  const large = schedule((n: number) => new Float64Array(1000).fill(n), { name: 'caches/large' });

  for (const [what, damage] of damages) {
    test(`run computes again and removes the entry when a record or its content is ${what}`, async () => {
      for (const map of ['ac', 'cas']) {
        const { cache, entries, asked } = spied();
        await run(large(7), { cache });
        expect(entries.size).toBe(2);
        for (const [name, bytes] of entries) if (name.startsWith(map)) entries.set(name, damage(bytes));
        const again = run(large(7), { cache });
        expect(await again).toEqual(new Float64Array(1000).fill(7));
        expect(again.summary).toMatchObject({ ran: 1, retrieved: 0, failed: 0 });
        expect(asked.delete).toEqual([map]);
        const third = run(large(7), { cache });
        await third;
        expect(third.summary.retrieved).toBe(1);
      }
    });
  }

  test('run computes again when the record under a key is that of another call, or a content is missing', async () => {
    const { cache, entries } = spied();
    await run([large(1), large(2)], { cache });
    entries.set(`ac/${keyOf(large(1))}`, entries.get(`ac/${keyOf(large(2))}`) ?? new Uint8Array(0));
    const swapped = run(large(1), { cache });
    expect((await swapped)[0]).toBe(1);
    expect(swapped.summary.ran).toBe(1);
    for (const name of entries.keys()) if (name.startsWith('cas')) entries.delete(name);
    const missing = run(large(2), { cache });
    expect((await missing)[0]).toBe(2);
    expect(missing.summary.ran).toBe(1);
  });
});

describe('a cache that fails', () => {
  for (const broken of ['get', 'put'] as const) {
    test(`run succeeds and warns once when ${broken} rejects or throws`, async () => {
      for (const fail of [
        () => Promise.reject(new Error('Disk full')),
        () => {
          throw new Error('Disk full');
        },
      ]) {
        const { display, messages } = warnings();
        const cache: Cache = {
          name: 'broken',
          get: () => undefined,
          put: () => undefined,
          delete: () => undefined,
          [broken]: fail,
        };
        const values = Array.from({ length: 10 }, (_, index) => add(index, 1));
        expect(await run(values, { cache, display })).toHaveLength(10);
        expect(messages).toEqual([
          expect.stringMatching(/^Cannot (read|write) the cache: Disk full\. The run goes on/),
        ]);
      }
    });
  }

  test('run succeeds and warns once when a result has no encoding', async () => {
    const { display, messages } = warnings();
    const odd = schedule((n: number) => ({ fn: () => n }), { name: 'caches/odd' });
    await run([odd(1), odd(2)], { cache: memoryCache(), display });
    expect(messages).toEqual([
      expect.stringMatching(/^Cannot remember results of 'caches\/odd': Cannot encode result\.fn: .*store: false/),
    ]);
  });
});

describe('a dynamic workflow with a cache', () => {
  test('run stores the workflow that a task returned, so a changed task inside runs alone', async () => {
    const ran: string[] = [];
    const inner = { name: 'caches/inner', version: '1' };
    const step = schedule((n: number) => (ran.push('inner'), 10 * n), inner);
    const keep = schedule((n: number) => (ran.push('keep'), n + 1), { name: 'caches/keep', version: '1' });
    const outer = schedule((n: number): Promised<number> => (ran.push('outer'), add(step(n), keep(n))), {
      name: 'caches/outer',
      version: '1',
    });
    const cache = memoryCache();
    expect(await run(outer(2), { cache })).toBe(23);
    expect(ran.splice(0).sort()).toEqual(['inner', 'keep', 'outer']);
    const again = run(outer(2), { cache });
    expect(await again).toBe(23);
    expect(ran).toEqual([]);
    // The workflow that `outer` returned, and its end result.
    expect(again.summary).toMatchObject({ ran: 0, retrieved: 2 });
    editVersion('caches/inner', '2');
    const edited = run(outer(2), { cache });
    expect(await edited).toBe(23);
    expect(ran).toEqual(['inner']);
    expect(edited.summary).toMatchObject({ ran: 1, retrieved: 3 });
  });

  test('run stores nothing and warns when a workflow that a task returned has no encoding', async () => {
    const { display, messages } = warnings();
    const show = schedule((value: unknown) => typeof value, { name: 'caches/show', store: false });
    const outer = schedule(() => show(() => 1), { name: 'caches/odd-outer' });
    expect(await run(outer(), { cache: memoryCache(), display })).toBe('function');
    expect(messages).toHaveLength(1);
  });
});

/** What a new version of a module does to a task's version. */
function editVersion(name: string, version: string): void {
  const realm = (globalThis as unknown as Record<symbol, { tasks: Map<string, object> }>)[Symbol.for('somen.realm/1')];
  Object.assign(realm?.tasks.get(name) ?? {}, { version });
}
