/**
 * The port of a cache: two maps of bytes, after Bazel's remote cache. Core writes and verifies what stands in
 * them (`record.ts`); a cache only keeps bytes, so a new one is two dozen lines.
 */

/** Which of the two maps: `ac`, action: key of a call -> record; `cas`, content: SHA-256 -> bytes. */
export type CacheMap = 'ac' | 'cas';

/** A value, or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;

/**
 * What remembers results. Entries are immutable: a name is only ever written with one meaning, so a writer may
 * overwrite or skip an entry that exists. No entry is above 4 MiB plus a record's head.
 */
export interface Cache {
  /** For messages: `memory`, `file:/path`, `indexeddb:name`. */
  readonly name: string;
  /** The bytes under a name (64 hex characters), or `undefined`. The caller may not change them. */
  get(map: CacheMap, name: string): Awaitable<Uint8Array | undefined>;
  /** Keeps a copy of `bytes` (or the bytes themselves: the caller never changes them). Whole or not at all. */
  put(map: CacheMap, name: string, bytes: Uint8Array): Awaitable<void>;
  /** Removes an entry, found damaged; no error where there is none. */
  delete(map: CacheMap, name: string): Awaitable<void>;
  /** Ends connections. The cache may be used again afterwards. */
  close?(): Awaitable<void>;
}
