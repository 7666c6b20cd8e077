import type { Computed, Promised, PromisableArguments } from './promised.ts';
import { CAPTURING, capturingOf, type Captured, type Capturing } from './task-code.ts';
import type { AnyFunction, Task } from './task.ts';
import { captured, isPromised, makeCall, promise } from './workflow.ts';

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

/** What a scheduled function takes from the function around it: its task's first argument, where there is any. */
export function capturedOf(fn: unknown): Captured | undefined {
  return capturingOf(fn)?.values;
}

/** The function that records calls of a task. `isOwn`: what it takes are copies, which nobody changes any more. */
export function scheduled<F extends AnyFunction>(task: Task, values?: Captured, isOwn = false): Scheduled<F> {
  const record =
    values === undefined
      ? (...args: unknown[]): unknown => promise(makeCall(task, args))
      : (...args: unknown[]): unknown => promise(makeCall(task, [taken(task, values), ...args]));
  Object.defineProperty(record, TASK, { value: task });
  if (values !== undefined) Object.defineProperty(record, CAPTURING, { value: capturing(task, values, isOwn) });
  Object.defineProperty(record, 'name', { value: task.name, configurable: true });
  return record as Scheduled<F>;
}

/** `byRef` is about what the caller gives: what the function takes is never by reference. */
function taken({ control }: Task, values: Captured): unknown {
  return control?.byRef === undefined ? values() : captured([values()])[0];
}

function capturing(task: Task, values: Captured, isOwn: boolean): Capturing {
  return { values, isOwn, withOwn: (own) => scheduled(task, () => own, true) };
}
