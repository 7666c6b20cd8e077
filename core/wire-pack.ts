/**
 * Values that structured clone does not carry, on their way between threads: scheduled functions, quoted workflows
 * and instances of known classes. They are packed: plain markers take their places, and the containers that hold them
 * are copied. Other values are not touched, and cost nothing more.
 */
import { classReference, dataOf, makeInstance, type ClassReference, type KnownClass } from './classes.ts';
import { SerializationError } from './errors.ts';
import { findTravellingClass, travellingClassOf } from './fail.ts';
import { fromPortable, toPortable, type PortableWorkflow } from './portable-workflow.ts';
import { isQuoted, Quoted } from './quote.ts';
import { scheduled, taskOf } from './scheduled.ts';
import type { Task } from './task.ts';
import { fromWireError, toWireError, type WireError } from './wire-error.ts';
import { wireTask, type WireTask } from './wire-task.ts';

/** The key of markers. Users' objects with such a key are packed, too. */
const MARK = '$somen';

/** What takes the place of a value. */
type Marker =
  | { readonly [MARK]: 'task'; readonly task: WireTask }
  | { readonly [MARK]: 'quote'; readonly workflow: PortableWorkflow<WireTask> }
  | { readonly [MARK]: 'instance'; readonly class: ClassReference; readonly data: unknown }
  | { readonly [MARK]: 'error'; readonly error: WireError }
  | { readonly [MARK]: 'object'; readonly members: readonly (readonly [string, unknown])[] };

/** A value with markers in it, and what its reader needs. */
export interface PackedValue {
  readonly value: unknown;
  /** Tasks that stand in it as functions. */
  readonly tasks: readonly WireTask[];
  /** Classes of instances in it. */
  readonly classes: readonly ClassReference[];
}

/** How tasks are told, and found again. */
export interface WireTaskNames {
  version(task: Task): string;
  findTask(wire: WireTask): Task;
}

/** Whether a value has to be packed, itself: not what it holds. */
export function isPackable(value: object): boolean {
  if (typeof value === 'function') return taskOf(value) !== undefined;
  return isQuoted(value) || travellingClassOf(value) !== undefined;
}

/**
 * Packs a value that was checked already.
 * @throws SerializationError where an instance holds itself
 */
export function packValue(value: unknown, path: string, names: WireTaskNames): PackedValue {
  const packer = new Packer(path, names);
  return { value: packer.pack(value), tasks: packer.tasks, classes: [...packer.classes.values()] };
}

class Packer {
  readonly tasks: WireTask[] = [];
  readonly classes = new Map<string, ClassReference>();
  readonly #path: string;
  readonly #names: WireTaskNames;
  readonly #packed = new Map<object, unknown>();

  constructor(path: string, names: WireTaskNames) {
    this.#path = path;
    this.#names = names;
  }

  pack(value: unknown): unknown {
    if (typeof value === 'function') return this.#function(value);
    if (typeof value !== 'object' || value === null) return value;
    if (!this.#packed.has(value)) return this.#object(value);
    const packed = this.#packed.get(value);
    if (packed === undefined)
      throw new SerializationError(
        `Cannot send ${this.#path} to another thread: an instance in it contains itself`,
        this.#path,
      );
    return packed;
  }

  #function(fn: unknown): unknown {
    const task = taskOf(fn);
    if (task === undefined) return fn;
    const wire = wireTask(task, this.#names.version(task));
    this.tasks.push(wire);
    return marker({ [MARK]: 'task', task: wire });
  }

  #object(value: object): unknown {
    if (isQuoted(value)) return this.#keep(value, this.#quote(value));
    const known = travellingClassOf(value);
    if (known !== undefined) return this.#instance(value, known);
    if (value instanceof Error) return this.#keep(value, marker({ [MARK]: 'error', error: toWireError(value) }));
    if (Array.isArray(value)) return this.#array(value);
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) return this.#set(value);
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null ? this.#plain(value) : value;
  }

  #keep<T>(value: object, packed: T): T {
    this.#packed.set(value, packed);
    return packed;
  }

  #quote(quoted: Quoted<unknown>): Marker {
    const workflow = toPortable(quoted.node, (task) => wireTask(task, this.#names.version(task)));
    const nodes = workflow.nodes.map((node) => ({ ...node, args: node.args.map((arg) => this.pack(arg)) }));
    return marker({ [MARK]: 'quote', workflow: { ...workflow, nodes } });
  }

  #instance(value: object, { name, named, module }: KnownClass): Marker {
    const reference = { name, named, module };
    this.classes.set(classReference(reference), reference);
    this.#packed.set(value, undefined);
    return this.#keep(value, marker({ [MARK]: 'instance', class: reference, data: this.pack(dataOf(value)) }));
  }

  #array(value: readonly unknown[]): unknown {
    const packed: unknown[] = this.#keep(value, new Array<unknown>(value.length));
    // Not `map`: its holes are no problem, but the copy must be known before its items are looked at.
    value.forEach((item, index) => (packed[index] = this.pack(item)));
    return packed;
  }

  #map(value: ReadonlyMap<unknown, unknown>): unknown {
    const packed = this.#keep(value, new Map<unknown, unknown>());
    for (const [key, item] of value) packed.set(this.pack(key), this.pack(item));
    return packed;
  }

  #set(value: ReadonlySet<unknown>): unknown {
    const packed = this.#keep(value, new Set<unknown>());
    for (const item of value) packed.add(this.pack(item));
    return packed;
  }

  #plain(value: object): unknown {
    const packed = this.#keep<Record<string, unknown>>(value, {});
    const members = Object.entries(value);
    if (MARK in value) {
      packed[MARK] = 'object';
      packed['members'] = members.map(([key, item]) => [key, this.pack(item)]);
    } else for (const [key, item] of members) define(packed, key, this.pack(item));
    return packed;
  }
}

