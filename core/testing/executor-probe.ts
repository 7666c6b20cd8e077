import type { Executor, ExecutorListener, ExecutorSession, JobRequest } from '../executor.ts';
import { taskOf } from '../scheduled.ts';
import type { AnyFunction } from '../task.ts';

type Report = 'started' | 'done' | 'expanded' | 'failed' | 'lost';

/** What was told of a job. */
interface JobRecord {
  readonly history: Report[];
  /** Which worker began with it. */
  worker: string;
  result: unknown;
}

/** A scheduler that only notes what an executor tells it. */
export class ExecutorProbe {
  readonly session: ExecutorSession;
  readonly #records = new Map<JobRequest, JobRecord>();
  /** Jobs, as they began. */
  readonly #order: JobRequest[] = [];
  #wake: (() => void)[] = [];

  constructor(executor: Executor) {
    const note = (job: JobRequest, report: Report, result?: unknown): void => {
      const record = this.#records.get(job);
      if (record === undefined) throw new Error(`Expected no report of a job that was not submitted: ${report}`);
      record.history.push(report);
      if (report !== 'started') record.result = result;
      const waiting = this.#wake;
      this.#wake = [];
      for (const wake of waiting) wake();
    };
    const listener: ExecutorListener = {
      started: (job, worker) => {
        note(job, 'started');
        const record = this.#records.get(job);
        if (record !== undefined) record.worker = worker;
        this.#order.push(job);
      },
      done: (job, value) => note(job, 'done', value),
      expanded: (job, node) => note(job, 'expanded', node),
      failed: (job, error) => note(job, 'failed', error),
      lost: (job, error) => note(job, 'lost', error),
      log: () => undefined,
      resized: () => undefined,
    };
    this.session = executor.open(listener);
  }

  /** Submits a call of a scheduled function. */
  submit(fn: AnyFunction, args: readonly unknown[]): JobRequest {
    const task = taskOf(fn);
    if (task === undefined) throw new TypeError('Cannot submit: this is no scheduled function');
    const job: JobRequest = { task, args };
    this.#records.set(job, { history: [], worker: '', result: undefined });
    this.session.submit(job);
    this.session.flush();
    return job;
  }

  /** The jobs that each worker began with, in that order. */
  get orders(): ReadonlyMap<string, readonly JobRequest[]> {
    const orders = new Map<string, JobRequest[]>();
    for (const job of this.#order) {
      const worker = this.#records.get(job)?.worker ?? '';
      orders.set(worker, [...(orders.get(worker) ?? []), job]);
    }
    return orders;
  }

  historyOf(job: JobRequest): readonly Report[] {
    return this.#records.get(job)?.history ?? [];
  }

  resultOf(job: JobRequest): unknown {
    return this.#records.get(job)?.result;
  }

  hasEnded(job: JobRequest): boolean {
    return this.historyOf(job).some((report) => report !== 'started');
  }

  /** Waits until all jobs have started. */
  async started(jobs: readonly JobRequest[]): Promise<void> {
    await this.#until(() => jobs.every((job) => this.historyOf(job).length > 0));
  }

  /** Waits until all jobs have ended. */
  async ended(jobs: readonly JobRequest[]): Promise<void> {
    await this.#until(() => jobs.every((job) => this.hasEnded(job)));
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }
}
