/** What clients and workers of a queue say to each other. */
import type { JobColumns, ReportColumns } from '../../core/wire-columns.ts';
import type { WireError } from '../../core/wire-error.ts';
import type { ToldTask } from '../../core/worker-tasks.ts';
import type { SentCode } from '../pilot/sent-code.ts';
import type { PackedMessage } from './queue-values.ts';

/** The version of all of this. A worker of another one takes no jobs. */
export const QUEUE_FORMAT = 1;

/** The data of a job of BullMQ's: one or several jobs, by reference where they are large. */
export interface QueueJobData {
  readonly somen: number;
  /** Who put it there. */
  readonly client: string;
  /** The names of the jobs, in order; see {@link isShared}. */
  readonly jobs: readonly string[];
  /** The URL of the client's folder: workers find the same modules in theirs. */
  readonly root: string;
  /** The arguments of the client's script, which modules may look at. */
  readonly argv: readonly string[];
  /** The client's cache, where it has one: its URL, and a content in it by which a worker knows that it is the same one. */
  readonly cache?: { readonly url: string; readonly probe: string };
  /** Whether no other job may be on its thread: it may be one that ends threads. @default false */
  readonly isAlone?: boolean;
  /** The workers whose code is another. */
  readonly refusedBy?: readonly string[];
  /** A {@link QueueRun}. */
  readonly message: PackedMessage;
}

/** What a worker thread is told: a call of `WorkerApi.run`. The id of a job is its place in {@link QueueJobData.jobs}. */
export interface QueueRun {
  readonly jobs: JobColumns;
  readonly newTasks: readonly (readonly [number, ToldTask])[];
  /** The code of tasks that some worker does not have, and takes. */
  readonly codes?: readonly (readonly [number, SentCode])[];
}

/** Why a job is to be put into the queue again. */
export type AgainReason =
  /** The worker has not heard of its client. */
  | 'unheard'
  /** Nobody wanted it, and then somebody did. */
  | 'dropped'
  /** The worker was ended with other jobs, and it is not to blame. */
  | 'stopped'
  /** A worker thread died with several jobs, and this one may be the reason: it goes out alone. */
  | 'doubtful'
  /** Its values were not found where they should be. */
  | 'missing';

/** What a worker tells clients. */
export type QueueNews = {
  /** The names of the jobs that it is about. */
  readonly jobs: readonly string[];
} & (
  | { readonly type: 'started'; readonly worker: string }
  /** The id of a report's job is its place in `jobs`. `home` is the worker's process. */
  | { readonly type: 'reports'; readonly worker: string; readonly home: string; readonly reports: ReportColumns }
  | { readonly type: 'lost'; readonly error: WireError }
  | { readonly type: 'again'; readonly reason: AgainReason }
  /** A message that is too large to be told as it is; it is there until all have read it who were told, under the name `stored`. */
  | { readonly type: 'elsewhere'; readonly stored: string; readonly message: PackedMessage }
);

/** What a worker says of itself. */
export interface WorkerNotice {
  readonly id: string;
  /** For people: host and process. */
  readonly name: string;
  readonly slots: number;
  /** The version of this package. */
  readonly somen: string;
  /** Whether it runs code that clients send. */
  readonly acceptsCode: boolean;
}

/** Jobs of one call have one name, whoever wants them: it begins so. */
const SHARED = 'key-';

/** The name of the job of a call; `place` tells apart those whose results are kept at different places. */
export function sharedName(key: string, place: string): string {
  return `${SHARED}${key}${place === '' ? '' : `-${place}`}`;
}

/** Whether a job may be wanted by several clients. */
export function isShared(name: string): boolean {
  return name.startsWith(SHARED);
}
