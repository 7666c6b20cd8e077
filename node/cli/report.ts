/** What `somen run --report` writes: the sessions of a process and their jobs, as JSON. */
import { writeFile } from 'node:fs/promises';

import type { RecordedSession } from '../../core/history-sessions.ts';
import type { History } from '../../core/history.ts';
import { jobDatabase } from '../../core/job-database.ts';
import type { RecordedJob } from '../../core/recorded-job.ts';

/** The format of a report: its sessions and jobs, each the oldest first, as `somen sessions` and `somen jobs` have them. */
interface Report {
  readonly format: 'somen/report/1';
  readonly script: string;
  readonly arguments: readonly string[];
  readonly sessions: readonly RecordedSession[];
  readonly jobs: readonly RecordedJob[];
}

/** What a report is about. */
export interface ReportSubject {
  readonly history: History;
  readonly script: string;
  readonly arguments: readonly string[];
  /** When the process began, in milliseconds since 1970. */
  readonly since: number;
}

/** Writes the report of what ran in this process. */
export async function writeReport(path: string, subject: ReportSubject): Promise<void> {
  await subject.history.close?.();
  const database = jobDatabase(subject.history);
  const sessions: RecordedSession[] = [];
  const jobs: RecordedJob[] = [];
  for await (const session of database.sessions()) {
    if (session.pid !== process.pid || (session.time ?? 0) < subject.since) continue;
    sessions.unshift(session);
    for await (const job of database.jobs({ session: session.session })) jobs.push(job);
  }
  const { script, arguments: args } = subject;
  const report: Report = { format: 'somen/report/1', script, arguments: args, sessions, jobs: jobs.reverse() };
  await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`);
}
