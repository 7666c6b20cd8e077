/** The tasks: which took longest. */
import type { TaskStatistics } from '../../core/report/task-statistics.ts';
import { count, time } from './format.ts';
import type { ShownRun } from './read-runs.ts';
import { section } from './section.ts';
import { VirtualTable, type TableColumn } from './virtual-table.ts';

const COLUMNS: readonly TableColumn<TaskStatistics>[] = [
  { title: 'Task', value: ({ name }) => name, class: 'name' },
  counts('Computed', 'how many calls were computed', ({ computed }) => computed),
  counts('Retrieved', 'how many results were found in the cache', ({ retrieved }) => retrieved),
  counts('Attached', 'how many calls shared the result of an equal one', ({ attached }) => attached),
  counts('Failed', 'how many calls threw an error', ({ failed }) => failed),
  times('Total', 'how long all calls took together', ({ total }) => total),
  times('Mean', 'how long a call took on average', ({ mean }) => mean),
  times('p95', '95 of 100 calls took at most so long', ({ p95 }) => p95),
  times('Max', 'how long the slowest call took', ({ max }) => max),
];

type Figure = (task: TaskStatistics) => number;

function counts(title: string, about: string, value: Figure): TableColumn<TaskStatistics> {
  return { title, about, value, isNumber: true, show: (task) => count(value(task)) };
}

function times(title: string, about: string, value: Figure): TableColumn<TaskStatistics> {
  return { title, about, value, isNumber: true, show: (task) => (task.computed === 0 ? '' : time(value(task))) };
}

/** The part of a page on tasks. */
export function taskSection({ statistics }: ShownRun): {
  readonly part: HTMLElement;
  readonly table: VirtualTable<TaskStatistics>;
} {
  const caption = 'Tasks, with the number of their calls and how long these took';
  const table = new VirtualTable({ caption, columns: COLUMNS, rows: statistics.tasks, sortBy: 'Total' });
  return { part: section('tasks', 'Slowest tasks', undefined, table.element), table };
}
