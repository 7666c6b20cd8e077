/**
 * A cache in a folder, shared by any number of processes: `ac/ab/<key>` and `cas/ab/<digest>`, where `ab` are the
 * name's first two characters.
 *
 * An entry is written to a temporary file beside its target and renamed, so that a reader sees it whole or not at
 * all, whoever else writes it and whenever the writer is killed. Nothing is flushed to the disk: after a power cut
 * an entry may be damaged, and core, which verifies what it reads, then counts it as missing.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { checkEntry, type Awaitable, type Cache, type CacheMap } from '../core/cache.ts';
import { SomenError } from '../core/errors.ts';
import { Lanes } from '../core/lanes.ts';

/** Options of {@link fileCache}. */
export interface FileCacheOptions {
  /**
   * How many files this cache has open at the same time at most; further reads and writes wait their turn.
   * @default 32
   */
  readonly maxOpenFiles?: number;
}

/** Measured for writes of 300 bytes, each: 243 us one after the other, 157 us with 4 at a time, 79 us with 64. */
const DEFAULT_MAX_OPEN_FILES = 32;

/**
 * Files up to this size, in bytes, are read synchronously. Measured in Node 20 on ext4, page cache warm: 300 bytes
 * 14 us synchronously and 103 us by way of the thread pool; 64 KiB 30 and 150 us; 1 MiB 150 and 270 us.
 */
const SYNCHRONOUS_BYTES = 262_144;

/**
 * How long, in ms, one turn of the event loop may be spent in synchronous reads. What comes after that in the same
 * turn goes by way of the thread pool, so that neither 100,000 hits in a row nor a slow network disk ever freeze
 * the thread that also feeds the workers.
 */
const SYNCHRONOUS_MS = 8;

/** Names of temporary files: the entry's, then what tells one writer from all others. */
const TEMPORARY_NAME = /^[0-9a-f]{64}\.\d+-[0-9a-f]{16}-\d+\.tmp$/;
const DAY_MS = 86_400_000;

/**
 * Remembers results in a folder, for later runs and for other processes. The folder is created when the first
 * entry is written.
 *
 * `put` rejects where the folder cannot be written, `get` where a file may exist and cannot be read; both with a `SomenError` of code `ERR_CACHE` that names the path and has the system's error as `cause`.
 *
 * @param directory The folder; a relative one is taken from the current directory, now.
 * @throws {RangeError} where `maxOpenFiles` is not a whole number from 1 up.
 * @example
 * ```ts
 * const cache = fileCache('.somen');
 * await run(mul(add(5, 4), 9), { cache });
 * ```
 */
export function fileCache(directory: string, options: FileCacheOptions = {}): Cache {
  return new FileCache(resolve(directory), options.maxOpenFiles ?? DEFAULT_MAX_OPEN_FILES);
}

class FileCache implements Cache {
  readonly name: string;
  readonly #directory: string;
  readonly #lanes: Lanes;
  /** Folders that exist, or will: what is written to one waits for its promise. */
  readonly #folders = new Map<string, Promise<void>>();
  /** What {@link close} waits for. */
  readonly #writing = new Set<Promise<void>>();
  /** Tells this cache's temporary files from those of other threads and machines that share the folder. */
  readonly #token = `${process.pid}-${randomBytes(8).toString('hex')}`;
  #temporaryFiles = 0;
  #swept = false;
  #synchronousMs = 0;

  constructor(directory: string, maxOpenFiles: number) {
    this.name = `file:${directory}`;
    this.#directory = directory;
    if (!Number.isInteger(maxOpenFiles) || maxOpenFiles < 1)
      throw new RangeError(`Cannot create a file cache: maxOpenFiles is ${maxOpenFiles}, not a whole number from 1 up`);
    this.#lanes = new Lanes(maxOpenFiles);
  }

  get(map: CacheMap, name: string): Awaitable<Uint8Array | undefined> {
    const path = this.#path(map, name);
    if (!this.#mayBlock()) return this.#readLater(path);
    try {
      return this.#blocking(() => readSmall(path)) ?? this.#readLater(path);
    } catch (error) {
      return isMissing(error) ? undefined : Promise.reject(failure(`Cannot read the cache entry '${path}'`, error));
    }
  }

  async put(map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    await this.#track(this.#put(map, this.#path(map, name), bytes));
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
      throw failure(`Cannot remove the cache entry '${path}'`, error);
    }
  }

  /** Waits for the writes under way. */
  async close(): Promise<void> {
    while (this.#writing.size > 0) await Promise.allSettled(this.#writing);
  }

  #path(map: CacheMap, name: string): string {
    checkEntry(map, name);
    return join(this.#directory, map, name.slice(0, 2), name);
  }

  #mayBlock(): boolean {
    return this.#synchronousMs < SYNCHRONOUS_MS;
  }

