/** Puts a client's jobs into the queue: in batches where they are short, and not at all where somebody else has done so. */
import { createHash } from 'node:crypto';

import type { Cache } from '../../core/cache.ts';
import { packJobs } from '../../core/wire-columns.ts';
import type { Task } from '../../core/task.ts';
import type { WireTaskNames } from '../../core/wire-pack.ts';
import { WorkerBatch, type PoolJob } from '../../core/worker-batch.ts';
import type { Refusals } from '../../core/worker-refusals.ts';
import { TaskNumbers } from '../../core/worker-tasks.ts';
import { codeToSend, type SentCode } from '../pilot/sent-code.ts';
import { planBatches, type Durations, type Plannable } from './batch-plan.ts';
import type { Flight, Flights, QueuedJob } from './flights.ts';
import type { Attached, QueueConnection, QueueJob } from './queue-connection.ts';
import { isShared, QUEUE_FORMAT, sharedName, type QueueJobData, type QueueRun } from './queue-message.ts';
import type { QueueValues } from './queue-values.ts';

/** What a sender works with. */
export interface SenderOptions {
  readonly client: string;
  readonly flights: Flights;
  readonly values: QueueValues;
  readonly durations: Durations;
  readonly refusals: Refusals;
  /** Tasks whose code goes along: a worker does not have it, and takes it. */
  readonly withCode: ReadonlySet<Task>;
  readonly names: WireTaskNames;
  /** The URL of the client's folder, and its script's arguments. */
  readonly root: string;
  readonly argv: readonly string[];
  /** The cache of values and results, if there is one beside the queue; it has a URL. */
  readonly cache: Cache | undefined;
  /** How many jobs of BullMQ's are kept when they are over, for people to look at. */
  readonly keep: number;
  /** How long a batch of short jobs should take, in milliseconds. */
  readonly batchTime: number;
  readonly events: SenderEvents;
}

/** What a sender finds out. */
export interface SenderEvents {
  /** The result was told to others a moment ago. */
  late(answer: Buffer): void;
  /** A worker has begun with it. */
  begun(flight: Flight, worker: string): void;
  /** The flight's jobs cannot be sent. */
  failed(flight: Flight, error: unknown): void;
  /** Arguments of the flight's jobs cannot be read where they would run. */
  unread(flight: Flight): void;
  /** It is in the queue, or will be in no moment; whether it is still wanted, its owner knows. */
  sent(flight: Flight): void;
}

/** A job that is to be sent. */
interface Outgoing extends Plannable {
  readonly flight: Flight;
  readonly job: QueuedJob;
}

/** A batch on its way. */
interface OutgoingBatch {
  readonly id: string;
  readonly priority: number;
  readonly outgoing: readonly Outgoing[];
}

/** BullMQ's priority of a job without one, and what a unit is worth there. The less, the sooner. */
const MIDDLE_PRIORITY = 1_048_576;
const PRIORITY_STEP = 1000;
/** The data of a job of BullMQ's is less than this, in characters of JSON. */
const MAX_DATA = 65_000;
/** So many jobs with long names fit in, beside a message. */
const MAX_SHARED = 200;

/** What workers look for in the cache is put there again after this long, in milliseconds: somebody may tidy up. */
const PROBE_INTERVAL = 600_000;

/** See above. */
export class QueueSender {
  readonly #options: SenderOptions;
  #count = 0;
  /** When the cache last took what workers look for. */
  #probed = -Infinity;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Sends jobs, which `slots` workers share. Rejects where Redis refuses them. */
  async send(jobs: readonly QueuedJob[], slots: number, connection: QueueConnection): Promise<void> {
    const { durations, flights, events, batchTime } = this.#options;
    const outgoing = jobs.flatMap((job) => this.#begin(job));
    const batches = planBatches(outgoing, durations, slots, batchTime).flatMap((batch) => this.#place(batch));
    const places = batches.flatMap((batch) => batch.outgoing.map(({ flight }) => flight)).filter(isSharedFlight);
    const attached = new Map<string, Attached>();
    for (const [index, answer] of (await connection.attach(places)).entries())
      attached.set(places[index]?.name ?? '', answer);
    const ready: QueueJob[] = [];
    for (const batch of batches) {
      const own: Outgoing[] = [];
      for (const each of batch.outgoing)
        if (await this.#isOwn(each.flight, attached.get(each.flight.name), connection)) own.push(each);
      const job = await this.#pack({ ...batch, outgoing: own });
      if (job !== undefined) ready.push(job);
    }
    if (ready.length > 0) await connection.add(ready, this.#options.keep);
    for (const { id } of ready)
      for (const flight of flights.in(id) ?? []) {
        flights.sent(flight);
        events.sent(flight);
      }
  }

  /** A flight for a job, unless there is one. */
  #begin(job: QueuedJob): Outgoing[] {
    const { flights, refusals, events } = this.#options;
    const { task } = job.request;
    const name = this.#nameOf(job);
    const known = flights.get(name);
    if (known !== undefined) {
      known.jobs.add(job);
      job.flight = known;
      if (known.worker !== undefined) events.begun(known, known.worker);
      return [];
    }
    const flight = flights.begin(name, job);
    job.flight = flight;
    const refusedBy = refusals.homesOf(task).join(' ');
    const kind = `${priorityOf(job)} ${refusedBy}`;
    return [{ flight, job, task, isAlone: job.isAlone || refusedBy !== '', kind }];
  }

  #nameOf({ request: { key, keeping } }: QueuedJob): string {
    if (key === undefined) return this.#nextName();
    const url = this.#options.cache?.url;
    return sharedName(key, keeping === undefined || url === undefined ? '' : digestOf(url).slice(0, 16));
  }

  #nextName(): string {
    return `${this.#options.client}-${this.#count++}`;
  }

  /** Says where the jobs of a batch will be: one alone under its own name. */
  #place(outgoing: readonly Outgoing[]): OutgoingBatch[] {
    const { flights } = this.#options;
    if (outgoing.length > MAX_SHARED)
      return [...this.#place(outgoing.slice(0, MAX_SHARED)), ...this.#place(outgoing.slice(MAX_SHARED))];
    const [first] = outgoing;
    if (first === undefined) return [];
    const id = outgoing.length === 1 ? first.flight.name : this.#nextName();
    for (const { flight } of outgoing) flights.move(flight, id);
    return [{ id, priority: priorityOf(first.job), outgoing }];
  }

  /** Whether a job is this client's to put into the queue. */
  async #isOwn(flight: Flight, attached: Attached | undefined, connection: QueueConnection): Promise<boolean> {
    const { flights, events } = this.#options;
    switch (attached?.type) {
      case undefined:
      case 'new':
        return true;
      case 'finished':
        await connection.removeFinished(flight.id);
        return true;
      case 'late':
        events.late(attached.answer);
        return false;
      case 'shared':
        flights.move(flight, attached.id);
        flights.sent(flight);
        if (attached.worker !== undefined) events.begun(flight, attached.worker);
        events.sent(flight);
        return false;
    }
  }

