/**
 * A connection to an IndexedDB database: opened when it is first needed, and again when the browser has closed it.
 */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';

import { SomenError } from '../core/errors.ts';

/** A transaction on any of the object stores. */
export type Transaction<Schema extends DBSchema, Mode extends IDBTransactionMode> = IDBPTransaction<
  Schema,
  StoreNames<Schema>[],
  Mode
>;

/** How the browser says that a page gets no database at all: opaque origins, blocked site data, private modes. */
const UNAVAILABLE: ReadonlySet<string> = new Set(['SecurityError', 'InvalidStateError', 'UnknownError']);

/** A database that tabs and workers share. */
export class Connection<Schema extends DBSchema> {
  readonly #name: string;
  readonly #version: number;
  readonly #createStores: (database: IDBPDatabase<Schema>) => void;
  #database: Promise<IDBPDatabase<Schema>> | undefined;
  #wasOpen = false;
  #isUnavailable = false;

  /** @param createStores Makes the object stores of this version. Those of an older one are dropped before. */
  constructor(name: string, version: number, createStores: (database: IDBPDatabase<Schema>) => void) {
    this.#name = name;
    this.#version = version;
    this.#createStores = createStores;
  }

  /** Whether the browser gives this page no database, and there is no use in trying again. */
  get isUnavailable(): boolean {
    return this.#isUnavailable;
  }

  /**
   * Does `work` in a transaction. If the connection turns out to be closed, once more on a new one.
   *
   * @throws (rejects) a {@link SomenError} where the database cannot be opened, else what `work` or the transaction
   * rejects with.
   */
  async transact<Result, Mode extends 'readonly' | 'readwrite'>(
    mode: Mode,
    stores: readonly StoreNames<Schema>[],
    work: (transaction: Transaction<Schema, Mode>) => Promise<Result>,
  ): Promise<Result> {
    const connecting = this.#connect();
    const database = await connecting;
    try {
      return await inTransaction(database, mode, stores, work);
    } catch (error) {
      // WebKit loses connections without a `close` event: the next transaction then raises `InvalidStateError`.
      if (isNamed(error, 'InvalidStateError')) this.#forget(connecting);
      if (this.#database === connecting) throw error;
      return inTransaction(await this.#connect(), mode, stores, work);
    }
  }

  /** Closes the connection. It may be used again afterwards. */
  async close(): Promise<void> {
    const connecting = this.#database;
    this.#database = undefined;
    const database = await connecting?.catch(() => undefined);
    database?.close();
  }

  /** What failed, in a person's words. */
  failure(what: string, error: unknown, remedy: string = ''): SomenError {
    if (error instanceof SomenError) return error;
    // `String` of an error: its name, and its message if there is one. Chromium's QuotaExceededError has none.
    return new SomenError(
      'ERR_CACHE',
      `Cannot ${what} the IndexedDB database '${this.#name}': ${String(error)}${remedy}`,
      { cause: error },
    );
  }

  #connect(): Promise<IDBPDatabase<Schema>> {
    if (this.#database === undefined) {
      const connecting = this.#open(() => this.#forget(connecting));
      this.#database = connecting;
      // Not remembered, so that the next request tries again.
      connecting.catch(() => this.#forget(connecting));
    }
    return this.#database;
  }

  #forget(connecting: Promise<IDBPDatabase<Schema>>): void {
    if (this.#database === connecting) this.#database = undefined;
  }

  async #open(forget: () => void): Promise<IDBPDatabase<Schema>> {
    try {
      if (!hasIndexedDb()) {
        this.#isUnavailable = true;
        throw new Error('this browser has no IndexedDB here; some private modes take it away');
      }
      const database = await this.#request(forget);
      this.#wasOpen = true;
      return database;
    } catch (error) {
      // One that was open, and is lost for the moment, will be back.
      if (!this.#wasOpen && error instanceof Error && UNAVAILABLE.has(error.name)) this.#isUnavailable = true;
      throw this.failure('open', error);
    }
  }

  #request(forget: () => void): Promise<IDBPDatabase<Schema>> {
    return new Promise((resolve, reject) => {
      openDB<Schema>(this.#name, this.#version, {
        upgrade: (database) => {
          for (const store of database.objectStoreNames) database.deleteObjectStore(store);
          this.#createStores(database);
        },
        // Another tab wants to delete or upgrade the database, and waits until nobody uses it.
        blocking(_current, _blocked, event) {
          (event.target as IDBDatabase).close();
          forget();
        },
        blocked: () => reject(new Error('another tab uses an older version of it; close or reload that tab')),
        terminated: forget,
      }).then(resolve, reject);
    });
  }
}

/** Whether an error is the browser's of this name. */
export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

/** Older engines raise a `SecurityError` where it is only looked at. */
function hasIndexedDb(): boolean {
  const { indexedDB: factory } = globalThis as { indexedDB?: IDBFactory | null };
  return factory !== undefined && factory !== null;
}

async function inTransaction<Schema extends DBSchema, Result, Mode extends 'readonly' | 'readwrite'>(
  database: IDBPDatabase<Schema>,
  mode: Mode,
  stores: readonly StoreNames<Schema>[],
  work: (transaction: Transaction<Schema, Mode>) => Promise<Result>,
): Promise<Result> {
  // Relaxed: complete when the operating system has it. After a power cut, core finds what is damaged.
  const transaction = database.transaction([...stores], mode, { durability: 'relaxed' });
  // It is awaited only after the requests, and would be reported as unhandled until then.
  transaction.done.catch(() => undefined);
  let result;
  try {
    result = await work(transaction);
  } catch (error) {
    throw await reasonOf(error, transaction);
  }
  await transaction.done;
  return result;
}

/**
 * Why a transaction failed. All or nothing, also where a request is refused before it reaches the database. When the
 * transaction itself fails, by the quota for instance, its requests only say that it was aborted.
 */
async function reasonOf<Schema extends DBSchema, Mode extends 'readonly' | 'readwrite'>(
  cause: unknown,
  transaction: Transaction<Schema, Mode>,
): Promise<Error> {
  try {
    transaction.abort();
  } catch {
    // It has been aborted already, by the request that failed.
  }
  const reason: unknown = await transaction.done.catch((failure: unknown) => failure);
  return (isNamed(cause, 'AbortError') && reason !== undefined ? reason : cause) as Error;
}
