/** The figures of a run: what its tasks took, and how busy its workers were. */
import type { JobView } from '../job-views.ts';
import type { RunSnapshot } from '../run-store.ts';

/** What is known of the jobs of one task. Times are in milliseconds, of those that were computed. */
export interface TaskStatistics {
  readonly name: string;
  readonly computed: number;
  readonly retrieved: number;
  readonly attached: number;
  readonly failed: number;
  readonly total: number;
  readonly mean: number;
  /** 95 of a hundred took at most so long. */
  readonly p95: number;
  readonly max: number;
}

/** How busy a worker was. */
export interface WorkerStatistics {
  readonly name: string;
  readonly jobs: number;
  /** During how many milliseconds it was at work. */
  readonly busy: number;
  /** What part of the run's time that is, from 0 to 1. */
  readonly utilisation: number;
}

/** The figures of a whole run. Times are in milliseconds. */
export interface RunStatistics {
  /** From its begin to its end, or to the last thing that is known. */
  readonly wall: number;
  /** The time that all jobs took together. */
  readonly work: number;
  /** How often the time of the run that work is. */
  readonly speedUp: number;
  readonly workers: readonly WorkerStatistics[];
  /** Those that took longest first. */
  readonly tasks: readonly TaskStatistics[];
}

/** The figures of a run. */
export function runStatistics(snapshot: RunSnapshot): RunStatistics {
  const { startedAt = 0, endedAt = lastMoment(snapshot) } = snapshot;
  const wall = Math.max(0, endedAt - startedAt);
  const tasks = taskStatistics(snapshot.jobs);
  const work = tasks.reduce((sum, { total }) => sum + total, 0);
  return { wall, work, speedUp: wall > 0 ? work / wall : 0, workers: workerStatistics(snapshot, wall), tasks };
}

function lastMoment({ jobs, startedAt = 0 }: RunSnapshot): number {
  return jobs.reduce((last, { endedAt = 0 }) => Math.max(last, endedAt), startedAt);
}

/** How long a job was at work; `undefined` for one that was not computed. */
export function timeOf({ duration, worker, startedAt, endedAt }: JobView): number | undefined {
  if (duration !== undefined) return duration;
  // Of those that threw or were stopped, nobody tells the duration.
  return worker === undefined || startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt;
}

function taskStatistics(jobs: readonly JobView[]): readonly TaskStatistics[] {
  const groups = new Map<string, JobView[]>();
  for (const job of jobs) {
    if (job.builtIn || job.state === 'skipped') continue;
    const group = groups.get(job.name);
    if (group === undefined) groups.set(job.name, [job]);
    else group.push(job);
  }
  return [...groups].map(([name, group]) => ofTask(name, group)).sort((a, b) => b.total - a.total);
}

function ofTask(name: string, jobs: readonly JobView[]): TaskStatistics {
  const times = jobs
    .map(timeOf)
    .filter((time) => time !== undefined)
    .sort((a, b) => a - b);
  const count = (wanted: JobView['state']): number => jobs.filter(({ state }) => state === wanted).length;
  const total = times.reduce((sum, time) => sum + time, 0);
  return {
    name,
    computed: count('done') + count('expanded'),
    retrieved: count('retrieved'),
    attached: count('attached'),
    failed: count('failed'),
    total,
    mean: times.length === 0 ? 0 : total / times.length,
    p95: times[Math.max(0, Math.ceil(times.length * 0.95) - 1)] ?? 0,
    max: times.at(-1) ?? 0,
  };
}

function workerStatistics({ jobs, workers }: RunSnapshot, wall: number): readonly WorkerStatistics[] {
  const spans = new Map<string, [start: number, end: number][]>(workers.map((name) => [name, []]));
  for (const { worker, startedAt, endedAt } of jobs)
    if (worker !== undefined && startedAt !== undefined && endedAt !== undefined)
      spans.get(worker)?.push([startedAt, endedAt]);
  return [...spans].map(([name, times]) => {
    const busy = covered(times);
    return { name, jobs: times.length, busy, utilisation: wall > 0 ? Math.min(1, busy / wall) : 0 };
  });
}

/** How much time spans cover together: a worker may compute several asynchronous jobs at once. */
function covered(spans: [start: number, end: number][]): number {
  spans.sort(([a], [b]) => a - b);
  let [sum, until] = [0, -Infinity];
  for (const [start, end] of spans) {
    sum += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return sum;
}
