import type { PoolJob } from './worker-batch.ts';

/** So many places that are empty at the beginning are kept before the rest moves up. */
const MAX_GAP = 1024;

/** Jobs that wait in a pool. Taking one from the beginning takes the same time however many there are. */
export class PoolQueue {
  #jobs: PoolJob[] = [];
  /** Where the first one is. */
  #first = 0;

  get length(): number {
    return this.#jobs.length - this.#first;
  }

  push(...jobs: readonly PoolJob[]): void {
    for (const job of jobs) this.#jobs.push(job);
  }

  putFirst(jobs: readonly PoolJob[]): void {
    this.#jobs = [...jobs, ...this.#rest()];
    this.#first = 0;
  }

  /** Takes up to so many of those that may be taken, from the beginning. */
  take(count: number, mayTake?: (job: PoolJob) => boolean): PoolJob[] {
    if (mayTake !== undefined) return this.#takeSome(count, mayTake);
    const end = Math.min(this.#first + count, this.#jobs.length);
    const taken = this.#jobs.slice(this.#first, end);
    this.#first = end;
    if (this.#first > MAX_GAP && this.#first > this.length) {
      this.#jobs = this.#rest();
      this.#first = 0;
    }
    return taken;
  }

  #takeSome(count: number, mayTake: (job: PoolJob) => boolean): PoolJob[] {
    const taken: PoolJob[] = [];
    this.remove((job) => {
      const isTaken = taken.length < count && mayTake(job);
      if (isTaken) taken.push(job);
      return isTaken;
    });
    return taken;
  }

  some(isMeant: (job: PoolJob) => boolean): boolean {
    return this.#jobs.some((job, index) => index >= this.#first && isMeant(job));
  }

  remove(isUnwanted: (job: PoolJob) => boolean): void {
    this.#jobs = this.#rest().filter((job) => !isUnwanted(job));
    this.#first = 0;
  }

  #rest(): PoolJob[] {
    return this.#jobs.slice(this.#first);
  }
}
