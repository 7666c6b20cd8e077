/** What clients are told of the jobs in a job of BullMQ's: what becomes of them, in few messages, and each to those who want it. */
import { randomBytes } from 'node:crypto';

import { joinParts } from '../../core/binary.ts';
import { packReports } from '../../core/wire-columns.ts';
import type { WireCodec } from '../../core/wire-codec.ts';
import { toWireError, type WireError } from '../../core/wire-error.ts';
import type { WireReport } from '../../core/worker-protocol.ts';
import { isShared, type AgainReason, type QueueNews } from './queue-message.ts';
import { lengthOf, type QueueValues } from './queue-values.ts';

/** Who tells. */
export interface Teller {
  /** The worker's process. */
  readonly id: string;
  readonly codec: WireCodec;
  /** Tells clients something; `false` where somebody else runs the job by now. See `TELL`. */
  tell(job: ToldJob, part: ToldPart): Promise<boolean>;
}

/** A job of BullMQ's. */
export interface ToldJob {
  readonly id: string;
  readonly client: string;
  /** Of its lock; '' where it has none. */
  readonly token: string;
}

/** A part of what is told: of one job that several clients may want, or, without a name, of this client's alone. */
export interface ToldPart {
  readonly name: string;
  readonly kind: 'news' | 'done' | 'over';
  readonly body: Buffer;
  /** Whether it is a result that late comers may be given. */
  readonly isResult: boolean;
  /** Names what is stored for it, if it is too large to be told as it is. */
  readonly stored: string;
}

/** What happens this fast, in milliseconds, is told in one message; so long reports wait for others. */
const TELL_AFTER = 20;
/** A message up to this long, in bytes, is told as it is. */
const MAX_BODY = 65_536;

/** See above. */
export class JobTelling {
  /** Names of jobs that have not ended, in order. */
  readonly left: Set<string>;
  /** How large messages are stored, once that is known. */
  values: QueueValues | undefined;
  /** Which thread runs them. */
  worker: string = '';
  /** Nothing more is told. */
  isSilent: boolean = false;
  /** How many of the jobs failed, and what the first one said. */
  failures: number = 0;
  failure: string = '';
  /** How long the jobs have taken, in milliseconds, as far as that was told. */
  spent: number | undefined;
  /** Ends when all that was to be told so far is on its way, before anything that BullMQ asks of Redis afterwards. */
  sending: Promise<void> = Promise.resolve();
  readonly #teller: Teller;
  readonly #job: ToldJob;
  readonly #names: readonly string[];
  readonly #taken: () => void;
  #outbox: WireReport[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isAnnounced = false;

  /** `taken` is called where somebody else runs the job by now. */
  constructor(teller: Teller, job: ToldJob, names: readonly string[], taken: () => void) {
    this.#teller = teller;
    this.#job = job;
    this.#names = names;
    this.#taken = taken;
    this.left = new Set(names);
  }

  /** A thread has begun with the first job: that is told soon, unless more is to tell then. */
  begun(): void {
    this.#tellSoon();
  }

