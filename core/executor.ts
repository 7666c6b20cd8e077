/** The port of an executor: where jobs run. */
import type { LogLevel } from './events.ts';
import type { ChunkHasher } from './parallel-digest.ts';
import type { Serializers } from './serializers.ts';
import type { Task } from './task.ts';
import type { WorkflowNode } from './workflow.ts';

/** A job for an executor. */
export interface JobRequest {
  readonly task: Task;
  /** The arguments' values. The executor may not change them, nor let the task change them. */
  readonly args: readonly unknown[];
  /** The call's key, where it has one. */
  readonly key?: string | undefined;
  /** How its result is remembered, where {@link ExecutorSession.storesIn} is the run's cache, and the result may be stored there by who computes it. */
  readonly keeping?: Keeping | undefined;
}

/** What a record says of a job, for who stores its result elsewhere. */
export interface Keeping {
  /** The key that it is stored under. */
  readonly key: string;
  /** The task's id and version, as in the key. */
  readonly task: string;
  readonly version: string;
  /** The session of the run; see `SessionEntry`. */
  readonly session: string;
  /** The digests of the arguments, as far as they were long enough to have one. */
  readonly inputs: readonly string[];
  /** For how long the result counts, in milliseconds. @default for ever */
  readonly expires?: number | undefined;
}

/** What an executor tells the scheduler. Each job that was submitted ends with one `done`, `stored`, `expanded`, `failed` or `lost`, unless it was cancelled. */
export interface ExecutorListener {
  /** How the scheduler's values are written on their way to other threads. @default the built-in serialisers */
  readonly serializers?: Serializers;
  /** The version of a task, as in keys: for who runs code of its own. @default not told */
  readonly version?: (task: Task) => string;
  /** Why a task cannot run on another thread, if that is so: its job fails with this. @default all can */
  readonly onlyHere?: (task: Task) => string | undefined;
  started(job: JobRequest, worker: string): void;
  /** `value` is what the task returned, awaited; `duration` is in milliseconds. */
  done(job: JobRequest, value: unknown, duration: number): void;
  /** The result is in {@link ExecutorSession.storesIn}, under the job's key. Only of jobs with {@link JobRequest.keeping}. */
  stored?(job: JobRequest, duration: number): void;
  /** A `StoredValue` among the arguments cannot be read where the job should run: it is to be submitted again, with values. */
  unread?(job: JobRequest): void;
  /** The task returned a promised value, or something that holds some: the workflow goes on with `node`. */
  expanded(job: JobRequest, node: WorkflowNode, duration: number): void;
  failed(job: JobRequest, error: unknown): void;
  /** The job's worker died with it; it may run again. */
  lost(job: JobRequest, error: Error): void;
  log(job: JobRequest, level: LogLevel, values: readonly unknown[]): void;
  /** {@link ExecutorSession.capacity} changed. */
  resized(): void;
}

/** One scheduler's use of an executor. */
export interface ExecutorSession {
  /** How many jobs it wants to hold at once, queued ones included. */
  readonly capacity: number;
  /** How many jobs are under way on the calling thread itself, where some are: such a job may wait for another run. */
  readonly underWay?: number;
  /** The URL of the cache in which it stores results itself; then arguments may be `StoredValue`s of that cache. @default it stores none */
  readonly storesIn?: string | undefined;
  /** Whether arguments may hold `Reference`s, which it rebuilds where the task runs. Else it gets the values. @default false */
  readonly takesReferences?: boolean;
  submit(job: JobRequest): void;
  /** The scheduler has no more to hand out for now: a batch that was held back goes. */
  flush(): void;
  /** Threads that hash large contents, where the executor has some. */
  hashers?(): readonly ChunkHasher[];
  /** Nobody wants these any more. What cannot be told to stop is stopped by force. No answer follows. */
  cancel(jobs: readonly JobRequest[]): void;
  /** Ends the session. Its jobs are cancelled. */
  close(): void;
}

/** Where jobs run. An executor may serve several schedulers at once, and outlives them. */
export interface Executor {
  /** For messages: `inline`, `workers`. */
  readonly name: string;
  open(listener: ExecutorListener): ExecutorSession;
  /** Ends all workers at once; jobs under way fail. It may be used again afterwards. */
  close(): Promise<void>;
}
