/** Looks whether all that stands in a cache is what it should be. */
import { entriesOf, forEachOf, peek } from './cache-listing.ts';
import type { Cache, CacheMap } from './cache.ts';
import { toHex, type Hasher } from './hasher.ts';
import { partsOf, readRecord, type StoredRecord } from './stored-record.ts';

/** How a cache is verified. */
export interface VerifyOptions {
  /** Whether what is damaged is removed. If not, it is only reported; a run that meets it removes it. @default false */
  readonly remove?: boolean;
}

/** What is wrong with an entry. */
export interface DamagedEntry {
  readonly map: CacheMap;
  readonly name: string;
  readonly why: string;
}

/** What verifying a cache found. */
export interface VerifyReport {
  /** How many records and contents were looked at. */
  readonly records: number;
  readonly contents: number;
  readonly bytes: number;
  readonly damaged: readonly DamagedEntry[];
  /** Keys of sound records that name what is not there: it was evicted. They count as missing. */
  readonly incomplete: readonly string[];
}

/** See `verifyCache`. */
export async function verifyCacheWith(
  hasher: Hasher,
  cache: Cache,
  { remove = false }: VerifyOptions,
): Promise<VerifyReport> {
  const verifier = new Verifier(hasher, cache);
  await verifier.verifyContents();
  await verifier.verifyRecords();
  if (remove) for (const { map, name } of verifier.damaged) await cache.delete(map, name);
  const { records, contents, bytes, damaged, incomplete } = verifier;
  return { records, contents, bytes, damaged, incomplete };
}

class Verifier {
  records = 0;
  contents = 0;
  bytes = 0;
  readonly damaged: DamagedEntry[] = [];
  readonly incomplete: string[] = [];
  readonly #hasher: Hasher;
  readonly #cache: Cache;
  /** The lengths of sound contents. */
  readonly #lengths = new Map<string, number>();

  constructor(hasher: Hasher, cache: Cache) {
    this.#hasher = hasher;
    this.#cache = cache;
  }

  async verifyContents(): Promise<void> {
    await forEachOf(entriesOf(this.#cache, 'cas'), async ({ name }) => {
      const bytes = await peek(this.#cache, 'cas', name);
      if (bytes === undefined) return;
      this.contents++;
      this.bytes += bytes.length;
      if (this.#isSound(name, bytes)) this.#lengths.set(name, bytes.length);
      else this.damaged.push({ map: 'cas', name, why: `its ${bytes.length} bytes have another digest` });
    });
  }

  #isSound(name: string, bytes: Uint8Array): boolean {
    return toHex(this.#hasher.hash([bytes])) === name;
  }

  async verifyRecords(): Promise<void> {
    await forEachOf(entriesOf(this.#cache, 'ac'), async ({ name }) => {
      const bytes = await peek(this.#cache, 'ac', name);
      if (bytes === undefined) return;
      this.records++;
      this.bytes += bytes.length;
      const record = readRecord(bytes, name, this.#hasher);
      if (record === undefined)
        this.damaged.push({
          map: 'ac',
          name,
          why: 'it is no record, or not the one of this key, or its digest is wrong',
        });
      else await this.#verifyReached(record);
    });
  }

  async #verifyReached(record: StoredRecord): Promise<void> {
    const { key, target } = record;
    let isComplete = target === undefined || (await peek(this.#cache, 'ac', target)) !== undefined;
    for (const content of record.contents) {
      const parts = (await partsOf(this.#cache, content)) ?? [];
      if (parts.length === 0) isComplete = false;
      for (const part of parts) {
        const length = await this.#length(part.digest);
        if (length === undefined) isComplete = false;
        else if (length !== part.length) {
          const why = `it names a content of ${part.length} bytes, which has ${length}`;
          this.damaged.push({ map: 'ac', name: key, why });
          return;
        }
      }
    }
    if (!isComplete) this.incomplete.push(key);
  }

  /** The length of a sound content, which may have been written since the contents were verified. */
  async #length(digest: string): Promise<number | undefined> {
    const known = this.#lengths.get(digest);
    if (known !== undefined) return known;
    const bytes = await peek(this.#cache, 'cas', digest);
    return bytes !== undefined && this.#isSound(digest, bytes) ? bytes.length : undefined;
  }
}
