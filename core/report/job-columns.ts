/** Jobs as columns, and columns as jobs. */
import type { ErrorView } from '../error-view.ts';
import type { JobInput, JobState, JobView, PartView } from '../job-views.ts';
import type { RunSnapshot } from '../run-store.ts';
import type { JobColumns, ReportedPart, ReportedRun, ReportedTask } from './report-data.ts';
import type { JobSizes } from './value-size.ts';

/** How many errors are kept whole. */
const MAX_WHOLE_ERRORS = 1000;

/** What of a run stands in columns, or is numbered for them. */
export type ColumnedJobs = Pick<ReportedRun, 'tasks' | 'states' | 'parts' | 'workers' | 'jobs' | 'errors'>;

/**
 * The jobs of a snapshot as columns.
 * @param startedAt - when the run began
 * @param sizes - what is known of the sizes of values
 */
export function toColumns({ jobs, parts, workers }: RunSnapshot, startedAt: number, sizes: JobSizes): ColumnedJobs {
  const tasks = new Numbers<ReportedTask>();
  const states = new Numbers<JobState>();
  const workerNumbers = new Numbers<string>(workers);
  const since = (time: number | undefined): number | null => (time === undefined ? null : rounded(time - startedAt));
  const columns: JobColumns = {
    task: jobs.map(({ name, builtIn }) => tasks.of(`${builtIn ? 1 : 0}${name}`, { name, builtIn })),
    state: jobs.map(({ state }) => states.of(state, state)),
    part: jobs.map(({ part }) => part),
    worker: jobs.map(({ worker }) => (worker === undefined ? -1 : workerNumbers.of(worker, worker))),
    into: jobs.map(({ into = -1 }) => into),
    attempts: jobs.map(({ attempts }) => attempts),
    scheduled: jobs.map(({ scheduledAt }) => since(scheduledAt)),
    started: jobs.map((job) => since(job.startedAt)),
    ended: jobs.map(({ endedAt }) => since(endedAt)),
    duration: jobs.map(({ duration }) => (duration === undefined ? null : rounded(duration))),
    key: jobs.map(({ key = null }) => key),
    args: jobs.map(({ args }) => args.map((arg = null as never) => arg)),
    value: jobs.map(({ value = null }) => value),
    inputs: jobs.map(({ inputs }) => inputs.flatMap(({ job, argument }) => [job, argument])),
    argumentBytes: jobs.map(({ job }) => sizes.argumentBytes[job] ?? null),
    resultBytes: jobs.map(({ job }) => sizes.resultBytes[job] ?? null),
  };
  return {
    tasks: tasks.items,
    states: states.items,
    workers: workerNumbers.items,
    parts: parts.map(toRanges),
    jobs: columns,
    errors: errorsOf(jobs),
  };
}

/** To a microsecond. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

/** Gives things numbers, in the order in which they are first met. */
class Numbers<T> {
  readonly items: T[];
  readonly #numbers: Map<string, number>;

  constructor(items: readonly (T & string)[] = []) {
    this.items = [...items];
    this.#numbers = new Map(items.map((item, index) => [item, index]));
  }

  of(name: string, item: T): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.items.push(item) - 1;
    this.#numbers.set(name, number);
    return number;
  }
}

function toRanges({ root, parent = -1, jobs }: PartView): ReportedPart {
  const ranges: [number, number][] = [];
  for (const job of jobs) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === job - 1) last[1] = job;
    else ranges.push([job, job]);
  }
  return { root, parent, jobs: ranges };
}

function fromRanges({ root, parent, jobs }: ReportedPart): PartView {
  const numbers: number[] = [];
  for (const [first, last] of jobs) for (let job = first; job <= last; job++) numbers.push(job);
  return { root, parent: parent < 0 ? undefined : parent, jobs: numbers };
}

function errorsOf(jobs: readonly JobView[]): ColumnedJobs['errors'] {
  const errors: [number, ErrorView][] = [];
  for (const { job, error } of jobs) {
    if (error === undefined) continue;
    const whole = errors.length < MAX_WHOLE_ERRORS;
    errors.push([job, whole ? error : { ...error, stack: undefined, cause: undefined, errors: [] }]);
  }
  return errors;
}

/** What a store would show of a run that is in a report. */
export function reportSnapshot(run: ReportedRun): RunSnapshot {
  return Object.freeze({
    version: 1,
    status: run.status,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    summary: run.summary,
    jobs: fromColumns(run),
    parts: run.parts.map(fromRanges),
    workers: run.workers,
    log: run.log.map(({ job, name, ...line }) => ({ ...line, job, name })),
    error: run.error,
  });
}

function fromColumns({ startedAt, tasks, states, workers, jobs, errors }: ReportedRun): readonly JobView[] {
  const errorOf = new Map(errors);
  const at = (time: number | null = null): number | undefined => (time === null ? undefined : startedAt + time);
  return jobs.task.map((task, job) => {
    const into = jobs.into[job] ?? -1;
    const { name, builtIn } = tasks[task] ?? { name: '', builtIn: true };
    return {
      job,
      name,
      builtIn,
      key: jobs.key[job] ?? undefined,
      inputs: toInputs(jobs.inputs[job] ?? []),
      args: (jobs.args[job] ?? []).map((arg) => arg ?? undefined),
      part: jobs.part[job] ?? -1,
      state: states[jobs.state[job] ?? -1] ?? 'skipped',
      worker: workers[jobs.worker[job] ?? -1],
      scheduledAt: at(jobs.scheduled[job]),
      startedAt: at(jobs.started[job]),
      endedAt: at(jobs.ended[job]),
      duration: jobs.duration[job] ?? undefined,
      attempts: jobs.attempts[job] ?? 0,
      into: into < 0 ? undefined : into,
      value: jobs.value[job] ?? undefined,
      error: errorOf.get(job),
    };
  });
}

function toInputs(numbers: readonly number[]): readonly JobInput[] {
  const inputs: JobInput[] = [];
  for (let index = 0; index < numbers.length; index += 2)
    inputs.push({ job: numbers[index] ?? -1, argument: numbers[index + 1] ?? -1 });
  return inputs;
}
