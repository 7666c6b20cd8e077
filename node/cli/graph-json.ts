/** A workflow as JSON. */
import type { WorkflowGraph } from '../../core/graph.ts';
import { summarize } from '../../core/summarize.ts';

/** A workflow as JSON: arguments shortened for reading, `null` where another call gives them. */
export function graphJson({ nodes, edges }: WorkflowGraph): unknown {
  return {
    nodes: nodes.map(({ id, name, args, builtIn }) => ({
      id,
      name,
      args: args.map((arg) => (arg === undefined ? null : summarize([arg]))),
      builtIn,
    })),
    edges,
  };
}
