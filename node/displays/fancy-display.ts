import { consoleDisplay, type Display } from '../../core/display.ts';
import type { RunSummary } from '../../core/events.ts';
import { FancyRun } from './fancy-run.ts';
import type { TerminalDisplayOptions } from './options.ts';
import { plainDisplay } from './plain-display.ts';
import { screenOf } from './screen.ts';
import { painter } from './text.ts';

/** Options of {@link fancyDisplay}. */
export interface FancyDisplayOptions extends TerminalDisplayOptions {
  /** As for all displays. @default false */
  readonly summary?: boolean | 'long';
}

/**
 * Shows a run on a terminal while it goes on: what has a text (the hint `display`) as a tree that scrolls away upwards
 * with what is done, what runs with spinners, the rest as counts by task, and below that how far the run is, how fast,
 * and how long it will still take. What tasks and the script itself write to the console appears above.
 *
 * ```text
 * ╭─(Building target hello)
 * │ Compiling src/mandel.cc ... (✔)
 * │ Linking ... (✔)
 * ╰─(success)
 * ```
 *
 * Where the stream is no terminal, it is {@link plainDisplay}. Colours heed `NO_COLOR` and `FORCE_COLOR`. Runs that go on
 * at the same time share the terminal.
 *
 * @example
 * const compile = schedule(compileFile, { display: 'Compiling {source} ...', confirm: true });
 * await run(workflow, { display: fancyDisplay() });
 */
export function fancyDisplay(options: FancyDisplayOptions = {}): Display {
  const { stream = process.stderr, summary = false } = options;
  if (!isCapable(stream)) return plainDisplay({ ...options, summary });
  const text = consoleDisplay();
  const paint = painter(stream);
  let current: FancyRun | undefined;
  return {
    forRun: () => fancyDisplay(options),
    start(counts: RunSummary) {
      current?.end(undefined);
      current = new FancyRun(screenOf(stream), paint, counts, { ...options, summary });
    },
    workflow: (part) => current?.workflow(part),
    event: (event) => current?.event(event),
    call: (call) => current?.call(call),
    result: (call, outcome) => current?.result(call, outcome),
    joined: (job) => current?.joined(job),
    log: (event) => text.log(event),
    warning: (message) => current?.warning(message),
    end(_counts, failure) {
      current?.end(failure);
      current = undefined;
    },
  };
}

/** Whether a stream is a terminal that can be drawn on. */
export function isCapable(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && process.env['TERM'] !== 'dumb';
}
