import { taskOf } from './scheduled.ts';
import { capturingOf } from './task-code.ts';
import type { Task } from './task.ts';
import { APPLY, captured, isNode, makeNode, nodeOf, promisedCapture, VALUE, type WorkflowNode } from './workflow.ts';

/**
 * The call of a function with captured arguments: of a scheduled one its task's, of any other an operation on the
 * scheduling thread, which gets values and may return a promise.
 */
export function callOf(fn: unknown, args: readonly unknown[]): WorkflowNode {
  const task = calledTask(fn);
  if (task === undefined) return makeNode(APPLY, [nodeOf(fn) ?? fn, ...args]);
  const values = capturedValues(fn);
  return makeNode(task, values === undefined ? args : [values, ...args]);
}

/** The task that calls of a function are calls of, also where the function waits for what it takes. */
export function calledTask(fn: unknown): Task | undefined {
  return taskOf(promisedCapture(fn)?.fn ?? fn);
}

/** One array for all calls of a function that was captured: it may be large. */
function capturedValues(fn: unknown): unknown {
  const promised = promisedCapture(fn);
  if (promised !== undefined) return promised.values;
  const capturing = capturingOf(fn);
  if (capturing === undefined) return undefined;
  return capturing.isOwn ? capturing.values() : captured([capturing.values()])[0];
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
