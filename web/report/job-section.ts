/** The jobs: which took longest, and where a certain one is. */
import type { JobView } from '../../core/job-views.ts';
import { timeOf } from '../../core/report/task-statistics.ts';
import { element, type Content } from './element.ts';
import { bytes, counted, time } from './format.ts';
import { argumentsText } from './job-text.ts';
import type { ShownRun } from './read-runs.ts';
import { section } from './section.ts';
import { stateBadge } from './state-names.ts';
import { VirtualTable, type TableColumn } from './virtual-table.ts';

/** The part of a page on jobs. */
export interface JobSection {
  readonly part: HTMLElement;
  readonly table: VirtualTable<JobView>;
}

/**
 * Makes that part.
 * @param open - shows one job
 */
export function jobSection(shown: ShownRun, open: (job: number) => void): JobSection {
  const all = shown.snapshot.jobs.filter(({ builtIn, name }) => !builtIn && name !== '');
  const caption = 'Jobs, with what became of them and how long they took';
  const table = new VirtualTable({ caption, columns: columns(shown, open), rows: all, sortBy: 'Time' });
  const found = element('output', {}, counted(all.length, 'job'));
  const text = element('input', { type: 'search', placeholder: 'name, argument, key', autocomplete: 'off' });
  const state = stateChoice(all);
  const search = (): void => {
    const rows = matching(all, text.value, state.value, shown);
    table.setRows(rows);
    found.textContent =
      rows.length === all.length ? counted(all.length, 'job') : `${counted(rows.length, 'job')} found`;
  };
  for (const each of [text, state]) each.addEventListener('input', search);
  const controls = element(
    'div',
    { class: 'controls' },
    element('label', {}, 'Search ', text),
    element('label', {}, 'State ', state),
    found,
  );
  return { part: section('jobs', 'Slowest jobs', undefined, controls, table.element), table };
}

function stateChoice(jobs: readonly JobView[]): HTMLSelectElement {
  const states = [...new Set(jobs.map((job) => job.state))].sort();
  const all = element('option', { value: '' }, 'all');
  return element('select', {}, all, ...states.map((each) => element('option', { value: each }, each)));
}

function matching(jobs: readonly JobView[], text: string, state: string, { snapshot }: ShownRun): readonly JobView[] {
  const wanted = text.trim().toLowerCase();
  return jobs.filter(
    (job) =>
      (state === '' || job.state === state) &&
      (wanted === '' ||
        job.name.toLowerCase().includes(wanted) ||
        job.key?.startsWith(wanted) === true ||
        // A longer one than stands here.
        (job.key !== undefined && wanted.startsWith(job.key)) ||
        argumentsText(job, snapshot).toLowerCase().includes(wanted)),
  );
}

function columns({ run, snapshot }: ShownRun, open: (job: number) => void): readonly TableColumn<JobView>[] {
  const { argumentBytes, resultBytes } = run.jobs;
  const { startedAt: begin = 0 } = snapshot;
  const size = (title: string, about: string, sizes: readonly (number | null)[]): TableColumn<JobView> => {
    const value = ({ job }: JobView): number | undefined => sizes[job] ?? undefined;
    return { title, about, value, isNumber: true, show: (job) => bytes(value(job)) };
  };
  const after = ({ startedAt, endedAt }: JobView): number | undefined => {
    const at = startedAt ?? endedAt;
    return at === undefined ? undefined : at - begin;
  };
  return [
    { title: 'Job', value: ({ job }) => job, show: (job) => opener(job, open), isNumber: true },
    { title: 'Task', value: ({ name }) => name, class: 'name' },
    { title: 'Arguments', value: (job) => argumentsText(job, snapshot), class: 'text' },
    { title: 'State', value: ({ state }) => state, show: ({ state }) => stateBadge(state) },
    { title: 'Time', value: timeOf, show: (job) => time(timeOf(job)), isNumber: true },
    {
      title: 'After',
      about: 'how long after the run it began',
      value: after,
      show: (job) => time(after(job)),
      isNumber: true,
    },
    { title: 'Worker', value: ({ worker }) => worker },
    { title: 'Result', value: ({ value }) => value, class: 'text' },
    size('In', 'the size of its arguments, about', argumentBytes),
    size('Out', 'the size of its result, about', resultBytes),
  ];
}

function opener({ job, name }: JobView, open: (job: number) => void): Content {
  const label = `Job ${job}: ${name}`;
  return element('button', { type: 'button', class: 'link', 'aria-label': label, click: () => open(job) }, job);
}
