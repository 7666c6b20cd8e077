/**
 * The entries of a cache in IndexedDB: the object stores `ac` and `cas`, with the entries' names as keys, and `usage`,
 * the journal of their sizes and uses.
 *
 * A transaction costs far more than what is done in it, so requests are gathered: while one transaction runs, what
 * arrives waits, and goes into the next one together. Measured in Chromium with entries of 300 bytes, each: put
 * 1.1 ms alone, 0.13 ms among 2,000; get 0.51 and 0.07 ms.
 */
import type { CacheEntry, CacheMap } from '../core/cache.ts';
import { SomenError } from '../core/errors.ts';
import { Batches } from './batches.ts';
import { Connection, isNamed } from './indexeddb-connection.ts';
import { Journal } from './indexeddb-journal.ts';
import {
  ENTRY_OVERHEAD,
  HOUR_MS,
  leastUsed,
  partsOf,
  readJournal,
  removeEntries,
  totalSize,
  type CacheSchema,
  type CacheTransaction,
  type EntryId,
  type Stored,
} from './indexeddb-usage.ts';

/**
 * Entries from this size up, in bytes, are stored as a `Blob`, which browsers keep in a file of its own. Measured in
 * Chromium, arrays against Blobs, ms to get one: 16 KiB 0.78 and 1.6; 64 KiB 3.4 and 2.1; 1 MiB 11 and 8.5; 4 MiB 37
 * and 23. Putting takes 0 to 40 % longer, but not the time of the calling thread.
 */
const BLOB_BYTES = 65_536;

/**
 * How many bytes one transaction writes at most, unless a single entry is larger. Reads wait for the write under way,
 * and when the quota is exceeded all of a transaction's entries are lost together.
 */
const TRANSACTION_BYTES = 8_388_608;

/** Of the database. Entries that an older version stored have no sizes: they are dropped. */
const VERSION = 2;

/** After how many ms without any operation uses are written down. */
const IDLE_MS = 1000;

interface Read {
  readonly map: CacheMap;
  readonly name: string;
  readonly isUse: boolean;
  resolve(bytes: Uint8Array | undefined | Promise<Uint8Array | undefined>): void;
  reject(error: unknown): void;
}

interface Write {
  /** `undefined`: only uses are written down. */
  readonly id: EntryId | undefined;
  /** `undefined` removes the entry. */
  readonly bytes: Uint8Array | undefined;
  resolve(): void;
  reject(error: unknown): void;
}

