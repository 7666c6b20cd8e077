import { builtIn } from './built-in.ts';
import { callOf, checkFunction } from './call-of.ts';
import type { Collection } from './collections.ts';
import type { Promised } from './promised.ts';
import { unquoted } from './quote.ts';
import { Quoted } from './quoted.ts';
import { describe, type Task } from './task.ts';
import { captured, isNode, isPromised, makeCall, makeNode, promise, type WorkflowNode } from './workflow.ts';

/**
 * The promise of the first element for which `predicate` gives something truthy, or `undefined`. One element after
 * the other is computed and asked: those after the match never run. (Seed 001, `find_first`.)
 *
 * @example
 * await run(findFirst((n) => 77 % n === 0, [2, 3, 5, 7, 11])); // 7
 */
export function findFirst<T>(predicate: (value: T) => unknown, values: Collection<T>): Promised<T | undefined> {
  checkFunction(predicate, 'findFirst');
  const node = isPromised(values)
    ? makeCall(FIND_IN, [predicate, values])
    : search(captured([predicate])[0], captured(values as Iterable<unknown>));
  return promise(node) as Promised<T | undefined>;
}

/** Elements that are calls are quoted, so that they wait for their turn. */
function search(predicate: unknown, elements: readonly unknown[]): WorkflowNode {
  const quoted = elements.map((value) => (isNode(value) ? new Quoted(value) : value));
  return makeNode(FIND_FROM, [predicate, quoted, 0]);
}

const FIND_IN: Task = builtIn('join', 'findIn', ([predicate, values]) => {
  if (typeof values !== 'object' || values === null || !(Symbol.iterator in values))
    throw new TypeError(`Cannot find in ${describe(values)}: it is no array and nothing else that can be iterated`);
  return search(predicate, [...(values as Iterable<unknown>)]);
});

/** Asks about the element at an index, if there is one. */
const FIND_FROM: Task = builtIn('join', 'findFrom', ([predicate, elements, index]) => {
  const list = elements as readonly unknown[];
  if ((index as number) >= list.length) return undefined;
  const element = unquoted(list[index as number]);
  return makeNode(FOUND, [predicate, elements, index, element, callOf(predicate, [element])]);
});

/** The element, or the search from the next one on. A tail call: nothing of the earlier steps stays. */
const FOUND: Task = builtIn('join', 'found', ([predicate, elements, index, element, verdict]) =>
  verdict ? element : makeNode(FIND_FROM, [predicate, elements, (index as number) + 1]),
);

/** The built-in tasks of searches. */
export const FIND_TASKS: readonly Task[] = [FIND_IN, FIND_FROM, FOUND];
