/**
 * A cache in a folder as HTTP has it: `ac/<key>` and `cas/<digest>`, without folders of two characters. Put on any static
 * host, it is what `httpCache(url, { write: false })` reads.
 */
import { randomBytes } from 'node:crypto';
import { opendir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { checkEntry, type Cache, type CacheEntry, type CacheMap } from '../core/cache.ts';
import { cacheFailure, isMissing } from './file-errors.ts';
import { makeFolder } from './make-folder.ts';

const ENTRY_NAME = /^[0-9a-f]{64}$/;

/**
 * A folder of results for a static host: copy a cache there, upload it, and pages read it with `httpCache`. To remember
 * results on disk, `fileCache` is made: it is faster, and bounds itself.
 *
 * `get`, `put` and `delete` reject with a `SomenError` of code `ERR_CACHE` where the folder cannot be read or written.
 *
 * @param directory The folder; a relative one is taken from the current directory, now.
 * @example
 * ```ts
 * await copyCache(fileCache('.somen'), staticFolder('public/results')); // or: somen cache export public/results --static
 * ```
 */
export function staticFolder(directory: string): Cache {
  return new FolderCache(resolve(directory));
}

class FolderCache implements Cache {
  readonly name: string;
  readonly #directory: string;
  /** Tells this cache's temporary files from those of others. */
  readonly #token = randomBytes(8).toString('hex');
  #temporaryFiles = 0;

  constructor(directory: string) {
    this.name = `folder:${directory}`;
    this.#directory = directory;
  }

  async get(map: CacheMap, name: string): Promise<Uint8Array | undefined> {
    const path = this.#path(map, name);
    try {
      // A copy of its own: small files come as slices of a pool that all share.
      return new Uint8Array(await readFile(path));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw cacheFailure(`Cannot read the cache entry '${path}'`, error);
    }
  }

  async put(map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(map, name);
    // Content of that name and length is already there.
    if (map === 'cas' && (await stat(path).catch(() => undefined))?.size === bytes.length) return;
    const temporary = `${path}.${this.#token}-${this.#temporaryFiles++}.tmp`;
    try {
      await writeFile(temporary, bytes).catch(async (error: unknown) => {
        if (!isMissing(error)) throw error;
        await makeFolder(join(this.#directory, map));
        await writeFile(temporary, bytes);
      });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw cacheFailure(`Cannot write the cache entry '${path}'`, error);
    }
  }

  async delete(map: CacheMap, name: string): Promise<void> {
    const path = this.#path(map, name);
    await rm(path, { force: true }).catch((error: unknown) => {
      throw cacheFailure(`Cannot remove the cache entry '${path}'`, error);
    });
  }

  async *entries(map: CacheMap): AsyncGenerator<CacheEntry, void, undefined> {
    const folder = await opendir(join(this.#directory, map)).catch(() => undefined);
    for await (const { name } of folder ?? []) {
      if (!ENTRY_NAME.test(name)) continue;
      // Gone meanwhile: then it is not in the list.
      const file = await stat(join(this.#directory, map, name)).catch(() => undefined);
      if (file !== undefined) yield { map, name, size: file.size, used: file.mtimeMs };
    }
  }

  #path(map: CacheMap, name: string): string {
    checkEntry(map, name);
    return join(this.#directory, map, name);
  }
}
