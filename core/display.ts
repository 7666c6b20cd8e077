import type { JobEvent, RunSummary } from './events.ts';

/** What shows a run while it goes on. Every method is called on the scheduling thread and should return soon. */
export interface Display {
  /** The run begins. `summary` is kept up to date: a progress line reads it as often as it likes. */
  start?(summary: RunSummary): void;
  /** Something happened to a job. A display without this method costs nothing per job. */
  event?(event: JobEvent): void;
  /** A task wrote to the console of its worker. */
  log(event: JobEvent & { readonly type: 'log' }): void;
  /** Something that does not stop the run, such as a cache that cannot be written. */
  warning(message: string): void;
  /** The run is over. */
  end?(summary: RunSummary): void;
}

/** Writes what tasks log, and warnings, to this thread's console. */
export function consoleDisplay(): Display {
  return {
    log: (event) => console[event.level](...event.values),
    warning: (message) => console.warn(message),
  };
}

/** A display whose own errors end no run: they go to the console. */
export function guarded(display: Display): Display {
  return {
    start: (summary) => attempt(() => display.start?.(summary)),
    ...(display.event !== undefined && { event: (event: JobEvent) => attempt(() => display.event?.(event)) }),
    log: (event) => attempt(() => display.log(event)),
    warning: (message) => attempt(() => display.warning(message)),
    end: (summary) => attempt(() => display.end?.(summary)),
  };
}

function attempt(show: () => void): void {
  try {
    show();
  } catch (error) {
    console.error('A display failed:', error);
  }
}

/** Shows nothing. */
export const SILENT: Display = { log: () => undefined, warning: () => undefined };
