import {
  cacheStats,
  clearCache,
  collectGarbage,
  copyCache,
  encode,
  jobDatabase,
  listRecords,
  memoryHistory,
  run,
  verifyCache,
  type Cache,
} from 'somen';
import { beforeEach, describe, expect, test } from 'vitest';
import { add, mul } from './support/arithmetic.js';
import {
  hexOf,
  listedCache,
  putContent,
  putRecord,
  sealed,
  sha256,
  type ListedCache,
} from './support/stored-records.js';
import { collect } from './support/written-history.js';

const HOUR = 3_600_000;
const inline = encode(4).buffer;
const bytesOf = (length: number, seed: number): Uint8Array => new Uint8Array(length).fill(seed);

let cache: ListedCache;

beforeEach(() => {
  cache = listedCache();
});

const sizes = (): [records: number, contents: number] => [cache.stored.ac.size, cache.stored.cas.size];

describe('cacheStats', () => {
  test('cacheStats counts records and contents, by map and by task', async () => {
    const content = await putContent(cache, bytesOf(2000, 1));
    const small = await putRecord(cache, 'small', { inline });
    const large = await putRecord(cache, 'large', { content, task: 'poem/text' });
    await cache.put('ac', 'f'.repeat(64), bytesOf(10, 1));
    const size = (key: string): number => cache.stored.ac.get(key)?.length ?? 0;
    expect(await cacheStats(cache)).toEqual({
      ac: { count: 3, bytes: size(small) + size(large) + 10 },
      cas: { count: 1, bytes: 2000 },
      tasks: [
        { task: 'poem/text', count: 1, bytes: size(large) + 2000 },
        { task: 'poem/size', count: 1, bytes: size(small) },
        { task: '(damaged)', count: 1, bytes: 10 },
      ],
      damaged: 1,
    });
    const listed = await collect(listRecords(cache));
    expect(listed).toHaveLength(3);
    expect(listed[1]).toMatchObject({
      key: large,
      task: 'poem/text',
      kind: 'value',
      contentSize: 2000,
      damaged: false,
    });
  });

  test('cacheStats says so where a cache cannot list its entries', async () => {
    const silent: Cache = { name: 'silent', get: () => undefined, put: () => undefined, delete: () => undefined };
    await expect(cacheStats(silent)).rejects.toThrow('Cannot look through the cache silent');
    await expect(collectGarbage(silent)).rejects.toThrow(TypeError);
  });
});

describe('verifyCache', () => {
  test('verifyCache finds nothing wrong with what runs stored', async () => {
    await run(mul(add(1, 2), 3), { cache });
    await putRecord(cache, 'chunked', { content: await putContent(cache, bytesOf(5_000_000, 3)) });
    await putRecord(cache, 'link', { kind: 'link', target: await putRecord(cache, 'target', { inline }) });
    const report = await verifyCache(cache);
    const [records] = sizes();
    expect(records).toBeGreaterThanOrEqual(5);
    expect(report).toMatchObject({ records, contents: 3, damaged: [], incomplete: [] });
    expect(report.bytes).toBeGreaterThan(5_000_000);
  });

  test('verifyCache finds what is damaged, and removes it on demand', async () => {
    const { digest } = await putContent(cache, bytesOf(3000, 1));
    const other = await putContent(cache, bytesOf(2000, 2));
    const flipped = await putRecord(cache, 'flipped', { inline });
    const wrongName = await sealed({ format: 'somen/record/1', key: flipped, kind: 'value', inline });
    const wrongLength = await putRecord(cache, 'wrong length', { content: { ...other, length: 1999 } });
    const sound = await putRecord(cache, 'sound', { content: other });
    await cache.put('ac', '0'.repeat(64), wrongName);
    cache.stored.ac.get(flipped)?.subarray(60, 61).fill(255);
    cache.stored.cas.get(digest)?.subarray(7, 8).fill(0);
    const { damaged } = await verifyCache(cache);
    expect(damaged.map(({ map, name }) => `${map}/${name}`).toSorted()).toEqual(
      [`ac/${flipped}`, `ac/${'0'.repeat(64)}`, `ac/${wrongLength}`, `cas/${digest}`].toSorted(),
    );
    expect(sizes()).toEqual([4, 2]);
    await verifyCache(cache, { remove: true });
    expect(sizes()).toEqual([1, 1]);
    expect(cache.stored.ac.has(sound)).toBe(true);
    expect((await verifyCache(cache)).damaged).toEqual([]);
  });

  test('verifyCache tells of records whose contents or targets are gone', async () => {
    const content = await putContent(cache, bytesOf(9_000_000, 3));
    const chunked = await putRecord(cache, 'chunked', { content });
    const memo = await putRecord(cache, 'memo', { kind: 'memo', content: { digest: 'a'.repeat(64), length: 3000 } });
    const link = await putRecord(cache, 'link', { kind: 'link', target: 'b'.repeat(64) });
    cache.stored.cas.delete(hexOf(await sha256(bytesOf(4_194_304, 3))));
    const { damaged, incomplete } = await verifyCache(cache);
    expect(damaged).toEqual([]);
    expect(incomplete.toSorted()).toEqual([chunked, memo, link].toSorted());
  });
});

