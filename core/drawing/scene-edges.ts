import type { Drawable } from './drawable.ts';
import type { SceneBox, SceneEdge } from './scene.ts';

/**
 * The edges between boxes: one for all that leads from one box to another. Where the boxes of two jobs stand in different
 * boxes, the edge is between the outermost ones that differ.
 */
export function sceneEdges(
  { jobs }: Drawable,
  boxes: readonly SceneBox[],
  boxOf: Int32Array,
  becomes: readonly (readonly [from: number, to: number])[],
): readonly SceneEdge[] {
  const edges = new Map<number, SceneEdge>();
  const partOf = (job: number): number | undefined => jobs[job]?.part;
  const connect = (fromJob: number, toJob: number, isTail: boolean): void => {
    const pair = sideBySide(boxes, boxOf[fromJob] ?? -1, boxOf[toJob] ?? -1);
    if (pair === undefined) return;
    const [from, to] = pair;
    if (from === to) {
      const box = boxes[from];
      if (box?.kind === 'group' && partOf(fromJob) === partOf(box.job) && partOf(toJob) === partOf(box.job))
        box.loops = true;
      return;
    }
    const key = (from * boxes.length + to) * 2 + (isTail ? 1 : 0);
    const known = edges.get(key);
    if (known === undefined) edges.set(key, { from, to, parent: boxes[from]?.parent ?? -1, becomes: isTail, count: 1 });
    else known.count++;
  };
  for (const [from, to] of becomes) connect(from, to, true);
  for (const { job, inputs, part } of jobs) if (part >= 0) for (const input of inputs) connect(input.job, job, false);
  return [...edges.values()];
}

/** The boxes around the two that stand in the same box; `undefined` where there are none, or one is around the other. */
function sideBySide(
  boxes: readonly SceneBox[],
  first: number,
  second: number,
): readonly [from: number, to: number] | undefined {
  let from = boxes[first];
  let to = boxes[second];
  let [fromIndex, toIndex] = [first, second];
  while (from !== undefined && to !== undefined) {
    if (from.parent === to.parent && boxes[from.parent]?.inside !== 'grid') return [fromIndex, toIndex];
    const [fromDepth, toDepth] = [from.depth, to.depth];
    if (fromDepth >= toDepth) from = boxes[(fromIndex = from.parent)];
    if (toDepth >= fromDepth) to = boxes[(toIndex = to.parent)];
  }
  return undefined;
}
