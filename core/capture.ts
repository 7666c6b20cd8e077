import { classOf, instanceData, isRegistered, makeInstance } from './classes.ts';
import { define } from './define.ts';
import { capturingOf } from './task-code.ts';
import { describe } from './task.ts';

/** What to do with the promises that a captured value holds. */
export interface PromiseLifter<N> {
  /** The node behind a promised value, or `undefined` for any other function. */
  nodeOf(value: object): N | undefined;
  /** The promise of an array some of whose items are nodes. */
  array(items: readonly unknown[]): N;
  /** The promise of a plain object some of whose values are nodes. */
  object(keys: readonly string[], values: readonly unknown[]): N;
  isNode(value: unknown): value is N;
  /** The promise of a scheduled function that takes what `values` is the promise of. */
  withOwn(fn: unknown, values: N): N;
  /** What to capture in the place of an object. */
  replace?(value: object): unknown;
  /**
   * The promise of a map, a set or an instance of a class, parts of which are nodes. Without this, maps and sets that
   * hold promises are refused, and instances are not looked into.
   */
  rebuild?(
    kind: 'object' | 'map' | 'set',
    original: object,
    members: readonly (readonly [string, unknown])[],
    items: readonly unknown[],
  ): N;
}

/** Made by `ref(value)`: the value is passed without a copy. */
export class Ref<out T = unknown> {
  readonly value: T;

  constructor(value: T) {
    this.value = value;
    Object.freeze(this);
  }
}

/**
 * Call by value: a copy of `value` that later changes of the original do not reach. Plain arrays and objects, maps,
 * sets, dates and binary data are copied, deeply frozen data is shared, instances of other classes are kept as they
 * are. An array or plain object that holds promises becomes a node of its own.
 * @throws TypeError where the value holds a JavaScript `Promise`, or promises in a `Map`, a `Set` or a cycle
 */
export function capture<N>(value: unknown, path: string, lifter: PromiseLifter<N>): unknown {
  return isPrimitive(value) ? value : new Capture(lifter).visit(value, path);
}

/** A copy for one receiver of a value that holds no promises. */
export function copyValue(value: unknown): unknown {
  return capture(value, '', PLAIN);
}

const PLAIN: PromiseLifter<never> = {
  nodeOf: () => undefined,
  array: unexpected,
  object: unexpected,
  withOwn: unexpected,
  isNode: (_value): _value is never => false,
};

function unexpected(): never {
  throw new TypeError('Cannot copy: a computed value holds a promise');
}

function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}

/** The copy of one value. Objects that are met twice are copied once, so shared references stay shared. */
class Capture<N> {
  readonly #lifter: PromiseLifter<N>;
  readonly #seen = new Map<object, unknown>();
  readonly #open = new Set<object>();
  #cyclic = false;

  constructor(lifter: PromiseLifter<N>) {
    this.#lifter = lifter;
  }

  visit(value: unknown, path: string): unknown {
    if (value === null) return value;
    if (typeof value === 'function') return this.#lifter.nodeOf(value) ?? this.#function(value, path);
    if (typeof value !== 'object') return value;
    if (this.#seen.has(value)) {
      if (this.#open.has(value)) this.#cyclic = true;
      return this.#seen.get(value);
    }
    const own = this.#lifter.replace === undefined ? value : this.#lifter.replace(value);
    return own === value ? this.#copy(value, path) : this.#keep(value, this.visit(own, path));
  }

  /** A scheduled function takes along what it takes from the function around it, as that is now. */
  #function(fn: object, path: string): unknown {
    const capturing = capturingOf(fn);
    if (capturing === undefined || capturing.isOwn) return fn;
    if (this.#seen.has(fn)) return this.#seen.get(fn);
    this.#keep(fn, fn);
    const values = this.visit(capturing.values(), `${path} (what it takes)`);
    const isLifted = this.#lifter.isNode(values);
    return this.#keep(
      fn,
      isLifted ? this.#lifter.withOwn(fn, values) : capturing.withOwn(values as readonly unknown[]),
    );
  }

  #copy(value: object, path: string): unknown {
    if (Array.isArray(value)) return this.#array(value, path);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null)
      return this.#object(value as Record<string, unknown>, path);
    if (value instanceof Map) return this.#map(value, path);
    if (value instanceof Set) return this.#set(value, path);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return this.#keep(value, copyBuffer(value));
    if (value instanceof Date) return this.#keep(value, new Date(value.getTime()));
    if (isThenable(value)) {
      throw new TypeError(
        `Cannot use ${describe(value)} at ${path}: it is a JavaScript promise, not a value of this workflow. ` +
          'Await it first, or schedule the function that returns it',
      );
    }
    if (value instanceof Ref) return value.value;
    if (isRegistered(value) && this.#lifter.rebuild === undefined) return this.#instance(value, path);
    return this.#lifter.rebuild === undefined || this.#lifter.isNode(value)
      ? value
      : this.#rebuilt('object', value, path, []);
  }

