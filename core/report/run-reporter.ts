/** Watches a run, and tells of it when it is over. */
import type { Display, JobCall, JobOutcome, RunFailure, WorkflowPart } from '../display.ts';
import { combined, guarded } from '../displays.ts';
import type { JobEvent, RunSummary } from '../events.ts';
import type { Platform } from '../platform.ts';
import { realm } from '../realm.ts';
import { createRunStore } from '../run-store.ts';
import { summarize } from '../summarize.ts';
import type { CacheTraffic } from '../result-store.ts';
import { VERSION } from './page.generated.ts';
import type { RunBytes, RunSurroundings } from './report-data.ts';
import type { ReportPlatform } from './report-platform.ts';
import type { ReportPlan, ReportRun } from './report-run.ts';
import { createRunReport, type RunReport, type ReportTarget } from './run-report.ts';
import { sizeOfValues } from './value-size.ts';

/** Takes a report. */
type Deliver = (report: RunReport) => unknown;

/** See {@link ReportRun}. */
export const reportRun: ReportRun = async (platform, target, plan, traffic) => {
  const { reporting } = platform;
  const deliveries: Deliver[] = [];
  for (const each of [...(realm().defaults?.reports ?? []), target])
    if (each !== undefined) deliveries.push(await deliveryTo(each, reporting));
  const watched = new WatchedRun(traffic);
  const finish = async (): Promise<void> => {
    // It may have been aborted before it began.
    if (!watched.hasBegun) return;
    const report = watched.report(await surroundings(platform, reporting, plan));
    for (const deliver of deliveries) await attempt(() => deliver(report));
  };
  return { watch: (other) => combined([other, guarded(watched)]), finish: () => attempt(finish) };
};

/** A display that keeps what reports are made of. */
class WatchedRun implements Display {
  readonly #store = createRunStore();
  readonly #argumentBytes: (number | undefined)[] = [];
  readonly #resultBytes: (number | undefined)[] = [];
  readonly #traffic: () => CacheTraffic | undefined;
  #before: CacheTraffic = { read: 0, written: 0 };

  constructor(traffic: () => CacheTraffic | undefined) {
    this.#traffic = traffic;
  }

  get hasBegun(): boolean {
    return this.#store.getSnapshot().startedAt !== undefined;
  }

  report(about: RunSurroundings): RunReport {
    const snapshot = this.#store.getSnapshot();
    const sizes = { argumentBytes: this.#argumentBytes, resultBytes: this.#resultBytes };
    const computed = snapshot.jobs.filter(({ attempts }) => attempts > 0).map(({ job }) => job);
    const bytes: RunBytes = {
      arguments: sum(computed, sizes.argumentBytes),
      results: sum(computed, sizes.resultBytes),
      ...bytesSince(this.#before, this.#traffic()),
    };
    return createRunReport(snapshot, about, bytes, sizes);
  }

  start(summary: RunSummary): void {
    this.#before = { ...this.#before, ...this.#traffic() };
    this.#store.start?.(summary);
  }

  workflow(part: WorkflowPart): void {
    this.#store.workflow?.(part);
  }

  event(event: JobEvent): void {
    this.#store.event?.(event);
  }

  call({ job, args }: JobCall): void {
    if (args !== undefined) this.#argumentBytes[job] = sizeOfValues(args);
  }

  result(call: JobCall, outcome: JobOutcome): void {
    this.#store.result?.(call, outcome);
    if ('value' in outcome) this.#resultBytes[call.job] = sizeOfValues([outcome.value]);
  }

  joined(job: number): void {
    this.#store.joined?.(job);
  }

  log(event: JobEvent & { readonly type: 'log' }): void {
    this.#store.log(event);
  }

  warning(message: string): void {
    this.#store.warning(message);
  }

  end(summary: RunSummary, failure?: RunFailure): void {
    this.#store.end?.(summary, failure);
  }
}

function bytesSince(before: CacheTraffic, traffic: CacheTraffic | undefined): RunBytes {
  if (traffic === undefined) return {};
  return { cacheRead: traffic.read - before.read, cacheWritten: traffic.written - before.written };
}

async function attempt(deliver: () => unknown): Promise<void> {
  try {
    await deliver();
  } catch (error) {
    // Displays are done with the run.
    console.warn('The report of a run is lost:', error);
  }
}

async function deliveryTo(target: ReportTarget, reporting: ReportPlatform | undefined): Promise<Deliver> {
  if (typeof target === 'function') return target;
  const isPath = typeof target === 'string' || target instanceof URL;
  if (!isPath || target === '')
    throw new TypeError(
      `Cannot report to ${summarize([target])}: report must be the path of a file, or a function. Write report: 'report.html', or report: (report) => report.toHTML()`,
    );
  if (reporting?.file === undefined)
    throw new TypeError(
      `Cannot write a report to '${String(target)}': there are no files here. Write a function, as in report: async (report) => show(await report.toHTML())`,
    );
  return reporting.file(target);
}

async function surroundings(
  platform: Platform,
  reporting: ReportPlatform | undefined,
  { executor = platform.executor(), cache }: ReportPlan,
): Promise<RunSurroundings> {
  const { versions, ...about } = (await reporting?.describe(executor)) ?? {};
  return {
    ...platform.describe(),
    ...about,
    versions: { somen: VERSION, ...versions },
    executor: executor.name,
    ...(cache !== undefined && { cache: cache.name }),
  };
}

function sum(jobs: readonly number[], sizes: readonly (number | undefined)[]): number {
  return jobs.reduce((total, job) => total + (sizes[job] ?? 0), 0);
}
