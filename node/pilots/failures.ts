/** Pilots that do not come up: how often it is tried again, and when that is given up. */

/** So often, one after the other, may pilots not come up, */
const MAX_STARTS = 3;
/** and so often may they be lost before they have done anything. */
const MAX_LOSSES = 10;
/** How long the first retry waits, in milliseconds, */
const DELAY = 200;
/** and how many times longer each further one: what does not come up needs mending, what is lost may be bad luck. */
const START_FACTOR = 3;
const LOSS_FACTOR = 1.5;

/** See above. */
export class Failures {
  #starts = 0;
  #losses = 0;
  #retryAt = 0;
  readonly #counted = new WeakSet();
  #lastError: Error | undefined;

  /** A pilot did not come up. `submission` stands for those that it was asked for with: together they failed once. */
  note(error: Error, submission: object): void {
    if (this.#counted.has(submission)) {
      this.#lastError = error;
      return;
    }
    this.#counted.add(submission);
    this.#starts++;
    this.#wait(error, START_FACTOR ** (this.#starts - 1));
  }

  /** A pilot was lost before it had done anything. */
  noteLoss(error: Error): void {
    this.#losses++;
    this.#wait(error, LOSS_FACTOR ** (this.#losses - 1));
  }

  #wait(error: Error, times: number): void {
    this.#lastError = error;
    this.#retryAt = performance.now() + DELAY * times;
  }

  /** A pilot came up, */
  cameUp(): void {
    this.#starts = 0;
  }

  /** and has done something. */
  worked(): void {
    this.#starts = 0;
    this.#losses = 0;
  }

  /** Why no more is tried. */
  get reason(): Error | undefined {
    return this.#starts >= MAX_STARTS || this.#losses >= MAX_LOSSES ? this.#lastError : undefined;
  }

  /** When the next one may be tried; a time of `performance.now`. */
  get retryAt(): number {
    return this.#starts + this.#losses === 0 ? 0 : this.#retryAt;
  }

  /** It is tried again, once: whatever was wrong may have been mended. */
  allowOne(): void {
    if (this.reason === undefined) return;
    this.#starts = Math.min(this.#starts, MAX_STARTS - 1);
    this.#losses = Math.min(this.#losses, MAX_LOSSES - 1);
    this.#retryAt = 0;
  }
}
