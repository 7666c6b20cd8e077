/**
 * A history in IndexedDB. The object store `sessions` has the number of a session's batches under its id, `batches` what
 * was appended at one time, under `[session, number]`. So a session's entries stand together, in their order.
 */
import type { DBSchema } from 'idb';

import type { FollowedEntry, History, HistoryEntry } from '../core/history.ts';
import { SomenError } from '../core/errors.ts';
import { Batches } from './batches.ts';
import { Connection, type Transaction } from './indexeddb-connection.ts';

/** Options of {@link indexedDbHistory}. */
export interface IndexedDbHistoryOptions {
  /** How many sessions are kept. When another one begins, the oldest goes. @default 200 */
  readonly maxSessions?: number;
}

interface Schema extends DBSchema {
  sessions: { key: string; value: number };
  batches: { key: [string, number]; value: readonly HistoryEntry[] };
}

interface Append {
  readonly session: string;
  readonly entries: readonly HistoryEntry[];
  resolve(): void;
  reject(error: unknown): void;
}

/** Says that a batch was added, to whoever follows: its key, so that the entries are not copied for nobody. */
type Notice = readonly [string, number];

const VERSION = 1;
const STORES = ['sessions', 'batches'] as const;
const DEFAULT_MAX_SESSIONS = 200;

/** How many batches are read at once. */
const PAGE = 32;

/**
 * Keeps what happens in runs in the browser, across reloads and for all tabs of the origin. `indexedDbCache` has one by
 * itself.
 *
 * Its operations reject with a `SomenError` of code `ERR_CACHE`, and the browser's error as `cause`, where the browser
 * gives the page no IndexedDB, or the site's quota is exceeded. `follow` hears of other tabs and of workers, too.
 *
 * @param name The database's name.
 * @default 'somen-history'
 * @throws {RangeError} where `maxSessions` is not a whole number from 1 up.
 * @example
 * ```ts
 * const history = indexedDbHistory('my-app-history', { maxSessions: 20 });
 * const [newest] = (await history.sessions()).toReversed();
 * for await (const entry of history.read(newest)) console.log(entry);
 * ```
 */
export function indexedDbHistory(name: string = 'somen-history', options: IndexedDbHistoryOptions = {}): History {
  const { maxSessions = DEFAULT_MAX_SESSIONS } = options;
  if (!Number.isInteger(maxSessions) || maxSessions < 1)
    throw new RangeError(
      `Cannot create an IndexedDB history: maxSessions is ${maxSessions}, not a whole number from 1 up`,
    );
  return new IndexedDbHistory(name, maxSessions);
}

class IndexedDbHistory implements History {
  readonly name: string;
  readonly #maxSessions: number;
  readonly #connection: Connection<Schema>;
  readonly #appends = new Batches<Append>((appends) => this.#append(appends));
  readonly #channelName: string;
  /** To tell of what was added. */
  #channel: BroadcastChannel | undefined;

