/**
 * Values that structured clone does not carry, on their way between threads: scheduled functions, quoted workflows,
 * errors with all their members, symbols, and whatever the registry's serialisers know. They are packed: plain markers
 * take their places, and the containers that hold them are copied. Other values are not touched, and cost nothing more.
 */
import { classReference, type ClassReference } from './classes.ts';
import { define } from './define.ts';
import { DeserializationError, SerializationError } from './errors.ts';
import { findTravellingClass } from './fail.ts';
import { fromPortable, toPortable, type PortableWorkflow } from './portable-workflow.ts';
import { isQuoted, Quoted } from './quoted.ts';
import { Reference } from './reference.ts';
import { capturedOf, scheduled, taskOf } from './scheduled.ts';
import { asPacked, canAllocate, pack, Packed, type Handling, type Serializer } from './serializer.ts';
import type { FoundSerializer, Serializers } from './serializers.ts';
import { StoredValue, type StoredContent } from './stored-value.ts';
import type { Task } from './task.ts';
import { fromWireError, toWireError, type WireError } from './wire-error.ts';
import { wireTask, type TaskVersion, type WireTask } from './wire-task.ts';

/** The key of markers. Users' objects with such a key are packed, too. */
const MARK = '$somen';

/** What takes the place of a value. */
type Marker =
  | { readonly [MARK]: 'task'; readonly task: WireTask; readonly captured?: readonly unknown[] }
  | { readonly [MARK]: 'quote'; readonly workflow: PortableWorkflow<WireTask> }
  | { readonly [MARK]: 'symbol'; readonly key: string }
  | { readonly [MARK]: 'stored'; readonly index: number }
  | { readonly [MARK]: 'error'; readonly error: WireError }
  | { readonly [MARK]: 'object'; readonly members: readonly (readonly [string, unknown])[] }
  | PackedMarker;

/** What a serialiser made of a value. */
interface PackedMarker extends Handling {
  readonly [MARK]: 'packed';
  /** The serialiser's tag, or the class whose instance it is. */
  readonly type: string | ClassReference;
  data: unknown;
}

/** A value with markers in it, and what its reader needs. */
export interface PackedValue {
  readonly value: unknown;
  /** Tasks that stand in it as functions. */
  readonly tasks: readonly WireTask[];
  /** Classes of instances in it. */
  readonly classes: readonly ClassReference[];
  /** What of it stands in the cache. */
  readonly stored: readonly StoredContent[];
  /** What moves with it. */
  readonly transfer: readonly object[];
}

/** How tasks are told, and found again. */
export interface WireTaskNames {
  version(task: Task): TaskVersion;
  findTask(wire: WireTask): Task;
}

/**
 * The serialiser that packs a value, if it needs one: what structured clone carries as it is needs none, unless the
 * registry's users have their own for it.
 */
export function packerOf(value: object, serializers: Serializers): FoundSerializer | undefined {
  const found = serializers.find(value);
  return found?.serializer.cloneable === true ? undefined : found;
}

/**
 * Packs a value that was checked already; `made` is what serialisers made of parts of it then.
 * @throws SerializationError where an instance holds itself and cannot be made before its data
 */
export function packValue(
  value: unknown,
  path: string,
  names: WireTaskNames,
  serializers: Serializers,
  made: ReadonlyMap<object, Packed>,
): PackedValue {
  const packer = new Packer(path, names, serializers, made);
  const packed = packer.pack(value);
  const { tasks, classes, stored, transfer } = packer;
  return { value: packed, tasks, classes: [...classes.values()], stored, transfer };
}

class Packer {
  readonly tasks: WireTask[] = [];
  readonly classes = new Map<string, ClassReference>();
  readonly stored: StoredContent[] = [];
  readonly transfer: object[] = [];
  readonly #path: string;
  readonly #names: WireTaskNames;
  readonly #serializers: Serializers;
  readonly #made: ReadonlyMap<object, Packed>;
  readonly #packed = new Map<object, unknown>();

  constructor(path: string, names: WireTaskNames, serializers: Serializers, made: ReadonlyMap<object, Packed>) {
    this.#made = made;
    this.#path = path;
    this.#names = names;
    this.#serializers = serializers;
  }

