import { SomenError, TaskError, type SomenErrorCode } from './errors.ts';
import type { RetryPolicy } from './hints.ts';

/** What would be the same at the next try. */
const FINAL: ReadonlySet<SomenErrorCode> = new Set([
  'ERR_SERIALIZATION',
  'ERR_TASK_NOT_FOUND',
  'ERR_WORKER_LOAD',
  'ERR_CLOSED',
]);

/**
 * Whether a job that failed is tried again; `attempt` counts the failures so far, from 1.
 * @throws TaskError where the user's `retryIf` throws
 */
export function isRetried(policy: RetryPolicy, task: string, error: unknown, attempt: number): boolean {
  if (attempt > policy.count || (error instanceof SomenError && FINAL.has(error.code))) return false;
  try {
    return policy.retryIf?.(error, attempt) ?? true;
  } catch (cause) {
    throw new TaskError(`Cannot decide whether to try '${task}' again: its retryIf threw`, { cause });
  }
}

/** How long to wait before a retry, in milliseconds. `random` is from 0 to 1: the more, the sooner. */
export function retryDelay({ delay, factor, jitter, maxDelay }: RetryPolicy, attempt: number, random: number): number {
  return Math.min(maxDelay, delay * factor ** (attempt - 1)) * (1 - jitter * random);
}
