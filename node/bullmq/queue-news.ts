/** What workers of a queue say, on its way to those whose jobs it is about. */
import { unpackReports } from '../../core/wire-columns.ts';
import { fromWireError } from '../../core/wire-error.ts';
import type { WireTaskNames } from '../../core/wire-pack.ts';
import { tellAnswer, type FinalReport } from '../../core/worker-answers.ts';
import { serializersOf } from '../../core/worker-batch.ts';
import type { Durations } from './batch-plan.ts';
import type { Flight, Flights, QueuedJob } from './flights.ts';
import type { AgainReason, QueueNews } from './queue-message.ts';
import type { QueueValues } from './queue-values.ts';

/** What is done about news. */
export interface NewsEvents {
  /** It is over: returns the jobs that waited for it. */
  close(flight: Flight): readonly QueuedJob[];
  /** The worker died while it ran it. */
  lost(flight: Flight, error: Error): void;
  /** It is to be put into the queue again. */
  again(flight: Flight, reason: AgainReason): void;
  /** What is stored for a message was read. Resolves with whether nobody else is to read it. */
  read(stored: string): Promise<boolean>;
  /** What was said of it cannot be read. */
  unreadable(flight: Flight, error: unknown): void;
  /** The code of a worker's process is another. */
  refused(flight: Flight, home: string, error: unknown): void;
}

/** What {@link NewsReader} works with. */
export interface NewsReaderOptions {
  readonly flights: Flights;
  readonly values: QueueValues;
  readonly durations: Durations;
  readonly names: WireTaskNames;
  readonly events: NewsEvents;
}

/** See above. */
export class NewsReader {
  readonly #options: NewsReaderOptions;

  constructor(options: NewsReaderOptions) {
    this.#options = options;
  }

  /** Takes all of them, whatever is wrong with one. */
  take(messages: readonly Uint8Array[]): void {
    for (const message of messages) {
      const news = this.#decode(message);
      if (news !== undefined) this.#tell(news);
    }
  }

  /** Of what makes no sense, nobody knows whom it is about: what it was about is missed soon, and put into the queue again. */
  #decode(message: Uint8Array): QueueNews | undefined {
    try {
      return this.#options.values.codec.decode(Uint8Array.from(message)) as QueueNews;
    } catch {
      return undefined;
    }
  }

  #tell(news: QueueNews): void {
    const { events, flights } = this.#options;
    try {
      this.#tellKnown(news);
    } catch (error) {
      for (const flight of news.jobs.flatMap((name) => flights.get(name) ?? [])) events.unreadable(flight, error);
    }
  }

  #tellKnown(news: QueueNews): void {
    const { events, flights } = this.#options;
    const known = news.jobs.flatMap((name) => flights.get(name) ?? []);
    if (known.length === 0) return;
    switch (news.type) {
      case 'started':
        for (const flight of known) announce(flight, news.worker);
        return;
      case 'reports':
        return this.#report(news);
      case 'lost':
        for (const flight of known) events.lost(flight, fromWireError(news.error) as Error);
        return;
      case 'again':
        for (const flight of known) events.again(flight, news.reason);
        return;
      case 'elsewhere':
        void this.#fetch(news, known);
    }
  }

  /** A message that is too large to be sent as it is. */
  async #fetch(
    { stored, message }: QueueNews & { readonly type: 'elsewhere' },
    known: readonly Flight[],
  ): Promise<void> {
    const { values, events } = this.#options;
    // Its job is not in the queue any more, and nobody is to miss it, however long this takes.
    for (const flight of known) flight.isArriving = true;
    const found = await values.unpack(message).catch(() => 'missing' as const);
    for (const flight of known) flight.isArriving = false;
    if (typeof found === 'string') for (const flight of known) events.again(flight, 'missing');
    else this.#tell(found.message as QueueNews);
    if (await events.read(stored)) values.discard(message);
  }

  #report({ jobs, worker, home, reports }: QueueNews & { readonly type: 'reports' }): void {
    const { flights, events } = this.#options;
    const ids = new Set<string>();
    for (const report of unpackReports(reports)) {
      const flight = flights.get(jobs[report.id] ?? '');
      if (flight === undefined) continue;
      ids.add(flight.id);
      announce(flight, worker);
      if (report.type === 'log') {
        for (const { client, request } of flight.jobs) client.listener.log(request, report.level, report.values);
      } else if (report.type === 'refused') events.refused(flight, home, fromWireError(report.error));
      else this.#finish(flight, report);
    }
    // A worker that has reported some of a batch runs the next one.
    for (const id of ids) {
      const [next] = flights.in(id) ?? [];
      if (next !== undefined) announce(next, worker);
    }
  }

  #finish(flight: Flight, report: FinalReport): void {
    const { events, durations, names } = this.#options;
    for (const job of events.close(flight)) {
      const { request, client } = job;
      if ('duration' in report) durations.learn(request.task, report.duration);
      client.settle(job, (listener) => tellAnswer(listener, request, report, names, serializersOf(client)));
    }
  }
}

/** Tells those who wait for it that a worker has begun with it. */
export function announce(flight: Flight, worker: string): void {
  flight.worker ??= worker;
  for (const job of flight.jobs) {
    if (job.isAnnounced) continue;
    job.isAnnounced = true;
    job.client.listener.started(job.request, worker);
  }
}
