/** Tells displays on the page what happened in the worker of a script, without holding the page up. */
import type { Display, JobCall } from '../../core/display.ts';
import type { JobEvent, RunSummary } from '../../core/events.ts';
import { StandIn } from '../../core/stand-in.ts';
import { fromWireError } from '../../core/wire-error.ts';
import type { DisplayCall, RunCounts, ToldCall, ToldEvent, ToldOutcome } from './display-calls.ts';
import type { ConsoleLine } from './live-result.ts';

/** For so long at a time, in milliseconds, the page does nothing else. */
const SLICE = 6;

/** Who is told. */
export interface PlayerListeners {
  /** The display for a run of the script, by its number. */
  readonly displayOf: (run: number) => Display | undefined;
  readonly console: (line: ConsoleLine) => void;
}

interface PlayedRun {
  readonly display: Display | undefined;
  readonly summary: RunSummary;
}

/** Plays what one script told. */
export class DisplayPlayer {
  readonly #listeners: PlayerListeners;
  readonly #runs = new Map<number, PlayedRun>();
  readonly #counts = new Map<number, RunSummary>();
  #calls: DisplayCall[] = [];
  #at = 0;
  #timer: unknown;
  #isStopped = false;
  #drained: (() => void)[] = [];

  constructor(listeners: PlayerListeners) {
    this.#listeners = listeners;
  }

  /** Takes what a worker sent. */
  take(calls: readonly DisplayCall[], counts: readonly RunCounts[]): void {
    if (this.#isStopped) return;
    for (const [run, summary] of counts) this.#counts.set(run, summary);
    for (const call of calls) this.#calls.push(call);
    if (this.#timer === undefined) this.#play();
  }

  /** Ends when all that was taken has been played. */
  async drained(): Promise<void> {
    if (this.#timer !== undefined) await new Promise<void>((resolve) => this.#drained.push(resolve));
  }

  /** Plays nothing more. Runs that are under way end as aborted. */
  stop(reason: unknown): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    clearTimeout(this.#timer as number | undefined);
    this.#calls = [];
    this.#finish();
    for (const { display, summary } of this.#runs.values())
      this.#guard(() => display?.end?.(summary, { error: reason, aborted: true }));
    this.#runs.clear();
  }

  #play(): void {
    this.#timer = undefined;
    const start = performance.now();
    while (this.#at < this.#calls.length) {
      const call = this.#calls[this.#at++];
      if (call !== undefined) this.#guard(() => this.#tell(call));
      if (this.#at % 32 === 0 && performance.now() - start > SLICE) {
        this.#timer = setTimeout(() => this.#play(), 0);
        return;
      }
    }
    this.#calls = [];
    this.#finish();
  }

  #finish(): void {
    this.#at = 0;
    this.#timer = undefined;
    const drained = this.#drained;
    this.#drained = [];
    for (const tell of drained) tell();
  }

  #guard(show: () => void): void {
    try {
      show();
    } catch (error) {
      console.error('A display failed:', error);
    }
  }

  #tell(call: DisplayCall): void {
    if (call[0] === 'console') return this.#listeners.console(call[1]);
    const [, run] = call;
    if (call[0] === 'start') return this.#start(run);
    const played = this.#runs.get(run);
    if (played === undefined) return;
    Object.assign(played.summary, this.#counts.get(run));
    this.#tellRun(played, call);
  }

  #start(run: number): void {
    const summary = { scheduled: 0, ran: 0, attached: 0, retrieved: 0, failed: 0, ...this.#counts.get(run) };
    const display = this.#listeners.displayOf(run);
    this.#runs.set(run, { display, summary });
    display?.start?.(summary);
  }

  #tellRun(
    { display, summary }: PlayedRun,
    call: Exclude<DisplayCall, readonly ['console' | 'start', ...unknown[]]>,
  ): void {
    switch (call[0]) {
      case 'workflow':
        return display?.workflow?.({
          ...call[2],
          nodes: call[2].nodes.map((node) => ({ ...node, args: shown(node.args) })),
        });
      case 'event':
        return display?.event?.(readEvent(call[2]));
      case 'call':
        return display?.call?.(readCall(call[2]));
      case 'result':
        return display?.result?.(readCall(call[2]), readOutcome(call[3]));
      case 'joined':
        return display?.joined?.(call[2]);
      case 'log':
        return display?.log(call[2]);
      case 'warning':
        return display?.warning(call[2]);
      case 'end': {
        this.#runs.delete(call[1]);
        const failure = call[2] && { error: fromWireError(call[2].error), aborted: call[2].aborted };
        return display?.end?.(summary, failure);
      }
    }
  }
}

/** Texts in the place of values. */
function shown(args: readonly unknown[]): readonly unknown[] {
  return args.map((text) => (typeof text === 'string' ? new StandIn(text) : text));
}

function readCall(call: ToldCall): JobCall {
  return { ...call, args: call.args && shown(call.args) };
}

function readEvent(event: ToldEvent): JobEvent {
  return 'error' in event ? { ...event, error: fromWireError(event.error) } : event;
}

function readOutcome(outcome: ToldOutcome): Parameters<NonNullable<Display['result']>>[1] {
  if ('error' in outcome) return { status: 'failed', error: fromWireError(outcome.error) };
  return 'value' in outcome ? { status: outcome.status, value: new StandIn(outcome.value) } : outcome;
}
