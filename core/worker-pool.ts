/**
 * Workers as an executor: hands jobs out in batches whose size follows the jobs' duration, replaces workers that die,
 * and stops what must be stopped. What a worker is, the runtime's layer says.
 */
import { SomenError, WorkerLoadError } from './errors.ts';
import type { LogLevel } from './events.ts';
import type { Executor, ExecutorListener, ExecutorSession, JobRequest } from './executor.ts';
import type { ChunkHasher } from './parallel-digest.ts';
import type { PoolClient, PoolJob } from './worker-batch.ts';
import { WorkerHandle } from './worker-handle.ts';
import type { SpawnWorker, WorkerEnd, WorkerPoolOptions, WorkerWatcher } from './worker-ports.ts';
import { BUILT_IN_TASKS } from './built-in-tasks.ts';
import { OpenWorkers } from './open-workers.ts';
import { PoolQueue } from './pool-queue.ts';
import { Quarantine } from './quarantine.ts';
import { RemoteTasks } from './wire-task.ts';
import { Refusals } from './worker-refusals.ts';

/** A job that was at work when so many homes of workers were lost may be the reason: from then on it runs alone in a home. */
const MAX_HOMES_LOST = 2;

/** A pool of workers; see above. */
export class WorkerPool implements Executor {
  readonly name: string;
  readonly #options: WorkerPoolOptions;
  readonly #sessions = new Set<PoolSession>();
  readonly #workers = new Set<WorkerHandle>();
  /** Those that have not come up yet, */
  readonly #starting = new Set<WorkerHandle>();
  /** and those that have, and can take jobs. */
  readonly #open = new OpenWorkers<WorkerHandle>();
  /** How many jobs all workers together want to hold. */
  #depth = 0;
  /** Jobs that no worker has yet. The next one is first. */
  readonly #queue = new PoolQueue();
  /** Jobs that a worker died with, perhaps because of them. Each goes out alone, so that it takes no others along. */
  readonly #suspects = new PoolQueue();
  readonly #lost = new WeakSet<JobRequest>();
  /** How many homes of workers were lost while a job was at work there. */
  readonly #homesLost = new WeakMap<JobRequest, number>();
  /** Jobs that may be the reason for that, */
  readonly #dangerous = new PoolQueue();
  /** and where they run. */
  readonly #quarantine = new Quarantine<WorkerHandle>(this.#dangerous);
  /** The home whose loss was told last. */
  #toldLost: string | undefined;
  readonly #refusals = new Refusals();
  /** How many jobs the supply was told of. */
  #demand = 0;
  /** Jobs that nobody wants any more, to be stopped together. */
  #unwanted = new Set<PoolJob>();
  /** How many batches of reports are being taken, one within the other. */
  #taking = 0;
  #nextJob = 1;
  #nextWorker = 1;
  #forgetIdle: (() => void) | undefined;
  /** Why the last worker that was started did not come up, until one does. */
  #loadError: Error | undefined;
  readonly #watcher: WorkerWatcher<WorkerHandle>;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.name = options.name ?? 'workers';
    const remoteTasks = new RemoteTasks((name) => BUILT_IN_TASKS.get(name));
    this.#watcher = {
      reported: (worker, take) => this.#reported(worker, take),
      resized: (change) => this.#resized(change),
      loaded: (worker) => this.#loaded(worker),
      refused: (worker, job, error) => this.#refused(worker, job, error),
      ended: (worker, how, jobs, error) => this.#ended(worker, how, jobs, error),
      failedToLoad: (worker, error) => this.#failedToLoad(worker, error),
      findTask: (wire) => remoteTasks.find(wire),
      // The scheduler computes versions itself, so what a worker is told of one does not matter.
      version: ({ version }) => ({ version }),
    };
    options.supply.attach?.({
      supplied: () => this.#supplied(),
      unavailable: (error) => this.#giveUp(error),
      notice: (level, text) => this.#sessions.forEach((session) => session.notice(level, text)),
    });
  }

  /** See {@link ExecutorSession.storesIn}. */
  get storesIn(): string | undefined {
    return this.#options.storesIn;
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
    return this.#depth + 2 * Math.max(0, this.#options.supply.most - this.#workers.size);
  }

  async close(): Promise<void> {
    this.#takeAll();
    this.#endWorkers();
    // Last: a scheduler that hears of it may hand out jobs of other runs, for which the pool starts again.
    for (const session of this.#sessions)
      session.fail(new SomenError('ERR_CLOSED', 'The workers were closed while jobs were under way'));
    this.#tellDemand();
    await this.#options.supply.close?.();
  }

  #endWorkers(): void {
    for (const worker of this.#workers) worker.terminate();
    this.#workers.clear();
    this.#starting.clear();
    this.#open.clear();
    this.#refusals.clear();
    this.#depth = 0;
  }

  // ---- for sessions

  leave(session: PoolSession): void {
    // Once only: a second timer would end the workers of whoever comes next.
    if (!this.#sessions.delete(session)) return;
    this.#tellDemand();
    if (this.#sessions.size > 0) return;
    this.#forgetIdle = this.#options.later(() => this.#endWorkers(), this.#options.idleTimeout);
  }

  enqueue(session: PoolSession, request: JobRequest): PoolJob {
    const job: PoolJob = { id: this.#nextJob++, client: session, request };
    this.#queueOf(request).push(job);
    return job;
  }

  #queueOf(request: JobRequest): PoolQueue {
    if ((this.#homesLost.get(request) ?? 0) >= MAX_HOMES_LOST) return this.#dangerous;
    return this.#lost.has(request) ? this.#suspects : this.#queue;
  }

  /** Stops jobs, all those of this turn of the event loop together. */
  cancel(jobs: readonly PoolJob[]): void {
    if (this.#unwanted.size === 0) queueMicrotask(() => this.distribute());
    for (const job of jobs) this.#unwanted.add(job);
  }

  /** Gives jobs to workers that have room, fairly, and starts workers while there are jobs that others cannot take at once. */
  distribute(): void {
    if (this.#taking > 0) return;
    if (this.#unwanted.size > 0) this.#stop();
    this.#tellDemand();
    const waiting = this.#waiting;
    if (waiting > 0) this.#spawnFor(waiting);
    if (waiting > 0 && !this.#refusals.isEmpty) this.#helpRefused();
    this.#giveDangerous();
    this.#giveSuspects();
    if (this.#suspects.length === 0 && this.#queue.length > 0) this.#giveShares();
    const isWaiting = this.#waiting > 0;
    for (const worker of this.#starting) worker.waitFor(isWaiting);
  }

  #takeAll(): readonly PoolJob[] {
    return [this.#dangerous, this.#suspects, this.#queue].flatMap((queue) => queue.take(Infinity));
  }

  get #waiting(): number {
    return this.#queue.length + this.#suspects.length + this.#dangerous.length;
  }

  #tellDemand(): void {
    if (this.#options.supply.demand === undefined) return;
    let jobs = 0;
    for (const { load } of this.#sessions) jobs += load;
    if (jobs === this.#demand) return;
    this.#demand = jobs;
    this.#options.supply.demand(jobs);
  }

  #stop(): void {
    const jobs = this.#unwanted;
    this.#unwanted = new Set();
    for (const queue of [this.#queue, this.#suspects, this.#dangerous]) queue.remove((job) => jobs.has(job));
    for (const worker of this.#workers) {
      worker.cancel(jobs);
      this.#open.place(worker);
    }
  }

  #giveDangerous(): void {
    if (this.#dangerous.length === 0 && !this.#quarantine.isKept) return;
    const worker = this.#quarantine.next(this.#workers);
    if (worker === undefined) return;
    const [job] = this.#refusals.take(this.#dangerous, worker.home, 1);
    if (job !== undefined) worker.giveAlone(job);
    this.#open.place(worker);
  }

  #giveSuspects(): void {
    if (this.#suspects.length === 0) return;
    for (const worker of this.#takersOf(this.#suspects.length)) {
      if (worker.load > 0 || worker.room === 0) continue;
      const [job] = this.#refusals.take(this.#suspects, worker.home, 1);
      if (job !== undefined) worker.giveAlone(job);
      this.#open.place(worker);
    }
  }

  #giveShares(): void {
    let workers = this.#workers.size;
    // Those with the fewest jobs first, so that nobody is left without.
    for (const worker of this.#takersOf(this.#queue.length)) {
      const share = Math.min(worker.room, Math.ceil(this.#queue.length / workers--));
      // Out of the queue first: giving a job out tells its scheduler, which may come back here.
      const jobs = share > 0 ? this.#refusals.take(this.#queue, worker.home, share) : [];
      if (jobs.length > 0) worker.give(jobs);
      this.#open.place(worker);
    }
  }

  /** Each of them gets a job at least, unless it refuses all. */
  #takersOf(jobs: number): readonly WorkerHandle[] {
    if (this.#quarantine.isKept)
      return this.#open.first(this.#open.size).filter((worker) => this.#quarantine.isOpen(worker));
    return this.#open.first(this.#refusals.isEmpty ? jobs : this.#open.size);
  }

  /** All workers, to hash with; starts those that are missing. */
  hashers(): readonly ChunkHasher[] {
    if (this.#options.supply.isRemote === true) return [];
    this.#spawnFor(Infinity);
    return [...this.#workers];
  }

  #spawnFor(jobs: number): void {
    if (this.#loadError !== undefined && this.#workers.size > 0) return;
    let idle = this.#starting.size + (this.#quarantine.isKept ? this.#idleOutside() : this.#open.idle);
    const { supply } = this.#options;
    while (idle < jobs && this.#workers.size < supply.most && supply.free > 0) {
      if (!this.#spawn()) return;
      idle++;
    }
  }

  /** How many workers outside of the quarantine have nothing to do. */
  #idleOutside(): number {
    return this.#takersOf(Infinity).filter(({ load }) => load === 0).length;
  }

  /** Jobs that all workers refuse need one of another home. Where there is none to be had, they fail. */
  #helpRefused(): void {
    const homes = this.#homes();
    const hopeless = this.#refusals.hopeless(homes);
    if (hopeless.size === 0) return;
    const isHopeless = ({ request: { task } }: PoolJob): boolean => hopeless.has(task.base ?? task);
    const queues = [this.#dangerous, this.#suspects, this.#queue];
    if (!queues.some((queue) => queue.some(isHopeless))) return;
    const { supply } = this.#options;
    const spawn = this.#loadError === undefined ? supply.spawnBeside?.(homes) : undefined;
    if (spawn !== undefined && this.#spawn(spawn)) return;
    if (supply.isGrowing === true) return;
    for (const job of queues.flatMap((queue) => queue.take(Infinity, isHopeless))) {
      const error = this.#refusals.everywhere(job.request.task, homes);
      job.client.settle(job, (listener) => listener.failed(job.request, error));
    }
  }

  #spawn(spawn: SpawnWorker = this.#options.supply.spawn): boolean {
    const name = `somen-${this.#nextWorker++}`;
    try {
      const worker = new WorkerHandle(name, this.#options, this.#watcher, spawn);
      this.#workers.add(worker);
      this.#starting.add(worker);
      this.#depth += worker.depth;
      return true;
    } catch (error) {
      this.#giveUp(
        error instanceof WorkerLoadError
          ? error
          : new WorkerLoadError(`Cannot start a worker: ${String(error)}`, { cause: error }),
      );
      return false;
    }
  }

  // ---- for workers

  #reported(worker: WorkerHandle, take: () => void): void {
    this.#taking++;
    try {
      take();
    } finally {
      this.#taking--;
      if (this.#workers.has(worker)) this.#open.place(worker);
      this.distribute();
    }
  }

  #loaded(worker: WorkerHandle): void {
    this.#loadError = undefined;
    this.#starting.delete(worker);
    this.#open.place(worker);
    this.distribute();
  }

  #remove(worker: WorkerHandle): void {
    // After the end of all it was one of none.
    if (!this.#workers.delete(worker)) return;
    this.#starting.delete(worker);
    this.#open.delete(worker);
    this.#depth -= worker.depth;
    if (!this.#refusals.isEmpty) this.#refusals.forget(worker.home, this.#homes());
  }

  #supplied(): void {
    this.#resized();
    this.distribute();
  }

  #resized(change: number = 0): void {
    this.#depth += change;
    for (const session of this.#sessions) session.listener.resized();
  }

  /** A worker's only job is to blame for its death. Of several, which it was is found by running each alone. */
  #ended(worker: WorkerHandle, how: WorkerEnd, jobs: readonly PoolJob[], error: Error): void {
    this.#remove(worker);
    const isAlone = this.#quarantine.isAlone(worker);
    const [first, second] = jobs;
    if (how === 'stopped') this.#queue.putFirst(jobs);
    else if (how === 'home-lost') {
      this.#tellLoss(worker, jobs, error);
      this.#queue.putFirst(this.#survivors(jobs, isAlone, error));
    } else if (how === 'died' && first !== undefined && second === undefined) this.#lose(first, error);
    else this.#suspects.push(...jobs);
    this.#resized();
    this.distribute();
  }

  /** Once for all workers of a home, where jobs were at work there. */
  #tellLoss({ home }: WorkerHandle, [job]: readonly PoolJob[], error: Error): void {
    if (job === undefined || this.#toldLost === home) return;
    this.#toldLost = home;
    const text = `Pilot ${home} was lost, and its jobs run again elsewhere: ${error.message}`;
    job.client.listener.log(job.request, 'warn', [text]);
  }

  /**
   * The job at work may be what a home goes down with, as may be those of its other workers; the rest had not begun. One
   * that was alone there is to blame.
   */
  #survivors(jobs: readonly PoolJob[], isAlone: boolean, error: Error): readonly PoolJob[] {
    const [first, ...others] = jobs;
    if (first === undefined) return [];
    const losses = 1 + (this.#homesLost.get(first.request) ?? 0);
    this.#homesLost.set(first.request, losses);
    if (losses < MAX_HOMES_LOST) return jobs;
    if (isAlone) this.#lose(first, error);
    else this.#dangerous.push(first);
    return others;
  }

  #homes(): ReadonlySet<string> {
    return new Set([...this.#workers].map(({ home }) => home));
  }

  /** Another worker may have the job's code. */
  #refused(worker: WorkerHandle, job: PoolJob, error: unknown): void {
    this.#refusals.note(job.request.task, worker.home, error);
    this.#queue.putFirst([job]);
  }

  #lose(job: PoolJob, error: Error): void {
    this.#lost.add(job.request);
    job.client.settle(job, (listener) => listener.lost(job.request, error));
  }

  #failedToLoad(worker: WorkerHandle, error: WorkerLoadError): void {
    this.#remove(worker);
    this.#giveUp(error);
  }

  /** Without any worker nothing would ever happen: the jobs fail. With one, it takes them. */
  #giveUp(error: Error): void {
    this.#loadError = error;
    if (this.#workers.size > 0) return this.distribute();
    for (const job of this.#takeAll()) job.client.settle(job, (listener) => listener.failed(job.request, error));
    this.#tellDemand();
  }
}

/** One scheduler's share of a pool. */
export class PoolSession implements ExecutorSession, PoolClient {
  readonly takesReferences = true;
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

  get storesIn(): string | undefined {
    return this.#pool.storesIn;
  }

  /** How many jobs it has. */
  get load(): number {
    return this.#jobs.size;
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
    const jobs = requests.flatMap((request) => this.#jobs.get(request) ?? []);
    for (const request of requests) this.#jobs.delete(request);
    if (jobs.length > 0) this.#pool.cancel(jobs);
  }

  close(): void {
    this.cancel([...this.#jobs.keys()]);
    this.#pool.leave(this);
  }

  settle(job: PoolJob, tell: (listener: ExecutorListener) => void): void {
    if (this.#jobs.get(job.request) !== job) return;
    this.#jobs.delete(job.request);
    tell(this.listener);
  }

  /** Tells its run something that is about no job more than about others. */
  notice(level: LogLevel, text: string): void {
    const [request] = this.#jobs.keys();
    if (request !== undefined) this.listener.log(request, level, [text]);
  }

  /** All jobs end with an error. */
  fail(error: Error): void {
    for (const job of this.#jobs.values()) this.settle(job, (listener) => listener.failed(job.request, error));
  }
}
