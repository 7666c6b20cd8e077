/**
 * Collections: the same for every element. Where the elements are there, the workflow is drawn at once, and all calls
 * may run in parallel; where the collection is promised, a built-in task draws it once its elements are known.
 */
import { builtIn } from './built-in.ts';
import { asNode, calledTask, callOf, checkFunction } from './call-of.ts';
import { chunkTaskOf } from './chunk.ts';
import type { Computed, Promised, PromisedBrand } from './promised.ts';
import { describe, type Task } from './task.ts';
import { captured, ARRAY, isPromised, makeCall, makeNode, promise, type WorkflowNode } from './workflow.ts';

/** Elements: an iterable of values and promises, or the promise of an array. */
export type Collection<T> = Iterable<T | PromisedBrand<T>> | PromisedBrand<readonly T[]>;

/** How {@link map} groups calls. */
export interface MapOptions {
  /** How many elements one job takes: short tasks cost less in groups, and are remembered in groups. @default 1 */
  readonly chunk?: number;
}

/**
 * The promise of an array of what `fn` gives for each element, in order. A scheduled function runs in the executor, a
 * plain one on the scheduling thread; both get values, and both may return promises.
 *
 * @example
 * await run(map(square, [1, 2, add(1, 2)])); // [1, 4, 9]
 *
 * @throws RangeError where `chunk` is not a whole number from 1
 */
export function map<T, R>(
  fn: (value: T) => R,
  values: Collection<T>,
  options: MapOptions = {},
): Promised<Computed<R>[]> {
  checkFunction(fn, 'map');
  const { chunk = 1 } = options;
  if (!(chunk >= 1) || (!Number.isInteger(chunk) && chunk !== Infinity))
    throw new RangeError(`Cannot map in chunks of ${chunk}: chunk must be a whole number from 1`);
  return over(MAP, values, [fn, chunk]) as Promised<Computed<R>[]>;
}

/**
 * The promise of an array of the elements for which `predicate` gives something truthy, in order.
 *
 * @example
 * await run(filter((n) => n % 2 === 0, [1, 2, 3, 4])); // [2, 4]
 */
export function filter<T>(predicate: (value: T) => unknown, values: Collection<T>): Promised<T[]> {
  checkFunction(predicate, 'filter');
  return over(FILTER, values, [predicate]) as Promised<T[]>;
}

/**
 * The promise of whether `predicate` gives something truthy for all elements; true for none. All are asked, in
 * parallel: see `findFirst` for what stops at the first.
 *
 * @example
 * await run(all((n) => n > 0, [1, 2, 3])); // true
 */
export function all<T>(predicate: (value: T) => unknown, values: Collection<T>): Promised<boolean> {
  checkFunction(predicate, 'all');
  return over(ALL, values, [predicate]) as Promised<boolean>;
}

/**
 * The promise of whether `predicate` gives something truthy for any element; false for none. All are asked, in
 * parallel: see `findFirst` for what stops at the first.
 *
 * @example
 * await run(any((n) => n > 2, [1, 2, 3])); // true
 */
export function any<T>(predicate: (value: T) => unknown, values: Collection<T>): Promised<boolean> {
  checkFunction(predicate, 'any');
  return over(ANY, values, [predicate]) as Promised<boolean>;
}

/**
 * The promise of an array of what `fn` gives for the elements of both collections at each position, up to the end of
 * the shorter one.
 *
 * @example
 * await run(zipWith(add, [1, 2, 3], [10, 20])); // [11, 22]
 */
export function zipWith<A, B, R>(
  fn: (a: A, b: B) => R,
  first: Collection<A>,
  second: Collection<B>,
): Promised<Computed<R>[]> {
  checkFunction(fn, 'zipWith');
  const isReady = !isPromised(first) && !isPromised(second);
  const sides = [first, second].map((side) => (isPromised(side) ? side : makeCall(ARRAY, elementsOf(side, 'zipWith'))));
  const node = isReady
    ? zipped(captured([fn])[0], ...(sides as [WorkflowNode, WorkflowNode]).map(({ args }) => args))
    : makeCall(ZIP_WITH, [fn, ...sides]);
  return promise(node) as Promised<Computed<R>[]>;
}

/**
 * The promise of the last state: `fn` gives the next state for the state and an element, one element after the other
 * from the left. (Seed 001, `fold`.)
 *
 * @example
 * await run(fold(add, 0, [1, 2, 3, 4])); // 10
 */
