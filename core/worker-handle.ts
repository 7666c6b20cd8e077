/** One worker of a pool, as its scheduler sees it. */
import { WorkerLoadError } from './errors.ts';
import type { LogLevel } from './events.ts';
import type { ChunkHasher, HashedChunks } from './parallel-digest.ts';
import { packJobs, unpackReports } from './wire-columns.ts';
import { fromWireError } from './wire-error.ts';
import { describeArgumentFailure } from './wire-value.ts';
import { tellAnswer } from './worker-answers.ts';
import { serializersOf, WorkerBatch, type PoolJob } from './worker-batch.ts';
import type { SpawnWorker, WorkerConnection, WorkerEnd, WorkerPoolOptions, WorkerWatcher } from './worker-ports.ts';
import type { SchedulerApi, WireJob, WireReport, WorkerApi } from './worker-protocol.ts';
import { TaskNumbers, type ToldTask } from './worker-tasks.ts';

/** A batch should keep a worker busy for this long, in milliseconds. */
const BATCH_TIME = 5;
const MAX_DEPTH = 512;
/** Jobs that last longer than this, in milliseconds, go out one by one: a second one would wait while other workers are free. */
const LONG_JOB = 20;
/** A cancelled job that goes on for this long, in milliseconds, is ended with its worker. */
const CANCEL_GRACE = 25;
/** The same where the job at work may be one that is wanted: it was the first in line. */
const DOUBTFUL_CANCEL_GRACE = 1000;
/** A worker that does not answer for this long after its start, in milliseconds, never will. */
const LOAD_TIMEOUT = 30_000;
/** How much the last job counts in the average duration. */
const SMOOTHING = 0.2;

/** See above. It gets no jobs before it has answered, so nothing is lost with a worker that does not come up. */
export class WorkerHandle implements ChunkHasher {
  /** What it shares its end and its code with. */
  readonly home: string;
  readonly name: string;
  readonly #watcher: WorkerWatcher<WorkerHandle>;
  readonly #options: WorkerPoolOptions;
  readonly #connection: WorkerConnection;
  /** Methods of the remote side, held: getting one from Comlink's proxy costs 1.7 us each time. */
  readonly #run: WorkerApi['run'];
  readonly #cancel: WorkerApi['cancel'];
  /** Jobs that the worker has, in the order in which it runs them. */
  readonly #jobs = new Map<number, PoolJob>();
  readonly #tasks = new TaskNumbers();
  /** The last job that was said to have started. */
  #announced = 0;
  #average = Infinity;
  #depth = 1;
  /** Whether it runs a job that must be the only one it has. */
  #alone = false;
  /** Whether there are jobs for it once it is loaded. */
  #awaited = false;
  /** How many calls are under way that are not jobs, */
  #calls = 0;
  /** and how many of them cancel jobs. */
  #cancelling = 0;
  #isKeptAlive = true;
  /** Rejects when the worker ends. */
  readonly #gone: Promise<never>;
  #giveUpCalls: (reason: Error) => void = () => undefined;
  #loaded = false;
  #ended = false;
  /** Whether it wants no more jobs. */
  #draining = false;

