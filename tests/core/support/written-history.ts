/** Entries of histories, as a runtime writes them, for tests that ask about them. */
import { digest, encode, type History, type HistoryEntry, type JobEntry, type SessionEntry } from 'somen';

/** 2026-11-26, 20:00 UTC. */
export const BEGIN: number = Date.UTC(2026, 10, 26, 20);

/** What a key is made of. */
export type Call = readonly [task: string, version: string, args: readonly unknown[]];

/** The key of a call. */
export function keyOfCall([task, version, args]: Call): string {
  return digest(['somen/1', task, version, args]);
}

/** What the key of a call of up to 23 arguments is made of: each argument is encoded by itself. */
function bytesOfCall([task, version, args]: Call): number[] {
  const encoded = (values: readonly unknown[]): number[] => values.flatMap((value) => Array.from(encode(value)));
  return [0x84, ...encoded(['somen/1', task, version]), 0x80 + args.length, ...encoded(args)];
}

/** The canonical encoding of a value in base64. */
export function base64Of(value: unknown): string {
  return btoa(String.fromCharCode(...encode(value)));
}

/** A job of a call that took 2 ms, unless `rest` says otherwise. */
export function jobEntry(job: number, call: Call, rest: Partial<JobEntry> = {}): JobEntry {
  const time = rest.time ?? BEGIN + 10 * job;
  return {
    type: 'job',
    run: 1,
    job,
    status: 'done',
    task: call[0],
    version: call[1],
    key: keyOfCall(call),
    call: btoa(String.fromCharCode(...bytesOfCall(call))),
    time,
    start: time - 2,
    duration: 2,
    worker: 'somen-1',
    ...rest,
  };
}

/** An entry for `gather` and its like. */
export function joinEntry(job: number, inputs: readonly number[], rest: Partial<JobEntry> = {}): JobEntry {
  return { type: 'job', run: 1, job, status: 'joined', task: 'somen/array', inputs, time: BEGIN + 10 * job, ...rest };
}

/** A session of one run, around its jobs; without an end where it is open. */
export function sessionEntries(
  jobs: readonly JobEntry[],
  about: Partial<SessionEntry> = {},
  status: 'done' | 'failed' | 'aborted' | 'open' = 'done',
): HistoryEntry[] {
  const times = jobs.map(({ time }) => time);
  const time = about.time ?? Math.min(BEGIN, ...times) - 5;
  const summary = { scheduled: jobs.length, ran: 0, attached: 0, retrieved: 0, failed: 0 };
  const end = { type: 'end', run: 1, time: Math.max(time, ...times) + 5, summary } as const;
  return [
    { type: 'session', platform: 'Node 20.20.2', program: 'poem.mjs', pid: 4711, host: 'here', ...about, time },
    { type: 'run', time, run: 1 },
    ...jobs,
    ...(status === 'open' ? [] : [{ ...end, status }]),
  ];
}

/** The `index`th session's id, as runtimes make them. */
export function sessionId(index: number): string {
  return `20261126T20${String(index).padStart(2, '0')}00000Z-${String(index).padStart(8, 'a')}`;
}

/** Writes sessions. */
export async function write(history: History, ...sessions: readonly (readonly HistoryEntry[])[]): Promise<void> {
  for (const [index, entries] of sessions.entries()) await history.append(sessionId(index), entries);
  await history.close?.();
}

/** All that an iterable gives. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
