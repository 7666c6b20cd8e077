/** One worker of a pool, as its scheduler sees it. */
import { WorkerLoadError } from './errors.ts';
import type { ExecutorListener, JobRequest } from './executor.ts';
import type { ChunkHasher, HashedChunks } from './parallel-digest.ts';
import { fromPortable } from './portable-workflow.ts';
import { realm } from './realm.ts';
import { taskReference, type Task, type TaskReference } from './task.ts';
import { fromWireError } from './wire-error.ts';
import { checkCloneable, describeCloneFailure } from './wire-value.ts';
import type { SchedulerApi, WireJob, WireReport, WireTask, WorkerApi } from './worker-protocol.ts';

/** A worker that was just started. */
export interface WorkerConnection {
  readonly api: WorkerApi;
  /** Ends it at once, whatever it does. */
  terminate(): void;
  /** Whether the process should wait for it, where that can be said. */
  keepAlive(wanted: boolean): void;
}

/**
 * Starts a worker. `ended` is called when it is gone without having been told so.
 * Throws where it cannot even be tried.
 */
export type SpawnWorker = (name: string, scheduler: SchedulerApi, ended: (error: Error) => void) => WorkerConnection;

/** What a pool is made of. */
export interface WorkerPoolOptions {
  /** How many workers. */
  readonly size: number;
  /** Starts one. */
  readonly spawn: SpawnWorker;
  /** Whether workers import the modules of tasks. Not if the user's own worker module does. */
  readonly imports: boolean;
  /** How long workers stay when no run uses them, in milliseconds. */
  readonly idleTimeout: number;
  /** Calls back later without keeping the process alive. Returns what takes it back. */
  readonly later: (callback: () => void, milliseconds: number) => () => void;
}

/** A job in a pool. */
export interface PoolJob {
  readonly id: number;
  readonly client: PoolClient;
  readonly request: JobRequest;
}

/** Whose job it is. */
export interface PoolClient {
  readonly listener: ExecutorListener;
  /** Tells the scheduler how a job ended, if it still wants to know. */
  settle(job: PoolJob, tell: (listener: ExecutorListener) => void): void;
}

/** What a pool wants to know of its workers. */
export interface WorkerWatcher {
  /** Jobs ended: there is room. */
  answered(worker: WorkerHandle): void;
  /** The worker wants to hold more jobs, or fewer. */
  resized(): void;
  loaded(): void;
  /** The worker is gone. `culprit` is the job that ran, unless the pool itself ended the worker. */
  ended(worker: WorkerHandle, error: Error, culprit: PoolJob | undefined): void;
  /** The worker never came up. */
  failedToLoad(worker: WorkerHandle, error: Error): void;
}

/** A batch should keep a worker busy for this long, in milliseconds. */
const BATCH_TIME = 5;
/** A worker holds one job that runs and one that is next; more only of very short ones. */
const MIN_DEPTH = 2;
const MAX_DEPTH = 512;
/** A worker that runs no code of ours for this long, in milliseconds, after it was told to stop is stuck. */
const CANCEL_GRACE = 25;
/** A worker that does not answer for this long after its start, in milliseconds, never will. */
const LOAD_TIMEOUT = 30_000;
/** How much the last job counts in the average duration. */
const SMOOTHING = 0.2;

/** See above. */
export class WorkerHandle implements ChunkHasher {
  readonly name: string;
  readonly #watcher: WorkerWatcher;
  readonly #options: WorkerPoolOptions;
  readonly #connection: WorkerConnection;
  /** Methods of the remote side, held: getting one from Comlink's proxy costs 1.7 us each time. */
  readonly #run: WorkerApi['run'];
  readonly #cancel: WorkerApi['cancel'];
  /** Jobs that the worker has, in the order in which it runs them. */
  readonly #jobs = new Map<number, PoolJob>();
  readonly #tasks = new Map<Task, number>();
  /** The last job that was said to have started. */
  #announced = 0;
  #average = Infinity;
  #depth = MIN_DEPTH;
  /** How many calls of `hashChunks` are under way. */
  #hashing = 0;
  /** Rejects when the worker ends. */
  readonly #gone: Promise<never>;
  #giveUpHashing: (reason: Error) => void = () => undefined;
  #loaded = false;
  #ended = false;

