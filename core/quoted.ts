/** Quoted workflows: values like others, apart from what makes them. */
import type { WorkflowNode } from './workflow.ts';

/** Marks quoted workflows, in every copy of this package. */
const QUOTED: unique symbol = Symbol.for('somen.quoted/1') as never;

/**
 * A workflow as a value: passed to a task it is not computed. `unquote` makes it a promise again.
 * Made by `quote`; immutable.
 */
export class Quoted<out T> {
  /** The workflow. */
  readonly node: WorkflowNode;
  declare private readonly type: T;

  constructor(node: WorkflowNode) {
    this.node = node;
    Object.freeze(this);
  }

  static {
    Object.defineProperty(this.prototype, QUOTED, { value: true });
  }
}

/** Whether a value is a quoted workflow, of this copy of the package or of another. */
export function isQuoted(value: unknown): value is Quoted<unknown> {
  return typeof value === 'object' && value !== null && (value as { [QUOTED]?: unknown })[QUOTED] === true;
}
