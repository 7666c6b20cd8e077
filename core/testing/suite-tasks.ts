/** The tasks of the executor suite. A module of their own, so that workers can import it. */
import { tasks, type Functions } from '../schedule.ts';
import type { Scheduled } from '../scheduled.ts';

/** An error of a class of its own, with fields. */
class SuiteError extends RangeError {
  override readonly name: string = 'SuiteError';
  readonly code: string = 'ERR_SUITE';
  readonly detail: { readonly limit: number } = { limit: 3 };
}

/** Functions that give executors something to do. */
interface SuiteFunctions {
  readonly add: (a: number, b: number) => number;
  readonly echo: (value: unknown) => unknown;
  readonly later: (value: unknown) => Promise<unknown>;
  /** Changes its argument. */
  readonly change: (list: number[]) => number;
  readonly fail: (kind: string) => never;
  /** Never settles. */
  readonly never: () => Promise<never>;
  readonly endless: () => never;
  /** Loops for so many milliseconds. */
  readonly busy: (milliseconds: number, value: unknown) => unknown;
  readonly log: (text: string) => void;
  /** A promise, and a value. */
  readonly promises: (n: number) => unknown;
  readonly returnsFunction: () => unknown;
}

const FUNCTIONS: SuiteFunctions = {
  add: (a, b) => a + b,
  echo: (value) => value,
  later: (value) => Promise.resolve(value),
  change: (list) => {
    list.push(99);
    return list.length;
  },
  fail: (kind) => {
    // oxlint-disable-next-line typescript/only-throw-error -- what tasks throw need not be an error
    if (kind === 'text') throw 'plain text';
    throw new SuiteError('Too much', { cause: new TypeError('The reason') });
  },
  never: () => new Promise<never>(() => undefined),
  endless: () => {
    for (;;);
  },
  busy: (milliseconds, value) => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    return value;
  },
  log: (text) => console.log(text),
  promises: (n) => [SUITE_TASKS.add(n, 1), 5],
  returnsFunction: () => ({ list: [() => 1] }),
};

/** By name. */
export const SUITE_TASKS: { readonly [K in keyof SuiteFunctions]: Scheduled<SuiteFunctions[K]> } = tasks<
  Functions & SuiteFunctions
>('somen/testing/suite', FUNCTIONS as Functions & SuiteFunctions, { version: '1' });
