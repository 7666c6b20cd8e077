/** The journal of sizes and uses, as one tab adds to it; see `indexeddb-usage.ts`. */
import {
  HOUR_MS,
  leastUsed,
  lengthOf,
  readJournal,
  recordOf,
  removeEntries,
  spaceOf,
  totalSize,
  writeAnew,
  type CacheTransaction,
  type Changes,
  type EntryId,
  type UsageRecord,
  type UsageStore,
} from './indexeddb-usage.ts';

/** When there are too many bytes, entries go until there are a tenth less: this often, the journal is read. */
const KEPT_PART = 0.9;

/** How many lines may be out of date, beside as many as are not, before the journal is written anew. */
const SPARE_LINES = 1000;

/** What a tab knows of the journal, and how it adds to it. */
export class Journal {
  readonly #maxBytes: number;
  /** Entries that were used, not yet written down. */
  readonly #pending = new Set<EntryId>();
  /** What the journal says of an hour. */
  #noted: Noted | undefined;
  #total: Total | undefined;

  /** @param maxBytes How many bytes the entries may have. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether uses wait to be written down. */
  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  /** Notes in memory that an entry was used, unless the journal says so of this hour. */
  use(entry: EntryId): void {
    if (this.#noted?.entries.has(entry) === true && this.#noted.hour === hourNow()) return;
    this.#pending.add(entry);
  }

  /**
   * Writes down what a transaction changes, and removes entries in it where there are too many bytes.
   *
   * @param isIdle Whether there is time to read the journal only for the sake of uses.
   * @returns to be called when the transaction is complete: only then it is so.
   */
  async write(transaction: CacheTransaction, changes: Changes, isIdle: boolean): Promise<() => void> {
    const store = transaction.objectStore('usage');
    const hour = hourNow();
    const noted = await this.#notedOf(hour, store, isIdle);
    const used =
      noted === undefined ? [] : [...this.#pending].filter((id) => !changes.has(id) && !noted.entries.has(id));
    const record = recordOf(hour, changes, used);
    let total = this.#total;
    if (lengthOf(record) > 0) {
      const key = await store.add(record);
      if (this.#maxBytes < Infinity) total = await keepWithin(this.#maxBytes, transaction, total, key);
    }
    return () => this.#complete(record, noted, total);
  }

  async #notedOf(hour: number, store: UsageStore<'readwrite'>, isIdle: boolean): Promise<Noted | undefined> {
    if (this.#noted?.hour === hour) return this.#noted;
    if (!isIdle || !this.hasPending) return undefined;
    const { usages, lines } = await readJournal(store);
    if (lines > 2 * usages.size + SPARE_LINES) await writeAnew(store, usages);
    const entries = [...usages].filter(([, usage]) => usage.hour === hour).map(([id]) => id);
    return { hour, entries: new Set(entries) };
  }

  #complete(record: UsageRecord, noted: Noted | undefined, total: Total | undefined): void {
    this.#total = total;
    this.#noted = noted;
    if (noted === undefined) return;
    for (const id of [...record.written, ...record.used]) noted.entries.add(id);
    for (const id of this.#pending) if (noted.entries.has(id)) this.#pending.delete(id);
    for (const id of record.removed) {
      noted.entries.delete(id);
      this.#pending.delete(id);
    }
  }
}

/** Entries that were written or used in an hour, as far as the journal says. */
interface Noted {
  readonly hour: number;
  readonly entries: Set<EntryId>;
}

/** How many bytes there are at most, up to a record of the journal: an entry that is written twice counts twice. */
interface Total {
  readonly bytes: number;
  readonly record: number;
}

/** Removes the least recently used entries where there are too many bytes, but never the newest one. */
async function keepWithin(
  maxBytes: number,
  transaction: CacheTransaction,
  known: Total | undefined,
  record: number,
): Promise<Total> {
  const store = transaction.objectStore('usage');
  if (known !== undefined) {
    // Those of other tabs as well.
    const newer = await store.getAll(IDBKeyRange.lowerBound(known.record, true));
    const bytes = newer.reduce((total, { sizes }) => total + spaceOf(sizes), known.bytes);
    if (bytes <= maxBytes) return { bytes, record };
  }
  const { usages } = await readJournal(store);
  const bytes = totalSize(usages);
  if (bytes <= maxBytes) return { bytes, record };
  const victims = leastUsed(usages, maxBytes * KEPT_PART).slice(0, usages.size - 1);
  const kept = new Map(usages);
  for (const id of victims) kept.delete(id);
  const [last] = await Promise.all([writeAnew(store, kept), removeEntries(transaction, victims)]);
  return { bytes: totalSize(kept), record: last };
}

/** Since 1970. */
function hourNow(): number {
  return Math.floor(Date.now() / HOUR_MS);
}
