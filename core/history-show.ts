/** All that is known of a key. */
import { peek } from './cache-listing.ts';
import type { Cache } from './cache.ts';
import type { ContentId } from './hasher.ts';
import { findKey } from './history-keys.ts';
import type { History } from './history.ts';
import { recordedJob, type RecordedJob } from './recorded-job.ts';
import { createPortableHasher } from './sha256.ts';
import { showEncoded } from './stored-values.ts';
import { readRecord, type StoredRecord } from './stored-record.ts';

/** What is known of a key. */
export interface ShownKey {
  readonly key: string;
  readonly task?: string;
  readonly version?: string;
  /** The arguments, each shortened for reading; missing where they were too long to be written down. */
  readonly arguments?: readonly string[];
  /** Its jobs, the oldest first. */
  readonly jobs: readonly RecordedJob[];
  /** What stands in the cache; missing where nothing does, or no cache was asked. */
  readonly record?: ShownRecord;
}

/** A record, for people. */
export interface ShownRecord extends Omit<StoredRecord, 'inline' | 'contents' | 'key'> {
  /** Whether it can be read. A damaged one counts as missing, and is removed when a run meets it. */
  readonly damaged: boolean;
  /** The length of the result's encoding in bytes, and its digest where it stands for itself. */
  readonly size?: number;
  readonly digest?: string;
  /** The result, shortened for reading, where it is short. */
  readonly result?: string;
}

/**
 * The call behind a key, its jobs, and its record in the cache.
 * @throws SomenError with the code `ERR_UNKNOWN_KEY` or `ERR_AMBIGUOUS_KEY`
 */
export async function showKey(history: History, cache: Cache | undefined, prefix: string): Promise<ShownKey> {
  const { key, jobs: found } = await findKey(history, prefix, cache);
  const jobs = found.map(recordedJob);
  const record = cache && (await shownRecord(cache, key));
  const told = jobs.findLast((job) => job.arguments !== undefined) ?? jobs.at(-1);
  const { task = record?.task, version = record?.version, arguments: args } = told ?? {};
  return {
    key,
    ...(task !== undefined && { task }),
    ...(version !== undefined && { version }),
    ...(args && { arguments: args }),
    jobs,
    ...(record && { record }),
  };
}

async function shownRecord(cache: Cache, key: string): Promise<ShownRecord | undefined> {
  const bytes = await peek(cache, 'ac', key);
  if (bytes === undefined) return undefined;
  const record = readRecord(bytes, key, createPortableHasher());
  if (record === undefined) return { format: '', damaged: true };
  const { inline, contents, key: _, ...rest } = record;
  const size = inline === undefined ? contents[0] : { length: inline.length };
  return {
    ...rest,
    damaged: false,
    ...(size && sizeOf(size)),
    ...(inline && record.kind === 'value' && { result: showEncoded(inline) }),
  };
}

function sizeOf({ length, digest }: Partial<ContentId> & { readonly length: number }): Partial<ShownRecord> {
  return { size: length, ...(digest !== undefined && { digest }) };
}