describe('collectGarbage', () => {
  test('collectGarbage removes what no record reaches, but not what is young', async () => {
    cache.time = 10 * HOUR;
    await putContent(cache, bytesOf(3000, 1));
    cache.time = 20 * HOUR;
    const young = await putContent(cache, bytesOf(3000, 2));
    cache.time = 0;
    const shared = await putContent(cache, bytesOf(3000, 3));
    const content = await putContent(cache, bytesOf(5_000_000, 4));
    const form = await putContent(cache, bytesOf(2000, 5));
    await putRecord(cache, 'one', { content: shared });
    await putRecord(cache, 'two', { content, form });
    await putRecord(cache, 'memo', { kind: 'memo', content: shared });
    const before = [...cache.stored.cas.keys()];
    const options = { now: 20 * HOUR + 300_000 };
    const dry = await collectGarbage(cache, { ...options, dryRun: true });
    expect([...cache.stored.cas.keys()]).toEqual(before);
    expect(await collectGarbage(cache, options)).toEqual(dry);
    expect(dry).toMatchObject({ removedRecords: 0, removedContents: 1, keptRecords: 3, keptContents: 6, damaged: 0 });
    expect(dry.before - dry.after).toBe(3000);
    expect(cache.stored.cas.has(young.digest)).toBe(true);
    await collectGarbage(cache, { now: 30 * HOUR });
    expect(sizes()).toEqual([3, 5]);
    expect((await verifyCache(cache)).incomplete).toEqual([]);
  });

  test('collectGarbage removes what nobody uses, with its contents, but not those of others', async () => {
    const shared = await putContent(cache, bytesOf(3000, 1));
    const own = await putContent(cache, bytesOf(3000, 2));
    await putRecord(cache, 'old', { content: shared });
    await putRecord(cache, 'older', { content: own });
    cache.time = 5 * HOUR;
    const kept = await putRecord(cache, 'new', { content: shared });
    await collectGarbage(cache, { maxAge: HOUR, now: 5.5 * HOUR });
    expect([...cache.stored.ac.keys()]).toEqual([kept]);
    expect([...cache.stored.cas.keys()]).toEqual([shared.digest]);
  });

  test('collectGarbage removes what was not used for longest until few enough bytes are left', async () => {
    const keys: string[] = [];
    for (let index = 0; index < 10; index++) {
      cache.time = ((index * 7) % 10) * HOUR;
      keys[cache.time / HOUR] = await putRecord(cache, `${index}`, {
        content: await putContent(cache, bytesOf(10_000, index)),
      });
    }
    // Also what was written just now: it is over, since a record reaches it.
    const report = await collectGarbage(cache, { maxBytes: 45_000, now: 9 * HOUR });
    expect([...cache.stored.ac.keys()].toSorted()).toEqual(keys.slice(6).toSorted());
    expect(sizes()).toEqual([4, 4]);
    expect(report).toMatchObject({ removedRecords: 6, removedContents: 6, keptRecords: 4 });
    const left = [...cache.stored.ac.values(), ...cache.stored.cas.values()].reduce(
      (sum, { length }) => sum + length,
      0,
    );
    expect(report.after).toBe(left);
    expect(left).toBeLessThanOrEqual(45_000);
    await collectGarbage(cache, { maxBytes: 0 });
    expect(sizes()).toEqual([0, 0]);
  });

  test('collectGarbage keeps what a used record stands for, and removes what stands for nothing', async () => {
    const target = await putRecord(cache, 'target', { inline });
    await putRecord(cache, 'link to an old one', { kind: 'link', target: await putRecord(cache, 'old', { inline }) });
    cache.time = 9 * HOUR;
    const link = await putRecord(cache, 'link', { kind: 'link', target });
    const young = await putRecord(cache, 'young link', { kind: 'link', target: 'c'.repeat(64) });
    const report = await collectGarbage(cache, { maxAge: HOUR, now: 9.5 * HOUR });
    expect([...cache.stored.ac.keys()].toSorted()).toEqual([link, target, young].toSorted());
    expect(report.removedRecords).toBe(2);
    await collectGarbage(cache, { now: 20 * HOUR });
    expect(cache.stored.ac.has(young)).toBe(false);
  });

  test('collectGarbage removes what has expired', async () => {
    const content = await putContent(cache, bytesOf(3000, 1));
    await putRecord(cache, 'expired', { content, expires: 4 * HOUR });
    const kept = await putRecord(cache, 'not yet', { inline, expires: 6 * HOUR });
    await collectGarbage(cache, { now: 5 * HOUR });
    expect([...cache.stored.ac.keys()]).toEqual([kept]);
    expect(cache.stored.cas.size).toBe(0);
  });

  test('collectGarbage removes records that cannot be read', async () => {
    await cache.put('ac', '0'.repeat(64), bytesOf(100, 1));
    const report = await collectGarbage(cache);
    expect(report).toMatchObject({ damaged: 1, removedRecords: 1, before: 100, after: 0, keptRecords: 0 });
    expect(sizes()).toEqual([0, 0]);
  });

  test('collectGarbage keeps a content that a record reaches which came meanwhile', async () => {
    const content = await putContent(cache, bytesOf(3000, 1));
    await putRecord(cache, 'other', { inline });
    let listings = 0;
    const busy: Cache = {
      ...cache,
      async *entries(map) {
        // Between the two looks at the records, a writer comes who finds the content there.
        if (map === 'ac' && ++listings === 2) await putRecord(cache, 'late', { content });
        yield* cache.entries(map);
      },
    };
    await collectGarbage(busy, { now: 99 * HOUR });
    expect(listings).toBe(2);
    expect(cache.stored.cas.has(content.digest)).toBe(true);
  });

  test('collectGarbage reads without use where a cache can', async () => {
    const asked: string[] = [];
    await putRecord(cache, 'one', { content: await putContent(cache, bytesOf(5_000_000, 1)) });
    const peeking: Cache = {
      ...cache,
      get: () => expect.unreachable(),
      peek: (map, name) => (asked.push(map), cache.get(map, name)),
    };
    await collectGarbage(peeking);
    expect(asked).toEqual(['ac', 'cas']);
  });

  test('collectGarbage refuses bounds below 0', async () => {
    for (const options of [{ maxBytes: -1 }, { maxAge: Number.NaN }, { grace: -1 }])
      await expect(collectGarbage(cache, options)).rejects.toThrow(RangeError);
  });
});

