/** Which job goes next: by priority; then what has waited for a place; then, depth first, what became ready last. */
import type { Job } from './job.ts';

/** Jobs whose arguments are all there, until they are handed out. */
export class JobQueue {
  /** Jobs without a priority. The last one is next. */
  #ready: Job[] = [];
  /** Those that are in no cache, or have waited for limits: at most as many as are looked up at once. They go before the others. The last one is next. */
  readonly #placed: Job[] = [];
  readonly #prioritised = new PrioritisedJobs();
  /** Whether any job had a priority so far: most programs have none. */
  #hasPriorities = false;

  get isEmpty(): boolean {
    return this.#ready.length === 0 && this.#placed.length === 0 && this.#prioritised.isEmpty;
  }

  /** How many jobs have been looked up and wait for a place. */
  get placed(): number {
    return this.#placed.length;
  }

  /** Adds a job that has just become ready. */
  add(job: Job): void {
    const { control } = job.task;
    if (control === undefined || control.priority === 0) this.#ready.push(job);
    else this.#prioritise(job, control.priority);
  }

  /** Adds a job that needs nothing more but a place in the executor. */
  addPlaced(job: Job): void {
    const { control } = job.task;
    if (control === undefined || control.priority === 0) this.#place(job);
    else this.#prioritise(job, control.priority);
  }

  /** Jobs of earlier runs go first, as among those that are ready; of one run, what came last. */
  #place(job: Job): void {
    const placed = this.#placed;
    let at = placed.length;
    while (at > 0 && rankOf(placed[at - 1] as Job) < rankOf(job)) at--;
    if (at === placed.length) placed.push(job);
    else placed.splice(at, 0, job);
  }

  #prioritise(job: Job, priority: number): void {
    this.#hasPriorities = true;
    this.#prioritised.push(job, priority);
  }

  /** Takes out the next job, if there is room for it. If not, none of those behind it goes before it. */
  next(hasRoomFor: (job: Job) => boolean): Job | undefined {
    if (this.#hasPriorities && this.#prioritised.peek(true) !== undefined)
      return this.#nextPrioritised(true, hasRoomFor);
    const placed = this.#placed;
    if (placed.length > 0 && hasRoomFor(placed[placed.length - 1] as Job)) return placed.pop();
    const ready = this.#ready;
    if (ready.length > 0) return hasRoomFor(ready[ready.length - 1] as Job) ? ready.pop() : undefined;
    return this.#hasPriorities ? this.#nextPrioritised(false, hasRoomFor) : undefined;
  }

  #nextPrioritised(above: boolean, hasRoomFor: (job: Job) => boolean): Job | undefined {
    const job = this.#prioritised.peek(above);
    return job !== undefined && hasRoomFor(job) ? this.#prioritised.pop(above) : undefined;
  }

  /** Where the next jobs that are added begin; for {@link arrange}. */
  mark(): number {
    return this.#ready.length;
  }

  /** Jobs of a graph were added in the order of its arguments, and the first one shall be next. */
  arrange(mark: number): void {
    const list = this.#ready;
    for (let low = mark, high = list.length - 1; low < high; low++, high--) {
      const job = list[low] as Job;
      list[low] = list[high] as Job;
      list[high] = job;
    }
  }

  /** Puts aside what is ready, so that what is added now comes after it: see {@link putFirst}. */
  setAside(): Job[] {
    const earlier = this.#ready;
    this.#ready = [];
    return earlier;
  }

  /** Puts back what was put aside: it goes before what was added since. */
  putFirst(earlier: Job[]): void {
    if (earlier.length > 0) this.#ready = this.#ready.concat(earlier);
  }
}

/** The lower, the sooner: what awaits a nested run may be what has all the places. */
function rankOf({ run }: Job): number {
  return run.nested ? -run.id : run.id;
}

/** Jobs with a priority, which few have: the highest first, of equal ones the one that came last. */
class PrioritisedJobs {
  readonly #buckets = new Map<number, Job[]>();
  /** The priorities in use, the highest first. */
  #order: number[] = [];

  get isEmpty(): boolean {
    return this.#order.length === 0;
  }

  push(job: Job, priority: number): void {
    const bucket = this.#buckets.get(priority);
    if (bucket !== undefined) return void bucket.push(job);
    this.#buckets.set(priority, [job]);
    this.#order = [...this.#order, priority].sort((a, b) => b - a);
  }

  /** The next job: of those above 0, or of those below. It stays. */
  peek(above: boolean): Job | undefined {
    return this.#bucket(above)?.at(-1);
  }

  /** Takes out what `peek` shows. */
  pop(above: boolean): Job | undefined {
    const bucket = this.#bucket(above);
    const job = bucket?.pop();
    if (bucket?.length === 0) {
      const [empty] = [...this.#buckets].find(([, jobs]) => jobs === bucket) ?? [];
      if (empty !== undefined) this.#buckets.delete(empty);
      this.#order = this.#order.filter((priority) => priority !== empty);
    }
    return job;
  }

  #bucket(above: boolean): Job[] | undefined {
    const next = this.#order.find((priority) => priority > 0 === above);
    return next === undefined ? undefined : this.#buckets.get(next);
  }
}
