/** How a cache in IndexedDB keeps within its bytes, and what it knows of its entries. */
import { indexedDbCache, type Cache, type CacheEntry, type CacheMap } from 'somen/web';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { freshName, keysOf, settled, valuesOf } from './support/databases.ts';

const HOUR_MS = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function nameOf(index: number): string {
  return index.toString(16).padStart(64, '0');
}

async function put(cache: Cache, map: CacheMap, index: number, size: number): Promise<void> {
  await cache.put(map, nameOf(index), new Uint8Array(size));
}

/** Which of the entries are there, without using them. */
async function indicesOf(database: string, map: CacheMap): Promise<number[]> {
  return (await keysOf(database, map)).map((key) => Number.parseInt(String(key), 16));
}

async function listed(cache: Cache, map: CacheMap): Promise<CacheEntry[]> {
  const entries: CacheEntry[] = [];
  for await (const entry of cache.entries?.(map) ?? []) entries.push(entry);
  return entries;
}

/** Only the date: IndexedDB and its timers go on as ever. */
function setHour(hour: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: hour * HOUR_MS + 1000 });
}

describe('indexedDbCache with maxBytes', () => {
  test('removes the least recently used entries when there are too many bytes', async () => {
    const name = freshName();
    // Entries count 300 bytes more than they have: ten of these fit.
    const cache = indexedDbCache(name, { maxBytes: 10_000, history: false });
    for (let index = 0; index < 10; index++) await put(cache, index % 2 === 0 ? 'ac' : 'cas', index, 700);
    expect(await indicesOf(name, 'ac')).toEqual([0, 2, 4, 6, 8]);
    setHour(1_000_000);
    await cache.get('ac', nameOf(0));
    // Writes down that it was used.
    await cache.close?.();
    await put(cache, 'ac', 10, 700);
    expect(await indicesOf(name, 'ac')).toEqual([0, 4, 6, 8, 10]);
    expect(await indicesOf(name, 'cas')).toEqual([3, 5, 7, 9]);
    await cache.close?.();
  });

  test('keeps within it when many are put at once, and among them the newest', async () => {
    const name = freshName();
    const cache = indexedDbCache(name, { maxBytes: 5000, history: false });
    await Promise.all(Array.from({ length: 50 }, (_, index) => put(cache, 'cas', index, 700)));
    expect(await indicesOf(name, 'cas')).toEqual([46, 47, 48, 49]);
    await put(cache, 'cas', 50, 4700);
    expect(await indicesOf(name, 'cas')).toEqual([50]);
    await cache.close?.();
  });

  test('does not keep what is larger than all of it', async () => {
    const name = freshName();
    const cache = indexedDbCache(name, { maxBytes: 5000, history: false });
    await put(cache, 'cas', 1, 100);
    await put(cache, 'cas', 2, 5000);
    expect(await indicesOf(name, 'cas')).toEqual([1]);
    await cache.close?.();
  });

  test('counts what other handles store, and what was there before', async () => {
    const name = freshName();
    const before = indexedDbCache(name, { history: false });
    for (let index = 0; index < 8; index++) await put(before, 'cas', index, 700);
    await before.close?.();
    const [one, two] = [0, 1].map(() => indexedDbCache(name, { maxBytes: 10_000, history: false }));
    if (one === undefined || two === undefined) throw new Error('Two handles are needed');
    await put(one, 'cas', 8, 700);
    await put(two, 'cas', 9, 700);
    expect(await indicesOf(name, 'cas')).toHaveLength(10);
    await put(one, 'cas', 10, 700);
    expect(await indicesOf(name, 'cas')).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await put(two, 'cas', 11, 700);
    expect(await indicesOf(name, 'cas')).toHaveLength(10);
    await Promise.all([one.close?.(), two.close?.()]);
  });

  test('counts an entry that is written again once', async () => {
    const name = freshName();
    const cache = indexedDbCache(name, { maxBytes: 10_000, history: false });
    await put(cache, 'cas', 0, 700);
    for (let times = 0; times < 30; times++) await put(cache, 'ac', 1, 700);
    expect(await indicesOf(name, 'cas')).toEqual([0]);
    await cache.close?.();
  });

  test('refuses a limit that is no number of bytes', () => {
    for (const maxBytes of [-1, Number.NaN]) expect(() => indexedDbCache('a', { maxBytes })).toThrow(RangeError);
  });
});

describe('indexedDbCache lists', () => {
  test('its entries with their sizes, and when they were last written or used', async () => {
    const name = freshName();
    const cache = indexedDbCache(name, { history: false });
    setHour(500_000);
    await Promise.all([put(cache, 'ac', 1, 10), put(cache, 'ac', 2, 100_000), put(cache, 'cas', 3, 0)]);
    setHour(500_002);
    await cache.get('ac', nameOf(1));
    await cache.get('ac', nameOf(4));
    await cache.delete('cas', nameOf(3));
    await put(cache, 'cas', 5, 7);
    await cache.close?.();
    expect(await listed(cache, 'ac')).toEqual([
      { map: 'ac', name: nameOf(2), size: 100_000, used: 500_000 * HOUR_MS },
      { map: 'ac', name: nameOf(1), size: 10, used: 500_002 * HOUR_MS },
    ]);
    expect(await listed(cache, 'cas')).toEqual([{ map: 'cas', name: nameOf(5), size: 7, used: 500_002 * HOUR_MS }]);
    await cache.close?.();
  });

  test('nothing where there is nothing', async () => {
    const cache = indexedDbCache(freshName(), { history: false });
    expect(await listed(cache, 'ac')).toEqual([]);
    await cache.close?.();
  });
});

