import type { Computed, Promised, PromisableArguments } from './promised.ts';
import type { Captured } from './task-code.ts';
import type { AnyFunction, Task } from './task.ts';
import { isPromised, makeCall, promise } from './workflow.ts';

/** Leads from a scheduled function to its task, in every copy of this package. */
const TASK: unique symbol = Symbol.for('somen.task/1') as never;

/** Leads to what a scheduled function takes from the function around it. */
const CAPTURED: unique symbol = Symbol.for('somen.captured/1') as never;

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

/** What a scheduled function takes from the function around it: its task's first argument, where there is any. */
export function capturedOf(fn: unknown): Captured | undefined {
  return (fn as { [CAPTURED]?: Captured })[CAPTURED];
}

/** The function that records calls of a task. */
export function scheduled<F extends AnyFunction>(task: Task, captured?: Captured): Scheduled<F> {
  const record =
    captured === undefined
      ? (...args: unknown[]): unknown => promise(makeCall(task, args))
      : (...args: unknown[]): unknown => promise(makeCall(task, [captured(), ...args]));
  Object.defineProperty(record, TASK, { value: task });
  if (captured !== undefined) Object.defineProperty(record, CAPTURED, { value: captured });
  Object.defineProperty(record, 'name', { value: task.name, configurable: true });
  return record as Scheduled<F>;
}
