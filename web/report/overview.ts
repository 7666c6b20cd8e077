/** What happened, at a glance. */
import type { JobState } from '../../core/job-views.ts';
import { element, type Content } from './element.ts';
import { bytes, count, counted, factor, percent, time } from './format.ts';
import { errorText } from './job-text.ts';
import type { ShownRun } from './read-runs.ts';
import { section } from './section.ts';
import { STATE_MEANINGS, stateBadge } from './state-names.ts';

const ORDER: readonly JobState[] = [
  'done',
  'expanded',
  'retrieved',
  'attached',
  'skipped',
  'failed',
  'aborted',
  'running',
  'retrying',
  'waiting',
];

/** The figures of a run, and what became of its jobs. */
export function overview(shown: ShownRun): HTMLElement {
  const { run, snapshot } = shown;
  const title = { done: 'Done', failed: 'Failed', aborted: 'Aborted', running: 'Not finished', idle: 'Not begun' }[
    run.status
  ];
  const reason =
    run.error === undefined
      ? undefined
      : element('p', { class: 'reason' }, element('span', {}, errorText(run.error)), failureLink(shown));
  return section(
    'overview',
    `${title}: ${counted(snapshot.summary.scheduled, 'job')} in ${time(shown.statistics.wall)}`,
    undefined,
    reason,
    tiles(shown),
    states(shown),
  );
}

function failureLink({ snapshot }: ShownRun): Content {
  return snapshot.jobs.some(({ state }) => state === 'failed')
    ? element('a', { href: '#failures' }, 'what failed')
    : undefined;
}

function tiles({ run, statistics }: ShownRun): HTMLElement {
  const { wall, work, speedUp, workers } = statistics;
  const { summary, bytes: moved } = run;
  const busy = workers.reduce((sum, each) => sum + each.utilisation, 0) / Math.max(1, workers.length);
  const tasks = wall > 0 && work > 0;
  const values = [moved.arguments, moved.results].filter((size) => size !== undefined);
  return element(
    'div',
    { class: 'tiles' },
    tile('Wall time', time(wall), 'from the begin of the run to its end'),
    tile('Time in tasks', time(work), `over ${counted(workers.length, 'worker')}`),
    tile('Speed-up', tasks ? factor(speedUp) : '–', tasks ? `workers busy ${percent(busy)}` : 'nothing was computed'),
    tile('Computed', count(summary.ran), summary.failed > 0 ? `and ${count(summary.failed)} failed` : 'calls of tasks'),
    tile(
      'From the cache',
      count(summary.retrieved),
      `${percent(summary.retrieved / Math.max(1, summary.scheduled))} of the jobs; ${count(summary.attached)} shared a result`,
    ),
    values.length > 0 &&
      tile(
        'Values moved',
        `≈ ${bytes(values.reduce((sum, size) => sum + size, 0))}`,
        `arguments ${bytes(moved.arguments)}, results ${bytes(moved.results)}`,
      ),
    moved.cacheRead !== undefined &&
      tile(
        'Cache traffic',
        bytes(moved.cacheRead + (moved.cacheWritten ?? 0)),
        `read ${bytes(moved.cacheRead)}, written ${bytes(moved.cacheWritten)}`,
      ),
  );
}

function tile(name: string, value: string, about: string): HTMLElement {
  return element(
    'div',
    { class: 'tile' },
    element('p', { class: 'name' }, name),
    element('p', { class: 'value' }, value),
    element('p', { class: 'about' }, about),
  );
}

/** A bar of what became of the jobs, and its legend. */
function states({ snapshot }: ShownRun): HTMLElement {
  const counts = new Map<JobState, number>();
  for (const { state, builtIn } of snapshot.jobs) if (!builtIn) counts.set(state, (counts.get(state) ?? 0) + 1);
  const shown = ORDER.filter((state) => counts.has(state));
  const parts = shown.map((state) =>
    element('span', { class: `part ${state}`, style: `flex-grow: ${counts.get(state) ?? 0}` }),
  );
  const legend = shown.map((state) =>
    element(
      'li',
      {},
      stateBadge(state),
      ` ${count(counts.get(state) ?? 0)} `,
      element('small', {}, STATE_MEANINGS[state]),
    ),
  );
  return element(
    'div',
    { class: 'states' },
    element('div', { class: 'bar', 'aria-hidden': 'true' }, ...parts),
    element('ul', { class: 'legend', 'aria-label': 'What became of the jobs' }, ...legend),
  );
}
