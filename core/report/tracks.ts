/** When jobs were computed, laid out so that what is on one track does not overlap. */
import type { JobView } from '../job-views.ts';

/** A time during which a job was computed, in milliseconds since 1970. */
export interface JobSpan {
  readonly job: JobView;
  /** An index of {@link Tracks.names}. */
  readonly track: number;
  readonly start: number;
  readonly end: number;
}

/** A track: a worker, or one of several of it, since it computes asynchronous jobs at the same time. */
export interface TrackName {
  readonly worker: string;
  /** From 0. */
  readonly lane: number;
}

/** The computations of a run, by their beginnings, each on the first track of its worker that is free. */
export class Tracks {
  readonly names: TrackName[] = [];
  readonly spans: readonly JobSpan[];
  /** The tracks of each worker. */
  readonly #lanes = new Map<string, number[]>();
  /** Until when each track is taken. */
  readonly #takenUntil: number[] = [];

  constructor(jobs: readonly JobView[]) {
    const computed = jobs.flatMap((job) => {
      const { worker, startedAt: start, endedAt: end } = job;
      return worker === undefined || start === undefined || end === undefined ? [] : [{ job, worker, start, end }];
    });
    computed.sort((a, b) => a.start - b.start || b.end - a.end || a.job.job - b.job.job);
    this.spans = computed.map(({ job, worker, start, end }) => ({
      job,
      track: this.#take(worker, start, end),
      start,
      end,
    }));
  }

  #take(worker: string, start: number, end: number): number {
    const lanes = this.#lanes.get(worker) ?? [];
    this.#lanes.set(worker, lanes);
    let track = lanes.find((each) => (this.#takenUntil[each] ?? 0) <= start);
    if (track === undefined) {
      track = this.names.push({ worker, lane: lanes.length }) - 1;
      lanes.push(track);
    }
    this.#takenUntil[track] = end;
    return track;
  }
}
