/**
 * A cache in a folder, shared by any number of processes: `ac/ab/<key>` and `cas/ab/<digest>`, where `ab` are the
 * name's first two characters.
 *
 * An entry is written to a temporary file beside its target and renamed, so that a reader sees it whole or not at
 * all, whoever else writes it and whenever the writer is killed. Nothing is flushed to the disk: after a power cut
 * an entry may be damaged, and core, which verifies what it reads, then counts it as missing.
 *
 * Beside the maps are `claims/<key>` and `owners/<token>` (`file-claims.ts`). What is done for an entry never lists a
 * folder, so it takes as long among a million entries as among a thousand.
 */
import { renameSync, statSync, writeFileSync, type Stats } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { checkEntry, type Awaitable, type Cache, type CacheEntry, type CacheMap, type Claim } from '../core/cache.ts';
import type { History } from '../core/history.ts';
import { Lanes } from '../core/lanes.ts';
import { describe } from '../core/task.ts';
import { FileClaims } from './file-claims.ts';
import { cacheFailure, hasCode, isMissing } from './file-errors.ts';
import { FileEviction } from './file-eviction.ts';
import { FileFolders } from './file-folders.ts';
import { fileHistory } from './file-history.ts';
import { entriesIn, shardsOf, statOf } from './file-listing.ts';
import { readLarge, readSmall, type FileContent } from './file-read.ts';
import { sweep } from './file-sweep.ts';
import { FileUses } from './file-uses.ts';
import { SynchronousSlice } from './synchronous-slice.ts';

/** Options of {@link fileCache}. */
export interface FileCacheOptions {
  /**
   * How many files this cache has open at the same time at most; further reads and writes wait their turn.
   * @default 32
   */
  readonly maxOpenFiles?: number;
  /**
   * How many bytes to keep, about: what was not used for longest goes first. It is looked after in the background, when
   * a process writes its first entry and after each tenth of `maxBytes`; how full disks' blocks are does not count.
   * @default Infinity
   */
  readonly maxBytes?: number;
  /**
   * How long to keep what nobody uses, in milliseconds. It is looked after as for `maxBytes`, and at a write after each
   * tenth of `maxAge`.
   * @default Infinity
   */
  readonly maxAge?: number;
  /**
   * Whether processes that share the folder tell each other what they compute, so that no two compute the same.
   * @default true
   */
  readonly claims?: boolean;
  /**
   * After how long without a sign of life, in milliseconds, a process that computes something counts as dead, so that
   * another may. (On the same machine it is known at once that a process has ended.) The same for all that share the
   * folder. A thread that computes for longer without a pause, as `inline()` may, gives no sign meanwhile.
   * @default 10000
   */
  readonly claimExpiry?: number;
  /** Whether what happens in runs with this cache is written down beside it; see `fileHistory`. @default true */
  readonly history?: boolean;
}

/** Measured for writes of 300 bytes, each: 243 us one after the other, 157 us with 4 at a time, 79 us with 64. */
const DEFAULT_MAX_OPEN_FILES = 32;

/** Entries up to this size, in bytes, are written synchronously: by way of threads it takes four of them, one after the other. */
const SYNCHRONOUS_WRITE = 65_536;

/** Ten signs of life, so that a busy thread or a slow disk may miss some. */
const DEFAULT_CLAIM_EXPIRY = 10_000;

/**
 * Remembers results in a folder, for later runs and for other processes. The folder is created when the first
 * entry is written, or the first result claimed.
 *
 * `put` rejects where the folder cannot be written, `get` where a file may exist and cannot be read; both with a
 * `SomenError` of code `ERR_CACHE` that names the path and has the system's error as `cause`. `claim` never fails: where
 * it cannot be told what others do, it is granted.
 *
 * @param directory The folder; a relative one is taken from the current directory, now.
 * @throws {TypeError} where `directory` is no text.
 * @throws {RangeError} where `maxOpenFiles` is not a whole number from 1 up, or another option not a number from
 * 0 up (`claimExpiry`: from 1).
 * @example
 * ```ts
 * const cache = fileCache('.somen', { maxBytes: 10e9, maxAge: 30 * 86_400_000 }); // 10 GB, 30 days
 * await run(mul(add(5, 4), 9), { cache });
 * ```
 */
