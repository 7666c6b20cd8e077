/** How many pilots there should be. A pure function of what there is, after Parsl's strategy. */

/** What users ask for. */
export interface PilotBounds {
  /** So many stay, from the first job on. */
  readonly min: number;
  /** There are never more, those that wait in a queue and those that are about to end included. */
  readonly max: number;
  /** How many of the jobs should have a slot, from 0 (one pilot has to do) to 1 (a slot for each). */
  readonly parallelism: number;
}

/** What there is. */
export interface PilotCounts {
  /** Jobs, waiting and under way. */
  readonly jobs: number;
  /** Jobs that a pilot runs at the same time. */
  readonly slots: number;
  /** Pilots that were asked for, and are not there yet. */
  readonly pending: number;
  /** Pilots that are there and take jobs. */
  readonly running: number;
  /** Pilots that take no more jobs, and have not ended. */
  readonly leaving: number;
  /** How many of those that are pending were not needed for a while, */
  readonly unneeded: number;
  /** and how many of those that run had nothing to do for a while. */
  readonly idle: number;
}

/** What has to happen. */
export interface PilotPlan {
  /** How many pilots there should be. */
  readonly wanted: number;
  /** So many are asked for, */
  readonly submit: number;
  /** so many that are pending are taken back, */
  readonly cancel: number;
  /** and so many that are idle end. */
  readonly retire: number;
}

/** `clamp(ceil(jobs * parallelism / slots), min, max)`; with a job to do, there is at least one. */
export function planPilots({ min, max, parallelism }: PilotBounds, counts: PilotCounts): PilotPlan {
  const { jobs, slots, pending, running, leaving, unneeded, idle } = counts;
  const needed = jobs === 0 ? 0 : Math.max(1, Math.ceil((jobs * parallelism) / slots));
  const wanted = Math.min(max, Math.max(min, needed));
  const there = pending + running;
  const cancel = Math.min(unneeded, Math.max(0, there - wanted));
  const retire = Math.min(idle, Math.max(0, there - cancel - wanted));
  const submit = Math.max(0, Math.min(wanted - there, max - there - leaving));
  return { wanted, submit, cancel, retire };
}