  /** Does something synchronous and notes how long it took, until the event loop has turned. */
  #blocking<T>(work: () => T): T {
    if (this.#synchronousMs === 0) setImmediate(() => (this.#synchronousMs = 0));
    const start = performance.now();
    try {
      return work();
    } finally {
      this.#synchronousMs += performance.now() - start;
    }
  }

  async #readLater(path: string): Promise<Uint8Array | undefined> {
    try {
      return await this.#lanes.run(() => readLarge(path));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw failure(`Cannot read the cache entry '${path}'`, error);
    }
  }

  /** The size of a file in bytes, `undefined` where there is none or it cannot be told. */
  async #size(path: string): Promise<number | undefined> {
    if (!this.#mayBlock()) return (await statOf(path))?.size;
    try {
      // Where there is no file, this takes 4 us, and the asynchronous one 40.
      return this.#blocking(() => statSync(path, { throwIfNoEntry: false }))?.size;
    } catch {
      return undefined;
    }
  }

  async #put(map: CacheMap, path: string, bytes: Uint8Array): Promise<void> {
    // Content of that name and length is already there, or damaged, and then core has it deleted before it writes.
    if (map === 'cas' && (await this.#size(path)) === bytes.byteLength) return;
    await this.#lanes.run(() => this.#write(path, bytes));
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#writeOnce(path, bytes).catch(async (error: unknown) => {
        // Somebody removed the folder after this cache had made it: `rm -r .somen` during a run.
        if (!isMissing(error)) throw error;
        this.#folders.delete(dirname(path));
        await this.#writeOnce(path, bytes);
      });
    } catch (error) {
      throw failure(
        `Cannot write to the cache folder '${this.#directory}'`,
        error,
        '. Choose a folder that can be written, or free some space there',
      );
    }
  }

  async #writeOnce(path: string, bytes: Uint8Array): Promise<void> {
    await this.#ensureFolder(dirname(path));
    const temporary = `${path}.${this.#token}-${this.#temporaryFiles++}.tmp`;
    try {
      await writeFile(temporary, bytes, { flag: 'wx' });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      // Windows does not replace a file that somebody has open. What they read there is this entry.
      if (hasCode(error, 'EPERM', 'EACCES', 'EBUSY') && (await this.#size(path)) !== undefined) return;
      throw error;
    }
  }

  #ensureFolder(folder: string): Promise<void> {
    let made = this.#folders.get(folder);
    if (made === undefined) {
      made = makeFolder(folder);
      this.#folders.set(folder, made);
      // A failure is not remembered: whoever mends the permissions need not start the program again.
      made.catch(() => this.#folders.delete(folder));
    }
    return made;
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

/** Not `mkdir` with `recursive`: that never ends below `/proc` (Node 20), where `mkdir` fails with ENOENT for ever. */
async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  await mkdir(path).catch((error: unknown) => {
    if (!hasCode(error, 'EEXIST')) throw error;
  });
}

/** The bytes of a file, or `undefined` where it is too large to be read synchronously. */
function readSmall(path: string): Uint8Array | undefined {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > SYNCHRONOUS_BYTES) return undefined;
    // Not `readFileSync`: it returns a slice of Node's buffer pool, which can be neither transferred nor kept alone.
    const bytes = new Uint8Array(size);
    let length = 0;
    while (length < size) {
      const count = readSync(file, bytes, length, size - length, length);
      if (count === 0) return bytes.slice(0, length);
      length += count;
    }
    return bytes;
  } finally {
    closeSync(file);
  }
}

async function readLarge(path: string): Promise<Uint8Array> {
  const { buffer, byteOffset, byteLength } = await readFile(path);
  // The same as above: no slices of the pool. Above half of its 8 KiB, Node makes a buffer of the right size.
  return byteLength === buffer.byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(buffer, byteOffset, byteLength).slice();
}

/**
 * Removes what killed writers left: temporary files older than a day. Since it lists every folder, it does so once
 * a day for all processes together; the file `.swept` tells when.
 */
async function sweep(directory: string): Promise<void> {
  const yesterday = Date.now() - DAY_MS;
  const marker = join(directory, '.swept');
  if (((await statOf(marker))?.mtimeMs ?? 0) > yesterday) return;
  await writeFile(marker, `${new Date().toISOString()}\n`);
  for (const map of ['ac', 'cas']) {
    for (const shard of await namesIn(join(directory, map))) {
      const folder = join(directory, map, shard);
      for (const file of await namesIn(folder)) {
        if (TEMPORARY_NAME.test(file)) await removeOlder(join(folder, file), yesterday);
      }
    }
  }
}

async function removeOlder(path: string, time: number): Promise<void> {
  const file = await statOf(path);
  if (file !== undefined && file.mtimeMs < time) await rm(path, { force: true });
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}

function failure(what: string, cause: unknown, remedy: string = ''): SomenError {
  return new SomenError('ERR_CACHE', `${what}: ${cause instanceof Error ? cause.message : String(cause)}${remedy}`, {
    cause,
  });
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT');
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
