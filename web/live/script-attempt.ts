/** One source, from the call of `run` to its result. */
import { DisplayPlayer, type PlayerListeners } from './display-player.ts';
import type { LiveError, LiveErrorKind, LiveResult } from './live-result.ts';
import type { ScriptOutcome } from './messages.ts';
import type { ScriptMessage, ScriptWorker } from './script-worker.ts';

/** A script that does not end within this time after it was told to, in milliseconds, is ended. */
const STOP_GRACE = 100;

/**
 * The same for one that another source has replaced, and that has run something: nobody waits for it, and it may have
 * results to store.
 */
const REPLACED_GRACE = 1000;

/** A script that came to its end may take so long, in milliseconds, to store what its tasks have computed. */
const KEEP_GRACE = 5000;

/** Who hears of a script. */
export interface AttemptListeners extends PlayerListeners {
  /** The source was cut: there is time to make ready for the next one. */
  readonly evaluating: () => void;
  readonly message: (data: unknown) => void;
}

/** See above. */
export class ScriptAttempt {
  readonly result: Promise<LiveResult>;
  /** Ends when the worker is gone, and all that it had to store is stored. */
  readonly kept: Promise<void>;
  readonly #listeners: AttemptListeners;
  readonly #player: DisplayPlayer;
  readonly #start: number = performance.now();
  #settle: (result: LiveResult) => void = () => undefined;
  #release: () => void = () => undefined;
  #worker: ScriptWorker | undefined;
  #timer: unknown;
  /** Whether there is a result, or will be one soon. */
  #isOver = false;
  #isStopping = false;
  /** Whether it has told of a run. */
  #hasRun = false;

  constructor(listeners: AttemptListeners) {
    this.#listeners = listeners;
    this.#player = new DisplayPlayer(listeners);
    this.result = new Promise((resolve) => (this.#settle = resolve));
    this.kept = new Promise((resolve) => (this.#release = resolve));
  }

  /** Whether nobody waits for it any more. */
  get isOver(): boolean {
    return this.#isOver || this.#isStopping;
  }

  /** Runs the source in a worker that is ready. */
  begin(source: string, worker: ScriptWorker): void {
    this.#worker = worker;
    worker.run(source, (message) => this.#take(message));
  }

  /** It cannot even begin. */
  refuse(kind: LiveErrorKind, message: string): void {
    const none = { place: undefined, stack: undefined, job: undefined, cause: undefined };
    const error: LiveError = { kind, name: 'Error', message, ...none };
    this.#conclude({ status: 'failed', error, notes: [], duration: this.#duration() });
    this.#end();
  }

  /** Lets it end, by force where it must be. */
  stop(): void {
    if (this.isOver) return;
    this.#isStopping = true;
    if (this.#worker === undefined) return this.#cutOff();
    this.#worker.stop();
    this.#timer = setTimeout(() => this.#cutOff(), STOP_GRACE);
  }

  /** Another source takes its place: it tells nothing more, and gives its workers back. */
  replace(): void {
    this.#player.stop(stopped());
    this.#worker?.giveBack();
    this.stop();
    this.#conclude({ status: 'stopped', duration: this.#duration() }, this.#hasRun ? REPLACED_GRACE : STOP_GRACE);
  }

  #duration(): number {
    return performance.now() - this.#start;
  }

  #take(message: ScriptMessage): void {
    switch (message.type) {
      case 'evaluating':
        return this.#listeners.evaluating();
      case 'told':
        this.#hasRun ||= message.calls.some(([what]) => what === 'start');
        return this.#player.take(message.calls, message.counts);
      case 'message':
        if (!this.#isOver) this.#listeners.message(message.data);
        return;
      case 'end':
        if (this.#isOver) this.#endWithin(KEEP_GRACE);
        return this.#conclude(this.#resultOf(message.outcome));
      case 'kept':
        return this.#end();
    }
  }

  #resultOf(outcome: ScriptOutcome): LiveResult {
    const duration = this.#duration();
    return this.#isStopping ? { status: 'stopped', duration } : { ...outcome, duration };
  }

  #cutOff(): void {
    this.#player.stop(stopped());
    this.#conclude({ status: 'stopped', duration: this.#duration() });
    this.#end();
  }

  /** The displays hear all before whoever waits for the result. */
  #conclude(result: LiveResult, grace: number = KEEP_GRACE): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#endWithin(grace);
    this.#worker?.giveBack(result.status === 'done');
    void this.#player.drained().then(() => {
      // A run that nobody awaits may be under way still.
      this.#player.stop(stopped());
      this.#settle(result);
    });
  }

  #endWithin(milliseconds: number): void {
    clearTimeout(this.#timer as number | undefined);
    this.#timer = setTimeout(() => this.#end(), milliseconds);
  }

  #end(): void {
    clearTimeout(this.#timer as number | undefined);
    this.#worker?.terminate();
    this.#release();
  }
}

function stopped(): DOMException {
  return new DOMException('The script was stopped', 'AbortError');
}
