/** A process's use of a queue: what its schedulers want goes there, and what workers say comes back to them. */
import { randomBytes } from 'node:crypto';

import { joinParts } from '../../core/binary.ts';
import { BUILT_IN_TASKS } from '../../core/built-in-tasks.ts';
import type { Cache } from '../../core/cache.ts';
import { SomenError } from '../../core/errors.ts';
import type { ExecutorListener } from '../../core/executor.ts';
import type { WireTaskNames } from '../../core/wire-pack.ts';
import { RemoteTasks } from '../../core/wire-task.ts';
import { Refusals } from '../../core/worker-refusals.ts';
import { Durations } from './batch-plan.ts';
import { Flights, type Flight, type QueuedJob } from './flights.ts';
import { QueueConnection } from './queue-connection.ts';
import { passingValues, queueKeys, type QueueKeys } from './queue-keys.ts';
import type { AgainReason, QueueNews, WorkerNotice } from './queue-message.ts';
import { announce, NewsReader } from './queue-news.ts';
import { QueueSender } from './queue-sender.ts';
import { QueueValues } from './queue-values.ts';
import { parseAddress, type ParsedAddress, type RedisAddress } from './redis-address.ts';

/** Which queue, and how it is used. */
export interface QueueClientOptions {
  readonly connection: RedisAddress;
  readonly name: string;
  readonly prefix: string;
  readonly cache: Cache | undefined;
  readonly root: string;
  readonly argv: readonly string[];
  readonly keep: number;
  /** How long Redis may be away while there are jobs, in milliseconds. */
  readonly patience: number;
}

/** Whose jobs they are, as the client sees it. */
export interface QueueUser {
  readonly listener: ExecutorListener;
  /** All its jobs end with an error. */
  fail(error: Error): void;
}

/** How often the client shows that it lives, and looks who else does, in milliseconds. */
const BEAT = 1000;
/** How often it looks whether its jobs are still there, in beats; what was sent just now is left out. */
const LOOK_EVERY = 5;
const LOOK_AFTER = 2000;
/** A client that has nothing in the queue leaves Redis after this long, in milliseconds. */
const REST_AFTER = 100;
/** How long Redis may take to be there at first, in milliseconds. */
const FIRST_PATIENCE = 10_000;
/** A job that came back so often, for no fault of its own, fails. */
const MAX_RETURNS = 10;

/** See above. It is connected while it has something in the queue. */
export class QueueClient {
  readonly #options: QueueClientOptions;
  readonly #address: ParsedAddress;
  readonly #keys: QueueKeys;
  readonly #id: string = `${process.pid.toString(36)}-${randomBytes(6).toString('hex')}`;
  readonly #users = new Set<QueueUser>();
  readonly #flights = new Flights();
  readonly #values: QueueValues;
  readonly #durations = new Durations();
  readonly #refusals = new Refusals();
  readonly #sender: QueueSender;
  readonly #news: NewsReader;
  /** Requests of jobs that a worker died with. */
  readonly #lost = new WeakSet<object>();
  #connection: QueueConnection | undefined;
  /** The last answer that was read. */
  #last = '0-0';
  #outbox: QueuedJob[] = [];
  /** How many things are under way that need the connection. */
  #busy = 0;
  #isSending = false;
  #homes: ReadonlySet<string> = new Set();
  #slots = 0;
  #depth = 1;
  #beat: NodeJS.Timeout | undefined;
  #beats = 0;
  #isLooking = false;
  #rest: NodeJS.Timeout | undefined;

  constructor(options: QueueClientOptions) {
    this.#options = options;
    this.#address = parseAddress(options.connection);
    this.#keys = queueKeys(options.prefix, options.name);
    this.#values = new QueueValues(passingValues(options.connection, this.#keys), options.cache);
    const remoteTasks = new RemoteTasks((name) => BUILT_IN_TASKS.get(name));
    const names: WireTaskNames = {
      findTask: (wire) => remoteTasks.find(wire),
      // The scheduler computes versions itself, so what a worker is told of one does not matter.
      version: ({ version }) => ({ version }),
    };
    const common = { flights: this.#flights, values: this.#values, durations: this.#durations, names };
    this.#sender = this.#makeSender(common);
    this.#news = new NewsReader({
      ...common,
      events: {
        close: (flight) => this.#close(flight),
        lost: (flight, error) => this.#loseAll(flight, error),
        again: (flight, reason) => this.#again(flight, reason),
        read: async (stored) => (await this.#connection?.read(stored).catch(() => false)) ?? false,
        refused: (flight, home, error) => void this.#refused(flight, home, error),
      },
    });
  }

