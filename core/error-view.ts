/** Errors as displays and reports show them: text alone, so that they can be kept, sent and written. */
import type { FailedJob } from './errors.ts';
import { summarize } from './summarize.ts';

/** How deep the causes of an error are followed. */
const MAX_CAUSES = 8;
/** How many errors of an `AggregateError` are shown. */
const MAX_ERRORS = 20;

/** An error as text. */
export interface ErrorView {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: ErrorView | undefined;
  /** Those of an `AggregateError`, at most 20. */
  readonly errors: readonly ErrorView[];
  /** The job in which it arose. */
  readonly job: FailedJob | undefined;
}

const NOTHING: ErrorView = {
  name: 'Error',
  message: '',
  stack: undefined,
  cause: undefined,
  errors: [],
  job: undefined,
};

/** An error, or whatever else was thrown. */
export function errorView(error: unknown): ErrorView {
  return viewOf(error, MAX_CAUSES);
}

/** An error of a user's class may refuse to be read: then it is told that it does. */
function viewOf(error: unknown, depth: number): ErrorView {
  try {
    return readView(error, depth);
  } catch (refusal) {
    return { ...NOTHING, message: `What was thrown cannot be read: ${summarize([refusal])}` };
  }
}

function readView(error: unknown, depth: number): ErrorView {
  if (typeof error !== 'object' || error === null) return { ...NOTHING, message: summarize([error]) };
  const { name, message, stack, cause, errors, job } = error as Partial<AggregateError> & { readonly job?: FailedJob };
  const inner = depth === 0 || !Array.isArray(errors) ? [] : errors.slice(0, MAX_ERRORS);
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : summarize([error]),
    stack: typeof stack === 'string' ? stack : undefined,
    cause: depth === 0 || cause === undefined ? undefined : viewOf(cause, depth - 1),
    errors: inner.map((each) => viewOf(each, depth - 1)),
    job: isJob(job) ? job : undefined,
  };
}

function isJob(job: unknown): job is FailedJob {
  return typeof job === 'object' && job !== null && 'task' in job && typeof job.task === 'string';
}
