/** Which sessions there were, and how they went. */
import type { RunSummary } from './events.ts';
import type { History, JobStatus, RunEndEntry, SessionEntry } from './history.ts';

/**
 * How a session went: as its worst run did. A session with a run that has no end was killed, or is under way; which of
 * the two, the history does not tell.
 */
export type SessionStatus = 'done' | 'failed' | 'aborted' | 'crashed or running';

/** A session. */
export interface RecordedSession extends Partial<Omit<SessionEntry, 'type'>> {
  /** Its id. */
  readonly session: string;
  readonly status: SessionStatus;
  /** When its last entry was written, in milliseconds since 1970. */
  readonly lastTime?: number;
  readonly runs: readonly RecordedRun[];
  /** How many jobs ended in each way. */
  readonly jobs: Readonly<Record<JobStatus, number>>;
}

/** A run of a session. */
export interface RecordedRun {
  readonly run: number;
  readonly time: number;
  readonly status: SessionStatus;
  /** When it ended, if it did. */
  readonly end?: number;
  readonly summary?: RunSummary;
}

/** Which sessions are told of. */
export interface SessionFilter {
  /** The newest so many. @default all */
  readonly limit?: number;
}

/** The sessions of a history, the newest first. */
export async function* sessionsOf(
  history: History,
  { limit = Infinity }: SessionFilter = {},
): AsyncGenerator<RecordedSession, void, undefined> {
  for (const session of (await history.sessions()).toReversed().slice(0, limit))
    yield recordedSession(history, session);
}

async function recordedSession(history: History, session: string): Promise<RecordedSession> {
  const runs = new Map<number, RecordedRun>();
  const jobs: Record<JobStatus, number> = {
    done: 0,
    expanded: 0,
    retrieved: 0,
    attached: 0,
    joined: 0,
    failed: 0,
    aborted: 0,
  };
  let about: Partial<Omit<SessionEntry, 'type'>> = {};
  let lastTime: number | undefined;
  for await (const entry of history.read(session)) {
    lastTime = entry.time;
    if (entry.type === 'job') jobs[entry.status]++;
    else if (entry.type === 'run') runs.set(entry.run, { ...withoutType(entry), status: 'crashed or running' });
    else if (entry.type === 'end') runs.set(entry.run, endedRun(entry, runs.get(entry.run)?.time));
    else if (entry.type === 'session') about = withoutType(entry);
  }
  const all = [...runs.values()];
  return { session, status: worst(all), ...about, ...(lastTime !== undefined && { lastTime }), runs: all, jobs };
}

function withoutType<T extends { readonly type: string }>(entry: T): Omit<T, 'type'> {
  const { type: _, ...rest } = entry;
  return rest;
}

function endedRun({ run, status, time: end, summary }: RunEndEntry, time = end): RecordedRun {
  return { run, time, status, end, summary };
}

const BY_SEVERITY: readonly SessionStatus[] = ['crashed or running', 'failed', 'aborted', 'done'];

function worst(runs: readonly RecordedRun[]): SessionStatus {
  return BY_SEVERITY.find((status) => runs.some((run) => run.status === status)) ?? 'crashed or running';
}

/**
 * The session that a text means: its id, the beginning of one, the part after the hyphen, or `latest`.
 * @throws RangeError where there is none, or more than one
 */
export async function findSession(history: History, text: string): Promise<string> {
  const sessions = await history.sessions();
  const found =
    text === 'latest'
      ? sessions.slice(-1)
      : sessions.filter((session) => session.startsWith(text) || session.split('-').at(-1) === text);
  const [session, other] = found;
  if (session !== undefined && (other === undefined || session === text)) return session;
  throw new RangeError(
    session === undefined
      ? `Cannot find the session '${text}': the history ${history.name} has ${sessions.length} others`
      : `Cannot tell which session '${text}' is: ${found.length} begin so, ${session} and ${other} among them`,
  );
}
