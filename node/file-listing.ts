/** What is in the folder of a cache: a folder at a time, so that a million entries take no memory. */
import type { Dir, Dirent, Stats } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { CacheEntry, CacheMap } from '../core/cache.ts';

/** The folders of a map, and the names in them. Temporary files have longer names. */
const SHARD = /^[0-9a-f]{2}$/;
const ENTRY = /^[0-9a-f]{64}$/;

/** How many files are looked at, at once. Each takes 16 us then; one after the other, 46 us. */
const BATCH = 64;

/** How many names are read from a folder at once. */
const NAMES = 256;

/** An entry with its file's path. */
export interface FileEntry extends CacheEntry {
  readonly path: string;
}

/** The folders that hold a map's entries. */
export async function* shardsOf(directory: string, map: CacheMap): AsyncGenerator<string> {
  for await (const { name } of namesIn(join(directory, map))) if (SHARD.test(name)) yield join(directory, map, name);
}

/** The entries in one of them. What goes while it is listed is left out. */
export async function* entriesIn(shard: string, map: CacheMap): AsyncGenerator<FileEntry> {
  // All names first: one that is rewritten while the folder is read may be shown twice.
  const names: string[] = [];
  for await (const { name } of namesIn(shard))
    if (ENTRY.test(name) && shard.endsWith(name.slice(0, 2))) names.push(name);
  for (let start = 0; start < names.length; start += BATCH)
    yield* await entriesOf(shard, map, names.slice(start, start + BATCH));
}

async function entriesOf(shard: string, map: CacheMap, names: readonly string[]): Promise<FileEntry[]> {
  const entries = await Promise.all(
    names.map(async (name): Promise<FileEntry | undefined> => {
      const path = join(shard, name);
      const file = await statOf(path);
      if (file?.isFile() !== true) return undefined;
      return { map, name, size: file.size, used: Math.round(file.mtimeMs), path };
    }),
  );
  return entries.filter((entry) => entry !== undefined);
}

/** What is in a folder, in no order; nothing, where it is none. */
export async function* namesIn(folder: string): AsyncGenerator<Dirent> {
  let entries: Dir;
  try {
    entries = await opendir(folder, { bufferSize: NAMES });
  } catch {
    return;
  }
  yield* entries;
}

/** What the system tells of a file, `undefined` where there is none. */
export function statOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}
