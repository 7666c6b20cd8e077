import type { EventBase, JobEvent, RunSummary } from './events.ts';
import type { WorkflowGraph } from './graph.ts';

/** A call of a task, as displays see it. */
export interface JobCall extends Pick<EventBase, 'job' | 'name' | 'key'> {
  /**
   * The values of its arguments. `undefined` where the result was found before they were known: what leads to a result
   * that is in the cache is not computed.
   */
  readonly args: readonly unknown[] | undefined;
  /**
   * The text of the task's hint `display`, with the arguments filled in (`…` where one is not known); missing without that
   * hint, `undefined` where a function that was given for it throws. Made when it is read.
   */
  readonly display?: string | undefined;
  /** Whether the task has the hint `confirm`: what is done is to be marked. */
  readonly confirm?: boolean;
}

/** What became of a job. */
export type JobOutcome =
  /** It has a result: computed, shared with a job of the same key, or found in a cache. */
  | { readonly status: 'done' | 'attached' | 'retrieved'; readonly value: unknown }
  /** It goes on with a workflow, whose result will be its own: the key of that, 64 hex characters, where it is known. */
  | { readonly status: 'done' | 'retrieved'; readonly workflow: string | undefined }
  /** It threw, or its worker was lost for good. */
  | { readonly status: 'failed'; readonly error: unknown };

/** A workflow that became part of a run: a graph whose nodes have the numbers of their jobs. */
export interface WorkflowPart extends WorkflowGraph {
  /** The job whose result is that of the workflow. It may be one that was part of the run before. */
  readonly root: number;
  /**
   * The job that returned the workflow. `undefined` for the one that the run was given, and for what is computed once
   * more because a cache has lost it.
   */
  readonly parent: number | undefined;
}

/** What shows a run while it goes on. Every method is called on the scheduling thread and should return soon. */
export interface Display {
  /**
   * Called once for each run: gives the display of that run alone, for a display that keeps what belongs to one run.
   * Without this method, the runs share the display.
   */
  forRun?(): Display;
  /** The run begins. `summary` is kept up to date: a progress line reads it as often as it likes. */
  start?(summary: RunSummary): void;
  /**
   * A workflow became part of the run: the one that it was given, or one that a job returned. Told before anything else
   * of its jobs. What need not run, since it only leads to results that are known, is in it. A display without this
   * method costs nothing per job.
   */
  workflow?(part: WorkflowPart): void;
  /** Something happened to a job. A display without this method costs nothing per job. */
  event?(event: JobEvent): void;
  /**
   * A job has its arguments and is about to be looked up, or to run. Tasks of the language itself (`gather`) are not
   * told. The arguments are the task's own: they may not be changed. A display without this method costs nothing per job.
   */
  call?(call: JobCall): void;
  /**
   * A job has come to its result, or to none. What was computed on a worker and not read since may be a `Reference`.
   * A display without this method costs nothing per job.
   */
  result?(call: JobCall, outcome: JobOutcome): void;
  /** A job of the language itself (`gather`) has come to its result. A display without this method costs nothing per job. */
  joined?(job: number): void;
  /** A task wrote to the console of its worker. */
  log(event: JobEvent & { readonly type: 'log' }): void;
  /** Something that does not stop the run, such as a cache that cannot be written. */
  warning(message: string): void;
  /** The run is over; it rejects with the error of `failure`, where there is one. */
  end?(summary: RunSummary, failure?: RunFailure): void;
}

/** Why a run rejects. */
export interface RunFailure {
  readonly error: unknown;
  /** Whether it was aborted, by `abort` or a signal: then `error` is the reason. */
  readonly aborted: boolean;
}

/** Writes what tasks log, and warnings, to this thread's console. */
export function consoleDisplay(): Display {
  return {
    log: (event) => console[event.level](...event.values),
    warning: (message) => console.warn(message),
  };
}

/** Shows nothing. */
export const SILENT: Display = { log: () => undefined, warning: () => undefined };