function marker<M extends Marker>(value: M): M {
  return value;
}

/**
 * The value that was packed.
 * @throws SerializationError where this thread does not know a class in it
 */
export function unpackValue(value: unknown, names: WireTaskNames): unknown {
  return new Unpacker(names).unpack(value);
}

class Unpacker {
  readonly #names: WireTaskNames;
  readonly #unpacked = new Map<object, unknown>();

  constructor(names: WireTaskNames) {
    this.#names = names;
  }

  unpack(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (this.#unpacked.has(value)) return this.#unpacked.get(value);
    if (MARK in value) return this.#keep(value, this.#marked(value as Marker));
    if (Array.isArray(value)) {
      this.#keep(value, value);
      value.forEach((item, index) => ((value as unknown[])[index] = this.unpack(item)));
    } else if (value instanceof Map) this.#map(value);
    else if (value instanceof Set) this.#set(value);
    else if (Object.getPrototypeOf(value) === Object.prototype) this.#plain(value as Record<string, unknown>);
    return value;
  }

  #keep<T>(value: object, unpacked: T): T {
    this.#unpacked.set(value, unpacked);
    return unpacked;
  }

  #marked(value: Marker): unknown {
    switch (value[MARK]) {
      case 'task':
        return scheduled(this.#names.findTask(value.task));
      case 'quote':
        return new Quoted(this.#workflow(value.workflow));
      case 'instance':
        return this.#instance(value.class, value.data);
      case 'error':
        return fromWireError(value.error);
      case 'object': {
        const object = this.#keep<Record<string, unknown>>(value, {});
        for (const [key, item] of value.members) define(object, key, this.unpack(item));
        return object;
      }
    }
  }

  #workflow(workflow: PortableWorkflow<WireTask>): Quoted<unknown>['node'] {
    const nodes = workflow.nodes.map((node) => ({ ...node, args: node.args.map((arg) => this.unpack(arg)) }));
    return fromPortable({ ...workflow, nodes }, (wire) => this.#names.findTask(wire));
  }

  #instance(reference: ClassReference, data: unknown): object {
    const known = findTravellingClass(reference);
    if (known !== undefined) return makeInstance(known, this.unpack(data));
    throw new SerializationError(
      `Cannot rebuild an instance of ${reference.name}: this thread does not know the class. Put @schedule on the class, or export it from its module${reference.module === undefined ? '' : `, ${reference.module}`}`,
      '',
    );
  }

  #map(map: Map<unknown, unknown>): void {
    this.#keep(map, map);
    const entries = [...map];
    map.clear();
    for (const [key, item] of entries) map.set(this.unpack(key), this.unpack(item));
  }

  #set(set: Set<unknown>): void {
    this.#keep(set, set);
    const items = [...set];
    set.clear();
    for (const item of items) set.add(this.unpack(item));
  }

  #plain(object: Record<string, unknown>): void {
    this.#keep(object, object);
    for (const [key, item] of Object.entries(object)) define(object, key, this.unpack(item));
  }
}

/** `__proto__` as an own key stays one. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
