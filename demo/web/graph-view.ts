/** Draws a workflow, layer below layer, and colours its calls. */
import type { GraphNode, WorkflowGraph } from 'somen/web';

/** What a call is doing. */
export type CallState = 'waiting' | 'running' | 'done' | 'failed';

/** A drawing that can be changed while its workflow runs. */
export interface GraphView {
  /** Sets a call's colour and the line of text below its name. */
  show(id: number, state: CallState, text: string): void;
}

interface Place {
  readonly node: GraphNode;
  readonly label: string;
  readonly x: number;
  readonly y: number;
}

const WIDTH = 320;
const BOX = { width: 152, height: 54 };
const LAYER = 96;

/** Draws the graph; `names` are those of its calls. */
export function drawGraph(svg: SVGSVGElement, graph: WorkflowGraph, names: readonly string[]): GraphView {
  const places = placeNodes(graph, names);
  const height = Math.max(...places.map(({ y }) => y)) + BOX.height + 1;
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${height}`);
  for (const { from, to } of graph.edges) {
    const [start, end] = [places[from], places[to]];
    if (start && end) add(svg, 'path', { d: curve(start, end), class: 'edge', 'data-from': String(from) });
  }
  const groups = places.map((place) => drawCall(svg, place));
  return {
    show(id, state, text) {
      const group = groups[id];
      if (group === undefined) return;
      group.dataset['state'] = state;
      const line = group.querySelector('.state');
      if (line !== null) line.textContent = text;
      for (const edge of svg.querySelectorAll(`[data-from='${id}']`))
        edge.classList.toggle('carried', state === 'done');
    },
  };
}

/** A call stands one layer below the lowest call that it needs. */
function placeNodes({ nodes, edges }: WorkflowGraph, names: readonly string[]): Place[] {
  const depths: number[] = [];
  for (const { id } of nodes) {
    const needed = edges.filter(({ to }) => to === id).map(({ from }) => depths[from] ?? 0);
    depths[id] = 1 + Math.max(-1, ...needed);
  }
  return nodes.map((node) => {
    const depth = depths[node.id] ?? 0;
    const layer = nodes.filter(({ id }) => depths[id] === depth);
    const x = (WIDTH * (layer.indexOf(node) + 0.5)) / layer.length;
    return { node, label: labelOf(node, edges, names), x, y: 1 + depth * LAYER };
  });
}

/** `v = sub(u, 3)` */
function labelOf({ id, name, args }: GraphNode, edges: WorkflowGraph['edges'], names: readonly string[]): string {
  const texts = args.map((value, argument) => {
    const edge = edges.find((candidate) => candidate.to === id && candidate.argument === argument);
    return edge === undefined ? String(value) : (names[edge.from] ?? '?');
  });
  return `${names[id] ?? '?'} = ${name.slice(name.indexOf('/') + 1)}(${texts.join(', ')})`;
}

function curve(from: Place, to: Place): string {
  const top = from.y + BOX.height;
  const middle = (top + to.y) / 2;
  return `M${from.x} ${top}C${from.x} ${middle} ${to.x} ${middle} ${to.x} ${to.y}`;
}

function drawCall(svg: SVGSVGElement, { label, x, y }: Place): SVGGElement {
  const group = add(svg, 'g', { class: 'call', transform: `translate(${x} ${y})` });
  add(group, 'rect', { x: String(-BOX.width / 2), width: String(BOX.width), height: String(BOX.height), rx: '10' });
  add(group, 'text', { y: '23', class: 'name' }).textContent = label;
  add(group, 'text', { y: '42', class: 'state' });
  return group;
}

function add<K extends 'g' | 'path' | 'rect' | 'text'>(
  parent: Element,
  name: K,
  attributes: Readonly<Record<string, string>>,
): SVGElementTagNameMap[K] {
  const child = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) child.setAttribute(key, value);
  parent.append(child);
  return child;
}
