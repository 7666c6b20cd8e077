/** What says how one type of values is written and read: for keys, workers, caches and people alike. (Seeds 000 and 003.) */

/** Any class. */
export type AnyClass = abstract new (...args: never[]) => object;

/** How data is packed. */
export interface PackOptions {
  /**
   * The value is large, or stands elsewhere: what is made of the data is a {@link Reference}, until a task needs the
   * value itself.
   * @default false
   */
  readonly ref?: boolean;
  /** Files that the data speaks of. @default none */
  readonly files?: readonly string[];
  /**
   * What moves to the scheduling thread with a result, instead of being copied: `MessagePort`s, `ImageBitmap`s. Buffers
   * of typed arrays in results move anyway.
   * @default none
   */
  readonly transfer?: readonly object[];
}

/** Takes the data that a value is made of: anything that the registry can write. */
export type Pack = (data: unknown, options?: PackOptions) => unknown;

/** What a reader of data can use. */
export interface DeserializeContext {
  /** The files that were packed with the data. */
  readonly files: readonly string[];
}

/**
 * One type of values. It applies to instances of `class` and of its subclasses, to values that pass `test`, or to
 * those for which the registry's `hook` or `fallback` chooses it.
 *
 * @example
 * const temperature: Serializer<Temperature, number> = {
 *   tag: 'weather/Temperature',
 *   class: Temperature,
 *   serialize: (value, pack) => pack(value.kelvin),
 *   deserialize: (kelvin) => new Temperature(kelvin),
 * };
 */
export interface Serializer<T = unknown, D = unknown> {
  /**
   * The name of the type in keys, stored data and JSON. It must not change: data under an old tag cannot be read any
   * more. Predicates are asked in the order of tags, so new types do not change what old ones are taken for.
   */
  readonly tag: string;
  /** The class. Where several apply, the nearest one to the instance's own class counts. */
  readonly class?: AnyClass;
  /** Not for instances of subclasses: for types whose data would not say which subclass it was. @default false */
  readonly exact?: boolean;
  /** Structured clone carries the values to workers as they are, so nothing need be packed for that. @default false */
  readonly cloneable?: boolean;
  /** Whether this is a value of the type; asked only about objects whose classes nobody knows. */
  test?(value: object): boolean;
  /** Gives `pack(data)`. The same value must always give the same data. */
  serialize(value: T, pack: Pack): unknown;
  /** Makes the value again. Must not trust the data: it may have been damaged or forged. */
  deserialize(data: D, context: DeserializeContext): T;
  /** For values that may contain themselves: an empty one, which `assign` completes when its data is there. */
  allocate?(): T;
  /** Completes what `allocate` made. */
  assign?(value: T, data: D): void;
  /** For contents that can only be read asynchronously: reads them, so that `serialize` can be called. */
  prepare?(value: T): Promise<void>;
}

/** Marks packed data, in every copy of this package: a serialiser may have another one's `pack`. */
const PACKED: unique symbol = Symbol.for('somen.packed/1') as never;

/** What `pack` gives: data, and how it is to be handled. */
export class Packed {
  /** One that stays: see `CborWriter.kept`. */
  static readonly kept: Packed = new Packed(undefined);

  readonly data: unknown;
  readonly ref: boolean;
  readonly files: readonly string[];
  readonly transfer: readonly object[];

  constructor(data: unknown, { ref = false, files = [], transfer = [] }: PackOptions = {}) {
    this.data = data;
    this.ref = ref;
    this.files = files;
    this.transfer = transfer;
  }

  static {
    Object.defineProperty(this.prototype, PACKED, { value: true });
  }

  /** How it is to be handled, as it is written, if there is anything to write. */
  get handling(): Handling | undefined {
    if (!this.ref && this.files.length === 0) return undefined;
    return { ...(this.files.length > 0 && { files: this.files }), ...(this.ref && { ref: true as const }) };
  }
}

/** See {@link PackOptions}. */
export interface Handling {
  readonly files?: readonly string[];
  readonly ref?: true;
}

/** The `pack` that is handed to serialisers. */
export const pack: Pack = (data, options) => new Packed(data, options);

/** What a serialiser gave: one that returns its data as it is means `pack(data)`. */
export function asPacked(given: unknown): Packed {
  const isPacked = typeof given === 'object' && given !== null && (given as { [PACKED]?: unknown })[PACKED] === true;
  return isPacked ? (given as Packed) : new Packed(given);
}

/** A serialiser whose values can be made before their data, and so may contain themselves. */
export type FillingSerializer = Serializer & Required<Pick<Serializer, 'allocate' | 'assign'>>;

/** Whether values can be made before their data. */
export function canAllocate(serializer: Serializer): serializer is FillingSerializer {
  return serializer.allocate !== undefined && serializer.assign !== undefined;
}

/** Thrown by `serialize` where the value's content has to be read first, by `prepare`. */
export class NotPrepared extends Error {
  readonly value: object;

  constructor(value: object) {
    super('its content can only be read asynchronously: await registry.prepare(value) first');
    this.value = value;
  }
}
