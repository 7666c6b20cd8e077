/** The jobs of a run as displays and reports show them. */
import type { WorkflowPart } from './display.ts';
import { errorView, type ErrorView } from './error-view.ts';
import type { JobEvent } from './events.ts';
import type { GraphNode } from './graph.ts';
import { summarize } from './summarize.ts';

/**
 * Where a job stands. `skipped`: it need not run, since it only leads to results that are known. `expanded`: it returned
 * a workflow, whose result will be its own. The others are what its last event says.
 */
export type JobState =
  | 'waiting'
  | 'running'
  | 'retrying'
  | 'done'
  | 'retrieved'
  | 'attached'
  | 'expanded'
  | 'skipped'
  | 'failed'
  | 'aborted';

/** A job at one moment. Immutable: when something changes, another object takes its place. */
export interface JobView {
  /** Its number. */
  readonly job: number;
  /** The task's name. */
  readonly name: string;
  /** The key of the call, where it is known. */
  readonly key: string | undefined;
  /** Whether it is part of the language (`gather`). Of such a job only its state is known. */
  readonly builtIn: boolean;
  /** The jobs whose results are its arguments. */
  readonly inputs: readonly JobInput[];
  /** The arguments as short texts; `undefined` where an input belongs. Empty in a store without values. */
  readonly args: readonly (string | undefined)[];
  /** The workflow that it came with: an index of `parts`. */
  readonly part: number;
  readonly state: JobState;
  /** Who computes it, or did. */
  readonly worker: string | undefined;
  /** When it became part of the run, began and ended, in milliseconds since 1970. */
  readonly scheduledAt: number | undefined;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  /** How long it was computed, in milliseconds. */
  readonly duration: number | undefined;
  /** How often it was started. */
  readonly attempts: number;
  /** The workflow that it returned: an index of `parts`. */
  readonly into: number | undefined;
  /** Its result as a short text. */
  readonly value: string | undefined;
  readonly error: ErrorView | undefined;
}

/** A result that is an argument. */
export interface JobInput {
  readonly job: number;
  /** Which argument, from 0. */
  readonly argument: number;
}

/** A workflow that is part of a run. */
export interface PartView {
  /** The job whose result is that of the workflow. */
  readonly root: number;
  /** The job that returned it; `undefined` for the run's own, and for what is computed once more since a cache lost it. */
  readonly parent: number | undefined;
  /** Its jobs, in their order, without those that came with an earlier part. */
  readonly jobs: readonly number[];
}

/** Keeps the views of a run's jobs. */
export class JobViews {
  readonly #values: boolean;
  readonly #jobs: JobView[] = [];
  readonly #parts: PartView[] = [];
  readonly #workers = new Set<string>();
  /** Until when each worker was at work. */
  readonly #busyUntil = new Map<string, number>();

  constructor(values: boolean) {
    this.#values = values;
  }

  /** What is known now. */
  take(): { jobs: readonly JobView[]; parts: readonly PartView[]; workers: readonly string[] } {
    return { jobs: this.#jobs.slice(), parts: this.#parts.slice(), workers: [...this.#workers] };
  }

  add({ root, parent, nodes, edges }: WorkflowPart): void {
    const part = this.#parts.push({ root, parent, jobs: nodes.map(({ id }) => id) }) - 1;
    const inputs = new Map<number, JobInput[]>(nodes.map(({ id }) => [id, []]));
    for (const { from, to, argument } of edges) inputs.get(to)?.push({ job: from, argument });
    for (const node of nodes) this.#enter(node, part, inputs.get(node.id) ?? []);
    if (parent !== undefined) this.#change(parent, { state: 'expanded', into: part });
  }

  #enter({ id, name, builtIn, args }: GraphNode, part: number, inputs: readonly JobInput[]): void {
    while (this.#jobs.length < id) this.#jobs.push(noJob(this.#jobs.length));
    const isInput = new Set(inputs.map(({ argument }) => argument));
    this.#jobs[id] = {
      ...noJob(id),
      name,
      builtIn,
      inputs,
      args: this.#values ? args.map((arg, index) => (isInput.has(index) ? undefined : summarize([arg]))) : [],
      part,
      // Until it is said to be part of the run.
      state: builtIn ? 'waiting' : 'skipped',
    };
  }

  #change(job: number, change: Partial<JobView>): void {
    const view = this.#jobs[job];
    if (view !== undefined) this.#jobs[job] = { ...view, ...change };
  }

  /** A text for a job's result. */
  setValue(job: number, value: string): void {
    this.#change(job, { value });
  }

  /** A job that is built in has come to its result. */
  join(job: number): void {
    // A run with a cache reads its end result by a job that is in no part.
    if (this.#jobs[job]?.name !== '') this.#change(job, { state: 'done' });
  }

  /** The run is over: nobody tells of the jobs that are built in and have no result, since it failed or needs none. */
  finish(isDone: boolean): void {
    for (const { job, builtIn, state } of this.#jobs)
      if (builtIn && state === 'waiting') this.#change(job, { state: isDone ? 'skipped' : 'aborted' });
  }

  tell(event: JobEvent): void {
    const { job, key, time } = event;
    const view = this.#jobs[job];
    if (view === undefined) return;
    switch (event.type) {
      case 'scheduled':
        return this.#change(job, { state: 'waiting', scheduledAt: time });
      case 'started':
        this.#workers.add(event.worker);
        return this.#change(job, {
          state: 'running',
          key,
          startedAt: time,
          worker: event.worker,
          attempts: view.attempts + 1,
        });
      case 'done':
        return this.#change(job, {
          state: 'done',
          key,
          duration: event.duration,
          ...this.#spanOf(view, time, event.duration),
        });
      case 'retrieved':
      case 'attached':
        return this.#change(job, { state: event.type, key, endedAt: time });
      case 'expanded':
        return this.#change(job, { state: 'expanded' });
      case 'retrying':
        return this.#change(job, { state: 'retrying', error: errorView(event.error) });
      case 'failed':
        return this.#change(job, { state: 'failed', key, endedAt: time, error: errorView(event.error) });
      case 'aborted':
        return this.#change(job, { state: 'aborted', endedAt: time });
      case 'log':
    }
  }

  /**
   * When a job was at work. Jobs that a worker is sent together are answered together: then the one after the other, and
   * only the first one is known to have started in time.
   */
  #spanOf(view: JobView, time: number, duration: number): Pick<JobView, 'startedAt' | 'endedAt'> {
    const { worker, startedAt = time } = view;
    if (worker === undefined) return { startedAt, endedAt: time };
    const free = this.#busyUntil.get(worker) ?? startedAt;
    const start = startedAt + duration > time + 1 ? Math.min(free, time - duration) : startedAt;
    const end = Math.min(time, start + duration);
    this.#busyUntil.set(worker, end);
    return { startedAt: start, endedAt: end };
  }
}

/** The place of a number that no job has. */
export function noJob(job: number): JobView {
  return {
    job,
    name: '',
    key: undefined,
    builtIn: true,
    inputs: [],
    args: [],
    part: -1,
    state: 'skipped',
    worker: undefined,
    scheduledAt: undefined,
    startedAt: undefined,
    endedAt: undefined,
    duration: undefined,
    attempts: 0,
    into: undefined,
    value: undefined,
    error: undefined,
  };
}
