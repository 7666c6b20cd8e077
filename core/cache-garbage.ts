/** Removes from a cache what is old, what is too much, and what no record reaches, while others read and write. */
import { entriesOf, forEachOf, peek } from './cache-listing.ts';
import type { Cache, CacheEntry } from './cache.ts';
import { partsOf, readRecord } from './stored-record.ts';

/** What goes. */
export interface GarbageOptions {
  /** How many bytes may stay: what was not used for longest goes until there are no more. @default any number */
  readonly maxBytes?: number;
  /** How long a record may stay that nobody uses, in milliseconds. @default for ever */
  readonly maxAge?: number;
  /**
   * How long contents stay that no record reaches, in milliseconds, since whoever writes a result puts its contents first.
   * Caches note times to the hour, so an hour is added; unless it is 0, for a cache that nobody writes to.
   * @default 600_000 (10 minutes)
   */
  readonly grace?: number;
  /** Whether all this is only computed, and nothing removed. @default false */
  readonly dryRun?: boolean;
  /** The time from which ages count, in milliseconds since 1970. @default now */
  readonly now?: number;
}

/** What went, or would go. */
export interface GarbageReport {
  /** Bytes in the cache before and after. */
  readonly before: number;
  readonly after: number;
  /** Records that stay, and that went. */
  readonly keptRecords: number;
  readonly removedRecords: number;
  readonly keptContents: number;
  readonly removedContents: number;
  /** Records among those that went because they could not be read. */
  readonly damaged: number;
}

const DEFAULT_GRACE = 600_000;
const HOUR_MS = 3_600_000;

/**
 * Removes from a cache, in this order: records that cannot be read or have expired, those that were not used for `maxAge`, those that were
 * not used for longest until the rest has `maxBytes`, and contents that no record reaches. Others may read and write
 * meanwhile: at worst, a result that is written in the same moment is computed again.
 *
 * @throws TypeError where the cache does not list its entries
 * @throws RangeError where a bound is below 0
 * @example
 * ```ts
 * await collectGarbage(fileCache('.somen'), { maxBytes: 10e9, maxAge: 30 * 86_400_000 });
 * ```
 */
export async function collectGarbage(cache: Cache, options: GarbageOptions = {}): Promise<GarbageReport> {
  const { maxBytes = Infinity, maxAge = Infinity, grace = DEFAULT_GRACE } = options;
  for (const [name, value] of Object.entries({ maxBytes, maxAge, grace }))
    if (!(value >= 0))
      throw new RangeError(`Cannot collect garbage: current value of ${name} is ${value}, it must be 0 or more`);
  const now = options.now ?? Date.now();
  const collector = new Collector(cache, {
    maxBytes,
    now,
    oldest: now - maxAge,
    young: now - grace - (grace === 0 ? 0 : HOUR_MS),
  });
  await collector.survey();
  collector.choose();
  return collector.sweep(options.dryRun === true);
}

/** Bounds as points in time. */
interface Bounds {
  readonly maxBytes: number;
  /** Records that count until before this go. */
  readonly now: number;
  /** Records that were last used before this go. */
  readonly oldest: number;
  /** Contents that were last used after this stay. */
  readonly young: number;
}

/** A record, and what it reaches. */
interface Holding {
  readonly name: string;
  readonly size: number;
  /** Also by records that stand for this one. */
  used: number;
  /** Names of contents. */
  readonly contents: readonly string[];
  readonly target: string | undefined;
  /** Until when it counts. */
  readonly expires: number;
}

class Collector {
  readonly #cache: Cache;
  readonly #bounds: Bounds;
  readonly #records = new Map<string, Holding>();
  readonly #contents = new Map<string, CacheEntry>();
  /** How many records reach a content. */
  readonly #reached = new Map<string, number>();
  readonly #doomed = new Set<string>();
  readonly #damaged: string[] = [];
  #damagedBytes = 0;

  constructor(cache: Cache, bounds: Bounds) {
    this.#cache = cache;
    this.#bounds = bounds;
  }

