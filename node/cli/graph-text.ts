/** Drawings of workflows as text, for Graphviz and Mermaid. */
import type { GraphNode, WorkflowGraph } from '../../core/graph.ts';
import { summarize } from '../../core/summarize.ts';

/** A workflow in the language of Graphviz. */
export function toDot({ nodes, edges }: WorkflowGraph): string {
  const boxes = nodes.map(
    (node) => `  ${node.id} [label=${quoted(labelOf(node))}${node.builtIn ? ', style=dashed' : ''}];`,
  );
  const arrows = edges.map(({ from, to }) => `  ${from} -> ${to};`);
  return ['digraph workflow {', '  node [shape=box];', ...boxes, ...arrows, '}'].join('\n');
}

/** A workflow in the language of Mermaid. */
export function toMermaid({ nodes, edges }: WorkflowGraph): string {
  const boxes = nodes.map((node) => `  n${node.id}["${escapedForMermaid(labelOf(node))}"]`);
  const arrows = edges.map(({ from, to }) => `  n${from} --> n${to}`);
  return ['flowchart TD', ...boxes, ...arrows].join('\n');
}

/** A call, with an underscore for each argument that another call gives. */
function labelOf({ name, args }: GraphNode): string {
  return `${name}(${args.map((arg) => (arg === undefined ? '_' : summarize([arg]))).join(', ')})`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

function escapedForMermaid(text: string): string {
  return text.replaceAll(/["#<>&\n`]/g, (character) => `#${character.charCodeAt(0)};`);
}

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
