/**
 * A cache in IndexedDB. It works in windows and in workers, and all tabs of an origin share it. Where the browser gives
 * the page no database, it works in memory.
 */
import { checkEntry, type Awaitable, type Cache, type CacheEntry, type CacheMap, type Claim } from '../core/cache.ts';
import { SomenError } from '../core/errors.ts';
import type { History } from '../core/history.ts';
import { memoryCache } from '../core/memory-cache.ts';
import { IndexedDbEntries } from './indexeddb-entries.ts';
import { indexedDbHistory } from './indexeddb-history.ts';
import { claimByWebLock, hasWebLocks } from './web-lock.ts';

/** Options of {@link indexedDbCache}. */
export interface IndexedDbCacheOptions {
  /**
   * How many bytes to keep at most. Each entry counts as its bytes and 300 more, for its name and its place in the
   * database. When there are too many, the least recently used go, until there are a tenth less.
   * @default Infinity: as many as the browser allows
   */
  readonly maxBytes?: number;
  /**
   * Whether the browser is asked, with the first result that is stored, not to clear the site's data by itself. Without,
   * it may do so when the disk is full, and Safari does after seven days in which nobody used the site. Chromium and
   * Safari decide by how much the site is used; Firefox asks the user. In workers nothing is asked: they cannot.
   * @default false
   */
  readonly persist?: boolean;
  /**
   * Whether what happens in runs is written down, in a database of its own: `<name>-history`; see `indexedDbHistory`.
   * @default true
   */
  readonly history?: boolean;
}

/**
 * Remembers results in the browser, across reloads and for all tabs of the origin.
 *
 * Where the browser gives the page no IndexedDB (some private modes, sandboxed frames, blocked site data), the first
 * operation rejects and says so; from then on results are kept in memory, until the page is closed. When the site's
 * quota is exceeded, the least recently used third of the entries makes room. `get`, `put` and `delete` reject with a
 * `SomenError` of code `ERR_CACHE`, and the browser's error as `cause`, where the database cannot be opened for another
 * reason, or where there was no room to make. A connection that the browser closed is opened again by the next request.
 *
 * Tabs and workers compute a result at the same time only where there are no Web Locks: on origins that are not secure.
 *
 * @param name The database's name.
 * @default 'somen'
 * @throws {RangeError} where `maxBytes` is not a number from 0 up.
 * @example
 * ```ts
 * const cache = indexedDbCache('my-app', { maxBytes: 500_000_000, persist: true });
 * await run(mul(add(5, 4), 9), { cache });
 * ```
 */
export function indexedDbCache(name: string = 'somen', options: IndexedDbCacheOptions = {}): Cache {
  const { maxBytes = Infinity } = options;
  if (!(maxBytes >= 0))
    throw new RangeError(`Cannot create an IndexedDB cache: maxBytes is ${maxBytes}, not a number from 0 up`);
  return new IndexedDbCache(name, { ...options, maxBytes });
}

class IndexedDbCache implements Cache {
  readonly name: string;
  // Declared only: what is left out is not there at all.
  declare readonly history?: History;
  declare readonly claim?: (key: string) => Promise<Claim | undefined>;
  readonly #database: string;
  readonly #maxBytes: number;
  readonly #entries: IndexedDbEntries;
  /** Where entries are kept instead once it is known that there is no database. */
  #memory: Cache | undefined;
  #persists: boolean;

  constructor(database: string, options: IndexedDbCacheOptions & { readonly maxBytes: number }) {
    this.name = `indexeddb:${database}`;
    this.#database = database;
    this.#maxBytes = options.maxBytes;
    this.#entries = new IndexedDbEntries(database, options.maxBytes);
    this.#persists = options.persist === true;
    if (options.history !== false) this.history = indexedDbHistory(`${database}-history`);
    if (hasWebLocks()) this.claim = (key) => this.#claim(key);
  }

  async get(map: CacheMap, name: string): Promise<Uint8Array | undefined> {
    checkEntry(map, name);
    return this.#either(
      () => this.#entries.get(map, name, true),
      (memory) => memory.get(map, name),
    );
  }

  async peek(map: CacheMap, name: string): Promise<Uint8Array | undefined> {
    checkEntry(map, name);
    return this.#either(
      () => this.#entries.get(map, name, false),
      (memory) => memory.peek?.(map, name),
    );
  }

  async put(map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    checkEntry(map, name);
    if (this.#persists) this.#askToPersist();
    return this.#either(
      () => this.#entries.put(map, name, bytes),
      (memory) => memory.put(map, name, bytes),
    );
  }

  async delete(map: CacheMap, name: string): Promise<void> {
    checkEntry(map, name);
    return this.#either(
      () => this.#entries.delete(map, name),
      (memory) => memory.delete(map, name),
    );
  }

  async *entries(map: CacheMap): AsyncIterable<CacheEntry> {
    yield* await this.#either<Iterable<CacheEntry> | AsyncIterable<CacheEntry>>(
      () => this.#entries.list(map),
      (memory) => memory.entries?.(map) ?? [],
    );
  }

  /** Writes down uses, waits for the requests under way and closes the connection. */
  async close(): Promise<void> {
    await Promise.all([this.#entries.close(), this.history?.close?.()]);
  }

  async #claim(key: string): Promise<Claim | undefined> {
    checkEntry('ac', key);
    return claimByWebLock(`somen:${this.#database}:${key}`);
  }

  /** Works on the database or, where there is none, in memory. */
  async #either<Result>(
    inDatabase: () => Promise<Result>,
    inMemory: (memory: Cache) => Awaitable<Result>,
  ): Promise<Result> {
    if (this.#memory !== undefined) return inMemory(this.#memory);
    try {
      return await inDatabase();
    } catch (error) {
      if (!this.#entries.isUnavailable) throw error;
      // Several may have waited for the same database: one of them tells, and does what it should all the same.
      if (this.#memory !== undefined) return inMemory(this.#memory);
      this.#memory = memoryCache(this.#maxBytes < Infinity ? { maxBytes: this.#maxBytes } : {});
      await inMemory(this.#memory);
      throw new SomenError(
        'ERR_CACHE',
        `${(error as Error).message}. Results are kept in memory until the page is closed`,
        { cause: (error as Error).cause },
      );
    }
  }

  /** Nothing depends on the answer, which may take until the user gives it. */
  #askToPersist(): void {
    this.#persists = false;
    const { storage } = navigator as { readonly storage?: { persist?(): Promise<boolean> } };
    storage?.persist?.().catch(() => undefined);
  }
}