  /** Contents first: one that is written meanwhile is not known, and so is not removed. */
  async survey(): Promise<void> {
    for await (const entry of entriesOf(this.#cache, 'cas')) this.#contents.set(entry.name, entry);
    await this.#surveyRecords();
    for (const { target, used } of this.#records.values()) {
      const record = target === undefined ? undefined : this.#records.get(target);
      if (record !== undefined) record.used = Math.max(record.used, used);
    }
  }

  async #surveyRecords(): Promise<void> {
    await forEachOf(entriesOf(this.#cache, 'ac'), async (entry) => {
      if (this.#records.has(entry.name) || this.#doomed.has(entry.name)) return;
      const holding = await this.#holding(entry);
      if (holding === undefined) return;
      this.#records.set(entry.name, holding);
      for (const content of holding.contents) this.#reached.set(content, (this.#reached.get(content) ?? 0) + 1);
    });
  }

  async #holding({ name, size, used }: CacheEntry): Promise<Holding | undefined> {
    const bytes = await peek(this.#cache, 'ac', name);
    if (bytes === undefined) return undefined;
    const record = readRecord(bytes, name);
    if (record === undefined) {
      this.#doomed.add(name);
      this.#damaged.push(name);
      this.#damagedBytes += size;
      return undefined;
    }
    const contents = new Set<string>();
    for (const content of record.contents) {
      contents.add(content.digest);
      for (const { digest } of (await partsOf(this.#cache, content)) ?? []) contents.add(digest);
    }
    return { name, size, used, contents: [...contents], target: record.target, expires: record.expires ?? Infinity };
  }

  /** Decides which records go. */
  choose(): void {
    const { now, oldest, maxBytes } = this.#bounds;
    const byUse = [...this.#records.values()].sort((a, b) => a.used - b.used);
    let bytes = this.#bytes() - this.#damagedBytes - this.#unreachedBytes();
    const doom = (record: Holding): void => {
      this.#doomed.add(record.name);
      bytes -= record.size + this.#release(record);
    };
    for (const record of byUse) if (record.expires <= now || record.used < oldest) doom(record);
    for (const record of byUse) {
      if (bytes <= maxBytes) break;
      if (!this.#doomed.has(record.name)) doom(record);
    }
    // What stands for a record that goes, or has gone, is of no use.
    for (const record of this.#records.values()) {
      const { target, used, name } = record;
      if (target === undefined || this.#doomed.has(name)) continue;
      const isGone = !this.#records.has(target) && used <= this.#bounds.young;
      if (!isGone && !this.#doomed.has(target)) continue;
      this.#doomed.add(name);
      this.#release(record);
    }
  }

  /** Bytes of contents that nothing else reaches. */
  #release({ contents }: Holding): number {
    let bytes = 0;
    for (const content of contents) {
      const left = (this.#reached.get(content) ?? 0) - 1;
      this.#reached.set(content, left);
      const entry = this.#contents.get(content);
      if (left === 0 && entry !== undefined && this.#isRemovable(entry)) bytes += entry.size;
    }
    return bytes;
  }

  /** What a record that goes had reached goes at once; what none has reached yet may be about to be. */
  #isRemovable({ name, used }: CacheEntry): boolean {
    const count = this.#reached.get(name);
    return count === undefined ? used <= this.#bounds.young : count === 0;
  }

  #bytes(): number {
    let bytes = this.#damagedBytes;
    for (const { size } of this.#records.values()) bytes += size;
    for (const { size } of this.#contents.values()) bytes += size;
    return bytes;
  }

  #unreachedBytes(): number {
    let bytes = 0;
    for (const entry of this.#contents.values()) if (this.#isRemovable(entry)) bytes += entry.size;
    return bytes;
  }

  /** Records first: what reads meanwhile never finds one whose contents are gone. */
  async sweep(isDry: boolean): Promise<GarbageReport> {
    const before = this.#bytes();
    const removedRecords = this.#doomed.size;
    let after = before - this.#damagedBytes;
    for (const name of this.#doomed) after -= this.#records.get(name)?.size ?? 0;
    if (!isDry) {
      await forEachOf(this.#doomed, (name) => this.#cache.delete('ac', name));
      // What was written since may reach contents that nothing reached.
      await this.#surveyRecords();
    }
    const contents = [...this.#contents.values()].filter((entry) => this.#isRemovable(entry));
    for (const { size } of contents) after -= size;
    if (!isDry) await forEachOf(contents, ({ name }) => this.#cache.delete('cas', name));
    return {
      before,
      after,
      keptRecords: this.#records.size + this.#damaged.length - removedRecords,
      removedRecords,
      keptContents: this.#contents.size - contents.length,
      removedContents: contents.length,
      damaged: this.#damaged.length,
    };
  }
}
