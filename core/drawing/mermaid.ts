/** Drawings in the language of Mermaid. */
import type { JobState } from '../job-views.ts';
import { countsOf, stateOf, STATES } from './counts.ts';
import { drawableOf } from './drawable.ts';
import { LIGHT } from './palette.ts';
import { childrenOf, withState } from './scene-tree.ts';
import { sceneOf, type SceneBox } from './scene.ts';
import type { DrawingOptions } from './svg.ts';

/**
 * Draws a workflow in the language of Mermaid: what jobs returned stands in subgraphs, the states of a run are colours.
 *
 * @param source as that of {@link toSVG}
 * @throws RangeError where `collapse` is not a number from 2 up, or `depth` not one from 0 up
 * @example
 * toMermaid(add(1, 2)); // flowchart TD n0["add(1, 2)"]
 */
export function toMermaid(source: unknown, options: DrawingOptions = {}): string {
  const drawable = drawableOf(source);
  const scene = sceneOf(drawable, options);
  const { boxes, edges } = scene;
  const children = childrenOf(boxes);
  const members: Partial<Record<JobState, readonly string[]>> = {};
  const box = (index: number, indent: string): readonly string[] => {
    const own = boxes[index];
    if (own === undefined) return [];
    const { label, inside } = own;
    const name = nodeName(own);
    const state = stateOf(countsOf(own, drawable.jobs));
    if (state !== undefined) members[state] = [...(members[state] ?? []), name];
    const text = `${name}["${escapedForMermaid(withState(label, state))}"]`;
    if (inside === undefined) return [`${indent}${text}`];
    const inner = (children.get(index) ?? []).flatMap((child) => box(child, `${indent}  `));
    return [`${indent}subgraph ${text}`, ...inner, `${indent}end`];
  };
  const drawn = (children.get(-1) ?? []).flatMap((child) => box(child, '  '));
  const arrows = edges.map(
    ({ from, to, becomes }) => `  ${nodeName(boxes[from])} ${becomes ? '-.->' : '-->'} ${nodeName(boxes[to])}`,
  );
  const styles = STATES.flatMap((state) => {
    const names = members[state];
    return names === undefined
      ? []
      : [`  classDef ${state} stroke:${LIGHT[state]},stroke-width:2px`, `  class ${names.join()} ${state}`];
  });
  return ['flowchart TD', ...drawn, ...arrows, ...styles].join('\n');
}

function nodeName(box: SceneBox | undefined): string {
  return box?.kind === 'job' ? `n${box.job}` : (box?.id ?? '');
}

function escapedForMermaid(text: string): string {
  return text.replaceAll(/["#<>&`]/g, (character) => `#${character.charCodeAt(0)};`).replaceAll('\n', '<br>');
}
