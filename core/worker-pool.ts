/**
 * Workers as an executor: hands jobs out in batches whose size follows the jobs' duration, replaces workers that die,
 * and stops what must be stopped. What a worker is, the runtime's layer says.
 */
import { SomenError, WorkerLoadError } from './errors.ts';
import type { Executor, ExecutorListener, ExecutorSession, JobRequest } from './executor.ts';
import type { ChunkHasher } from './parallel-digest.ts';
import { WorkerHandle, type PoolClient, type PoolJob, type WorkerPoolOptions } from './worker-handle.ts';

/** A pool of workers; see above. */
export class WorkerPool implements Executor {
  readonly name = 'workers';
  readonly #options: WorkerPoolOptions;
  readonly #sessions = new Set<PoolSession>();
  readonly #workers = new Set<WorkerHandle>();
  /** Jobs that no worker has yet. The next one is first. */
  #queue: PoolJob[] = [];
  #nextJob = 1;
  #nextWorker = 1;
  #forgetIdle: (() => void) | undefined;
  /** Why the last worker that was started did not come up, until one does. */
  #loadError: Error | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  open(listener: ExecutorListener): ExecutorSession {
    this.#forgetIdle?.();
    this.#forgetIdle = undefined;
    this.#loadError = undefined;
    const session = new PoolSession(this, listener);
    this.#sessions.add(session);
    return session;
  }

  /** How many jobs the pool wants to hold: a batch for each worker. */
  get capacity(): number {
    let capacity = 2 * (this.#options.size - this.#workers.size);
    for (const worker of this.#workers) capacity += worker.depth;
    return capacity;
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.fail(new SomenError('ERR_CLOSED', 'The workers were closed while jobs were under way'));
    this.#queue = [];
    this.#endWorkers();
    return Promise.resolve();
  }

  #endWorkers(): void {
    for (const worker of this.#workers) worker.terminate();
    this.#workers.clear();
  }

  // ---- for sessions

  leave(session: PoolSession): void {
    this.#sessions.delete(session);
    if (this.#sessions.size === 0) this.#forgetIdle = this.#options.later(() => this.#endWorkers(), this.#options.idleTimeout);
  }

  enqueue(session: PoolSession, request: JobRequest): PoolJob {
    const job: PoolJob = { id: this.#nextJob++, client: session, request };
    this.#queue.push(job);
    return job;
  }

  cancel(jobs: ReadonlySet<PoolJob>): void {
    this.#queue = this.#queue.filter((job) => !jobs.has(job));
    for (const worker of this.#workers) worker.cancel(jobs);
    this.distribute();
  }

  /** Gives jobs to workers that have room, fairly, and starts workers while there are jobs that others cannot take at once. */
  distribute(): void {
    this.#spawnFor(this.#queue.length);
    let workers = this.#workers.size;
    // Those with the fewest jobs first, so that nobody is left without.
    for (const worker of [...this.#workers].sort((a, b) => a.load - b.load)) {
      const share = Math.min(worker.room, Math.ceil(this.#queue.length / workers--));
      // Out of the queue first: giving a job out tells its scheduler, which may come back here.
      if (share > 0) worker.give(this.#queue.splice(0, share));
    }
  }

  /** All workers, to hash with; starts those that are missing. */
  hashers(): readonly ChunkHasher[] {
    this.#spawnFor(this.#options.size);
    return [...this.#workers];
  }

  #spawnFor(jobs: number): void {
    if (this.#loadError !== undefined && this.#workers.size > 0) return;
    let idle = 0;
    for (const worker of this.#workers) if (worker.load === 0) idle++;
    while (idle < jobs && this.#workers.size < this.#options.size) {
      if (!this.#spawn()) return;
      idle++;
    }
  }

  #spawn(): boolean {
    const name = `somen-${this.#nextWorker++}`;
    try {
      const worker = new WorkerHandle(name, this.#options, {
        answered: (handle) => this.#answered(handle),
        resized: () => this.#resized(),
        loaded: () => (this.#loadError = undefined),
        ended: (handle, error, culprit) => this.#ended(handle, error, culprit),
        failedToLoad: (handle, error) => this.#failedToLoad(handle, error),
      });
      this.#workers.add(worker);
      return true;
    } catch (error) {
      this.#giveUp(error instanceof WorkerLoadError ? error : new WorkerLoadError(`Cannot start a worker: ${String(error)}`, { cause: error }));
      return false;
    }
  }

  // ---- for workers

  #answered(worker: WorkerHandle): void {
    if (this.#queue.length > 0 && worker.room > 0) this.distribute();
  }

  #resized(): void {
    for (const session of this.#sessions) session.listener.resized();
  }

  #ended(worker: WorkerHandle, error: Error, culprit: PoolJob | undefined): void {
    this.#workers.delete(worker);
    this.#queue = [...worker.takeJobs(), ...this.#queue];
    culprit?.client.settle(culprit, (listener) => listener.lost(culprit.request, error));
    this.distribute();
    this.#resized();
  }

  #failedToLoad(worker: WorkerHandle, error: Error): void {
    this.#workers.delete(worker);
    this.#queue = [...worker.takeJobs(), ...this.#queue];
    this.#giveUp(error);
  }

  /** Without any worker nothing would ever happen: the jobs fail. With one, it takes them. */
  #giveUp(error: Error): void {
    this.#loadError = error;
    if (this.#workers.size > 0) return this.distribute();
    const jobs = this.#queue;
    this.#queue = [];
    for (const job of jobs) job.client.settle(job, (listener) => listener.failed(job.request, error));
  }
}

/** One scheduler's share of a pool. */
export class PoolSession implements ExecutorSession, PoolClient {
  readonly listener: ExecutorListener;
  readonly #pool: WorkerPool;
  readonly #jobs = new Map<JobRequest, PoolJob>();
  /** Whether jobs were submitted since the last flush. */
  #fresh = false;

  constructor(pool: WorkerPool, listener: ExecutorListener) {
    this.#pool = pool;
    this.listener = listener;
  }

  get capacity(): number {
    return this.#pool.capacity;
  }

  hashers(): readonly ChunkHasher[] {
    return this.#pool.hashers();
  }

  submit(request: JobRequest): void {
    this.#fresh = true;
    this.#jobs.set(request, this.#pool.enqueue(this, request));
  }

  flush(): void {
    if (!this.#fresh) return;
    this.#fresh = false;
    this.#pool.distribute();
  }

  cancel(requests: readonly JobRequest[]): void {
    const jobs = new Set(requests.flatMap((request) => this.#jobs.get(request) ?? []));
    for (const request of requests) this.#jobs.delete(request);
    if (jobs.size > 0) this.#pool.cancel(jobs);
  }

  close(): void {
    this.cancel([...this.#jobs.keys()]);
    this.#pool.leave(this);
  }

  settle(job: PoolJob, tell: (listener: ExecutorListener) => void): void {
    if (this.#jobs.delete(job.request)) tell(this.listener);
  }

  /** All jobs end with an error. */
  fail(error: Error): void {
    for (const job of this.#jobs.values()) this.settle(job, (listener) => listener.failed(job.request, error));
  }
}
