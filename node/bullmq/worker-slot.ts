/** One slot of a queue's worker: a thread that runs jobs one after the other, and is replaced when it ends. */
import * as Comlink from 'comlink';

import { joinParts } from '../../core/binary.ts';
import type { LogLevel } from '../../core/events.ts';
import { taskReference, type TaskReference } from '../../core/task.ts';
import { WireCodec } from '../../core/wire-codec.ts';
import { packJobs, unpackReports } from '../../core/wire-columns.ts';
import type { SchedulerApi, WireJob, WireReport, WorkerApi, WorkerStore } from '../../core/worker-protocol.ts';
import type { ToldTask } from '../../core/worker-tasks.ts';
import { MessageEndpoint } from '../pilot/message-endpoint.ts';
import type { SentCode } from '../pilot/sent-code.ts';
import { PilotThread } from '../pilot/worker-thread.ts';

/** What modules and caches a thread works with. One of other settings needs another thread. */
export interface SlotSettings {
  /** The URL of the scheduler's folder, where that is not the one here. */
  readonly root: string | undefined;
  readonly argv: readonly string[];
  readonly store: WorkerStore | undefined;
}

/** What a slot is for, and what it tells beside reports. */
export interface SlotOptions {
  /** For messages and records. */
  readonly name: string;
  readonly acceptsCode: boolean;
  /** Something came out of the thread, outside of any job. */
  readonly output: (level: LogLevel, text: string) => void;
}

/** A message's jobs, and the tasks in them. */
export interface SlotRun {
  readonly jobs: readonly WireJob[];
  readonly newTasks: readonly (readonly [number, ToldTask])[];
  readonly codes: readonly (readonly [number, SentCode])[];
  /** Called when it is its turn: what was before it has ended. */
  readonly begun: () => void;
  /** Takes reports, with the ids of `jobs`. Each job ends with one, unless it was cancelled or the thread ended. */
  readonly report: (reports: readonly WireReport[]) => void;
}

/** How a run has ended, and the jobs that have neither ended nor been cancelled, where the thread did. */
export type SlotEnd =
  | { readonly type: 'done' }
  /** `isAlone`: there was no other job that may be the reason. */
  | { readonly type: 'died'; readonly error: Error; readonly isAlone: boolean; readonly left: readonly number[] }
  /** It was ended with a job that was cancelled, and did not stop. */
  | { readonly type: 'stopped'; readonly left: readonly number[] };

/** A cancelled job that goes on for this long, in milliseconds, is ended with its thread. */
const CANCEL_GRACE = 25;
/** The same where the job at work may be one that is wanted. */
const DOUBTFUL_GRACE = 1000;
/** While a thread is at work, what comes next is held back for so long, in milliseconds, at most. */
const HOLD_BACK = 2;
/** So much is taken in before the thread is told, in bytes. */
const GRANT_STEP = 2 ** 20;
/** A thread that does not answer for this long after its start, in milliseconds, never will. */
const LOAD_TIMEOUT = 30_000;

/** A thread that has been started. */
interface SlotThread {
  readonly thread: PilotThread;
  readonly api: Pick<WorkerApi, 'run' | 'cancel'>;
  readonly key: string;
  /** The numbers of tasks that it was told of. */
  readonly tasks: Map<string, number>;
  readonly started: Promise<void>;
}

/** A message that is being run. */
interface CurrentRun {
  readonly run: SlotRun;
  /** Jobs that have not ended: as the thread calls them, and as the message does. */
  readonly left: Map<number, number>;
  readonly end: (end: SlotEnd) => void;
}

/** What makes settings the same. */
export function keyOfSettings(settings: SlotSettings): string {
  return JSON.stringify(settings);
}

/** See above. */
export class WorkerSlot {
  readonly #options: SlotOptions;
  readonly #codec = new WireCodec();
  #thread: SlotThread | undefined;
  /** What runs and what waits, in order. */
  readonly #runs = new Map<SlotRun, CurrentRun>();
  /** Whose each job is that the thread has. */
  readonly #owners = new Map<number, CurrentRun>();
  /** Whose job is at the head of the line. */
  #head: CurrentRun | undefined;
  /** Runs that the thread has not been given yet. */
  #outgoing: CurrentRun[] = [];
  #immediate: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** How many jobs the thread has. */
  #given = 0;
  #nextJob = 1;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** How many messages it has. */
  get load(): number {
    return this.#runs.size;
  }

