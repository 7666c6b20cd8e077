/**
 * The types of promised values: what a call of a scheduled function returns, and what it accepts.
 */

declare const promisedValue: unique symbol;

/** The part of a promised value's type that carries `T`. Exists in types only. */
export interface PromisedBrand<out T> {
  readonly [promisedValue]: T;
}

/**
 * The promise of a value that a workflow will compute. It mirrors `T`: `p.x` is the promise of member `x`,
 * `p.method(a)` a call that happens when the workflow runs. It is not a JavaScript `Promise`: it has no `then`,
 * so awaiting it or returning it from an `async` function runs nothing. `await run(p)` computes it.
 */
export type Promised<T> = PromisedBrand<T> & Mirror<T>;

/** The members of `T` as promises, to be read, and to be assigned where `T` allows it: `p.x = delay(4)`. */
export type Mirror<T> = T extends readonly unknown[]
  ? { [K in keyof T]: Promised<T[K]> }
  : T extends Primitive
    ? { readonly [K in Exclude<keyof T, never>]: MirrorMember<T[K]> }
    : { [K in keyof T]: MirrorMember<T[K]> };

/** Mapped over `keyof`, these would stay as they are, and a promised number would pass for a number. */
type Primitive = string | number | bigint | boolean | symbol | null | undefined | void;

type MirrorMember<M> = M extends (...args: infer A) => infer R
  ? (...args: PromisableArguments<A>) => Promised<Computed<R>>
  : Promised<M>;

/** Types that hold no promises: they are handed over whole. */
type Leaf =
  | string
  | number
  | bigint
  | boolean
  | symbol
  | null
  | undefined
  | ((...args: never[]) => unknown)
  | Date
  | RegExp
  | Error
  | ArrayBufferView
  | ArrayBuffer;

/** A `T`, the promise of one, or an array or plain object in which parts of it, at any depth, are promised. */
export type Promisable<T> = PromisedBrand<T> | PromisableParts<T>;

type PromisableParts<T> = T extends Leaf | ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>
  ? T
  : T extends object
    ? T | { readonly [K in keyof T]: Promisable<T[K]> }
    : T;

/** The parameters of a scheduled function: each may be promised. */
export type PromisableArguments<A extends readonly unknown[]> = { [K in keyof A]: Promisable<A[K]> };

/** What running a value, or a task that returns it, gives: promises (of both kinds) are replaced by their values. */
export type Computed<T> =
  T extends PromisedBrand<infer U>
    ? U
    : T extends Leaf
      ? T
      : T extends PromiseLike<infer U>
        ? Computed<U>
        : T extends readonly unknown[]
          ? { -readonly [K in keyof T]: Computed<T[K]> }
          : true extends HoldsPromise<T>
            ? { [K in keyof T]: Computed<T[K]> }
            : T;

/** `true` where a member of an object type is a promised value, so that other class instances keep their own type. */
type HoldsPromise<T> = T extends object
  ? { [K in keyof T]: T[K] extends PromisedBrand<unknown> | readonly PromisedBrand<unknown>[] ? true : never }[keyof T]
  : never;
