import type { Executor } from '../core/executor.ts';
import { checkNames, type OptionNames } from '../core/options.ts';
import { WorkerPool } from '../core/worker-pool.ts';
import { startDefaultWorker, type StartedWorker } from './default-worker.ts';
import { ownWorker } from './own-worker.ts';
import { connectWorker } from './worker-connection.ts';

/** How many Web Workers, and of which kind. */
export interface WorkersOptions {
  /** How many. @default one a core */
  readonly size?: number;
  /**
   * Starts a worker of your own, whose module imports `somen/web/worker` and the modules of all tasks. With a bundler
   * this is the way: only it knows how a worker's module is found.
   * @default a worker that imports the modules of tasks by their URLs
   */
  readonly create?: (name: string) => Worker;
  /** How long workers stay when no run uses them, in milliseconds. @default 2000 */
  readonly idleTimeout?: number;
}

const OPTIONS: OptionNames<WorkersOptions> = { size: true, create: true, idleTimeout: true };

/**
 * Runs jobs on Web Workers. Without `create`, a worker imports the module in which a task was scheduled by its URL:
 * that is for modules that the browser loads as they are, which hold no code for the page. With a bundler, name the
 * tasks with `tasks(...)` and give a worker module of your own.
 *
 * @example
 * // worker.js: import 'somen/web/worker'; import './tasks.js';
 * const create = () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
 * await run(workflow, { executor: workers({ create }) });
 *
 * @throws RangeError where `size` is not a whole number from 1
 * @throws TypeError where there is no option of a name
 */
export function workers(options: WorkersOptions = {}): Executor {
  checkNames(options, OPTIONS, 'Cannot give workers the option');
  const { size = navigator.hardwareConcurrency, idleTimeout = 2000, create } = options;
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`Cannot start ${size} workers: size must be a whole number from 1`);
  const start = create === undefined ? startDefaultWorker : (name: string): StartedWorker => ownWorker(create, name);
  return new WorkerPool({
    idleTimeout,
    imports: create === undefined,
    later,
    supply: {
      most: size,
      free: Infinity,
      spawn: (name, scheduler, { ended }) => connectWorker(start(name), scheduler, ended),
    },
  });
}

function later(callback: () => void, milliseconds: number): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
