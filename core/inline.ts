import { copyValue, isThenable } from './capture.ts';
import { SomenError, TaskNotFoundError } from './errors.ts';
import type { Executor, ExecutorListener, ExecutorSession, JobRequest } from './executor.ts';
import { isByRef, workflowOf } from './workflow.ts';

/**
 * Runs jobs on the calling thread: for short tasks, for tests and debugging, and for tasks that share its state.
 * Asynchronous tasks overlap, up to `concurrency` (@default 16) at a time. A synchronous task cannot be interrupted.
 *
 * @example
 * await run(workflow, { executor: inline() });
 */
export function inline({ concurrency = 16 }: { concurrency?: number } = {}): Executor {
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new RangeError(`Cannot run ${concurrency} jobs at once: concurrency must be a whole number from 1`);
  const sessions = new Set<InlineSession>();
  return {
    name: 'inline',
    open(listener) {
      const session = new InlineSession(listener, concurrency, () => sessions.delete(session));
      sessions.add(session);
      return session;
    },
    close() {
      const error = new SomenError('ERR_CLOSED', 'The executor was closed while jobs were under way');
      for (const session of sessions) session.fail(error);
      return Promise.resolve();
    },
  };
}

class InlineSession implements ExecutorSession {
  readonly capacity: number;
  readonly #listener: ExecutorListener;
  /** Asynchronous jobs whose answers are still wanted. */
  readonly #pending = new Set<JobRequest>();

  /** How many tasks are on the stack. */
  #calling = 0;

  readonly #leave: () => void;

  constructor(listener: ExecutorListener, capacity: number, leave: () => void) {
    this.#listener = listener;
    this.capacity = capacity;
    this.#leave = leave;
  }

  get underWay(): number {
    return this.#pending.size + this.#calling;
  }

  submit(job: JobRequest): void {
    const start = performance.now();
    this.#listener.started(job, 'inline');
    let result: unknown;
    this.#calling++;
    try {
      result = call(job);
    } catch (error) {
      this.#listener.failed(job, error);
      return;
    } finally {
      this.#calling--;
    }
    if (isThenable(result)) this.#await(job, result, start);
    else this.#finish(job, result, start);
  }

  #await(job: JobRequest, result: PromiseLike<unknown>, start: number): void {
    this.#pending.add(job);
    result.then(
      (value) => {
        if (this.#pending.delete(job)) this.#finish(job, value, start);
      },
      (error: unknown) => {
        if (this.#pending.delete(job)) this.#listener.failed(job, error);
      },
    );
  }

  #finish(job: JobRequest, value: unknown, start: number): void {
    let node;
    try {
      node = workflowOf(value);
    } catch (error) {
      this.#listener.failed(job, error);
      return;
    }
    const duration = performance.now() - start;
    if (node === undefined) this.#listener.done(job, value, duration);
    else this.#listener.expanded(job, node, duration);
  }

  flush(): void {
    // Nothing is held back.
  }

  cancel(jobs: readonly JobRequest[]): void {
    for (const job of jobs) this.#pending.delete(job);
  }

  close(): void {
    this.#pending.clear();
    this.#leave();
  }

  /** All jobs end with an error. */
  fail(error: Error): void {
    for (const job of this.#pending) if (this.#pending.delete(job)) this.#listener.failed(job, error);
  }
}

/** Calls the task's function, with copies of mutable arguments: what a task does to them no other task sees. */
function call({ task, args }: JobRequest): unknown {
  if (task.fn === undefined)
    throw new TaskNotFoundError(`Cannot run '${task.name}' on this thread: only a worker has it`);
  let own = args;
  for (let index = 0; index < args.length; index++) {
    const value = args[index];
    if (typeof value !== 'object' || value === null) continue;
    if (task.control !== undefined && isByRef(task.control, index)) continue;
    if (own === args) own = args.slice();
    (own as unknown[])[index] = copyValue(value);
  }
  // Built-in tasks take their arguments as one array.
  // Not `task.fn(...)`: `this` would be the task.
  const { fn } = task;
  return task.builtIn === undefined ? fn(...(own as never[])) : fn(own as never);
}
