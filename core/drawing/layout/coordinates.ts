/**
 * Where the nodes of ordered layers stand from left to right: Brandes and Köpf, 'Fast and Simple Horizontal Coordinate
 * Assignment' (2001). Nodes are aligned with the median of their neighbours in four ways, to either side and from either
 * end; each node stands in the middle of the four. Long edges are straight within.
 */
import type { Layers } from './layers.ts';

/** Between two boxes, between a bend and a box, and between two bends. */
const GAP = { boxes: 22, mixed: 16, bends: 10 };

/** The middles of all nodes. @param widths by node; 0 for bends */
export function coordinatesOf(graph: Layers, widths: Float64Array): Float64Array {
  const marked = conflicts(graph);
  const results: Float64Array[] = [];
  for (const up of [true, false])
    for (const left of [true, false]) {
      const layers = view(graph.layers, up, left);
      const neighbours = up ? graph.above : graph.below;
      const root = verticalAlignment(layers, neighbours, marked);
      const xs = horizontalCompaction(layers, root, graph, widths);
      results.push(left ? xs : xs.map((x) => -x));
    }
  return balanced(results, widths);
}

/** The layers as seen from one of the four corners. */
function view(layers: readonly (readonly number[])[], up: boolean, left: boolean): readonly (readonly number[])[] {
  const ordered = up ? layers : layers.toReversed();
  return left ? ordered : ordered.map((layer) => layer.toReversed());
}

/** Edges that cross a long edge's inner piece, as `upper * nodes + lower`: they are not made straight. */
function conflicts({ layers, count, above }: Layers): ReadonlySet<number> {
  const marked = new Set<number>();
  const places = placesOf(layers, above.length);
  for (let index = 1; index < layers.length; index++) {
    const layer = layers[index] ?? [];
    const last = (layers[index - 1]?.length ?? 1) - 1;
    let begin = 0;
    let from = 0;
    for (const [place, node] of layer.entries()) {
      const inner = innerNeighbour(node, count, above);
      if (inner === undefined && place < layer.length - 1) continue;
      const to = inner === undefined ? last : (places[inner] ?? 0);
      for (; from <= place; from++) {
        const lower = layer[from] ?? 0;
        for (const upper of above[lower] ?? []) {
          const at = places[upper] ?? 0;
          if ((at < begin || at > to) && !(lower >= count && upper >= count)) marked.add(upper * above.length + lower);
        }
      }
      begin = to;
    }
  }
  return marked;
}

/** The bend above a bend. */
function innerNeighbour(node: number, count: number, above: readonly number[][]): number | undefined {
  const upper = node < count ? undefined : above[node]?.[0];
  return upper !== undefined && upper >= count ? upper : undefined;
}

function placesOf(layers: readonly (readonly number[])[], size: number): Int32Array {
  const places = new Int32Array(size);
  for (const layer of layers) for (const [place, node] of layer.entries()) places[node] = place;
  return places;
}

/** By node: the first one of its block. The nodes of a block are to stand in one line. */
function verticalAlignment(
  layers: readonly (readonly number[])[],
  neighbours: readonly (readonly number[])[],
  marked: ReadonlySet<number>,
): Int32Array {
  const size = neighbours.length;
  const root = Int32Array.from({ length: size }, (_, node) => node);
  /** By node: the next one of its block, in a circle. */
  const align = root.slice();
  const places = placesOf(layers, size);
  for (const layer of layers) {
    let taken = -1;
    for (const node of layer) {
      const others = [...(neighbours[node] ?? [])].sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
      for (const middle of medians(others.length)) {
        const other = others[middle] ?? 0;
        const free = align[node] === node && taken < (places[other] ?? 0);
        if (!free || marked.has(other * size + node) || marked.has(node * size + other)) continue;
        align[other] = node;
        root[node] = root[other] ?? other;
        align[node] = root[node] ?? node;
        taken = places[other] ?? 0;
      }
    }
  }
  return root;
}

