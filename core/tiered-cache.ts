/** Several caches as one: the near ones first. */
import { peek } from './cache-listing.ts';
import { checkEntry, type Awaitable, type Cache, type CacheEntry, type CacheMap, type Claim } from './cache.ts';
import type { History } from './history.ts';

/**
 * Several caches as one, the nearest first. What is found in a further one is written to those before it. A result is
 * stored when the first one has it; the others get theirs behind, and `close` waits for them. Where one of them fails
 * the others serve; the failure is told only if none of them has the entry, or by the end of writing.
 *
 * Results are claimed, and what happens is written down, at the first one that does such things. What is in any of those
 * that can tell is listed, as the nearest one has it. Other machines share the last one: they see a result when it was
 * written behind.
 *
 * @throws {RangeError} where no cache is given.
 * @example
 * ```ts
 * const cache = tiered(memoryCache(), fileCache('.somen'), httpCache('https://cache.example.org/somen'));
 * ```
 */
export function tiered(...caches: readonly Cache[]): Cache {
  return new TieredCache(caches);
}

class TieredCache implements Cache {
  readonly name: string;
  // Declared, not defined: they are not there where no cache has them.
  declare readonly claim?: (key: string) => Awaitable<Claim | undefined>;
  declare readonly entries?: (map: CacheMap) => AsyncIterable<CacheEntry>;
  declare readonly history?: History;
  readonly #first: Cache;
  readonly #others: readonly Cache[];
  /** What is being written behind, */
  readonly #writing = new Set<Promise<void>>();
  /** and the entries among it: they are there already for who asks. */
  readonly #entries = new Map<string, Uint8Array>();
  /** What failed behind, to be told with the next entry that is written. */
  #failure: { readonly error: unknown } | undefined;

  constructor(caches: readonly Cache[]) {
    const [first, ...others] = caches;
    if (first === undefined) throw new RangeError('Cannot use caches as one: none was given');
    this.name = `tiered:${caches.map(({ name }) => name).join(',')}`;
    this.#first = first;
    this.#others = others;
    const claiming = caches.find((cache) => cache.claim !== undefined);
    if (claiming !== undefined) this.claim = (key) => claiming.claim?.(key);
    const listing = caches.filter((cache) => cache.entries !== undefined);
    if (listing.length > 0) this.entries = (map) => entriesOf(listing, map);
    const history = caches.find((cache) => cache.history !== undefined)?.history;
    if (history !== undefined) this.history = history;
  }

  /** All that is put gets to the last one, where others may find it. */
  get url(): string | undefined {
    return (this.#others.at(-1) ?? this.#first).url;
  }

  async get(map: CacheMap, name: string): Promise<Uint8Array | undefined> {
    checkEntry(map, name);
    let failure: { readonly error: unknown } | undefined;
    const missed: Cache[] = [];
    for (const cache of [this.#first, ...this.#others]) {
      try {
        const bytes = await cache.get(map, name);
        if (bytes !== undefined) {
          for (const nearer of missed) this.#behind(nearer, map, name, bytes);
          return bytes;
        }
        missed.push(cache);
      } catch (error) {
        failure ??= { error };
      }
    }
    const written = this.#entries.get(`${map}/${name}`);
    if (written !== undefined) return written;
    if (failure !== undefined) throw failure.error;
    return undefined;
  }

  /** Nothing is written to the nearer ones for it. */
  async peek(map: CacheMap, name: string): Promise<Uint8Array | undefined> {
    checkEntry(map, name);
    for (const cache of [this.#first, ...this.#others]) {
      const bytes = await peek(cache, map, name);
      if (bytes !== undefined) return bytes;
    }
    return this.#entries.get(`${map}/${name}`);
  }

  async put(map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    checkEntry(map, name);
    for (const cache of this.#others) this.#behind(cache, map, name, bytes);
    await this.#first.put(map, name, bytes);
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure.error;
  }

  async delete(map: CacheMap, name: string): Promise<void> {
    checkEntry(map, name);
    // What was found damaged may be on its way from one to another.
    await Promise.all(this.#writing);
    await Promise.all([this.#first, ...this.#others].map(async (cache) => cache.delete(map, name)));
  }

  async close(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing);
    await Promise.all([this.#first, ...this.#others].map(async (cache) => cache.close?.()));
  }

  #behind(cache: Cache, map: CacheMap, name: string, bytes: Uint8Array): void {
    const entry = `${map}/${name}`;
    this.#entries.set(entry, bytes);
    const writing: Promise<void> = this.#write(cache, map, name, bytes).then(() => {
      this.#writing.delete(writing);
      if (this.#entries.get(entry) === bytes) this.#entries.delete(entry);
    });
    this.#writing.add(writing);
  }

  async #write(cache: Cache, map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    try {
      await cache.put(map, name, bytes);
    } catch (error) {
      this.#failure ??= { error };
    }
  }
}

/** What is in a map of any of them, each name once. */
async function* entriesOf(caches: readonly Cache[], map: CacheMap): AsyncGenerator<CacheEntry> {
  const seen = new Set<string>();
  for (const cache of caches) {
    for await (const entry of cache.entries?.(map) ?? []) {
      if (seen.has(entry.name)) continue;
      seen.add(entry.name);
      yield entry;
    }
  }
}
