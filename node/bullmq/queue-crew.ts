/** The workers of a queue, as a client knows them: how many there are, and whose code is another. */
import type { SomenError } from '../../core/errors.ts';
import type { Task } from '../../core/task.ts';
import { Refusals } from '../../core/worker-refusals.ts';
import type { WorkerNotice } from './queue-message.ts';

/** Without any worker for this long, in milliseconds, the user is told. */
const LONELY_AFTER = 10_000;

/** See above. */
export class QueueCrew {
  readonly refusals: Refusals = new Refusals();
  /** Tasks whose code goes along with their jobs: some worker does not have it, and takes it. */
  readonly withCode: Set<Task> = new Set<Task>();
  #workers: ReadonlyMap<string, WorkerNotice> = new Map();
  #slots = 0;
  /** Since when there is something in the queue and no worker. */
  #lonelySince = Infinity;

  /** How many jobs all of them run at a time. */
  get slots(): number {
    return this.#slots;
  }

  /** These live. Returns whether they have more slots, or fewer, than those that lived before. */
  count(workers: readonly WorkerNotice[]): boolean {
    this.#workers = new Map(workers.map((worker) => [worker.id, worker]));
    const before = this.#slots;
    this.#slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
    return this.#slots !== before;
  }

  /** A worker's code of a task is another than that which it should run, and perhaps was sent. */
  refuse(task: Task, home: string, error: unknown, hadCode: boolean): void {
    if (this.#workers.get(home)?.acceptsCode === true && !hadCode) this.withCode.add(task.base ?? task);
    else this.refusals.note(task, home, error);
  }

  /** Why no worker runs a task, if that is so. */
  refusalOf(task: Task): SomenError | undefined {
    const homes = new Set(this.#workers.keys());
    return homes.size === 0 ? undefined : this.refusals.everywhere(task, homes);
  }

  /** Whether it should be told that there are no workers: nothing is wrong, but who has forgotten to start some would wait for ever. */
  isMissed(hasJobs: boolean): boolean {
    const now = performance.now();
    this.#lonelySince = this.#slots > 0 || !hasJobs ? Infinity : Math.min(this.#lonelySince, now);
    if (now - this.#lonelySince < LONELY_AFTER || this.#lonelySince === Infinity) return false;
    this.#lonelySince = now;
    return true;
  }
}
