/**
 * A workflow as plain data: how one comes back from a worker, and how it stands in a cache.
 */
import { BUILT_IN_TASKS } from './built-in-tasks.ts';
import { SomenError, TaskNotFoundError } from './errors.ts';
import { FILE } from './files.ts';
import { realm } from './realm.ts';
import type { Task } from './task.ts';
import { isNode, makeNode, type WorkflowNode } from './workflow.ts';
import { inOrder } from './workflow-order.ts';

/** A graph as a list in which each node comes after the nodes that it needs. The last one is the result. */
export interface PortableWorkflow<T> {
  /** Each task once. */
  readonly tasks: readonly T[];
  readonly nodes: readonly PortableNode[];
}

/** One call. */
export interface PortableNode {
  /** Index in the list of tasks; a built-in task stands by its name. */
  readonly task: number | string;
  /** The arguments, `null` where a node belongs. */
  readonly args: readonly unknown[];
  /** Pairs of an argument's index and a node's. */
  readonly links: readonly number[];
}

/** Writes the graph that leads to `root`. `refer` says how a task is told to the reader. */
export function toPortable<T>(root: WorkflowNode, refer: (task: Task) => T): PortableWorkflow<T> {
  const indices = new Map<WorkflowNode, number>();
  const tasks = new Map<Task, number>();
  const references: T[] = [];
  const nodes: PortableNode[] = [];
  const taskIndex = (task: Task): number | string => {
    if (task.builtIn) return task.name;
    const known = tasks.get(task);
    if (known !== undefined) return known;
    tasks.set(task, references.length);
    return references.push(refer(task)) - 1;
  };
  for (const node of inOrder(root)) {
    const links: number[] = [];
    const args = node.args.map((value, index) => {
      if (!isNode(value)) return value;
      links.push(index, indices.get(value) ?? 0);
      return null;
    });
    indices.set(node, nodes.push({ task: taskIndex(node.task), args, links }) - 1);
  }
  return { tasks: references, nodes };
}

/**
 * Rebuilds the graph. `resolve` finds the task that a reference means.
 * @throws TaskNotFoundError where `resolve` does not find one
 */
export function fromPortable<T>(
  workflow: PortableWorkflow<T>,
  resolve: (reference: T) => Task | undefined,
): WorkflowNode {
  const tasks = workflow.tasks.map((reference) => {
    const task = resolve(reference);
    if (task === undefined)
      throw new TaskNotFoundError(
        `Cannot continue a workflow: no module here has scheduled its task ${JSON.stringify(reference)}`,
      );
    return task;
  });
  const nodes: WorkflowNode[] = [];
  for (const { task, args, links } of workflow.nodes) {
    const own = [...args];
    for (let index = 0; index < links.length; index += 2) own[links[index] ?? 0] = nodes[links[index + 1] ?? 0];
    const known = typeof task === 'string' ? BUILT_IN_TASKS.get(task) : tasks[task];
    if (known === FILE) realm().usesFiles = true;
    if (known === undefined)
      throw new TaskNotFoundError(
        `Cannot continue a workflow: it was written by another version of somen (unknown task '${task}')`,
      );
    nodes.push(makeNode(known, own));
  }
  const root = nodes.at(-1);
  if (root === undefined) throw new SomenError('ERR_SERIALIZATION', 'Cannot continue a workflow: it has no nodes');
  return root;
}
