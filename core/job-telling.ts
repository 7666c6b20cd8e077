/** Jobs as displays see them. */
import type { JobCall, JobOutcome, WorkflowPart } from './display.ts';
import { edgesTo, graphNode } from './graph.ts';
import type { JobStatus } from './history.ts';
import type { Job } from './job.ts';
import type { DisplayText } from './display-text.ts';
import type { Task } from './task.ts';
import { isNode, VALUE, type WorkflowNode } from './workflow.ts';

/** A job as a call. */
export function callOf({ index, task, key, args }: Job): JobCall {
  // What was found ahead of running has calls among its arguments, which nobody computed.
  const call = { job: index, name: task.name, key, args: args.some(isNode) ? undefined : args };
  return task.display === undefined ? call : displayed(call, task, task.display, args);
}

function displayed(call: JobCall, { hints }: Task, text: DisplayText, args: readonly unknown[]): JobCall {
  return {
    ...call,
    ...(hints.confirm === true && { confirm: true }),
    get display() {
      return text(args, isNode);
    },
  };
}

/** What is told of the end of a job; nothing of one that nobody wants any more. */
export function outcomeOf(status: JobStatus, value: unknown, successor: Job | undefined): JobOutcome | undefined {
  switch (status) {
    case 'done':
    case 'attached':
    case 'retrieved':
      return successor === undefined ? { status, value } : { status: 'retrieved', workflow: successor.call?.ahead };
    case 'expanded':
      return { status: 'done', workflow: successor?.call?.ahead };
    case 'failed':
      return { status, error: value };
    default:
      return undefined;
  }
}

/**
 * A workflow as displays see it.
 * @param nodes - what it has that the run had not before, each node after those that it needs
 * @param numberOf - the numbers of all jobs of the run, and of those that need not run
 */
export function partOf(
  root: WorkflowNode,
  parent: Job | undefined,
  nodes: readonly WorkflowNode[],
  numberOf: (node: WorkflowNode) => number | undefined,
): WorkflowPart {
  // A run with a cache reads its end result by a call of its own, which nobody has written.
  const [end] = root.task === VALUE ? root.args : [];
  const shown = isNode(end) ? nodes.filter((node) => node !== root) : nodes;
  const numbered = shown.map((node) => [node, numberOf(node) ?? -1] as const);
  return {
    root: numberOf(isNode(end) ? end : root) ?? -1,
    parent: parent?.index,
    nodes: numbered.map(([node, id]) => graphNode(node, id)),
    edges: numbered.flatMap(([node, id]) => edgesTo(node, id, numberOf)),
  };
}
