/** What a user can say about a task, and how the engine reads it. */

import { checkNames, type OptionNames } from './options.ts';

/** How a task that throws is tried again. */
export interface RetryHints {
  /** How often at most, the first try not counted. */
  readonly count: number;
  /** How long to wait before the first retry, in milliseconds. @default 100 */
  readonly delay?: number;
  /** By what the delay grows with each retry. @default 2 */
  readonly factor?: number;
  /** The part of each delay that is random, from 0 to 1, so that many tasks do not come back at once. @default 0.5 */
  readonly jitter?: number;
  /** The longest delay, in milliseconds. @default 30_000 */
  readonly maxDelay?: number;
  /** Whether an error is worth a retry; `attempt` counts from 1. Runs on the scheduling thread. @default every error of the task's own, and timeouts */
  readonly retryIf?: (error: unknown, attempt: number) => boolean;
}

/** What a user can say about a task, whose results are `R`. */
export interface Hints<R = unknown> {
  /**
   * The task's name. With it the task is the same whatever module it stands in, so it should carry a prefix of
   * your own: `'weather/interpolate'`. @default the function's name, in its module
   */
  readonly name?: string;
  /**
   * Part of the key, in place of the hash of the function's code: change it when the function computes something else.
   * @default the hash of the code that the function reaches; where that cannot be followed, of the function's own text
   */
  readonly version?: string;
  /**
   * Values that are part of the key, too: a configuration, the version of a model or of a program that the task starts.
   * Read when the first call is keyed. @default none
   */
  readonly hashIncludes?: readonly unknown[];
  /** Whether results are remembered. `false`: never; `true`: even in a run with `store: 'hinted'`. @default the run's `store` */
  readonly store?: boolean;
  /**
   * How long a result counts, in milliseconds from when it was computed; what rests on it counts no longer. For what
   * changes in the world outside: a price, a listing. @default for ever
   */
  readonly expires?: number;
  /** Whether a result is remembered; asked on the scheduling thread, with the value. @default every result */
  // A method, so that hints for one type of results are hints all the same.
  cacheIf?(this: void, result: R): boolean;
  /** Runs on the thread that schedules, not in the executor: for what needs the DOM or an open connection. @default false */
  readonly main?: boolean;
  /** How often a call that throws is tried again, or how. @default 0 */
  readonly retries?: number | RetryHints;
  /** How long one try may take, in milliseconds. A synchronous loop is stopped too, by ending its worker. @default no bound */
  readonly timeout?: number;
  /** Of the jobs that are ready, those with the highest number go first. @default 0 */
  readonly priority?: number;
  /** Which executor of `hybrid` runs it. @default what `select` says */
  readonly executor?: string;
  /**
   * What a job takes of the runtime's `limits` while it runs: labels, each for one, or amounts by label. A label
   * whose size the runtime does not declare has size 1: jobs that name it exclude each other. What a job takes it keeps
   * while it awaits a run of its own, so that run must not need the same.
   */
  readonly limits?: readonly string[] | Readonly<Record<string, number>>;
  /**
   * Which arguments are not copied, neither when the call is recorded nor before it runs: all, or those of the given
   * positions, from 0. Neither the caller nor the task may change them. @default none
   */
  readonly byRef?: true | readonly number[];
  /**
   * What displays show for a call, while it runs and when it is done: a text in which `{source}` stands for the argument
   * of that name, `{config.name}` for a member of one, `{0}` for the first argument, `{this.name}` for a member of a
   * method's instance, and `{{` for a brace; or a function of the arguments that gives the text. It is no part of keys.
   * Names are read from the function's text. Where a minifier changes them, write `{0}` or a function.
   * @default the task's calls are only counted
   */
  readonly display?: string | ((...args: never[]) => string);
  /** Whether displays mark a call that is done, with a ✔, for tasks that may well fail. Those that fail are always marked. @default false */
  readonly confirm?: boolean;
}

