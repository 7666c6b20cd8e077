/**
 * The port of a history: what happened in runs, session by session, only ever added to. Core writes the entries
 * (`job-recorder.ts`) and asks the questions (`history-queries.ts`); a history only keeps them.
 */
import type { Awaitable } from './cache.ts';
import type { RunSummary } from './events.ts';

/** Keeps what happened. */
export interface History {
  /** For messages: `memory`, `file:/path`. */
  readonly name: string;
  /** Adds entries to a session, in their order. */
  append(session: string, entries: readonly HistoryEntry[]): Awaitable<void>;
  /** The ids of all sessions, the oldest first. Ids sort by time. */
  sessions(): Promise<readonly string[]>;
  /** The entries of a session, in their order. What a crash left half-written at the end is left out. */
  read(session: string): AsyncIterable<HistoryEntry>;
  /** Entries of all sessions as they are added from now on, until the signal is aborted. */
  follow(signal: AbortSignal): AsyncIterable<FollowedEntry>;
  /** Removes a session. */
  remove(session: string): Awaitable<void>;
  /** Writes what is held back, and ends connections. It may be used again afterwards. */
  close?(): Awaitable<void>;
}

/** An entry, with its session's id. */
export interface FollowedEntry {
  readonly session: string;
  readonly entry: HistoryEntry;
}

/** What is written down. All times are in milliseconds since 1970. */
export type HistoryEntry = SessionEntry | RunEntry | CodeEntry | JobEntry | RunEndEntry;

/** The first entry of a session: of one runtime, which may run several workflows. */
export interface SessionEntry {
  readonly type: 'session';
  readonly time: number;
  /** What ran it: `Node 20.20.2`, or what the browser says of itself. */
  readonly platform: string;
  /** The script or the page, where there is one. */
  readonly program?: string;
  /** The process, where there is one. */
  readonly pid?: number;
  /** The machine, where it has a name. */
  readonly host?: string;
  /** The cache's name. */
  readonly cache?: string;
}

/** A run begins. */
export interface RunEntry {
  readonly type: 'run';
  readonly time: number;
  /** Number within the session, from 1. */
  readonly run: number;
}

/** What a task's closure hash is made of; once a session, ahead of the task's first job. */
export interface CodeEntry {
  readonly type: 'code';
  readonly time: number;
  /** The task's id and version, as in keys. */
  readonly task: string;
  readonly version: string;
  /** The pieces, by `module#name`, the function itself first, and packages by `name@version`; each with its hash. */
  readonly pieces: Readonly<Record<string, string>>;
}

/** A run is over. A run without one was killed, or is under way. */
export interface RunEndEntry {
  readonly type: 'end';
  readonly time: number;
  readonly run: number;
  readonly status: 'done' | 'failed' | 'aborted';
  readonly summary: RunSummary;
}

/**
 * How a job ended. `done`: computed; `expanded`: computed, and it returned a workflow; `retrieved`: found in a cache;
 * `attached`: got the result of another job of the same key, under way at the same time; `joined`: a task of the
 * language itself (`somen/array`), which is only written down so that inputs can be followed through it.
 */
export type JobStatus = 'done' | 'expanded' | 'retrieved' | 'attached' | 'joined' | 'failed' | 'aborted';

/** A job, written down when it has ended. */
export interface JobEntry {
  readonly type: 'job';
  readonly run: number;
  /** Number within the run; see `EventBase.job`. */
  readonly job: number;
  readonly status: JobStatus;
  /** The task's id and version, as in keys. */
  readonly task: string;
  readonly version?: string;
  /** The key of the call, 64 hex characters, where it has one. */
  readonly key?: string;
  /**
   * What the key is the SHA-256 of, in base64: the canonical encoding of `["somen/1", task, version, [argument, ...]]`.
   * Left out above 64 KiB.
   */
  readonly call?: string;
  /** When it ended. */
  readonly time: number;
  /** When a worker began with it, how many milliseconds it took, and which worker that was. */
  readonly start?: number;
  readonly duration?: number;
  readonly worker?: string;
  /** The numbers of the jobs whose results are among its arguments. */
  readonly inputs?: readonly number[];
  /** The encoding of its result in base64, where that is at most 100 bytes; else its digest and length in bytes. */
  readonly result?: string;
  readonly digest?: string;
  readonly length?: number;
  /** Whether its result went into the cache. */
  readonly stored?: boolean;
  /** Of an expanded or retrieved job that goes on with a workflow: the job whose result is its own. */
  readonly next?: number;
  /** How often it was tried, if more than once. */
  readonly attempts?: number;
  /** Why it failed. */
  readonly error?: { readonly name: string; readonly message: string };
}
