/** A cache that knows whether all it was given is stored: a worker that is ended before that takes it along. */
import type { Awaitable, Cache, CacheMap, Claim } from '../../core/cache.ts';
import type { History } from '../../core/history.ts';

/** A cache that counts what is under way. */
export class WatchedCache implements Cache {
  readonly name: string;
  // Declared only: what the cache lacks is not there at all.
  declare readonly history?: History;
  declare readonly claim?: (key: string) => Awaitable<Claim | undefined>;
  readonly #cache: Cache;
  readonly #pending = new Set<Promise<unknown>>();

  constructor(cache: Cache) {
    this.#cache = cache;
    this.name = cache.name;
    if (cache.history !== undefined) this.history = cache.history;
    if (cache.claim !== undefined) this.claim = (key) => cache.claim?.(key);
  }

  get(map: CacheMap, name: string): Awaitable<Uint8Array | undefined> {
    return this.#cache.get(map, name);
  }

  put(map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    return this.#watch(this.#cache.put(map, name, bytes));
  }

  delete(map: CacheMap, name: string): Promise<void> {
    return this.#watch(this.#cache.delete(map, name));
  }

  #watch(work: Awaitable<void>): Promise<void> {
    const promise = Promise.resolve(work);
    const settled: Promise<unknown> = promise.catch(() => undefined).finally(() => this.#pending.delete(settled));
    this.#pending.add(settled);
    return promise;
  }

  /** Ends when nothing is being stored, in the history neither. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    await this.history?.close?.();
  }
}
