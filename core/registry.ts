/** Registries: which serialisers are known, and the encodings that they take part in. */
import type { CallSite } from './call-site.ts';
import { joinParts, readBinary, writeBinary, type BinaryParts } from './binary.ts';
import { CborWriter } from './cbor-writer.ts';
import { classSerializer } from './classes.ts';
import type { DecodeLimits } from './decode-limits.ts';
import { decodeValue } from './decode.ts';
import { concatenate } from './encode.ts';
import { contentId, type Bytes } from './hasher.ts';
import { readJson } from './json-reader.ts';
import { writeJson } from './json-writer.ts';
import { Keyer } from './key.ts';
import type { Compressor } from './compressor.ts';
import type { Platform } from './platform.ts';
import { dereference } from './reference.ts';
import type { AnyClass, Serializer } from './serializer.ts';
import {
  BUILT_IN,
  composeLayers,
  registerLayer,
  type ChooseSerializer,
  type SerializerLayer,
  type Serializers,
} from './serializers.ts';
import { contextOf } from './stored-names.ts';
import { codeOf, sliceOf } from './task-code.ts';
import { prepareAll } from './walk.ts';

/** What registries need of a runtime's layer. Not all of it is needed by runs, and then it is not loaded. */
export interface RegistryPlatform extends Pick<Platform, 'hasher' | 'moduleName' | 'codeOf'> {
  /** What compresses buffers, if anything here does. Created on first use. */
  readonly compressor: () => Compressor | undefined;
}

/** What a registry adds to another one. */
export interface RegistryOptions {
  /**
   * The name by which workers find it, unique in its module; one with a `/` holds without the module.
   * @default the tags of what it adds
   */
  readonly name?: string;
  /** What it is added to. @default `registry` */
  readonly parent?: Registry;
  /** Serialisers. They win over those of the parent with the same tag or class. @default none */
  readonly serializers?: readonly Serializer[];
  /**
   * Classes, by the names under which their instances are stored. An instance is written by its `[serialize]` and made
   * by the class's `[construct]`, else by its own enumerable members, without a call of the constructor; of a subclass of
   * `Map`, `Set`, `Array`, `Date`, `RegExp`, `Error` or a typed array, with its content.
   * @default none
   */
  readonly classes?: Readonly<Record<string, AnyClass>>;
  /** Chooses a serialiser by any test, for objects that no class and no predicate claims. @default none */
  readonly hook?: ChooseSerializer;
  /** What remains for objects that nothing else claims. @default none: they are refused */
  readonly fallback?: Serializer;
}

/** How data is read. */
export interface DecodeOptions {
  /** Whether values that were packed with `ref: true` are rebuilt at once; if not, they are `Reference`s. @default false */
  readonly deref?: boolean;
  /** What the data may cost. @default depth 512, any number of values, any number of bytes */
  readonly limits?: DecodeLimits;
}

/** How the binary encoding is written. */
export interface BinaryOptions {
  /**
   * Compresses buffers that a sample says to shrink by a tenth or more: shuffled bytes or differences, then LZ4. Only
   * `somen/node` and `somen/web` can. @default false
   */
  readonly compress?: boolean;
}

/** How JSON is written. */
export interface JsonOptions {
  /** As for `JSON.stringify`: how many spaces, or which ones. @default everything in one line */
  readonly indent?: number | string;
}

/**
 * Knows how values are written and read: for keys, workers, caches and people. It looks for a serialiser by tag when it
 * reads; when it writes, by the nearest class, by predicate, by its hook, and takes its fallback at last. Immutable.
 * (Seed 000, `Registry`; seed 003.)
 *
 * @example
 * class Star { constructor(readonly type: string) {} }
 * const stars = createRegistry({ classes: { Star } });
 * stars.fromJSON(stars.toJSON(new Star('G2V'))); // Star { type: 'G2V' }
 */
export class Registry {
  /** What it knows, for executors and other parts of the package. */
  readonly serializers: Serializers;
  readonly #platform: RegistryPlatform;
  #madeKeyer: Keyer | undefined;

  /** Made by `createRegistry`. */
  constructor(platform: RegistryPlatform, serializers: Serializers) {
    this.#platform = platform;
    this.serializers = serializers;
  }

  get #keyer(): Keyer {
    return (this.#madeKeyer ??= new Keyer(this.#platform.hasher(), this.#platform, this.serializers));
  }