  constructor(database: string, maxSessions: number) {
    this.name = `indexeddb:${database}`;
    this.#channelName = `somen:${database}`;
    this.#maxSessions = maxSessions;
    this.#connection = new Connection(database, VERSION, (created) => {
      for (const store of STORES) created.createObjectStore(store);
    });
  }

  async append(session: string, entries: readonly HistoryEntry[]): Promise<void> {
    if (entries.length === 0) return;
    return new Promise((resolve, reject) => this.#appends.add({ session, entries, resolve, reject }));
  }

  async sessions(): Promise<readonly string[]> {
    return this.#read((transaction) => transaction.objectStore('sessions').getAllKeys());
  }

  async *read(session: string): AsyncIterable<HistoryEntry> {
    // Between arrays of numbers and of arrays: all numbers.
    const end = [session, []] as unknown as [string, number];
    for (let number = 0, isWhole = true; isWhole; number += PAGE) {
      const range = IDBKeyRange.bound([session, number], end);
      const batches = await this.#read((transaction) => transaction.objectStore('batches').getAll(range, PAGE));
      for (const batch of batches) yield* batch;
      isWhole = batches.length === PAGE;
    }
  }

  follow(signal: AbortSignal): AsyncIterable<FollowedEntry> {
    const channel = openChannel(this.#channelName);
    if (channel === undefined)
      throw new SomenError('ERR_CACHE', `Cannot follow ${this.name}: this browser has no BroadcastChannel`);
    return this.#followed(messages<Notice>(channel, signal));
  }

  async *#followed(notices: AsyncIterable<Notice>): AsyncIterable<FollowedEntry> {
    for await (const [session, number] of notices) {
      // None where the session was removed meanwhile.
      const batch = await this.#read((transaction) => transaction.objectStore('batches').get([session, number]));
      for (const entry of batch ?? []) yield { session, entry };
    }
  }

  async remove(session: string): Promise<void> {
    try {
      await this.#connection.transact('readwrite', STORES, async (transaction) => {
        const batches = IDBKeyRange.bound([session], [session, []]);
        await Promise.all([
          transaction.objectStore('sessions').delete(session),
          transaction.objectStore('batches').delete(batches),
        ]);
      });
    } catch (error) {
      throw this.#connection.failure('write to', error);
    }
  }

  /** Waits for what is being written, and closes the connection. */
  async close(): Promise<void> {
    await this.#appends.idle;
    await this.#connection.close();
    this.#channel?.close();
    this.#channel = undefined;
  }

  async #read<Result>(work: (transaction: Transaction<Schema, 'readonly'>) => Promise<Result>): Promise<Result> {
    try {
      return await this.#connection.transact('readonly', STORES, work);
    } catch (error) {
      throw this.#connection.failure('read from', error);
    }
  }

  async #append(appends: readonly Append[]): Promise<void> {
    try {
      const notices = await this.#connection.transact('readwrite', STORES, (transaction) =>
        this.#add(appends, transaction),
      );
      for (const append of appends) append.resolve();
      this.#channel ??= openChannel(this.#channelName);
      for (const notice of notices) this.#channel?.postMessage(notice);
    } catch (error) {
      const failure = this.#connection.failure('write to', error);
      for (const append of appends) append.reject(failure);
    }
  }

  async #add(appends: readonly Append[], transaction: Transaction<Schema, 'readwrite'>): Promise<Notice[]> {
    const sessions = transaction.objectStore('sessions');
    const batches = transaction.objectStore('batches');
    const ids = [...new Set(appends.map(({ session }) => session))];
    const known = await Promise.all(ids.map((id) => sessions.get(id)));
    const counts = new Map(ids.map((id, index) => [id, known[index] ?? 0]));
    const notices = appends.map(({ session }): Notice => {
      const number = counts.get(session) ?? 0;
      counts.set(session, number + 1);
      return [session, number];
    });
    await Promise.all([
      ...appends.map(({ entries }, index) => batches.put(entries, [...(notices[index] ?? ['', 0])])),
      ...[...counts].map(([id, count]) => sessions.put(count, id)),
    ]);
    if (known.includes(undefined)) await this.#removeOld(transaction);
    return notices;
  }

  async #removeOld(transaction: Transaction<Schema, 'readwrite'>): Promise<void> {
    const sessions = transaction.objectStore('sessions');
    const oldest = (await sessions.getAllKeys()).at(-this.#maxSessions);
    if (oldest === undefined) return;
    await Promise.all([
      sessions.delete(IDBKeyRange.upperBound(oldest, true)),
      transaction.objectStore('batches').delete(IDBKeyRange.upperBound([oldest], true)),
    ]);
  }
}

function openChannel(name: string): BroadcastChannel | undefined {
  return typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name);
}

/** What comes through a channel from now on, also before anybody asks, until the signal is aborted. */
function messages<Message>(channel: BroadcastChannel, signal: AbortSignal): AsyncIterable<Message> {
  const waiting: Message[] = [];
  let wake = (): void => undefined;
  const end = (): void => {
    channel.close();
    wake();
  };
  channel.addEventListener('message', ({ data }) => {
    waiting.push(data as Message);
    wake();
  });
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  return (async function* () {
    try {
      while (!signal.aborted) {
        const message = waiting.shift();
        if (message !== undefined) yield message;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', end);
      channel.close();
    }
  })();
}
