/** How far the jobs of a box are. */
import type { JobState } from '../job-views.ts';
import type { DrawnJob } from './drawable.ts';
import { countText } from './labels.ts';
import type { SceneBox } from './scene.ts';

/** All states, from the most to the least interesting: a box for many shows the first one that one of its jobs is in. */
export const STATES: readonly JobState[] = [
  'failed',
  'retrying',
  'running',
  'aborted',
  'waiting',
  'done',
  'expanded',
  'retrieved',
  'attached',
  'skipped',
];

/** The order in which a bar shows them: what is finished first. */
export const BAR_ORDER: readonly JobState[] = [
  'done',
  'expanded',
  'retrieved',
  'attached',
  'skipped',
  'failed',
  'aborted',
  'retrying',
  'running',
  'waiting',
];

/** How many jobs are in each state, by the place of the state in `STATES`. */
export type StateCounts = number[];

/** Counts the states of a box's jobs; nothing for jobs that have not run. */
export function countsOf({ jobs }: Pick<SceneBox, 'jobs'>, views: readonly DrawnJob[]): StateCounts {
  const counts: StateCounts = STATES.map(() => 0);
  for (const job of jobs) addState(counts, views[job]?.state, 1);
  return counts;
}

/** Counts one job more, or less, in a state. */
export function addState(counts: StateCounts, state: JobState | undefined, by: number): void {
  const index = state === undefined ? -1 : STATES.indexOf(state);
  if (index >= 0) counts[index] = (counts[index] ?? 0) + by;
}

/** How many are in a state. */
export function countOf(counts: readonly number[], state: JobState): number {
  return counts[STATES.indexOf(state)] ?? 0;
}

/** The state of a box: that of its one job, or the most interesting of many. */
export function stateOf(counts: readonly number[]): JobState | undefined {
  return STATES[counts.findIndex((count) => count > 0)];
}

/** Says what became of many jobs: `312 done · 4 running`. */
export function countsText(counts: readonly number[]): string {
  const shown = BAR_ORDER.filter((state) => countOf(counts, state) > 0);
  return shown
    .map((state) => (state === 'waiting' && shown.length > 1 ? '' : `${countText(countOf(counts, state))} ${state}`))
    .filter((text) => text !== '')
    .join(' · ');
}
