/** A cache that knows whether all it was given is stored: a worker that is ended before that takes it along. */
import type { Awaitable, Cache } from '../../core/cache.ts';

/** A cache, and what of it is under way. */
export interface WatchedCache {
  readonly cache: Cache;
  /** Ends when nothing is being stored. */
  settled(): Promise<void>;
}

/** Watches a cache. */
export function watched(cache: Cache): WatchedCache {
  const pending = new Set<Promise<unknown>>();
  const watch = (work: Awaitable<void>): Promise<void> => {
    const promise = Promise.resolve(work);
    const settled: Promise<unknown> = promise.catch(() => undefined).finally(() => pending.delete(settled));
    pending.add(settled);
    return promise;
  };
  const { claim, peek, entries, history } = cache;
  return {
    cache: {
      name: cache.name,
      get: (map, name) => cache.get(map, name),
      put: (map, name, bytes) => watch(cache.put(map, name, bytes)),
      delete: (map, name) => watch(cache.delete(map, name)),
      ...(claim && { claim: (key: string) => claim.call(cache, key) }),
      ...(peek && { peek: (...asked: Parameters<typeof peek>) => peek.call(cache, ...asked) }),
      ...(entries && { entries: (...asked: Parameters<typeof entries>) => entries.call(cache, ...asked) }),
      ...(history && { history }),
      close: () => cache.close?.(),
    },
    settled: async () => {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
