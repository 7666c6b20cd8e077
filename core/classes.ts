/** Classes whose instances travel: to workers, into keys, into caches and back. */
import { defineOwn } from './define.ts';
import { realm } from './realm.ts';
import { asPacked, pack, type AnyClass, type Pack, type Packed, type Serializer } from './serializer.ts';
import { baseOf, ownMembers } from './subclasses.ts';
import type { TaskSlice } from './task-code.ts';
import { describe, type Task } from './task.ts';

/** The name of the method by which an instance says what it is made of: `[serialize](pack) { return pack({ ... }); }`. */
export const serialize: unique symbol = Symbol.for('somen.serialize') as never;
/** The name of the static method that makes an instance of that again: `static [construct](data) { return new X(data); }`. */
export const construct: unique symbol = Symbol.for('somen.construct') as never;

/** Marks methods that `@schedule` made, on prototypes; leads to the task. */
export const METHOD: unique symbol = Symbol.for('somen.method/1') as never;

/** Enough to find a class in another thread, or to import the module that has it. */
export interface ClassReference {
  readonly name: string;
  /** Whether the name holds without the module. */
  readonly named: boolean;
  /** URL of its module. */
  readonly module: string | undefined;
  /** What workers import in place of the module. */
  readonly slice?: TaskSlice | undefined;
}

/** A class as this thread knows it. */
export interface KnownClass extends ClassReference {
  readonly Class: AnyClass;
  /** How its instances are written and read. */
  readonly serializer: Serializer;
}

/** The key of a class in the realm. */
export function classReference({ name, named, module }: ClassReference): string {
  return named ? name : `${module ?? ''}#${name}`;
}

/**
 * Makes a class known in this thread.
 * @throws TypeError where another class has its name
 */
export function registerClass(Class: AnyClass, reference: ClassReference): KnownClass {
  const classes = (realm().classes ??= { byName: new Map(), byClass: new WeakMap() });
  const known: KnownClass = { ...reference, Class, serializer: classSerializer(reference.name, Class) };
  const key = classReference(reference);
  const other = classes.byName.get(key);
  const isNewer = reference.slice !== undefined && other?.slice !== undefined;
  if (other !== undefined && !isNewer && other.Class !== Class && String(other.Class) !== String(Class))
    throw new TypeError(`Cannot use the class '${reference.name}' twice: another class of this module has that name`);
  classes.byName.set(key, known);
  classes.byClass.set(Class, known);
  return known;
}

/** The class of a reference, if this thread knows it. */
export function findClass(reference: ClassReference): KnownClass | undefined {
  return realm().classes?.byName.get(classReference(reference));
}

/** Classes that this thread knows. */
export function knownClasses(): Iterable<KnownClass> {
  return realm().classes?.byName.values() ?? [];
}

/** The class of an instance, if it is a known one, or has scheduled methods, which tell its module. */
export function classOf(instance: object): KnownClass | undefined {
  const Class: unknown = instance.constructor;
  if (typeof Class !== 'function' || !(instance instanceof Class)) return undefined;
  return realm().classes?.byClass.get(Class) ?? discover(Class as AnyClass);
}

/** Whether a class was made known by its author: then its instances are taken by value. */
export function isRegistered(instance: object): boolean {
  const byClass = realm().classes?.byClass;
  return byClass !== undefined && typeof instance.constructor === 'function' && byClass.has(instance.constructor);
}

function discover(Class: AnyClass): KnownClass | undefined {
  const task = scheduledMethod(Class);
  if (task === undefined) return undefined;
  const { module, slice, code } = task;
  // A minifier changes names; a tool knew them before.
  const name = code === undefined ? Class.name : code.name.slice(0, code.name.lastIndexOf('.'));
  return registerClass(Class, { name, named: false, module, ...(slice && { slice }) });
}

/** A scheduled method of a class, which knows its module. */
function scheduledMethod(Class: AnyClass): Task | undefined {
  const members = Object.values(Object.getOwnPropertyDescriptors(Class.prototype as object));
  for (const { value } of members) {
    const task = typeof value === 'function' ? (value as { [METHOD]?: Task })[METHOD] : undefined;
    if (task?.module !== undefined) return task;
  }
  return undefined;
}

/** Makes the exported classes of a module known that have scheduled methods, or say how they are constructed. */
export function registerExports(module: string, namespace: unknown): void {
  for (const value of Object.values((namespace ?? {}) as Record<string, unknown>)) {
    if (typeof value !== 'function' || typeof value.prototype !== 'object' || value.prototype === null) continue;
    const Class = value as unknown as AnyClass;
    if (realm().classes?.byClass.has(Class) === true || discover(Class) !== undefined) continue;
    if (construct in Class) registerClass(Class, { name: Class.name, named: false, module });
  }
}

/**
 * The serialiser of a class: by `[serialize]` and `[construct]` where it has them, else by its own enumerable members,
 * without a call of its constructor. Of a subclass of `Map`, `Set`, `Array`, `Date`, `RegExp`, `Error` or a typed array, the
 * content comes along: then the data is `[members, content]`.
 */
export function classSerializer(tag: string, Class: AnyClass): Serializer<object> {
  const base = baseOf(Class);
  const isFilled = !(construct in Class) && (base === undefined || base.fill !== undefined);
  const allocate = (): object =>
    base === undefined ? (Object.create(Class.prototype as object) as object) : base.make(Class, undefined as never);
  return {
    tag,
    class: Class,
    exact: true,
    serialize: (value) => instanceData(value),
    deserialize: (data) => makeInstance(Class, data),
    ...(isFilled && { allocate, assign: (value: object, data: unknown) => fill(value, Class, data) }),
  };
}

/** What an instance is made of; see {@link classSerializer}. */
export function instanceData(instance: object): Packed {
  const method = (instance as { [serialize]?: (pack: Pack) => unknown })[serialize];
  if (typeof method === 'function') return asPacked(method.call(instance, pack));
  const base = baseOf(instance.constructor as AnyClass);
  const members = ownMembers(instance);
  return asPacked(base === undefined ? members : [members, base.content(instance as never)]);
}

/** An instance made of its data. */
export function makeInstance(Class: AnyClass, data: unknown): object {
  const method = (Class as { [construct]?: (data: unknown) => unknown })[construct];
  if (typeof method === 'function') {
    const made = method.call(Class, data);
    if (typeof made === 'object' && made !== null) return made;
    throw new TypeError(`the [construct] of ${Class.name} returned ${describe(made)}, and no instance`);
  }
  const base = baseOf(Class);
  const instance =
    base === undefined
      ? (Object.create(Class.prototype as object) as object)
      : base.make(Class, (data as readonly [unknown, never])[1]);
  fill(instance, Class, data);
  return instance;
}

function fill(instance: object, Class: AnyClass, data: unknown): void {
  const base = baseOf(Class);
  const members = base === undefined ? data : (data as readonly [unknown, never])[0];
  if (base !== undefined) base.fill?.(instance as never, (data as readonly [unknown, never])[1]);
  for (const [key, value] of Object.entries(members as object)) defineOwn(instance, key, value);
}
