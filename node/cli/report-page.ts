import { readFile, stat } from 'node:fs/promises';

import { findSession } from '../../core/history-sessions.ts';
import { jobDatabase } from '../../core/job-database.ts';
import { recordedJob, type RecordedJob } from '../../core/recorded-job.ts';
import { readReport } from '../../core/report/read-report.ts';
import { recordedRuns } from '../../core/report/recorded-runs.ts';
import { REPORT_FORMAT, type ReportDocument } from '../../core/report/report-data.ts';
import { reportPath, writeDocument } from '../report-file.ts';
import { formatOf } from '../report-formats.ts';
import { UsageError, type Command, type CommandCall } from './command.ts';
import { COMMON, openHistory } from './opened.ts';
import { note, print } from './terminal.ts';

/** `somen report` */
export const REPORT: Command = {
  name: 'report',
  args: ['[SESSION|FILE]'],
  summary: 'Make a page of what ran, from the history or from a report in JSON',
  about:
    'Without an argument: of the last session. A history knows no log and no machine; somen run --report report.html does.',
  options: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      default: 'report.html',
      help: '.html: a page; .json: its data; .trace.json: for Perfetto',
    },
    cache: COMMON.cache,
    help: COMMON.help,
  },
  examples: [
    ['somen report', 'the last session, in report.html'],
    ['somen report 20261127T -o yesterday.html', 'a session, by the beginning of its id'],
    ['somen report report.json', 'what somen run --report report.json has written'],
  ],
  run: makePage,
};

async function makePage(call: CommandCall): Promise<number> {
  const output = call.text('output') ?? 'report.html';
  const path = checkedPath(output);
  const subject = call.args[0] ?? 'latest';
  const isFile = (await stat(subject).catch(() => undefined))?.isFile() === true;
  const document = isFile ? await fromFile(subject) : await fromHistory(call, subject);
  if (document.runs.length === 0) {
    note(`Cannot report '${subject}': there are no runs in it`);
    return 1;
  }
  await writeDocument(path, document, formatOf(path));
  print(output);
  return 0;
}

function checkedPath(output: string): string {
  try {
    const path = reportPath(output);
    formatOf(path);
    return path;
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

async function fromFile(file: string): Promise<ReportDocument> {
  try {
    return readReport(await readFile(file, 'utf8'));
  } catch (error) {
    throw error instanceof SyntaxError ? new RangeError(`Cannot read '${file}': it is no JSON`) : error;
  }
}

async function fromHistory(call: CommandCall, subject: string): Promise<ReportDocument> {
  const history = openHistory(call);
  const id = await findSession(history, subject);
  const jobs: RecordedJob[] = [];
  for await (const entry of history.read(id)) if (entry.type === 'job') jobs.push(recordedJob({ session: id, entry }));
  for await (const session of jobDatabase(history).sessions())
    if (session.session === id) return { format: REPORT_FORMAT, runs: recordedRuns({ session, jobs }) };
  return { format: REPORT_FORMAT, runs: [] };
}
