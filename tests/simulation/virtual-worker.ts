/** A worker that computes nothing: it takes jobs, lets virtual time pass, and reports as the worker program does. */

import type { WorkerConnection } from '../../dist/core/worker-ports.js';
import type { SchedulerApi, WireJob, WireReport, WorkerApi } from '../../dist/core/worker-protocol.js';
import { columns } from './parts.js';
import type { VirtualClock } from './virtual-clock.js';

/** As in `core/worker-program.ts` and `core/worker-reports.ts`, in milliseconds: after shorter tasks, reports wait so long for company. */
const SHORT_TASK = 0.5;
const REPORT_INTERVAL = 2;

/** What all workers of a simulation have in common. */
export interface VirtualWorld {
  readonly clock: VirtualClock;
  /** How long a message is under way, in milliseconds. */
  readonly latency: number;
  /** How long a job takes, in milliseconds, by its first argument. */
  readonly duration: (argument: number) => number;
  /** Messages that arrived so far, and the jobs whose results were in them. */
  readonly counts: { toWorkers: number; toScheduler: number; results: number };
}

/** See above. A job's result is its argument. */
export class VirtualWorker implements WorkerConnection {
  readonly source = 'a simulation';
  readonly api: WorkerApi;
  readonly #world: VirtualWorld;
  readonly #scheduler: SchedulerApi;
  #queue: WireJob[] = [];
  /** Where in the queue the next job is. */
  #next = 0;
  #reports: WireReport[] = [];
  #lastSent = 0;
  #lastDuration = Infinity;
  #isBusy = false;

  constructor(world: VirtualWorld, scheduler: SchedulerApi) {
    this.#world = world;
    this.#scheduler = scheduler;
    const { clock, latency, counts } = world;
    this.api = {
      start: () => new Promise((resolve) => clock.later(resolve, 2 * latency)),
      run: (jobs) => {
        clock.later(() => {
          counts.toWorkers++;
          this.#take(columns.unpackJobs(jobs));
        }, latency);
        return Promise.resolve();
      },
      cancel: () => Promise.reject(new Error('Cannot cancel jobs of a simulation')),
      hashChunks: () => Promise.reject(new Error('Cannot hash in a simulation')),
    };
  }

  #take(jobs: readonly WireJob[]): void {
    if (this.#next > 0) this.#queue = this.#queue.slice(this.#next);
    this.#next = 0;
    for (const job of jobs) this.#queue.push(job);
    if (!this.#isBusy) this.#work();
  }

  #work(): void {
    const job = this.#queue[this.#next++];
    this.#isBusy = job !== undefined;
    if (job === undefined) return this.#send();
    const { clock, duration } = this.#world;
    if (this.#lastDuration >= SHORT_TASK || clock.now - this.#lastSent > REPORT_INTERVAL) this.#send();
    const value = job.args[0] as number;
    const taken = duration(value);
    clock.later(() => {
      this.#lastDuration = taken;
      this.#reports.push({ type: 'done', id: job.id, value, duration: taken });
      this.#work();
    }, taken);
  }

  #send(): void {
    const { clock, latency, counts } = this.#world;
    this.#lastSent = clock.now;
    if (this.#reports.length === 0) return;
    const reports = columns.packReports(this.#reports);
    const results = this.#reports.length;
    this.#reports = [];
    clock.later(() => {
      counts.toScheduler++;
      counts.results += results;
      this.#scheduler.report(reports);
    }, latency);
  }

  terminate(): void {
    this.#queue = [];
  }

  keepAlive(): void {
    // Nobody waits in virtual time.
  }
}
