/** What a pool needs of a runtime to have workers, and what it wants to know of each of them. */
import type { WorkerLoadError } from './errors.ts';
import type { PoolJob } from './worker-batch.ts';
import type { WireTaskNames } from './wire-pack.ts';
import type { SchedulerApi, WorkerApi } from './worker-protocol.ts';

/** A worker that was just started. */
export interface WorkerConnection {
  readonly api: WorkerApi;
  /** Where its program is from, for messages. */
  readonly source: string;
  /** Ends it at once, whatever it does. */
  terminate(): void;
  /** Whether the process should wait for it, where that can be said. */
  keepAlive(wanted: boolean): void;
}

/** Called when a worker is gone without having been told so. `reason` is what it did: `exited with code 1`. */
export type WorkerEnded = (reason: string, cause?: unknown) => void;

/** Starts a worker. Throws where it cannot even be tried. */
export type SpawnWorker = (name: string, scheduler: SchedulerApi, ended: WorkerEnded) => WorkerConnection;

/** What a pool is made of. */
export interface WorkerPoolOptions {
  /** How many workers. */
  readonly size: number;
  /** Starts one. */
  readonly spawn: SpawnWorker;
  /** Whether workers import the modules of tasks. Not if the user's own worker module does. */
  readonly imports: boolean;
  /** How long workers stay when no run uses them, in milliseconds. */
  readonly idleTimeout: number;
  /** Calls back later without keeping the process alive. Returns what takes it back. */
  readonly later: (callback: () => void, milliseconds: number) => () => void;
}

/** Why a worker ended: by itself, or because the pool had to stop a job that is not among those left. */
export type WorkerEnd = 'died' | 'stopped' | 'stopped-doubtfully';

/** What a pool wants to know of its workers. */
export interface WorkerWatcher<W> extends WireTaskNames {
  /** Jobs end within `take`: what there is room for then is handed out at once, afterwards. */
  reported(take: () => void): void;
  /** The worker wants to hold more jobs, or fewer. */
  resized(): void;
  loaded(): void;
  /** The worker is gone, with these jobs, in the order in which it would have run them. */
  ended(worker: W, how: WorkerEnd, jobs: readonly PoolJob[], error: Error): void;
  /** The worker never came up. */
  failedToLoad(worker: W, error: WorkerLoadError): void;
}
