/** What happens to jobs: one union for displays, logs, reports and the database. */

/** What every event tells. */
export interface EventBase {
  /** Which job of the run. The jobs of the workflow as it was given are numbered like the nodes of `toGraph`. */
  readonly job: number;
  /** The task's name. */
  readonly name: string;
  /** The key of the call, where the run has a cache and the job got that far. */
  readonly key: string | undefined;
  /** When, in milliseconds since 1970. */
  readonly time: number;
}

/** What happened. */
export type JobOccurrence =
  /** It is part of the run now, and waits for its arguments and for a place. */
  | { readonly type: 'scheduled' }
  /** A worker began with it. */
  | { readonly type: 'started'; readonly worker: string }
  /** It was computed, in `duration` milliseconds. */
  | { readonly type: 'done'; readonly duration: number }
  /** Its result came from a cache. */
  | { readonly type: 'retrieved' }
  /** Another job of the same key was under way already; it shares that one's result. */
  | { readonly type: 'attached' }
  /** It returned a workflow, whose result will be its own. */
  | { readonly type: 'expanded' }
  /** Its worker was lost; it runs again. `attempt` counts from 2. */
  | { readonly type: 'retrying'; readonly attempt: number; readonly error: unknown }
  /** It threw, and the run with it. */
  | { readonly type: 'failed'; readonly error: unknown }
  /** The run ended without it. */
  | { readonly type: 'aborted' }
  /** It wrote to the console. */
  | { readonly type: 'log'; readonly level: LogLevel; readonly values: readonly unknown[] };

/** The methods of `console` that become `log` events. */
export type LogLevel = 'debug' | 'info' | 'log' | 'warn' | 'error';

/** One event of one job. */
export type JobEvent = EventBase & JobOccurrence;

/** How many jobs of a run came to which end. `gather` and its like do not count. */
export interface RunSummary {
  /** Jobs that are part of the run so far. */
  readonly scheduled: number;
  /** Computed, here or by a worker. */
  readonly ran: number;
  /** Shared the result of another job of the same key. */
  readonly attached: number;
  /** Found in a cache. */
  readonly retrieved: number;
  readonly failed: number;
}
