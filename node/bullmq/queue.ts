/** Jobs by way of a queue: BullMQ's, on Redis. */
import type { Cache } from '../../core/cache.ts';
import { SomenError } from '../../core/errors.ts';
import type { Executor, ExecutorListener, ExecutorSession, JobRequest } from '../../core/executor.ts';
import { checkNames, type OptionNames } from '../../core/options.ts';
import type { PoolClient, PoolJob } from '../../core/worker-batch.ts';
import { folderUrl } from '../pilot/module-roots.ts';
import { BATCH_TIME } from './batch-plan.ts';
import type { QueuedJob } from './flights.ts';
import { QueueClient, type QueueUser } from './queue-client.ts';
import { checkQueueName, DEFAULT_PREFIX } from './queue-keys.ts';
import type { RedisAddress } from './redis-address.ts';

/** Options of {@link queue}. */
export interface QueueOptions {
  /** Redis: `redis://host:6379/0`, or options of `ioredis`. User name and password may come from the environment: `SOMEN_REDIS_USERNAME`, `SOMEN_REDIS_PASSWORD`. @default 'redis://127.0.0.1:6379' */
  readonly connection?: RedisAddress;
  /** The queue's name, as of `somen worker --queue NAME`. @default 'somen' */
  readonly name?: string;
  /** What the names of BullMQ's keys begin with. @default 'bull' */
  readonly prefix?: string;
  /**
   * A cache that workers reach as well: large values travel by way of it, and results of runs that use it are stored by who
   * computes them. It needs a `url`: `redisCache` for small values, a shared folder or a server for large ones.
   * @default values travel by way of the queue's Redis
   */
  readonly cache?: Cache;
  /** The folder in which the modules of tasks are: workers find the same ones in theirs. @default the working directory */
  readonly root?: string;
  /** How many jobs that are done, and how many that failed, stay in the queue for people to look at. @default 100 */
  readonly keep?: number;
  /**
   * Short jobs go into the queue in batches that take so long, in milliseconds, as far as is known how long their tasks
   * take; 0: each alone, as it is with tasks that take longer. @default 10
   */
  readonly batchTime?: number;
  /** How long Redis may be away while jobs are under way, in milliseconds; then they fail. @default 60000 */
  readonly patience?: number;
}

const OPTIONS: OptionNames<QueueOptions> = {
  connection: true,
  name: true,
  prefix: true,
  cache: true,
  root: true,
  keep: true,
  batchTime: true,
  patience: true,
};

/**
 * Runs jobs on the workers of a BullMQ queue: `somen worker --queue NAME --slots N`, any number of them on any machines
 * that reach Redis. Needs the packages `bullmq` and `ioredis`.
 *
 * About twice as many jobs as the workers have slots are in the queue, short ones in batches. Two clients that want the
 * same call at the same time have it computed once. A job that is cancelled, or takes too long, is stopped wherever it
 * runs. A worker that dies gives its jobs back, once its lock is over; a client that dies leaves those that it had in the
 * queue, and finds their results in the cache, or waits for them again.
 *
 * @throws {TypeError} where the name or the address is none, the cache has no `url`, or there is no option of a name.
 * @throws {RangeError} where a number is out of range.
 * @example
 * ```ts
 * import { queue, redisCache } from 'somen/bullmq';
 *
 * const connection = 'redis://127.0.0.1:6379';
 * const cache = redisCache(connection);
 * await run(workflow, { executor: queue({ connection, name: 'lab', cache }), cache });
 * ```
 */
export function queue(options: QueueOptions = {}): Executor {
  checkNames(options, OPTIONS, 'Cannot give queue the option');
  const { connection = 'redis://127.0.0.1:6379', name = 'somen', prefix = DEFAULT_PREFIX, cache, root } = options;
  const { keep = 100, patience = 60_000, batchTime = BATCH_TIME } = options;
  if (cache !== undefined && cache.url === undefined)
    throw new TypeError(
      `Cannot use the cache ${cache.name} for a queue: workers do not reach it. Use redisCache, or fileCache on a folder or httpCache on a server that all share`,
    );
  if (!Number.isInteger(keep) || keep < 0)
    throw new RangeError(`Cannot use a queue: current value of keep is ${keep}, it must be a whole number from 0`);
  if (!(batchTime >= 0))
    throw new RangeError(`Cannot use a queue: current value of batchTime is ${batchTime}, it must be a number from 0`);
  if (!(patience > 0))
    throw new RangeError(`Cannot use a queue: current value of patience is ${patience}, it must be above 0`);
  const client = new QueueClient({
    connection,
    name: checkQueueName(name),
    prefix,
    cache,
    root: folderUrl(root ?? process.cwd()),
    argv: process.argv.slice(2),
    keep,
    batchTime,
    patience,
  });
  return {
    name: 'queue',
    open: (listener) => new QueueSession(client, listener, cache?.url),
    close: () => client.close(new SomenError('ERR_CLOSED', 'The queue was closed while jobs were under way')),
  };
}

/** One scheduler's use of a queue. */
class QueueSession implements ExecutorSession, PoolClient, QueueUser {
  readonly takesReferences = true;
  readonly listener: ExecutorListener;
  readonly storesIn: string | undefined;
  readonly #client: QueueClient;
  readonly #jobs = new Map<JobRequest, QueuedJob>();
  /** Jobs since the last flush. */
  #fresh: QueuedJob[] = [];
  #isOpen = true;

  constructor(client: QueueClient, listener: ExecutorListener, storesIn: string | undefined) {
    this.#client = client;
    this.listener = listener;
    this.storesIn = storesIn;
    client.enter(this);
  }

  get capacity(): number {
    return this.#client.capacity;
  }

  submit(request: JobRequest): void {
    const job: QueuedJob = {
      id: 0,
      client: this,
      request,
      isAlone: false,
      isAnnounced: false,
      returns: 0,
      isOver: false,
      flight: undefined,
    };
    this.#jobs.set(request, job);
    this.#fresh.push(job);
  }

  flush(): void {
    const jobs = this.#fresh;
    if (jobs.length === 0) return;
    this.#fresh = [];
    this.#client.add(jobs);
  }

  cancel(requests: readonly JobRequest[]): void {
    const jobs = new Set(requests.flatMap((request) => this.#jobs.get(request) ?? []));
    if (jobs.size === 0) return;
    for (const job of jobs) {
      job.isOver = true;
      this.#jobs.delete(job.request);
    }
    this.#fresh = this.#fresh.filter((job) => !jobs.has(job));
    this.#client.cancel(jobs);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.cancel([...this.#jobs.keys()]);
    this.#client.leave(this);
  }

  settle(job: PoolJob, tell: (listener: ExecutorListener) => void): void {
    const own = this.#jobs.get(job.request);
    if (own === undefined || own !== job) return;
    own.isOver = true;
    this.#jobs.delete(job.request);
    tell(this.listener);
  }

  fail(error: Error): void {
    this.#fresh = [];
    for (const job of this.#jobs.values()) this.settle(job, (listener) => listener.failed(job.request, error));
  }
}
