import type { Job } from './job.ts';

/** Jobs with a priority, which few have: the highest first, of equal ones the one that came last. */
export class PrioritisedJobs {
  readonly #buckets = new Map<number, Job[]>();
  /** The priorities in use, the highest first. */
  #order: number[] = [];

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#order.length === 0;
  }

  push(job: Job, priority: number): void {
    const bucket = this.#buckets.get(priority);
    if (bucket !== undefined) return void bucket.push(job);
    this.#buckets.set(priority, [job]);
    this.#order = [...this.#order, priority].sort((a, b) => b - a);
  }

  /** The next job: of those above 0, or else of those below. It stays. */
  peek(above: boolean): Job | undefined {
    const next = this.#order.find((priority) => priority > 0 === above);
    return next === undefined ? undefined : this.#buckets.get(next)?.at(-1);
  }

  /** Takes out what `peek` showed. */
  pop(above: boolean): void {
    const next = this.#order.find((priority) => priority > 0 === above);
    if (next === undefined) return;
    const bucket = this.#buckets.get(next);
    bucket?.pop();
    if (bucket !== undefined && bucket.length > 0) return;
    this.#buckets.delete(next);
    this.#order = this.#order.filter((priority) => priority !== next);
  }
}
