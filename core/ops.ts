/** Operators, which JavaScript does not let promises overload. */
import { builtIn } from './built-in.ts';
import { callOf, checkFunction } from './call-of.ts';
import type { Computed, Promisable, Promised, PromisedBrand } from './promised.ts';
import type { Task } from './task.ts';
import { captured, makeCall, promise } from './workflow.ts';

/** A value or the promise of one. */
type Operand<T> = T | PromisedBrand<T>;
/** What arithmetic takes. Numbers and bigints do not mix, as in JavaScript. */
type Numeric = number | bigint;
type Ordered = number | bigint | string | Date;

/** `number` for `3`: results of arithmetic are no literals. */
type Widened<T> = T extends number ? number : T extends bigint ? bigint : T extends string ? string : T;

type Arithmetic = <T extends Numeric>(a: Operand<T>, b: Operand<NoInfer<Widened<T>>>) => Promised<Widened<T>>;
type Comparison = <T extends Ordered>(a: Operand<T>, b: Operand<NoInfer<Widened<T>>>) => Promised<boolean>;
type Equality = (a: unknown, b: unknown) => Promised<boolean>;

/** JavaScript's operators on promises and values; see {@link ops}. */
export interface Operators {
  /** `a + b`, of numbers, bigints or texts. */
  readonly add: <T extends Numeric | string>(a: Operand<T>, b: Operand<NoInfer<Widened<T>>>) => Promised<Widened<T>>;
  /** `a - b` */
  readonly sub: Arithmetic;
  /** `a * b` */
  readonly mul: Arithmetic;
  /** `a / b`; of bigints, without the fraction. */
  readonly div: Arithmetic;
  /** `a % b`: the remainder, with the sign of `a`. */
  readonly mod: Arithmetic;
  /** `a ** b` */
  readonly pow: Arithmetic;
  /** `-a` */
  readonly neg: <T extends Numeric>(a: Operand<T>) => Promised<Widened<T>>;
  /** `a === b` */
  readonly eq: Equality;
  /** `a !== b` */
  readonly ne: Equality;
  /** `a < b` */
  readonly lt: Comparison;
  /** `a <= b` */
  readonly le: Comparison;
  /** `a > b` */
  readonly gt: Comparison;
  /** `a >= b` */
  readonly ge: Comparison;
  /** `a && b`: one of the two values. Both are computed; `conditional` computes only what is needed. */
  readonly and: <A, B>(a: A, b: B) => Promised<Computed<A> | Computed<B>>;
  /** `a || b`: one of the two values. Both are computed. */
  readonly or: <A, B>(a: A, b: B) => Promised<Computed<A> | Computed<B>>;
  /** `!a` */
  readonly not: (a: unknown) => Promised<boolean>;
}

type Compute = (a: never, b: never) => unknown;

const COMPUTE: Readonly<Record<keyof Operators, Compute>> = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  mod: (a: number, b: number) => a % b,
  pow: (a: number, b: number) => a ** b,
  neg: (a: number) => -a,
  eq: (a: unknown, b: unknown) => a === b,
  ne: (a: unknown, b: unknown) => a !== b,
  lt: (a: number, b: number) => a < b,
  le: (a: number, b: number) => a <= b,
  gt: (a: number, b: number) => a > b,
  ge: (a: number, b: number) => a >= b,
  and: (a: unknown, b: unknown) => a && b,
  or: (a: unknown, b: unknown) => a || b,
  not: (a: unknown) => !a,
};

const TASKS: readonly (readonly [string, Task])[] = Object.entries(COMPUTE).map(([name, compute]) => [
  name,
  builtIn('join', `ops/${name}`, ([a, b]) => compute(a as never, b as never)),
]);

/**
 * JavaScript's operators as functions of promises and values. They cost no job.
 *
 * @example
 * await run(ops.mul(ops.add(p, 1), 2)); // (p + 1) * 2
 */
export const ops: Operators = Object.freeze(
  Object.fromEntries(
    TASKS.map(([name, task]) => [name, (...operands: unknown[]) => promise(makeCall(task, operands))]),
  ),
) as unknown as Operators;

/**
 * A formula: a plain function that takes promises. It is computed on the scheduling thread once its arguments are
 * there, so it should be short; it is not remembered.
 *
 * @example
 * await run(expr((a: number, b: number) => a * b + 1)(add(1, 2), 4)); // 13
 */
export function expr<A extends readonly unknown[], R>(
  fn: (...args: A) => R,
): (...args: { [K in keyof A]: Promisable<A[K]> }) => Promised<Computed<R>> {
  checkFunction(fn, 'make an expression');
  return (...args) => promise(callOf(fn, captured(args as readonly unknown[]))) as Promised<Computed<R>>;
}

/** The built-in tasks of operators. */
export const OPERATOR_TASKS: readonly Task[] = TASKS.map(([, task]) => task);
