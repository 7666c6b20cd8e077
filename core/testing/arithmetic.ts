/** The tasks of seed 001's tutorial, for first steps and for tests. */
import { tasks } from '../schedule.ts';
import type { Scheduled } from '../scheduled.ts';

type Binary = (a: number, b: number) => number;

const arithmetic = tasks(
  'somen/testing',
  {
    plus: (a: number, b: number) => a + b,
    minus: (a: number, b: number) => a - b,
    times: (a: number, b: number) => a * b,
    over: (a: number, b: number) => a / b,
    total: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0),
  },
  { version: '1' },
);

/** The sum of two numbers. */
export const add: Scheduled<Binary> = arithmetic.plus;
/** Their difference. */
export const sub: Scheduled<Binary> = arithmetic.minus;
/** Their product. */
export const mul: Scheduled<Binary> = arithmetic.times;
/** Their quotient. */
export const div: Scheduled<Binary> = arithmetic.over;
/** The sum of a list of numbers. */
export const accumulate: Scheduled<(values: readonly number[]) => number> = arithmetic.total;
