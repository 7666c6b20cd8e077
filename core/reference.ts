import { defineOwn } from './define.ts';
import { realm } from './realm.ts';
import type { Packed, Serializer } from './serializer.ts';
import type { FoundSerializer } from './serializers.ts';

/** Marks references, in every copy of this package; leads to the serialiser. */
const SERIALIZER: unique symbol = Symbol.for('somen.reference/1') as never;

/**
 * A value that was packed with `{ ref: true }` and is not rebuilt yet: only the data that it was packed as. A task that
 * gets it as an argument gets the value itself. Immutable. (Seed 000, `deref`.)
 */
export class Reference<out T = unknown> {
  /** The tag of its serialiser. */
  readonly type: string;
  /** What it was packed as. */
  readonly data: unknown;
  /** Files that the data speaks of. */
  readonly files: readonly string[];
  declare private readonly value: T;

  /** Made by readers. */
  constructor(found: FoundSerializer, packed: Packed) {
    this.type = found.serializer.tag;
    this.data = packed.data;
    this.files = packed.files;
    const serializer: Serializer = {
      tag: found.serializer.tag,
      serialize: () => packed,
      deserialize: (data, context) => found.serializer.deserialize(data, context),
    };
    Object.defineProperty(this, SERIALIZER, { value: { ...found, serializer } });
    Object.freeze(this);
    realm().hasReferences = true;
  }

  /** As it is shown (see `StandIn`): by what it leads to, not by its class. */
  get $shownAs(): string {
    return `ref(${this.type})`;
  }
}

/** The serialiser of a reference that was not rebuilt yet; of anything else, `undefined`. */
export function serializerOfReference(value: object): FoundSerializer | undefined {
  return (value as { readonly [SERIALIZER]?: FoundSerializer })[SERIALIZER];
}

/** Values with those rebuilt that are references themselves. */
export function dereferenceItems(values: readonly unknown[]): readonly unknown[] {
  if (realm().hasReferences !== true) return values;
  return values.map((value) =>
    typeof value === 'object' && value !== null && serializerOfReference(value) !== undefined
      ? new Dereferencer().visit(value)
      : value,
  );
}

/**
 * A value with all references in it rebuilt: in arrays, plain objects, maps and sets, which are copied where they hold
 * some.
 */
export function dereference(value: unknown): unknown {
  return realm().hasReferences === true ? new Dereferencer().visit(value) : value;
}

class Dereferencer {
  readonly #done = new Map<object, unknown>();

  visit(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (this.#done.has(value)) return this.#done.get(value);
    // A value that contains itself is left as it is where it does.
    this.#done.set(value, value);
    const result = this.#rebuilt(value);
    this.#done.set(value, result);
    return result;
  }

  #rebuilt(value: object): unknown {
    const found = serializerOfReference(value);
    if (found !== undefined) {
      const { data, files } = value as Reference;
      return found.serializer.deserialize(this.visit(data), { files });
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Array.prototype) return this.#array(value as readonly unknown[]);
    if (prototype === Object.prototype || prototype === null) return this.#object(value);
    if (prototype === Map.prototype) return this.#map(value as ReadonlyMap<unknown, unknown>);
    if (prototype === Set.prototype) return this.#set(value as ReadonlySet<unknown>);
    return value;
  }

  #array(value: readonly unknown[]): readonly unknown[] {
    const items = value.map((item) => this.visit(item));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }

  #object(value: object): object {
    const entries = Object.entries(value).map(([key, item]) => [key, item as unknown, this.visit(item)] as const);
    if (entries.every(([, before, after]) => before === after)) return value;
    const copy = Object.create(Object.getPrototypeOf(value) as object | null) as object;
    for (const [key, , item] of entries) defineOwn(copy, key, item);
    return copy;
  }

  #map(value: ReadonlyMap<unknown, unknown>): ReadonlyMap<unknown, unknown> {
    const copy = new Map([...value].map(([key, item]) => [this.visit(key), this.visit(item)]));
    return [...value].every(([key, item]) => copy.get(key) === item) && copy.size === value.size ? value : copy;
  }

  #set(value: ReadonlySet<unknown>): ReadonlySet<unknown> {
    const items = [...value].map((item) => this.visit(item));
    return items.every((item) => value.has(item)) ? value : new Set(items);
  }
}
