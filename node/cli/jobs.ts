import type { JobStatus } from '../../core/history.ts';
import type { JobFilter } from '../../core/history-jobs.ts';
import { findSession } from '../../core/history-sessions.ts';
import type { RecordedJob } from '../../core/recorded-job.ts';
import { UsageError, type Command, type CommandCall } from './command.ts';
import { printJobs } from './job-table.ts';
import { nearest } from '../../core/nearest.ts';
import { COMMON, openDatabase, openHistory } from './opened.ts';
import { note, printJson } from './terminal.ts';

const STATUSES: readonly JobStatus[] = ['done', 'expanded', 'retrieved', 'attached', 'joined', 'failed', 'aborted'];

/** `somen jobs` */
export const JOBS: Command = {
  name: 'jobs',
  args: [],
  summary: 'List what ran: when, how long, where, and with which result',
  about: 'The newest jobs come first.',
  options: {
    session: { type: 'string', short: 's', value: 'ID', help: "a session's id, the beginning of it, or 'latest'" },
    task: { type: 'string', short: 't', value: 'NAME', help: 'jobs of this task' },
    failed: { type: 'boolean', help: 'jobs that failed' },
    status: { type: 'string', value: 'STATUS', help: `jobs that ended so: ${STATUSES.join(', ')}` },
    slow: { type: 'string', value: 'N', bare: '10', help: 'the N jobs that took the longest' },
    limit: { type: 'string', short: 'n', value: 'N', default: '50', help: 'at most so many; 0: all' },
    ...COMMON,
  },
  examples: [
    ['somen jobs', 'the last 50 jobs'],
    ['somen jobs --failed --session latest', 'what failed in the last session'],
    ['somen jobs --slow 5 --task size', "the five calls of 'size' that took the longest"],
    ["somen jobs --json -n 0 | jq -r '.[].task' | sort | uniq -c", 'how often each task ran'],
  ],
  run: listJobs,
};

async function listJobs(call: CommandCall): Promise<number> {
  const session = call.text('session');
  if (session !== undefined) await findSession(openHistory(call), session);
  const jobs: RecordedJob[] = [];
  for await (const job of (await openDatabase(call)).jobs(filterOf(call))) jobs.push(job);
  if (call.flag('json')) printJson(jobs);
  else if (jobs.length > 0) printJobs(jobs);
  if (jobs.length > 0) return 0;
  note(`No such jobs in ${openHistory(call).name}`);
  return 1;
}

function filterOf(call: CommandCall): JobFilter {
  const [session, task, slow] = [call.text('session'), call.text('task'), call.number('slow', 1)];
  const limit = call.number('limit', 0) ?? 0;
  const status = statusOf(call.text('status'));
  return {
    failed: call.flag('failed'),
    ...(session !== undefined && { session }),
    ...(task !== undefined && { task }),
    ...(status !== undefined && { status }),
    ...(slow !== undefined && { slow }),
    ...(slow === undefined && limit > 0 && { limit }),
  };
}

function statusOf(text: string | undefined): JobStatus | undefined {
  if (text === undefined) return undefined;
  const status = STATUSES.find((each) => each === text);
  if (status !== undefined) return status;
  const guess = nearest(text, STATUSES);
  throw new UsageError(
    `Cannot use --status ${text}: it must be one of ${STATUSES.join(', ')}${guess === undefined ? '' : `. Did you mean ${guess}?`}`,
  );
}
