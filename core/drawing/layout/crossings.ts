/** Orders the nodes of layers so that few edges cross: barycentres in sweeps, then swaps of neighbours (Sugiyama 1981). */
import type { Layers } from './layers.ts';

/** Orders the nodes of each layer in place. */
export function uncross(graph: Layers): void {
  const { layers, above, below } = graph;
  const places = new Int32Array(above.length);
  for (const layer of layers) setPlaces(layer, places);
  let best = layers.map((layer) => layer.slice());
  let fewest = crossings(graph, places);
  const sweeps = above.length < 1500 ? 24 : above.length < 6000 ? 10 : 4;
  for (let sweep = 0, worse = 0; sweep < sweeps && fewest > 0 && worse < 5; sweep++) {
    const down = sweep % 2 === 0;
    const order = down ? layers : layers.toReversed();
    for (const layer of order) sortLayer(layer, down ? above : below, places, sweep % 4 >= 2);
    if (above.length < 3000) transpose(graph, places);
    const now = crossings(graph, places);
    if (now < fewest) {
      best = layers.map((layer) => layer.slice());
      fewest = now;
      worse = 0;
    } else worse++;
  }
  for (const [index, layer] of best.entries()) {
    layers[index] = layer;
    setPlaces(layer, places);
  }
}

function setPlaces(layer: readonly number[], places: Int32Array): void {
  for (const [place, node] of layer.entries()) places[node] = place;
}

/** By the mean place of the neighbours; those without stay where they are. `flip`: equals change their order. */
function sortLayer(layer: number[], neighbours: readonly number[][], places: Int32Array, flip: boolean): void {
  const keyed = layer.map((node, place) => {
    const others = neighbours[node] ?? [];
    if (others.length === 0) return { node, key: place, place };
    let sum = 0;
    for (const other of others) sum += places[other] ?? 0;
    return { node, key: sum / others.length, place };
  });
  const sign = flip ? -1 : 1;
  const free = keyed.filter(({ node }) => (neighbours[node]?.length ?? 0) > 0);
  free.sort((a, b) => a.key - b.key || sign * (a.place - b.place));
  let next = 0;
  for (const [place, { node }] of keyed.entries()) {
    const kept = (neighbours[node]?.length ?? 0) === 0;
    layer[place] = kept ? node : (free[next++]?.node ?? node);
  }
  setPlaces(layer, places);
}

/** Swaps neighbours as long as that removes crossings. */
function transpose({ layers, above, below }: Layers, places: Int32Array): void {
  for (let better = true, round = 0; better && round < 4; round++) {
    better = false;
    for (const layer of layers)
      for (let place = 0; place + 1 < layer.length; place++) {
        const [left = 0, right = 0] = [layer[place], layer[place + 1]];
        const change =
          gain(above[left] ?? [], above[right] ?? [], places) + gain(below[left] ?? [], below[right] ?? [], places);
        if (change <= 0) continue;
        layer[place] = right;
        layer[place + 1] = left;
        places[right] = place;
        places[left] = place + 1;
        better = true;
      }
  }
}

/** How many crossings fewer two neighbours' edges to a layer have when they are swapped. */
function gain(left: readonly number[], right: readonly number[], places: Int32Array): number {
  // Nodes with hundreds of edges stay in the order of their barycentres.
  if (left.length * right.length > 2500) return 0;
  let sum = 0;
  for (const a of left) for (const b of right) sum += Math.sign((places[a] ?? 0) - (places[b] ?? 0));
  return sum;
}

/** How many edges cross. */
function crossings({ layers, below }: Layers, places: Int32Array): number {
  let sum = 0;
  for (const [index, layer] of layers.entries()) {
    const next = layers[index + 1]?.length ?? 0;
    if (next > 0) sum += crossingsBelow(layer, below, places, next);
  }
  return sum;
}

/** Counts inversions with a binary indexed tree (Barth, Jünger and Mutzel 2004). */
function crossingsBelow(
  layer: readonly number[],
  below: readonly (readonly number[])[],
  places: Int32Array,
  size: number,
): number {
  const tree = new Int32Array(size + 1);
  let sum = 0;
  let inserted = 0;
  for (const node of layer) {
    const ends = (below[node] ?? []).map((other) => places[other] ?? 0);
    for (const end of ends) {
      let notRight = 0;
      for (let at = end + 1; at > 0; at -= at & -at) notRight += tree[at] ?? 0;
      sum += inserted - notRight;
    }
    for (const end of ends) for (let at = end + 1; at <= size; at += at & -at) tree[at] = (tree[at] ?? 0) + 1;
    inserted += ends.length;
  }
  return sum;
}
