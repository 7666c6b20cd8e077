import { capturedOf, taskOf } from './scheduled.ts';
import { ARRAY, APPLY, isNode, makeCall, makeNode, nodeOf, VALUE, type WorkflowNode } from './workflow.ts';

/**
 * The call of a function with captured arguments: of a scheduled one its task's, of any other an operation on the
 * scheduling thread, which gets values and may return a promise.
 */
export function callOf(fn: unknown, args: readonly unknown[]): WorkflowNode {
  const task = taskOf(fn);
  if (task === undefined) return makeNode(APPLY, [nodeOf(fn) ?? fn, ...args]);
  const values = capturedOf(fn);
  return makeNode(task, values === undefined ? args : [...captured([values()]), ...args]);
}

/** Values by value: copies, nodes in the place of promises. */
export function captured(values: Iterable<unknown>): readonly unknown[] {
  return makeCall(ARRAY, [...values]).args;
}

/** A value as a node. */
export function asNode(value: unknown): WorkflowNode {
  return isNode(value) ? value : makeNode(VALUE, [value]);
}

/**
 * Refuses what cannot be called, when the workflow is drawn and not when it runs.
 * @throws TypeError
 */
export function checkFunction(fn: unknown, construct: string): void {
  if (typeof fn !== 'function')
    throw new TypeError(
      `Cannot ${construct}: its first argument must be a function, scheduled or plain, and is ${typeof fn}`,
    );
}
