import * as Comlink from 'comlink';
import { availableParallelism } from 'node:os';
import type { ResourceLimits, Worker, WorkerOptions } from 'node:worker_threads';

import type { Executor } from '../core/executor.ts';
import { checkNames, type OptionNames } from '../core/options.ts';
import type { WorkerConnection, WorkerEvents } from '../core/worker-ports.ts';
import { WorkerPool } from '../core/worker-pool.ts';
import type { SchedulerApi, WorkerApi } from '../core/worker-protocol.ts';
import { ownBuffer } from '../core/wire-value.ts';
import { nodeEndpoint } from './endpoint.ts';
import { reasonOf, startNodeWorker } from './worker-start.ts';

const PROGRAM: URL = new URL('./worker.js', import.meta.url);

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

const OPTIONS: OptionNames<WorkersOptions> = { size: true, resourceLimits: true, create: true, idleTimeout: true };

/**
 * Runs jobs on worker threads. A worker imports the module in which a task was scheduled: schedule at the top level
 * of a module. A script may do so beside its own top-level `run(...)`, which in a worker only ends the import.
 *
 * @example
 * await run(workflow, { executor: workers({ size: 4, resourceLimits: { maxOldGenerationSizeMb: 512 } }) });
 *
 * @throws RangeError where `size` is not a whole number from 1
 * @throws TypeError where there is no option of a name
 */
export function workers(options: WorkersOptions = {}): Executor {
  checkNames(options, OPTIONS, 'Cannot give workers the option');
  const { size = availableParallelism(), idleTimeout = 2000, create, resourceLimits } = options;
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`Cannot start ${size} workers: size must be a whole number from 1`);
  const make = create ?? ((name: string) => startWorker({ name, ...(resourceLimits && { resourceLimits }) }));
  const source = create === undefined ? PROGRAM.href : 'what create returned';
  return new WorkerPool({
    idleTimeout,
    imports: create === undefined,
    later,
    supply: {
      most: size,
      free: Infinity,
      spawn: (name, scheduler, events) => connect({ worker: make(name), source }, scheduler, events),
    },
  });
}

/** Modules that workers import see the script's arguments, as they do its environment. */
function startWorker(options: WorkerOptions): Worker {
  return startNodeWorker(PROGRAM, { ...options, argv: process.argv.slice(2) });
}

/** A worker that was just started. */
interface StartedWorker {
  readonly worker: Worker;
  readonly source: string;
}

export function later(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}

function connect(
  { worker, source }: StartedWorker,
  scheduler: SchedulerApi,
  { ended }: WorkerEvents,
): WorkerConnection {
  const endpoint = nodeEndpoint(worker);
  // Not once: an error that comes after the first, while the worker ends, would be one that nobody handles.
  worker.on('error', (error: Error) => ended(reasonOf(error, 'see resourceLimits'), error));
  worker.once('messageerror', (error: Error) => ended(`sent what cannot be read: ${error.message}`, error));
  worker.once('exit', (code) => ended(`exited with code ${code}`));
  Comlink.expose(scheduler, endpoint);
  // Comlink's remote type promises what it cannot know; the protocol's methods all return promises already.
  const remote = Comlink.wrap<WorkerApi>(endpoint) as unknown as WorkerApi;
  const { start, run, cancel, hashChunks } = remote;
  return {
    source,
    api: {
      start,
      // Not the proxies themselves: compilers that replace private fields write `run.call(...)`, which a proxy sends on.
      run: (jobs, newTasks) => run(jobs, newTasks),
      cancel: (ids) => cancel(ids),
      hashChunks: (bytes, chunkSize) => hashChunks(Comlink.transfer(bytes, ownBuffer(bytes)), chunkSize),
    },
    terminate: () => void worker.terminate(),
    keepAlive: (wanted) => (wanted ? worker.ref() : worker.unref()),
  };
}
