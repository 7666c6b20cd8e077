/** So many pieces of work at a time: as many lanes, taken in turn, in each of which one waits for the other. */
export class Lanes {
  readonly #ends: Promise<unknown>[];
  #next = 0;

  /** `count` is a whole number from 1. */
  constructor(count: number) {
    this.#ends = Array.from({ length: count }, () => Promise.resolve());
  }

  /** Does a piece of work when its turn has come. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const lane = this.#next++ % this.#ends.length;
    const result = Promise.resolve(this.#ends[lane]).then(work);
    this.#ends[lane] = result.catch(() => undefined);
    return result;
  }
}