export function fold<S, T>(
  fn: (state: S, value: T) => S | PromisedBrand<S>,
  state: NoInfer<S> | PromisedBrand<NoInfer<S>>,
  values: Collection<T>,
): Promised<S> {
  checkFunction(fn, 'fold');
  return over(FOLD, values, [fn, state]) as Promised<S>;
}

/** Draws what is to be done with elements. `options` are captured, too. */
type Draw = (elements: readonly unknown[], options: readonly unknown[]) => WorkflowNode;

/** Built-in tasks by their constructs, with what they draw. Arguments: the elements, then the options. */
const DRAWINGS = new WeakMap<Task, Draw>();

function construct(name: string, draw: Draw): Task {
  const task = builtIn('join', name, ([values, ...options]) => draw(elementsOf(values, name), options));
  DRAWINGS.set(task, draw);
  return task;
}

function over(task: Task, values: unknown, options: readonly unknown[]): unknown {
  const draw = DRAWINGS.get(task);
  if (draw === undefined || isPromised(values)) return promise(makeCall(task, [values, ...options]));
  const elements = captured(elementsOf(values, task.name.replace('somen/', '')));
  return promise(draw(elements, captured(options)));
}

/** @throws TypeError for anything that is no collection */
function elementsOf(values: unknown, name: string): readonly unknown[] {
  if (Array.isArray(values)) return values as readonly unknown[];
  if (typeof values === 'object' && values !== null && Symbol.iterator in values)
    return [...(values as Iterable<unknown>)];
  throw new TypeError(`Cannot ${name} over ${describe(values)}: it is no array and nothing else that can be iterated`);
}

const MAP: Task = construct('map', (elements, [fn, chunk]) =>
  chunk === 1 ? gathered(elements.map((value) => callOf(fn, [value]))) : mapInChunks(fn, elements, chunk as number),
);

function mapInChunks(fn: unknown, elements: readonly unknown[], size: number): WorkflowNode {
  const task = calledTask(fn);
  const chunks: unknown[] = [];
  for (let start = 0; start < elements.length; start += size) {
    const items = elements.slice(start, start + size);
    chunks.push(
      // A plain function runs here: its calls are light, and need no group.
      task === undefined
        ? gathered(items.map((value) => callOf(fn, [value])))
        : makeCall(chunkTaskOf(task), [fn, items]),
    );
  }
  return makeNode(JOINED, chunks);
}

const FILTER: Task = construct('filter', (elements, [predicate]) =>
  makeNode(CHOSEN, [gathered(elements), gathered(elements.map((value) => callOf(predicate, [value])))]),
);

const ALL: Task = construct('all', (elements, [predicate]) =>
  makeNode(
    EVERY,
    elements.map((value) => callOf(predicate, [value])),
  ),
);

const ANY: Task = construct('any', (elements, [predicate]) =>
  makeNode(
    SOME,
    elements.map((value) => callOf(predicate, [value])),
  ),
);

const FOLD: Task = construct('fold', (elements, [fn, state]) => {
  let last = state;
  for (const value of elements) last = callOf(fn, [last, value]);
  return asNode(last);
});

const ZIP_WITH: Task = builtIn('join', 'zipWith', ([fn, first, second]) =>
  zipped(fn, elementsOf(first, 'zipWith'), elementsOf(second, 'zipWith')),
);

function zipped(fn: unknown, first: readonly unknown[] = [], second: readonly unknown[] = []): WorkflowNode {
  const length = Math.min(first.length, second.length);
  return gathered(Array.from({ length }, (_, index) => callOf(fn, [first[index], second[index]])));
}

function gathered(values: readonly unknown[]): WorkflowNode {
  return makeNode(ARRAY, values);
}

/** Arrays, one after the other, as one. */
const JOINED: Task = builtIn('join', 'joined', (chunks) => {
  const joined: unknown[] = [];
  for (const chunk of chunks) for (const value of chunk as readonly unknown[]) joined.push(value);
  return joined;
});
/** Those elements of the first array for which the second one says so. */
const CHOSEN: Task = builtIn('join', 'chosen', ([elements, verdicts]) =>
  (elements as readonly unknown[]).filter((_, index) => (verdicts as readonly unknown[])[index]),
);
const EVERY: Task = builtIn('join', 'every', (verdicts) => verdicts.every(Boolean));
const SOME: Task = builtIn('join', 'some', (verdicts) => verdicts.some(Boolean));

/** The built-in tasks of collections. */
export const COLLECTION_TASKS: readonly Task[] = [MAP, FILTER, ALL, ANY, FOLD, ZIP_WITH, JOINED, CHOSEN, EVERY, SOME];
