/** What stands in a cache, and how much of it belongs to which task. */
import { entriesOf, forEachOf, peek } from './cache-listing.ts';
import type { Cache } from './cache.ts';
import { readRecord, type StoredRecord } from './stored-record.ts';

/** A record, for lists. */
export interface ListedRecord extends Omit<StoredRecord, 'inline' | 'contents' | 'inputs'> {
  /** Of the record itself, in bytes. */
  readonly size: number;
  /** Of the contents that it names, in bytes. */
  readonly contentSize: number;
  /** When it was last written or used, in milliseconds since 1970. */
  readonly used: number;
  /** Whether it cannot be read. */
  readonly damaged: boolean;
}

/**
 * The records of a cache, in no order. Their digests are not checked: see `verifyCache`.
 * @throws (from the iterator) TypeError where the cache does not list its entries
 */
export async function* listRecords(cache: Cache): AsyncGenerator<ListedRecord, void, undefined> {
  for await (const { name, size, used } of entriesOf(cache, 'ac')) {
    const bytes = await peek(cache, 'ac', name);
    if (bytes !== undefined) yield listed(readRecord(bytes, name), name, size, used);
  }
}

function listed(record: StoredRecord | undefined, key: string, size: number, used: number): ListedRecord {
  if (record === undefined) return { format: '', key, size, contentSize: 0, used, damaged: true };
  const { inline: _inline, contents: _contents, inputs: _inputs, ...rest } = record;
  return { ...rest, size, contentSize: contentSizeOf(record), used, damaged: false };
}

function contentSizeOf({ contents }: StoredRecord): number {
  return contents.reduce((sum, { length }) => sum + length, 0);
}

/** How many, and how many bytes. */
export interface Amount {
  readonly count: number;
  readonly bytes: number;
}

/** What stands in a cache. */
export interface CacheStats {
  /** Records. */
  readonly ac: Amount;
  /** Contents. */
  readonly cas: Amount;
  /** By task, that with most bytes first; what is no task's by its kind: `(link)`. Contents count for each task that has a result of that content. */
  readonly tasks: readonly (Amount & { readonly task: string })[];
  /** Records that cannot be read. */
  readonly damaged: number;
}

/**
 * Counts what stands in a cache.
 * @throws TypeError where the cache does not list its entries
 */
export async function cacheStats(cache: Cache): Promise<CacheStats> {
  const [ac, cas] = [newAmount(), newAmount()];
  const tasks = new Map<string, ReturnType<typeof newAmount>>();
  let damaged = 0;
  await forEachOf(listRecords(cache), (record) => {
    count(ac, record.size);
    if (record.damaged) damaged++;
    const task = record.task ?? `(${record.damaged ? 'damaged' : (record.kind ?? 'unknown')})`;
    let amount = tasks.get(task);
    if (amount === undefined) tasks.set(task, (amount = newAmount()));
    count(amount, record.size + record.contentSize);
  });
  for await (const { size } of entriesOf(cache, 'cas')) count(cas, size);
  const named = [...tasks].map(([task, amount]) => Object.assign(amount, { task }));
  return { ac, cas, tasks: named.sort((a, b) => b.bytes - a.bytes), damaged };
}

function newAmount(): { count: number; bytes: number } {
  return { count: 0, bytes: 0 };
}

function count(amount: ReturnType<typeof newAmount>, bytes: number): void {
  amount.count++;
  amount.bytes += bytes;
}
