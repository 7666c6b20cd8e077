/** Writes down what displays are told and what goes to the console, and sends it to the page, some at a time. */
import type { Display, JobCall, JobOutcome } from '../../core/display.ts';
import type { JobEvent, LogLevel, RunSummary } from '../../core/events.ts';
import { summarize } from '../../core/summarize.ts';
import { toWireError, type WireError } from '../../core/wire-error.ts';
import type { DisplayCall, RunCounts, ToldCall, ToldEvent, ToldOutcome } from './display-calls.ts';
import { consoleText, inspect } from './inspect.ts';

/** A frame of the page: it draws no more often. In milliseconds. */
const INTERVAL = 16;

/** So much is sent at once at most, so that taking one message is no long work for the page. */
const MAX_CALLS = 2000;

/** Sends what was written down. */
type Send = (calls: readonly DisplayCall[], counts: readonly RunCounts[]) => void;

/** See above. */
export class DisplayRecorder {
  readonly #send: Send;
  readonly #summaries = new Map<number, RunSummary>();
  #calls: DisplayCall[] = [];
  #timer: unknown;
  #lastSent = 0;
  #runs = 0;
  /** How many runs are under way. */
  #open = 0;
  #quiet: (() => void)[] = [];
  /** Lets stacks tell of the typed source. */
  mapError: (error: WireError) => WireError = (error) => error;

  constructor(send: Send) {
    this.#send = send;
  }

  /** Ends when no run is under way. */
  async idle(): Promise<void> {
    while (this.#open > 0) await new Promise<void>((resolve) => this.#quiet.push(resolve));
  }

  /** A display for the next run; without `isWatched`, it tells only what tasks write to the console. */
  display(isWatched: boolean): Display {
    const run = this.#runs++;
    const always: Display = {
      start: (summary) => this.#start(run, summary),
      log: (event) => this.#log(run, event, isWatched),
      warning: (message) => this.#add(['warning', run, message]),
      end: () => this.#end(run),
    };
    if (!isWatched) return always;
    return {
      ...always,
      event: (event) => {
        if (event.type !== 'log') this.#add(['event', run, this.#toldEvent(event)]);
      },
      call: (call) => this.#add(['call', run, toldCall(call)]),
      result: (call, outcome) => this.#add(['result', run, toldCall(call), this.#toldOutcome(outcome)]),
    };
  }

  /** A line of the program's own. */
  console(level: LogLevel, values: readonly unknown[]): void {
    const line = { level, text: consoleText(values), values: values.map(copied), time: Date.now(), job: undefined };
    this.#add(['console', line]);
  }

  /** Sends what waits. */
  flush(): void {
    clearTimeout(this.#timer as number | undefined);
    this.#timer = undefined;
    this.#lastSent = performance.now();
    if (this.#calls.length === 0) return;
    const calls = this.#calls;
    this.#calls = [];
    this.#send(calls, [...this.#summaries].map(([run, summary]) => [run, { ...summary }]));
  }

  #start(run: number, summary: RunSummary): void {
    this.#open++;
    this.#summaries.set(run, summary);
    this.#add(['start', run]);
  }

  #end(run: number): void {
    this.#add(['end', run]);
    this.flush();
    this.#summaries.delete(run);
    this.#open--;
    if (this.#open > 0) return;
    const quiet = this.#quiet;
    this.#quiet = [];
    for (const tell of quiet) tell();
  }

  #log(run: number, event: JobEvent & { readonly type: 'log' }, isWatched: boolean): void {
    const { level, values, time, job, name } = event;
    if (isWatched) this.#add(['log', run, { ...event, values: values.map(copied) }]);
    const line = { level, text: consoleText(values), values: values.map(copied), time, job: { run, number: job, name } };
    this.#add(['console', line]);
  }

  #add(call: DisplayCall): void {
    this.#calls.push(call);
    // A program that computes for long lets no timer in.
    if (this.#calls.length >= MAX_CALLS || performance.now() - this.#lastSent > INTERVAL) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), INTERVAL);
  }

  #toldEvent(event: JobEvent): ToldEvent {
    return 'error' in event ? { ...event, error: this.#told(event.error) } : event;
  }

  #toldOutcome(outcome: JobOutcome): ToldOutcome {
    if ('error' in outcome) return { status: 'failed', error: this.#told(outcome.error) };
    return 'value' in outcome ? { status: outcome.status, value: summarize([outcome.value]) } : outcome;
  }

  #told(error: unknown): WireError {
    return this.mapError(toWireError(error));
  }
}

function toldCall({ job, name, key, args }: JobCall): ToldCall {
  return { job, name, key, args: args?.map((value) => summarize([value])) };
}

/** A value as it can be sent; as text where it cannot. */
export function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'function' || typeof value === 'symbol' ? inspect(value) : value;
  try {
    return structuredClone(value);
  } catch {
    return inspect(value);
  }
}
