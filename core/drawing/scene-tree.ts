import type { JobState } from '../job-views.ts';
import type { SceneBox } from './scene.ts';

/** The boxes that stand in each one, by its place; in no box, by -1. */
export function childrenOf(boxes: readonly SceneBox[]): ReadonlyMap<number, readonly number[]> {
  const children = new Map<number, number[]>();
  for (const [index, { parent }] of boxes.entries()) {
    const list = children.get(parent);
    if (list === undefined) children.set(parent, [index]);
    else list.push(index);
  }
  return children;
}

/** A state is not told by its colour alone. */
export function withState(label: string, state: JobState | undefined): string {
  return state === undefined ? label : `${label}\n${state}`;
}
