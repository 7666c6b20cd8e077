import { inOrder } from './workflow-order.ts';
import { isNode, liftNode, makeCall, VALUE, type WorkflowNode } from './workflow.ts';

/** A workflow as data, for drawings and reports. */
export interface WorkflowGraph {
  /** The calls, each after those that it needs; the last one gives the result. */
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** One call. */
export interface GraphNode {
  /** Its number: that of its events' `job` when the workflow is run. */
  readonly id: number;
  /** The task's name; built-in ones begin with `somen/`. */
  readonly name: string;
  /** The arguments, `undefined` where the result of another call belongs. */
  readonly args: readonly unknown[];
  /** Whether it is part of the language (`gather`), and so has no events. */
  readonly builtIn: boolean;
  /** The text of the hint `display`, with `…` for arguments that are not known; missing without that hint. */
  readonly display?: string | undefined;
}

/** The result of call `from` is an argument of call `to`. */
export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  /** Which argument, from 0. */
  readonly argument: number;
}

/**
 * The workflow behind a promised value, or behind an array or plain object that holds some.
 *
 * @example
 * toGraph(add(1, mul(2, 3))).nodes.map((node) => node.name); // ['mul', 'add']
 */
export function toGraph(value: unknown): WorkflowGraph {
  const ids = new Map<unknown, number>();
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  for (const node of inOrder(liftNode(value) ?? makeCall(VALUE, [value]))) {
    const id = ids.size;
    ids.set(node, id);
    nodes.push(graphNode(node, id));
    edges.push(...edgesTo(node, id, (input) => ids.get(input)));
  }
  return { nodes, edges };
}

/** A call, with its number. */
export function graphNode({ task, args }: WorkflowNode, id: number): GraphNode {
  const { display } = task;
  const node = {
    id,
    name: task.name,
    args: args.map((arg) => (isNode(arg) ? undefined : arg)),
    builtIn: task.builtIn !== undefined,
  };
  if (display === undefined) return node;
  // Of a hundred thousand calls, few are looked at.
  return Object.defineProperty<GraphNode>(node, 'display', { enumerable: true, get: () => display(args, isNode) });
}

/** What a call needs, as far as that has numbers. */
export function edgesTo(
  { args }: WorkflowNode,
  id: number,
  numberOf: (node: WorkflowNode) => number | undefined,
): readonly GraphEdge[] {
  return args.flatMap((arg, argument) => {
    const from = isNode(arg) ? numberOf(arg) : undefined;
    return from === undefined ? [] : { from, to: id, argument };
  });
}
