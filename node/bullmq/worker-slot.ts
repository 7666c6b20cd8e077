/** One slot of a queue's worker: a thread that runs one message's jobs after the other, and is replaced when it ends. */
import * as Comlink from 'comlink';

import { joinParts } from '../../core/binary.ts';
import type { LogLevel } from '../../core/events.ts';
import { packJobs, unpackReports } from '../../core/wire-columns.ts';
import { WireCodec } from '../../core/wire-codec.ts';
import type { SchedulerApi, WireJob, WireReport, WorkerApi, WorkerStore } from '../../core/worker-protocol.ts';
import type { ToldTask } from '../../core/worker-tasks.ts';
import { taskReference, type TaskReference } from '../../core/task.ts';
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
  /** Takes reports, with the ids of `jobs`. Each job ends with one, unless it was cancelled or the thread ended. */
  readonly report: (reports: readonly WireReport[]) => void;
}

/** How a run has ended: the jobs that have neither ended nor been cancelled, where the thread did. */
export type SlotEnd =
  | { readonly type: 'done' }
  | { readonly type: 'died'; readonly error: Error; readonly left: readonly number[] }
  /** It was ended with a job that was cancelled, and did not stop. */
  | { readonly type: 'stopped'; readonly left: readonly number[] };

/** A cancelled job that goes on for this long, in milliseconds, is ended with its thread. */
const CANCEL_GRACE = 25;
/** The same where the job at work may be one that is wanted. */
const DOUBTFUL_GRACE = 1000;
/** So much is taken in before the thread is told, in bytes. */
const GRANT_STEP = 2 ** 20;
/** A thread that does not answer for this long after its start, in milliseconds, never will. */
const LOAD_TIMEOUT = 30_000;

/** A thread that has been started. */
interface SlotThread {
  readonly thread: PilotThread;
  readonly api: Pick<WorkerApi, 'run' | 'cancel'>;
  readonly settings: string;
  /** The numbers of tasks that it was told of. */
  readonly tasks: Map<string, number>;
  readonly started: Promise<void>;
}

/** What runs now. */
interface CurrentRun {
  readonly run: SlotRun;
  /** Jobs that have not ended: as the thread calls them, and as the message does. */
  readonly left: Map<number, number>;
  readonly end: (end: SlotEnd) => void;
}

/** See above. */
export class WorkerSlot {
  readonly #options: SlotOptions;
  readonly #codec = new WireCodec();
  #thread: SlotThread | undefined;
  #current: CurrentRun | undefined;
  #nextJob = 1;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Whether it runs something. */
  get isBusy(): boolean {
    return this.#current !== undefined;
  }

  /** Runs a message's jobs, in order. Resolves when all have ended. */
  async run(run: SlotRun, settings: SlotSettings): Promise<SlotEnd> {
    const left = new Map<number, number>();
    for (const { id } of run.jobs) left.set(this.#nextJob++, id);
    return new Promise((resolve) => {
      const current: CurrentRun = { run, left, end: resolve };
      this.#current = current;
      if (left.size === 0) return this.#end({ type: 'done' });
      const thread = this.#threadFor(settings);
      thread.started.then(
        () => this.#give(current, thread),
        (error: unknown) => this.#threadEnded(thread, `refused to start: ${String(error)}`, error),
      );
    });
  }

  #give(current: CurrentRun, { api, tasks }: SlotThread): void {
    if (this.#current !== current) return;
    const newTasks: (readonly [number, ToldTask])[] = [];
    const numbers = new Map<number, number>();
    for (const [number, told] of current.run.newTasks) {
      const key = JSON.stringify(told);
      const known = tasks.get(key) ?? tasks.size;
      if (!tasks.has(key)) newTasks.push([known, told]);
      tasks.set(key, known);
      numbers.set(number, known);
    }
    const byId = new Map(current.run.jobs.map((job) => [job.id, job]));
    const jobs = [...current.left].flatMap(([id, own]): WireJob[] => {
      const job = byId.get(own);
      return job === undefined ? [] : [{ ...job, id, task: numbers.get(job.task) ?? 0 }];
    });
    api.run(packJobs(jobs), newTasks).catch(() => undefined);
  }

  #report(thread: SlotThread | undefined, reports: readonly WireReport[]): void {
    const current = this.#current;
    if (current === undefined || thread !== this.#thread) return;
    const told: WireReport[] = [];
    for (const report of reports) {
      const id = current.left.get(report.id);
      if (id === undefined) continue;
      if (report.type !== 'log') current.left.delete(report.id);
      told.push({ ...report, id });
    }
    if (told.length > 0) current.run.report(told);
    if (current.left.size === 0) this.#end({ type: 'done' });
  }

  #end(end: SlotEnd): void {
    const current = this.#current;
    this.#current = undefined;
    current?.end(end);
  }

  /** Forgets jobs of the message that runs now. What goes on for too long is ended with the thread. */
  async cancel(ids: ReadonlySet<number>): Promise<void> {
    const [current, thread] = [this.#current, this.#thread];
    if (current === undefined || thread === undefined) return;
    const [head] = current.left.values();
    const isHead = head !== undefined && ids.has(head);
    const unwanted = [...current.left].filter(([, id]) => ids.has(id)).map(([id]) => id);
    for (const id of unwanted) current.left.delete(id);
    if (unwanted.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, isHead ? CANCEL_GRACE : DOUBTFUL_GRACE, 'late');
    });
    const answer = await Promise.race([
      thread.started.then(() => thread.api.cancel(unwanted)).catch(() => 'late'),
      late,
    ]);
    clearTimeout(timer);
    if (this.#current !== current) return;
    if (answer === 'late') this.stop();
    else if (current.left.size === 0) this.#end({ type: 'done' });
  }

  /** Ends the thread at once. */
  stop(): void {
    const left = [...(this.#current?.left.values() ?? [])];
    this.#dropThread();
    if (this.#current !== undefined) this.#end({ type: 'stopped', left });
  }

  // ---- the thread

  #threadFor(settings: SlotSettings): SlotThread {
    const key = JSON.stringify(settings);
    if (this.#thread?.settings !== key) this.#dropThread();
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
      settings: key,
      tasks: new Map(),
      started: withinTime(start({ name, imports: true })),
    };
    own.started.catch(() => undefined);
    return own;
  }

  /** The code of a task, if it came along. */
  #codeOf(reference: TaskReference): SentCode | undefined {
    const { newTasks = [], codes = [] } = this.#current?.run ?? {};
    const wanted = taskReference(reference);
    const [number] = newTasks.find(([, told]) => taskReference(told) === wanted) ?? [];
    return codes.find(([own]) => own === number)?.[1];
  }

  #threadEnded(thread: SlotThread, reason: string, cause?: unknown): void {
    if (this.#thread !== thread) return;
    this.#dropThread();
    const left = [...(this.#current?.left.values() ?? [])];
    const error = new Error(`Worker ${this.name} ${reason}`, cause === undefined ? undefined : { cause });
    if (this.#current !== undefined) this.#end({ type: 'died', error, left });
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
