/** What maintenance does with any cache: list what is there, read it without use, and do several things at a time. */
import type { Cache, CacheEntry, CacheMap } from './cache.ts';

/** So many entries are read at a time. */
const AT_ONCE = 16;

/**
 * What is in a map.
 * @throws TypeError where the cache cannot tell
 */
export function entriesOf(cache: Cache, map: CacheMap): AsyncIterable<CacheEntry> {
  const entries = cache.entries?.(map);
  if (entries === undefined)
    throw new TypeError(
      `Cannot look through the cache ${cache.name}: it does not list its entries. Do so where they are stored`,
    );
  return entries;
}

/** The bytes of an entry, not counted as a use where the cache can do without. */
export async function peek(cache: Cache, map: CacheMap, name: string): Promise<Uint8Array | undefined> {
  return cache.peek === undefined ? cache.get(map, name) : cache.peek(map, name);
}

/** Does some work for each item, for several at a time. */
export async function forEachOf<T>(source: AsyncIterable<T> | Iterable<T>, work: (item: T) => unknown): Promise<void> {
  const items = iterate(source);
  const lane = async (): Promise<void> => {
    for (let next = await items.next(); next.done !== true; next = await items.next()) await work(next.value);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  } finally {
    await items.return();
  }
}

async function* iterate<T>(source: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* source;
}