export function fileCache(directory: string, options: FileCacheOptions = {}): Cache {
  if (typeof directory !== 'string' || directory === '')
    throw new TypeError(`Cannot make a file cache in ${describe(directory)}: give it a folder, fileCache('.somen')`);
  return new FileCache(resolve(directory), options);
}

class FileCache implements Cache {
  readonly name: string;
  readonly url: string;
  declare readonly claim?: (key: string) => Claim | undefined;
  declare readonly history?: History;
  readonly #directory: string;
  readonly #lanes: Lanes;
  readonly #slice = new SynchronousSlice();
  readonly #folders = new FileFolders();
  readonly #claims: FileClaims;
  readonly #uses: FileUses;
  readonly #eviction: FileEviction | undefined;
  /** What {@link close} waits for. */
  readonly #writing = new Set<Promise<void>>();
  #temporaryFiles = 0;
  #swept = false;

  constructor(directory: string, options: FileCacheOptions) {
    const { maxOpenFiles = DEFAULT_MAX_OPEN_FILES, claims = true, history = true } = options;
    const maxBytes = checkBound('maxBytes', options.maxBytes ?? Infinity);
    const maxAge = checkBound('maxAge', options.maxAge ?? Infinity);
    if (!Number.isInteger(maxOpenFiles) || maxOpenFiles < 1)
      throw new RangeError(`Cannot create a file cache: maxOpenFiles is ${maxOpenFiles}, not a whole number from 1 up`);
    this.name = `file:${directory}`;
    this.url = pathToFileURL(directory).href;
    this.#directory = directory;
    this.#lanes = new Lanes(maxOpenFiles);
    this.#claims = new FileClaims(directory, checkBound('claimExpiry', options.claimExpiry ?? DEFAULT_CLAIM_EXPIRY, 1));
    this.#uses = new FileUses(maxAge);
    if (maxBytes < Infinity || maxAge < Infinity)
      this.#eviction = new FileEviction(directory, { maxBytes, maxAge }, this.#claims);
    if (history) this.history = fileHistory(directory);
    if (claims) this.claim = (key) => this.#claim(key);
  }

