/** Worker threads that are started as this process was. */
import { Worker, type WorkerOptions } from 'node:worker_threads';

import { withoutRefused, workerArguments } from './exec-arguments.ts';

/** Starts a worker thread with those of this process's options that hold for workers. */
export function startNodeWorker(program: URL, options: WorkerOptions): Worker {
  const execArgv = workerArguments(process.execArgv);
  if (execArgv === undefined) return new Worker(program, options);
  try {
    return new Worker(program, { ...options, execArgv });
  } catch (error) {
    const kept = withoutRefused(execArgv, error);
    if (kept === undefined) throw error;
    return new Worker(program, { ...options, execArgv: kept });
  }
}

/** What a worker's error says of its end: `ran out of memory`; `remedy` says how it gets more. */
export function reasonOf(error: unknown, remedy: string): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  if ((error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY') return `ran out of memory; ${remedy}`;
  const place = /(?<=^|[\s(])(?:file:\/\/|\/|[A-Za-z]:\\)[^\s()]*:\d+(?::\d+)?/.exec(error.stack ?? '')?.[0];
  return `threw ${error.name}: ${error.message}${place === undefined ? '' : ` (${place})`}`;
}