/** {@link RetryHints}, complete. */
export interface RetryPolicy {
  readonly count: number;
  readonly delay: number;
  readonly factor: number;
  readonly jitter: number;
  readonly maxDelay: number;
  readonly retryIf: ((error: unknown, attempt: number) => boolean) | undefined;
}

/** The hints that concern how jobs are run, read once. A task without any has none of this, and its jobs cost nothing more. */
export interface TaskControl {
  readonly retries: RetryPolicy | undefined;
  readonly timeout: number | undefined;
  readonly priority: number;
  /** Pairs of a label and an amount. */
  readonly limits: readonly (readonly [label: string, amount: number])[] | undefined;
  readonly byRef: true | ReadonlySet<number> | undefined;
}

const HINTS: OptionNames<Hints> = {
  name: true,
  version: true,
  hashIncludes: true,
  store: true,
  expires: true,
  cacheIf: true,
  main: true,
  retries: true,
  timeout: true,
  priority: true,
  executor: true,
  limits: true,
  byRef: true,
  display: true,
  confirm: true,
};

/** @throws TypeError where there is no such hint */
export function checkHints(hints: Hints, task: string): void {
  checkNames(hints, HINTS, `Cannot give '${task}' the hint`);
}

/**
 * Reads the hints that concern how jobs are run; `undefined` where there are none.
 * @throws RangeError or TypeError where one makes no sense
 */
export function controlOf(hints: Hints, task: string): TaskControl | undefined {
  const { retries, timeout, priority, limits, byRef, expires } = hints;
  if (expires !== undefined && !(expires > 0))
    throw new RangeError(`Cannot let results of '${task}' expire after ${expires} ms: it must be more than 0`);
  if ((retries ?? timeout ?? priority ?? limits ?? byRef) === undefined) return undefined;
  if (timeout !== undefined && !(timeout > 0))
    throw new RangeError(`Cannot give '${task}' a timeout of ${timeout} ms: it must be more than 0`);
  if (priority !== undefined && !Number.isFinite(priority))
    throw new RangeError(`Cannot give '${task}' the priority ${priority}: it must be a finite number`);
  return {
    retries: retries === undefined ? undefined : retryPolicy(retries, task),
    timeout: timeout === Infinity ? undefined : timeout,
    priority: priority ?? 0,
    limits: limits === undefined ? undefined : limitsOf(limits, task),
    byRef: byRef === true || byRef === undefined ? byRef : new Set(byRef),
  };
}

function retryPolicy(retries: number | RetryHints, task: string): RetryPolicy {
  const given = typeof retries === 'number' ? { count: retries } : retries;
  const { count, delay = 100, factor = 2, jitter = 0.5, maxDelay = 30_000, retryIf } = given;
  if (!(Number.isInteger(count) || count === Infinity) || count < 0)
    throw new RangeError(`Cannot retry '${task}' ${count} times: retries must be a whole number from 0`);
  if (!(delay >= 0 && factor > 0 && jitter >= 0 && jitter <= 1 && maxDelay >= 0))
    throw new RangeError(
      `Cannot retry '${task}' with delay ${delay}, factor ${factor}, jitter ${jitter}, maxDelay ${maxDelay}: delays must be from 0, the factor above 0, jitter from 0 to 1`,
    );
  return { count, delay, factor, jitter, maxDelay, retryIf };
}

function limitsOf(
  limits: readonly string[] | Readonly<Record<string, number>>,
  task: string,
): readonly (readonly [string, number])[] {
  const pairs = Array.isArray(limits)
    ? [...new Set(limits as readonly string[])].map((label) => [label, 1] as const)
    : Object.entries(limits as Readonly<Record<string, number>>);
  for (const [label, amount] of pairs)
    if (!(amount > 0))
      throw new RangeError(
        `Cannot let '${task}' take ${amount} of the limit '${label}': the amount must be more than 0`,
      );
  return pairs;
}
