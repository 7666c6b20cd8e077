import { memoryCache, type Cache } from 'somen';
import { cacheSuite, type CacheSuiteOptions } from 'somen/testing';
import { describe, expect, test, vi } from 'vitest';

/** What an entry counts for beside its bytes. */
const OVERHEAD = 400;

describe('memoryCache', () => {
  const storages = new Map<string, Cache>();
  const corrupt: CacheSuiteOptions['corrupt'] = async (storage, map, name, change) => {
    const cache = storages.get(storage);
    const bytes = change((await cache?.get(map, name)) ?? new Uint8Array(0));
    await (bytes === undefined ? cache?.delete(map, name) : cache?.put(map, name, bytes));
  };
  for (const { name, timeout, run } of cacheSuite(
    (storage) => {
      const cache = memoryCache();
      storages.set(storage, cache);
      return cache;
    },
    { entries: true, large: true, corrupt },
  ))
    test(name, { timeout }, run);

  test('answers synchronously', async () => {
    const cache = memoryCache();
    expect(cache.put('ac', nameOf(1), Uint8Array.of(7))).toBeUndefined();
    expect(cache.get('ac', nameOf(1))).toEqual(Uint8Array.of(7));
    expect(cache.get('ac', nameOf(2))).toBeUndefined();
  });

  test('lists when entries were written or read', async () => {
    const cache = memoryCache();
    const clock = vi.spyOn(Date, 'now').mockReturnValue(1000);
    try {
      for (const index of [1, 2]) await cache.put('ac', nameOf(index), new Uint8Array(index));
      clock.mockReturnValue(2000);
      await cache.get('ac', nameOf(2));
    } finally {
      clock.mockRestore();
    }
    const entries = [];
    for await (const entry of cache.entries?.('ac') ?? []) entries.push(entry);
    expect(entries).toEqual([
      { map: 'ac', name: nameOf(1), size: 1, used: 1000 },
      { map: 'ac', name: nameOf(2), size: 2, used: 2000 },
    ]);
  });

  test('drops the least recently used entries when their bytes exceed maxBytes', async () => {
    const cache = memoryCache({ maxBytes: 3 * (1000 + OVERHEAD) });
    for (const index of [1, 2, 3]) await cache.put(index === 2 ? 'cas' : 'ac', nameOf(index), new Uint8Array(1000));
    await cache.get('ac', nameOf(1));
    await cache.put('ac', nameOf(4), new Uint8Array(1000));
    expect(await cache.get('cas', nameOf(2))).toBeUndefined();
    // One entry of two entries' size pushes out two: 3 and 1 are by now the oldest.
    await cache.put('cas', nameOf(5), new Uint8Array(2000 + OVERHEAD));
    expect(await cache.get('ac', nameOf(1))).toBeUndefined();
    expect(await cache.get('ac', nameOf(3))).toBeUndefined();
    expect(await cache.get('ac', nameOf(4))).toBeDefined();
    expect(await cache.get('cas', nameOf(5))).toBeDefined();
  });

  test('holds at most maxBytes when entries are empty', async () => {
    const cache = memoryCache({ maxBytes: 10 * OVERHEAD });
    for (let index = 0; index < 100; index++) await cache.put('ac', nameOf(index), new Uint8Array(0));
    const found = Array.from({ length: 100 }, (_, index) => cache.get('ac', nameOf(index))).filter(
      (bytes) => bytes !== undefined,
    );
    expect(found).toHaveLength(10);
  });

  test('keeps the others when an entry is larger than maxBytes', async () => {
    const cache = memoryCache({ maxBytes: 2000 });
    await cache.put('ac', nameOf(1), new Uint8Array(100));
    await cache.put('ac', nameOf(2), new Uint8Array(2001));
    expect(await cache.get('ac', nameOf(1))).toBeDefined();
    expect(await cache.get('ac', nameOf(2))).toBeUndefined();
  });

  test('counts an entry once when it is put and deleted again and again', async () => {
    const cache = memoryCache({ maxBytes: 2 * (1000 + OVERHEAD) });
    await cache.put('ac', nameOf(1), new Uint8Array(1000));
    for (let round = 0; round < 10; round++) {
      await cache.put('cas', nameOf(2), new Uint8Array(1000));
      await cache.put('cas', nameOf(2), new Uint8Array(1000));
      await cache.delete('cas', nameOf(2));
    }
    expect(await cache.get('ac', nameOf(1))).toBeDefined();
  });

  test('keeps bytes without a copy when they fill their buffer, and else copies them', async () => {
    const cache = memoryCache();
    const whole = new Uint8Array(100);
    await cache.put('cas', nameOf(1), whole);
    expect(await cache.get('cas', nameOf(1))).toBe(whole);
    await cache.put('cas', nameOf(2), new Uint8Array(1_000_000).subarray(10, 20));
    expect((await cache.get('cas', nameOf(2)))?.buffer.byteLength).toBe(10);
  });

  test('throws a RangeError when maxBytes is not a number from 0 up', () => {
    for (const maxBytes of [-1, Number.NaN]) expect(() => memoryCache({ maxBytes })).toThrow(RangeError);
    expect(() => memoryCache({ maxBytes: Infinity })).not.toThrow();
  });
});

function nameOf(index: number): string {
  return index.toString(16).padStart(64, '0');
}

test('memoryCache shows an entry to maintenance without counting that as a use', async () => {
  const cache = memoryCache({ maxBytes: 2 * 1500 });
  const [first, second, third] = ['1', '2', '3'].map((digit) => digit.repeat(64)) as [string, string, string];
  for (const name of [first, second]) await cache.put('ac', name, new Uint8Array(1000));
  expect((await cache.peek?.('ac', first))?.length).toBe(1000);
  await cache.put('ac', third, new Uint8Array(1000));
  expect([first, second, third].map((name) => cache.get('ac', name) !== undefined)).toEqual([false, true, true]);
  expect(cache.peek?.('cas', second)).toBeUndefined();
});
