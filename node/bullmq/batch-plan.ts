/** Which jobs go together: short ones, as far as is known how long their tasks take, so that a message pays. */
import type { Task } from '../../core/task.ts';

/** What is in the queue for a slot should keep it busy for this long, in milliseconds: BullMQ's share in it is about a tenth then. */
export const BATCH_TIME = 10;
/** So many jobs are in a batch at most. */
const MAX_BATCH = 256;
/** What a job takes beside its task, in milliseconds. */
const OVERHEAD = 0.02;
/** How much the last duration counts in an average. */
const SMOOTHING = 0.2;

/** A job, as far as it matters here. */
export interface Plannable {
  readonly task: Task;
  /** Whether no other job may be in its batch. */
  readonly isAlone: boolean;
  /** What has to be equal in a batch. */
  readonly kind: string;
}

/** How long tasks take. */
export class Durations {
  readonly #averages = new Map<Task, number>();
  #average = Infinity;

  /** A job of a task took so many milliseconds. */
  learn(task: Task, duration: number): void {
    const plain = task.base ?? task;
    this.#averages.set(plain, smoothed(this.#averages.get(plain), duration));
    this.#average = smoothed(this.#average === Infinity ? undefined : this.#average, duration);
  }

  /** How long a job of a task takes, in milliseconds; infinitely where nothing is known. */
  of(task: Task): number {
    return (this.#averages.get(task.base ?? task) ?? Infinity) + OVERHEAD;
  }

  /** How many jobs such as those that came lately keep a slot busy for long enough. */
  get depth(): number {
    return Math.max(1, Math.min(MAX_BATCH, Math.floor(BATCH_TIME / (this.#average + OVERHEAD))));
  }
}

function smoothed(average: number | undefined, value: number): number {
  return average === undefined ? value : average + SMOOTHING * (value - average);
}

/**
 * Puts jobs into batches, in order, each of which takes `batchTime` milliseconds, as far as is known. They are shared out among so many workers: two batches are done sooner by two workers
 * than one by one.
 */
export function planBatches<T extends Plannable>(
  jobs: readonly T[],
  durations: Durations,
  workers: number,
  batchTime: number = BATCH_TIME,
): T[][] {
  const share = Math.min(MAX_BATCH, Math.max(1, Math.ceil(jobs.length / Math.max(1, workers))));
  const batches: T[][] = [];
  /** Batches that are not full, by kind. */
  const open = new Map<string, { readonly jobs: T[]; time: number }>();
  for (const job of jobs) {
    const time = durations.of(job.task);
    const current = open.get(job.kind);
    if (job.isAlone || time > batchTime) batches.push([job]);
    else if (current !== undefined && current.jobs.length < share && current.time + time <= batchTime) {
      current.jobs.push(job);
      current.time += time;
    } else {
      const batch = [job];
      batches.push(batch);
      open.set(job.kind, { jobs: batch, time });
    }
  }
  return batches;
}
