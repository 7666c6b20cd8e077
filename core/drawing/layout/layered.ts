/**
 * Places boxes in layers, each below those that it depends on, and leads edges between them: the method of Sugiyama, Tagawa
 * and Toda (1981), with the coordinates of Brandes and Köpf (2001). It is deterministic, and near linear.
 */
import { coordinatesOf } from './coordinates.ts';
import { uncross } from './crossings.ts';
import { layersOf } from './layers.ts';
import { ranksOf, turnedEdges, type Link } from './ranks.ts';

/** Between two layers: at least, and at most, where edges lead far to the side. */
const LAYER_GAP = { least: 34, most: 110 };

/** How large something is. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Somewhere in a drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything stands. */
export interface Layered extends Size {
  /** By box: its upper left corner. */
  readonly places: readonly Point[];
  /** By edge: from the box that it begins at, through its bends, to the box that it ends at. */
  readonly routes: readonly (readonly Point[])[];
}

/** Places boxes; edges between them are pairs of their numbers, cycles are allowed. */
export function layered(sizes: readonly Size[], links: readonly Link[]): Layered {
  const turned = turnedEdges(sizes.length, links);
  const downward = links.map(({ from, to }, index) => (turned[index] === true ? { from: to, to: from } : { from, to }));
  // An edge of a box to itself is not led anywhere.
  const led = downward.filter(({ from, to }) => from !== to);
  const ranks = ranksOf(sizes.length, led);
  const graph = layersOf(ranks, led);
  uncross(graph);
  const widths = new Float64Array(graph.above.length);
  for (const [index, { width }] of sizes.entries()) widths[index] = width;
  const xs = coordinatesOf(graph, widths);
  const left = xs.reduce((least, x, node) => Math.min(least, x - (widths[node] ?? 0) / 2), Infinity);
  for (const [node, x] of xs.entries()) xs[node] = x - left;
  const ys = layerTops(graph.layers, graph.below, xs, sizes);
  const places = sizes.map(({ width, height }, index) => {
    const rank = ranks[index] ?? 0;
    return { x: (xs[index] ?? 0) - width / 2, y: (ys.tops[rank] ?? 0) + ((ys.heights[rank] ?? 0) - height) / 2 };
  });
  const middle = (rank: number): number => (ys.tops[rank] ?? 0) + (ys.heights[rank] ?? 0) / 2;
  let edge = 0;
  const routes = downward.map(({ from, to }, index) => {
    if (from === to) return [];
    const bends = graph.bends[edge++] ?? [];
    const start = { x: xs[from] ?? 0, y: (places[from]?.y ?? 0) + (sizes[from]?.height ?? 0) };
    const end = { x: xs[to] ?? 0, y: places[to]?.y ?? 0 };
    const inner = bends.map((bend, step) => ({ x: xs[bend] ?? 0, y: middle((ranks[from] ?? 0) + 1 + step) }));
    const route = [start, ...inner, end];
    return turned[index] === true ? route.reverse() : route;
  });
  const right = xs.reduce((most, x, node) => Math.max(most, x + (widths[node] ?? 0) / 2), 0);
  return { width: right, height: ys.height, places, routes };
}

interface Tops {
  readonly tops: readonly number[];
  readonly heights: readonly number[];
  readonly height: number;
}

/** Layers are as high as their highest box; where edges lead far to the side, they stand further apart. */
function layerTops(
  layers: readonly (readonly number[])[],
  below: readonly (readonly number[])[],
  xs: Float64Array,
  sizes: readonly Size[],
): Tops {
  let y = 0;
  let height = 0;
  const tops: number[] = [];
  const heights = layers.map((layer) => layer.reduce((most, node) => Math.max(most, sizes[node]?.height ?? 0), 0));
  for (const [index, layer] of layers.entries()) {
    tops.push(y);
    height = y + (heights[index] ?? 0);
    let sideways = 0;
    for (const node of layer)
      for (const other of below[node] ?? [])
        sideways = Math.max(sideways, Math.abs((xs[node] ?? 0) - (xs[other] ?? 0)));
    y = height + Math.min(LAYER_GAP.most, Math.max(LAYER_GAP.least, sideways * 0.12));
  }
  return { tops, heights, height };
}
