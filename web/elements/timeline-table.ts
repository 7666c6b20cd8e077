/** What a timeline shows, as tables. */
import type { JobView } from '../../core/job-views.ts';
import { html } from './dom.ts';
import { durationText } from './numbers.ts';
import { laneSummaries, type Lane } from './timeline-lanes.ts';

/** At most this many jobs are listed, the last ones. */
const MAX_ROWS = 200;

/** The workers, and the jobs in the order in which they became part of the run. @param from when the run began */
export function timelineTables(
  lanes: readonly Lane[],
  jobs: readonly JobView[],
  from: number,
  to: number,
): readonly HTMLTableElement[] {
  const workers = laneSummaries(lanes, jobs).map(({ worker, jobs: count, busy }) => [
    worker,
    count.toLocaleString('en'),
    durationText(busy),
    `${Math.round((100 * busy) / Math.max(1, to - from))} %`,
  ]);
  const began = jobs.filter(({ startedAt, worker }) => startedAt !== undefined && worker !== undefined);
  const last = began
    .slice(-MAX_ROWS)
    .map(({ name, worker = '', startedAt = from, duration, state }) => [
      name,
      worker,
      durationText(Math.max(0, startedAt - from)),
      duration === undefined ? '' : durationText(duration),
      state,
    ]);
  const about = began.length > MAX_ROWS ? `Jobs, the last ${MAX_ROWS} of ${began.length.toLocaleString('en')}` : 'Jobs';
  return [
    table('Workers', ['Worker', 'Jobs', 'Busy', 'Of the run'], workers),
    table(about, ['Task', 'Worker', 'Began after', 'Took', 'State'], last),
  ];
}

function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): HTMLTableElement {
  return html(
    'table',
    {},
    html('caption', {}, caption),
    html('thead', {}, html('tr', {}, ...heads.map((head) => html('th', { scope: 'col' }, head)))),
    html('tbody', {}, ...rows.map((row) => html('tr', {}, ...row.map((cell) => html('td', {}, cell))))),
  );
}
