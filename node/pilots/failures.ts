/** Pilots that do not come up: how often it is tried again, and when that is given up. */

/** So often, one after the other, may pilots not come up, */
const MAX_STARTS = 3;
/** and so often may they be lost before they have done anything. */
const MAX_LOSSES = 10;
/** How long the first retry waits, in milliseconds, and how much longer each further one. */
const DELAY = 200;
const DELAY_FACTOR = 3;
const MAX_DELAY = 10_000;

/** See above. */
export class Failures {
  #starts = 0;
  #losses = 0;
  #retryAt = 0;
  #lastError: Error | undefined;

  /** A pilot did not come up. */
  note(error: Error): void {
    this.#starts++;
    this.#wait(error, this.#starts);
  }

  /** A pilot was lost before it had done anything. */
  noteLoss(error: Error): void {
    this.#losses++;
    this.#wait(error, this.#losses);
  }

  #wait(error: Error, count: number): void {
    this.#lastError = error;
    this.#retryAt = performance.now() + Math.min(MAX_DELAY, DELAY * DELAY_FACTOR ** (count - 1));
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