  constructor(name: string, options: WorkerPoolOptions, watcher: WorkerWatcher) {
    this.name = name;
    this.#options = options;
    this.#watcher = watcher;
    this.#gone = new Promise((_resolve, reject) => (this.#giveUpHashing = reject));
    this.#gone.catch(() => undefined);
    const scheduler: SchedulerApi = { report: (reports) => this.#take(reports), leaving: () => this.#end(new Error(`Worker ${name} closed itself`)) };
    this.#connection = options.spawn(name, scheduler, (error) => this.#end(error));
    this.#connection.keepAlive(false);
    const { api } = this.#connection;
    this.#run = api.run;
    this.#cancel = api.cancel;
    const patience = options.later(() => this.#end(new WorkerLoadError(`Worker ${name} did not answer within ${LOAD_TIMEOUT / 1000} s`)), LOAD_TIMEOUT);
    api.start({ name, imports: options.imports }).then(
      () => {
        patience();
        this.#loaded = true;
        watcher.loaded();
      },
      (error: unknown) => this.#end(new WorkerLoadError(`Worker ${name} could not be told to start: ${String(error)}`, { cause: error })),
    );
  }

  /** How many jobs it wants to hold. */
  get depth(): number {
    return this.#depth;
  }

  /** How many it has. */
  get load(): number {
    return this.#jobs.size;
  }

  /** How many it can take. Half a batch is not worth a message while the other half is being worked on. */
  get room(): number {
    const room = this.#depth - this.#jobs.size;
    return this.#depth > MIN_DEPTH && 2 * room < this.#depth ? 0 : room;
  }

  give(jobs: readonly PoolJob[]): void {
    const wire: WireJob[] = [];
    const newTasks: (readonly [number, TaskReference])[] = [];
    const given: PoolJob[] = [];
    const wasIdle = this.#jobs.size === 0;
    for (const job of jobs) {
      const wireJob = this.#wire(job, newTasks);
      if (wireJob === undefined) continue;
      wire.push(wireJob);
      given.push(job);
      this.#jobs.set(job.id, job);
    }
    if (wire.length === 0) return;
    if (wasIdle) this.#connection.keepAlive(true);
    if (wasIdle) this.#announce();
    this.#send(given, wire, newTasks);
  }

  #wire(job: PoolJob, newTasks: (readonly [number, TaskReference])[]): WireJob | undefined {
    const { task, args } = job.request;
    try {
      for (let index = 0; index < args.length; index++) {
        const value = args[index];
        if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol') checkCloneable(value, `args[${index}]`);
      }
    } catch (error) {
      job.client.settle(job, (listener) => listener.failed(job.request, error));
      return undefined;
    }
    let number = this.#tasks.get(task);
    if (number === undefined) {
      number = this.#tasks.size;
      this.#tasks.set(task, number);
      newTasks.push([number, { name: task.name, named: task.named, module: task.module }]);
    }
    return { id: job.id, task: number, args };
  }

  /** Comlink's answer says only that the message went out; where it could not be cloned, each job is tried alone. */
  #send(jobs: readonly PoolJob[], wire: readonly WireJob[], newTasks: readonly (readonly [number, TaskReference])[]): void {
    this.#run(wire, newTasks).catch((error: unknown) => {
      if (this.#ended) return;
      const [only] = jobs;
      if (jobs.length > 1 || newTasks.length > 0) {
        void this.#run([], newTasks);
        jobs.forEach((job, index) => this.#send([job], wire.slice(index, index + 1), []));
      } else if (only !== undefined && this.#jobs.delete(only.id)) {
        only.client.settle(only, (listener) => listener.failed(only.request, describeCloneFailure(only.request.args, 'args', error)));
        this.#settled();
      }
    });
  }

  /** The job at the head of the line runs now. */
  #announce(): void {
    const [job] = this.#jobs.values();
    if (job === undefined || job.id === this.#announced) return;
    this.#announced = job.id;
    job.client.listener.started(job.request, this.name);
  }

