/** What can be asked of a history: what ran when, for how long, where, from which inputs, and why it ran again. */
import type { Cache } from './cache.ts';
import { jobsOf, type JobFilter } from './history-jobs.ts';
import { sessionsOf, type RecordedSession, type SessionFilter } from './history-sessions.ts';
import { showKey, type ShownKey } from './history-show.ts';
import { traceKey, type Trace, type TraceOptions } from './history-trace.ts';
import { whyKey, type Why } from './history-why.ts';
import type { History } from './history.ts';
import type { RecordedJob } from './recorded-job.ts';

/**
 * Answers questions about jobs. A key may be abbreviated to its first characters, at least four of them, as long as they
 * mean one key only: else the answer is a `SomenError` of code `ERR_UNKNOWN_KEY` or `ERR_AMBIGUOUS_KEY`.
 */
export interface JobDatabase {
  /** The sessions, the newest first. */
  sessions(filter?: SessionFilter): AsyncIterable<RecordedSession>;
  /** Jobs, the newest first, unless the filter asks for another order. */
  jobs(filter?: JobFilter): AsyncIterable<RecordedJob>;
  /** The call behind a key, its jobs over time, and its record in the cache. */
  show(key: string): Promise<ShownKey>;
  /** Why the newest computation of a key ran. */
  why(key: string): Promise<Why>;
  /** How the newest result of a key came to be, up to the inputs that were plain. */
  trace(key: string, options?: TraceOptions): Promise<Trace>;
}

/**
 * The database of jobs: a history, and the cache that it is the history of. Nothing of it needs the tasks or classes of the
 * jobs.
 *
 * @param cache For `show`. @default none
 * @throws TypeError where there is no history
 * @example
 * ```ts
 * const cache = fileCache('.somen');
 * const { reason, changes } = await jobDatabase(cache.history, cache).why(keyOf(add(1, 2))); // 'argument changed'
 * ```
 */
export function jobDatabase(history: History | undefined, cache?: Cache): JobDatabase {
  if (history === undefined)
    throw new TypeError('Cannot ask a history: current value is undefined. Give it one, such as memoryHistory()');
  return {
    sessions: (filter) => sessionsOf(history, filter),
    jobs: (filter) => jobsOf(history, filter),
    show: (key) => showKey(history, cache, key),
    why: (key) => whyKey(history, key),
    trace: (key, options) => traceKey(history, key, options),
  };
}
