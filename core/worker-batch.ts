import { withCapturedName } from './captured-path.ts';
import { copyValue } from './capture.ts';
import { TaskNotFoundError } from './errors.ts';
import type { ExecutorListener, JobRequest } from './executor.ts';
import type { Packed } from './serializer.ts';
import { BUILT_IN, type Serializers } from './serializers.ts';
import { StoredValue } from './stored-value.ts';
import type { Task } from './task.ts';
import { packValue, type WireTaskNames } from './wire-pack.ts';
import { checkCloneable } from './wire-value.ts';
import type { WireJob } from './worker-protocol.ts';
import type { TaskNumbers, ToldTask } from './worker-tasks.ts';

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

/** How a scheduler's values are written. */
export function serializersOf(client: PoolClient): Serializers {
  return client.listener.serializers ?? BUILT_IN;
}

/** What the worker can do that gets a batch. */
export interface BatchReader {
  /** See `WorkerConnection.comparesVersions`. */
  readonly comparesVersions: boolean;
  /** See `WorkerConnection.reachesStore`. */
  readonly reachesStore: boolean;
}

/** Jobs on their way into one message. */
export class WorkerBatch {
  /** The jobs as they are sent. */
  readonly wire: WireJob[] = [];
  /** Tasks in them that the worker has not been told before. */
  readonly newTasks: (readonly [number, ToldTask])[] = [];
  /** The jobs in `wire`. */
  readonly given: PoolJob[] = [];
  /** Jobs whose arguments cannot be sent. */
  readonly refused: { readonly job: PoolJob; readonly error: unknown }[] = [];
  /** Jobs with arguments that the worker cannot read. */
  readonly unread: PoolJob[] = [];
  readonly #reader: BatchReader;
  readonly #tasks: TaskNumbers;
  readonly #names: WireTaskNames;
  /** Whether the job that was checked last shares objects with others. */
  #isShared = false;
  /** What serialisers made of its values. */
  readonly #made = new Map<object, Packed>();
  /** The objects in all. */
  readonly #seen = new Set<object>();

  constructor(tasks: TaskNumbers, names: WireTaskNames, reader: BatchReader) {
    this.#tasks = tasks;
    this.#names = names;
    this.#reader = reader;
  }

  /** Returns whether the job's arguments can be sent. */
  add(job: PoolJob): boolean {
    const { task, args, keeping } = job.request;
    const { comparesVersions, reachesStore } = this.#reader;
    const serializers = serializersOf(job.client);
    if (!reachesStore && args.some((value) => value instanceof StoredValue)) {
      this.unread.push(job);
      return false;
    }
    try {
      checkMovable(task, job.client);
      const positions = this.#check(args, serializers);
      const version = comparesVersions ? job.client.listener.version : undefined;
      const number = this.#tasks.numberOf(task, serializers, this.newTasks, version);
      const wire =
        positions === undefined
          ? { id: job.id, task: number, args: this.#isShared ? copyArguments(args) : args }
          : this.#packed(job, number, positions);
      this.wire.push(reachesStore && keeping !== undefined ? { ...wire, keeping } : wire);
    } catch (error) {
      this.refused.push({ job, error: withCapturedName(error, task.code) });
      return false;
    }
    this.given.push(job);
    return true;
  }

  /**
   * Returns the positions of arguments that have to be packed, if there are some, and notes whether any object is part
   * of another job already. What two jobs of one message share, they would share in the worker too, and see what the
   * other does to it: each gets its own.
   */
  #check(args: readonly unknown[], serializers: Serializers): number[] | undefined {
    let seen: Set<object> | undefined;
    let packed: number[] | undefined;
    this.#isShared = false;
    this.#made.clear();
    for (let index = 0; index < args.length; index++) {
      const value = args[index];
      if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol')
        if (checkCloneable(value, `args[${index}]`, serializers, this.#made, (seen ??= new Set())))
          (packed ??= []).push(index);
    }
    if (seen === undefined) return undefined;
    for (const object of seen) {
      if (this.#seen.has(object)) this.#isShared = true;
      else this.#seen.add(object);
    }
    return packed;
  }

  /** All arguments in one, so that what two of them share they share in the worker. */
  #packed({ id, client, request }: PoolJob, task: number, positions: readonly number[]): WireJob {
    const names: WireTaskNames = {
      findTask: (wire) => this.#names.findTask(wire),
      version: (named) => {
        checkMovable(named, client);
        return this.#names.version(named);
      },
    };
    const copy = copyValue(request.args);
    const { value, tasks, classes, stored } = packValue(copy, 'args', names, serializersOf(client), this.#made);
    const packed = { positions, tasks, classes, ...(stored.length > 0 && { stored }) };
    return { id, task, args: value as readonly unknown[], packed };
  }
}

/** A worker would run it with values of its own, and nobody would notice. */
function checkMovable(task: Task, { listener }: PoolClient): void {
  const message = listener.onlyHere?.(task);
  if (message !== undefined) throw new TaskNotFoundError(message);
}

function copyArguments(args: readonly unknown[]): readonly unknown[] {
  return copyValue(args) as readonly unknown[];
}
