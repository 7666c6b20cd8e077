import type { JobView } from '../../core/job-views.ts';

/**
 * Calls back for each job whose view is not the one that was known before: views are replaced when something changes. It is
 * called in each frame, for as many jobs as a run has: an iterator would take several times as long.
 */
export function eachChanged(
  before: readonly JobView[],
  now: readonly JobView[],
  changed: (view: JobView, old: JobView | undefined) => void,
): void {
  for (let job = 0; job < now.length; job++) {
    const view = now[job];
    const old = before[job];
    if (view !== undefined && view !== old) changed(view, old);
  }
}
