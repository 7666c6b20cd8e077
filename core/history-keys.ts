/** What a history tells of one key, which may be abbreviated. */
import { peek } from './cache-listing.ts';
import type { Cache } from './cache.ts';
import { SomenError } from './errors.ts';
import type { History } from './history.ts';
import { isJob, type FoundJob } from './recorded-job.ts';

/** A job, and the cache of its session, if that is known. */
export interface KeyedJob extends FoundJob {
  readonly cache: string | undefined;
}

/** A key, and its jobs, the oldest first. */
export interface FoundKey {
  readonly key: string;
  readonly jobs: readonly KeyedJob[];
}

const PREFIX = /^[0-9a-f]{4,64}$/;

/**
 * The jobs of a key, and those of the cache's keys, where one is given.
 * @throws RangeError where `prefix` is not 4 to 64 hex characters
 * @throws SomenError with the code `ERR_UNKNOWN_KEY` or `ERR_AMBIGUOUS_KEY`
 */
export async function findKey(history: History, prefix: string, cache?: Cache): Promise<FoundKey> {
  const wanted = prefix.toLowerCase();
  if (!PREFIX.test(wanted))
    throw new RangeError(`Cannot look for the key '${prefix.slice(0, 80)}': it must be 4 to 64 hex characters`);
  const jobs: KeyedJob[] = [];
  const keys = new Set<string>();
  for await (const job of jobsFrom(history, await history.sessions())) {
    const { key } = job.entry;
    if (key?.startsWith(wanted) !== true) continue;
    keys.add(key);
    jobs.push(job);
  }
  if (keys.size === 0 && cache !== undefined) for (const key of await keysIn(cache, wanted)) keys.add(key);
  return { key: only(keys, wanted, history, cache), jobs: jobs.sort((a, b) => a.entry.time - b.entry.time) };
}

async function keysIn(cache: Cache, prefix: string): Promise<readonly string[]> {
  if (prefix.length === 64) return (await peek(cache, 'ac', prefix)) === undefined ? [] : [prefix];
  const keys: string[] = [];
  for await (const { name } of cache.entries?.('ac') ?? []) if (name.startsWith(prefix)) keys.push(name);
  return keys;
}

function only(keys: ReadonlySet<string>, prefix: string, history: History, cache: Cache | undefined): string {
  const [key, ...others] = keys;
  if (key === undefined)
    throw new SomenError(
      'ERR_UNKNOWN_KEY',
      `Cannot find the key '${prefix}': neither the history ${history.name} nor ${cache === undefined ? 'any cache' : `the cache ${cache.name}`} has it`,
    );
  if (others.length === 0) return key;
  const some = [key, ...others].slice(0, 3).map((each) => each.slice(0, prefix.length + 8));
  throw new SomenError(
    'ERR_AMBIGUOUS_KEY',
    `Cannot tell which key '${prefix}' means: ${keys.size} begin so, ${some.join(', ')} among them. Give more of it`,
  );
}

/** The jobs of some sessions, with the cache of each session. */
export async function* jobsFrom(history: History, sessions: readonly string[]): AsyncGenerator<KeyedJob> {
  for (const session of sessions) {
    let cache: string | undefined;
    for await (const entry of history.read(session)) {
      if (entry.type === 'session') ({ cache } = entry);
      else if (isJob(entry)) yield { session, entry, cache };
    }
  }
}