  /** Both as one: `other` wins where both know a type, the fallback of this one stays if it has one. */
  with(other: Registry): Registry {
    const own = this.serializers;
    const { layers, lastResort } = other.serializers;
    return new Registry(this.#platform, composeLayers([...own.layers, ...layers], own.lastResort ?? lastResort));
  }

  /**
   * The canonical encoding of a value (deterministic CBOR, `core/README.md`): what keys and digests are made of. What is
   * met twice in the value is written twice.
   * @throws SerializationError where a part of the value is of no known type, with its path
   */
  encode(value: unknown): Bytes {
    const writer = new CborWriter(new Uint8Array(1024));
    this.#keyer.encoder.write(writer, value);
    return concatenate(writer.pieces());
  }

  /**
   * The value of a canonical encoding. Runs no code of the data, and allocates no more than is there.
   * @throws DeserializationError where the bytes are no encoding, or name unknown types, or go beyond the limits
   */
  decode(bytes: Uint8Array, { deref = false, limits }: DecodeOptions = {}): unknown {
    return decodeValue(bytes, { ...contextOf(this.#keyer, true), deref, limits });
  }

  /**
   * The hex SHA-256 of the canonical encoding; above 4 MiB, of the digests of its 4 MiB chunks.
   * @throws SerializationError where a part of the value is of no known type, with its path
   */
  digest(value: unknown): string {
    return contentId(this.#keyer.hasher, this.#keyer.pieces(value)).digest;
  }

  /**
   * The binary encoding of a value: a small head, and the contents of large arrays as they are, not copied. What is shared
   * in the value stays so.
   *
   * @example
   * const { head, buffers } = registry.toBinary(new Float64Array(1e6)); // 36 bytes, and the array's own memory
   *
   * @throws SerializationError where a part of the value is of no known type, with its path
   * @throws TypeError where it is to be compressed, and nothing here can
   */
  toBinary(value: unknown, { compress = false }: BinaryOptions = {}): BinaryParts {
    const compressor = compress ? this.#platform.compressor() : undefined;
    if (compress && compressor === undefined)
      throw new TypeError(
        "Cannot compress: 'somen' alone has no compressor. Import the registry from somen/node or somen/web",
      );
    return writeBinary(value, this.#keyer.encoder, compressor);
  }

  /** The same in one piece of memory, for files and streams: buffers begin at multiples of 64 bytes. */
  toBinaryFile(value: unknown, options: BinaryOptions = {}): Bytes {
    return joinParts(this.toBinary(value, options));
  }

  /**
   * The value of a binary encoding, in parts or in one piece. Typed arrays are views of its buffers: nothing is copied where
   * they are aligned, as those of `toBinaryFile` are.
   * @throws DeserializationError where it is damaged, or names unknown types, or goes beyond the limits
   */
  fromBinary(source: BinaryParts | Uint8Array, { deref = false, limits }: DecodeOptions = {}): unknown {
    return readBinary(source, { ...contextOf(this.#keyer, true), deref, limits }, this.#platform.compressor);
  }

  /**
   * JSON for people: what JSON knows stays as it is, other values are objects that name their type. Nothing is lost:
   * `fromJSON` gives the same value again, shared objects and values that contain themselves included.
   *
   * @example
   * registry.toJSON(new Set([1, 2, 3])); // '{"_somen":"1","type":"Set","data":[1,2,3]}'
   *
   * @throws SerializationError where a part of the value is of no known type, with its path
   */
  toJSON(value: unknown, { indent }: JsonOptions = {}): string {
    return writeJson(value, this.serializers, this.#keyer.encoder.namer, indent);
  }

  /**
   * The value of such a text.
   * @throws DeserializationError where it is no JSON, or names unknown types, or goes beyond the limits, with the path
   */
  fromJSON(text: string, { deref = false, limits }: DecodeOptions = {}): unknown {
    return readJson(text, { ...contextOf(this.#keyer, true), deref, limits });
  }

  /** A value with all `Reference`s in it rebuilt: in arrays, plain objects, maps and sets. */
  deref(value: unknown): unknown {
    return dereference(value);
  }

  /** Reads what can only be read asynchronously (a `Blob`, a `File`), so that the value can be written. Runs do so themselves. */
  async prepare(value: unknown): Promise<void> {
    await prepareAll(value, this.serializers);
  }
}

/** The serialisers of a registry. */
function serializersOf(registry: Registry | undefined): Serializers {
  return registry === undefined ? BUILT_IN : registry.serializers;
}

/** See `createRegistry`; `site` is where it was called. */
export function createRegistryOn(
  platform: RegistryPlatform,
  options: RegistryOptions,
  site: CallSite | undefined,
): Registry {
  const { parent, hook, fallback, classes = {} } = options;
  const serializers = [
    ...(options.serializers ?? []),
    ...Object.entries(classes).map(([name, Class]) => classSerializer(name, Class) as Serializer),
  ];
  serializers.forEach(checkSerializer);
  const name = options.name ?? (serializers.map(({ tag }) => tag).join() || 'registry');
  const code = codeOf(options);
  const slice = code && sliceOf(code);
  const named = name.includes('/') && options.name !== undefined;
  const reference = { name, named, module: code?.module ?? site?.module, ...(slice && { slice }) };
  const layer: SerializerLayer = { reference, serializers, hook, fallback };
  registerLayer(layer);
  const before = serializersOf(parent);
  const lastResort = fallback === undefined ? before.lastResort : layer;
  return new Registry(platform, composeLayers([...before.layers, layer], lastResort));
}

function checkSerializer(serializer: Serializer): void {
  const { tag } = serializer;
  const isWhole =
    typeof tag === 'string' &&
    tag !== '' &&
    typeof serializer.serialize === 'function' &&
    typeof serializer.deserialize === 'function';
  if (!isWhole)
    throw new TypeError(
      `Cannot register the serialiser '${tag}': it needs a tag, serialize(value, pack) and deserialize(data)`,
    );
  if (RESERVED.has(tag))
    throw new TypeError(`Cannot register the serialiser '${tag}': the encoding itself has that name`);
  if ((serializer.allocate === undefined) !== (serializer.assign === undefined))
    throw new TypeError(`Cannot register the serialiser '${tag}': allocate() and assign() belong together`);
}

/** The names of the encoding's own types. */
const RESERVED: ReadonlySet<string> = new Set(
  ['hole', 'utf16', 'bigint', 'symbol', 'task', 'quote', 'instance', 'key', 'content', 'DataView'].concat([
    'undefined',
    'number',
    'object',
    'shared',
    'reference',
    'ArrayBuffer',
  ]),
);