  /** An instance of a class whose author made it known: copied by what it says that it is made of. */
  #instance(value: object, path: string): unknown {
    const known = classOf(value);
    if (known === undefined) return value;
    this.#keep(value, value);
    const data = this.visit(instanceData(value).data, path);
    if (this.#lifter.isNode(data))
      throw new TypeError(
        `Cannot use ${describe(value)} at ${path}: it holds a promised value. Pass lift(value), which computes what is in it`,
      );
    return this.#keep(value, makeInstance(known.Class, data));
  }

  /** Maps, sets and instances with members of their own, where promises in them are lifted. */
  #rebuilt(kind: 'object' | 'map' | 'set', value: object, path: string, items: readonly unknown[]): unknown {
    this.#keep(value, value);
    this.#open.add(value);
    const members = Object.entries(value).map(([key, item]) => [key, this.visit(item, `${path}.${key}`)] as const);
    const ownItems = items.map((item, index) => this.visit(item, `${path} (item ${index})`));
    this.#open.delete(value);
    const isNode = (item: unknown): boolean => this.#lifter.isNode(item);
    if (!ownItems.some(isNode) && !members.some(([, item]) => isNode(item))) return value;
    return this.#lift(value, path, () => this.#lifter.rebuild?.(kind, value, members, ownItems) ?? unexpected());
  }

  #keep<T>(value: object, copy: T): T {
    this.#seen.set(value, copy);
    return copy;
  }

  #array(value: readonly unknown[], path: string): unknown {
    const copy: unknown[] = this.#keep(value, []);
    copy.length = value.length;
    let nodes = 0;
    let changed = false;
    this.#open.add(value);
    for (let index = 0; index < value.length; index++) {
      if (!(index in value)) continue;
      const item = this.visit(value[index], `${path}[${index}]`);
      if (this.#lifter.isNode(item)) nodes++;
      if (item !== value[index]) changed = true;
      copy[index] = item;
    }
    this.#open.delete(value);
    if (nodes > 0) return this.#lift(value, path, () => this.#lifter.array(copy));
    return !changed && Object.isFrozen(value) ? this.#keep(value, value) : copy;
  }

  #object(value: Readonly<Record<string, unknown>>, path: string): unknown {
    const copy: Record<string, unknown> = this.#keep(
      value,
      Object.create(Object.getPrototypeOf(value) as object | null) as Record<string, unknown>,
    );
    const keys = Object.keys(value);
    let nodes = 0;
    let changed = false;
    this.#open.add(value);
    for (const key of keys) {
      const item = this.visit(value[key], `${path}.${key}`);
      if (this.#lifter.isNode(item)) nodes++;
      if (item !== value[key]) changed = true;
      define(copy, key, item);
    }
    this.#open.delete(value);
    if (nodes > 0)
      return this.#lift(value, path, () =>
        this.#lifter.object(
          keys,
          keys.map((key) => copy[key]),
        ),
      );
    return !changed && Object.isFrozen(value) ? this.#keep(value, value) : copy;
  }

  #lift(value: object, path: string, make: () => N): N {
    if (this.#cyclic) throw new TypeError(`Cannot use the value at ${path}: it holds promises and contains itself`);
    return this.#keep(value, make());
  }

  #map(value: ReadonlyMap<unknown, unknown>, path: string): unknown {
    if (this.#lifter.rebuild !== undefined) {
      const rebuilt = this.#rebuilt('map', value, path, [...value].flat());
      if (rebuilt !== value) return rebuilt;
      this.#seen.delete(value);
    }
    if (Object.getPrototypeOf(value) !== Map.prototype) return value;
    const copy = this.#keep(value, new Map<unknown, unknown>());
    for (const [key, item] of value) copy.set(this.#settled(key, path, 'Map'), this.#settled(item, path, 'Map'));
    return copy;
  }

  #set(value: ReadonlySet<unknown>, path: string): unknown {
    if (this.#lifter.rebuild !== undefined) {
      const rebuilt = this.#rebuilt('set', value, path, [...value]);
      if (rebuilt !== value) return rebuilt;
      this.#seen.delete(value);
    }
    if (Object.getPrototypeOf(value) !== Set.prototype) return value;
    const copy = this.#keep(value, new Set<unknown>());
    for (const item of value) copy.add(this.#settled(item, path, 'Set'));
    return copy;
  }

  #settled(value: unknown, path: string, kind: string): unknown {
    const item = this.visit(value, path);
    if (this.#lifter.isNode(item)) {
      throw new TypeError(
        `Cannot use the ${kind} at ${path}: it holds a promised value. Pass lift(value), which computes what is in it`,
      );
    }
    return item;
  }
}

/** Binary data is copied; shared memory is shared, which is what it is for. */
function copyBuffer(value: ArrayBufferView | ArrayBuffer): unknown {
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (!(value.buffer instanceof ArrayBuffer)) return value;
  if (value instanceof DataView)
    return new DataView(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength));
  // The method of all typed arrays, which keeps the class: that of Node's `Buffer` would share the memory.
  return Uint8Array.prototype.slice.call(value as Uint8Array);
}

/** Whether a value is a JavaScript promise, or behaves like one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
