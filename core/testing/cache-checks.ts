/** What the cases of the cache suite have in common: their means, and expectations of entries. */
import type { Awaitable, Cache, CacheEntry, CacheMap, Claim } from '../cache.ts';
import { toHex } from '../hasher.ts';
import { createPortableHasher } from '../sha256.ts';
import { expectThat } from './expectations.ts';

/** Opens a cache on the storage of a case. */
export type Open = () => Awaitable<Cache>;

/** Changes what is stored under a name, behind the cache's back; `undefined` removes it. */
export type Corrupt = (
  map: CacheMap,
  name: string,
  change: (bytes: Uint8Array) => Uint8Array | undefined,
) => Awaitable<void>;

/** A case: it rejects where a cache does something else. */
export type Check = (open: Open, corrupt: Corrupt) => Promise<void>;

/** Cases by what is expected, as a sentence without its subject. */
export type Checks = Readonly<Record<string, Check>>;

export const MAPS: readonly CacheMap[] = ['ac', 'cas'];
export const MEBIBYTE = 1_048_576;

/** Opens a cache for a check, and closes it. */
export async function using(open: Open, check: (cache: Cache) => Promise<void>): Promise<void> {
  const cache = await open();
  try {
    await check(cache);
  } finally {
    await cache.close?.();
  }
}

/** A check with one cache. */
export function withCache(check: (cache: Cache) => Promise<void>): Check {
  return (open) => using(open, check);
}

/** A check with two caches on one storage. */
export function withTwo(check: (cache: Cache, other: Cache) => Promise<void>): Check {
  return (open) => using(open, (cache) => using(open, (other) => check(cache, other)));
}

export async function putAndGet(cache: Cache, map: CacheMap, content: Uint8Array): Promise<void> {
  const name = digestOf(content);
  await cache.put(map, name, content);
  await expectEntry(cache, map, name, content);
}

export async function expectEntry(
  cache: Cache,
  map: CacheMap,
  name: string,
  expected: Uint8Array | undefined,
): Promise<void> {
  expectBytes(await cache.get(map, name), expected, `${map}/${name}`);
}

export function expectBytes(found: unknown, expected: Uint8Array | undefined, entry: string): void {
  if (found === undefined && expected === undefined) return;
  if (expected === undefined) throw new Error(`Entry ${entry} should be missing, and get returned ${describe(found)}`);
  if (!(found instanceof Uint8Array))
    throw new Error(`Entry ${entry} should be a Uint8Array, and get returned ${describe(found)}`);
  if (found.length !== expected.length)
    throw new Error(`Entry ${entry} should have ${expected.length} bytes, and get returned ${found.length}`);
  const index = found.findIndex((byte, position) => byte !== expected[position]);
  if (index >= 0)
    throw new Error(
      `Entry ${entry} should have the byte ${expected[index]} at ${index}, and get returned ${found[index]} there`,
    );
}

export async function expectRefusal(cache: Cache, map: CacheMap, name: string): Promise<void> {
  await expectRefusals(`'${map}', '${name}'`, {
    get: () => cache.get(map, name),
    put: () => cache.put(map, name, new Uint8Array(1)),
    delete: () => cache.delete(map, name),
  });
}

/** Expects that operations refuse what they are given. */
export async function expectRefusals(what: string, operations: Readonly<Record<string, () => unknown>>): Promise<void> {
  for (const [operation, operate] of Object.entries(operations)) {
    const outcome = await settled(operate);
    if (outcome instanceof TypeError || outcome instanceof RangeError) continue;
    throw new Error(`${operation} should refuse ${what} with a TypeError or RangeError: it gave ${describe(outcome)}`);
  }
}

/** What an operation returns or throws, now or later. */
async function settled(operate: () => unknown): Promise<unknown> {
  try {
    return await operate();
  } catch (error) {
    return error;
  }
}

function describe(value: unknown): string {
  return value instanceof Error || value === undefined
    ? String(value)
    : `a ${Object.prototype.toString.call(value).slice(8, -1)}`;
}

/** Expects that a claim is granted. */
export async function expectClaim(cache: Cache, key: string): Promise<Claim> {
  const claim = await cache.claim?.(key);
  if (claim === undefined) throw new Error(`A claim of ${key} should be granted, and claim returned undefined`);
  return claim;
}

/** Expects that a claim is somebody else's. */
export async function expectNoClaim(cache: Cache, key: string): Promise<void> {
  expectThat((await cache.claim?.(key)) === undefined, `a claim of ${key} was granted that somebody else has`);
}

/** What a map lists, by name. */
export async function listed(cache: Cache, map: CacheMap): Promise<Map<string, CacheEntry>> {
  const entries = new Map<string, CacheEntry>();
  for await (const entry of cache.entries?.(map) ?? []) {
    expectThat(!entries.has(entry.name), `${map}/${entry.name} is listed twice`);
    entries.set(entry.name, entry);
  }
  return entries;
}

/** Bytes without a pattern, the same for the same seed: a linear congruential generator (Numerical Recipes, 7.1). */
export function contentOf(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** The true digest, since a cache may verify what it is given as content (a Bazel cache server does). */
export function digestOf(content: Uint8Array): string {
  return toHex(createPortableHasher().hash([content]));
}