  /** `spawn` starts it. */
  constructor(name: string, options: WorkerPoolOptions, watcher: WorkerWatcher<WorkerHandle>, spawn: SpawnWorker) {
    this.#options = options;
    this.#watcher = watcher;
    this.#gone = new Promise((_resolve, reject) => (this.#giveUpCalls = reject));
    this.#gone.catch(() => undefined);
    const scheduler: SchedulerApi = {
      report: (reports) => this.#take(unpackReports(reports)),
      leaving: () => this.#end('closed itself'),
    };
    this.#connection = spawn(name, scheduler, {
      ended: (reason, cause, isHomeLost) => this.#end(reason, cause, isHomeLost),
      draining: () => this.#drain(),
      output: (level, text) => this.#log(level, text),
    });
    const { api } = this.#connection;
    this.name = this.#connection.name ?? name;
    this.home = this.#connection.home ?? this.name;
    this.#run = api.run;
    this.#cancel = api.cancel;
    this.#keepAlive();
    const patience = options.later(() => this.#end(`did not answer within ${LOAD_TIMEOUT / 1000} s`), LOAD_TIMEOUT);
    this.#gone.catch(patience);
    Promise.race([api.start({ name: this.name, imports: options.imports }), this.#gone]).then(
      () => {
        patience();
        this.#loaded = true;
        this.#watcher.loaded(this);
        // Nobody tells it any more that no jobs wait, where it got none.
        this.#keepAlive();
      },
      (error: unknown) => this.#end(`refused to start: ${String(error)}`, error),
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
    // While a job is being stopped, the worker may be about to end.
    if (!this.#loaded || this.#ended || this.#draining || this.#alone || this.#cancelling > 0) return 0;
    const room = this.#depth - this.#jobs.size;
    return this.#depth > 2 && 2 * room < this.#depth ? 0 : room;
  }

  /** Whether there are jobs for it once it is loaded: then a process waits for it. */
  waitFor(awaited: boolean): void {
    this.#awaited = awaited;
    this.#keepAlive();
  }

  /** Gives it a job that no other job may share the worker with. */
  giveAlone(job: PoolJob): void {
    this.#alone = true;
    this.give([job]);
  }

  give(jobs: readonly PoolJob[]): void {
    const { comparesVersions = false, reachesStore = false } = this.#connection;
    const batch = new WorkerBatch(this.#tasks, this.#watcher, { comparesVersions, reachesStore });
    const wasIdle = this.#jobs.size === 0;
    for (const job of jobs) if (batch.add(job)) this.#jobs.set(job.id, job);
    if (batch.given.length + batch.newTasks.length > 0) this.#send(batch.given, batch.wire, batch.newTasks);
    this.#keepAlive();
    // Last: who hears of this may come back with more jobs, which must find everything in order.
    if (wasIdle) this.#announce();
    for (const { job, error } of batch.refused)
      job.client.settle(job, (listener) => listener.failed(job.request, error));
    for (const job of batch.unread) job.client.settle(job, (listener) => listener.unread?.(job.request));
    if (batch.refused.length + batch.unread.length > 0) this.#take([]);
  }

  /** Comlink's answer says only that the message went out; where it could not be cloned, each job is tried alone. */
  #send(jobs: readonly PoolJob[], wire: readonly WireJob[], newTasks: readonly (readonly [number, ToldTask])[]): void {
    this.#run(packJobs(wire), newTasks).catch((error: unknown) => {
      if (this.#ended) return;
      const [only] = jobs;
      if (jobs.length > 1 || newTasks.length > 0) {
        void this.#run(packJobs([]), newTasks);
        jobs.forEach((job, index) => this.#send([job], wire.slice(index, index + 1), []));
      } else if (only !== undefined && this.#jobs.delete(only.id)) {
        const failure = describeArgumentFailure(only.request.args, error);
        this.#watcher.reported(this, () =>
          only.client.settle(only, (listener) => listener.failed(only.request, failure)),
        );
        this.#take([]);
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
    if (this.#ended) return;
    this.#watcher.reported(this, () => {
      for (const report of reports) this.#takeOne(report);
      if (this.#jobs.size === 0) this.#alone = false;
      this.#keepAlive();
      this.#leaveIfDrained();
    });
  }

  /** It takes no more jobs, and ends once it has none. */
  #drain(): void {
    this.#draining = true;
    this.#watcher.reported(this, () => this.#leaveIfDrained());
  }

  #leaveIfDrained(): void {
    if (this.#draining && !this.#ended && this.#jobs.size === 0 && this.#calls === 0)
      this.#leave('stopped', new Error(`Worker ${this.name} was told to end`));
  }

  /** What comes out of a worker without a job's name is the work of the job that runs. */
  #log(level: LogLevel, text: string): void {
    const [job] = this.#jobs.values();
    job?.client.listener.log(job.request, level, [text]);
  }

  #takeOne(report: WireReport): void {
    const job = this.#jobs.get(report.id);
    if (job === undefined) return;
    const { request } = job;
    if (report.type === 'log') return job.client.listener.log(request, report.level, report.values);
    this.#jobs.delete(report.id);
    if (report.type === 'refused') {
      this.#watcher.refused(this, job, fromWireError(report.error));
      return this.#announce();
    }
    if ('duration' in report) this.#learn(report.duration);
    job.client.settle(job, (listener) =>
      tellAnswer(listener, request, report, this.#watcher, serializersOf(job.client)),
    );
    this.#announce();
  }

  #learn(duration: number): void {
    this.#average = this.#average === Infinity ? duration : this.#average + SMOOTHING * (duration - this.#average);
    const depth = depthFor(this.#average);
    // Small changes are not worth telling.
    if (depth > 1.5 * this.#depth || depth < this.#depth / 1.5) {
      const change = depth - this.#depth;
      this.#depth = depth;
      this.#watcher.resized(change);
    }
  }

  /** Drops jobs. One that runs and does not end soon is ended with the worker; the other jobs it had go elsewhere. */
  cancel(jobs: ReadonlySet<PoolJob>): void {
    const [head] = this.#jobs.values();
    const ids = [...this.#jobs.values()].filter((job) => jobs.has(job)).map((job) => job.id);
    if (head === undefined || ids.length === 0) return;
    for (const id of ids) this.#jobs.delete(id);
    const isHead = jobs.has(head);
    const patience = this.#options.later(
      () => this.#stop(isHead ? 'stopped' : 'stopped-doubtfully'),
      isHead ? CANCEL_GRACE : DOUBTFUL_CANCEL_GRACE,
    );
    this.#cancelling++;
    this.#whileAlive(this.#cancel(ids)).then(
      () => {
        this.#cancelling--;
        patience();
        this.#announce();
        this.#take([]);
      },
      () => undefined,
    );
  }

  hashChunks(bytes: Uint8Array, chunkSize: number): Promise<HashedChunks> {
    return this.#whileAlive(this.#connection.api.hashChunks(bytes, chunkSize));
  }

  /** Comlink never answers for a worker that is gone, so the end of the worker rejects what is under way. */
  async #whileAlive<T>(call: Promise<T>): Promise<T> {
    this.#calls++;
    this.#keepAlive();
    try {
      return await Promise.race([call, this.#gone]);
    } finally {
      this.#calls--;
      this.#keepAlive();
    }
  }

  /** A process waits for what was asked of the worker, and for nothing else. */
  #keepAlive(): void {
    const wanted = this.#jobs.size > 0 || this.#calls > 0 || (this.#awaited && !this.#loaded);
    if (wanted === this.#isKeptAlive || this.#ended) return;
    this.#isKeptAlive = wanted;
    this.#connection.keepAlive(wanted);
  }

  terminate(): void {
    this.#ended = true;
    this.#connection.terminate();
    this.#giveUpCalls(new Error(`Worker ${this.name} is gone`));
  }

  /** It is gone by itself. */
  #end(reason: string, cause?: unknown, isHomeLost = false): void {
    if (this.#ended) return;
    const options = cause === undefined ? undefined : { cause };
    // A job that was cancelled, and had not ended yet, may be the one to blame.
    const blamed = this.#cancelling === 0 ? 'died' : 'stopped-doubtfully';
    // One that went with its home before it was up did not fail to load.
    if (this.#loaded || isHomeLost)
      return this.#leave(isHomeLost ? 'home-lost' : blamed, new Error(`Worker ${this.name} ${reason}`, options));
    this.terminate();
    this.#watcher.failedToLoad(
      this,
      new WorkerLoadError(`Cannot start worker ${this.name} from ${this.#connection.source}: it ${reason}`, options),
    );
  }

  #stop(how: WorkerEnd): void {
    if (!this.#ended)
      this.#leave(how, new Error(`Worker ${this.name} was ended because a cancelled task did not stop`));
  }

  #leave(how: WorkerEnd, error: Error): void {
    this.terminate();
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    this.#watcher.ended(this, how, jobs, error);
  }
}

function depthFor(average: number): number {
  if (average > LONG_JOB) return 1;
  return Math.min(MAX_DEPTH, Math.max(2, Math.ceil(BATCH_TIME / Math.max(average, 1e-3))));
}
