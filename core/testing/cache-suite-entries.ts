/** Cases of the cache suite: entries are kept, apart and whole. */
import type { Cache, CacheMap } from '../cache.ts';
import {
  contentOf,
  digestOf,
  expectBytes,
  expectEntry,
  expectRefusal,
  MAPS,
  MEBIBYTE,
  putAndGet,
  withCache,
  type Checks,
} from './cache-checks.ts';

/** With one cache. */
export const ENTRIES: Checks = {
  'returns what was put': withCache(roundTrip),
  'keeps the maps apart': withCache(separateMaps),
  'returns undefined for a missing entry': withCache(missingEntry),
  'takes an entry that exists again': withCache(secondPut),
  'forgets a deleted entry': withCache(deletion),
  'keeps an empty entry': withCache((cache) => putAndGet(cache, 'cas', new Uint8Array(0))),
  'keeps an entry of 4 MiB': withCache((cache) => putAndGet(cache, 'cas', contentOf(4 * MEBIBYTE, 4))),
  'keeps only the bytes of a view': withCache(view),
  'serves 1,000 puts and gets at once': withCache(manyAtOnce),
  'refuses names that are not 64 hex characters': withCache(badNames),
  'can be used after close': withCache(useAfterClose),
};

async function roundTrip(cache: Cache): Promise<void> {
  for (const length of [1, 300, 65_535, 65_536, MEBIBYTE]) {
    for (const map of MAPS) await putAndGet(cache, map, contentOf(length, length));
  }
}

async function separateMaps(cache: Cache): Promise<void> {
  const content = contentOf(200, 1);
  const record = contentOf(100, 2);
  const name = digestOf(content);
  await cache.put('cas', name, content);
  await expectEntry(cache, 'ac', name, undefined);
  await cache.put('ac', name, record);
  await expectEntry(cache, 'ac', name, record);
  await expectEntry(cache, 'cas', name, content);
  await cache.delete('ac', name);
  await expectEntry(cache, 'cas', name, content);
}

async function missingEntry(cache: Cache): Promise<void> {
  for (const map of MAPS) await expectEntry(cache, map, digestOf(contentOf(10, 3)), undefined);
}

async function secondPut(cache: Cache): Promise<void> {
  const content = contentOf(500, 5);
  await putAndGet(cache, 'cas', content);
  await putAndGet(cache, 'cas', content);
  // A call computed twice has two records, which differ in their times. The cache may keep either, but no mixture.
  const [first, second] = [contentOf(400, 6), contentOf(300, 7)];
  const key = digestOf(first);
  await cache.put('ac', key, first);
  await cache.put('ac', key, second);
  const found = await cache.get('ac', key);
  if (found?.length === first.length) expectBytes(found, first, key);
  else expectBytes(found, second, key);
}

async function deletion(cache: Cache): Promise<void> {
  for (const map of MAPS) {
    const content = contentOf(1000, 8);
    const name = digestOf(content);
    await cache.delete(map, name);
    await putAndGet(cache, map, content);
    await cache.delete(map, name);
    await expectEntry(cache, map, name, undefined);
    // What stood there was damaged: the next put must not be skipped.
    await putAndGet(cache, map, content);
  }
}

async function view(cache: Cache): Promise<void> {
  const buffer = contentOf(3 * MEBIBYTE, 9);
  for (const [start, end] of [
    [3, 100],
    [64, 200_064],
    [MEBIBYTE, 3 * MEBIBYTE],
  ] as const) {
    for (const map of MAPS) await putAndGet(cache, map, buffer.subarray(start, end));
  }
}

async function manyAtOnce(cache: Cache): Promise<void> {
  const contents = Array.from({ length: 1000 }, (_, index) => contentOf(index, 10 + index));
  const names = contents.map(digestOf);
  const mapOf = (index: number): CacheMap => (index % 2 === 0 ? 'ac' : 'cas');
  await Promise.all(
    contents.map(async (content, index) => {
      const early = await cache.get(mapOf(index), names[index] ?? '');
      if (early !== undefined) expectBytes(early, content, `${index}`);
      await cache.put(mapOf(index), names[index] ?? '', content);
    }),
  );
  await Promise.all(contents.map((content, index) => expectEntry(cache, mapOf(index), names[index] ?? '', content)));
}

async function badNames(cache: Cache): Promise<void> {
  const good = digestOf(contentOf(1, 11));
  const bad = [
    '',
    'ab',
    `${good}0`,
    good.slice(1),
    `../${good.slice(3)}`,
    `${good.slice(2)}/.`,
    `${good}\n`,
    good.replace(/^./, 'g'),
    `A${good.slice(1)}`,
  ];
  for (const name of bad) await expectRefusal(cache, 'ac', name);
  await expectRefusal(cache, 'ac', undefined as unknown as string);
  for (const map of ['', '..', 'toString']) await expectRefusal(cache, map as CacheMap, good);
}

async function useAfterClose(cache: Cache): Promise<void> {
  await putAndGet(cache, 'ac', contentOf(20, 12));
  await cache.close?.();
  await putAndGet(cache, 'ac', contentOf(21, 13));
  await cache.close?.();
  await cache.close?.();
}
