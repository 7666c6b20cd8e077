/**
 * The port of a cache: two maps of bytes, after Bazel's remote cache. Core writes and verifies what stands in
 * them (`record.ts`); a cache only keeps bytes, so a new one is two dozen lines.
 */

/** Which of the two maps: `ac`, action: key of a call -> record; `cas`, content: SHA-256 -> bytes. */
export type CacheMap = 'ac' | 'cas';

import type { History } from './history.ts';

/** A value, or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;

/**
 * What remembers results. Entries are immutable: a name is only ever written with one meaning, so a writer may
 * overwrite or skip an entry that exists. No entry is above 4 MiB plus a record's head.
 */
export interface Cache {
  /** For messages: `memory`, `file:/path`, `indexeddb:name`. */
  readonly name: string;
  /**
   * Where other processes find the same entries: `file:///folder`, `https://host/path`, `redis://host:6379/0?prefix=...`.
   * Without secrets. Whoever opens it sees what was put here, and what they put is found here. @default there is no such place
   */
  readonly url?: string | undefined;
  /** The bytes under a name (64 hex characters), or `undefined`. The caller may not change them. */
  get(map: CacheMap, name: string): Awaitable<Uint8Array | undefined>;
  /** Keeps a copy of `bytes` (or the bytes themselves: the caller never changes them). Whole or not at all. */
  put(map: CacheMap, name: string, bytes: Uint8Array): Awaitable<void>;
  /** Removes an entry, found damaged; no error where there is none. */
  delete(map: CacheMap, name: string): Awaitable<void>;
  /** Ends connections. The cache may be used again afterwards. */
  close?(): Awaitable<void>;
  /**
   * Says that the caller is about to compute the result under a key, so that no other process need do so at the same
   * time. `undefined` where somebody else who is alive has said so: ask again later. A claim whose owner died expires.
   */
  claim?(key: string): Awaitable<Claim | undefined>;
  /** What is in a map, in no order. Others may write and remove entries meanwhile; theirs may be missing or gone. */
  entries?(map: CacheMap): AsyncIterable<CacheEntry>;
  /** As `get`, but it does not count as a use: for maintenance, or all would seem to be in use. @default `get` */
  peek?(map: CacheMap, name: string): Awaitable<Uint8Array | undefined>;
  /** Where what happens in runs with this cache is written down, unless the run says otherwise. */
  readonly history?: History;
}

/** The right to compute a result, while others wait for it. */
export interface Claim {
  /** The result is stored, or will not be. */
  release(): Awaitable<void>;
}

/** What a listing tells of an entry. */
export interface CacheEntry {
  readonly map: CacheMap;
  /** 64 lower-case hex characters. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** When it was last written or used, in milliseconds since 1970, to the hour. */
  readonly used: number;
}

const ENTRY_NAME = /^[0-9a-f]{64}$/;

/**
 * Refuses what does not name an entry, before it becomes a path, an address or a key: every cache calls this
 * first. Upper-case hex is refused as well, since some file systems would not tell it from lower-case.
 *
 * @throws {TypeError} where `name` is not a string.
 * @throws {RangeError} where `map` is not one of the two, or `name` is not 64 lower-case hex characters.
 * @example
 * ```ts
 * checkEntry('ac', '../../etc/passwd'); // RangeError
 * ```
 */
export function checkEntry(map: CacheMap, name: string): void {
  if (map !== 'ac' && map !== 'cas')
    throw new RangeError(`Cannot use a cache entry: the map is '${String(map)}', not 'ac' or 'cas'`);
  if (typeof name !== 'string')
    throw new TypeError(`Cannot use a cache entry: the name is of type ${typeof name}, not a string`);
  if (!ENTRY_NAME.test(name)) {
    throw new RangeError(
      `Cannot use a cache entry: the name is '${name.slice(0, 80)}', not 64 lower-case hex characters`,
    );
  }
}