  pack(value: unknown): unknown {
    if (typeof value === 'function') return this.#function(value);
    if (typeof value === 'symbol') return marker({ [MARK]: 'symbol', key: Symbol.keyFor(value) ?? '' });
    if (typeof value !== 'object' || value === null) return value;
    if (!this.#packed.has(value)) return this.#object(value);
    const packed = this.#packed.get(value);
    if (packed === undefined)
      throw new SerializationError(
        `Cannot send ${this.#path} to another thread: an instance in it contains itself, and its serialiser has no allocate() and assign()`,
        this.#path,
      );
    return packed;
  }

  #function(fn: unknown): unknown {
    const task = taskOf(fn);
    if (task === undefined) return fn;
    const wire = wireTask(task, this.#names.version(task));
    this.tasks.push(wire);
    const captured = capturedOf(fn)?.().map((value) => this.pack(value));
    return marker({ [MARK]: 'task', task: wire, ...(captured && { captured }) });
  }

  #object(value: object): unknown {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.#plain(value);
    if (prototype === Array.prototype) return this.#array(value as readonly unknown[]);
    if (isQuoted(value)) return this.#keep(value, this.#quote(value));
    if (value instanceof StoredValue) {
      return marker({ [MARK]: 'stored', index: this.stored.push(value.content) - 1 });
    }
    const found = packerOf(value, this.#serializers);
    if (found?.serializer.tag === 'Error' && value instanceof Error)
      return this.#keep(value, marker({ [MARK]: 'error', error: toWireError(value) }));
    if (found !== undefined) return this.#instance(value, found);
    if (value instanceof Map) return this.#map(value);
    if (value instanceof Set) return this.#set(value);
    return Array.isArray(value) ? this.#array(value) : value;
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

  #instance(value: object, { serializer, known }: FoundSerializer): Marker {
    const { data, handling, transfer } = this.#made.get(value) ?? asPacked(serializer.serialize(value, pack));
    this.transfer.push(...transfer);
    const packed: PackedMarker = {
      [MARK]: 'packed',
      type: known ? this.#class(known) : serializer.tag,
      data,
      ...handling,
    };
    // One that can be made before its data may contain itself.
    this.#packed.set(value, serializer.allocate === undefined ? undefined : packed);
    packed.data = ArrayBuffer.isView(data) ? ownBytes(data) : this.pack(data);
    return this.#keep(value, packed);
  }

  #class({ name, named, module, slice }: ClassReference): ClassReference {
    const reference = { name, named, module, ...(slice && { slice }) };
    this.classes.set(classReference(reference), reference);
    return reference;
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

/** A view of a part of a buffer would take the whole of it along: of Node's pool, what belongs to others. */
function ownBytes(view: ArrayBufferView): ArrayBufferView {
  if (view.byteLength === view.buffer.byteLength || view instanceof DataView) return view;
  return Uint8Array.prototype.slice.call(view as Uint8Array);
}

function marker<M extends Marker>(value: M): M {
  return value;
}

/** How packed values are read. */
export interface Unpacking {
  readonly names: WireTaskNames;
  readonly serializers: Serializers;
  /** Whether values that were packed by reference are rebuilt. */
  readonly deref: boolean;
  /** The values of {@link PackedValue.stored}. */
  readonly stored?: readonly unknown[];
}

/**
 * The value that was packed.
 * @throws DeserializationError where this thread does not know a type or a class in it
 */
export function unpackValue(value: unknown, unpacking: Unpacking): unknown {
  return new Unpacker(unpacking).unpack(value);
}

class Unpacker {
  readonly #names: WireTaskNames;
  readonly #serializers: Serializers;
  readonly #deref: boolean;
  readonly #stored: readonly unknown[];
  readonly #unpacked = new Map<object, unknown>();

  constructor({ names, serializers, deref, stored = [] }: Unpacking) {
    this.#stored = stored;
    this.#names = names;
    this.#serializers = serializers;
    this.#deref = deref;
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
        return this.#task(value);
      case 'quote':
        return new Quoted(this.#workflow(value.workflow));
      case 'symbol':
        return Symbol.for(value.key);
      case 'stored':
        return this.#stored[value.index];
      case 'error':
        return fromWireError(value.error);
      case 'object': {
        const object = this.#keep<Record<string, unknown>>(value, {});
        for (const [key, item] of value.members) define(object, key, this.unpack(item));
        return object;
      }
      case 'packed':
        return this.#packed(value, this.#serializerOf(value.type));
    }
  }

  #task({ task, captured }: Marker & { readonly [MARK]: 'task' }): unknown {
    const values = captured?.map((value) => this.unpack(value));
    return scheduled(this.#names.findTask(task), values && (() => values));
  }

  #workflow(workflow: PortableWorkflow<WireTask>): Quoted<unknown>['node'] {
    const nodes = workflow.nodes.map((node) => ({ ...node, args: node.args.map((arg) => this.unpack(arg)) }));
    return fromPortable({ ...workflow, nodes }, (wire) => this.#names.findTask(wire));
  }

  #packed(marked: PackedMarker, found: FoundSerializer): unknown {
    const { ref = false, files = [] } = marked;
    if (ref && !this.#deref) return new Reference(found, new Packed(this.unpack(marked.data), { ref, files }));
    try {
      return this.#rebuilt(marked, found.serializer, files);
    } catch (error) {
      if (error instanceof SerializationError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new DeserializationError(
        `Cannot rebuild a value of the type '${found.serializer.tag}': ${message}`,
        'value',
        {
          cause: error,
        },
      );
    }
  }

  #rebuilt(marked: PackedMarker, serializer: Serializer, files: readonly string[]): unknown {
    if (!canAllocate(serializer)) return serializer.deserialize(this.unpack(marked.data), { files });
    const value = this.#keep(marked, serializer.allocate());
    serializer.assign(value, this.unpack(marked.data));
    return value;
  }

  #serializerOf(type: string | ClassReference): FoundSerializer {
    if (typeof type === 'string') {
      const serializer = this.#serializers.byTag(type);
      if (serializer !== undefined) return { serializer, known: undefined };
      throw new DeserializationError(
        `Cannot rebuild a value of the type '${type}': this thread's registry does not know it`,
        'value',
      );
    }
    const known = findTravellingClass(type);
    if (known !== undefined) return { serializer: known.serializer, known };
    throw new DeserializationError(
      `Cannot rebuild an instance of ${type.name}: this thread does not know the class. Put @schedule on the class, or export it from its module${type.module === undefined ? '' : `, ${type.module}`}`,
      'value',
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
