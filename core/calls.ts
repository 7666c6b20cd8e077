/** Calls that differ from a plain one: by reference, with other hints, one after the other; and elements of a promise. */
import { Ref } from './capture.ts';
import { callOf, checkFunction } from './call-of.ts';
import { delay } from './gather.ts';
import { checkHints, type Hints } from './hints.ts';
import type { Computed, Promisable, Promised, PromisedBrand } from './promised.ts';
import { deriveTask } from './task.ts';
import { captured, nodeOf, promise, WorkflowNode } from './workflow.ts';

/**
 * A value to be passed without copies: neither when the call is recorded nor before it runs on the same thread. To a
 * worker it is cloned all the same. Neither the caller nor the task may change it from then on.
 *
 * @example
 * await run(sum(ref(millionNumbers)));
 */
export function ref<T>(value: T): T {
  return (typeof value === 'object' && value !== null && !(value instanceof Ref) ? new Ref(value) : value) as T;
}

/**
 * The promise of the same call with other hints: of how it is run, of its version or of what is remembered.
 *
 * @example
 * const patient = updateHints(download(url), { retries: 5, timeout: 10_000 });
 *
 * @throws TypeError where `promised` is not the promise of a call, or the hints change its name
 */
export function updateHints<T>(promised: Promised<T>, hints: Hints): Promised<T> {
  const node = nodeOf(promised);
  if (node === undefined || node.task.builtIn !== undefined) {
    const what = node === undefined ? 'it is no promised value' : `'${node.task.name}' is part of the language`;
    throw new TypeError(`Cannot update hints: ${what}. Give the promise that a call of a scheduled function returned`);
  }
  checkHints(hints, node.task.name);
  return promise(new WorkflowNode(deriveTask(node.task, hints), node.args, node.dependencies)) as Promised<T>;
}

/** A function of one value for {@link pipe}. */
type Step<A, B> = (value: A) => B;
/** What the next function of a pipe gets. */
type Out<B> = Computed<B>;

/** Beyond six, types are not checked. */
type SixOrMore<T> = readonly [T, T, T, T, T, T, ...T[]];

/** {@link pipe}, with the types of up to five functions. */
export interface Pipe {
  <A, B>(value: Promisable<A>, ab: Step<A, B>): Promised<Out<B>>;
  <A, B, C>(value: Promisable<A>, ab: Step<A, B>, bc: Step<Out<B>, C>): Promised<Out<C>>;
  <A, B, C, D>(value: Promisable<A>, ab: Step<A, B>, bc: Step<Out<B>, C>, cd: Step<Out<C>, D>): Promised<Out<D>>;
  <A, B, C, D, E>(
    value: Promisable<A>,
    ab: Step<A, B>,
    bc: Step<Out<B>, C>,
    cd: Step<Out<C>, D>,
    de: Step<Out<D>, E>,
  ): Promised<Out<E>>;
  <A, B, C, D, E, F>(
    value: Promisable<A>,
    ab: Step<A, B>,
    bc: Step<Out<B>, C>,
    cd: Step<Out<C>, D>,
    de: Step<Out<D>, E>,
    ef: Step<Out<E>, F>,
  ): Promised<Out<F>>;
  <A>(value: A): Promised<Computed<A>>;
  (value: unknown, ...fns: SixOrMore<(value: never) => unknown>): Promised<unknown>;
}

/**
 * A value through functions, from left to right: `pipe(x, f, g)` is `g(f(x))`. Scheduled functions run in the
 * executor, plain ones on the scheduling thread.
 *
 * @example
 * await run(pipe(4, square, (n) => n + 1)); // 17
 */
export const pipe: Pipe = (value: unknown, ...fns: readonly ((value: never) => unknown)[]): never => {
  let [last] = captured([value]);
  for (const fn of fns) {
    checkFunction(fn, 'pipe');
    last = callOf(fn, [last]);
  }
  return (last instanceof WorkflowNode ? promise(last) : delay(last)) as never;
};

/** The first `N` elements of a promised tuple or array, as promises; with an `N` that is not known, a list of them. */
export type Unpacked<T extends readonly unknown[], N extends number> = number extends N
  ? Promised<T[number]>[]
  : `${N}` extends `-${string}` | `${string}.${string}`
    ? never
    : PromisedElements<T, Counted<N>>;

type PromisedElements<T extends readonly unknown[], C> = {
  -readonly [K in keyof C]: Promised<K extends keyof T ? T[K] : T[number]>;
};

/** A tuple of `N` elements. */
type Counted<N extends number, R extends readonly unknown[] = []> = R['length'] extends N
  ? R
  : Counted<N, readonly [...R, unknown]>;

/**
 * The promises of the first `count` elements of a promised array. `const [a, b] = p` does the same for a few.
 *
 * @example
 * const [low, high] = unpack(range(values), 2);
 *
 * @throws RangeError where `count` is not a whole number from 0
 */
export function unpack<T extends readonly unknown[], const N extends number>(
  value: PromisedBrand<T>,
  count: N,
): Unpacked<T, N> {
  if (!Number.isInteger(count) || count < 0)
    throw new RangeError(`Cannot unpack ${count} elements: the count must be a whole number from 0`);
  const elements = delay(value) as unknown as Readonly<Record<number, unknown>>;
  return Array.from({ length: count }, (_, index) => elements[index]) as unknown as Unpacked<T, N>;
}
