import type { JobEvent, RunSummary } from './events.ts';

/** A source of events that ends. Each reader gets the events from the first one on. */
export class EventLog {
  readonly #events: JobEvent[] = [];
  #ended = false;
  #wake: (() => void)[] = [];

  push(event: JobEvent): void {
    this.#events.push(event);
    this.#notify();
  }

  end(): void {
    this.#ended = true;
    this.#notify();
  }

  #notify(): void {
    const waiting = this.#wake;
    if (waiting.length === 0) return;
    this.#wake = [];
    for (const wake of waiting) wake();
  }

  async *read(): AsyncGenerator<JobEvent, void, undefined> {
    for (let index = 0; ; index++) {
      while (index >= this.#events.length) {
        if (this.#ended) return;
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
      const event = this.#events[index];
      if (event !== undefined) yield event;
    }
  }
}

/** What a {@link Run} is made of. */
export interface RunControl {
  readonly summary: RunSummary;
  readonly events: () => AsyncIterable<JobEvent>;
  readonly abort: (reason: unknown) => void;
}

/**
 * A workflow being computed: a `Promise` of its value that can also be watched and aborted. It rejects with the
 * error of the job that failed (an object then has a `job` property: task, key, arguments), or with the abort's reason.
 */
export class Run<T> extends Promise<T> {
  #control: RunControl | undefined;

  /** `then` and its like give plain promises. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** Starts a run: `start` gets the two ends of the promise. */
  static start<T>(start: (resolve: (value: T) => void, reject: (reason: unknown) => void) => RunControl): Run<T> {
    let control: RunControl | undefined;
    const run = new Run<T>((resolve, reject) => {
      control = start(resolve, reject);
    });
    run.#control = control;
    return run;
  }

  /** How many jobs ran, were attached and were retrieved so far. Kept up to date; the object stays the same. */
  get summary(): RunSummary {
    return this.#controlled.summary;
  }

  /**
   * What happens to the jobs, from the beginning; ends when the run does. Ask for it at once: a run that nobody
   * watched from the start reports nothing.
   */
  get events(): AsyncIterable<JobEvent> {
    return this.#controlled.events();
  }

  /** Ends the run: it rejects with `reason` (@default an `AbortError`), and tasks under way are stopped. */
  abort(reason: unknown = new DOMException('The run was aborted', 'AbortError')): void {
    this.#controlled.abort(reason);
  }

  get #controlled(): RunControl {
    if (this.#control === undefined)
      throw new TypeError('Cannot control a promise derived from a run: current value was not returned by run()');
    return this.#control;
  }
}
