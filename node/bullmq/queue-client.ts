/** A process's use of a queue: what its schedulers want goes there, and what workers say comes back to them. */
import { randomBytes } from 'node:crypto';

import { joinParts } from '../../core/binary.ts';
import { BUILT_IN_TASKS } from '../../core/built-in-tasks.ts';
import type { Cache } from '../../core/cache.ts';
import type { SomenError } from '../../core/errors.ts';
import type { ExecutorListener } from '../../core/executor.ts';
import type { WireTaskNames } from '../../core/wire-pack.ts';
import { messageOf } from '../../core/warnings.ts';
import { RemoteTasks } from '../../core/wire-task.ts';
import { Durations } from './batch-plan.ts';
import { Flights, type Flight, type QueuedJob } from './flights.ts';
import type { QueueConnection } from './queue-connection.ts';
import { passingValues, queueKeys } from './queue-keys.ts';
import type { AgainReason, QueueNews, WorkerNotice } from './queue-message.ts';
import { announce, NewsReader } from './queue-news.ts';
import { QueueCrew } from './queue-crew.ts';
import { QueuePresence } from './queue-presence.ts';
import { QueueSender } from './queue-sender.ts';
import { QueueValues } from './queue-values.ts';
import { parseAddress, type RedisAddress } from './redis-address.ts';
import { workerCommand } from './worker-command.ts';

/** Which queue, and how it is used. */
export interface QueueClientOptions {
  readonly connection: RedisAddress;
  readonly name: string;
  readonly prefix: string;
  readonly cache: Cache | undefined;
  readonly root: string;
  readonly argv: readonly string[];
  readonly keep: number;
  readonly batchTime: number;
  /** How long Redis may be away while there are jobs, in milliseconds. */
  readonly patience: number;
}

/** Whose jobs they are, as the client sees it. */
export interface QueueUser {
  readonly listener: ExecutorListener;
  /** All its jobs end with an error. */
  fail(error: Error): void;
}

/** What was put into the queue this long ago, in milliseconds, must be there if somebody looks. */
const LOOK_AFTER = 2000;
/** A job that came back so often, for no fault of its own, fails. */
const MAX_RETURNS = 10;

/** Tells how a job has ended. */
type Tell = (listener: ExecutorListener, job: QueuedJob) => void;

/** See above. */
export class QueueClient {
  readonly #options: QueueClientOptions;
  readonly #users = new Set<QueueUser>();
  readonly #flights = new Flights();
  readonly #values: QueueValues;
  readonly #durations = new Durations();
  readonly #crew = new QueueCrew();
  readonly #presence: QueuePresence;
  readonly #sender: QueueSender;
  readonly #news: NewsReader;
  /** Requests of jobs that a worker died with. */
  readonly #lost = new WeakSet<object>();
  #outbox: QueuedJob[] = [];
  #isSending = false;
  #depth = 1;

