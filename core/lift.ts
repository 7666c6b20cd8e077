import { builtIn } from './built-in.ts';
import { capture, type PromiseLifter } from './capture.ts';
import { defineOwn } from './define.ts';
import type { Computed, Promised } from './promised.ts';
import type { Task } from './task.ts';
import { asNode } from './call-of.ts';
import { LIFTER, makeNode, promise, type WorkflowNode } from './workflow.ts';

/**
 * The promise of a value in which all promises, at any depth, are replaced by their values: in arrays, plain objects,
 * maps, sets and instances of classes (their own enumerable members; no constructor is called). What is met twice
 * stays one object. Arguments of calls do so by themselves for arrays and plain objects. (Seed 001, `lift`.)
 *
 * A class decides for itself with a method named `liftAs`, which returns what to lift in its place.
 *
 * @example
 * await run(lift(new Map([['sum', add(1, 2)]]))); // Map { 'sum' => 3 }
 *
 * @throws TypeError where the value holds promises and contains itself, or holds a JavaScript promise
 */
export function lift<T>(value: T): Promised<Lifted<T>> {
  return promise(asNode(capture(value, 'value', DEEP_LIFTER))) as Promised<Lifted<T>>;
}

/** The name of the method by which a class says what to lift in the place of an instance. */
export const liftAs: unique symbol = Symbol.for('somen.liftAs') as never;

/** What {@link lift} gives: a value with its promises computed, in maps and sets, too. */
export type Lifted<T> =
  T extends Map<infer K, infer V>
    ? Map<Lifted<K>, Lifted<V>>
    : T extends Set<infer V>
      ? Set<Lifted<V>>
      : T extends { [liftAs](): infer R }
        ? Lifted<R>
        : Computed<T>;

type Kind = 'object' | 'map' | 'set';

const DEEP_LIFTER: PromiseLifter<WorkflowNode> = {
  ...LIFTER,
  replace: (value) => {
    const hook: unknown = (value as { [liftAs]?: unknown })[liftAs];
    return typeof hook === 'function' ? (hook as () => unknown).call(value) : value;
  },
  rebuild: (kind, original, members, items) =>
    makeNode(REBUILT, [
      kind,
      prototypeOf(original, kind),
      members.map(([key]) => key),
      ...members.map(([, value]) => value),
      ...items,
    ]),
};

/**
 * Gives the prototype of an object, if it is another than its kind has. Prototypes do not travel: as values they would
 * arrive as empty objects, and as functions they are refused, so no instance loses its class on the way.
 */
function prototypeOf(object: object, kind: Kind): (() => object) | null | undefined {
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (prototype === Object.getPrototypeOf(container(kind, []))) return undefined;
  return prototype === null ? null : () => prototype;
}

/** An object of a kind and prototype, with members and items: of a map, keys and values in turn. */
const REBUILT: Task = builtIn('join', 'rebuilt', ([kind, prototype, keys, ...rest]) => {
  const names = keys as readonly string[];
  const object = container(kind as Kind, rest.slice(names.length));
  if (prototype !== undefined) Object.setPrototypeOf(object, prototype === null ? null : (prototype as () => object)());
  names.forEach((key, index) => defineOwn(object, key, rest[index]));
  return object;
});

function container(kind: Kind, items: readonly unknown[]): object {
  if (kind === 'set') return new Set(items);
  if (kind === 'object') return {};
  const map = new Map<unknown, unknown>();
  for (let index = 0; index < items.length; index += 2) map.set(items[index], items[index + 1]);
  return map;
}

/** The built-in tasks of lifting. */
export const LIFT_TASKS: readonly Task[] = [REBUILT];
