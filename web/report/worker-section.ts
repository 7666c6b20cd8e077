/** How busy the workers were. */
import { loadSamples, type LoadSample } from '../../core/report/load-samples.ts';
import { drawing, element } from './element.ts';
import { count, counted, percent, time } from './format.ts';
import type { ShownRun } from './read-runs.ts';
import { section } from './section.ts';

/** How many points the drawing has: as many as can be told apart. */
const MAX_SAMPLES = 600;
const WIDTH = 1000;
const HEIGHT = 90;

/** The part of a page on workers; none where nothing was computed. */
export function workerSection(shown: ShownRun): HTMLElement | undefined {
  const { workers } = shown.statistics;
  if (workers.length === 0) return undefined;
  const about = 'A worker is busy while it computes at least one job.';
  return section('workers', 'Workers', about, loadChart(shown), workerBars(shown));
}

function workerBars({ statistics }: ShownRun): HTMLElement {
  const rows = statistics.workers.map(({ name, jobs, busy, utilisation }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      element('td', { class: 'number' }, count(jobs)),
      element('td', { class: 'number' }, time(busy)),
      element('td', { class: 'number' }, percent(utilisation)),
      element(
        'td',
        { class: 'meter', 'aria-hidden': 'true' },
        element('span', { style: `inline-size: ${(100 * utilisation).toFixed(1)}%` }),
      ),
    ),
  );
  const titles = ['Worker', 'Jobs', 'Busy', 'Utilisation'].map((title, index) =>
    element('th', { scope: 'col', class: index > 0 && 'number' }, title),
  );
  return element(
    'table',
    { class: 'bars' },
    element('caption', { class: 'unseen' }, 'How busy each worker was'),
    element('thead', {}, element('tr', {}, ...titles, element('td'))),
    element('tbody', {}, ...rows),
  );
}

/** How many jobs ran over time. */
function loadChart({ snapshot, statistics: { wall } }: ShownRun): HTMLElement | undefined {
  const samples = loadSamples(snapshot, MAX_SAMPLES);
  // Averages may be below 1.
  const most = Math.ceil(Math.max(...samples.map(({ running }) => running)));
  const { startedAt = 0 } = snapshot;
  if (!(most > 0) || wall === 0) return undefined;
  const label = `At most ${counted(most, 'job')} ran at the same time`;
  const shape = outline(samples, startedAt, wall, most);
  const chart = drawing(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
    drawing('path', { d: shape }),
  );
  return element(
    'figure',
    { class: 'load' },
    element('figcaption', {}, 'Jobs running at the same time'),
    element('div', { class: 'most' }, count(most)),
    chart,
    element('div', { class: 'ends' }, element('span', {}, '0'), element('span', {}, time(wall))),
  );
}

function outline(samples: readonly LoadSample[], startedAt: number, wall: number, most: number): string {
  const points = samples.map(({ time: at, running }) => {
    const x = Math.min(WIDTH, (WIDTH * (at - startedAt)) / wall).toFixed(1);
    return `H${x}V${(HEIGHT - (HEIGHT * running) / most).toFixed(1)}`;
  });
  return `M0 ${HEIGHT}${points.join('')}H${WIDTH}V${HEIGHT}Z`;
}
