/** Which layer each node of a graph belongs to. */

/** An edge, by the places of its ends in a list of nodes. */
export interface Link {
  readonly from: number;
  readonly to: number;
}

/**
 * The edges without cycles: those that lead back are turned round.
 *
 * @returns for each edge, whether it was turned
 */
export function turnedEdges(count: number, links: readonly Link[]): readonly boolean[] {
  const turned = links.map(({ from, to }) => from === to);
  const outgoing = Array.from({ length: count }, (): number[] => []);
  const incoming = new Int32Array(count);
  for (const [index, { from, to }] of links.entries()) {
    outgoing[from]?.push(index);
    if (from !== to) incoming[to] = (incoming[to] ?? 0) + 1;
  }
  /** 1: on the way to here; 2: done. */
  const state = new Uint8Array(count);
  // From the sources first: then what leads back to them is turned, and not what leads away.
  const order = [...Array(count).keys()].sort((a, b) => (incoming[a] ?? 0) - (incoming[b] ?? 0) || a - b);
  for (const start of order) {
    if (state[start] !== 0) continue;
    const stack = [{ node: start, next: 0 }];
    state[start] = 1;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const edge = outgoing[top.node]?.[top.next++];
      if (edge === undefined) {
        state[top.node] = 2;
        stack.pop();
        continue;
      }
      const to = links[edge]?.to ?? 0;
      if (state[to] === 1) turned[edge] = true;
      else if (state[to] === 0) {
        state[to] = 1;
        stack.push({ node: to, next: 0 });
      }
    }
  }
  return turned;
}

/** Ranks from 0, so that every edge leads to a higher one, and is short. The edges must have no cycle. */
export function ranksOf(count: number, links: readonly Link[]): Int32Array {
  const inputs = Array.from({ length: count }, (): number[] => []);
  const outputs = Array.from({ length: count }, (): number[] => []);
  for (const { from, to } of links) {
    inputs[to]?.push(from);
    outputs[from]?.push(to);
  }
  const order = topologicalOrder(inputs, outputs);
  const ranks = new Int32Array(count);
  for (const node of order)
    for (const input of inputs[node] ?? []) ranks[node] = Math.max(ranks[node] ?? 0, (ranks[input] ?? 0) + 1);
  // As high as can be is not as near as can be: a node with more edges down than up moves down, and may let others follow.
  for (const node of order.reverse()) {
    const users = outputs[node] ?? [];
    if (users.length === 0 || users.length < (inputs[node]?.length ?? 0)) continue;
    let lowest = Infinity;
    for (const user of users) lowest = Math.min(lowest, ranks[user] ?? 0);
    ranks[node] = lowest - 1;
  }
  return ranks;
}

function topologicalOrder(inputs: readonly (readonly number[])[], outputs: readonly (readonly number[])[]): number[] {
  const missing = inputs.map((list) => list.length);
  const order = [...missing.keys()].filter((node) => missing[node] === 0);
  // Grows while it is walked.
  for (const node of order)
    for (const user of outputs[node] ?? []) {
      missing[user] = (missing[user] ?? 0) - 1;
      if (missing[user] === 0) order.push(user);
    }
  return order;
}
