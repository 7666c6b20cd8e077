/** The tasks of the examples in seed 001. */
import { schedule, type Scheduled } from 'somen';

type Binary = (a: number, b: number) => number;

export const add: Scheduled<Binary> = schedule((a: number, b: number) => a + b, { name: 'arithmetic/add' });
export const sub: Scheduled<Binary> = schedule((a: number, b: number) => a - b, { name: 'arithmetic/sub' });
export const mul: Scheduled<Binary> = schedule((a: number, b: number) => a * b, { name: 'arithmetic/mul' });
export const accumulate: Scheduled<(values: readonly number[]) => number> = schedule(
  (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0),
  { name: 'arithmetic/accumulate' },
);
