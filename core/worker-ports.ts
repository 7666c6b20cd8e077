/** What a pool needs of a runtime to have workers, and what it wants to know of each of them. */
import type { WorkerLoadError } from './errors.ts';
import type { LogLevel } from './events.ts';
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
  /** What it is called in messages and records. @default the name that it was started with */
  readonly name?: string;
  /** With what it shares its end and its code: the pilot that it belongs to. @default nothing */
  readonly home?: string;
  /** Whether its code may be another than the scheduler's, so that it is told the versions of tasks. @default false */
  readonly comparesVersions?: boolean;
  /** Whether it can read and write the cache of {@link WorkerPoolOptions.storesIn}, once it has started. @default false */
  readonly reachesStore?: boolean;
}

/** What a worker's connection tells. */
export interface WorkerEvents {
  /**
   * The worker is gone without having been told so. `reason` is what it did: `exited with code 1`. Where `isHomeLost`,
   * all that shared its home is gone, and none of its jobs is to blame.
   */
  readonly ended: (reason: string, cause?: unknown, isHomeLost?: boolean) => void;
  /** It wants no more jobs: it will be gone once those that it has are done. */
  readonly draining: () => void;
  /** Something came out of it that was not written by way of the console. */
  readonly output: (level: LogLevel, text: string) => void;
}

/** Starts a worker. Throws where it cannot even be tried. */
export type SpawnWorker = (name: string, scheduler: SchedulerApi, events: WorkerEvents) => WorkerConnection;

/** Where a pool's workers come from. */
export interface WorkerSupply {
  /** How many workers there may be in the end, at most: at least one. */
  readonly most: number;
  /** How many more could be started now. */
  readonly free: number;
  /** Starts one of these. */
  readonly spawn: SpawnWorker;
  /** What starts one in none of these homes, whose code is not what is needed. @default there are no others */
  spawnBeside?(homes: ReadonlySet<string>): SpawnWorker | undefined;
  /** Whether some are on their way that may be in other homes: `supplied` tells when they are there, or will not be. @default false */
  readonly isGrowing?: boolean;
  /** Whether its workers are too far away to compute digests of what the scheduler has. @default false */
  readonly isRemote?: boolean;
  /** Told whenever that changes: how many jobs the pool has, waiting and under way. */
  demand?(jobs: number): void;
  /** The pool that takes the workers says so, once. */
  attach?(pool: SuppliedPool): void;
  /** The pool ends everything at once. It may want workers again afterwards. */
  close?(): Promise<void> | void;
}

/** A pool, as its supply sees it. */
export interface SuppliedPool {
  /** {@link WorkerSupply.free} or {@link WorkerSupply.most} grew, or {@link WorkerSupply.isGrowing} may have ended. */
  supplied(): void;
  /** There will be no workers: what waits for some fails, unless others are there. */
  unavailable(error: Error): void;
  /** Those who wait should know this. */
  notice(level: LogLevel, text: string): void;
}

/** What a pool is made of. */
export interface WorkerPoolOptions {
  /** What it is called in messages. @default 'workers' */
  readonly name?: string;
  readonly supply: WorkerSupply;
  /** The URL of the cache in which workers store results themselves. @default they send all */
  readonly storesIn?: string | undefined;
  /** Whether workers import the modules of tasks. Not if the user's own worker module does. */
  readonly imports: boolean;
  /** How long workers stay when no run uses them, in milliseconds. */
  readonly idleTimeout: number;
  /** Calls back later without keeping the process alive. Returns what takes it back. */
  readonly later: (callback: () => void, milliseconds: number) => () => void;
}

/** Why a worker ended: by itself, with all that shared its home, or because the pool had to stop a job that is not among those left. */
export type WorkerEnd = 'died' | 'home-lost' | 'stopped' | 'stopped-doubtfully';

/** What a pool wants to know of its workers. */
export interface WorkerWatcher<W> extends WireTaskNames {
  /** Jobs end within `take`: what there is room for then is handed out at once, afterwards. */
  reported(worker: W, take: () => void): void;
  /** The worker wants to hold so many more jobs, or fewer. */
  resized(change: number): void;
  loaded(worker: W): void;
  /** The worker's code is not the job's. */
  refused(worker: W, job: PoolJob, error: unknown): void;
  /** The worker is gone, with these jobs, in the order in which it would have run them. */
  ended(worker: W, how: WorkerEnd, jobs: readonly PoolJob[], error: Error): void;
  /** The worker never came up. */
  failedToLoad(worker: W, error: WorkerLoadError): void;
}
