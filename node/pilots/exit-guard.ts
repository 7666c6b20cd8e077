/** What has to be ended with this process, however that ends: by itself, or by a signal that nobody handles. */

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** Tells guards from other listeners, also those of another copy of this package. */
const MARK: unique symbol = Symbol.for('somen.exitGuard') as never;

/** Calls a function when this process ends, while it is armed. The function cannot wait for anything. */
export class ExitGuard {
  readonly #end: () => void;
  readonly #handlers: ReadonlyMap<NodeJS.Signals, () => void>;
  #isArmed = false;

  constructor(end: () => void) {
    this.#end = end;
    this.#handlers = new Map(
      SIGNALS.map((signal) => [signal, Object.assign(() => this.#signalled(signal), { [MARK]: true })]),
    );
  }

  arm(isArmed: boolean): void {
    if (isArmed === this.#isArmed) return;
    this.#isArmed = isArmed;
    process.off('exit', this.#end);
    if (isArmed) process.on('exit', this.#end);
    for (const [signal, handler] of this.#handlers) {
      process.off(signal, handler);
      // First: who looks whether it is the only one to handle a signal shall not see this one.
      if (isArmed) process.prependListener(signal, handler);
    }
  }

  /** A signal without a listener ends the process, without an event: with this listener, that is done here. */
  #signalled(signal: NodeJS.Signals): void {
    const handler = this.#handlers.get(signal) ?? ((): void => undefined);
    process.off(signal, handler);
    if (process.listeners(signal).every((other) => MARK in other)) {
      this.#end();
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    } else
      // Somebody else does what is to be done, and the process may go on.
      setImmediate(() => this.#isArmed && process.prependListener(signal, handler)).unref();
  }
}
