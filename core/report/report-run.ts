/** What makes reports of runs, as the runtime knows it: a run without a report loads nothing of it. */
import type { Display } from '../display.ts';
import type { Platform } from '../platform.ts';
import type { CacheTraffic } from '../result-store.ts';
import type { RuntimeOptions } from '../runtime.ts';
import { summarize } from '../summarize.ts';
import type { ReportTarget } from './run-report.ts';

/** What tells of one run. */
export interface RunReporter {
  /** A display of the run, which is told everything that happens: it hands it on. */
  watch(display: Display): Display;
  /** Hands the report on. Never rejects: what goes wrong is a warning on the console. */
  finish(): Promise<void>;
}

/** What of the runtime's options stands in reports. */
export type ReportPlan = Pick<RuntimeOptions, 'executor' | 'cache'>;

/**
 * Prepares reports of a run: for what it names, and for the command line.
 * @param traffic - what went through the cache so far; `undefined` without one, or before it was used
 * @throws (rejects) TypeError or Error where a target is none, or nothing can be written there: before anything is computed
 */
export type ReportRun = (
  platform: Platform,
  target: ReportTarget | undefined,
  plan: ReportPlan,
  traffic: () => CacheTraffic | undefined,
) => Promise<RunReporter>;

/** Where a function that takes reports has what makes them. */
const MAKER: unique symbol = Symbol.for('somen.report/1') as never;

/** A function that takes reports and brings what makes them; it stays as it is. */
export function withMaker<F extends (...args: never[]) => unknown>(take: F, maker: ReportRun): F {
  return Object.assign((...args: Parameters<F>) => take(...args), { [MAKER]: maker }) as unknown as F;
}

/**
 * What makes the reports for a target: what that brings, or the platform has.
 * @throws TypeError where there is none
 */
export async function makerFor(target: ReportTarget | undefined, platform: Platform): Promise<ReportRun> {
  const own = typeof target === 'function' ? (target as { readonly [MAKER]?: ReportRun })[MAKER] : undefined;
  const maker = own ?? (await platform.reporter?.());
  if (maker !== undefined) return maker;
  throw new TypeError(
    `Cannot report a run to ${summarize([target])}: what makes reports has to be brought along here. Write report: reportTo((report) => ...), where reportTo is imported from 'somen/report'`,
  );
}
