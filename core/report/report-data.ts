/**
 * The format of reports, `somen/report/2`: what is known of runs, as JSON. Jobs stand in columns, since a run may have
 * hundreds of thousands: `jobs.task[7]` and `jobs.state[7]` tell of job 7. `reportSnapshot` makes objects of them again.
 */
import type { ErrorView } from '../error-view.ts';
import type { RunSummary } from '../events.ts';
import type { JobState } from '../job-views.ts';
import type { LogLine } from '../log-line.ts';
import type { RunStatus } from '../run-store.ts';

/** The name of the format. Another number means that readers of this one would misunderstand it. */
export const REPORT_FORMAT = 'somen/report/2';

/** A report: what `toJSON` gives, and what stands in a report's page. */
export interface ReportDocument {
  readonly format: typeof REPORT_FORMAT;
  /** The runs, in the order in which they ended. */
  readonly runs: readonly ReportedRun[];
  /** How many earlier runs of the same file are left out. @default none */
  readonly omitted?: number;
}

/** A run. Times are in milliseconds, moments in milliseconds since 1970. */
export interface ReportedRun {
  readonly status: RunStatus;
  readonly startedAt: number;
  /** Missing where the run was not seen to end. */
  readonly endedAt?: number;
  readonly about: RunSurroundings;
  readonly summary: RunSummary;
  readonly bytes: RunBytes;
  /** The tasks of the jobs. */
  readonly tasks: readonly ReportedTask[];
  /** The states of the jobs. */
  readonly states: readonly JobState[];
  /** The workers, in the order in which they were first seen. */
  readonly workers: readonly string[];
  /** The workflows, in the order in which they became part of the run: first the one that it was given. */
  readonly parts: readonly ReportedPart[];
  readonly jobs: JobColumns;
  /** The errors of jobs, by job number; those after the first 1,000 without their stacks and causes. */
  readonly errors: readonly (readonly [job: number, error: ErrorView])[];
  readonly log: readonly LogLine[];
  /** With which the run rejected. */
  readonly error?: ErrorView;
}

/** Where and how a run was computed. What is not known is missing. */
export interface RunSurroundings {
  /** `Node 20.20.2`, or what the browser says of itself. */
  readonly platform: string;
  /** The script or the page. */
  readonly program?: string;
  /** With which the script was called. */
  readonly arguments?: readonly string[];
  readonly pid?: number;
  readonly host?: string;
  readonly machine?: Machine;
  /** By name: `somen`, `node`, `v8`. */
  readonly versions: Readonly<Record<string, string>>;
  /** The profile that was chosen. */
  readonly profile?: string;
  /** The names of the executor and of the cache. */
  readonly executor?: string;
  readonly cache?: string;
  /** The session in the database of jobs that this was made from. */
  readonly session?: string;
}

/** The machine on which the scheduler ran. */
export interface Machine {
  /** How many threads it runs at once. */
  readonly cores?: number;
  /** In bytes. A browser rounds it, and says at most 8 GiB. */
  readonly memory?: number;
  /** The operating system: `Linux 6.1.0 x64`. */
  readonly system?: string;
  /** The processor's name. */
  readonly processor?: string;
}

/**
 * How much data a run moved, in bytes. What is sent between threads has no size that could be known without encoding it
 * again: arguments and results are estimated (see `sizeOfValues`). What goes through the cache is counted, as it is
 * stored; in a runtime with several runs at once, that is of all of them. Not counted: what workers elsewhere read and
 * store themselves, and messages on their way there.
 */
export interface RunBytes {
  /** In the arguments and results of the jobs that were computed. Missing where values were not seen. */
  readonly arguments?: number;
  readonly results?: number;
  /** Read from the cache and written there. Missing without a cache. */
  readonly cacheRead?: number;
  readonly cacheWritten?: number;
}

/** A task of a run. */
export interface ReportedTask {
  readonly name: string;
  /** Whether it is part of the language (`gather`). */
  readonly builtIn: boolean;
}

/** A workflow that is part of a run; see `PartView`. */
export interface ReportedPart {
  readonly root: number;
  /** The job that returned it; -1 for none. */
  readonly parent: number;
  /** Its jobs, as ranges of numbers: from the first to the last one. */
  readonly jobs: readonly (readonly [first: number, last: number])[];
}

/** What is known of jobs, by their numbers: each column has an item for each job. See `JobView`. */
export interface JobColumns {
  /** Indices of `tasks`, `states`, `parts` and `workers`; -1 for none. */
  readonly task: readonly number[];
  readonly state: readonly number[];
  readonly part: readonly number[];
  readonly worker: readonly number[];
  /** The workflow that it returned: an index of `parts`, or -1. */
  readonly into: readonly number[];
  readonly attempts: readonly number[];
  /** In milliseconds since `startedAt`, with three decimals. */
  readonly scheduled: readonly (number | null)[];
  readonly started: readonly (number | null)[];
  readonly ended: readonly (number | null)[];
  /** How long it was computed, in milliseconds. */
  readonly duration: readonly (number | null)[];
  /** The key; in a page its first 16 characters, which is enough to ask for it. */
  readonly key: readonly (string | null)[];
  /** The arguments as short texts; `null` where the result of another job belongs. */
  readonly args: readonly (readonly (string | null)[])[];
  /** The result as a short text. */
  readonly value: readonly (string | null)[];
  /** The jobs whose results are its arguments, each followed by which argument that is (-1 where that is not known). */
  readonly inputs: readonly (readonly number[])[];
  /** Estimated sizes of its arguments and of its result, in bytes. */
  readonly argumentBytes: readonly (number | null)[];
  readonly resultBytes: readonly (number | null)[];
}
