/** What is known of a run when it is over, for reports of all kinds. */
import type { RunSnapshot } from '../run-store.ts';
import { toColumns } from './job-columns.ts';
import { pageOf } from './page.ts';
import {
  REPORT_FORMAT,
  type ReportDocument,
  type ReportedRun,
  type RunBytes,
  type RunSurroundings,
} from './report-data.ts';
import { traceOf, type TraceDocument } from './trace-events.ts';
import type { JobSizes } from './value-size.ts';

/** Where the report of a run goes: a file, or a function. See the option `report`. */
export type ReportTarget = string | URL | ((report: RunReport) => unknown);

/** A run that is over: what became of its jobs, and where it was computed. */
export interface RunReport {
  /** What a store would show of it. */
  readonly snapshot: RunSnapshot;
  /** The platform, the machine, versions, the script and its arguments. */
  readonly about: RunSurroundings;
  /** How much data it moved. */
  readonly bytes: RunBytes;
  /**
   * A page that shows it, in one file that needs no server and no network.
   *
   * @example
   * await run(workflow, { report: async (report) => show(await report.toHTML()) });
   */
  toHTML(): Promise<string>;
  /** Its data, in the format `somen/report/2`: for programs, and for `somen report` to make a page of later. */
  toJSON(): ReportDocument;
  /**
   * A trace for Perfetto and `chrome://tracing`: written as JSON, both open it.
   *
   * @example
   * await run(workflow, { report: (report) => save('trace.json', JSON.stringify(report.toTrace())) });
   */
  toTrace(): TraceDocument;
}

/**
 * Makes the report of a run.
 * @throws RangeError where the run has not begun
 */
export function createRunReport(
  snapshot: RunSnapshot,
  about: RunSurroundings,
  bytes: RunBytes,
  sizes: JobSizes,
): RunReport {
  // Once, whatever it is written as.
  let document: ReportDocument | undefined;
  const toJSON = (): ReportDocument =>
    (document ??= { format: REPORT_FORMAT, runs: [reportedRun(snapshot, about, bytes, sizes)] });
  return { snapshot, about, bytes, toHTML: () => pageOf(toJSON()), toJSON, toTrace: () => traceOf(toJSON()) };
}

function reportedRun(snapshot: RunSnapshot, about: RunSurroundings, bytes: RunBytes, sizes: JobSizes): ReportedRun {
  const { status, startedAt, endedAt, summary, log, error } = snapshot;
  if (startedAt === undefined)
    throw new RangeError(`Cannot report a run: current value of its status is '${status}'. Wait until it has begun`);
  return {
    status,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    about,
    summary,
    bytes,
    ...toColumns(snapshot, startedAt, sizes),
    log,
    ...(error !== undefined && { error }),
  };
}
