import type { Computed, Promised, PromisableArguments } from './promised.ts';
import type { Hints } from './hints.ts';
import { defineTask, type AnyFunction, type Task } from './task.ts';
import { isPromised, makeCall, promise } from './workflow.ts';

/** Leads from a scheduled function to its task, in every copy of this package. */
const TASK: unique symbol = Symbol.for('somen.task/1') as never;

/** A scheduled function: calling it computes nothing, records the call and returns the promise of its result. */
export interface Scheduled<F extends AnyFunction> {
  (...args: PromisableArguments<Parameters<F>>): Promised<Computed<ReturnType<F>>>;
  /** The task's name. */
  readonly name: string;
}

/**
 * Makes a task of a function. Calls of the result record a workflow; `run` computes it.
 *
 * The function's module is noted from the call site, so that workers can import it: schedule functions at the top
 * level of a module. Arguments may be promised values, or arrays and plain objects that hold some at any depth;
 * the function receives their values. It may be `async`, and it may return a promised value: the workflow goes on
 * with that.
 *
 * @example
 * const add = schedule(function add(a: number, b: number) { return a + b; });
 * const total = await run(add(add(1, 2), 3)); // 6
 *
 * @throws TypeError where `fn` is not a function, or another task of its module has its name
 */
export function schedule<F extends AnyFunction>(fn: F, hints: Hints = {}): Scheduled<F> {
  if (taskOf(fn) !== undefined) return fn as unknown as Scheduled<F>;
  refusePromised(fn);
  const task = defineTask(fn, hints, schedule);
  return scheduled<F>(task);
}

/** Functions by name, as `tasks` takes them. */
export type Functions = Readonly<Record<string, AnyFunction>>;

/**
 * Makes tasks of several functions, named `namespace/key`. Such names hold without the module, so they survive
 * bundlers and minifiers and are equal in every runtime.
 *
 * @example
 * const { add, mul } = tasks('calculator', { add: (a: number, b: number) => a + b, mul: (a: number, b: number) => a * b });
 *
 * @throws TypeError where a member is not a function, or another task has its name
 */
export function tasks<T extends Functions>(
  namespace: string,
  functions: T,
  hints: Omit<Hints, 'name'> = {},
): { readonly [K in keyof T]: Scheduled<T[K]> } {
  const entries = Object.entries(functions).map(([key, fn]) => {
    refusePromised(fn);
    const task = defineTask(fn, { ...hints, name: `${namespace}/${key}` }, tasks);
    return [key, scheduled(task)] as const;
  });
  return Object.fromEntries(entries) as unknown as { readonly [K in keyof T]: Scheduled<T[K]> };
}

function refusePromised(fn: unknown): void {
  if (isPromised(fn))
    throw new TypeError(
      'Cannot schedule a promised value: only a function can be a task. Call a promised function directly: p(args)',
    );
}

/** The task behind a scheduled function, or `undefined` for any other value. */
export function taskOf(value: unknown): Task | undefined {
  if (typeof value !== 'function' || isPromised(value)) return undefined;
  return (value as { [TASK]?: Task })[TASK];
}

/**
 * The plain function of a scheduled one; any other function as it is.
 *
 * @example
 * unwrap(add)(1, 2); // 3, at once
 *
 * @throws TypeError for a task that only workers have
 */
export function unwrap<F extends AnyFunction>(fn: Scheduled<F> | F): F {
  const task = taskOf(fn);
  if (task === undefined) return fn as F;
  if (task.fn === undefined) throw new TypeError(`Cannot unwrap '${task.name}' on this thread: only workers have it`);
  return task.fn as F;
}

/** The function that records calls of a task. */
export function scheduled<F extends AnyFunction>(task: Task): Scheduled<F> {
  const record = (...args: unknown[]): unknown => promise(makeCall(task, args));
  Object.defineProperty(record, TASK, { value: task });
  Object.defineProperty(record, 'name', { value: task.name, configurable: true });
  return record as Scheduled<F>;
}
