import { callSite } from './call-site.ts';
import { isThenable } from './capture.ts';
import { Fail, failed } from './fail.ts';
import { taskOf } from './scheduled.ts';
import { LABEL, type MaybeLabel } from './maybe-label.ts';
import type { AnyFunction } from './task.ts';

/** What a function gives, or its failure. */
export type OrFail<R> = R extends PromiseLike<infer U> ? Promise<U | Fail> : R | Fail;

/** A function that gives a {@link Fail} in the place of an error, and that failures may be passed to. */
export type Maybe<F extends AnyFunction> = (...args: OrFailArguments<Parameters<F>>) => OrFail<ReturnType<F>>;

type OrFailArguments<A extends readonly unknown[]> = { [K in keyof A]: A[K] | Fail };

/**
 * Wraps a function so that errors become values. Where it throws or rejects, the result is a {@link Fail}; where an
 * argument is one, the function is not tried, and the result tells which. So a workflow goes on with what works, and
 * what failed can be told at its end. Write `schedule(maybe(fn))`; as a decorator, `@schedule @maybe method() {}`.
 * (Seed 001, 'Handling errors'.)
 *
 * It covers the call itself: where the function returns a promised value, errors in that workflow are the run's.
 * A `Fail` is not remembered in caches, unless the task says `store: true`.
 *
 * @example
 * const reciprocal = schedule(maybe(function reciprocal(x: number) {
 *   if (x === 0) throw new RangeError('Division by zero');
 *   return 1 / x;
 * }));
 * String(await run(reciprocal(0))); // Fail: reciprocal (file:///.../script.ts:1:29) ...
 *
 * @throws TypeError for a scheduled function: wrap first, then schedule
 */
export function maybe<F extends AnyFunction>(fn: F, context: { readonly kind: string; readonly name: unknown }): F;
export function maybe<F extends AnyFunction>(fn: F): Maybe<F>;
export function maybe(fn: AnyFunction): AnyFunction {
  if (typeof fn !== 'function') throw new TypeError(`Cannot wrap ${typeof fn} by maybe: it is no function`);
  if (taskOf(fn) !== undefined)
    throw new TypeError(`Cannot wrap the scheduled function '${fn.name}': write schedule(maybe(fn))`);
  const site = callSite(maybe);
  const label: MaybeLabel = { name: fn.name || 'anonymous' };
  const at = site === undefined ? undefined : `${site.module}:${site.position}`;
  const fail = (error: unknown): Fail => new Fail({ task: label.name, at, error, causes: [] });
  const attempt = function (this: unknown, ...args: unknown[]): unknown {
    const causes = args.flatMap((value, argument) => (failed(value) ? [{ argument, fail: value }] : []));
    if (causes.length > 0) return new Fail({ task: label.name, at, error: undefined, causes });
    try {
      const result: unknown = fn.apply(this, args as never[]);
      return isThenable(result) ? Promise.resolve(result).catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  };
  Object.defineProperties(attempt, {
    name: { value: fn.name, configurable: true },
    // The version of a task is the hash of its text, which must be that of what it does.
    toString: { value: () => `maybe(${String(fn)})`, configurable: true },
    [LABEL]: { value: label },
  });
  return attempt;
}
