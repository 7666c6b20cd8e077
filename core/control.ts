/**
 * Control flow: what of a workflow is computed depends on results. All of it is built-in tasks that return the rest
 * of the workflow, so none of it costs an executor a job.
 */
import { builtIn } from './built-in.ts';
import type { Computed, Promised } from './promised.ts';
import { quote, unquoted } from './quote.ts';
import type { Task } from './task.ts';
import { makeCall, promise } from './workflow.ts';

/**
 * One of two values: the branch that is not taken is never computed. (Seed 001, `conditional`.)
 *
 * @example
 * await run(conditional(isEven(4), half(4), increment(4))); // 2, and increment never runs
 */
export function conditional<A, B = undefined>(
  test: unknown,
  whenTrue: A,
  whenFalse?: B,
): Promised<Computed<A> | Computed<B>> {
  return promise(makeCall(CONDITIONAL, [test, quote(whenTrue), quote(whenFalse)])) as Promised<
    Computed<A> | Computed<B>
  >;
}

const CONDITIONAL: Task = builtIn('join', 'conditional', ([test, whenTrue, whenFalse]) =>
  unquoted(test ? whenTrue : whenFalse),
);

/** The built-in tasks of control flow. */
export const CONTROL_TASKS: readonly Task[] = [CONDITIONAL];
