/** A graph in layers: each edge leads from one layer to the next. Longer ones pass through nodes of their own. */
import type { Link } from './ranks.ts';

/** From this many nodes for edges on, long edges are drawn straight: they cannot be followed by the eye any more. */
const MAX_BENDS = 20_000;

/** The layers. Nodes from `count` on are bends of edges. */
export interface Layers {
  /** The nodes of each layer, from left to right. */
  readonly layers: number[][];
  /** How many nodes are boxes. */
  readonly count: number;
  /** By node: those above, and below, that it is joined to. */
  readonly above: readonly number[][];
  readonly below: readonly number[][];
  /** By edge: its bends, from above. */
  readonly bends: readonly (readonly number[])[];
}

/** Puts nodes into layers by their ranks, each layer in an order that keeps together what hangs together. */
export function layersOf(ranks: Int32Array, links: readonly Link[]): Layers {
  const count = ranks.length;
  const above: number[][] = Array.from({ length: count }, () => []);
  const below: number[][] = Array.from({ length: count }, () => []);
  const rankOf = [...ranks];
  let length = 0;
  for (const { from, to } of links) length += (ranks[to] ?? 0) - (ranks[from] ?? 0) - 1;
  const straight = length > MAX_BENDS;
  const join = (from: number, to: number): void => {
    below[from]?.push(to);
    above[to]?.push(from);
  };
  const bends = links.map(({ from, to }) => {
    const own: number[] = [];
    let last = from;
    for (let rank = (ranks[from] ?? 0) + 1; rank < (ranks[to] ?? 0) && !straight; rank++) {
      const bend = rankOf.push(rank) - 1;
      above.push([]);
      below.push([]);
      join(last, bend);
      own.push(bend);
      last = bend;
    }
    if (rankOf[last] === (ranks[to] ?? 0) - 1) join(last, to);
    return own;
  });
  return { layers: inFirstOrder(rankOf, above, below), count, above, below, bends };
}

/** Depth first, upwards from the results: as the calls of a program are nested. */
function inFirstOrder(
  ranks: readonly number[],
  above: readonly (readonly number[])[],
  below: readonly (readonly number[])[],
): number[][] {
  const depth = ranks.reduce((most, rank) => Math.max(most, rank + 1), 0);
  const layers: number[][] = Array.from({ length: depth }, () => []);
  const seen = new Uint8Array(ranks.length);
  const starts = [...ranks.keys()].filter((node) => below[node]?.length === 0);
  const stack: number[] = [];
  for (const start of starts) {
    stack.push(start);
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (seen[node] === 1) continue;
      seen[node] = 1;
      layers[ranks[node] ?? 0]?.push(node);
      const inputs = above[node] ?? [];
      for (let index = inputs.length - 1; index >= 0; index--) stack.push(inputs[index] ?? 0);
    }
  }
  return layers;
}