  /** What a thread reports. The id of a job is its place. */
  take(reports: readonly WireReport[]): void {
    for (const report of reports) {
      this.#outbox.push(report);
      if (report.type === 'log') continue;
      if ('duration' in report) this.spent = (this.spent ?? 0) + report.duration;
      this.left.delete(this.#names[report.id] ?? '');
      if (report.type === 'failed' && this.failures++ === 0) this.failure = textOf(report.error);
    }
    if (this.left.size > 0) this.#tellSoon();
  }

  #tellSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const [head] = this.left;
      if (head !== undefined && !this.#isAnnounced)
        this.#say([head], 'news', (jobs) => ({ type: 'started', jobs, worker: this.worker }));
      this.#isAnnounced = true;
      this.flush();
    }, TELL_AFTER);
  }

  /** Tells what there is to tell: of jobs that only this client wants together, of each other one by itself. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const byName = new Map<string, WireReport[]>();
    for (const report of this.#outbox) {
      const name = this.#names[report.id] ?? '';
      const key = isShared(name) ? name : '';
      const known = byName.get(key);
      if (known === undefined) byName.set(key, [report]);
      else known.push(report);
    }
    this.#outbox = [];
    for (const [name, reports] of byName) this.#tellReports(name, reports);
  }

  #tellReports(name: string, reports: readonly WireReport[]): void {
    const ids = [...new Set(reports.map(({ id }) => id))];
    const places = new Map(ids.map((id, place) => [id, place]));
    const columns = packReports(reports.map((report) => ({ ...report, id: places.get(report.id) ?? 0 })));
    const jobs = ids.map((id) => this.#names[id] ?? '');
    const news: QueueNews = {
      type: 'reports',
      jobs,
      worker: this.worker,
      home: this.#teller.id,
      reports: columns,
    };
    this.#tell(name, kindOf(reports.at(-1)), news);
  }

  /** Jobs end without a result, to be put into the queue again by those who want them. */
  again(names: readonly string[], reason: AgainReason): void {
    this.#say(names, 'over', (jobs) => ({ type: 'again', jobs, reason }));
  }

  /** As {@link again}, for all that are left. Of those that nobody wants, only those hear who may want them now. */
  againLeft(reason: AgainReason): void {
    const left = [...this.left];
    this.again(reason === 'dropped' ? left.filter(isShared) : left, reason);
    this.left.clear();
  }

  /** The worker died while it ran these jobs. Of several, which it was is found by running each alone. */
  lost(names: readonly string[], reason: Error, isAlone: boolean): void {
    const error = toWireError(reason);
    if (isAlone) this.#say(names, 'over', (jobs) => ({ type: 'lost', jobs, error }));
    else this.again(names, 'doubtful');
  }

  /** Fails all that are left. */
  fail(reason: Error): void {
    const error = toWireError(reason);
    this.take([...this.left].map((name) => ({ type: 'failed', id: this.#names.indexOf(name), error })));
    this.flush();
  }

  #say(names: readonly string[], kind: ToldPart['kind'], news: (jobs: readonly string[]) => QueueNews): void {
    const own = names.filter((name) => !isShared(name));
    if (own.length > 0) this.#tell('', kind, news(own));
    for (const name of names) if (isShared(name)) this.#tell(name, kind, news([name]));
    if (kind === 'over') for (const name of names) this.left.delete(name);
  }

  #tell(name: string, kind: ToldPart['kind'], news: QueueNews): void {
    this.sending = this.sending.then(async () => {
      if (this.isSilent) return;
      const part = await this.#part(name, kind, news).catch((error: unknown) => this.#unsent(name, news, error));
      this.#teller.tell(this.#job, part).then(
        (isTold) => {
          if (!isTold) this.#taken();
        },
        // Redis takes nothing, not even that the job is over: it goes to others when its lock is.
        () => undefined,
      );
    });
  }

  async #part(name: string, kind: ToldPart['kind'], news: QueueNews): Promise<ToldPart> {
    const parts = this.#teller.codec.encode(news);
    const isResult = kind === 'done';
    if (this.values === undefined || lengthOf(parts) <= MAX_BODY)
      return { name, kind, body: Buffer.from(joinParts(parts)), isResult, stored: '' };
    const stored = randomBytes(9).toString('base64url');
    const message = await this.values.store(parts, MAX_BODY);
    const elsewhere: QueueNews = { type: 'elsewhere', jobs: news.jobs, stored, message };
    // Not for late comers: what is stored is removed when all those have read it who were told.
    return { name, kind, body: this.#bodyOf(elsewhere), isResult: false, stored };
  }

  /** What was found out cannot be told: to run it again would not help. */
  #unsent(name: string, { jobs }: QueueNews, reason: unknown): ToldPart {
    const error = toWireError(reason);
    const reports = packReports(jobs.map((_, id) => ({ type: 'failed', id, error })));
    const news: QueueNews = { type: 'reports', jobs, worker: this.worker, home: this.#teller.id, reports };
    return { name, kind: 'over', body: this.#bodyOf(news), isResult: false, stored: '' };
  }

  #bodyOf(news: QueueNews): Buffer {
    return Buffer.from(joinParts(this.#teller.codec.encode(news)));
  }
}

function kindOf(last: WireReport | undefined): ToldPart['kind'] {
  switch (last?.type) {
    case undefined:
    case 'log':
      return 'news';
    case 'done':
    case 'done-packed':
    case 'expanded':
    case 'stored':
      return 'done';
    case 'failed':
    case 'refused':
    case 'unread':
      return 'over';
  }
}

function textOf(error: WireError): string {
  return error.kind === 'error' ? `${error.name}: ${error.message}` : 'it threw what is no error';
}
