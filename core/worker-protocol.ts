/**
 * What a scheduler and its workers say to each other. Both sides are exposed to the other over Comlink; the values
 * are what structured clone carries.
 */
import type { LogLevel } from './events.ts';
import type { Keeping } from './executor.ts';
import type { HashedChunks } from './parallel-digest.ts';
import type { PortableWorkflow } from './portable-workflow.ts';
import type { JobColumns, ReportColumns } from './wire-columns.ts';
import type { WireError } from './wire-error.ts';
import type { ClassReference } from './classes.ts';
import type { TaskReference } from './task.ts';
import type { StoredContent } from './stored-value.ts';
import type { WireTask } from './wire-task.ts';
import type { ToldTask } from './worker-tasks.ts';

/** A job on its way to a worker. */
export interface WireJob {
  readonly id: number;
  /** Number of its task in the list that the worker was told. */
  readonly task: number;
  readonly args: readonly unknown[];
  /** Where some of the arguments are packed. */
  readonly packed?: PackedArguments | undefined;
  /** Where the worker may store the result itself. */
  readonly keeping?: Keeping | undefined;
}

/** Which arguments are packed (see `wire-pack.ts`), and what the worker has to know before it unpacks them. */
export interface PackedArguments {
  /** Their positions. */
  readonly positions: readonly number[];
  readonly tasks: readonly WireTask[];
  readonly classes: readonly ClassReference[];
  /** Values that it reads from the cache. */
  readonly stored?: readonly StoredContent[];
}

/** News of a job, in the order in which they happened. Durations are in milliseconds. */
export type WireReport =
  | { readonly type: 'done'; readonly id: number; readonly value: unknown; readonly duration: number }
  /** Done, with a value that is packed. */
  | { readonly type: 'done-packed'; readonly id: number; readonly value: unknown; readonly duration: number }
  | {
      readonly type: 'expanded';
      readonly id: number;
      readonly workflow: PortableWorkflow<WireTask>;
      /** Whether arguments in it are packed. */
      readonly packed: boolean;
      readonly duration: number;
    }
  | { readonly type: 'failed'; readonly id: number; readonly error: WireError }
  /** Done, and the result is in the cache that both sides reach, under the job's key. */
  | { readonly type: 'stored'; readonly id: number; readonly duration: number }
  /** It has not run: an argument cannot be read from the cache here. */
  | { readonly type: 'unread'; readonly id: number }
  /** It has not run: the code here is not what the scheduler has, though it may be elsewhere. */
  | { readonly type: 'refused'; readonly id: number; readonly error: WireError }
  | { readonly type: 'log'; readonly id: number; readonly level: LogLevel; readonly values: readonly unknown[] };

/** What a worker is told first. */
export interface WorkerSetup {
  /** Its name, for messages. */
  readonly name: string;
  /** Whether it may import the modules of tasks that it does not have. */
  readonly imports: boolean;
  /** The cache that it reads arguments from and stores results in. */
  readonly store?: WorkerStore | undefined;
}

/** How a worker stores results itself. */
export interface WorkerStore {
  /** Where the cache is; see `Cache.url`. */
  readonly cache: string;
  /** Results whose encodings are shorter are sent, in bytes. */
  readonly threshold: number;
  /** Whether these are stored nevertheless, for a scheduler that may be gone when they are there. @default false */
  readonly keepsAll?: boolean;
}

/** The worker, as the scheduler sees it. Its methods can be held: Comlink's proxy makes them anew at each access. */
export interface WorkerApi {
  /** The first call. Its answer says that the worker is there. */
  readonly start: (setup: WorkerSetup) => Promise<void>;
  /** Takes jobs, to be run in order, and the tasks in them that it has not been told before. Answers at once. */
  readonly run: (jobs: JobColumns, newTasks: readonly (readonly [number, ToldTask])[]) => Promise<void>;
  /** Forgets jobs. Answers once none of them runs any more: a task that does not end has to be ended with its worker. */
  readonly cancel: (ids: readonly number[]) => Promise<void>;
  /** SHA-256 of each `chunkSize` bytes, and the buffer back; see `ChunkHasher`. */
  readonly hashChunks: (bytes: Uint8Array, chunkSize: number) => Promise<HashedChunks>;
}

/** The scheduler, as a worker sees it. */
export interface SchedulerApi {
  readonly report: (reports: ReportColumns) => void;
  /** The worker is about to end itself. */
  readonly leaving: () => void;
  /** A task and its code, for a worker that has not got it and takes code; what it is, the platform knows. */
  readonly code?: (reference: TaskReference) => Promise<unknown>;
}
