/** Cases of the cache suite: several caches on one storage. */
import type { Cache } from '../cache.ts';
import {
  contentOf,
  digestOf,
  expectBytes,
  expectEntry,
  MEBIBYTE,
  using,
  withTwo,
  type Checks,
  type Open,
} from './cache-checks.ts';

/** With caches that share a storage. */
export const SHARING: Checks = {
  'shares its entries with another handle': withTwo(sharing),
  'finds its entries after it was closed and opened': reopening,
  'keeps entries whole that two handles write at once': withTwo(writersAtOnce),
  'keeps entries whole that two handles write and remove at once': withTwo(removalsAtOnce),
};

async function sharing(cache: Cache, other: Cache): Promise<void> {
  for (const length of [50, 2 * MEBIBYTE]) {
    const content = contentOf(length, 14);
    const name = digestOf(content);
    await expectEntry(other, 'cas', name, undefined);
    await cache.put('cas', name, content);
    await expectEntry(other, 'cas', name, content);
    await other.put('cas', name, content);
    await other.delete('cas', name);
    await expectEntry(cache, 'cas', name, undefined);
  }
}

async function reopening(open: Open): Promise<void> {
  const contents = [contentOf(60, 15), contentOf(MEBIBYTE, 16)];
  await using(open, async (cache) => {
    for (const content of contents) await cache.put('cas', digestOf(content), content);
  });
  await using(open, async (cache) => {
    for (const content of contents) await expectEntry(cache, 'cas', digestOf(content), content);
  });
}

const VERSIONS = 8;

/** Records of one key: which of them a reader finds does not matter, as long as it is one. */
function versionsOf(seed: number): Uint8Array[] {
  return Array.from({ length: VERSIONS }, (_, version) => contentOf(200 + 40_000 * version, seed + version));
}

async function writersAtOnce(cache: Cache, other: Cache): Promise<void> {
  const versions = versionsOf(20);
  const key = digestOf(contentOf(1, 20));
  const own = (index: number, handle: number): Uint8Array => contentOf(1000 + index, 100 * (handle + 1) + index);
  await Promise.all(
    [cache, other].map(async (each, handle) => {
      for (let index = 0; index < 40; index++) {
        await each.put('ac', key, versions[(index + handle) % VERSIONS] ?? new Uint8Array(0));
        await each.put('cas', digestOf(own(index, handle)), own(index, handle));
        expectOneOf(await each.get('ac', key), versions, key);
      }
    }),
  );
  for (const handle of [0, 1]) {
    for (let index = 0; index < 40; index++) {
      const content = own(index, handle);
      await expectEntry(handle === 0 ? other : cache, 'cas', digestOf(content), content);
    }
  }
}

async function removalsAtOnce(cache: Cache, other: Cache): Promise<void> {
  const versions = versionsOf(40);
  const key = digestOf(contentOf(1, 40));
  const content = contentOf(30_000, 41);
  const name = digestOf(content);
  await Promise.all(
    [cache, other].map(async (each, handle) => {
      for (let index = 0; index < 40; index++) {
        await each.put('ac', key, versions[(index + handle) % VERSIONS] ?? new Uint8Array(0));
        await each.put('cas', name, content);
        if (index % 3 === handle) await Promise.all([each.delete('ac', key), each.delete('cas', name)]);
        expectOneOf(await each.get('ac', key), [undefined, ...versions], key);
        expectOneOf(await each.get('cas', name), [undefined, content], name);
      }
    }),
  );
  await cache.put('cas', name, content);
  await expectEntry(other, 'cas', name, content);
}

function expectOneOf(found: Uint8Array | undefined, versions: readonly (Uint8Array | undefined)[], name: string): void {
  expectBytes(found, versions.find((version) => version?.length === found?.length) ?? versions[0], name);
}