  /** The key of the settings of its thread, if it has one. */
  get key(): string | undefined {
    return this.#thread?.key;
  }

  /**
   * Runs a message's jobs, in order, after those that it has. Resolves when all have ended. While there are others, the
   * settings must be theirs.
   */
  async run(run: SlotRun, settings: SlotSettings): Promise<SlotEnd> {
    if (run.jobs.length === 0) return { type: 'done' };
    return new Promise((resolve) => {
      const left = new Map<number, number>();
      const current: CurrentRun = { run, left, end: resolve };
      for (const { id } of run.jobs) {
        this.#owners.set(this.#nextJob, current);
        left.set(this.#nextJob++, id);
      }
      this.#runs.set(run, current);
      this.#outgoing.push(current);
      const thread = this.#threadFor(settings);
      thread.started.then(
        () => this.#giveSoon(thread),
        (error: unknown) => this.#threadEnded(thread, `refused to start: ${String(error)}`, error),
      );
    });
  }

  /**
   * To wake a thread takes as long as a short job: those that come in this turn of the event loop go together, and, while
   * the thread is at work, those that come until it reports, or for a moment.
   */
  #giveSoon(thread: SlotThread): void {
    if (this.#thread !== thread || this.#outgoing.length === 0) return;
    if (this.#given === 0) this.#immediate ??= setImmediate(() => this.#give(thread));
    else this.#timer ??= setTimeout(() => this.#give(thread), HOLD_BACK);
  }

  #give(thread: SlotThread): void {
    clearImmediate(this.#immediate);
    clearTimeout(this.#timer);
    this.#immediate = this.#timer = undefined;
    if (this.#thread !== thread) return;
    const { api, tasks } = thread;
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    const newTasks: (readonly [number, ToldTask])[] = [];
    const jobs: WireJob[] = [];
    for (const { run, left } of outgoing) {
      const numbers = new Map<number, number>();
      for (const [number, told] of run.newTasks) {
        const key = JSON.stringify(told);
        const known = tasks.get(key) ?? tasks.size;
        if (!tasks.has(key)) newTasks.push([known, told]);
        tasks.set(key, known);
        numbers.set(number, known);
      }
      const ids = new Map([...left].map(([id, own]) => [own, id]));
      for (const job of run.jobs) {
        const id = ids.get(job.id);
        if (id !== undefined) jobs.push({ ...job, id, task: numbers.get(job.task) ?? 0 });
      }
    }
    this.#given += jobs.length;
    if (jobs.length > 0) api.run(packJobs(jobs), newTasks).catch(() => undefined);
    this.#announce();
  }

  /** The message of the job at the head of the line runs now. */
  #announce(): void {
    const [head] = this.#owners.values();
    if (head === this.#head) return;
    this.#head = head;
    head?.run.begun();
  }

  #report(thread: SlotThread, reports: readonly WireReport[]): void {
    if (thread !== this.#thread) return;
    const told = new Map<CurrentRun, WireReport[]>();
    for (const report of reports) {
      const owner = this.#owners.get(report.id);
      const id = owner?.left.get(report.id);
      if (owner === undefined || id === undefined) continue;
      if (report.type !== 'log') {
        this.#forget(report.id);
        this.#given--;
      }
      const own = told.get(owner);
      if (own === undefined) told.set(owner, [{ ...report, id }]);
      else own.push({ ...report, id });
    }
    for (const [owner, own] of told) {
      owner.run.report(own);
      this.#endIfDone(owner);
    }
    this.#announce();
    if (this.#outgoing.length > 0) this.#give(thread);
  }

  #forget(id: number): void {
    this.#owners.get(id)?.left.delete(id);
    this.#owners.delete(id);
  }

  #endIfDone(current: CurrentRun): void {
    if (current.left.size === 0 && this.#runs.delete(current.run)) current.end({ type: 'done' });
  }

  /** Forgets jobs of a message. What goes on for too long is ended with the thread. */
  async cancel(run: SlotRun, ids: ReadonlySet<number>): Promise<void> {
    const [current, thread] = [this.#runs.get(run), this.#thread];
    if (current === undefined || thread === undefined) return;
    const [head] = this.#owners.keys();
    const unwanted = [...current.left].filter(([, id]) => ids.has(id)).map(([id]) => id);
    if (unwanted.length === 0) return;
    const isHead = head !== undefined && unwanted.includes(head);
    const isGiven = !this.#outgoing.includes(current);
    for (const id of unwanted) this.#forget(id);
    if (isGiven) this.#given -= unwanted.length;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, isHead ? CANCEL_GRACE : DOUBTFUL_GRACE, 'late');
    });
    const cancelled = thread.started.then(() => thread.api.cancel(unwanted));
    const answer = await Promise.race([cancelled.catch(() => 'late' as const), late]);
    clearTimeout(timer);
    if (this.#thread === thread && answer === 'late') this.stop();
    this.#endIfDone(current);
    this.#announce();
  }

  /** Ends the thread at once. */
  stop(): void {
    this.#dropThread();
    for (const { left, end } of this.#takeRuns()) end({ type: 'stopped', left: [...left.values()] });
  }

  #takeRuns(): readonly CurrentRun[] {
    const runs = [...this.#runs.values()];
    this.#runs.clear();
    this.#owners.clear();
    this.#outgoing = [];
    this.#head = undefined;
    this.#given = 0;
    return runs;
  }

  // ---- the thread

  #threadFor(settings: SlotSettings): SlotThread {
    const key = keyOfSettings(settings);
    if (this.#thread?.key !== key) this.#dropThread();
    return (this.#thread ??= this.#start(settings, key));
  }

  #dropThread(): void {
    const thread = this.#thread?.thread;
    this.#thread = undefined;
    void thread?.terminate();
  }

  #start({ root, argv, store }: SlotSettings, key: string): SlotThread {
    const { name, acceptsCode, output } = this.#options;
    const endpoint = new MessageEndpoint((message) => {
      const body = joinParts(this.#codec.encode(message));
      thread.message(body, body.length);
    });
    let taken = 0;
    const thread = new PilotThread({ root, init: undefined, finish: undefined, store, acceptsCode }, argv, {
      message: (parts) => {
        // Taken in at once: what goes on from here waits in this process.
        taken += parts.buffers.reduce((sum, { length }) => sum + length, parts.head.length);
        if (taken >= GRANT_STEP) {
          thread.grant(taken);
          taken = 0;
        }
        endpoint.receive(this.#codec.decode(parts));
      },
      taken: () => undefined,
      ended: (reason, cause) => this.#threadEnded(own, reason, cause),
      output,
    });
    const scheduler: SchedulerApi = {
      report: (reports) => this.#report(own, unpackReports(reports)),
      leaving: () => this.#threadEnded(own, 'closed itself'),
      code: (reference) => Promise.resolve(this.#codeOf(reference)),
    };
    Comlink.expose(scheduler, endpoint);
    // Comlink's remote type promises what it cannot know; the protocol's methods all return promises already.
    const { start, run, cancel } = Comlink.wrap<WorkerApi>(endpoint) as unknown as WorkerApi;
    const own: SlotThread = {
      thread,
      api: { run: (jobs, newTasks) => run(jobs, newTasks), cancel: (ids) => cancel(ids) },
      key,
      tasks: new Map(),
      started: withinTime(start({ name, imports: true })),
    };
    own.started.catch(() => undefined);
    return own;
  }

  /** The code of a task, if it came along. */
  #codeOf(reference: TaskReference): SentCode | undefined {
    const wanted = taskReference(reference);
    for (const { newTasks, codes } of this.#runs.keys()) {
      const [number] = newTasks.find(([, told]) => taskReference(told) === wanted) ?? [];
      const code = codes.find(([own]) => own === number);
      if (code !== undefined) return code[1];
    }
    return undefined;
  }

  #threadEnded(thread: SlotThread, reason: string, cause?: unknown): void {
    if (this.#thread !== thread) return;
    this.#dropThread();
    const isAlone = this.#owners.size === 1;
    const error = new Error(`Worker ${this.name} ${reason}`, cause === undefined ? undefined : { cause });
    for (const { left, end } of this.#takeRuns()) end({ type: 'died', error, isAlone, left: [...left.values()] });
  }
}

async function withinTime(promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${LOAD_TIMEOUT / 1000} s`)), LOAD_TIMEOUT);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
