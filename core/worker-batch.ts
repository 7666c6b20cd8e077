import { copyValue } from './capture.ts';
import type { ExecutorListener, JobRequest } from './executor.ts';
import type { TaskReference } from './task.ts';
import { packValue, type WireTaskNames } from './wire-pack.ts';
import { checkCloneable } from './wire-value.ts';
import type { WireJob } from './worker-protocol.ts';
import type { TaskNumbers } from './worker-tasks.ts';

/** A job in a pool. */
export interface PoolJob {
  readonly id: number;
  readonly client: PoolClient;
  readonly request: JobRequest;
}

/** Whose job it is. */
export interface PoolClient {
  readonly listener: ExecutorListener;
  /** Tells the scheduler how a job ended, if it still wants to know. */
  settle(job: PoolJob, tell: (listener: ExecutorListener) => void): void;
}

/** Jobs on their way into one message. */
export class WorkerBatch {
  /** The jobs as they are sent. */
  readonly wire: WireJob[] = [];
  /** Tasks in them that the worker has not been told before. */
  readonly newTasks: (readonly [number, TaskReference])[] = [];
  /** The jobs in `wire`. */
  readonly given: PoolJob[] = [];
  /** Jobs whose arguments cannot be sent. */
  readonly refused: { readonly job: PoolJob; readonly error: unknown }[] = [];
  readonly #tasks: TaskNumbers;
  readonly #names: WireTaskNames;
  /** The objects in it. */
  readonly #seen = new Set<object>();

  constructor(tasks: TaskNumbers, names: WireTaskNames) {
    this.#tasks = tasks;
    this.#names = names;
  }

  /** Returns whether the job's arguments can be sent. */
  add(job: PoolJob): boolean {
    const { task, args } = job.request;
    try {
      this.wire.push({ id: job.id, task: this.#tasks.numberOf(task, this.newTasks), ...this.#own(args) });
    } catch (error) {
      this.refused.push({ job, error });
      return false;
    }
    this.given.push(job);
    return true;
  }

  /** What two jobs of one message share, they would share in the worker too, and see what the other does to it: each gets its own. */
  #own(args: readonly unknown[]): Pick<WireJob, 'args' | 'packed'> {
    let seen: Set<object> | undefined;
    let packed: number[] | undefined;
    for (let index = 0; index < args.length; index++) {
      const value = args[index];
      if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol')
        if (checkCloneable(value, `args[${index}]`, (seen ??= new Set()))) (packed ??= []).push(index);
    }
    if (seen === undefined) return { args };
    if (packed !== undefined) return this.#pack(args, packed);
    let isShared = false;
    for (const object of seen) {
      if (this.#seen.has(object)) isShared = true;
      else this.#seen.add(object);
    }
    return { args: isShared ? (copyValue(args) as readonly unknown[]) : args };
  }

  #pack(args: readonly unknown[], positions: readonly number[]): Pick<WireJob, 'args' | 'packed'> {
    // All in one, so that what two arguments share they share in the worker.
    const { value, tasks, classes } = packValue(copyValue(args), 'args', this.#names);
    return { args: value as readonly unknown[], packed: { positions, tasks, classes } };
  }
}
