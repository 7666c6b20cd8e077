/** A case of the cache suite: many entries. */
import type { Cache } from '../cache.ts';
import { contentOf, digestOf, expectEntry, listed, withCache, type Checks } from './cache-checks.ts';
import { expectEqual } from './expectations.ts';

const COUNT = 100_000;
const AT_ONCE = 64;

/** With one cache. */
export const LARGE: Checks = {
  'keeps 100,000 entries': withCache(manyEntries),
};

async function manyEntries(cache: Cache): Promise<void> {
  const contents = Array.from({ length: COUNT }, (_, index) => contentOf(40, 100_000 + index));
  const names = contents.map(digestOf);
  const nameOf = (index: number): string => names[index] ?? '';
  await each((index) => cache.put('ac', nameOf(index), contents[index] ?? new Uint8Array(0)));
  await each((index) => expectEntry(cache, 'ac', nameOf(index), contents[index]));
  await each((index) => expectEntry(cache, 'cas', nameOf(index), undefined));
  if (cache.entries !== undefined) expectEqual((await listed(cache, 'ac')).size, COUNT, 'how many entries are listed');
}

async function each(work: (index: number) => unknown): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < COUNT) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
