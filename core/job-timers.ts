import type { Job } from './job.ts';

/** Timers for longer than this, in milliseconds, would fire at once. */
const MAX_TIMER = 2 ** 31 - 1;

/** Timers of jobs, one a job: of a try that must not take too long, or of a try to come. */
export class JobTimers {
  readonly #timers = new Map<Job, ReturnType<typeof setTimeout>>();

  /** Calls `due` after some milliseconds, unless it is stopped. */
  start(job: Job, milliseconds: number, due: () => void): void {
    this.stop(job);
    const expire = (): void => {
      this.#timers.delete(job);
      due();
    };
    this.#timers.set(job, setTimeout(expire, Math.min(milliseconds, MAX_TIMER)));
  }

  stop(job: Job): void {
    if (this.#timers.size === 0) return;
    clearTimeout(this.#timers.get(job));
    this.#timers.delete(job);
  }
}
