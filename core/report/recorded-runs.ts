/** Reports of what ran before, from the database of jobs. It has no log, and does not know the machine. */
import type { ErrorView } from '../error-view.ts';
import type { RecordedRun, RecordedSession } from '../history-sessions.ts';
import { noJob, type JobState, type JobView, type PartView } from '../job-views.ts';
import type { JobStatus } from '../history.ts';
import type { RecordedJob } from '../recorded-job.ts';
import type { RunSnapshot, RunStatus } from '../run-store.ts';
import { createRunReport } from './run-report.ts';
import type { ReportedRun, RunSurroundings } from './report-data.ts';

/** A session with its jobs, those of the language itself included where they are known. */
export interface SessionJobs {
  readonly session: RecordedSession;
  readonly jobs: readonly RecordedJob[];
  /** With which the script was called, where that is known. */
  readonly arguments?: readonly string[];
}

/** The runs of a session, in their order. */
export function recordedRuns({ session, jobs, arguments: args }: SessionJobs): readonly ReportedRun[] {
  const { session: id, platform = 'unknown', program, pid, host, cache } = session;
  const about: RunSurroundings = {
    platform,
    ...(program !== undefined && { program }),
    ...(args && { arguments: args }),
    ...(pid !== undefined && { pid }),
    ...(host !== undefined && { host }),
    ...(cache !== undefined && { cache }),
    session: id,
    versions: {},
  };
  return session.runs.flatMap((run) => {
    const own = jobs.filter((job) => job.run === run.run);
    const resultBytes: number[] = [];
    for (const { job, length } of own) if (length !== undefined) resultBytes[job] = length;
    return createRunReport(recordedSnapshot(run, own), about, {}, { argumentBytes: [], resultBytes }).toJSON().runs;
  });
}

function recordedSnapshot(run: RecordedRun, recorded: readonly RecordedJob[]): RunSnapshot {
  const parts = partsOf(recorded);
  const partOfJob = new Map(parts.flatMap((part, index) => part.jobs.map((job) => [job, index] as const)));
  const jobs: JobView[] = [];
  for (const job of recorded) {
    while (jobs.length <= job.job) jobs.push(noJob(jobs.length));
    const into = job.next === undefined ? -1 : parts.findIndex(({ parent }) => parent === job.job);
    jobs[job.job] = jobView(job, partOfJob.get(job.job) ?? 0, into < 0 ? undefined : into);
  }
  const count = (status: JobStatus): number => recorded.filter((job) => job.status === status).length;
  const [done, expanded, retrieved, attached, failed] = [
    count('done'),
    count('expanded'),
    count('retrieved'),
    count('attached'),
    count('failed'),
  ];
  const scheduled = recorded.length - count('joined');
  return {
    version: 1,
    status: STATUSES[run.status] ?? 'running',
    startedAt: run.time,
    endedAt: run.end,
    summary: run.summary ?? { scheduled, ran: done + expanded, attached, retrieved, failed },
    jobs,
    parts,
    workers: [...new Set(recorded.flatMap(({ worker }) => (worker === undefined ? [] : [worker])))],
    log: [],
    error: recorded.map(errorOf).find((error) => error !== undefined),
  };
}

const STATUSES: Readonly<Record<string, RunStatus>> = { done: 'done', failed: 'failed', aborted: 'aborted' };

const STATES: Readonly<Record<JobStatus, JobState>> = {
  done: 'done',
  expanded: 'expanded',
  retrieved: 'retrieved',
  attached: 'attached',
  joined: 'done',
  failed: 'failed',
  aborted: 'aborted',
};

function jobView(job: RecordedJob, part: number, into: number | undefined): JobView {
  const { time, duration, start } = job;
  // Several that a worker was sent together have the same start.
  const startedAt = start !== undefined && duration !== undefined ? Math.max(start, time - duration) : start;
  return {
    ...noJob(job.job),
    name: job.task,
    key: job.key,
    builtIn: job.status === 'joined',
    inputs: (job.inputs ?? []).map((input) => ({ job: input, argument: -1 })),
    args: job.arguments ?? [],
    part,
    state: STATES[job.status],
    worker: job.worker,
    startedAt,
    endedAt: time,
    duration,
    attempts: job.attempts ?? (start === undefined ? 0 : 1),
    into,
    value: job.result,
    error: errorOf(job),
  };
}

function errorOf({ error }: RecordedJob): ErrorView | undefined {
  return error && { stack: undefined, cause: undefined, errors: [], job: undefined, ...error };
}

/** The workflows, as far as inputs tell: what leads to the result of a returned one, and the rest. */
function partsOf(jobs: readonly RecordedJob[]): readonly PartView[] {
  const byNumber = new Map(jobs.map((job) => [job.job, job]));
  const taken = new Set<number>();
  const returned = jobs.flatMap(({ job, next }) =>
    next === undefined || next === job ? [] : [{ parent: job, root: next }],
  );
  returned.sort((a, b) => a.root - b.root);
  const nested: PartView[] = [];
  for (const { parent, root } of returned) {
    const own = leadingTo(root, byNumber, taken, parent);
    if (own.length > 0) nested.push({ root, parent, jobs: own });
  }
  const rest = jobs.map(({ job }) => job).filter((job) => !taken.has(job));
  rest.sort((a, b) => a - b);
  return [{ root: rest.at(-1) ?? -1, parent: undefined, jobs: rest }, ...nested];
}

function leadingTo(
  root: number,
  jobs: ReadonlyMap<number, RecordedJob>,
  taken: Set<number>,
  parent: number,
): readonly number[] {
  const own: number[] = [];
  const open = [root];
  for (let job = open.pop(); job !== undefined; job = open.pop()) {
    const found = jobs.get(job);
    // What came before the workflow was returned is not part of it.
    if (found === undefined || taken.has(job) || job <= parent) continue;
    taken.add(job);
    own.push(job);
    open.push(...(found.inputs ?? []));
  }
  return own.sort((a, b) => a - b);
}
