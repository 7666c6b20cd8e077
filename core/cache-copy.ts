/** Moves results from one cache to another, and empties caches. */
import { entriesOf, forEachOf, peek } from './cache-listing.ts';
import type { Cache, CacheMap } from './cache.ts';
import { toHex, type Hasher } from './hasher.ts';
import { partsOf, readRecord, type ContentPart, type StoredRecord } from './stored-record.ts';

/** What is copied. */
export interface CopyOptions {
  /** The keys of the records; those that they stand for come along. @default all records */
  readonly keys?: Iterable<string>;
}

/** What was copied. */
export interface CopyReport {
  readonly records: number;
  readonly contents: number;
  readonly bytes: number;
  /** Keys that were not copied, and why. */
  readonly skipped: readonly { readonly key: string; readonly why: string }[];
}

/** See `copyCache`. */
export async function copyCacheWith(
  hasher: Hasher,
  from: Cache,
  to: Cache,
  { keys }: CopyOptions,
): Promise<CopyReport> {
  const copier = new Copier(hasher, from, to);
  await forEachOf(keys ?? keysOf(from), (key) => copier.copy(key));
  const { records, contents, bytes, skipped } = copier;
  return { records, contents, bytes, skipped };
}

async function* keysOf(cache: Cache): AsyncGenerator<string> {
  for await (const { name } of entriesOf(cache, 'ac')) yield name;
}

class Copier {
  records = 0;
  contents = 0;
  bytes = 0;
  readonly skipped: { key: string; why: string }[] = [];
  readonly #hasher: Hasher;
  readonly #from: Cache;
  readonly #to: Cache;
  /** What was copied, or is being: whether that went well. */
  readonly #done = new Map<string, Promise<boolean>>();

  constructor(hasher: Hasher, from: Cache, to: Cache) {
    this.#hasher = hasher;
    this.#from = from;
    this.#to = to;
  }

  /** A record, and what it reaches. */
  copy(key: string): Promise<boolean> {
    return this.#once(`ac/${key}`, () => this.#copyRecord(key));
  }

  #once(name: string, copy: () => Promise<boolean>): Promise<boolean> {
    let done = this.#done.get(name);
    if (done === undefined) this.#done.set(name, (done = copy()));
    return done;
  }

  /** What it reaches first: a record never names what is not there yet. */
  async #copyRecord(key: string): Promise<boolean> {
    const bytes = await peek(this.#from, 'ac', key);
    if (bytes === undefined) return this.#skip(key, 'there is no such record');
    const record = readRecord(bytes, key, this.#hasher);
    if (record === undefined) return this.#skip(key, 'the record is damaged');
    for (const content of record.contents)
      for (const part of (await partsOf(this.#from, content)) ?? [{ digest: content.digest, length: -1 }])
        if (!(await this.#once(`cas/${part.digest}`, () => this.#copyContent(part))))
          return this.#skip(key, `its content ${part.digest} is missing or damaged`);
    if (!(await this.#copyTarget(record))) return this.#skip(key, `the record ${record.target} is missing or damaged`);
    await this.#put('ac', key, bytes);
    this.records++;
    return true;
  }

  /** One that stands for another one is no target: in a circle, each would wait for the next. */
  async #copyTarget({ target }: StoredRecord): Promise<boolean> {
    if (target === undefined) return true;
    const bytes = await peek(this.#from, 'ac', target);
    const record = bytes && readRecord(bytes, target);
    return record !== undefined && record.target === undefined && this.copy(target);
  }

  async #copyContent({ digest, length }: ContentPart): Promise<boolean> {
    const bytes = await peek(this.#from, 'cas', digest);
    if (bytes?.length !== length || toHex(this.#hasher.hash([bytes])) !== digest) return false;
    await this.#put('cas', digest, bytes);
    this.contents++;
    return true;
  }

  async #put(map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    await this.#to.put(map, name, bytes);
    this.bytes += bytes.length;
  }

  #skip(key: string, why: string): boolean {
    this.skipped.push({ key, why });
    return false;
  }
}

/**
 * Removes all records and contents of a cache.
 * @returns how many entries
 * @throws TypeError where the cache does not list its entries
 */
export async function clearCache(cache: Cache): Promise<number> {
  let count = 0;
  // Records first: what reads meanwhile never finds one whose contents are gone.
  for (const map of ['ac', 'cas'] as const)
    await forEachOf(entriesOf(cache, map), async ({ name }) => {
      await cache.delete(map, name);
      count++;
    });
  return count;
}