interface Journalled {
  readonly hour: number;
  readonly written: readonly string[];
  readonly used: readonly string[];
}

describe('indexedDbCache writes down uses', () => {
  test('when it has nothing else to do, and once an hour', async () => {
    const name = freshName();
    const cache = indexedDbCache(name, { history: false });
    setHour(600_000);
    await put(cache, 'ac', 1, 10);
    await cache.get('ac', nameOf(1));
    await cache.close?.();
    const uses = async (): Promise<number> =>
      (await valuesOf<Journalled>(name, 'usage')).flatMap(({ used }) => used).length;
    // It was written in this hour.
    expect(await uses()).toBe(0);
    setHour(600_001);
    await cache.get('ac', nameOf(1));
    await vi.waitUntil(async () => (await uses()) === 1, { timeout: 5000 });
    await cache.get('ac', nameOf(1));
    await cache.close?.();
    // Another tab, which has yet to learn of it.
    const other = indexedDbCache(name, { history: false });
    await other.get('ac', nameOf(1));
    await other.close?.();
    expect(await uses()).toBe(1);
    setHour(600_002);
    await other.get('ac', nameOf(1));
    await other.close?.();
    expect(await uses()).toBe(2);
  });

  test('with the entries that are written next, once it knows of the hour', async () => {
    const name = freshName();
    const cache = indexedDbCache(name, { history: false });
    setHour(700_000);
    await Promise.all([put(cache, 'ac', 1, 10), put(cache, 'ac', 2, 10)]);
    setHour(700_001);
    await cache.get('ac', nameOf(1));
    await cache.close?.();
    await cache.get('ac', nameOf(2));
    await put(cache, 'ac', 3, 10);
    const last = (await valuesOf<Journalled>(name, 'usage')).at(-1);
    expect(last).toMatchObject({ hour: 700_001, written: [`ac/${nameOf(3)}`], used: [`ac/${nameOf(2)}`] });
    await cache.close?.();
  });

  test('and drops what is out of date when there is too much of it', async () => {
    const name = freshName();
    const cache = indexedDbCache(name, { history: false });
    const indices = Array.from({ length: 300 }, (_, index) => index);
    for (let times = 0; times < 6; times++) await Promise.all(indices.map((index) => put(cache, 'cas', index, times)));
    expect((await valuesOf<Journalled>(name, 'usage')).flatMap(({ written }) => written)).toHaveLength(1800);
    setHour(2_000_000);
    await cache.get('cas', nameOf(7));
    await cache.close?.();
    expect((await valuesOf<Journalled>(name, 'usage')).flatMap(({ written }) => written)).toHaveLength(300);
    const entries = await listed(cache, 'cas');
    expect(entries).toHaveLength(300);
    expect(entries.every(({ size }) => size === 5)).toBe(true);
    expect(entries.at(-1)).toMatchObject({ name: nameOf(7), used: 2_000_000 * HOUR_MS });
    await cache.close?.();
  });
});

test('indexedDbCache drops what an older version stored', async () => {
  const name = freshName();
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    for (const store of ['ac', 'cas']) request.result.createObjectStore(store).put(new Uint8Array(3), nameOf(1));
  };
  (await settled(request)).close();
  const cache = indexedDbCache(name, { history: false });
  expect(await cache.get('ac', nameOf(1))).toBeUndefined();
  await put(cache, 'ac', 2, 5);
  expect(await indicesOf(name, 'ac')).toEqual([2]);
  await cache.close?.();
});

describe('indexedDbCache without room', () => {
  const { put: putReally } = IDBObjectStore.prototype;

  /** Refuses entries so many times, as a browser does when the quota is exceeded (a real one: `quota.node.test.ts`). */
  function refuse(times: number, database: string): void {
    let refused = 0;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      if (this.transaction.db.name === database && refused++ < times) throw new DOMException('', 'QuotaExceededError');
      return putReally.call(this, value, key);
    });
  }

  test('removes the least recently used third, and goes on', async () => {
    const name = freshName();
    const cache = indexedDbCache(name, { history: false });
    for (let index = 0; index < 9; index++) await put(cache, 'cas', index, 100);
    refuse(1, name);
    await put(cache, 'cas', 9, 100);
    expect(await indicesOf(name, 'cas')).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect((await listed(cache, 'cas')).map((entry) => entry.name)).toEqual([3, 4, 5, 6, 7, 8, 9].map(nameOf));
    await cache.close?.();
  });

  test('rejects where nothing is there to be removed', async () => {
    const name = freshName();
    const cache = indexedDbCache(name, { history: false });
    refuse(1, name);
    await expect(put(cache, 'cas', 4, 100_000)).rejects.toThrow(/QuotaExceededError/);
    expect(await cache.get('cas', nameOf(4))).toBeUndefined();
    await cache.close?.();
  });

  test('rejects and says what to do, where that is not enough', async () => {
    const name = freshName();
    const cache = indexedDbCache(name, { history: false });
    for (let index = 0; index < 3; index++) await put(cache, 'cas', index, 100);
    refuse(2, name);
    await expect(put(cache, 'cas', 4, 100)).rejects.toMatchObject({
      code: 'ERR_CACHE',
      message: expect.stringMatching(/Cannot write to .*QuotaExceededError.*Clear the site's data/),
    });
    expect(await indicesOf(name, 'cas')).toEqual([1, 2]);
    await put(cache, 'cas', 4, 100);
    expect(await indicesOf(name, 'cas')).toEqual([1, 2, 4]);
    await cache.close?.();
  });
});
