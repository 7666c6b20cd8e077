import type { Awaitable } from './cache.ts';
import { isThenable } from './capture.ts';

/** Goes on with a value: at once where it is there, for a promise is many times the price of a hit in memory. */
export function whenThere<T, R>(value: Awaitable<T>, use: (value: T) => Awaitable<R>): Awaitable<R> {
  return isThenable(value) ? value.then(use) : use(value);
}
