/**
 * Writes down what becomes of jobs: gathers entries while a run goes on, and hands them to a history now and then, so that
 * a job waits for none of it. The run waits for the last of them, so who asks afterwards finds it all.
 */
import { toBase64 } from './base64.ts';
import type { EncodedValue, Keyer, ValueForm } from './key.ts';
import type { History, HistoryEntry, JobEntry, JobStatus, RunEndEntry, SessionEntry } from './history.ts';
import type { Job, RunState } from './job.ts';
import type { Task } from './task.ts';

/** How long entries are held back, in milliseconds, and how many at most. */
const INTERVAL = 200;
const MAX_PENDING = 2000;
/** A result above this many bytes stands as its digest. */
const MAX_RESULT = 100;

/** What is noted of a job while it is under way. */
export interface JobNotes {
  /** What its key is the SHA-256 of, in base64. */
  call?: string | undefined;
  start?: number;
  worker?: string;
  duration?: number;
  form?: ValueForm | undefined;
  stored?: boolean;
  /** The numbers of the jobs whose results it gets. */
  inputs?: readonly number[];
  /** The job that goes on in its place. */
  next?: number;
  error?: unknown;
}

/** Notes of a job, made on first use. */
export function notesOf(job: Job): JobNotes {
  return (job.keyed.notes ??= {});
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Writes the history of one session. */
export class JobRecorder {
  readonly #history: History;
  readonly #session: string;
  readonly #keyer: Keyer;
  readonly #failed: (error: unknown) => void;
  /** Undefined once it is written. */
  #head: SessionEntry | undefined;
  #pending: HistoryEntry[] = [];
  #names = new WeakMap<Task, Pick<JobEntry, 'task' | 'version'>>();
  #timer: unknown;
  #written: Promise<void> = Promise.resolve();

  constructor(history: History, session: string, keyer: Keyer, head: SessionEntry, failed: (error: unknown) => void) {
    this.#history = history;
    this.#session = session;
    this.#keyer = keyer;
    this.#head = head;
    this.#failed = failed;
  }

  /** `isNewCode`: versions of tasks may be others than before. */
  runBegins(run: RunState, time: number, isNewCode: boolean): void {
    if (isNewCode) this.#names = new WeakMap();
    if (this.#head !== undefined) this.#add(this.#head);
    this.#head = undefined;
    this.#add({ type: 'run', time, run: run.id });
  }

  /** Resolves when all that was added so far is written, or cannot be. */
  runEnds(run: RunState, time: number, status: RunEndEntry['status']): Promise<void> {
    this.#add({ type: 'end', time, run: run.id, status, summary: { ...run.summary } });
    this.flush();
    return this.#written;
  }

  /** Writes down how a job ended, with what was noted of it. */
  job(job: Job, time: number, status: JobStatus): void {
    const { start, worker, duration, stored, inputs, next, error, call, form } = job.call?.notes ?? {};
    if (job.call !== undefined) job.call.notes = undefined;
    const { key } = job;
    const names = this.#namesOf(job.task, time);
    // Not by spreading what is there: that took 2 us a job.
    const entry: Writable<JobEntry> = {
      type: 'job',
      run: job.run.id,
      job: job.index,
      status,
      task: names.task,
      time: rounded(time),
    };
    if (names.version !== undefined) entry.version = names.version;
    if (key !== undefined) entry.key = key;
    if (start !== undefined) entry.start = rounded(start);
    if (duration !== undefined) entry.duration = rounded(duration);
    if (worker !== undefined) entry.worker = worker;
    if (inputs !== undefined) entry.inputs = inputs;
    if (stored !== undefined) entry.stored = stored;
    if (next !== undefined) entry.next = next;
    if (job.attempts > 1) entry.attempts = job.attempts;
    if (error !== undefined) entry.error = errorData(error);
    if (call !== undefined) entry.call = call;
    if (form instanceof Uint8Array) entry.result = toBase64(form);
    else if (form !== undefined) {
      entry.digest = form.digest;
      entry.length = form.length;
    }
    this.#add(entry);
  }

  #namesOf(task: Task, time: number): Pick<JobEntry, 'task' | 'version'> {
    const known = this.#names.get(task);
    if (known !== undefined) return known;
    const names =
      task.builtIn === undefined
        ? { task: this.#keyer.taskId(task), version: this.#keyer.version(task) }
        : { task: task.name };
    this.#names.set(task, names);
    if (names.version !== undefined) this.#code(task, names, time);
    return names;
  }

  #code(task: Task, names: Required<Pick<JobEntry, 'task' | 'version'>>, time: number): void {
    // Of a task whose version is stated, code is not looked for: it would say nothing of the version.
    const pieces = task.hints.version === undefined ? this.#keyer.tasks.found(task).pieces?.() : undefined;
    if (pieces !== undefined)
      this.#add({ type: 'code', time: rounded(time), ...names, pieces: Object.fromEntries(pieces) });
  }

  #add(entry: HistoryEntry): void {
    this.#pending.push(entry);
    if (this.#pending.length >= MAX_PENDING) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), INTERVAL);
  }

  /** Hands over what is held back. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length === 0) return;
    const entries = this.#pending;
    this.#pending = [];
    // Async, so that a history that throws rejects.
    const append = async (): Promise<void> => this.#history.append(this.#session, entries);
    this.#written = append().catch(this.#failed);
  }
}

/** How a result stands in the history: one that is not short as its digest. */
export function recordedForm({ form, pieces }: EncodedValue, keyer: Keyer): ValueForm {
  if (!(form instanceof Uint8Array) || form.length <= MAX_RESULT) return form;
  return keyer.contentOf(pieces);
}

/** To the microsecond. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

function errorData(error: unknown): NonNullable<JobEntry['error']> {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: typeof error, message: String(error) };
}

/** An id for a session, by which sessions sort in time: `20261126T203015123Z-k3j9x0a1`. */
export function sessionId(time: number): string {
  const random = Math.random().toString(36).slice(2, 10).padEnd(8, '0');
  return `${new Date(time).toISOString().replace(/[-:.]/g, '')}-${random}`;
}
