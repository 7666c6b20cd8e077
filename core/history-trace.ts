/** How a value came to be, up to the inputs that were plain. */
import type { History, JobEntry, JobStatus } from './history.ts';
import { findKey } from './history-keys.ts';
import { recordedJob, type FoundJob, type RecordedJob } from './recorded-job.ts';

/** How a value came to be: jobs that refer to each other by their index in the list. */
export interface Trace {
  readonly key: string;
  /** The first one is the job that gave the value. Each job is there once, however many others need it. */
  readonly jobs: readonly TracedJob[];
  /** Whether jobs were left out, beyond the limit. */
  readonly truncated: boolean;
}

/** A job, and where its arguments and its result came from: indices of `Trace.jobs`. */
export interface TracedJob {
  readonly job: RecordedJob;
  /** The jobs that gave its arguments; its other arguments were plain. Tasks of the language are passed over. */
  readonly inputs: readonly number[];
  /** Of a job that returned a workflow: the one whose result is its own. */
  readonly next?: number;
  /** Of one that was attached or retrieved: the one that computed the result. Missing where the history does not go back so far. */
  readonly origin?: number;
}

/** How much is traced. */
export interface TraceOptions {
  /** @default 10_000 */
  readonly maxJobs?: number;
}

const DEFAULT_MAX_JOBS = 10_000;

/** Jobs that gave a result of their own. */
const COMPUTED: ReadonlySet<JobStatus> = new Set(['done', 'expanded']);

/**
 * How the newest result of a key came to be.
 * @throws SomenError with the code `ERR_UNKNOWN_KEY` or `ERR_AMBIGUOUS_KEY`
 */
