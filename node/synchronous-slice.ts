/**
 * How long, in ms, one turn of the event loop may be spent in synchronous calls of the file system. What comes after
 * that in the same turn goes by way of the thread pool, so that neither 100,000 hits in a row nor a slow network disk
 * ever freeze the thread that also feeds the workers.
 */
const SLICE_MS = 8;

/** A call that takes longer than this on average, in ms, is better made by the thread pool. */
const FAST_MS = 0.1;

/** Counts how long this turn has been spent in synchronous calls. */
export class SynchronousSlice {
  #spent = 0;
  #calls = 0;
  #turn: Promise<void> | undefined;

  /** Whether there is time for one more. */
  get isLeft(): boolean {
    return this.#spent < SLICE_MS;
  }

  /** Whether calls of this turn were so fast that the next ones had better wait for the next turn than for a thread. */
  get isFast(): boolean {
    return this.#spent < this.#calls * FAST_MS;
  }

  /** The next turn of the event loop. */
  get nextTurn(): Promise<void> {
    return (this.#turn ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#turn = undefined;
        resolve();
      });
    }));
  }

  /** Does something synchronous and notes how long it took, until the event loop has turned. */
  spend<T>(work: () => T): T {
    if (this.#spent === 0) setImmediate(() => (this.#spent = this.#calls = 0));
    this.#calls++;
    const start = performance.now();
    try {
      return work();
    } finally {
      this.#spent += performance.now() - start;
    }
  }
}
