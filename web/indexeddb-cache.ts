/**
 * A cache in IndexedDB: the object stores `ac` and `cas`, with the entries' names as keys. It works in windows and
 * in workers, and all tabs of an origin share it.
 *
 * A transaction costs far more than what is done in it, so requests are gathered: while one transaction runs, what
 * arrives waits, and goes into the next one together. Measured in Chromium with entries of 300 bytes, each: put
 * 1.1 ms alone, 0.13 ms among 2,000; get 0.51 and 0.07 ms.
 */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';

import { checkEntry, type Cache, type CacheMap } from '../core/cache.ts';
import { SomenError } from '../core/errors.ts';

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

const STORES = ['ac', 'cas'] as const satisfies readonly CacheMap[];

type Bytes = Uint8Array<ArrayBuffer>;
type Stored = Bytes | Blob;
type Database = IDBPDatabase<Schema>;
type Transaction<Mode extends IDBTransactionMode> = IDBPTransaction<Schema, CacheMap[], Mode>;

interface Schema extends DBSchema {
  ac: { key: string; value: Stored };
  cas: { key: string; value: Stored };
}

interface Read {
  readonly map: CacheMap;
  readonly name: string;
  resolve(bytes: Uint8Array | undefined | Promise<Uint8Array | undefined>): void;
  reject(error: unknown): void;
}

interface Write {
  readonly map: CacheMap;
  readonly name: string;
  /** `undefined` removes the entry. */
  readonly bytes: Uint8Array | undefined;
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Remembers results in the browser, across reloads and for all tabs of the origin.
 *
 * `get`, `put` and `delete` reject with a `SomenError` of code `ERR_CACHE`, and the browser's error as `cause`,
 * where there is no IndexedDB (some private modes), where it cannot be opened, or where the quota is exceeded. A
 * connection that the browser closed is opened again by the next request.
 *
 * @param name The database's name.
 * @default 'somen'
 * @example
 * ```ts
 * const cache = indexedDbCache();
 * await run(mul(add(5, 4), 9), { cache });
 * ```
 */
export function indexedDbCache(name: string = 'somen'): Cache {
  return new IndexedDbCache(name);
}

class IndexedDbCache implements Cache {
  readonly name: string;
  readonly #database: string;
  readonly #reads = new Batches<Read>(
    (reads) => this.#read(reads),
    () => 0,
  );
  readonly #writes = new Batches<Write>(
    (writes) => this.#write(writes),
    (write) => write.bytes?.byteLength ?? 0,
  );
  #connection: Promise<Database> | undefined;
  /** False once the browser has refused to store one: WebKit does in its private mode. */
  #storesBlobs = true;

  constructor(database: string) {
    this.name = `indexeddb:${database}`;
    this.#database = database;
  }

  async get(map: CacheMap, name: string): Promise<Uint8Array | undefined> {
    checkEntry(map, name);
    return new Promise((resolve, reject) => this.#reads.add({ map, name, resolve, reject }));
  }

  async put(map: CacheMap, name: string, bytes: Uint8Array): Promise<void> {
    checkEntry(map, name);
    return new Promise((resolve, reject) => this.#writes.add({ map, name, bytes, resolve, reject }));
  }

  async delete(map: CacheMap, name: string): Promise<void> {
    checkEntry(map, name);
    return new Promise((resolve, reject) => this.#writes.add({ map, name, bytes: undefined, resolve, reject }));
  }

  /** Waits for the requests under way and closes the connection. */
  async close(): Promise<void> {
    await Promise.all([this.#reads.idle, this.#writes.idle]);
    const connection = this.#connection;
    this.#connection = undefined;
    const database = await connection?.catch(() => undefined);
    database?.close();
  }

  async #read(reads: readonly Read[]): Promise<void> {
    try {
      const values = await this.#transact('readonly', (transaction) =>
        Promise.all(reads.map(async ({ map, name }) => transaction.objectStore(map).get(name))),
      );
      for (const [index, read] of reads.entries()) read.resolve(this.#bytesOf(values[index]));
    } catch (error) {
      const failure = this.#failure('read from', error);
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
        throw this.#failure('read from', error);
      },
    );
  }

  async #write(writes: readonly Write[]): Promise<void> {
    try {
      await this.#store(writes);
      for (const write of writes) write.resolve();
    } catch (error) {
      const remedy = isNamed(error, 'QuotaExceededError') ? ". Clear the site's data or free some disk space" : '';
      const failure = this.#failure('write to', error, remedy);
      for (const write of writes) write.reject(failure);
    }
  }

  async #store(writes: readonly Write[]): Promise<void> {
    const withBlobs = this.#storesBlobs && writes.some(({ bytes }) => (bytes?.byteLength ?? 0) >= BLOB_BYTES);
    try {
      await this.#transact('readwrite', (transaction) => this.#apply(writes, transaction));
    } catch (error) {
      if (!withBlobs || error instanceof SomenError || isNamed(error, 'QuotaExceededError')) throw error;
      this.#storesBlobs = false;
      await this.#transact('readwrite', (transaction) => this.#apply(writes, transaction));
    }
  }

  async #apply(writes: readonly Write[], transaction: Transaction<'readwrite'>): Promise<void> {
    // Async, so that a request refused at once rejects like one that fails later.
    const requests = writes.map(async ({ map, name, bytes }) => {
      const store = transaction.objectStore(map);
      if (bytes === undefined) await store.delete(name);
      else
        await store.put(
          this.#storesBlobs && bytes.byteLength >= BLOB_BYTES ? new Blob([owned(bytes)]) : owned(bytes),
          name,
        );
    });
    await Promise.all(requests);
  }

  /** Does `work` in a transaction. If the connection turns out to be closed, once more on a new one. */
  async #transact<Result, Mode extends 'readonly' | 'readwrite'>(
    mode: Mode,
    work: (transaction: Transaction<Mode>) => Promise<Result>,
  ): Promise<Result> {
    const connection = this.#connect();
    const database = await connection;
    try {
      return await inTransaction(database, mode, work);
    } catch (error) {
      // WebKit loses connections without a `close` event: the next transaction then raises `InvalidStateError`.
      if (isNamed(error, 'InvalidStateError')) this.#forget(connection);
      if (this.#connection === connection) throw error;
      return inTransaction(await this.#connect(), mode, work);
    }
  }

  #connect(): Promise<Database> {
    if (this.#connection === undefined) {
      const connection = this.#open(() => this.#forget(connection));
      this.#connection = connection;
      // Not remembered, so that the next request tries again.
      connection.catch(() => this.#forget(connection));
    }
    return this.#connection;
  }

  #forget(connection: Promise<Database>): void {
    if (this.#connection === connection) this.#connection = undefined;
  }

  async #open(forget: () => void): Promise<Database> {
    try {
      if (typeof indexedDB === 'undefined')
        throw new Error('this browser has no IndexedDB here; some private modes take it away');
      return await new Promise<Database>((resolve, reject) => {
        openDB<Schema>(this.#database, 1, {
          upgrade: createStores,
          // Another tab wants to delete or upgrade the database, and waits until nobody uses it.
          blocking(_current, _blocked, event) {
            (event.target as IDBDatabase).close();
            forget();
          },
          blocked: () => reject(new Error('another tab uses an older version of it; close or reload that tab')),
          terminated: forget,
        }).then(resolve, reject);
      });
    } catch (error) {
      throw this.#failure('open', error);
    }
  }

  #failure(what: string, error: unknown, remedy: string = ''): SomenError {
    if (error instanceof SomenError) return error;
    // `String` of an error: its name, and its message if there is one. Chromium's QuotaExceededError has none.
    return new SomenError(
      'ERR_CACHE',
      `Cannot ${what} the IndexedDB database '${this.#database}': ${String(error)}${remedy}`,
      { cause: error },
    );
  }
}

