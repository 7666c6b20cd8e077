/** The tasks of seed 001's tutorial, for first steps and for tests. */
import { tasks } from '../schedule.ts';
import type { Scheduled } from '../scheduled.ts';

type Binary = (a: number, b: number) => number;

const arithmetic = tasks(
  'somen/testing',
  {
    add: (a: number, b: number) => a + b,
    sub: (a: number, b: number) => a - b,
    mul: (a: number, b: number) => a * b,
    div: (a: number, b: number) => a / b,
    accumulate: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0),
  },
  { version: '1' },
);

/** The sum of two numbers. */
export const add: Scheduled<Binary> = arithmetic.add;
/** Their difference. */
export const sub: Scheduled<Binary> = arithmetic.sub;
/** Their product. */
export const mul: Scheduled<Binary> = arithmetic.mul;
/** Their quotient. */
export const div: Scheduled<Binary> = arithmetic.div;
/** The sum of a list of numbers. */
export const accumulate: Scheduled<(values: readonly number[]) => number> = arithmetic.accumulate;
