import type { RecordedJob } from '../../core/recorded-job.ts';
import { callText, duration, moment, outcomeText, SHORT_KEY, statusStyle } from './format.ts';
import { printTable, type Cell, type Column } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'STATUS' },
  { title: 'KEY' },
  { title: 'CALL', flexible: true },
  { title: 'TOOK', align: 'right' },
  { title: 'WHEN' },
  { title: 'WHERE' },
  { title: 'SESSION' },
];

/** Writes jobs as a table. */
export function printJobs(jobs: readonly RecordedJob[]): void {
  printTable(COLUMNS, jobs.map(row));
}

function row(job: RecordedJob): readonly Cell[] {
  return [
    { text: job.status, style: statusStyle(job.status) },
    job.key?.slice(0, SHORT_KEY) ?? '',
    `${callText(job)} ${outcomeText(job)}`.trimEnd(),
    duration(job.duration),
    moment(job.time),
    job.worker ?? '',
    { text: job.session.split('-').at(-1) ?? '', style: 'dim' },
  ];
}
