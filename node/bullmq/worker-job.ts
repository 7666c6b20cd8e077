/** A job of BullMQ's on a worker: from the moment in which it is taken to the moment in which all that is in it has ended. */
import { UnrecoverableError, WaitingError, type Job } from 'bullmq';
import { randomBytes } from 'node:crypto';

import { joinParts } from '../../core/binary.ts';
import { SomenError } from '../../core/errors.ts';
import { packReports, unpackJobs } from '../../core/wire-columns.ts';
import type { WireCodec } from '../../core/wire-codec.ts';
import { toWireError } from '../../core/wire-error.ts';
import type { WireReport, WorkerStore } from '../../core/worker-protocol.ts';
import {
  isShared,
  QUEUE_FORMAT,
  type AgainReason,
  type QueueJobData,
  type QueueNews,
  type QueueRun,
} from './queue-message.ts';
import { lengthOf, type QueueValues } from './queue-values.ts';
import type { SlotLease } from './slot-pool.ts';
import type { SlotEnd, SlotRun, SlotSettings, WorkerSlot } from './worker-slot.ts';

/** What a worker process gives to the jobs that it runs. */
export interface JobHost {
  /** The worker's process. */
  readonly id: string;
  readonly name: string;
  readonly codec: WireCodec;
  /** Which jobs are to be run, and why not the others; see `BEGIN`. */
  begin(id: string, client: string, names: readonly string[]): Promise<readonly string[]>;
  /** Tells clients something; `false` where somebody else runs the job by now. See `TELL`. */
  tell(job: ToldJob, part: ToldPart): Promise<boolean>;
  /** How values of a client are read and written, and where its results are kept. */
  place(data: QueueJobData): Promise<JobPlace>;
  /** A place at a slot with a thread of these settings, or for one. */
  takeSlot(settings: SlotSettings): Promise<SlotLease>;
}

/** A job of BullMQ's, for {@link JobHost.tell}. */
export interface ToldJob {
  readonly id: string;
  readonly client: string;
  /** Of its lock. */
  readonly token: string;
}

/** A part of what is told: of one job that several clients may want, or of this client's alone. */
export interface ToldPart {
  readonly name: string;
  readonly kind: 'news' | 'done' | 'over';
  readonly body: Buffer;
  /** Whether it is a result that late comers may be given. */
  readonly isResult: boolean;
  /** Names what is stored for it, if it is too large to be told as it is. */
  readonly stored: string;
}

/** Where values and results of a client are. */
export interface JobPlace {
  readonly values: QueueValues;
  readonly store: WorkerStore | undefined;
  /** The URL of the client's folder, where that is not the one here. */
  readonly root: string | undefined;
}

/** What is done this fast, in milliseconds, is told in one message; also how long reports wait for others. */
const TELL_AFTER = 20;
/** A message up to this long, in bytes, is told as it is. */
const MAX_BODY = 65_536;
/** How long a worker takes no job after one that it may not run, in milliseconds: others should see that one first. */
const REFUSAL_DELAY = 250;

/** See above. */
export class WorkerJob {
  readonly #host: JobHost;
  readonly #job: Job<QueueJobData>;
  readonly #told: ToldJob;
  /** Names of jobs that nobody wants any more. */
  readonly #unwanted = new Set<string>();
  /** Names of jobs that have not ended, in order. */
  readonly #left: Set<string>;
  #outbox: WireReport[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** Ends when all that was to be told so far is on its way, before anything that BullMQ asks of Redis afterwards. */
  #sending: Promise<void> = Promise.resolve();
  #place: JobPlace | undefined;
  /** What runs, and where. */
  #run: SlotRun | undefined;
  #slot: WorkerSlot | undefined;
  /** How long its jobs have taken, in milliseconds, as far as it was told. */
  #spent: number | undefined;
  #announced: string | undefined;
  #failures = 0;
  #failure = '';
  /** Somebody else runs it by now, or nobody wants to hear of it. */
  #isAbandoned = false;

