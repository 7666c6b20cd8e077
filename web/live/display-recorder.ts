/** Writes down what displays are told and what goes to the console, and sends it to the page, some at a time. */
import type { Display, JobCall, JobOutcome, RunFailure, WorkflowPart } from '../../core/display.ts';
import type { JobEvent, LogLevel, RunSummary } from '../../core/events.ts';
import { summarize } from '../../core/summarize.ts';
import { toWireError, type WireError } from '../../core/wire-error.ts';
import type { DisplayCall, RunCounts, ToldCall, ToldEvent, ToldOutcome } from './display-calls.ts';
import { consoleText, inspect } from './inspect.ts';
import type { WatchedMethod } from './messages.ts';

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

  /** A display for the next run, which tells what somebody wants to know. */
  display(watched: ReadonlySet<WatchedMethod>): Display {
    const run = this.#runs++;
    const wants = (method: WatchedMethod): boolean => watched.has(method);
    return {
      start: (summary) => this.#start(run, summary),
      log: (event) => this.#log(run, event),
      warning: (message) => this.#add(['warning', run, message]),
      end: (_summary, failure) => this.#end(run, failure),
      ...(wants('workflow') && { workflow: (part: WorkflowPart) => this.#add(['workflow', run, toldPart(part)]) }),
      ...(wants('event') && { event: (event: JobEvent) => this.#event(run, event) }),
      ...(wants('call') && { call: (call: JobCall) => this.#add(['call', run, toldCall(call)]) }),
      ...(wants('result') && {
        result: (call: JobCall, outcome: JobOutcome) =>
          this.#add(['result', run, toldCall(call), this.#toldOutcome(outcome)]),
      }),
      ...(wants('joined') && { joined: (job: number) => this.#add(['joined', run, job]) }),
    };
  }

  /** A line of the program's own. */
  console(level: LogLevel, values: readonly unknown[]): void {
    if (isOfTools(values)) return;
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
    this.#send(
      calls,
      [...this.#summaries].map(([run, summary]) => [run, { ...summary }]),
    );
  }

  #start(run: number, summary: RunSummary): void {
    this.#open++;
    this.#summaries.set(run, summary);
    this.#add(['start', run]);
  }

  #end(run: number, failure: RunFailure | undefined): void {
    this.#add(['end', run, failure && { error: this.#told(failure.error), aborted: failure.aborted }]);
    this.flush();
    this.#summaries.delete(run);
    this.#open--;
    if (this.#open > 0) return;
    const quiet = this.#quiet;
    this.#quiet = [];
    for (const tell of quiet) tell();
  }

  #event(run: number, event: JobEvent): void {
    // What is logged is told by itself.
    if (event.type !== 'log') this.#add(['event', run, this.#toldEvent(event)]);
  }

  #log(run: number, event: JobEvent & { readonly type: 'log' }): void {
    if (isOfTools(event.values)) return;
    const { level, time, job, name } = event;
    const values = event.values.map(copied);
    this.#add(['log', run, { ...event, values }]);
    this.#add(['console', { level, text: consoleText(values), values, time, job: { run, number: job, name } }]);
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

/** `undefined` is where the result of another call belongs. */
function shown(argument: unknown): string | undefined {
  return argument === undefined ? undefined : summarize([argument]);
}

/** Vite's development server has a client in each worker, which says when it is connected. */
function isOfTools([first]: readonly unknown[]): boolean {
  return typeof first === 'string' && first.startsWith('[vite] ');
}

function toldPart(part: WorkflowPart): WorkflowPart {
  const nodes = part.nodes.map((node) => ({ ...node, args: node.args.map(shown) }));
  return { ...part, nodes };
}

function toldCall(call: JobCall): ToldCall {
  return { ...call, args: call.args?.map((value) => summarize([value])) };
}

/** A copy of a value, where it can be copied. */
export function copyOf(value: unknown): { readonly value: unknown } | undefined {
  try {
    return { value: typeof value === 'object' ? structuredClone(value) : checkedPlain(value) };
  } catch {
    return undefined;
  }
}

function checkedPlain(value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw new TypeError('Cannot copy a function');
  return value;
}

/** A value as it can be sent; as text where it cannot. */
function copied(value: unknown): unknown {
  const copy = copyOf(value);
  return copy === undefined ? inspect(value) : copy.value;
}
