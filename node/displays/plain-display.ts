import type { Display, JobCall, RunFailure } from '../../core/display.ts';
import type { RunSummary } from '../../core/events.ts';
import { consoleDisplay } from '../../core/display.ts';
import { logging } from '../../core/logging-display.ts';
import { Failures } from './failures.ts';
import { JobTree, type ShownCall, type TreeStatus, type TreeWriter } from './job-tree.ts';
import type { TerminalDisplayOptions } from './options.ts';
import { summaryLines } from './run-status.ts';
import { printable } from './text.ts';

/** Options of {@link plainDisplay}. */
export interface PlainDisplayOptions extends TerminalDisplayOptions {
  /**
   * Which jobs have lines: those whose tasks have a text (the hint `display`), each with one when it is done; or all, with
   * two each, as `logging()` writes them. @default 'hinted'
   */
  readonly jobs?: 'hinted' | 'all';
  /** As for all displays. @default true */
  readonly summary?: boolean | 'long';
}

/**
 * Tells a run line by line, without colours and control codes: for files, pipes and the logs of CI. What has no text
 * is silent, so a run of a hundred thousand calls leaves one line. What tasks write goes to the console.
 *
 * ```text
 * Building target hello
 * Compiling src/mandel.cc ... done
 * Linking ... done
 * Building target hello: success
 * Done: 8 jobs, 8 ran, in 2.3 s
 * ```
 *
 * @example
 * await run(workflow, { display: plainDisplay({ errorFilter }) });
 */
export function plainDisplay(options: PlainDisplayOptions = {}): Display {
  const { stream = process.stderr, jobs = 'hinted' } = options;
  const write = (line: string): void => void stream.write(`${line}\n`);
  const text = consoleDisplay();
  const detail = jobs === 'all' ? logging({ write, width: Infinity }) : undefined;
  let current: PlainRun | undefined;
  return {
    forRun: () => plainDisplay(options),
    start(counts) {
      current = new PlainRun(write, counts, options);
    },
    workflow: (part) => current?.tree.part(part),
    event: (event) => {
      if (event.type === 'aborted') current?.tree.aborted(event.job);
    },
    call(call) {
      detail?.call?.(call);
      if (detail === undefined) current?.tree.call(call);
    },
    result(call, outcome) {
      detail?.result?.(call, outcome);
      current?.tree.result(call, outcome);
    },
    joined: (job) => current?.tree.joined(job),
    log: (event) => (detail ?? text).log(event),
    warning: (message) => (detail ?? text).warning(message),
    end(counts, failure) {
      current?.end(failure);
      current = undefined;
      detail?.end?.(counts, failure);
    },
  };
}

/** A group has no more than its text. */
class PlainRun implements TreeWriter<string> {
  readonly tree: JobTree<string> = new JobTree<string>(this, ({ display, name }) => printable(display ?? name));
  readonly failures: Failures;
  readonly #write: (line: string) => void;
  readonly #counts: RunSummary;
  readonly #options: PlainDisplayOptions;
  readonly #begin = performance.now();

  constructor(write: (line: string) => void, counts: RunSummary, options: PlainDisplayOptions) {
    this.#write = write;
    this.#counts = counts;
    this.#options = options;
    const { errorFilter, stream = process.stderr } = options;
    this.failures = new Failures(stream, { paint: (_style, text) => text, keepColours: false, errorFilter });
  }

  open(text: string): string {
    this.#write(text);
    return text;
  }

  close(text: string, status: TreeStatus): void {
    this.#write(`${text}: ${status === 'done' ? 'success' : status}`);
  }

  line({ text, call }: ShownCall<string>, status: TreeStatus): void {
    if (status === 'failed') this.#write(`${text} failed`);
    if (status === 'done') this.#write(call.confirm === true ? `${text} done` : text);
  }

  failure(call: JobCall, error: unknown, text: string | undefined): void {
    if (text !== undefined) this.#write(`${text} failed`);
    if (this.#options.failures !== false) this.#writeAll(this.failures.ofCall(call, error, text));
  }

  end(failure: RunFailure | undefined): void {
    this.tree.end(failure === undefined ? 'done' : 'stopped');
    if (failure !== undefined && this.#options.failures !== false) this.#writeAll(this.failures.ofRun(failure));
    const { summary = true } = this.#options;
    this.#writeAll(summaryLines(summary, this.#counts, performance.now() - this.#begin, failure));
  }

  #writeAll(lines: readonly string[]): void {
    for (const line of lines) this.#write(line);
  }
}
