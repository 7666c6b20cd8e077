import { builtIn } from './built-in.ts';
import type { Computed, Promised } from './promised.ts';
import type { Task } from './task.ts';
import { liftNode, makeCall, promise, VALUE, type WorkflowNode } from './workflow.ts';

/** Marks quoted workflows, in every copy of this package. */
const QUOTED: unique symbol = Symbol.for('somen.quoted/1') as never;

/**
 * A workflow as a value: passed to a task it is not computed. `unquote` makes it a promise again.
 * Made by {@link quote}; immutable.
 */
export class Quoted<out T> {
  /** The workflow. */
  readonly node: WorkflowNode;
  declare private readonly type: T;

  constructor(node: WorkflowNode) {
    this.node = node;
    Object.freeze(this);
  }

  /** As it is shown (see `StandIn`): the name of its class says nothing, least of all where a bundler has shortened it. */
  get $shownAs(): string {
    return `quote(${this.node.task.name})`;
  }

  static {
    Object.defineProperty(this.prototype, QUOTED, { value: true });
  }
}

/** Whether a value is a quoted workflow, of this copy of the package or of another. */
export function isQuoted(value: unknown): value is Quoted<unknown> {
  return typeof value === 'object' && value !== null && (value as { [QUOTED]?: unknown })[QUOTED] === true;
}

/**
 * A promised value as a plain one: a task that is given it gets the workflow, not its result, and may return
 * `unquote(quoted)` to have it computed, or not. (Seed 001: a branch that may not be taken.)
 *
 * @example
 * const either = schedule((ask: boolean, a: Quoted<number>, b: Quoted<number>) => unquote(ask ? a : b), { name: 'my/either' });
 * await run(either(true, quote(add(1, 2)), quote(add(3, 4)))); // 3, and the second sum is never computed
 */
export function quote<T>(value: T): Quoted<Computed<T>> {
  return new Quoted(liftNode(value) ?? makeCall(VALUE, [value]));
}

/**
 * The promise that was quoted; of a promised quote, the promise of its value.
 *
 * @throws TypeError where the value is no quote
 */
export function unquote<T>(quoted: Quoted<T> | Promised<Quoted<T>>): Promised<T> {
  if (isQuoted(quoted)) return promise(quoted.node) as Promised<T>;
  return promise(makeCall(UNQUOTE, [quoted])) as Promised<T>;
}

/** The node to go on with where an argument may be quoted: for built-in tasks that choose. */
export function unquoted(value: unknown): unknown {
  return isQuoted(value) ? value.node : value;
}

const UNQUOTE: Task = builtIn('join', 'unquote', ([value]) => {
  if (!isQuoted(value)) throw new TypeError('Cannot unquote: the value was not made by quote(promise)');
  return value.node;
});

/** The built-in tasks of quotes. */
export const QUOTE_TASKS: readonly Task[] = [UNQUOTE];
