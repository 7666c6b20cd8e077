/**
 * What every cache must do, as cases that any test runner can register. The caches of this package pass it, and so
 * must one that you write: core relies on each of these.
 */
import type { Awaitable, Cache, CacheMap } from '../cache.ts';
import { toHex } from '../hasher.ts';
import { createPortableHasher } from '../sha256.ts';

/** One case of a suite. */
export interface SuiteCase {
  /** What is expected, as a sentence without its subject: `returns undefined for a missing entry`. */
  readonly name: string;
  /** Rejects, with an `Error` that tells what was found instead, where the cache does not do so. */
  run(): Promise<void>;
}

/** Options of {@link cacheSuite}. */
export interface CacheSuiteOptions {
  /**
   * Whether two caches opened on one storage share their entries, also after the first was closed: true for files
   * and databases, false for memory.
   * @default false
   */
  readonly persistent?: boolean;
}

/**
 * The cases that every cache must pass.
 *
 * @param open Opens a cache on the storage of the given name (letters, digits and hyphens; a folder or a database,
 * say), which is empty unless this suite opened it before. Each case uses one of its own.
 * @example
 * ```ts
 * import { test } from 'vitest';
 *
 * const folder = mkdtempSync(join(tmpdir(), 'caches-'));
 * for (const { name, run } of cacheSuite((storage) => fileCache(join(folder, storage)), { persistent: true })) {
 *   test(`fileCache ${name}`, run);
 * }
 * ```
 */
export function cacheSuite(open: (storage: string) => Awaitable<Cache>, options: CacheSuiteOptions = {}): SuiteCase[] {
  const checks = options.persistent === true ? { ...SINGLE_HANDLE, ...TWO_HANDLES } : SINGLE_HANDLE;
  // Random as well, since a browser keeps the databases of earlier runs.
  const session = Math.random().toString(36).slice(2);
  return Object.entries(checks).map(([name, check], index) => ({
    name,
    run: () => check(() => open(`suite-${session}-${index}`)),
  }));
}

type Open = () => Awaitable<Cache>;
type Check = (open: Open) => Promise<void>;

const MAPS: readonly CacheMap[] = ['ac', 'cas'];
const MEBIBYTE = 1_048_576;

const SINGLE_HANDLE: Readonly<Record<string, Check>> = {
  'returns what was put': (open) => using(open, roundTrip),
  'keeps the maps apart': (open) => using(open, separateMaps),
  'returns undefined for a missing entry': (open) => using(open, missingEntry),
  'takes an entry that exists again': (open) => using(open, secondPut),
  'forgets a deleted entry': (open) => using(open, deletion),
  'keeps an empty entry': (open) => using(open, (cache) => putAndGet(cache, 'cas', new Uint8Array(0))),
  'keeps an entry of 4 MiB': (open) => using(open, (cache) => putAndGet(cache, 'cas', contentOf(4 * MEBIBYTE, 4))),
  'keeps only the bytes of a view': (open) => using(open, view),
  'serves 1,000 puts and gets at once': (open) => using(open, manyAtOnce),
  'refuses names that are not 64 hex characters': (open) => using(open, badNames),
  'can be used after close': (open) => using(open, useAfterClose),
};

const TWO_HANDLES: Readonly<Record<string, Check>> = {
  'shares its entries with another handle': (open) =>
    using(open, (cache) => using(open, (other) => sharing(cache, other))),
  'finds its entries after it was closed and opened': reopening,
};

async function using(open: Open, check: (cache: Cache) => Promise<void>): Promise<void> {
  const cache = await open();
  try {
    await check(cache);
  } finally {
    await cache.close?.();
  }
}

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

async function putAndGet(cache: Cache, map: CacheMap, content: Uint8Array): Promise<void> {
  const name = digestOf(content);
  await cache.put(map, name, content);
  await expectEntry(cache, map, name, content);
}

async function expectEntry(cache: Cache, map: CacheMap, name: string, expected: Uint8Array | undefined): Promise<void> {
  expectBytes(await cache.get(map, name), expected, `${map}/${name}`);
}

function expectBytes(found: unknown, expected: Uint8Array | undefined, entry: string): void {
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

async function expectRefusal(cache: Cache, map: CacheMap, name: string): Promise<void> {
  const operations = {
    get: () => cache.get(map, name),
    put: () => cache.put(map, name, new Uint8Array(1)),
    delete: () => cache.delete(map, name),
  };
  for (const [operation, operate] of Object.entries(operations)) {
    const outcome = await settled(operate);
    if (outcome instanceof TypeError || outcome instanceof RangeError) continue;
    throw new Error(
      `${operation} should refuse '${map}', '${name}' with a TypeError or RangeError: it gave ${describe(outcome)}`,
    );
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

/** Bytes without a pattern, the same for the same seed: a linear congruential generator (Numerical Recipes, 7.1). */
function contentOf(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** The true digest, since a cache may verify what it is given as content (a Bazel cache server does). */
function digestOf(content: Uint8Array): string {
  return toHex(createPortableHasher().hash([content]));
}
