/** A job of a history, as it is told to people and programs. */
import { fromBase64 } from './base64.ts';
import type { HistoryEntry, JobEntry } from './history.ts';
import { showArguments, storedCall } from './stored-call.ts';
import { showEncoded } from './stored-values.ts';

/** A job that ended, with its arguments and its result readable. */
export interface RecordedJob extends Omit<JobEntry, 'type' | 'call' | 'result'> {
  /** The session's id. */
  readonly session: string;
  /** The arguments, each shortened for reading; missing where they were too long to be written down. */
  readonly arguments?: readonly string[];
  /** The result, shortened for reading, where it is short; else there is its digest, where it has one. */
  readonly result?: string;
}

/** A job's entry, and where it stands. */
export interface FoundJob {
  readonly session: string;
  readonly entry: JobEntry;
}

/** Makes an entry readable. */
export function recordedJob({ session, entry }: FoundJob): RecordedJob {
  const { type: _, call, result, ...rest } = entry;
  const stored = storedCall(call);
  return {
    session,
    ...rest,
    ...(stored && { arguments: showArguments(stored) }),
    ...(result !== undefined && { result: showResult(result) }),
  };
}

function showResult(text: string): string {
  try {
    return showEncoded(fromBase64(text));
  } catch {
    return '...';
  }
}

/** Whether an entry tells of a job of a user's task. */
export function isJob(entry: HistoryEntry): entry is JobEntry {
  return entry.type === 'job' && entry.status !== 'joined';
}

/** Whether a worker began with the job, however that ended. */
export function isComputation({ status, start }: JobEntry): boolean {
  return (
    status === 'done' || status === 'expanded' || status === 'failed' || (status === 'aborted' && start !== undefined)
  );
}
