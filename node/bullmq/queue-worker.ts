/**
 * The worker of a queue: takes jobs from BullMQ, and has threads run them. User code never runs on the thread of BullMQ's
 * loop, which would not renew its locks then.
 */
import { Worker, type Job } from 'bullmq';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Redis } from 'ioredis';

import type { Cache } from '../../core/cache.ts';
import { WireCodec } from '../../core/wire-codec.ts';
import { ownVersion } from '../own-version.ts';
import { ClientPlaces } from './client-places.ts';
import { JobTelling, type ToldJob, type ToldPart } from './job-telling.ts';
import { checkQueueName, DEFAULT_PREFIX, passingValues, queueKeys, type QueueKeys } from './queue-keys.ts';
import { isShared, type QueueJobData, type WorkerNotice } from './queue-message.ts';
import { connectQueue, disconnectQueue, heard } from './queue-redis.ts';
import { ANNOUNCE, BEGIN, LEAVE, TELL, WORKER_BEAT } from './queue-scripts.ts';
import { parseAddress, type RedisAddress } from './redis-address.ts';
import { isNetworkTrouble, isRefused, reasonOf } from './redis-errors.ts';
import { runScript, type RedisScript, type ScriptArgument } from './redis-script.ts';
import { RedisWatch } from './redis-watch.ts';
import { StreamReader, type StreamEntry } from './stream-reader.ts';
import { WorkerJob, type JobHost, type JobPlace } from './worker-job.ts';
import { SlotPool, type SlotLease } from './slot-pool.ts';
import { WorkerSlot, type SlotSettings } from './worker-slot.ts';

/** Options of {@link startQueueWorker}. */
export interface QueueWorkerOptions {
  /** As of `queue`. */
  readonly connection: RedisAddress;
  readonly name: string;
  readonly prefix?: string | undefined;
  /** How many jobs it runs at a time. */
  readonly slots: number;
  /** The URL of the clients' cache, where it is another one here. @default what clients say */
  readonly cache?: string | undefined;
  /** Whether it runs code that clients send. */
  readonly acceptsCode: boolean;
  /** After how many milliseconds without a sign of this worker its jobs go to others. @default 30000 */
  readonly lock?: number | undefined;
  /** Takes what the operator should know. */
  readonly say: (text: string) => void;
}

/** A worker at work. */
export interface QueueWorker {
  /** What it is called: host and process. */
  readonly name: string;
  /** Whether it has taken jobs, or could have. */
  readonly isReady: boolean;
  /** Resolves when it takes jobs, unless it ends before. Rejects where Redis refuses it. */
  readonly ready: Promise<void>;
  /** Takes no more jobs, finishes those that it has, and ends. */
  drain(): Promise<void>;
  /** Gives its jobs to others, and ends at once. */
  stop(): Promise<void>;
}

const DEFAULT_LOCK = 30_000;
/** So many jobs of others are known not to be wanted. */
const MAX_UNWANTED = 1000;
/** How long giving jobs back may take, in milliseconds. */
const FAREWELL = 2000;

/**
 * Starts a worker, which takes jobs from then on.
 * @throws {TypeError} where the name or the address is none.
 */
export function startQueueWorker(options: QueueWorkerOptions): QueueWorker {
  return new RunningWorker(options);
}

class RunningWorker implements QueueWorker, JobHost {
  readonly name: string = `${hostname()}:${process.pid}`;
  readonly id: string = `${this.name}-${randomBytes(4).toString('hex')}`;
  readonly ready: Promise<void>;
  readonly codec: WireCodec = new WireCodec();
  readonly #options: QueueWorkerOptions;
  readonly #keys: QueueKeys;
  readonly #commands: Redis;
  readonly #watch: RedisWatch;
  readonly #listening: Redis;
  readonly #worker: Worker<QueueJobData>;
  readonly #passing: Cache;
  readonly #slots: SlotPool;
  readonly #jobs = new Map<string, WorkerJob>();
  /** Jobs that were begun here: BullMQ tells of others that they failed, which another worker has lost. */
  readonly #begun = new Set<string>();
  /** Jobs that are not here, and that nobody wants: the latest ones. */
  readonly #unwanted = new Map<string, readonly string[]>();
  readonly #places: ClientPlaces;
  #reader: StreamReader | undefined;
  #beat: NodeJS.Timeout | undefined;
  #isShowing = false;
  #isReady = false;
  #isEnding = false;
  #trouble = '';