/** Both medians of an even number, the one towards the side first: layers are seen from there. */
function medians(length: number): readonly number[] {
  if (length === 0) return [];
  const [low, high] = [Math.floor((length - 1) / 2), Math.ceil((length - 1) / 2)];
  return low === high ? [low] : [low, high];
}

/** Blocks as far to the left as they can be; then those that have room, to the right, towards their neighbours. */
function horizontalCompaction(
  layers: readonly (readonly number[])[],
  root: Int32Array,
  { count }: Layers,
  widths: Float64Array,
): Float64Array {
  const size = root.length;
  const before = Array.from({ length: size }, (): { block: number; gap: number }[] => []);
  const after = Array.from({ length: size }, (): { block: number; gap: number }[] => []);
  for (const layer of layers)
    for (let place = 1; place < layer.length; place++) {
      const [a = 0, b = 0] = [layer[place - 1], layer[place]];
      const [left = 0, right = 0] = [root[a], root[b]];
      const gap = gapBetween(a, b, count, widths);
      before[right]?.push({ block: left, gap });
      after[left]?.push({ block: right, gap });
    }
  const xs = new Float64Array(size);
  const order = blockOrder(root, before, after);
  for (const block of order)
    for (const { block: left, gap } of before[block] ?? []) xs[block] = Math.max(xs[block] ?? 0, (xs[left] ?? 0) + gap);
  for (const block of order.reverse()) {
    let most = Infinity;
    for (const { block: right, gap } of after[block] ?? []) most = Math.min(most, (xs[right] ?? 0) - gap);
    if (most < Infinity) xs[block] = Math.max(xs[block] ?? 0, most);
  }
  for (let node = 0; node < size; node++) xs[node] = xs[root[node] ?? node] ?? 0;
  return xs;
}

/** How far the middles of two neighbours must be from each other. */
export function gapBetween(a: number, b: number, count: number, widths: Float64Array): number {
  const gap = a < count ? (b < count ? GAP.boxes : GAP.mixed) : b < count ? GAP.mixed : GAP.bends;
  return ((widths[a] ?? 0) + (widths[b] ?? 0)) / 2 + gap;
}

/** Blocks, each after those to the left of it. */
function blockOrder(
  root: Int32Array,
  before: readonly (readonly unknown[])[],
  after: readonly (readonly { readonly block: number }[])[],
): number[] {
  const missing = before.map((list) => list.length);
  const order = [...root.keys()].filter((node) => root[node] === node && missing[node] === 0);
  for (const block of order)
    for (const { block: right } of after[block] ?? []) {
      missing[right] = (missing[right] ?? 0) - 1;
      if (missing[right] === 0) order.push(right);
    }
  return order;
}

/** The mean of the two middle ones of four, after these were moved onto the narrowest. */
function balanced(results: readonly Float64Array[], widths: Float64Array): Float64Array {
  const spans = results.map((xs) => spanOf(xs, widths));
  let narrowest = 0;
  for (const [index, { from, to }] of spans.entries()) {
    const best = spans[narrowest];
    if (best !== undefined && to - from < best.to - best.from) narrowest = index;
  }
  const goal = spans[narrowest] ?? { from: 0, to: 0 };
  const moved = results.map((xs, index) => {
    const span = spans[index] ?? goal;
    // Results alternate between left and right.
    const shift = index % 2 === 0 ? goal.from - span.from : goal.to - span.to;
    return xs.map((x) => x + shift);
  });
  return widths.map((_, node) => {
    const four = moved.map((xs) => xs[node] ?? 0).sort((a, b) => a - b);
    return ((four[1] ?? 0) + (four[2] ?? 0)) / 2;
  });
}

function spanOf(xs: Float64Array, widths: Float64Array): { readonly from: number; readonly to: number } {
  let from = Infinity;
  let to = -Infinity;
  for (const [node, x] of xs.entries()) {
    const half = (widths[node] ?? 0) / 2;
    from = Math.min(from, x - half);
    to = Math.max(to, x + half);
  }
  return { from, to };
}
