/** Cases of the cache suite: what is listed. */
import type { Cache, CacheMap } from '../cache.ts';
import { contentOf, digestOf, listed, MAPS, using, withCache, type Checks, type Open } from './cache-checks.ts';
import { expectEqual, expectThat } from './expectations.ts';

const HOUR_MS = 3_600_000;

/** With one cache. */
export const LISTING: Checks = {
  'lists nothing while it is empty': withCache(listNothing),
  'lists what was put, with its size, and nothing else': withCache(listAll),
  'lists while entries are written and removed': withCache(listAndChange),
};

/** With caches that share a storage. */
export const SHARED_LISTING: Checks = {
  'lists what was put before it was opened': listLater,
};

async function listNothing(cache: Cache): Promise<void> {
  for (const map of MAPS) await expectListed(cache, map, []);
}

async function listAll(cache: Cache): Promise<void> {
  const contents = Array.from({ length: 300 }, (_, index) => contentOf(index * 7, 2000 + index));
  for (const content of contents) await cache.put('cas', digestOf(content), content);
  const [first = new Uint8Array(0), second = new Uint8Array(0), third = new Uint8Array(0), ...others] = contents;
  // Written twice, in another map, removed: and a claim is no entry.
  await cache.put('cas', digestOf(second), second);
  await cache.put('ac', digestOf(third), third);
  await cache.delete('cas', digestOf(first));
  const claim = await cache.claim?.(digestOf(first));
  await expectListed(cache, 'cas', [second, third, ...others]);
  await expectListed(cache, 'ac', [third]);
  await claim?.release();
}

async function listAndChange(cache: Cache): Promise<void> {
  const contents = Array.from({ length: 100 }, (_, index) => contentOf(50, 3000 + index));
  for (const content of contents) await cache.put('ac', digestOf(content), content);
  let count = 0;
  for await (const { map, name } of cache.entries?.('ac') ?? []) {
    // Each is rewritten, and every second one removed: the listing ends nevertheless.
    expectThat(++count <= contents.length, 'entries are listed again that were rewritten');
    await cache.put(map, name, (await cache.get(map, name)) ?? new Uint8Array(50));
    if (count % 2 === 0) await cache.delete(map, name);
  }
  expectEqual((await listed(cache, 'ac')).size, contents.length / 2, 'how many entries are left');
}

async function listLater(open: Open): Promise<void> {
  const contents = [contentOf(10, 70), contentOf(100_000, 71)];
  await using(open, async (cache) => {
    for (const content of contents) await cache.put('cas', digestOf(content), content);
  });
  await using(open, (cache) => expectListed(cache, 'cas', contents));
}

async function expectListed(cache: Cache, map: CacheMap, contents: readonly Uint8Array[]): Promise<void> {
  const entries = await listed(cache, map);
  const now = Date.now();
  for (const content of contents) {
    const entry = entries.get(digestOf(content));
    expectEqual([entry?.map, entry?.size], [map, content.length], `the entry of ${content.length} bytes in a listing`);
    expectThat(Math.abs(now - (entry?.used ?? 0)) <= HOUR_MS, `it was used at ${entry?.used}, and now is ${now}`);
  }
  expectEqual(entries.size, contents.length, `how many entries of '${map}' are listed`);
}
