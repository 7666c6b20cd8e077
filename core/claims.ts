/** What other processes are told of the jobs that run here, and how one waits for theirs. */
import type { Awaitable, Claim } from './cache.ts';
import { isThenable } from './capture.ts';
import type { Job } from './job.ts';
import type { ResultStore } from './result-store.ts';

/** How long to wait before asking again, in milliseconds: at first, at most, and by what it grows. */
const FIRST_WAIT = 10;
const LONGEST_WAIT = 500;
const GROWTH = 1.5;

/** The claims of one driver. A claim that cannot be had for other reasons than another owner counts as had. */
export class Claims {
  readonly #store: ResultStore;
  readonly #held = new Map<Job, Claim>();
  /** Timers of jobs that others compute. */
  readonly #waiting = new Map<Job, ReturnType<typeof setTimeout>>();

  constructor(store: ResultStore) {
    this.#store = store;
  }

  /** Takes the right to compute a job; `false` where another process has it. */
  take(job: Job, key: string): Awaitable<boolean> {
    const hold = (claim: Claim | undefined): boolean => {
      if (claim !== undefined) this.#held.set(job, claim);
      return claim !== undefined;
    };
    try {
      const claim = this.#store.claim(key);
      return isThenable(claim) ? claim.then(hold, () => true) : hold(claim);
    } catch {
      return true;
    }
  }

  /** The job is no longer computed here, or waited for. */
  release(job: Job): void {
    clearTimeout(this.#waiting.get(job));
    this.#waiting.delete(job);
    const claim = this.#held.get(job);
    if (claim === undefined) return;
    this.#held.delete(job);
    ignoreFailure(() => claim.release());
  }

  /** Calls `over` once nobody has the right any more: the result is there, or its owner failed or died. */
  waitFor(job: Job, key: string, over: () => void, wait: number = FIRST_WAIT): void {
    const ask = async (): Promise<void> => {
      const claim = await this.#ask(key);
      if (!this.#waiting.has(job)) return claim === 'none' ? undefined : claim?.release();
      if (claim === undefined) return this.waitFor(job, key, over, Math.min(wait * GROWTH, LONGEST_WAIT));
      this.#waiting.delete(job);
      if (claim !== 'none') await claim.release();
      over();
    };
    this.#waiting.set(
      job,
      setTimeout(() => void ask().catch(() => over()), wait),
    );
  }

  async #ask(key: string): Promise<Claim | undefined | 'none'> {
    try {
      return await this.#store.claim(key);
    } catch {
      return 'none';
    }
  }
}

/** A claim that cannot be released expires. */
function ignoreFailure(work: () => Awaitable<void>): void {
  try {
    void Promise.resolve(work()).catch(() => undefined);
  } catch {
    // As above.
  }
}
