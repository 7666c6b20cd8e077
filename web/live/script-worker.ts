/** The worker of one script, as the page sees it: it waits for a source, runs that, and ends. */
import { startLiveWorker, type LiveWorker } from './live-worker.ts';
import type { FromScriptWorker, ScriptSetup, ToScriptWorker } from './messages.ts';
import type { Borrower, TaskWorkers } from './task-workers.ts';

/** What a script tells its page, without what concerns workers. */
export type ScriptMessage = Extract<FromScriptWorker, { type: 'evaluating' | 'told' | 'message' | 'end' | 'kept' }>;

/** See above. */
export class ScriptWorker implements Borrower {
  /** Rejects with the reason where it does not start. */
  readonly ready: Promise<void>;
  readonly #tasks: TaskWorkers;
  readonly #worker: LiveWorker<ToScriptWorker>;
  #listener: ((message: ScriptMessage) => void) | undefined;
  #isLending = true;

  constructor(setup: ScriptSetup, tasks: TaskWorkers, create: ((name: string) => Worker) | undefined) {
    this.#tasks = tasks;
    const { promise, resolve, reject } = withResolvers();
    this.ready = promise;
    this.#worker = startLiveWorker<ToScriptWorker, FromScriptWorker>('somen-live-script', create, {
      message: (message) => {
        if (message.type === 'ready') resolve();
        else if (message.type === 'unable') reject(new Error(message.reason));
        else this.#take(message);
      },
      failed: (reason) => reject(new Error(`Cannot start the worker of a live script: it ${reason}`)),
    });
    this.#worker.post({ type: 'boot', role: 'script', setup });
  }

  /** Runs the source. */
  run(source: string, listener: (message: ScriptMessage) => void): void {
    this.#listener = listener;
    this.#worker.post({ type: 'run', source });
  }

  /** Lets it end by itself. */
  stop(): void {
    this.#worker.post({ type: 'stop' });
  }

  /** Its tasks are not wanted any more; workers are for others. */
  giveBack(isDone: boolean = false): void {
    this.#isLending = false;
    this.#tasks.takeBack(this, { isDone });
  }

  terminate(): void {
    this.giveBack();
    this.#worker.terminate();
  }

  lost(lease: number, reason: string): void {
    this.#worker.post({ type: 'lost', lease, reason });
  }

  #take(message: Exclude<FromScriptWorker, { type: 'ready' | 'unable' }>): void {
    switch (message.type) {
      case 'lend':
        if (this.#isLending) this.#tasks.lend(message, this);
        else message.port.close();
        return;
      case 'return':
        return this.#tasks.takeBack(this, { lease: message.lease });
      default:
        this.#listener?.(message);
    }
  }
}

function withResolvers(): {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
} {
  let settle: [() => void, (reason: Error) => void] = [() => undefined, () => undefined];
  const promise = new Promise<void>((resolve, reject) => (settle = [resolve, reject]));
  // Whoever wants the worker hears of it.
  promise.catch(() => undefined);
  const [resolve, reject] = settle;
  return { promise, resolve, reject };
}
