/** Which jobs ran, and which failed or took long. */
import type { History, JobEntry, JobStatus } from './history.ts';
import { findSession } from './history-sessions.ts';
import { isJob, recordedJob, type FoundJob, type RecordedJob } from './recorded-job.ts';

/** Which jobs are told of: those for which all holds that is said here. */
export interface JobFilter {
  /** A session: its id, the beginning of it, or `latest`. @default all */
  readonly session?: string;
  /** A task: its id, or the end of it after a `/` or `#`. @default all */
  readonly task?: string;
  /** Only those that failed. @default false */
  readonly failed?: boolean;
  /** How they ended. @default in any way; `joined` ones are not a user's and must be asked for */
  readonly status?: JobStatus;
  /** The so many that took the longest, the longest first. @default not by duration */
  readonly slow?: number;
  /** At most so many. @default all */
  readonly limit?: number;
}

/**
 * The jobs of a history, the newest first, unless `slow` asks for another order.
 * @throws RangeError where the session is not there
 */
export async function* jobsOf(history: History, filter: JobFilter = {}): AsyncGenerator<RecordedJob, void, undefined> {
  const { slow, limit = Infinity } = filter;
  let count = 0;
  const found = slow === undefined ? newestFirst(history, filter) : slowest(history, filter, slow);
  for await (const job of found) {
    if (count++ >= limit) return;
    yield recordedJob(job);
  }
}

async function sessionsFor(history: History, { session }: JobFilter): Promise<readonly string[]> {
  if (session !== undefined) return [await findSession(history, session)];
  return (await history.sessions()).toReversed();
}

async function* newestFirst(history: History, filter: JobFilter): AsyncGenerator<FoundJob> {
  const { limit = Infinity } = filter;
  for (const session of await sessionsFor(history, filter)) {
    let entries: JobEntry[] = [];
    for await (const entry of history.read(session)) {
      if (entry.type !== 'job' || !isWanted(entry, filter)) continue;
      entries.push(entry);
      // The last ones come first: of a long session, no more are held than are wanted.
      if (entries.length > 2 * limit + 1000) entries = entries.slice(-limit);
    }
    for (const entry of entries.reverse()) yield { session, entry };
  }
}

async function* slowest(history: History, filter: JobFilter, count: number): AsyncGenerator<FoundJob> {
  let found: FoundJob[] = [];
  const cut = (): FoundJob[] => found.sort((a, b) => durationOf(b) - durationOf(a)).slice(0, count);
  for (const session of await sessionsFor(history, filter)) {
    for await (const entry of history.read(session)) {
      if (entry.type !== 'job' || entry.duration === undefined || !isWanted(entry, filter)) continue;
      found.push({ session, entry });
      if (found.length > 2 * count + 1000) found = cut();
    }
  }
  yield* cut();
}

function durationOf({ entry }: FoundJob): number {
  return entry.duration ?? 0;
}

function isWanted(entry: JobEntry, { task, failed, status }: JobFilter): boolean {
  if (status === undefined ? !isJob(entry) : entry.status !== status) return false;
  if (failed === true && entry.status !== 'failed') return false;
  return task === undefined || isTask(entry.task, task);
}

function isTask(id: string, wanted: string): boolean {
  return id === wanted || id.endsWith(`/${wanted}`) || id.endsWith(`#${wanted}`);
}