  /** @throws SomenError where code cannot be followed */
  async #codesOf(outgoing: readonly Outgoing[], newTasks: QueueRun['newTasks']): Promise<QueueRun['codes']> {
    const { withCode } = this.#options;
    if (!outgoing.some(({ task }) => withCode.has(task.base ?? task))) return undefined;
    const codes: (readonly [number, SentCode])[] = [];
    for (const [number, told] of newTasks) {
      const code = told.version === undefined ? undefined : await codeToSend(told);
      if (code !== undefined) codes.push([number, code]);
    }
    return codes;
  }

  /** A content of the cache; `undefined` where there is no cache, or it takes none. */
  async #probe(): Promise<string | undefined> {
    const { cache, client } = this.#options;
    if (cache === undefined) return undefined;
    const content = probeContent(client);
    if (performance.now() - this.#probed > PROBE_INTERVAL) {
      const putting = (async () => cache.put('cas', digestOf(content), content))();
      await putting.then(
        () => (this.#probed = performance.now()),
        () => undefined,
      );
    }
    return this.#probed === -Infinity ? undefined : digestOf(content);
  }

  async #pack({ id, priority, outgoing }: OutgoingBatch): Promise<QueueJob | undefined> {
    const { client, values, names, root, argv, cache, flights, refusals, events } = this.#options;
    const probe = await this.#probe();
    const reader = { comparesVersions: true, reachesStore: probe !== undefined };
    const batch = new WorkerBatch(new TaskNumbers(), names, reader);
    const sent: Outgoing[] = [];
    for (const each of outgoing) {
      const { client: session, request } = each.job;
      const job: PoolJob = { id: sent.length, client: session, request };
      if (batch.add(job)) sent.push(each);
      else if (batch.unread.includes(job)) events.unread(each.flight);
      else events.failed(each.flight, batch.refused.find((refused) => refused.job === job)?.error);
    }
    const [first] = sent;
    if (first === undefined) return undefined;
    const refusedBy = refusals.homesOf(first.task);
    const head: Omit<QueueJobData, 'message'> = {
      somen: QUEUE_FORMAT,
      client,
      jobs: sent.map(({ flight }) => flight.name),
      root,
      argv,
      ...(probe !== undefined && { cache: { url: cache?.url ?? '', probe } }),
      ...(first.job.isAlone && { isAlone: true }),
      ...(refusedBy.length > 0 && { refusedBy }),
    };
    try {
      const codes = await this.#codesOf(sent, batch.newTasks);
      for (const { flight } of sent) flight.hasCode = codes !== undefined;
      const run: QueueRun = { jobs: packJobs(batch.wire), newTasks: batch.newTasks, ...(codes && { codes }) };
      const message = await values.pack(run, MAX_DATA - JSON.stringify(head).length);
      flights.keep(id, message);
      return { id, priority, title: titleOf(sent), data: { ...head, message } };
    } catch (error) {
      for (const { flight } of sent) events.failed(flight, error);
      return undefined;
    }
  }
}

/** What is put into the cache for workers to see whether it is theirs, too. */
function probeContent(client: string): Uint8Array {
  return new TextEncoder().encode(`somen/probe ${client}`);
}

function isSharedFlight({ name }: Flight): boolean {
  return isShared(name);
}

/** For people: `add`, `add x 12`, `add, mul and others x 30`. */
function titleOf(outgoing: readonly Outgoing[]): string {
  const names = [...new Set(outgoing.map(({ task }) => task.name))];
  const shown = names.length > 3 ? `${names.slice(0, 2).join(', ')} and others` : names.join(', ');
  return outgoing.length === 1 ? shown : `${shown} x ${outgoing.length}`;
}

function priorityOf({ request }: QueuedJob): number {
  const priority = request.task.control?.priority ?? 0;
  return Math.min(2 * MIDDLE_PRIORITY - 1, Math.max(1, Math.round(MIDDLE_PRIORITY - PRIORITY_STEP * priority)));
}

function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
