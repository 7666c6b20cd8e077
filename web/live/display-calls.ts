/** Calls of a display, on their way from the worker of a script to the page. */
import type { JobCall, WorkflowPart } from '../../core/display.ts';
import type { EventBase, JobEvent, JobOccurrence, RunSummary } from '../../core/events.ts';
import type { WireError } from '../../core/wire-error.ts';
import type { ConsoleLine } from './live-result.ts';

/** How far a run of the script is: of several, the first has number 0. */
export type RunCounts = readonly [run: number, summary: RunSummary];

/** An occurrence whose error is written as data. */
export type ToldOccurrence =
  | Exclude<JobOccurrence, { type: 'failed' | 'retrying' }>
  | { readonly type: 'failed'; readonly error: WireError }
  | { readonly type: 'retrying'; readonly attempt: number; readonly error: WireError };

/** An event as it is sent. */
export type ToldEvent = EventBase & ToldOccurrence;

/** A call as it is sent: of its arguments, short texts. */
export type ToldCall = Omit<JobCall, 'args'> & { readonly args: readonly string[] | undefined };

/** An outcome as it is sent: of the value, a short text. */
export type ToldOutcome =
  | { readonly status: 'done' | 'attached' | 'retrieved'; readonly value: string }
  | { readonly status: 'done' | 'retrieved'; readonly workflow: string | undefined }
  | { readonly status: 'failed'; readonly error: WireError };

/** One call of a display, or of what listens to the console. Runs have numbers from 0. */
export type DisplayCall =
  | readonly ['start', run: number]
  /** Of the arguments, short texts. */
  | readonly ['workflow', run: number, part: WorkflowPart]
  | readonly ['event', run: number, event: ToldEvent]
  | readonly ['call', run: number, call: ToldCall]
  | readonly ['result', run: number, call: ToldCall, outcome: ToldOutcome]
  | readonly ['joined', run: number, job: number]
  | readonly ['log', run: number, event: JobEvent & { readonly type: 'log' }]
  | readonly ['warning', run: number, message: string]
  | readonly ['end', run: number, failure: { readonly error: WireError; readonly aborted: boolean } | undefined]
  | readonly ['console', line: ConsoleLine];
