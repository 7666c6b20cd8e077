/** Drawings in the language of Graphviz. */
import { countsOf, stateOf } from './counts.ts';
import { drawableOf } from './drawable.ts';
import { LIGHT } from './palette.ts';
import { childrenOf, withState } from './scene-tree.ts';
import { sceneOf, type SceneBox } from './scene.ts';
import type { DrawingOptions } from './svg.ts';

/**
 * Draws a workflow in the language of Graphviz: what jobs returned stands in clusters, the states of a run are colours.
 *
 * @param source as that of {@link toSVG}
 * @throws RangeError where `collapse` is not a number from 2 up, or `depth` not one from 0 up
 * @example
 * toDot(add(1, 2)); // digraph workflow { node [shape=box]; 0 [label="add(1, 2)"]; }
 */
export function toDot(source: unknown, options: DrawingOptions = {}): string {
  const drawable = drawableOf(source);
  const scene = sceneOf(drawable, options);
  const { boxes, edges } = scene;
  const children = childrenOf(boxes);
  const box = (index: number, indent: string): readonly string[] => {
    const own = boxes[index];
    if (own === undefined) return [];
    const { id, label, inside, job, kind } = own;
    const state = stateOf(countsOf(own, drawable.jobs));
    const color = state === undefined ? '' : `, color="${LIGHT[state]}"`;
    if (inside === undefined) {
      const style = drawable.jobs[job]?.builtIn === true ? ', style=dashed' : kind === 'job' ? '' : ', peripheries=2';
      return [`${indent}${nodeName(own)} [label=${quoted(withState(label, state))}${style}${color}];`];
    }
    const inner = (children.get(index) ?? []).flatMap((child) => box(child, `${indent}  `));
    const head = `${indent}  label=${quoted(withState(label, state))};${color === '' ? '' : ` ${color.slice(2)};`}`;
    return [`${indent}subgraph cluster_${id} {`, head, ...inner, `${indent}}`];
  };
  const arrows = edges.map(({ from, to, becomes }) => {
    const [tail, head] = [innermost(children, from, -1), innermost(children, to, 0)];
    const attributes = [
      tail === from ? '' : `ltail=cluster_${boxes[from]?.id}`,
      head === to ? '' : `lhead=cluster_${boxes[to]?.id}`,
      becomes ? 'style=dashed' : '',
    ].filter((text) => text !== '');
    const suffix = attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`;
    return `  ${nodeName(boxes[tail])} -> ${nodeName(boxes[head])}${suffix};`;
  });
  const nested = boxes.some(({ inside }) => inside !== undefined);
  return [
    'digraph workflow {',
    ...(nested ? ['  compound=true;'] : []),
    '  node [shape=box];',
    ...(children.get(-1) ?? []).flatMap((child) => box(child, '  ')),
    ...arrows,
    '}',
  ].join('\n');
}

/** Graphviz leads edges to nodes only: to the first or last one in a cluster, and cuts them at its border. */
function innermost(children: ReadonlyMap<number, readonly number[]>, box: number, place: 0 | -1): number {
  let at = box;
  for (let inner = children.get(at); inner !== undefined; inner = children.get(at)) at = inner.at(place) ?? at;
  return at;
}

function nodeName(box: SceneBox | undefined): string {
  return box?.kind === 'job' ? String(box.job) : (box?.id ?? '');
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
