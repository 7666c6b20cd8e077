import type { Computed, Promised } from './promised.ts';
import { ARRAY, liftNode, makeCall, OBJECT, promise, VALUE } from './workflow.ts';

/**
 * The promise of an array of the values.
 *
 * @example
 * const sums = gather(add(1, 2), add(3, 4), 5);
 * await run(sums); // [3, 7, 5]
 */
export function gather<T extends readonly unknown[]>(
  ...values: T
): Promised<{ -readonly [K in keyof T]: Computed<T[K]> }> {
  return promise(makeCall(ARRAY, values)) as Promised<{ -readonly [K in keyof T]: Computed<T[K]> }>;
}

/**
 * The promise of an array of what an iterable yields, however many.
 *
 * @example
 * const squares = gatherAll(Array.from({ length: 100_000 }, (_, i) => mul(i, i)));
 */
export function gatherAll<T>(values: Iterable<T>): Promised<Computed<T>[]> {
  return promise(makeCall(ARRAY, [...values])) as Promised<Computed<T>[]>;
}

/**
 * The promise of an object with the same keys.
 *
 * @example
 * await run(gatherDict({ sum: add(1, 2), product: mul(1, 2) })); // { sum: 3, product: 2 }
 */
export function gatherDict<T extends Readonly<Record<string, unknown>>>(
  values: T,
): Promised<{ -readonly [K in keyof T]: Computed<T[K]> }> {
  return promise(makeCall(OBJECT, [Object.keys(values), ...Object.values(values)])) as Promised<{
    -readonly [K in keyof T]: Computed<T[K]>;
  }>;
}

/**
 * The promise of a value that is there already, so that it can be used like any other promise.
 *
 * @example
 * const start = delay({ x: 1 });
 * await run(start.x); // 1
 */
export function delay<T>(value: T): Promised<Computed<T>> {
  const node = liftNode(value) ?? makeCall(VALUE, [value]);
  return promise(node) as Promised<Computed<T>>;
}
