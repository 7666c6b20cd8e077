/** The jobs of a run by worker, in the order in which they began. */
import type { JobView } from '../../core/job-views.ts';
import type { RunSnapshot } from '../../core/run-store.ts';
import { eachChanged } from './changed-jobs.ts';

/** What one worker computed. */
export interface Lane {
  readonly worker: string;
  /** Numbers of jobs. */
  readonly jobs: number[];
}

/** Lanes that are kept up to date with what has changed. */
export class TimelineLanes {
  readonly lanes: Lane[] = [];
  readonly #byWorker = new Map<string, Lane>();
  #jobs: readonly JobView[] = [];
  /** When the last job that is known began or ended. */
  latest: number = -Infinity;

  /** @returns whether anything has changed */
  update({ jobs }: Pick<RunSnapshot, 'jobs'>): boolean {
    const before = this.#jobs;
    this.#jobs = jobs;
    let changed = false;
    // Of a run that is over already, all jobs come at once, by their numbers; and when a job is done, it is known better when
    // it began.
    const unordered = new Set<Lane>();
    eachChanged(before, jobs, ({ job, worker, startedAt, endedAt }, old) => {
      if (startedAt === undefined || worker === undefined) return;
      changed = true;
      this.latest = Math.max(this.latest, endedAt ?? startedAt);
      const lane = this.#laneOf(worker);
      if (old?.startedAt !== startedAt) unordered.add(lane);
      if (old?.worker === worker) return;
      if (old?.worker !== undefined) this.#leave(old.worker, job);
      lane.jobs.push(job);
    });
    for (const lane of unordered) this.#order(lane);
    return changed;
  }

  #order({ jobs }: Lane): void {
    const startOf = (job: number): number => this.#jobs[job]?.startedAt ?? 0;
    if (jobs.some((job, index) => index > 0 && startOf(job) < startOf(jobs[index - 1] ?? job)))
      jobs.sort((a, b) => startOf(a) - startOf(b));
  }

  /** The job that runs on a lane at a time, give or take some milliseconds. */
  jobAt(lane: Lane | undefined, time: number, slack: number): JobView | undefined {
    let nearest: JobView | undefined;
    let least = slack;
    for (const job of lane?.jobs ?? []) {
      const view = this.#jobs[job];
      if (view?.startedAt === undefined) continue;
      const end = view.endedAt ?? Infinity;
      const distance = time < view.startedAt ? view.startedAt - time : time > end ? time - end : 0;
      if (distance <= least) [nearest, least] = [view, distance];
      if (distance === 0) break;
    }
    return nearest;
  }

  #laneOf(worker: string): Lane {
    let lane = this.#byWorker.get(worker);
    if (lane === undefined) {
      lane = { worker, jobs: [] };
      this.#byWorker.set(worker, lane);
      this.lanes.push(lane);
    }
    return lane;
  }

  /** A job of a worker that was lost runs on another one. */
  #leave(worker: string, job: number): void {
    const jobs = this.#byWorker.get(worker)?.jobs;
    const place = jobs?.lastIndexOf(job) ?? -1;
    if (place >= 0) jobs?.splice(place, 1);
  }
}

/** What a worker did, for tables. */
export interface LaneSummary {
  readonly worker: string;
  readonly jobs: number;
  /** For how long at least one job was under way, in milliseconds. */
  readonly busy: number;
}

/** What each worker did. */
export function laneSummaries(lanes: readonly Lane[], views: readonly JobView[]): readonly LaneSummary[] {
  return lanes.map(({ worker, jobs }) => ({ worker, jobs: jobs.length, busy: busyTime(jobs, views) }));
}

/** Tasks that wait for something overlap. */
function busyTime(jobs: readonly number[], views: readonly JobView[]): number {
  const spans = jobs.flatMap((job) => {
    const { startedAt, endedAt } = views[job] ?? {};
    return startedAt === undefined || endedAt === undefined ? [] : [{ startedAt, endedAt }];
  });
  spans.sort((a, b) => a.startedAt - b.startedAt);
  let busy = 0;
  let until = -Infinity;
  for (const { startedAt, endedAt } of spans) {
    if (endedAt <= until) continue;
    busy += endedAt - Math.max(startedAt, until);
    until = endedAt;
  }
  return busy;
}