  constructor(host: JobHost, job: Job<QueueJobData>, token: string) {
    this.#host = host;
    this.#job = job;
    this.#told = { id: job.id ?? '', client: job.data.client, token };
    this.#left = new Set(job.data.jobs);
  }

  /** Runs it. What it returns and throws BullMQ shows to people; clients were told then. */
  async run(): Promise<unknown> {
    const { data } = this.#job;
    if (data.refusedBy?.includes(this.#host.id) === true) await this.#giveBack();
    if (data.somen === QUEUE_FORMAT) await this.#runAtSlot();
    else this.#failLeft(this.#otherFormat(data.somen));
    clearTimeout(this.#timer);
    this.#flush();
    await this.#sending;
    return this.#summary(data.jobs.length);
  }

  /** This worker's code is another, or it has said so: others may take the job. */
  async #giveBack(): Promise<never> {
    await this.#job.moveToWait(this.#told.token);
    // BullMQ takes the next job at once, which would be this one again.
    await new Promise((resolve) => setTimeout(resolve, REFUSAL_DELAY));
    throw new WaitingError();
  }

  #otherFormat(format: number): SomenError {
    const message = `Cannot run jobs on worker ${this.#host.name}: they are in format ${format} of the queue's messages, and it reads format ${QUEUE_FORMAT}. Install the same version of somen everywhere`;
    return new SomenError('ERR_QUEUE', message);
  }

  async #runAtSlot(): Promise<void> {
    const { data } = this.#job;
    const place = await this.#host.place(data);
    const { root, store } = place;
    const settings: SlotSettings = { root, argv: data.argv, store };
    const lease = await this.#host.takeSlot(settings);
    try {
      const run = await this.#prepare(place);
      await lease.turn;
      if (run === undefined || this.#isAbandoned) return;
      const ending = this.#begin(run, lease.slot, settings);
      lease.handOver();
      this.#ended(await ending);
    } finally {
      this.#run = undefined;
      lease.giveBack(this.#spent);
    }
  }

  /** What is to be run; nothing where none of it is. */
  async #prepare(place: JobPlace): Promise<QueueRun | undefined> {
    const { jobs: names, message } = this.#job.data;
    // Of one job that only its client wants, this worker was told if it is not wanted.
    const isKnown = names.length === 1 && !isShared(names[0] ?? '');
    const states = isKnown ? names.map(() => 'run') : await this.#host.begin(this.#told.id, this.#told.client, names);
    const unheard = names.filter((_, index) => states[index] === 'unheard');
    this.#tellAgain(unheard, 'unheard');
    for (const [index, name] of names.entries()) if (states[index] === 'skip') this.#left.delete(name);
    if (this.#left.size === 0) return undefined;
    this.#place = place;
    const unpacked = await place.values.unpack(message);
    if (typeof unpacked === 'object') return unpacked.message as QueueRun;
    if (unpacked === 'missing') this.#tellAgainLeft('missing');
    else this.#failLeft(this.#outOfReach());
    return undefined;
  }

  #begin(run: QueueRun, slot: WorkerSlot, settings: SlotSettings): Promise<SlotEnd> {
    this.#slot = slot;
    this.#run = this.#makeRun(run);
    return slot.run(this.#run, settings);
  }

  #makeRun({ jobs, newTasks, codes = [] }: QueueRun): SlotRun {
    const names = this.#job.data.jobs;
    const wanted = unpackJobs(jobs).filter(({ id }) => this.#isWanted(names[id] ?? ''));
    return {
      jobs: wanted,
      newTasks,
      codes,
      begun: () => (this.#timer ??= setTimeout(() => this.#tellStarted(), TELL_AFTER)),
      report: (reports) => this.#take(reports),
    };
  }

  #isWanted(name: string): boolean {
    return this.#left.has(name) && !this.#unwanted.has(name);
  }

  #outOfReach(): SomenError {
    const { cache } = this.#job.data;
    const message = `Cannot read the values of a job on worker ${this.#host.name}: it does not reach the cache ${cache?.url}, or finds another one there. Start it with --cache and the URL of the same cache there`;
    return new SomenError('ERR_CACHE', message);
  }

  #ended(end: SlotEnd): void {
    const names = this.#job.data.jobs;
    switch (end.type) {
      case 'done':
        return this.#tellAgainLeft('dropped');
      case 'stopped':
        this.#tellAgain(
          end.left.map((id) => names[id] ?? ''),
          'stopped',
        );
        return this.#tellAgainLeft('dropped');
      case 'died': {
        this.#flush();
        const left = end.left.map((id) => names[id] ?? '');
        // Of several, which it was is found by running each alone.
        if (left.length === 1)
          this.#say(left, (jobs) => ({ type: 'lost', jobs, error: toWireError(end.error) }), 'over');
        else this.#tellAgain(left, 'doubtful');
        this.#tellAgainLeft('dropped');
      }
    }
  }

  // ---- from outside

  /** Nobody wants these jobs any more. */
  unwanted(names: readonly string[]): void {
    const { jobs } = this.#job.data;
    for (const name of names) this.#unwanted.add(name);
    const ids = names.map((name) => jobs.indexOf(name)).filter((id) => id >= 0);
    // Before it runs, they are left out.
    this.#cancel(ids);
  }

  #cancel(ids: readonly number[]): void {
    if (this.#run !== undefined) void this.#slot?.cancel(this.#run, new Set(ids));
  }

  /** Somebody else runs it by now: its lock was lost. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#cancel(this.#job.data.jobs.map((_, index) => index));
  }

  /** The worker ends: what it has not finished goes to others. */
  giveUp(): void {
    if (this.#run !== undefined) this.#slot?.stop();
  }

  // ---- what clients are told

  #take(reports: readonly WireReport[]): void {
    const { jobs: names } = this.#job.data;
    for (const report of reports) {
      this.#outbox.push(report);
      if (report.type === 'log') continue;
      if ('duration' in report) this.#spent = (this.#spent ?? 0) + report.duration;
      this.#left.delete(names[report.id] ?? '');
      if (report.type === 'failed') this.#noteFailure(report);
    }
    // Soon, unless that was all.
    if (this.#left.size > 0) this.#timer ??= setTimeout(() => this.#tellSome(), TELL_AFTER);
  }

  #noteFailure({ error }: WireReport & { readonly type: 'failed' }): void {
    this.#failures++;
    if (this.#failures === 1)
      this.#failure = error.kind === 'error' ? `${error.name}: ${error.message}` : String(error);
  }

  #tellStarted(): void {
    this.#timer = undefined;
    const [head] = this.#left;
    if (head !== undefined && this.#announced === undefined) {
      this.#announced = head;
      this.#say([head], (jobs) => ({ type: 'started', jobs, worker: this.#slot?.name ?? this.#host.name }), 'news');
    }
    this.#flush();
  }

  #tellSome(): void {
    this.#timer = undefined;
    this.#flush();
  }

  /** Tells what there is to tell: of jobs that only this client wants together, of each other one by itself. */
  #flush(): void {
    const reports = this.#outbox;
    if (reports.length === 0) return;
    this.#outbox = [];
    const { jobs: names } = this.#job.data;
    const byName = new Map<string, WireReport[]>();
    for (const report of reports) {
      const name = names[report.id] ?? '';
      const key = isShared(name) ? name : '';
      const known = byName.get(key);
      if (known === undefined) byName.set(key, [report]);
      else known.push(report);
    }
    for (const [name, own] of byName) this.#tellReports(name, own);
  }

  #tellReports(name: string, reports: readonly WireReport[]): void {
    const { jobs: names } = this.#job.data;
    const ids = [...new Set(reports.map(({ id }) => id))];
    const places = new Map(ids.map((id, place) => [id, place]));
    const columns = packReports(reports.map((report) => ({ ...report, id: places.get(report.id) ?? 0 })));
    const last = reports.at(-1)?.type ?? 'log';
    const isResult = last === 'done' || last === 'done-packed' || last === 'expanded' || last === 'stored';
    const news: QueueNews = {
      type: 'reports',
      jobs: ids.map((id) => names[id] ?? ''),
      worker: this.#slot?.name ?? this.#host.name,
      home: this.#host.id,
      reports: columns,
    };
    this.#tell(name, last === 'log' ? 'news' : isResult ? 'done' : 'over', news);
  }

  /** Jobs that have neither ended nor are to be told of: those that somebody wants now, though nobody did. */
  #tellAgainLeft(reason: AgainReason): void {
    this.#tellAgain([...this.#left], reason);
  }

  #tellAgain(names: readonly string[], reason: AgainReason): void {
    // Of those that nobody else can want, nobody hears who does not want them.
    const heard = reason === 'dropped' ? names.filter(isShared) : names;
    this.#say(heard, (jobs) => ({ type: 'again', jobs, reason }), 'over');
    for (const name of names) this.#left.delete(name);
  }

  #failLeft(error: SomenError): void {
    const { jobs: names } = this.#job.data;
    const wire = toWireError(error);
    this.#take([...this.#left].map((name) => ({ type: 'failed', id: names.indexOf(name), error: wire })));
    this.#flush();
  }

  #say(names: readonly string[], news: (jobs: readonly string[]) => QueueNews, kind: ToldPart['kind']): void {
    const own = names.filter((name) => !isShared(name));
    if (own.length > 0) this.#tell('', kind, news(own));
    for (const name of names) if (isShared(name)) this.#tell(name, kind, news([name]));
    if (kind === 'over') for (const name of names) this.#left.delete(name);
  }

  #tell(name: string, kind: ToldPart['kind'], news: QueueNews): void {
    this.#sending = this.#sending.then(async () => {
      if (this.#isAbandoned) return;
      const part = await this.#part(name, kind, news);
      this.#host.tell(this.#told, part).then(
        (isTold) => {
          if (!isTold) this.abandon();
        },
        // Redis takes nothing, not even that the job is over: it goes to others when the lock is.
        () => undefined,
      );
    });
    // Whoever waits for it hears of a failure.
    this.#sending.catch(() => undefined);
  }

  async #part(name: string, kind: ToldPart['kind'], news: QueueNews): Promise<ToldPart> {
    const parts = this.#host.codec.encode(news);
    const isResult = kind === 'done' && news.type === 'reports';
    const values = this.#place?.values;
    if (values === undefined || lengthOf(parts) <= MAX_BODY)
      return { name, kind, body: Buffer.from(joinParts(parts)), isResult, stored: '' };
    const stored = randomBytes(9).toString('base64url');
    const message = await values.store(parts, MAX_BODY);
    const body = this.#host.codec.encode({ type: 'elsewhere', jobs: news.jobs, stored, message } satisfies QueueNews);
    // Not for late comers: what is stored is removed when all those have read it who were told.
    return { name, kind, body: Buffer.from(joinParts(body)), isResult: false, stored };
  }

  #summary(count: number): unknown {
    if (this.#failures === 0) return { worker: this.#slot?.name ?? this.#host.name, jobs: count };
    throw new UnrecoverableError(
      count === 1 ? this.#failure : `${this.#failures} of ${count} jobs failed, the first one: ${this.#failure}`,
    );
  }
}

/** What clients are told of jobs whose worker died. Of several, which it was is found by running each alone. */
export function lostParts(names: readonly string[], reason: Error, codec: WireCodec): ToldPart[] {
  const part = (name: string, jobs: readonly string[]): ToldPart => {
    const news: QueueNews =
      names.length === 1
        ? { type: 'lost', jobs, error: toWireError(reason) }
        : { type: 'again', jobs, reason: 'doubtful' };
    return { name, kind: 'over', body: Buffer.from(joinParts(codec.encode(news))), isResult: false, stored: '' };
  };
  const own = names.filter((name) => !isShared(name));
  const shared = names.filter((name) => isShared(name)).map((name) => part(name, [name]));
  return own.length === 0 ? shared : [part('', own), ...shared];
}
