/**
 * Finds calls that do the same job in a graph: of the same task, with inputs of the same kinds, used by calls of the same
 * kinds. A thousand of them are drawn as one box.
 *
 * It is partition refinement, cut short: all calls of a task begin as one class, and each round splits the classes by the
 * classes around them. After some rounds the neighbours within that distance agree. Going on until nothing changes would take
 * as many rounds as a chain is long, and would leave each link of the chain alone: so its middle is one box, too.
 */

/** How far the surroundings of two calls must agree, where nothing else is said. */
const MAX_ROUNDS = 12;

/** A call, as far as it matters here. */
export interface Alike {
  /** Whatever tells it from others by itself: its task, what it returned. */
  readonly kind: string;
  /** The calls whose results are its arguments, by their place in the list. */
  readonly inputs: readonly { readonly node: number; readonly argument: number }[];
}

/**
 * Numbers the classes from 0, in the order of their first member; a class stands for each call. Its cost is that of a few
 * looks at each edge.
 *
 * @param rounds how far the surroundings of two calls must agree; 0: not at all
 */
export function classesOf(nodes: readonly Alike[], rounds: number = MAX_ROUNDS): readonly number[] {
  const users = usersOf(nodes);
  let numbers = new Map<string, number>();
  let classes = nodes.map(({ kind }) => numberOf(numbers, kind));
  for (let round = 0; round < rounds; round++) {
    const before = numbers.size;
    const now = classes;
    numbers = new Map();
    classes = nodes.map((node, index) => numberOf(numbers, signature(node, users[index] ?? [], index, now)));
    if (numbers.size === before) break;
  }
  return classes;
}

/** The calls that use each one's result. */
function usersOf(nodes: readonly Alike[]): readonly (readonly number[])[] {
  const users = nodes.map((): number[] => []);
  for (const [index, { inputs }] of nodes.entries()) for (const { node } of inputs) users[node]?.push(index);
  return users;
}

/** How often something is used does not matter, nor as which argument. */
function signature(node: Alike, users: readonly number[], index: number, classes: readonly number[]): string {
  const inputs = new Set(node.inputs.map(({ node: input, argument }) => `${argument}:${classes[input]}`));
  const outputs = new Set(users.map((user) => classes[user] ?? -1));
  return `${classes[index]}|${[...inputs].sort().join()}|${[...outputs].sort((a, b) => a - b).join()}`;
}

function numberOf(numbers: Map<string, number>, text: string): number {
  let number = numbers.get(text);
  if (number === undefined) numbers.set(text, (number = numbers.size));
  return number;
}

/** The members of each class, in order. */
export function groupsOf(classes: readonly number[]): readonly (readonly number[])[] {
  const groups: number[][] = [];
  for (const [index, number] of classes.entries()) (groups[number] ??= []).push(index);
  return groups;
}
