/** What tasks wrote to the console, and warnings. */
import type { LogLine } from '../../core/log-line.ts';
import { element } from './element.ts';
import { time } from './format.ts';
import type { ShownRun } from './read-runs.ts';
import { section } from './section.ts';
import { VirtualTable } from './virtual-table.ts';

/** The part of a page on the log; none where nothing was written. */
export function logSection({ snapshot }: ShownRun): { part: HTMLElement; table: VirtualTable<LogLine> } | undefined {
  const { log, startedAt: begin = 0 } = snapshot;
  if (log.length === 0) return undefined;
  const table = new VirtualTable<LogLine>({
    caption: 'What tasks wrote to the console, and warnings',
    columns: [
      {
        title: 'After',
        value: (line) => line.time,
        show: (line) => time(Math.max(0, line.time - begin)),
        isNumber: true,
      },
      {
        title: 'Level',
        value: ({ level }) => level,
        show: ({ level }) => element('span', { class: `level ${level}` }, level),
      },
      { title: 'Task', value: ({ name }) => name, class: 'name' },
      { title: 'Text', value: ({ text }) => text, class: 'text' },
    ],
    rows: log,
    sortBy: 'After',
    isDescending: false,
  });
  return { part: section('log', 'Log', undefined, table.element), table };
}