  #take(reports: readonly WireReport[]): void {
    for (const report of reports) this.#takeOne(report);
    this.#settled();
  }

  #settled(): void {
    if (this.#ended) return;
    this.#rest();
    this.#watcher.answered(this);
  }

  #takeOne(report: WireReport): void {
    const job = this.#jobs.get(report.id);
    if (job === undefined) return;
    const { request } = job;
    if (report.type === 'log') return job.client.listener.log(request, report.level, report.values);
    this.#jobs.delete(report.id);
    if (report.type !== 'failed') this.#learn(report.duration);
    job.client.settle(job, (listener) => tell(listener, request, report));
    this.#announce();
  }

  #learn(duration: number): void {
    this.#average = this.#average === Infinity ? duration : this.#average + SMOOTHING * (duration - this.#average);
    const depth = Math.min(MAX_DEPTH, Math.max(MIN_DEPTH, Math.ceil(BATCH_TIME / Math.max(this.#average, 1e-3))));
    // Small changes are not worth telling.
    if (depth > 1.5 * this.#depth || depth < this.#depth / 1.5) {
      this.#depth = depth;
      this.#watcher.resized();
    }
  }

  /** Drops jobs. If one of them runs and the worker does not answer, it is ended; the other jobs it had go elsewhere. */
  cancel(jobs: ReadonlySet<PoolJob>): void {
    const ids = [...this.#jobs.values()].filter((job) => jobs.has(job)).map((job) => job.id);
    if (ids.length === 0) return;
    for (const id of ids) this.#jobs.delete(id);
    const patience = this.#options.later(() => this.#replace(), CANCEL_GRACE);
    this.#connection.keepAlive(true);
    this.#cancel(ids).then(
      () => {
        patience();
        this.#announce();
        this.#settled();
      },
      () => undefined,
    );
  }

  /** Takes the jobs back, in order. */
  takeJobs(): PoolJob[] {
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    return jobs;
  }

  /** Comlink never answers for a worker that is gone, so the end of the worker rejects what is under way. */
  async hashChunks(bytes: Uint8Array, chunkSize: number): Promise<HashedChunks> {
    this.#hashing++;
    this.#connection.keepAlive(true);
    try {
      return await Promise.race([this.#connection.api.hashChunks(bytes, chunkSize), this.#gone]);
    } finally {
      this.#hashing--;
      this.#rest();
    }
  }

  /** Lets the process end, if nothing else keeps it. */
  #rest(): void {
    if (this.#jobs.size === 0 && this.#hashing === 0 && !this.#ended) this.#connection.keepAlive(false);
  }

  terminate(): void {
    this.#ended = true;
    this.#connection.terminate();
    this.#giveUpHashing(new Error(`Worker ${this.name} is gone`));
  }

  #end(error: Error): void {
    if (this.#ended) return;
    this.terminate();
    if (!this.#loaded) return this.#watcher.failedToLoad(this, error);
    const [first] = this.#jobs.values();
    if (first !== undefined) this.#jobs.delete(first.id);
    this.#watcher.ended(this, error, first);
  }

  /** Ends the worker although no job of those that it has is to blame. */
  #replace(): void {
    if (this.#ended) return;
    this.terminate();
    this.#watcher.ended(this, new Error(`Worker ${this.name} was ended because a cancelled task did not stop`), undefined);
  }
}

function tell(listener: ExecutorListener, request: JobRequest, report: Exclude<WireReport, { type: 'log' }>): void {
  if (report.type === 'done') return listener.done(request, report.value, report.duration);
  if (report.type === 'failed') return listener.failed(request, fromWireError(report.error));
  let node;
  try {
    node = fromPortable(report.workflow, findTask);
  } catch (error) {
    return listener.failed(request, error);
  }
  listener.expanded(request, node, report.duration);
}

/** The task that a worker means: this thread's, if its module is loaded here too, else one that only workers can run. */
function findTask(wire: WireTask): Task | undefined {
  const known = realm().tasks.get(taskReference(wire));
  return known ?? { ...wire, fn: undefined, hints: {} };
}