  constructor(options: QueueWorkerOptions) {
    this.#options = options;
    const { name, prefix = DEFAULT_PREFIX, slots, lock = DEFAULT_LOCK, connection, acceptsCode } = options;
    const address = parseAddress(connection);
    this.#keys = queueKeys(prefix, checkQueueName(name));
    this.#passing = passingValues(connection, this.#keys);
    this.#places = new ClientPlaces({ passing: this.#passing, cache: options.cache, say: options.say });
    this.#slots = new SlotPool(
      Array.from({ length: slots }, (_, index) => {
        const output = (_level: unknown, text: string): void => options.say(text.replace(/\n$/, ''));
        return new WorkerSlot({ name: `${this.name}/${index + 1}`, acceptsCode, output });
      }),
      (places) => (this.#worker.concurrency = places),
    );
    this.#commands = connectQueue(address, true);
    this.#listening = connectQueue(address);
    this.#watch = new RedisWatch(address.name, options.say);
    this.#commands.on('error', (error) => this.#missRedis(error));
    this.#commands.on('ready', () => this.#watch.back());
    this.#listening.on('error', () => undefined);
    this.#worker = new Worker<QueueJobData>(name, (job, token) => this.#process(job, token ?? ''), {
      connection: this.#commands,
      prefix,
      name: this.name,
      concurrency: slots,
      lockDuration: lock,
      stalledInterval: Math.max(100, lock / 2),
      // A job whose worker died is not run again by itself: its client hears of it, and decides.
      maxStalledCount: 0,
      autorun: false,
    });
    this.#listen();
    this.ready = this.#start().catch((error: unknown) => {
      if (!this.#isEnding) throw error;
      return new Promise<never>(() => undefined);
    });
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  async #start(): Promise<void> {
    const refused = new Promise<never>((_resolve, reject) => {
      this.#commands.on('error', (error) => {
        if (isRefused(error)) reject(error);
      });
    });
    const last = await Promise.race([
      this.#commands.xrevrange(`${this.#keys.own}control`, '+', '-', 'COUNT', 1),
      refused,
    ]);
    const from = last[0]?.[0] ?? '0-0';
    this.#reader = new StreamReader(this.#listening, `${this.#keys.own}control`, from, (entries) =>
      this.#obey(entries),
    );
    await this.#announce();
    this.#isReady = true;
    this.#beat = setInterval(() => void this.#show(), WORKER_BEAT);
    this.#worker.run().catch((error: unknown) => this.#warn('Cannot take jobs', error));
  }

  #listen(): void {
    this.#worker.on('error', (error) => {
      if (isNetworkTrouble(error) || isRefused(error)) this.#missRedis(error);
      else this.#warn('Trouble with the queue', error);
    });
    this.#worker.on('failed', (job, error) => {
      if (job?.id !== undefined && !this.#begun.delete(job.id)) this.#tellLost(job, error);
    });
    this.#worker.on('completed', (job) => void this.#begun.delete(job.id ?? ''));
    this.#worker.on('lockRenewalFailed', (ids) => void this.#abandon(ids).catch(() => undefined));
  }

  /** Where Redis refuses this worker from the beginning, who has started it is told. */
  #missRedis(error: unknown): void {
    if (!this.#isEnding && (this.#isReady || !isRefused(error))) this.#watch.away(error);
  }

  /** Once for each trouble. */
  #warn(what: string, error: unknown): void {
    const text = `${what}: ${reasonOf(error)}`;
    if (text === this.#trouble || this.#isEnding) return;
    this.#trouble = text;
    this.#options.say(text);
  }

  /** While Redis is away, the first one waits for it, and others would only come after it. */
  async #show(): Promise<void> {
    if (this.#isShowing) return;
    this.#isShowing = true;
    await this.#announce().catch(() => undefined);
    this.#isShowing = false;
  }

  #announce(): Promise<unknown> {
    const notice: WorkerNotice = {
      id: this.id,
      name: this.name,
      slots: this.#options.slots,
      somen: ownVersion(),
      acceptsCode: this.#options.acceptsCode,
    };
    return heard(this.#commands, this.#script(ANNOUNCE, [this.id, JSON.stringify(notice)]));
  }

  #script(script: RedisScript, args: readonly ScriptArgument[]): Promise<unknown> {
    return runScript(this.#commands, script, [], [this.#keys.own, ...args]);
  }

  // ---- jobs

  async #process(job: Job<QueueJobData>, token: string): Promise<unknown> {
    const id = job.id ?? '';
    this.#begun.add(id);
    const own = new WorkerJob(this, job, token);
    this.#jobs.set(id, own);
    // Of one that others may want, too, Redis knows whether somebody does: it may have been put there again since.
    own.unwanted((this.#unwanted.get(id) ?? []).filter((each) => !isShared(each)));
    try {
      return await own.run();
    } finally {
      // One that was given back may be here again.
      if (this.#jobs.get(id) === own) this.#jobs.delete(id);
    }
  }

  /** Others run these jobs by now, or soon will; unless they are nowhere, as Redis has lost its data. */
  async #abandon(ids: readonly string[]): Promise<void> {
    for (const id of ids)
      if ((await this.#commands.exists(`${this.#keys.jobs}${id}`)) === 1) this.#jobs.get(id)?.abandon();
  }

  /** A worker died while it had this job; it was given to this one to be failed. */
  #tellLost({ id = '', data }: Job<QueueJobData>, error: Error): void {
    const reason = new Error(`The worker that had it is gone (${error.message})`);
    const told: ToldJob = { id, client: data.client, token: '' };
    new JobTelling(this, told, data.jobs, () => undefined).lost(data.jobs, reason, data.jobs.length === 1);
  }

  async begin(id: string, client: string, names: readonly string[]): Promise<readonly string[]> {
    const jobs = names.flatMap((name) => [name, isShared(name) ? 1 : 0]);
    return (await this.#script(BEGIN, [this.#keys.jobs, id, client, ...jobs])) as readonly string[];
  }

  async tell({ id, client, token }: ToldJob, { name, kind, body, isResult, stored }: ToldPart): Promise<boolean> {
    const args = [
      token === '' ? '' : `${this.#keys.jobs}${id}`,
      token,
      id,
      client,
      name,
      kind,
      body,
      isResult ? '1' : '',
      stored,
    ];
    return (await this.#script(TELL, args)) === 1;
  }

  takeSlot(settings: SlotSettings, isAlone: boolean): Promise<SlotLease> {
    return this.#slots.take(settings, isAlone);
  }

  place(data: QueueJobData): Promise<JobPlace> {
    return this.#places.of(data);
  }

  /** Clients do not want jobs any more. */
  #obey(entries: readonly StreamEntry[]): void {
    for (const fields of entries) {
      const id = fields.get('id')?.toString() ?? '';
      const names = JSON.parse(fields.get('names')?.toString() ?? '[]') as readonly string[];
      const job = this.#jobs.get(id);
      // It may be on its way here.
      if (job === undefined) this.#unwanted.set(id, names);
      else job.unwanted(names);
    }
    for (const id of this.#unwanted.keys()) {
      if (this.#unwanted.size <= MAX_UNWANTED) return;
      this.#unwanted.delete(id);
    }
  }

  // ---- the end

  async drain(): Promise<void> {
    if (this.#isEnding) return;
    // It has no jobs, and there may never be a Redis.
    if (!this.#isReady) return this.stop();
    this.#isEnding = true;
    clearInterval(this.#beat);
    const leaving = this.#script(LEAVE, [this.id]).catch(() => undefined);
    const closing = this.#worker.close().catch(() => undefined);
    while (this.#jobs.size > 0) await Promise.race([closing, wait(WORKER_BEAT)]);
    // What they have found out is told; where Redis is away, nothing else needs it.
    await Promise.race([Promise.all([closing, leaving]), wait(FAREWELL)]);
    await this.#close();
  }

  async stop(): Promise<void> {
    this.#isEnding = true;
    clearInterval(this.#beat);
    for (const job of this.#jobs.values()) job.giveUp();
    const closing = this.#worker.close(!this.#isReady).catch(() => undefined);
    if (this.#isReady) {
      const leaving = this.#script(LEAVE, [this.id]).catch(() => undefined);
      await Promise.race([Promise.all([leaving, closing]), wait(FAREWELL)]);
    }
    await this.#close();
  }

  async #close(): Promise<void> {
    this.#reader?.close();
    disconnectQueue(this.#listening);
    disconnectQueue(this.#commands);
    this.#slots.stop();
    await this.#places.close();
    await this.#passing.close?.();
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
