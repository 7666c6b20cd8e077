/** A report of many jobs: the one of a small run, with its jobs again and again, each with figures and texts of its own. */
import { createHash } from 'node:crypto';
import {
  gather,
  inline,
  memoryCache,
  run,
  schedule,
  type JobColumns,
  type ReportDocument,
  type ReportedRun,
} from 'somen/node';

const text = schedule((k: number) => `value ${Math.sin(k)} of ${k}`, { name: 'large/text' });
const length = schedule((value: string, k: number) => value.length + k / 7, { name: 'large/length' });
/** Of the small run: the jobs that are repeated stand first. */
const PAIR = 2;

/** A report of a run of at least so many jobs, all of which have a key, arguments, a result, and times. */
export async function largeReport(jobs: number): Promise<ReportDocument> {
  let small: ReportDocument | undefined;
  await run(gather(length(text(0), 0)), {
    executor: inline(),
    cache: memoryCache(),
    history: false,
    display: false,
    report: (report) => {
      small = report.toJSON();
    },
  });
  const [only] = small?.runs ?? [];
  if (small === undefined || only === undefined) throw new Error('Cannot enlarge a report: there is none');
  return { ...small, runs: [enlarged(only, jobs / PAIR)] };
}

function enlarged(small: ReportedRun, times: number): ReportedRun {
  const column = <T>(name: keyof JobColumns, itemOf: (item: T, k: number, row: number) => T): T[] =>
    Array.from({ length: PAIR * times }, (_, job) =>
      itemOf(small.jobs[name][job % PAIR] as T, Math.floor(job / PAIR), job % PAIR),
    );
  const same = <T>(item: T): T => item;
  // The last pair begins first.
  const moments = (shift: number) => (_: number, k: number, row: number) =>
    Math.round((PAIR * (times - 1 - k) + row + shift + Math.random() / 100) * 1000) / 1000;
  const jobs: JobColumns = {
    task: column<number>('task', same),
    state: column<number>('state', same),
    part: column<number>('part', same),
    worker: column<number>('worker', same),
    into: column<number>('into', same),
    attempts: column<number>('attempts', same),
    scheduled: column<number>('scheduled', (_, k) => Math.round(k * 1000 * Math.random()) / 1e6),
    started: column<number>('started', moments(0)),
    ended: column<number>('ended', moments(0.9)),
    duration: column<number>('duration', () => Math.round(Math.random() * 1000) / 1000),
    key: column<string>('key', (_, k, row) => createHash('sha256').update(`${k} ${row}`).digest('hex')),
    args: column<(string | null)[]>('args', (_, k, row) => (row === 0 ? [`${k}`] : [null, `${k}`])),
    value: column<string>('value', (_, k, row) => (row === 0 ? `'value ${Math.sin(k)} of ${k}'` : `${20 + k / 7}`)),
    inputs: column<number[]>('inputs', (_, k, row) => (row === 0 ? [] : [PAIR * k, 0])),
    argumentBytes: column<number>('argumentBytes', same),
    resultBytes: column<number>('resultBytes', same),
  };
  const count = PAIR * times;
  const part = { root: count - 1, parent: -1, jobs: [[0, count - 1]] } as const;
  const summary = { ...small.summary, scheduled: count, ran: count };
  return { ...small, summary, jobs, parts: [part], endedAt: small.startedAt + count };
}
