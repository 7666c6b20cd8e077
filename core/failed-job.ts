/** What is told of a job that fails. */
import { SerializationError, TaskError, type FailedJob } from './errors.ts';
import type { Failure, Job } from './job.ts';
import { summarize } from './summarize.ts';
import { placeOf } from './task.ts';

/** Why a call has no key, which says what to do about it. */
export function unkeyable(job: Job, error: SerializationError): SerializationError {
  return new SerializationError(
    `Cannot key the call of '${job.task.name}': ${error.message.replace(/^Cannot encode /, '')}. ` +
      `Without a key it can be neither found nor remembered: change the argument, or schedule it with { store: false }`,
    error.path,
    { cause: error },
  );
}

/** The error that a run rejects with: the job's own, which then tells what job that was. */
export function withJob(error: unknown, job: Job): unknown {
  const info: FailedJob = {
    task: job.task.name,
    scheduledAt: job.task.module === undefined ? undefined : placeOf(job.task),
    key: job.key,
    arguments: summarize(job.args),
    attempts: Math.max(job.attempts, 1),
  };
  if (typeof error !== 'object' || error === null || !Object.isExtensible(error)) {
    const wrapped = new TaskError(`'${job.task.name}' threw ${summarize([error])}`, { cause: error });
    return Object.assign(wrapped, { job: info });
  }
  if (!('job' in error))
    Object.defineProperty(error, 'job', { value: info, enumerable: true, configurable: true, writable: true });
  return error;
}

/** The error of a run that went on after failures. Calls that shared one error are one failure. */
export function allFailures(failures: readonly Failure[], scheduled: number): AggregateError {
  const errors = new Set(failures.map(({ error, job }) => withJob(error, job)));
  return new AggregateError(
    errors,
    `Cannot finish: ${errors.size} of ${scheduled} jobs failed. The results of the others that could run are remembered where there is a cache`,
  );
}