  #makeSender(
    common: Pick<ConstructorParameters<typeof QueueSender>[0], 'flights' | 'values' | 'durations' | 'names'>,
  ) {
    const { root, argv, cache, keep } = this.#options;
    return new QueueSender({
      ...common,
      client: this.#id,
      refusals: this.#refusals,
      root,
      argv,
      cache,
      keep,
      events: {
        late: (answer) => this.#take([answer]),
        begun: announce,
        failed: (flight, error) => this.#tell(flight, (listener, job) => listener.failed(job.request, error)),
        unread: (flight) => this.#tell(flight, (listener, job) => listener.unread?.(job.request)),
        sent: (flight) => {
          if (flight.jobs.size === 0) this.#abandon([flight]);
        },
      },
    });
  }

  /** How many jobs it wants to hold: about two batches for each slot of all workers. */
  get capacity(): number {
    return 2 * Math.max(1, this.#slots) * this.#depth;
  }

  /** Somebody uses the queue: it becomes known how many workers there are. */
  enter(user: QueueUser): void {
    this.#users.add(user);
    void this.#use(async (connection) => this.#count(await connection.census()));
  }

  leave(user: QueueUser): void {
    this.#users.delete(user);
  }

  // ---- jobs

  /** Puts jobs into the queue, all those of this turn of the event loop together. */
  add(jobs: readonly QueuedJob[]): void {
    for (const job of jobs) {
      if (this.#lost.has(job.request)) job.isAlone = true;
      this.#outbox.push(job);
    }
    if (!this.#isSending && this.#outbox.length > 0) void this.#send();
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    await Promise.resolve();
    while (this.#outbox.length > 0) {
      const jobs = this.#outbox;
      this.#outbox = [];
      await this.#use((connection) => this.#sender.send(jobs, Math.max(1, this.#slots), connection), jobs);
    }
    this.#isSending = false;
    this.#restIfIdle();
  }

  /** Nobody wants these any more. */
  cancel(jobs: ReadonlySet<QueuedJob>): void {
    this.#outbox = this.#outbox.filter((job) => !jobs.has(job));
    const unwanted = new Set<Flight>();
    for (const job of jobs) {
      job.flight?.jobs.delete(job);
      // One that is on its way is given up once it has arrived.
      if (job.flight?.jobs.size === 0 && job.flight.isSent) unwanted.add(job.flight);
    }
    if (unwanted.size > 0) this.#abandon([...unwanted]);
  }

  #abandon(flights: readonly Flight[]): void {
    for (const flight of flights) this.#close(flight);
    const again = (name: string): Buffer => this.#message({ type: 'again', jobs: [name], reason: 'dropped' });
    void this.#use((connection) => connection.cancel(flights, again));
  }

  #message(news: QueueNews): Buffer {
    return Buffer.from(joinParts(this.#values.codec.encode(news)));
  }

  /** It is over, or given up. */
  #close(flight: Flight): readonly QueuedJob[] {
    const message = this.#flights.end(flight);
    if (message !== undefined) this.#values.forget(message);
    const jobs = [...flight.jobs];
    for (const job of jobs) job.flight = undefined;
    this.#restIfIdle();
    return jobs;
  }

  #tell(flight: Flight, tell: (listener: ExecutorListener, job: QueuedJob) => void): void {
    for (const job of this.#close(flight)) job.client.settle(job, (listener) => tell(listener, job));
  }

  #take(messages: readonly Uint8Array[]): void {
    this.#news.take(messages);
    const { depth } = this.#durations;
    // Small changes are not worth telling.
    if (depth <= 1.5 * this.#depth && depth >= this.#depth / 1.5) return;
    this.#depth = depth;
    this.#resized();
  }

  #loseAll(flight: Flight, error: Error): void {
    this.#tell(flight, (listener, job) => {
      this.#lost.add(job.request);
      listener.lost(job.request, error);
    });
  }

  /** Puts jobs into the queue again. */
  #again(flight: Flight, reason: AgainReason): void {
    const jobs = this.#close(flight);
    for (const job of jobs) {
      job.isAnnounced = false;
      if (reason === 'doubtful') job.isAlone = true;
      if (++job.returns <= MAX_RETURNS) continue;
      const error = this.#failure(`the job came back ${MAX_RETURNS} times without a result, the last time ${reason}`);
      job.client.settle(job, (listener) => listener.failed(job.request, error));
    }
    this.add(jobs.filter((job) => job.returns <= MAX_RETURNS));
  }

  // ---- workers

  #count(workers: readonly WorkerNotice[]): void {
    this.#homes = new Set(workers.map(({ id }) => id));
    const slots = workers.reduce((sum, worker) => sum + worker.slots, 0);
    if (slots !== this.#slots) {
      this.#slots = slots;
      this.#resized();
    }
    for (const flight of [...this.#flights.all()]) if (flight.isSent) this.#failIfRefused(flight);
  }

  #resized(): void {
    for (const { listener } of this.#users) listener.resized();
  }

  /** The worker's code of a job is another: it goes out again, for others. */
  async #refused(flight: Flight, home: string, error: unknown): Promise<void> {
    const [job] = flight.jobs;
    if (job !== undefined) this.#refusals.note(job.request.task, home, error);
    const jobs = this.#close(flight);
    // One with the right code may have come in this moment.
    await this.#use(async (connection) => this.#count(await connection.census()));
    const refusal = job && this.#refusals.everywhere(job.request.task, this.#homes);
    if (refusal === undefined) return this.add(jobs);
    for (const each of jobs) each.client.settle(each, (listener) => listener.failed(each.request, refusal));
  }

  /** Of the workers that are there, none may be one that has its code. */
  #failIfRefused(flight: Flight): void {
    const [job] = flight.jobs;
    if (job === undefined || flight.worker !== undefined || this.#homes.size === 0) return;
    const refusal = this.#refusals.everywhere(job.request.task, this.#homes);
    if (refusal === undefined) return;
    const jobs = [...flight.jobs];
    this.#abandon([flight]);
    for (const each of jobs) each.client.settle(each, (listener) => listener.failed(each.request, refusal));
  }

  // ---- the connection

  /** Does something with the connection, which is made if need be. Where Redis refuses, the jobs fail. */
  async #use(work: (connection: QueueConnection) => Promise<void>, jobs: readonly QueuedJob[] = []): Promise<void> {
    const connection = (this.#connection ??= this.#connect());
    this.#busy++;
    try {
      await work(connection);
    } catch (error) {
      // Why it was closed, all were told.
      if (this.#connection === connection) this.#failJobs(jobs, this.#failure(messageOf(error), error));
    } finally {
      this.#busy--;
      this.#restIfIdle();
    }
  }

  #failJobs(jobs: readonly QueuedJob[], error: Error): void {
    const fail = (listener: ExecutorListener, job: QueuedJob): void => listener.failed(job.request, error);
    for (const job of jobs) {
      if (job.flight !== undefined) this.#tell(job.flight, fail);
      else job.client.settle(job, (listener) => fail(listener, job));
    }
  }

  #connect(): QueueConnection {
    const { name, prefix } = this.#options;
    const connection = new QueueConnection({
      address: this.#address,
      name,
      prefix,
      keys: this.#keys,
      client: this.#id,
      from: this.#last,
      take: (messages) => this.#take(messages),
      // What was in the queue may be there no more.
      returned: () => (this.#beats = 0),
    });
    this.#beat = setInterval(() => void this.#tick(connection), BEAT);
    return connection;
  }

  async #tick(connection: QueueConnection): Promise<void> {
    const { awaySince, wasThere, isRefused } = connection;
    if (awaySince !== undefined) {
      const { patience } = this.#options;
      const isTooLong = performance.now() - awaySince > (wasThere ? patience : Math.min(FIRST_PATIENCE, patience));
      if (isRefused || isTooLong) this.#giveUp(connection);
      return;
    }
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      this.#count(await connection.census());
      if (this.#beats++ % LOOK_EVERY === 0) await this.#look(connection);
    } catch {
      // It is away again: the next time.
    } finally {
      this.#isLooking = false;
    }
  }

  /** What was put into the queue may be gone: Redis was started without its data, or somebody has cleared the queue. */
  async #look(connection: QueueConnection): Promise<void> {
    const before = performance.now() - LOOK_AFTER;
    const ids = this.#flights.ids.filter((id) => [...(this.#flights.in(id) ?? [])].every(({ sent }) => sent < before));
    const missing = new Set(await connection.missing(ids));
    for (const id of ids)
      for (const flight of [...(this.#flights.in(id) ?? [])]) {
        flight.missed = missing.has(id) ? flight.missed + 1 : 0;
        // Its answer may have been on its way the first time.
        if (flight.missed > 1) this.#again(flight, 'missing');
        else if (flight.missed === 1) this.#beats = 0;
      }
  }

  #giveUp(connection: QueueConnection): void {
    const remedy = connection.isRefused
      ? 'Give the connection a user name and a password, or set SOMEN_REDIS_USERNAME and SOMEN_REDIS_PASSWORD'
      : 'Start it, or give queue({ connection }) the address of one that runs';
    const why = connection.trouble?.message ?? 'it does not answer';
    this.#failAll(this.#failure(`cannot reach Redis: ${why}. ${remedy}`, connection.trouble));
  }

  #failure(why: string, cause?: unknown): SomenError {
    const message = `Cannot use the queue '${this.#options.name}' on ${this.#address.name}: ${why}`;
    return new SomenError('ERR_QUEUE', message, cause === undefined ? undefined : { cause });
  }

  #failAll(error: Error): void {
    this.#outbox = [];
    for (const flight of [...this.#flights.all()]) this.#close(flight);
    void this.#disconnect();
    for (const user of this.#users) user.fail(error);
  }

  #restIfIdle(): void {
    clearTimeout(this.#rest);
    const isIdle = this.#busy === 0 && this.#outbox.length === 0 && this.#flights.size === 0;
    if (isIdle && this.#connection !== undefined) this.#rest = setTimeout(() => void this.#disconnect(), REST_AFTER);
  }

  async #disconnect(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    clearInterval(this.#beat);
    clearTimeout(this.#rest);
    if (connection === undefined) return;
    this.#last = connection.last;
    await connection.close();
    await this.#values.close();
  }

  /** Takes everything out of the queue; who waits for it is told `error`. */
  async close(error: Error): Promise<void> {
    this.#outbox = [];
    const flights = [...this.#flights.all()];
    if (flights.length > 0) this.#abandon(flights);
    for (const user of this.#users) user.fail(error);
    await this.#disconnect();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
