import type { Computed, Promised, PromisableArguments } from './promised.ts';
import type { AnyFunction, Task } from './task.ts';
import { isPromised, makeCall, promise } from './workflow.ts';

/** Leads from a scheduled function to its task, in every copy of this package. */
const TASK: unique symbol = Symbol.for('somen.task/1') as never;

/** A scheduled function: calling it computes nothing, records the call and returns the promise of its result. */
export interface Scheduled<F extends AnyFunction> {
  (...args: PromisableArguments<Parameters<F>>): Promised<Computed<ReturnType<F>>>;
  /** The task's name. */
  readonly name: string;
}

/** The task behind a scheduled function, or `undefined` for any other value. */
export function taskOf(value: unknown): Task | undefined {
  if (typeof value !== 'function' || isPromised(value)) return undefined;
  return (value as { [TASK]?: Task })[TASK];
}

/** The function that records calls of a task. */
export function scheduled<F extends AnyFunction>(task: Task): Scheduled<F> {
  const record = (...args: unknown[]): unknown => promise(makeCall(task, args));
  Object.defineProperty(record, TASK, { value: task });
  Object.defineProperty(record, 'name', { value: task.name, configurable: true });
  return record as Scheduled<F>;
}