describe('copyCache', () => {
  test('copyCache copies records and what they reach, and runs find them there', async () => {
    await run(mul(add(1, 2), 3), { cache });
    await putRecord(cache, 'chunked', { content: await putContent(cache, bytesOf(5_000_000, 1)) });
    await putContent(cache, bytesOf(100, 9));
    const order: string[] = [];
    const copy = listedCache();
    const watched: Cache = { ...copy, put: (map, name, bytes) => (order.push(map), copy.put(map, name, bytes)) };
    const report = await copyCache(cache, watched);
    expect(report).toMatchObject({ records: sizes()[0], contents: 3, skipped: [] });
    expect([...copy.stored.ac.keys()].toSorted()).toEqual([...cache.stored.ac.keys()].toSorted());
    expect(copy.stored.cas.size).toBe(3);
    expect(order.lastIndexOf('cas')).toBeLessThan(order.lastIndexOf('ac'));
    const again = run(mul(add(1, 2), 3), { cache: copy });
    expect(await again).toBe(9);
    expect(again.summary).toMatchObject({ ran: 0 });
    expect(await verifyCache(copy)).toMatchObject({ damaged: [], incomplete: [] });
  });

  test('copyCache copies some keys, and what they stand for', async () => {
    const target = await putRecord(cache, 'target', { content: await putContent(cache, bytesOf(2000, 1)) });
    const link = await putRecord(cache, 'link', { kind: 'link', target });
    await putRecord(cache, 'other', { inline });
    const copy = listedCache();
    const report = await copyCache(cache, copy, { keys: [link, 'e'.repeat(64)] });
    expect([...copy.stored.ac.keys()].toSorted()).toEqual([link, target].toSorted());
    expect(report.skipped).toEqual([{ key: 'e'.repeat(64), why: 'there is no such record' }]);
  });

  test('copyCache leaves out what is damaged or incomplete', async () => {
    const content = await putContent(cache, bytesOf(2000, 1));
    const gone = { digest: 'a'.repeat(64), length: 5_000_000 };
    const keys = [
      await putRecord(cache, 'flipped content', { content }),
      await putRecord(cache, 'gone', { content: gone }),
      await putRecord(cache, 'flipped', { inline }),
      await putRecord(cache, 'link', { kind: 'link', target: 'd'.repeat(64) }),
    ];
    cache.stored.cas.get(content.digest)?.fill(0, 3, 4);
    cache.stored.ac.get(keys[2] ?? '')?.fill(255, 60, 61);
    const sound = await putRecord(cache, 'sound', { inline });
    const copy = listedCache();
    const report = await copyCache(cache, copy);
    expect([...copy.stored.ac.keys()]).toEqual([sound]);
    expect(report.skipped.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    expect(copy.stored.cas.size).toBe(0);
  });

  test('copyCache ends where forged records stand for each other', async () => {
    const [one, two] = [await putRecord(cache, 'one', {}), await putRecord(cache, 'two', {})];
    await putRecord(cache, 'one', { kind: 'link', target: two });
    await putRecord(cache, 'two', { kind: 'link', target: one });
    expect(await copyCache(cache, listedCache())).toMatchObject({ records: 0, skipped: { length: 2 } });
    await verifyCache(cache);
    await collectGarbage(cache);
  });

  test('clearCache empties a cache', async () => {
    await putRecord(cache, 'one', { content: await putContent(cache, bytesOf(2000, 1)) });
    expect(await clearCache(cache)).toBe(2);
    expect(sizes()).toEqual([0, 0]);
  });
});

test('show tells of the record in the cache, also where the history does not know the key', async () => {
  const database = jobDatabase(memoryHistory(), cache);
  const small = await putRecord(cache, 'small', { inline, start: 5, duration: 3, where: 'somen-1', session: 's' });
  const large = await putRecord(cache, 'large', { content: await putContent(cache, bytesOf(2000, 1)) });
  expect(await database.show(small.slice(0, 8))).toEqual({
    key: small,
    task: 'poem/size',
    version: '1',
    jobs: [],
    record: {
      format: 'somen/record/1',
      status: 'done',
      kind: 'value',
      task: 'poem/size',
      version: '1',
      start: 5,
      duration: 3,
      where: 'somen-1',
      session: 's',
      damaged: false,
      size: 1,
      result: '4',
    },
  });
  expect((await database.show(large)).record).toMatchObject({
    size: 2000,
    digest: hexOf(await sha256(bytesOf(2000, 1))),
  });
  cache.stored.ac.get(small)?.fill(0, 50, 51);
  expect((await database.show(small)).record).toMatchObject({ damaged: true });
  await expect(database.why(small)).rejects.toMatchObject({ code: 'ERR_UNKNOWN_KEY' });
});
