/**
 * Places boxes in layers, each below those that it depends on, and leads edges between them: the method of Sugiyama, Tagawa
 * and Toda (1981), with the coordinates of Brandes and Köpf (2001). It is deterministic, and near linear.
 *
 * It was measured beside libraries, on random graphs of 30 to 1,000 boxes: it crosses about as many edges as dagre 3, d3-dag
 * 1.2 and elkjs 0.12, a third more than Graphviz, in a tenth to a hundredth of their time, with 4 KB instead of 17 to 490 KB.
 */
import { coordinatesOf } from './coordinates.ts';
import { uncross } from './crossings.ts';
import { layersOf, type Layers } from './layers.ts';
import { packedCoordinates } from './packing.ts';
import { ranksOf, turnedEdges, type Link } from './ranks.ts';

/** Between two layers: at least, and at most, where edges lead far to the side. */
const LAYER_GAP = { least: 34, most: 110 };

/** With more boxes and bends, width counts more than straight lines; */
const MAX_STRAIGHT = 1500;
/** with fewer, only where straight lines would make the drawing so many times as wide. */
const MAX_WIDENING = 1.4;

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
  const { xs, width: fullWidth } = acrossOf(graph, widths);
  const ys = layerTops(graph.layers, graph.below, xs, sizes);
  const places = sizes.map(({ width, height }, index) => {
    const rank = ranks[index] ?? 0;
    return { x: (xs[index] ?? 0) - width / 2, y: (ys.tops[rank] ?? 0) + ((ys.heights[rank] ?? 0) - height) / 2 };
  });
  const bottom = (rank: number): number => (ys.tops[rank] ?? 0) + (ys.heights[rank] ?? 0);
  let edge = 0;
  const routes = downward.map(({ from, to }, index) => {
    if (from === to) return [];
    const bends = graph.bends[edge++] ?? [];
    const [first, last] = [ranks[from] ?? 0, ranks[to] ?? 0];
    const route = [{ x: xs[from] ?? 0, y: (places[from]?.y ?? 0) + (sizes[from]?.height ?? 0) }];
    // Past the boxes beside it straight down: they may be higher.
    route.push({ x: xs[from] ?? 0, y: bottom(first) });
    for (const [step, bend] of bends.entries()) {
      const x = xs[bend] ?? 0;
      route.push({ x, y: ys.tops[first + 1 + step] ?? 0 }, { x, y: bottom(first + 1 + step) });
    }
    route.push({ x: xs[to] ?? 0, y: ys.tops[last] ?? 0 }, { x: xs[to] ?? 0, y: places[to]?.y ?? 0 });
    return turned[index] === true ? route.reverse() : route;
  });
  return { width: fullWidth, height: ys.height, places, routes };
}

interface Across {
  /** The middles of all nodes, from 0. */
  readonly xs: Float64Array;
  readonly width: number;
}

function acrossOf(graph: Layers, widths: Float64Array): Across {
  const packed = fromZero(packedCoordinates(graph, widths), widths);
  if (graph.above.length > MAX_STRAIGHT) return packed;
  const straight = fromZero(coordinatesOf(graph, widths), widths);
  return straight.width > MAX_WIDENING * packed.width ? packed : straight;
}

function fromZero(middles: Float64Array, widths: Float64Array): Across {
  let left = Infinity;
  let right = -Infinity;
  for (const [node, x] of middles.entries()) {
    const half = (widths[node] ?? 0) / 2;
    left = Math.min(left, x - half);
    right = Math.max(right, x + half);
  }
  return middles.length === 0 ? { xs: middles, width: 0 } : { xs: middles.map((x) => x - left), width: right - left };
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
