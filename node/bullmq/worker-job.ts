/** A job of BullMQ's on a worker: from the moment in which it is taken to the moment in which all that is in it has ended. */
import { UnrecoverableError, WaitingError, type Job } from 'bullmq';

import { SomenError } from '../../core/errors.ts';
import { unpackJobs } from '../../core/wire-columns.ts';
import type { WorkerStore } from '../../core/worker-protocol.ts';
import { JobTelling, type Teller } from './job-telling.ts';
import { isShared, QUEUE_FORMAT, type QueueJobData, type QueueRun } from './queue-message.ts';
import type { QueueValues } from './queue-values.ts';
import type { SlotLease } from './slot-pool.ts';
import type { SlotEnd, SlotRun, SlotSettings, WorkerSlot } from './worker-slot.ts';

/** What a worker process gives to the jobs that it runs. */
export interface JobHost extends Teller {
  readonly name: string;
  /** Which jobs are to be run, and why not the others; see `BEGIN`. */
  begin(id: string, client: string, names: readonly string[]): Promise<readonly string[]>;
  /** How values of a client are read and written, and where its results are kept. */
  place(data: QueueJobData): Promise<JobPlace>;
  /** A place at a slot with a thread of these settings, or for one; where nothing else may end the thread, the only one there. */
  takeSlot(settings: SlotSettings, isAlone: boolean): Promise<SlotLease>;
}

/** Where values and results of a client are. */
export interface JobPlace {
  readonly values: QueueValues;
  readonly store: WorkerStore | undefined;
  /** The URL of the client's folder, where that is not the one here. */
  readonly root: string | undefined;
}

/** How long a worker takes no job after one that it may not run, in milliseconds: others should see that one first. */
const REFUSAL_DELAY = 250;

/** See above. */
export class WorkerJob {
  readonly #host: JobHost;
  readonly #job: Job<QueueJobData>;
  readonly #token: string;
  readonly #telling: JobTelling;
  /** Names of jobs that nobody wants any more. */
  readonly #unwanted = new Set<string>();
  /** What runs, and where. */
  #run: SlotRun | undefined;
  #slot: WorkerSlot | undefined;

  constructor(host: JobHost, job: Job<QueueJobData>, token: string) {
    this.#host = host;
    this.#job = job;
    this.#token = token;
    const told = { id: job.id ?? '', client: job.data.client, token };
    this.#telling = new JobTelling(host, told, job.data.jobs, () => this.abandon());
  }

  /** Runs it. What it returns and throws BullMQ shows to people; clients were told then. */
  async run(): Promise<unknown> {
    const { data } = this.#job;
    if (data.refusedBy?.includes(this.#host.id) === true) await this.#giveBack();
    if (data.somen === QUEUE_FORMAT) await this.#runAtSlot();
    else this.#telling.fail(this.#otherFormat(data.somen));
    this.#telling.flush();
    await this.#telling.sending;
    return this.#summary(data.jobs.length);
  }

  /** This worker's code is another, or it has said so: others may take the job. */
  async #giveBack(): Promise<never> {
    await this.#job.moveToWait(this.#token);
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
    const { root, store, values } = place;
    this.#telling.values = values;
    const settings: SlotSettings = { root, argv: data.argv, store };
    const lease = await this.#host.takeSlot(settings, data.isAlone === true);
    try {
      this.#telling.worker = lease.slot.name;
      const run = await this.#prepare(values);
      await lease.turn;
      if (run === undefined || this.#telling.isSilent) return;
      this.#slot = lease.slot;
      this.#run = this.#makeRun(run);
      const ending = lease.slot.run(this.#run, settings);
      lease.handOver();
      this.#ended(await ending);
    } finally {
      this.#run = undefined;
      lease.giveBack(this.#telling.spent);
    }
  }

  /** What is to be run; nothing where none of it is. */
  async #prepare(values: QueueValues): Promise<QueueRun | undefined> {
    const { id = '', data } = this.#job;
    const { jobs: names, client, message } = data;
    // Of one job that only its client wants, this worker was told if it is not wanted.
    const isKnown = names.length === 1 && !isShared(names[0] ?? '');
    const states = isKnown ? names.map(() => 'run') : await this.#host.begin(id, client, names);
    const unheard = names.filter((_, index) => states[index] === 'unheard');
    this.#telling.again(unheard, 'unheard');
    for (const [index, name] of names.entries()) if (states[index] === 'skip') this.#telling.left.delete(name);
    if (this.#telling.left.size === 0) return undefined;
    // A cache that fails now may not fail for others.
    const unpacked = await values.unpack(message).catch(() => 'missing' as const);
    if (typeof unpacked === 'object') return unpacked.message as QueueRun;
    if (unpacked === 'missing') this.#telling.againLeft('missing');
    else this.#telling.fail(this.#outOfReach());
    return undefined;
  }

  #makeRun({ jobs, newTasks, codes = [] }: QueueRun): SlotRun {
    const names = this.#job.data.jobs;
    return {
      jobs: unpackJobs(jobs).filter(({ id }) => this.#isWanted(names[id] ?? '')),
      newTasks,
      codes,
      begun: () => this.#telling.begun(),
      report: (reports) => this.#telling.take(reports),
    };
  }

  #isWanted(name: string): boolean {
    return this.#telling.left.has(name) && !this.#unwanted.has(name);
  }

  #outOfReach(): SomenError {
    const { cache } = this.#job.data;
    const message = `Cannot read the values of a job on worker ${this.#host.name}: it does not reach the cache ${cache?.url}, or finds another one there. Start it with --cache and the URL of the same cache there`;
    return new SomenError('ERR_CACHE', message);
  }

  #ended(end: SlotEnd): void {
    const namesOf = (ids: readonly number[]): string[] => ids.map((id) => this.#job.data.jobs[id] ?? '');
    this.#telling.flush();
    switch (end.type) {
      case 'done':
        break;
      case 'stopped':
        this.#telling.again(namesOf(end.left), 'stopped');
        break;
      case 'died':
        this.#telling.lost(namesOf(end.left), end.error, end.isAlone);
    }
    // Nobody wanted these, and then somebody may have.
    this.#telling.againLeft('dropped');
  }

  // ---- from outside

  /** Nobody wants these jobs any more. */
  unwanted(names: readonly string[]): void {
    const { jobs } = this.#job.data;
    for (const name of names) this.#unwanted.add(name);
    // Before it runs, they are left out.
    this.#cancel(names.map((name) => jobs.indexOf(name)).filter((id) => id >= 0));
  }

  #cancel(ids: readonly number[]): void {
    if (this.#run !== undefined) void this.#slot?.cancel(this.#run, new Set(ids));
  }

  /** Somebody else runs it by now: its lock was lost. */
  abandon(): void {
    this.#telling.isSilent = true;
    this.#cancel(this.#job.data.jobs.map((_, index) => index));
  }

  /** The worker ends: what it has not finished goes to others. */
  giveUp(): void {
    if (this.#run !== undefined) this.#slot?.stop();
  }

  #summary(count: number): unknown {
    const { failures, failure, worker } = this.#telling;
    if (failures === 0) return { worker, jobs: count };
    throw new UnrecoverableError(
      count === 1 ? failure : `${failures} of ${count} jobs failed, the first one: ${failure}`,
    );
  }
}