  constructor(options: QueueClientOptions) {
    this.#options = options;
    const { connection, name, prefix, cache, patience } = options;
    const keys = queueKeys(prefix, name);
    const client = `${process.pid.toString(36)}-${randomBytes(6).toString('hex')}`;
    this.#values = new QueueValues(passingValues(connection, keys), cache);
    this.#presence = new QueuePresence({
      address: parseAddress(connection),
      name,
      prefix,
      keys,
      client,
      patience,
      take: (messages) => this.#take(messages),
      events: {
        isWanted: () => this.#outbox.length > 0 || this.#flights.size > 0,
        counted: (workers) => this.#count(workers),
        look: (present) => this.#look(present),
        failed: (error) => this.#failAll(error),
      },
    });
    const remoteTasks = new RemoteTasks((task) => BUILT_IN_TASKS.get(task));
    const names: WireTaskNames = {
      findTask: (wire) => remoteTasks.find(wire),
      // The scheduler computes versions itself, so what a worker is told of one does not matter.
      version: ({ version }) => ({ version }),
    };
    this.#sender = this.#makeSender(client, names);
    this.#news = this.#makeReader(names);
  }

  #makeSender(client: string, names: WireTaskNames): QueueSender {
    const { root, argv, cache, keep, batchTime } = this.#options;
    return new QueueSender({
      client,
      names,
      flights: this.#flights,
      values: this.#values,
      durations: this.#durations,
      refusals: this.#crew.refusals,
      withCode: this.#crew.withCode,
      root,
      argv,
      cache,
      keep,
      batchTime,
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

  #makeReader(names: WireTaskNames): NewsReader {
    return new NewsReader({
      names,
      flights: this.#flights,
      values: this.#values,
      durations: this.#durations,
      events: {
        close: (flight) => this.#close(flight),
        lost: (flight, error) => this.#loseAll(flight, error),
        again: (flight, reason) => this.#again(flight, reason),
        read: async (stored) => (await this.#presence.connection?.read(stored).catch(() => false)) ?? false,
        unreadable: (flight, error) => {
          const failure = this.#presence.failure(`cannot read an answer: ${messageOf(error)}`, error);
          this.#tell(flight, (listener, job) => listener.failed(job.request, failure));
        },
        refused: (flight, home, error) => void this.#refused(flight, home, error),
      },
    });
  }

  /** How many jobs it wants to hold: about two for each slot of all workers, of short ones more. */
  get capacity(): number {
    return 2 * Math.max(1, this.#crew.slots) * this.#depth;
  }

  /** Somebody uses the queue: it becomes known how many workers there are. */
  enter(user: QueueUser): void {
    this.#users.add(user);
    void this.#presence.count();
  }

  leave(user: QueueUser): void {
    this.#users.delete(user);
  }

  // ---- jobs

  /** Puts jobs into the queue, all those of this turn of the event loop together. */
  add(jobs: readonly QueuedJob[]): void {
    for (const job of jobs) {
      if (job.isOver) continue;
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
      const error = await this.#presence.use((connection) =>
        this.#sender.send(jobs, Math.max(1, this.#crew.slots), connection),
      );
      if (error !== undefined) this.#failJobs(jobs, error);
    }
    this.#isSending = false;
    this.#presence.restIfIdle();
  }

  #failJobs(jobs: readonly QueuedJob[], error: SomenError): void {
    const fail: Tell = (listener, job) => listener.failed(job.request, error);
    for (const job of jobs) {
      if (job.flight !== undefined) this.#tell(job.flight, fail);
      else job.client.settle(job, (listener) => fail(listener, job));
    }
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
    void this.#presence.use((connection) => connection.cancel(flights, again));
  }

  #message(news: QueueNews): Buffer {
    return Buffer.from(joinParts(this.#values.codec.encode(news)));
  }

  /** It is over, or given up. Returns the jobs that waited for it. */
  #close(flight: Flight): readonly QueuedJob[] {
    const message = this.#flights.end(flight);
    if (message !== undefined) this.#values.forget(message);
    const jobs = [...flight.jobs];
    // Who has known it before it was over finds nobody in it any more.
    flight.jobs.clear();
    for (const job of jobs) job.flight = undefined;
    this.#presence.restIfIdle();
    return jobs;
  }

  #tell(flight: Flight, tell: Tell): void {
    for (const job of this.#close(flight)) job.client.settle(job, (listener) => tell(listener, job));
  }

  // ---- what comes back

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
      const why = `'${job.request.task.name}' came back ${MAX_RETURNS} times without a result, the last time ${reason}`;
      job.client.settle(job, (listener) => listener.failed(job.request, this.#presence.failure(why)));
    }
    const others = jobs.filter((job) => job.returns <= MAX_RETURNS);
    // Redis has to hear first that this client lives.
    if (reason === 'unheard') void this.#presence.count().then(() => this.add(others));
    else this.add(others);
  }

  /** What was put into the queue may be gone: Redis was started without its data, or somebody has cleared the queue. */
  async #look(connection: QueueConnection): Promise<boolean> {
    const before = performance.now() - LOOK_AFTER;
    const ids = this.#flights.ids.filter((id) => [...(this.#flights.in(id) ?? [])].every(({ sent }) => sent < before));
    const missing = new Set(await connection.missing(ids));
    for (const id of ids)
      for (const flight of this.#flights.in(id) ?? []) {
        flight.missed = missing.has(id) && !flight.isArriving ? flight.missed + 1 : 0;
        // Its answer may have been on its way the first time.
        if (flight.missed > 1) this.#again(flight, 'missing');
      }
    return missing.size > 0;
  }

  // ---- workers

  #count(workers: readonly WorkerNotice[]): void {
    if (this.#crew.count(workers)) this.#resized();
    for (const flight of this.#flights.all()) if (flight.isSent) this.#failIfRefused(flight);
    const [job] = this.#flights.first?.jobs ?? [];
    if (!this.#crew.isMissed(job !== undefined) || job === undefined) return;
    const { name, prefix, connection } = this.#options;
    const remedy = `Start one in the folder of the project: ${workerCommand(name, prefix, parseAddress(connection))}`;
    job.client.listener.log(job.request, 'warn', [`No worker takes jobs from the queue '${name}'. ${remedy}`]);
  }

  #resized(): void {
    for (const { listener } of this.#users) listener.resized();
  }

  /** The worker's code of a job is another: it goes out again, for others, or with its code. */
  async #refused(flight: Flight, home: string, error: unknown): Promise<void> {
    const [job] = flight.jobs;
    const jobs = this.#close(flight);
    if (job === undefined) return;
    const { task } = job.request;
    // One with the right code may have come in this moment.
    await this.#presence.count();
    this.#crew.refuse(task, home, error, flight.hasCode);
    const refusal = this.#crew.refusalOf(task);
    if (refusal === undefined) return this.add(jobs);
    for (const each of jobs) each.client.settle(each, (listener) => listener.failed(each.request, refusal));
  }

  /** Of the workers that are there, none may be one that has its code. */
  #failIfRefused(flight: Flight): void {
    const [job] = flight.jobs;
    const refusal = flight.worker === undefined && job ? this.#crew.refusalOf(job.request.task) : undefined;
    if (refusal === undefined) return;
    // Not given up by this client alone: others would wait for it for ever, as workers that refuse it say so once.
    const jobs = this.#close(flight);
    const again = this.#message({ type: 'again', jobs: [flight.name], reason: 'dropped' });
    void this.#presence.use(async (connection) => {
      await connection.withdraw(flight, again);
      await connection.cancel([flight], () => again);
    });
    for (const each of jobs) each.client.settle(each, (listener) => listener.failed(each.request, refusal));
  }

  // ---- the end

  #failAll(error: Error): void {
    this.#outbox = [];
    for (const flight of this.#flights.all()) this.#close(flight);
    for (const user of this.#users) user.fail(error);
  }

  /** Takes everything out of the queue; who waits for it is told `error`. */
  async close(error: Error): Promise<void> {
    this.#outbox = [];
    const flights = this.#flights.all();
    if (flights.length > 0) this.#abandon(flights);
    for (const user of this.#users) user.fail(error);
    await this.#presence.leave();
    await this.#values.close();
  }
}
