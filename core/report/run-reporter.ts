/** Watches a run, and tells of it when it is over. Loaded by runs that have a report. */
import type { Display, JobCall, JobOutcome } from '../display.ts';
import { combined } from '../displays.ts';
import type { Platform } from '../platform.ts';
import { realm } from '../realm.ts';
import { createRunStore } from '../run-store.ts';
import type { RuntimeOptions } from '../runtime.ts';
import { summarize } from '../summarize.ts';
import type { CacheTraffic } from '../result-store.ts';
import { VERSION } from './page.generated.ts';
import type { RunBytes, RunSurroundings } from './report-data.ts';
import type { ReportPlatform } from './report-platform.ts';
import { createRunReport, type RunReport, type ReportTarget } from './run-report.ts';
import { sizeOfValues } from './value-size.ts';

/** What of the runtime's options stands in reports. */
type Plan = Pick<RuntimeOptions, 'executor' | 'cache'>;

/** What tells of one run. */
export interface RunReporter {
  /** A display of the run, which is told everything that happens: it hands it on. */
  watch(display: Display): Display;
  /** Hands the report on. Never rejects: what goes wrong is a warning on the console. */
  finish(): Promise<void>;
}

/** Takes a report. */
type Deliver = (report: RunReport) => unknown;

/**
 * Prepares reports of a run: for what it names, and for the command line.
 * @param traffic - what went through the cache so far; `undefined` without one, or before it was used
 * @throws (rejects) TypeError or Error where a target is none, or nothing can be written there: before anything is computed
 */
export async function reportRun(
  platform: Platform,
  target: ReportTarget | undefined,
  plan: Plan,
  traffic: () => CacheTraffic | undefined,
): Promise<RunReporter> {
  const reporting = await platform.reporting?.();
  const deliveries: Deliver[] = [];
  for (const each of [...(realm().defaults?.reports ?? []), target])
    if (each !== undefined) deliveries.push(await deliveryTo(each, reporting));
  const sizes = new SeenSizes();
  const store = createRunStore();
  let before: CacheTraffic = { read: 0, written: 0 };
  const display: Display = {
    start: (summary) => {
      before = { ...before, ...traffic() };
      store.start?.(summary);
    },
    workflow: (part) => store.workflow?.(part),
    event: (event) => store.event?.(event),
    call: (call) => sizes.call(call),
    result: (call, outcome) => {
      store.result?.(call, outcome);
      sizes.result(call, outcome);
    },
    joined: (job) => store.joined?.(job),
    log: (event) => store.log(event),
    warning: (message) => store.warning(message),
    end: (summary, failure) => store.end?.(summary, failure),
  };
  return {
    watch: (other) => combined([other, display]),
    finish: async () => {
      const snapshot = store.getSnapshot();
      // It may have been aborted before it began.
      if (snapshot.startedAt === undefined) return;
      const computed = snapshot.jobs.filter(({ attempts }) => attempts > 0).map(({ job }) => job);
      const bytes: RunBytes = {
        arguments: sum(computed, sizes.argumentBytes),
        results: sum(computed, sizes.resultBytes),
        ...bytesSince(before, traffic()),
      };
      const about = await surroundings(platform, reporting, plan);
      const report = createRunReport(snapshot, about, bytes, sizes);
      for (const deliver of deliveries) await attempt(() => deliver(report));
    },
  };
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
  { executor = platform.executor(), cache }: Plan,
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

/** The sizes of the values that go by. */
class SeenSizes {
  readonly argumentBytes: (number | undefined)[] = [];
  readonly resultBytes: (number | undefined)[] = [];

  call({ job, args }: JobCall): void {
    if (args !== undefined) this.argumentBytes[job] = sizeOfValues(args);
  }

  result({ job }: JobCall, outcome: JobOutcome): void {
    if ('value' in outcome) this.resultBytes[job] = sizeOfValues([outcome.value]);
  }
}
