/** Reading reports that were written as JSON. */
import type { RecordedSession } from '../history-sessions.ts';
import type { RecordedJob } from '../recorded-job.ts';
import { recordedRuns } from './recorded-runs.ts';
import { REPORT_FORMAT, type ReportDocument, type ReportedRun } from './report-data.ts';

/** What `somen run --report report.json` writes: a part of the database of jobs. */
interface RecordedReport {
  readonly script: string;
  readonly arguments: readonly string[];
  readonly sessions: readonly RecordedSession[];
  readonly jobs: readonly RecordedJob[];
}

/**
 * The report in a text, of either format: `somen/report/2`, or `somen/report/1`, which the command line writes.
 * @throws SyntaxError where it is no JSON
 * @throws RangeError where it is something else
 */
export function readReport(text: string): ReportDocument {
  const data = JSON.parse(text) as { readonly format?: unknown } | null;
  if (data?.format === REPORT_FORMAT && areRuns((data as ReportDocument).runs)) return data as ReportDocument;
  if (data?.format === 'somen/report/1' && isRecorded(data)) return fromRecorded(data);
  throw new RangeError(
    `Cannot read a report: its format is ${JSON.stringify(data?.format) ?? 'not said'}. It must be '${REPORT_FORMAT}' or 'somen/report/1', and whole`,
  );
}

function areRuns(runs: unknown): runs is readonly ReportedRun[] {
  return Array.isArray(runs) && runs.every(isRun);
}

function isRun(value: unknown): boolean {
  const { jobs, tasks, states, parts, workers, log, errors, startedAt } = (value ?? {}) as Partial<ReportedRun>;
  if (typeof startedAt !== 'number' || typeof jobs !== 'object' || jobs === null) return false;
  const columns: readonly unknown[] = Object.values(jobs);
  const lists: readonly unknown[] = [tasks, states, parts, workers, log, errors, jobs.task, ...columns];
  return lists.every(Array.isArray) && columns.every((column) => (column as []).length === jobs.task.length);
}

function isRecorded(data: object): data is RecordedReport {
  const { sessions, jobs } = data as Partial<RecordedReport>;
  return Array.isArray(sessions) && Array.isArray(jobs);
}

function fromRecorded({ sessions, jobs, arguments: args }: RecordedReport): ReportDocument {
  const runs = sessions.flatMap((session) =>
    recordedRuns({ session, jobs: jobs.filter((job) => job.session === session.session), arguments: args }),
  );
  return { format: REPORT_FORMAT, runs };
}
