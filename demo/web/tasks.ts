/**
 * The tasks of the page, which the page and its workers both import. `tasks` gives them names that hold in a bundle;
 * the sums have theirs from the module that the job in the terminal uses too.
 */
import { tasks, type Scheduled } from 'somen/web';

export { primeSum } from '../prime-sums.ts';
/** Compiled code: the page sends workers the module. */
export { primeSumKernel } from '../kernels.ts';

/** How long a call takes, in milliseconds. */
const SLOWNESS = 900;

type Arithmetic = (a: number, b: number) => Promise<number>;

const arithmetic = tasks('demo', {
  add: (a: number, b: number) => slowly(a + b),
  sub: (a: number, b: number) => slowly(a - b),
  mul: (a: number, b: number) => slowly(a * b),
});
export const add: Scheduled<Arithmetic> = arithmetic.add;
export const sub: Scheduled<Arithmetic> = arithmetic.sub;
export const mul: Scheduled<Arithmetic> = arithmetic.mul;

function slowly<T>(value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, SLOWNESS, value));
}