/** Reads and writes entries whose names were checked. */
export class IndexedDbEntries {
  readonly #maxBytes: number;
  readonly #connection: Connection<CacheSchema>;
  readonly #journal: Journal;
  readonly #reads = new Batches<Read>((reads) => this.#read(reads));
  readonly #writes = new Batches<Write>(
    (writes) => this.#write(writes),
    TRANSACTION_BYTES,
    ({ bytes }) => bytes?.byteLength ?? 0,
  );
  /** Known from the first large entry on. */
  #storesBlobs: boolean | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastUse = 0;

  constructor(database: string, maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#journal = new Journal(maxBytes);
    this.#connection = new Connection(database, VERSION, (created) => {
      created.createObjectStore('ac');
      created.createObjectStore('cas');
      created.createObjectStore('usage', { autoIncrement: true });
    });
  }

  /** Whether the browser gives this page no database. */
  get isUnavailable(): boolean {
    return this.#connection.isUnavailable;
  }

  /** `isUse`: whether that counts as a use. */
  get(map: CacheMap, name: string, isUse: boolean): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => this.#reads.add({ map, name, isUse, resolve, reject }));
  }

  /** An entry that is larger than the cache is not kept at all. */
  async put(map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    if (bytes.byteLength + ENTRY_OVERHEAD <= this.#maxBytes) await this.#change(`${map}/${name}`, bytes);
  }

  delete(map: CacheMap, name: string): Promise<void> {
    return this.#change(`${map}/${name}`, undefined);
  }

  /** What is in a map, the least recently used first. */
  async list(map: CacheMap): Promise<CacheEntry[]> {
    try {
      const { usages } = await this.#connection.transact('readonly', ['usage'], (transaction) =>
        readJournal(transaction.objectStore('usage')),
      );
      return [...usages].flatMap(([id, { size, hour }]) => {
        const [itsMap, name] = partsOf(id);
        return itsMap === map ? [{ map, name, size, used: hour * HOUR_MS }] : [];
      });
    } catch (error) {
      throw this.#connection.failure('read from', error);
    }
  }

  /** Writes down uses, waits for the requests under way, and closes the connection. */
  async close(): Promise<void> {
    if (this.#journal.hasPending) await this.#writeUses();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await Promise.all([this.#reads.idle, this.#writes.idle]);
    await this.#connection.close();
  }

  #change(id: EntryId | undefined, bytes: Uint8Array | undefined): Promise<void> {
    return new Promise((resolve, reject) => this.#writes.add({ id, bytes, resolve, reject }));
  }

  async #read(reads: readonly Read[]): Promise<void> {
    try {
      const values = await this.#connection.transact('readonly', ['ac', 'cas'], (transaction) =>
        Promise.all(reads.map(async ({ map, name }) => transaction.objectStore(map).get(name))),
      );
      for (const [index, read] of reads.entries()) {
        const value = values[index];
        if (value !== undefined && read.isUse) this.#journal.use(`${read.map}/${read.name}`);
        read.resolve(this.#bytesOf(value));
      }
      if (this.#journal.hasPending) this.#writeUsesWhenIdle();
    } catch (error) {
      const failure = this.#connection.failure('read from', error);
      for (const read of reads) read.reject(failure);
    }
  }

  #bytesOf(value: Stored | undefined): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (!(value instanceof Blob)) return value;
    return value.arrayBuffer().then(
      (buffer) => new Uint8Array(buffer),
      (error: unknown) => {
        // The browser has lost the Blob's file. Counted as missing, the entry is written anew; an error would stay.
        if (isNamed(error, 'NotFoundError') || isNamed(error, 'NotReadableError')) return undefined;
        throw this.#connection.failure('read from', error);
      },
    );
  }

  #writeUsesWhenIdle(): void {
    this.#lastUse = performance.now();
    this.#timer ??= setTimeout(() => this.#onTimer(), IDLE_MS);
  }

  #onTimer(): void {
    this.#timer = undefined;
    const rest = this.#lastUse + IDLE_MS - performance.now();
    if (rest > 0) this.#timer = setTimeout(() => this.#onTimer(), rest);
    else if (this.#journal.hasPending) void this.#writeUses();
  }

  /** Never rejects: at worst, entries seem to have been used less recently. */
  #writeUses(): Promise<void> {
    return this.#change(undefined, undefined).catch(() => undefined);
  }

  async #write(writes: readonly Write[]): Promise<void> {
    try {
      await this.#storeWithinQuota(writes);
      for (const write of writes) write.resolve();
    } catch (error) {
      const remedy = isNamed(error, 'QuotaExceededError') ? ". Clear the site's data or free some disk space" : '';
      const failure = this.#connection.failure('write to', error, remedy);
      for (const write of writes) write.reject(failure);
    }
  }

  async #storeWithinQuota(writes: readonly Write[]): Promise<void> {
    try {
      await this.#store(writes, []);
    } catch (error) {
      if (!isNamed(error, 'QuotaExceededError')) throw error;
      const removed = await this.#removeThird();
      if (removed.length === 0) throw error;
      await this.#store(writes, removed);
    }
  }

  /**
   * Removes the least recently used entries that hold a third of all bytes. The journal learns of it by the next
   * transaction: this one may add nothing, since there is no space.
   */
  #removeThird(): Promise<readonly EntryId[]> {
    return this.#connection.transact('readwrite', ['ac', 'cas', 'usage'], async (transaction) => {
      const { usages } = await readJournal(transaction.objectStore('usage'));
      const third = leastUsed(usages, (totalSize(usages) * 2) / 3);
      await removeEntries(transaction, third);
      return third;
    });
  }

  /** @param removed Entries that were removed before, of which the journal does not know. */
  async #store(writes: readonly Write[], removed: readonly EntryId[]): Promise<void> {
    if (writes.some(({ bytes }) => (bytes?.byteLength ?? 0) >= BLOB_BYTES)) this.#storesBlobs ??= await this.#tryBlob();
    const changes = new Map<EntryId, number | undefined>(removed.map((id) => [id, undefined]));
    for (const { id, bytes } of writes) if (id !== undefined) changes.set(id, bytes?.byteLength);
    const isIdle = writes.some(({ id }) => id === undefined);
    const complete = await this.#connection.transact('readwrite', ['ac', 'cas', 'usage'], async (transaction) => {
      const [noted] = await Promise.all([
        this.#journal.write(transaction, changes, isIdle),
        ...writes.map((write) => this.#apply(write, transaction)),
      ]);
      return noted;
    });
    complete();
  }

  /**
   * Whether the browser stores Blobs: WebKit does not in its private mode. Tried by itself, since there a transaction
   * never ends when a Blob is refused after other requests of the same transaction.
   */
  async #tryBlob(): Promise<boolean> {
    try {
      await this.#connection.transact('readwrite', ['cas'], async (transaction) => {
        const store = transaction.objectStore('cas');
        await store.put(new Blob(['blob']), 'blob');
        await store.delete('blob');
      });
      return true;
    } catch (error) {
      if (error instanceof SomenError || isNamed(error, 'QuotaExceededError')) throw error;
      return false;
    }
  }

  /** Async, so that a request refused at once rejects like one that fails later. */
  async #apply({ id, bytes }: Write, transaction: CacheTransaction): Promise<void> {
    if (id === undefined) return;
    const [map, name] = partsOf(id);
    if (bytes === undefined) await transaction.objectStore(map).delete(name);
    else await transaction.objectStore(map).put(this.#storedOf(bytes), name);
  }

  #storedOf(bytes: Uint8Array): Stored {
    const own = owned(bytes);
    return this.#storesBlobs === true && own.byteLength >= BLOB_BYTES ? new Blob([own]) : own;
  }
}

/** Cloning a view clones all of its buffer, and a shared one is refused. */
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(bytes);
}
