import * as Comlink from 'comlink';
import { availableParallelism } from 'node:os';
import { Worker, type ResourceLimits } from 'node:worker_threads';

import { WorkerLoadError } from '../core/errors.ts';
import type { Executor } from '../core/executor.ts';
import type { WorkerConnection } from '../core/worker-handle.ts';
import { WorkerPool } from '../core/worker-pool.ts';
import type { SchedulerApi, WorkerApi } from '../core/worker-protocol.ts';
import { ownBuffer } from '../core/wire-value.ts';
import { nodeEndpoint } from './endpoint.ts';

/** How many worker threads, and of which kind. */
export interface WorkersOptions {
  /** How many. @default one a core */
  readonly size?: number;
  /** Bounds on each worker's memory, as of `node:worker_threads`. @default Node's */
  readonly resourceLimits?: ResourceLimits;
  /**
   * Starts a worker of your own, whose module imports `somen/node/worker` and the modules of all tasks.
   * @default a worker that imports the modules of tasks when they are needed
   */
  readonly create?: (name: string) => Worker;
  /** How long workers stay when no run uses them, in milliseconds. They never keep a process alive. @default 2000 */
  readonly idleTimeout?: number;
}

/**
 * Runs jobs on worker threads. A worker imports the module in which a task was scheduled: schedule at the top level
 * of a module. A script may do so beside its own top-level `run(...)`, which in a worker only ends the import.
 *
 * @example
 * await run(workflow, { executor: workers({ size: 4, resourceLimits: { maxOldGenerationSizeMb: 512 } }) });
 *
 * @throws RangeError where `size` is not a whole number from 1
 */
export function workers(options: WorkersOptions = {}): Executor {
  const { size = availableParallelism(), idleTimeout = 2000, create, resourceLimits } = options;
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`Cannot start ${size} workers: size must be a whole number from 1`);
  const make = create ?? ((name: string) => new Worker(new URL('./worker.js', import.meta.url), { name, ...(resourceLimits && { resourceLimits }) }));
  return new WorkerPool({ size, idleTimeout, imports: create === undefined, later, spawn: (name, scheduler, ended) => connect(name, make(name), scheduler, ended) });
}

function later(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}

function connect(name: string, worker: Worker, scheduler: SchedulerApi, ended: (error: Error) => void): WorkerConnection {
  const endpoint = nodeEndpoint(worker);
  let online = false;
  worker.once('online', () => (online = true));
  worker.once('error', (error: Error) => ended(online ? died(name, error) : loadError(name, error)));
  worker.once('messageerror', (error: Error) => ended(died(name, error)));
  worker.once('exit', (code) => ended(new Error(`Worker ${name} exited with code ${code}`)));
  Comlink.expose(scheduler, endpoint);
  // Comlink's remote type promises what it cannot know; the protocol's methods all return promises already.
  const remote = Comlink.wrap<WorkerApi>(endpoint) as unknown as WorkerApi;
  const { start, run, cancel, hashChunks } = remote;
  return {
    api: { start, run, cancel, hashChunks: (bytes, chunkSize) => hashChunks(Comlink.transfer(bytes, ownBuffer(bytes)), chunkSize) },
    terminate: () => void worker.terminate(),
    keepAlive: (wanted) => (wanted ? worker.ref() : worker.unref()),
  };
}

function died(name: string, cause: Error & { code?: string }): Error {
  const why = cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'ran out of memory; see resourceLimits' : `died: ${cause.message}`;
  return new Error(`Worker ${name} ${why}`, { cause });
}

function loadError(name: string, cause: Error): WorkerLoadError {
  return new WorkerLoadError(`Cannot start worker ${name} from ${new URL('./worker.js', import.meta.url).href}: ${cause.message}`, { cause });
}
