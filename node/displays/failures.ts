/** Tells each failure of a run once, however many jobs share it and however often it is told. */
import type { JobCall, RunFailure } from '../../core/display.ts';
import { TaskError } from '../../core/errors.ts';
import { summarize } from '../../core/summarize.ts';
import { failureText, type FailureTextOptions } from './failure-text.ts';
import { printableLines } from './text.ts';

/** To which streams displays have written an error. */
const shown = new WeakMap<object, WeakSet<object>>();

/** Whether a display has written an error to a stream, and nobody needs to do so again. */
export function wasShown(error: unknown, stream: object): boolean {
  return typeof error === 'object' && error !== null && shown.get(error)?.has(stream) === true;
}

/** The failures of one run. */
export class Failures {
  readonly #stream: object;
  readonly #options: FailureTextOptions;
  /** What was thrown that is no object, which the run wraps. */
  readonly #plain = new Set<unknown>();

  /** @param stream - where they are written */
  constructor(stream: object, options: FailureTextOptions) {
    this.#stream = stream;
    this.#options = options;
  }

  /** The lines that tell why a call failed; none where that was told. */
  ofCall(call: JobCall, error: unknown, title: string | undefined): readonly string[] {
    if (this.#isTold(error)) return [];
    this.#note(error);
    const { name: task, key, args } = call;
    const job = { task, key, ...(args !== undefined && { arguments: summarize(args) }) };
    return failureText({ error, title, job }, this.#options);
  }

  /** The lines that tell why a run failed, where its jobs do not. Who aborts a run knows why. */
  ofRun({ error, aborted }: RunFailure): readonly string[] {
    if (aborted) return [];
    const isTold = this.#isTold(error);
    const parts = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
    const arePartsTold = parts.length > 0 && parts.every((part) => this.#isTold(part));
    this.#note(error);
    if (isTold) return [];
    if (arePartsTold)
      return printableLines(`✗ ${(error as Error).message}`, false).map((line) => this.#options.paint('red', line));
    return failureText({ error }, this.#options);
  }

  #isTold(error: unknown): boolean {
    if (wasShown(error, this.#stream)) return true;
    return this.#plain.has(error instanceof TaskError ? error.cause : error);
  }

  #note(error: unknown): void {
    if (typeof error !== 'object' || error === null) {
      this.#plain.add(error);
      return;
    }
    const streams = shown.get(error);
    if (streams === undefined) shown.set(error, new WeakSet([this.#stream]));
    else streams.add(this.#stream);
  }
}
