/**
 * How long, in ms, one turn of the event loop may be spent in synchronous calls of the file system. What comes after
 * that in the same turn goes by way of the thread pool, so that neither 100,000 hits in a row nor a slow network disk
 * ever freeze the thread that also feeds the workers.
 */
const SLICE_MS = 8;

/** Counts how long this turn has been spent in synchronous calls. */
export class SynchronousSlice {
  #spent = 0;

  /** Whether there is time for one more. */
  get isLeft(): boolean {
    return this.#spent < SLICE_MS;
  }

  /** Does something synchronous and notes how long it took, until the event loop has turned. */
  spend<T>(work: () => T): T {
    if (this.#spent === 0) setImmediate(() => (this.#spent = 0));
    const start = performance.now();
    try {
      return work();
    } finally {
      this.#spent += performance.now() - start;
    }
  }
}
