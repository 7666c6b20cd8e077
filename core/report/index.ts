/** `somen/report`: what makes reports in a page, which others should not have to load. Node has it anyway. */
import { withMaker } from './report-run.ts';
import type { RunReport } from './run-report.ts';
import { reportRun } from './run-reporter.ts';

export type { ReportDocument, ReportedRun, RunBytes, RunSurroundings } from './report-data.ts';
export type { RunReport } from './run-report.ts';
export type { TraceDocument } from './trace-events.ts';

/**
 * A function for the option `report` that can be used where there is no Node: in a page, or with `somen` alone.
 * @param take - gets the report of each run when that is over; the run settles when it has returned, or its promise has
 *
 * @example
 * import { reportTo } from 'somen/report';
 * await run(workflow, { report: reportTo(async (report) => show(await report.toHTML())) });
 */
export function reportTo(take: (report: RunReport) => unknown): (report: RunReport) => unknown {
  return withMaker(take, reportRun);
}