  get(map: CacheMap, name: string): Awaitable<Uint8Array | undefined> {
    const path = this.#path(map, name);
    if (!this.#slice.isLeft)
      return this.#slice.isFast ? this.#slice.nextTurn.then(() => this.get(map, name)) : this.#readLater(path);
    try {
      const content = this.#slice.spend(() => readSmall(path));
      return content === undefined ? this.#readLater(path) : this.#used(path, content);
    } catch (error) {
      return isMissing(error)
        ? undefined
        : Promise.reject(cacheFailure(`Cannot read the cache entry '${path}'`, error));
    }
  }

  /** As `get`, but the file keeps its time. */
  async peek(map: CacheMap, name: string): Promise<Uint8Array | undefined> {
    const path = this.#path(map, name);
    try {
      return (await this.#lanes.run(() => readLarge(path))).bytes;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw cacheFailure(`Cannot read the cache entry '${path}'`, error);
    }
  }

  async put(map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    await this.#track(this.#put(map, this.#path(map, name), bytes));
    this.#eviction?.wrote(bytes.byteLength);
    if (this.#swept) return;
    this.#swept = true;
    // Not waited for. A sweep that fails costs some disk space, and tomorrow's tries again.
    void this.#track(sweep(this.#directory).catch(() => undefined));
  }

  async delete(map: CacheMap, name: string): Promise<void> {
    const path = this.#path(map, name);
    try {
      await rm(path, { force: true });
    } catch (error) {
      throw cacheFailure(`Cannot remove the cache entry '${path}'`, error);
    }
  }

  async *entries(map: CacheMap): AsyncGenerator<CacheEntry> {
    for await (const shard of shardsOf(this.#directory, map))
      for await (const { name, size, used } of entriesIn(shard, map)) yield { map, name, size, used };
  }

  #claim(key: string): Claim | undefined {
    checkEntry('ac', key);
    return this.#claims.take(key);
  }

  /** Waits for the writes under way, and for what is being removed because of them. */
  async close(): Promise<void> {
    while (this.#writing.size > 0) await Promise.allSettled(this.#writing);
    await Promise.all([this.#eviction?.finish(), this.#uses.settled(), this.history?.close?.()]);
    this.#claims.rest();
  }

  #path(map: CacheMap, name: string): string {
    checkEntry(map, name);
    return join(this.#directory, map, name.slice(0, 2), name);
  }

  async #readLater(path: string): Promise<Uint8Array | undefined> {
    try {
      return this.#used(path, await this.#lanes.run(() => readLarge(path)));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw cacheFailure(`Cannot read the cache entry '${path}'`, error);
    }
  }

  #used(path: string, { bytes, mtimeMs }: FileContent): Uint8Array {
    this.#uses.note(path, mtimeMs);
    return bytes;
  }

  /** What the system tells of a file, `undefined` where there is none or it cannot be told. */
  async #stat(path: string): Promise<Stats | undefined> {
    if (!this.#slice.isLeft) return statOf(path);
    try {
      // Where there is no file, this takes 4 us, and the asynchronous one 40.
      return this.#slice.spend(() => statSync(path, { throwIfNoEntry: false }));
    } catch {
      return undefined;
    }
  }

  async #put(map: CacheMap, path: string, bytes: Uint8Array): Promise<void> {
    const file = map === 'cas' ? await this.#stat(path) : undefined;
    // Content of that name and length is already there, or damaged, and then core has it deleted before it writes.
    if (file?.size === bytes.byteLength) this.#uses.note(path, file.mtimeMs);
    else await this.#lanes.run(() => this.#write(path, bytes));
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#writeOnce(path, bytes).catch(async (error: unknown) => {
        // Somebody removed the folder after this cache had made it: `rm -r .somen` during a run.
        if (!isMissing(error)) throw error;
        this.#folders.forget(dirname(path));
        await this.#writeOnce(path, bytes);
      });
    } catch (error) {
      throw cacheFailure(
        `Cannot write to the cache folder '${this.#directory}'`,
        error,
        '. Choose a folder that can be written, or free some space there',
      );
    }
  }

  async #writeOnce(path: string, bytes: Uint8Array): Promise<void> {
    await this.#folders.ensure(dirname(path));
    const temporary = `${path}.${this.#claims.token}-${this.#temporaryFiles++}.tmp`;
    try {
      if (bytes.byteLength > SYNCHRONOUS_WRITE || !(await this.#hasTime())) {
        await writeFile(temporary, bytes, { flag: 'wx' });
        await rename(temporary, path);
      } else {
        this.#slice.spend(() => {
          writeFileSync(temporary, bytes, { flag: 'wx' });
          renameSync(temporary, path);
        });
      }
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      // Windows does not replace a file that somebody has open. What they read there is this entry.
      if (hasCode(error, 'EPERM', 'EACCES', 'EBUSY') && (await this.#stat(path)) !== undefined) return;
      throw error;
    }
  }

  /** Whether something may be done synchronously; waits for a turn in which it may, unless the disk is slow. */
  async #hasTime(): Promise<boolean> {
    while (!this.#slice.isLeft) {
      if (!this.#slice.isFast) return false;
      await this.#slice.nextTurn;
    }
    return true;
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#writing.add(work);
    try {
      await work;
    } finally {
      this.#writing.delete(work);
    }
  }
}

function checkBound(what: string, value: number, least: number = 0): number {
  if (value >= least) return value;
  throw new RangeError(`Cannot create a file cache: ${what} is ${value}, not a number from ${least} up`);
}