export async function traceKey(history: History, prefix: string, options: TraceOptions = {}): Promise<Trace> {
  const { key, jobs } = await findKey(history, prefix);
  const root = jobs.findLast(({ entry }) => entry.status !== 'failed' && entry.status !== 'aborted') ?? jobs.at(-1);
  const tracer = new Tracer(history, options.maxJobs ?? DEFAULT_MAX_JOBS);
  if (root !== undefined) await tracer.trace(root);
  return { key, jobs: tracer.jobs, truncated: tracer.truncated };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** The jobs of one run. */
interface RunJobs {
  readonly byNumber: ReadonlyMap<number, JobEntry>;
  /** Those that others of their key could be attached to. */
  readonly sources: ReadonlyMap<string, JobEntry>;
}

/** A job whose result was computed elsewhere. */
interface Orphan {
  readonly found: FoundJob;
  readonly traced: Mutable<TracedJob>;
  readonly key: string;
}

/** Follows jobs from result to inputs, each once: so shared parts cost nothing, and a history that goes in circles ends. */
class Tracer {
  readonly jobs: Mutable<TracedJob>[] = [];
  truncated = false;
  readonly #history: History;
  readonly #maxJobs: number;
  readonly #indices = new Map<string, number>();
  readonly #runs = new Map<string, Promise<RunJobs>>();
  /** Jobs whose arguments are still to be followed, by index. */
  readonly #open: FoundJob[] = [];

  constructor(history: History, maxJobs: number) {
    this.#history = history;
    this.#maxJobs = maxJobs;
  }

  async trace(root: FoundJob): Promise<void> {
    this.#add(root);
    // In waves, so that what was computed elsewhere is looked for all at once: each time, the whole history is read.
    for (let index = 0; index < this.#open.length;) {
      const orphans: Orphan[] = [];
      for (const end = this.#open.length; index < end; index++) {
        const found = this.#open[index];
        const traced = this.jobs[index];
        if (found !== undefined && traced !== undefined) orphans.push(...(await this.#follow(found, traced)));
      }
      await this.#adopt(orphans);
    }
  }

  /** Adds what a job refers to in its own run. Returns the job itself where the rest has to be looked for elsewhere. */
  async #follow(found: FoundJob, traced: Mutable<TracedJob>): Promise<readonly Orphan[]> {
    const { session, entry } = found;
    const run = await this.#run(found);
    const next = entry.next === undefined ? undefined : this.#resolved(session, run, entry.next)[0];
    if (next !== undefined) traced.next = next;
    if (entry.key !== undefined && (entry.status === 'attached' || entry.status === 'retrieved')) {
      const beside = entry.status === 'attached' ? run.sources.get(entry.key) : undefined;
      if (beside === undefined) return [{ found, traced, key: entry.key }];
      this.#setOrigin(traced, { session, entry: beside });
    } else this.#setInputs(found, traced, run);
    return [];
  }

  #setOrigin(traced: Mutable<TracedJob>, found: FoundJob): void {
    const index = this.#add(found);
    if (index !== undefined) traced.origin = index;
  }

  #setInputs({ session, entry }: FoundJob, traced: Mutable<TracedJob>, run: RunJobs): void {
    traced.inputs = [...new Set((entry.inputs ?? []).flatMap((job) => this.#resolved(session, run, job)))];
  }

  /** Finds for each of some jobs the last computation of its key before it, reading the history backwards once. */
  async #adopt(orphans: readonly Orphan[]): Promise<void> {
    const open = new Map<string, Orphan[]>();
    for (const orphan of orphans) open.set(orphan.key, [...(open.get(orphan.key) ?? []), orphan]);
    for (const session of orphans.length === 0 ? [] : (await this.#history.sessions()).toReversed()) {
      if (open.size === 0) return;
      const last = new Map<Orphan, JobEntry>();
      for await (const entry of this.#history.read(session)) {
        if (entry.type !== 'job' || entry.key === undefined || !COMPUTED.has(entry.status)) continue;
        for (const orphan of open.get(entry.key) ?? [])
          if (entry.time <= orphan.found.entry.time) last.set(orphan, entry);
      }
      for (const [orphan, entry] of last) {
        this.#setOrigin(orphan.traced, { session, entry });
        forget(open, orphan);
      }
    }
    // Computed before the history began, or by somebody who keeps another one: what its own run tells is all there is.
    for (const { found, traced } of [...open.values()].flat()) this.#setInputs(found, traced, await this.#run(found));
  }

  /** The index of a job; `undefined` where there is no more room. */
  #add(found: FoundJob): number | undefined {
    const name = nameOf(found);
    const known = this.#indices.get(name);
    if (known !== undefined) return known;
    if (this.jobs.length >= this.#maxJobs) {
      this.truncated = true;
      return undefined;
    }
    const index = this.jobs.push({ job: recordedJob(found), inputs: [] }) - 1;
    this.#indices.set(name, index);
    this.#open.push(found);
    return index;
  }

  /** The jobs that a number stands for: those behind it where it is a task of the language. */
  #resolved(session: string, run: RunJobs, job: number): readonly number[] {
    const indices = new Set<number>();
    const seen = new Set<number>();
    const stack = [job];
    for (let number = stack.pop(); number !== undefined; number = stack.pop()) {
      const entry = run.byNumber.get(number);
      if (entry === undefined || seen.has(number)) continue;
      seen.add(number);
      if (entry.status === 'joined') {
        if (entry.next !== undefined) stack.push(entry.next);
        for (const input of (entry.inputs ?? []).toReversed()) stack.push(input);
        continue;
      }
      const index = this.#add({ session, entry });
      if (index !== undefined) indices.add(index);
    }
    return [...indices];
  }

  /** The run that a job belongs to. */
  #run({ session, entry }: FoundJob): Promise<RunJobs> {
    const name = `${session}/${entry.run}`;
    let jobs = this.#runs.get(name);
    if (jobs === undefined) this.#runs.set(name, (jobs = this.#readRun(session, entry.run)));
    return jobs;
  }

  async #readRun(session: string, run: number): Promise<RunJobs> {
    const byNumber = new Map<number, JobEntry>();
    const sources = new Map<string, JobEntry>();
    for await (const entry of this.#history.read(session)) {
      if (entry.type !== 'job' || entry.run !== run) continue;
      byNumber.set(entry.job, entry);
      const isSource = COMPUTED.has(entry.status) || entry.status === 'retrieved';
      if (isSource && entry.key !== undefined && !sources.has(entry.key)) sources.set(entry.key, entry);
    }
    return { byNumber, sources };
  }
}

function forget(open: Map<string, Orphan[]>, orphan: Orphan): void {
  const others = (open.get(orphan.key) ?? []).filter((other) => other !== orphan);
  if (others.length === 0) open.delete(orphan.key);
  else open.set(orphan.key, others);
}

function nameOf({ session, entry }: FoundJob): string {
  return `${session}/${entry.run}/${entry.job}`;
}