/** Gathers items, and hands over all that arrived while the last ones were worked on. */
class Batches<Item> {
  /** Resolves when nothing is left to do. */
  idle: Promise<void> = Promise.resolve();
  readonly #work: (items: readonly Item[]) => Promise<void>;
  readonly #weight: (item: Item) => number;
  readonly #waiting: Item[] = [];
  #busy = false;

  /** `work` never rejects. */
  constructor(work: (items: readonly Item[]) => Promise<void>, weight: (item: Item) => number) {
    this.#work = work;
    this.#weight = weight;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    if (!this.#busy) this.idle = this.#drain();
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    // Not at once: what the same turn still adds belongs to the same batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#work(this.#take());
    this.#busy = false;
  }

  #take(): readonly Item[] {
    let weight = 0;
    let count = 0;
    for (const item of this.#waiting) {
      weight += this.#weight(item);
      if (count > 0 && weight > TRANSACTION_BYTES) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }
}

async function inTransaction<Result, Mode extends 'readonly' | 'readwrite'>(
  database: Database,
  mode: Mode,
  work: (transaction: Transaction<Mode>) => Promise<Result>,
): Promise<Result> {
  // Relaxed: complete when the operating system has it. After a power cut, core finds what is damaged.
  const transaction = database.transaction([...STORES], mode, { durability: 'relaxed' });
  const [result] = await Promise.all([work(transaction), transaction.done]);
  return result;
}

function createStores(database: Database): void {
  for (const store of STORES) database.createObjectStore(store);
}

/** Cloning a view clones all of its buffer, and a shared one is refused. */
function owned(bytes: Uint8Array): Bytes {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength
    ? new Uint8Array(buffer)
    : new Uint8Array(bytes);
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
