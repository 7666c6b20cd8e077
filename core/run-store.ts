/** One observable store of a run: a display that keeps what it is told, for elements, frameworks and reports. */
import type { Display, JobCall, JobOutcome, RunFailure, WorkflowPart } from './display.ts';
import { errorView, type ErrorView } from './error-view.ts';
import type { JobEvent, RunSummary } from './events.ts';
import { JobViews, type JobView, type PartView } from './job-views.ts';
import { logText, type LogLine } from './log-line.ts';
import { now } from './now.ts';
import { summarize } from './summarize.ts';

/** Options of {@link createRunStore}. */
export interface RunStoreOptions {
  /** Whether arguments and results are kept, as short texts. @default true */
  readonly values?: boolean;
  /** How many lines of what tasks log are kept: the last ones. @default 10_000 */
  readonly maxLog?: number;
  /** The time between two notifications, in milliseconds: a frame. @default 16 */
  readonly interval?: number;
}

/** What became of a run so far. */
export type RunStatus = 'idle' | 'running' | 'done' | 'failed' | 'aborted';

/** A run at one moment. Immutable. */
export interface RunSnapshot {
  /** Grows with every change. */
  readonly version: number;
  readonly status: RunStatus;
  /** When the run began and ended, in milliseconds since 1970. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly summary: RunSummary;
  /** By job number. A number that no job has is there as one that was skipped, is built in, and belongs to part -1. */
  readonly jobs: readonly JobView[];
  /** The workflows, in the order in which they became part of the run: first the one that it was given. */
  readonly parts: readonly PartView[];
  /** The workers, in the order in which they were first seen. */
  readonly workers: readonly string[];
  readonly log: readonly LogLine[];
  /** With which the run rejected. */
  readonly error: ErrorView | undefined;
}

/**
 * A display that others can watch. The methods `subscribe` and `getSnapshot` are bound, so they can be handed on as they
 * are: to React's `useSyncExternalStore`, or to the elements of `somen/elements`.
 */
export interface RunStore extends Display {
  /** Calls back after changes, at most once an interval. @returns what ends that */
  readonly subscribe: (listener: () => void) => () => void;
  /** What is known now: the same object until something changes. */
  readonly getSnapshot: () => RunSnapshot;
}

const NOTHING: RunSummary = { scheduled: 0, ran: 0, attached: 0, retrieved: 0, failed: 0 };

/**
 * Makes a store that shows one run after another: each begins it anew. Of two runs at once it shows the one that began
 * last; to see both, give each a store of its own.
 *
 * @throws RangeError where `maxLog` or `interval` is not a number from 0 up
 * @example
 * const store = createRunStore();
 * store.subscribe(() => console.log(store.getSnapshot().summary.ran));
 * await run(workflow, { display: store });
 */
export function createRunStore(options: RunStoreOptions = {}): RunStore {
  const { values = true, maxLog = 10_000, interval = 16 } = options;
  for (const [name, value] of Object.entries({ maxLog, interval }))
    if (!(value >= 0)) throw new RangeError(`Cannot make a store with ${name} ${value}: it must be a number from 0 up`);
  return new WatchedRun({ values, maxLog, interval });
}

class WatchedRun implements RunStore {
  readonly #options: Required<RunStoreOptions>;
  readonly #listeners = new Set<() => void>();
  #jobs: JobViews;
  #log: LogLine[] = [];
  #status: RunStatus = 'idle';
  #summary: RunSummary = NOTHING;
  #startedAt: number | undefined;
  #endedAt: number | undefined;
  #error: ErrorView | undefined;
  #version = 0;
  /** The last one, as long as nothing has changed since. */
  #snapshot: RunSnapshot | undefined;
  #timer: unknown;
  /** The run that is shown, where it has a display of its own here. */
  #shown: Display | undefined;

  constructor(options: Required<RunStoreOptions>) {
    this.#options = options;
    this.#jobs = new JobViews(options.values);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    // The same function may subscribe twice.
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  };

  readonly getSnapshot = (): RunSnapshot => (this.#snapshot ??= this.#take());

  #take(): RunSnapshot {
    const log = this.#log.slice(-this.#options.maxLog || this.#log.length);
    return Object.freeze({
      version: this.#version,
      status: this.#status,
      startedAt: this.#startedAt,
      endedAt: this.#endedAt,
      // The one of the run is changed in place.
      summary: { ...this.#summary },
      ...this.#jobs.take(),
      log,
      error: this.#error,
    });
  }

  /** What is told of a run is taken while no later one has begun. */
  forRun(): Display {
    const isShown = (): boolean => this.#shown === own;
    const own: Display = {
      start: (summary) => {
        this.start(summary);
        this.#shown = own;
      },
      workflow: (part) => isShown() && this.workflow(part),
      event: (event) => isShown() && this.event(event),
      result: (call, outcome) => isShown() && this.result(call, outcome),
      joined: (job) => isShown() && this.joined(job),
      log: (event) => isShown() && this.log(event),
      warning: (message) => isShown() && this.warning(message),
      end: (summary, failure) => isShown() && this.end(summary, failure),
    };
    return own;
  }

  // ---- what a display is told

  start(summary: RunSummary): void {
    this.#shown = undefined;
    this.#jobs = new JobViews(this.#options.values);
    this.#log = [];
    this.#status = 'running';
    this.#summary = summary;
    this.#startedAt = now();
    this.#endedAt = undefined;
    this.#error = undefined;
    this.#changed();
  }

  workflow(part: WorkflowPart): void {
    this.#jobs.add(part);
    this.#changed();
  }

  event(event: JobEvent): void {
    if (event.type === 'log') return;
    this.#jobs.tell(event);
    this.#changed();
  }

  result({ job }: JobCall, outcome: JobOutcome): void {
    if (!this.#options.values || !('value' in outcome)) return;
    this.#jobs.setValue(job, summarize([outcome.value]));
    this.#changed();
  }

  joined(job: number): void {
    this.#jobs.join(job);
    this.#changed();
  }

  log({ time, job, name, level, values }: JobEvent & { readonly type: 'log' }): void {
    this.#write({ time, job, name, level, text: logText(values) });
  }

  warning(message: string): void {
    this.#write({ time: now(), job: undefined, name: undefined, level: 'warning', text: message });
  }

  end(_summary: RunSummary, failure?: RunFailure): void {
    this.#status = failure === undefined ? 'done' : failure.aborted ? 'aborted' : 'failed';
    this.#error = failure === undefined ? undefined : errorView(failure.error);
    this.#endedAt = now();
    this.#jobs.finish(failure === undefined);
    // From here on, nobody changes it.
    this.#summary = { ...this.#summary };
    this.#changed();
    this.#notify();
  }

  #write(line: LogLine): void {
    this.#log.push(line);
    // Not with each line, which would cost more the more lines are kept.
    if (this.#log.length > 2 * this.#options.maxLog)
      this.#log = this.#log.slice(-this.#options.maxLog || this.#log.length);
    this.#changed();
  }

  #changed(): void {
    this.#version++;
    this.#snapshot = undefined;
    if (this.#listeners.size === 0) return;
    this.#timer ??= setTimeout(() => this.#notify(), this.#options.interval);
  }

  #notify(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        console.error('A listener of a run store failed:', error);
      }
    }
  }
}
