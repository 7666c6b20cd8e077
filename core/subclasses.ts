/** Instances of subclasses of the language's own classes: what they hold beside their members, and how they are made again. */
import type { AnyClass } from './serializer.ts';

/** One of the language's classes, as what instances of subclasses are made of. */
interface Base {
  readonly Class: AnyClass;
  /** The content, as an instance of the class itself. */
  content(value: never): unknown;
  /** An instance of a subclass, empty where it can be filled later. No constructor of the subclass is called. */
  make(Subclass: AnyClass, content: never): object;
  /** Fills an instance that was made without its content. */
  fill?(value: never, content: never): void;
}

const TypedArray = Object.getPrototypeOf(Uint8Array) as AnyClass;

const BASES: readonly Base[] = [
  {
    Class: Map,
    content: (value: Map<unknown, unknown>) => new Map(Map.prototype.entries.call(value)),
    make: (Subclass) => construct(Map, [], Subclass),
    fill: (value: Map<unknown, unknown>, content: Map<unknown, unknown>) => {
      for (const [key, item] of content) Map.prototype.set.call(value, key, item);
    },
  },
  {
    Class: Set,
    content: (value: Set<unknown>) => new Set(Set.prototype.values.call(value)),
    make: (Subclass) => construct(Set, [], Subclass),
    fill: (value: Set<unknown>, content: Set<unknown>) => {
      for (const item of content) Set.prototype.add.call(value, item);
    },
  },
  {
    Class: Array,
    content: (value: readonly unknown[]) => Object.assign(Array<unknown>(value.length), itemsOf(value)),
    make: (Subclass) => construct(Array, [], Subclass),
    fill: (value: unknown[], content: readonly unknown[]) => {
      value.length = content.length;
      content.forEach((item, index) => (value[index] = item));
    },
  },
  {
    Class: Date,
    content: (value: Date) => Date.prototype.getTime.call(value),
    make: (Subclass, time: number) => construct(Date, [time], Subclass),
  },
  {
    Class: RegExp,
    content: ({ source, flags }: RegExp) => [source, flags],
    make: (Subclass, [source, flags]: readonly [string, string]) => construct(RegExp, [source, flags], Subclass),
  },
  {
    Class: Error,
    content: (value: Error) => ['cause' in value ? [value.message, value.cause] : [value.message]].flat(),
    make: (Subclass, [message, ...cause]: readonly unknown[]) =>
      construct(Error, [message, ...cause.map((each) => ({ cause: each }))], Subclass),
  },
  {
    Class: TypedArray,
    content: (value: Uint8Array) =>
      Reflect.construct(typedArrayClass(value), [value.buffer, value.byteOffset, value.length]),
    make: (Subclass, content: Uint8Array) => construct(typedArrayClass(content), [content], Subclass),
  },
];

function construct(Class: AnyClass, args: readonly unknown[], Subclass: AnyClass): object {
  return Reflect.construct(Class as never, args, Subclass as never) as object;
}

/** `Float64Array` for anything that is one. */
function typedArrayClass(value: object): new (...args: unknown[]) => object {
  const name = Object.prototype.toString.call(value).slice(8, -1);
  return (globalThis as unknown as Record<string, new (...args: unknown[]) => object>)[name] as never;
}

function itemsOf(value: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => isIndex(key)));
}

function isIndex(key: string): boolean {
  return /^(0|[1-9]\d*)$/.test(key);
}

/** The class of the language from which another one is derived, if there is one. */
export function baseOf(Class: AnyClass): Base | undefined {
  const prototype = Class.prototype as object;
  return BASES.find(({ Class: base }) => (base.prototype as object).isPrototypeOf(prototype));
}

/** The enumerable members of an instance that are no content of its base. */
export function ownMembers(value: object): Record<string, unknown> {
  const entries = Object.entries(value);
  const hasItems = Array.isArray(value) || ArrayBuffer.isView(value);
  return Object.fromEntries(hasItems ? entries.filter(([key]) => !isIndex(key)) : entries);
}
