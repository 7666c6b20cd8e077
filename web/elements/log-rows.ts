/** The lines of a run's log: what became of its jobs, and what tasks wrote. */
import type { JobState, JobView } from '../../core/job-views.ts';
import type { LogLine } from '../../core/log-line.ts';
import type { RunSnapshot } from '../../core/run-store.ts';
import { eachChanged } from './changed-jobs.ts';
import { durationText } from './numbers.ts';

/** Which lines are shown. */
export type LogKind = 'all' | 'jobs' | 'failures' | 'console';

/** A line. */
export interface LogRow {
  /** When, in milliseconds since 1970. */
  readonly time: number;
  /** Whose line it is. */
  readonly job: number | undefined;
  /** The job's state; `undefined` for what was written to the console. */
  readonly state: JobState | undefined;
  /** Of what was written. */
  readonly level: LogLine['level'] | undefined;
  readonly text: string;
}

const SHOWN: ReadonlySet<JobState> = new Set<JobState>([
  'done',
  'expanded',
  'retrieved',
  'attached',
  'failed',
  'aborted',
]);

/** Lines that are added as a run goes on, and those of them that are wanted. */
export class LogRows {
  readonly rows: LogRow[] = [];
  /** Places in `rows`. */
  wanted: number[] = [];
  #kind: LogKind = 'all';
  #text = '';
  #jobs: readonly JobView[] = [];
  #lastLine: LogLine | undefined;

  /** Adds what is new in a snapshot. @returns whether there was any */
  update({ jobs, log }: RunSnapshot): boolean {
    const before = this.#jobs;
    this.#jobs = jobs;
    const fresh: LogRow[] = [];
    eachChanged(before, jobs, (view, old) => {
      if (!view.builtIn && SHOWN.has(view.state) && old?.state !== view.state) fresh.push(rowOf(view));
    });
    const known = this.#lastLine === undefined ? -1 : log.lastIndexOf(this.#lastLine);
    for (const line of log.slice(known + 1)) fresh.push(rowOfLine(line));
    this.#lastLine = log.at(-1);
    if (fresh.length === 0) return false;
    fresh.sort((a, b) => a.time - b.time);
    for (const row of fresh) {
      const place = this.rows.push(row) - 1;
      if (this.#isWanted(row)) this.wanted.push(place);
    }
    return true;
  }

  /** Chooses which lines are wanted. */
  filter(kind: LogKind, text: string): void {
    this.#kind = kind;
    this.#text = text.trim().toLowerCase();
    this.wanted = [...this.rows.keys()].filter((place) => {
      const row = this.rows[place];
      return row !== undefined && this.#isWanted(row);
    });
  }

  #isWanted({ state, level, text }: LogRow): boolean {
    if (this.#text !== '' && !text.toLowerCase().includes(this.#text)) return false;
    switch (this.#kind) {
      case 'all':
        return true;
      case 'jobs':
        return state !== undefined;
      case 'failures':
        return state === 'failed' || level === 'error' || level === 'warning';
      case 'console':
        return level !== undefined;
    }
  }
}

function rowOf(view: JobView): LogRow {
  const { job, name, state, args, value, duration, error, endedAt, startedAt, scheduledAt } = view;
  const call = `${name}(${args.map((arg) => arg ?? '_').join(', ')})`;
  const took = duration === undefined ? '' : ` in ${durationText(duration)}`;
  const end = error === undefined ? (value === undefined ? '' : ` = ${value}`) : `: ${error.name}: ${error.message}`;
  const text = `${call}${end}${state === 'done' ? took : ''}`;
  return { time: endedAt ?? startedAt ?? scheduledAt ?? 0, job, state, level: undefined, text };
}

function rowOfLine({ time, job, name, level, text }: LogLine): LogRow {
  return { time, job, state: undefined, level, text: name === undefined ? text : `${name}: ${text}` };
}
