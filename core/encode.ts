/**
 * The canonical encoding of values: what keys and digests are made of, and what caches store. `core/README.md`
 * specifies it; `decode.ts` reads it.
 */
import { CborWriter, MAJOR } from './cbor-writer.ts';
import type { ClassReference } from './classes.ts';
import { MAX_DEPTH } from './decode-limits.ts';
import { ContentNotRead, SerializationError } from './errors.ts';
import { byteLength, contentId, fromHex, type Bytes, type ContentId, type Hasher } from './hasher.ts';
import { toPortable } from './portable-workflow.ts';
import { isQuoted, type Quoted } from './quoted.ts';
import { capturedOf, taskOf } from './scheduled.ts';
import { asPacked, canAllocate, NotPrepared, pack, type Handling } from './serializer.ts';
import type { FoundSerializer, Serializers } from './serializers.ts';
import { ShapeCache } from './shape-cache.ts';
import { describe, type Task } from './task.ts';
import { findCycles, findShared, forEachPart, stepText } from './walk.ts';
import { quotedHints } from './wire-task.ts';
import { isPromised } from './workflow.ts';

/** RFC 8746, section 2.1: tags of typed arrays, little endian. The platform's arrays are little endian wherever JavaScript runs today. */
export const TYPED_ARRAY_TAGS: Readonly<Record<string, number>> = {
  Uint8Array: 64,
  Uint8ClampedArray: 68,
  Uint16Array: 69,
  Uint32Array: 70,
  BigUint64Array: 71,
  Int8Array: 72,
  Int16Array: 77,
  Int32Array: 78,
  BigInt64Array: 79,
  Float16Array: 84,
  Float32Array: 85,
  Float64Array: 86,
};

/** The registered tag of a 'serialised language-independent object': an array of a type's name and its data. */
export const OBJECT_TAG = 27;
/** RFC 8949, section 3.4.3: unsigned and negative bignums. */
export const BIGNUM_TAGS = { positive: 2, negative: 3 } as const;
/** The registered tags of value sharing: an item that is referred to, and the index of such an item. */
export const SHARING_TAGS = { shared: 28, reference: 29 } as const;

/** From this depth on it is worth to ask whether a value contains itself: few do, and to ask takes time. */
const SUSPICIOUS_DEPTH = 24;

/** Simple values (RFC 8949, section 3.3). */
const SIMPLE = { false: 0xf4, true: 0xf5, null: 0xf6, undefined: 0xf7 } as const;

/** How references are written: the runtime decides what a module is called. */
export interface Namer {
  task(task: Task): readonly [id: string, version: string];
  class(known: ClassReference): string;
}

/** What is wrong with a value, without its path: that is looked up afterwards, so that good values do not pay for it. */
class Unencodable extends Error {}

/** The value is nested suspiciously deep. */
class TooDeep extends Unencodable {
  constructor() {
    super(`it is nested deeper than ${MAX_DEPTH} levels`);
  }
}

/** The objects of a value that are referred to from within. */
interface Marks {
  /** Their indices, once they were written; -1 before. */
  readonly indices: Map<object, number>;
  next: number;
  /** Whether all later occurrences are references, or only those inside of the object. */
  readonly sharing: boolean;
  /** Those being written which cannot be made before their data, and so cannot contain themselves. */
  readonly closed: Set<object>;
}

/** Writes values. One serves for many. */
export class Encoder {
  readonly serializers: Serializers;
  readonly namer: Namer;
  readonly #shapes: ShapeCache;
  /** Of the value that is being written: */
  #marks: Marks | undefined;
  #limit = SUSPICIOUS_DEPTH;

  /** `isCanonical`: whether members stand in the order of the canonical encoding, and not in their own. */
  constructor(namer: Namer, serializers: Serializers, isCanonical = true) {
    this.#shapes = new ShapeCache(encodeString, isCanonical);
    this.namer = namer;
    this.serializers = serializers;
  }

  /**
   * Writes a value. What is met twice is written twice; a value may contain itself.
   * @throws SerializationError where a part of the value has no encoding, with its path from `root`
   */
  write(writer: CborWriter, value: unknown, root = 'value'): void {
    this.#locating(value, root, () => this.#write(writer, value));
  }

  #locating(value: unknown, root: string, write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof Unencodable || error instanceof NotPrepared)) throw error;
      throw this.#locate(value, root, error);
    }
  }

  /**
   * Writes a value whose shared objects stay shared when it is read. Returns whether there are some: if not, the
   * canonical encoding is the same, and nothing is written.
   */
  writeShared(writer: CborWriter, value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    const shared = findShared(value, this.serializers);
    if (shared.size === 0) return false;
    this.#locating(value, 'value', () =>
      this.#with(newMarks(shared, true), MAX_DEPTH, () => this.#value(writer, value, 0)),
    );
    return true;
  }

  #write(writer: CborWriter, value: unknown): void {
    const start = writer.mark();
    try {
      return this.#with(undefined, SUSPICIOUS_DEPTH, () => this.#value(writer, value, 0));
    } catch (error) {
      if (!(error instanceof TooDeep)) throw error;
    }
    writer.reset(start);
    const cycles = findCycles(value as object, this.serializers);
    const marks = cycles.size === 0 ? undefined : newMarks(cycles, false);
    this.#with(marks, MAX_DEPTH, () => this.#value(writer, value, 0));
  }

  /** A serialiser may use the same encoder for something else meanwhile. */
  #with(marks: Marks | undefined, limit: number, write: () => void): void {
    const before = [this.#marks, this.#limit] as const;
    this.#marks = marks;
    this.#limit = limit;
    try {
      write();
    } finally {
      [this.#marks, this.#limit] = before;
    }
  }

  #value(writer: CborWriter, value: unknown, depth: number): void {
    switch (typeof value) {
      case 'number':
        return writeNumber(writer, value);
      case 'string':
        return writeString(writer, value);
      case 'boolean':
        return writer.byte(value ? SIMPLE.true : SIMPLE.false);
      case 'undefined':
        return writer.byte(SIMPLE.undefined);
      case 'bigint':
        return writeBigInt(writer, value);
      case 'object':
        return value === null ? writer.byte(SIMPLE.null) : this.#object(writer, value, depth);
      case 'function':
        return this.#function(writer, value, depth);
      case 'symbol':
        return writeSymbol(writer, value);
    }
  }

  #function(writer: CborWriter, value: object, depth: number): void {
    if (isPromised(value)) throw new Unencodable('it is a promised value; compute it first: await run(p)');
    const task = taskOf(value);
    if (task === undefined)
      throw new Unencodable(
        'a function can only be passed by reference to a task. Schedule it at the top level of a module: schedule(fn)',
      );
    const captured = capturedOf(value)?.();
    openObject(writer, 'task', MAJOR.array, captured === undefined ? 2 : 3);
    for (const part of this.namer.task(task)) writer.text(part);
    if (captured !== undefined) this.#value(writer, captured, depth + 1);
  }

  #object(writer: CborWriter, value: object, depth: number): void {
    if (depth > this.#limit) throw new TooDeep();
    const index = this.#marks?.indices.get(value);
    if (this.#marks === undefined || index === undefined) return this.#content(writer, value, depth);
    if (index >= 0) {
      if (this.#marks.closed.has(value))
        throw new Unencodable(
          `it is ${describe(value)}, contains itself, and its serialiser has no allocate() and assign()`,
        );
      writer.head(MAJOR.tag, SHARING_TAGS.reference);
      return writer.head(MAJOR.unsigned, index);
    }
    writer.head(MAJOR.tag, SHARING_TAGS.shared);
    this.#marks.indices.set(value, this.#marks.next++);
    this.#content(writer, value, depth);
    if (!this.#marks.sharing) this.#marks.indices.set(value, -1);
  }

  #content(writer: CborWriter, value: object, depth: number): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null)
      return this.#plainObject(writer, value as Record<string, unknown>, depth);
    if (prototype === Array.prototype) return this.#array(writer, value as readonly unknown[], depth);
    const claimsBuffers = this.serializers.claimsBuffers;
    if (!claimsBuffers && writeBuffer(writer, value, prototype)) return;
    const found = this.serializers.find(value);
    if (found !== undefined) return this.#packed(writer, value, found, depth);
    if (claimsBuffers && writeBuffer(writer, value, prototype)) return;
    if (isQuoted(value)) return this.#quote(writer, value, depth);
    if (isForeignArray(value, prototype)) return this.#array(writer, value, depth);
    throw new Unencodable(
      `it is ${describe(value)}, whose instances have no encoding. Put @schedule on the class, register it with createRegistry({ classes: { ${classNameOf(value)} } }), or pass its data as a plain object`,
    );
  }

  /** `27([tag, data])`, with how the data is to be handled where that is special. */
  #packed(writer: CborWriter, value: object, { serializer, known }: FoundSerializer, depth: number): void {
    const isClosed = this.#marks !== undefined && !canAllocate(serializer);
    if (isClosed) this.#marks?.closed.add(value);
    const { data, handling } = asPacked(serializer.serialize(value, pack));
    writer.head(MAJOR.tag, OBJECT_TAG);
    writer.head(MAJOR.array, handling === undefined ? 2 : 3);
    writer.text(known === undefined ? serializer.tag : 'instance');
    this.#data(writer, known === undefined ? data : [this.namer.class(known), data], depth);
    if (handling !== undefined) this.#handling(writer, handling, depth);
    if (isClosed) this.#marks?.closed.delete(value);
  }

  /** A list of data is on the level of the object itself. */
  #data(writer: CborWriter, data: unknown, depth: number): void {
    if (Array.isArray(data)) this.#array(writer, data, depth);
    else this.#value(writer, data, depth + 1);
  }

  #handling(writer: CborWriter, handling: Handling, depth: number): void {
    this.#plainObject(writer, { ...handling }, depth + 1);
  }

  #quote(writer: CborWriter, quoted: Quoted<unknown>, depth: number): void {
    const { tasks, nodes } = toPortable(quoted.node, (task) => {
      const reference = this.namer.task(task);
      const hints = quotedHints(task);
      return hints === undefined ? reference : [...reference, hints];
    });
    openObject(writer, 'quote', MAJOR.array, 2);
    this.#value(writer, tasks, depth + 1);
    this.#value(writer, nodes, depth + 1);
  }

  #array(writer: CborWriter, value: readonly unknown[], depth: number): void {
    writer.head(MAJOR.array, value.length);
    for (let index = 0; index < value.length; index++) {
      const item = value[index];
      if (item === undefined && !(index in value)) openObject(writer, 'hole', MAJOR.array, 0);
      else this.#value(writer, item, depth + 1);
    }
  }

  #plainObject(writer: CborWriter, value: Readonly<Record<string, unknown>>, depth: number): void {
    if (Object.getOwnPropertySymbols(value).length > 0)
      throw new Unencodable('it has members named by symbols, which have no encoding');
    const { keys, encodings } = this.#shapes.of(Object.keys(value));
    writer.head(MAJOR.map, keys.length);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index] as string;
      if (key === '__proto__') throw new Unencodable("it has a member named '__proto__', which is never stored");
      writer.few(encodings[index] as Uint8Array);
      this.#value(writer, value[key], depth + 1);
    }
  }

  #locate(value: unknown, path: string, problem: Error): SerializationError {
    let at = path;
    const seen = new Set<unknown>();
    for (let current = value; !seen.has(current) && seen.size < MAX_DEPTH;) {
      seen.add(current);
      const child = this.#failingPart(current);
      if (child === undefined) break;
      at += child.step;
      current = child.value;
    }
    const Class = problem instanceof NotPrepared ? ContentNotRead : SerializationError;
    return new Class(`Cannot encode ${at}: ${problem.message}`, at);
  }

  #failingPart(value: unknown): { step: string; value: unknown } | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    let failing: { step: string; value: unknown } | undefined;
    try {
      forEachPart(value, this.serializers, (part, at, kind) => {
        if (failing === undefined && !this.#canWrite(part)) failing = { step: stepText(at, kind), value: part };
      });
    } catch {
      // Then it is the value itself.
    }
    return failing;
  }

  #canWrite(value: unknown): boolean {
    try {
      this.#write(new CborWriter(new Uint8Array(256)), value);
      return true;
    } catch {
      return false;
    }
  }
}

function newMarks(objects: ReadonlySet<object>, sharing: boolean): Marks {
  return { indices: new Map([...objects].map((object) => [object, -1])), next: 0, sharing, closed: new Set() };
}

function classNameOf(value: object): string {
  return value.constructor?.name || 'TheClass';
}

function isSharedBuffer(value: object): value is SharedArrayBuffer {
  return typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer;
}

/** An array of another realm: of an iframe, of Node's `vm`. */
function isForeignArray(value: object, prototype: unknown): value is readonly unknown[] {
  return Array.isArray(value) && (prototype as { constructor?: { name?: unknown } }).constructor?.name === 'Array';
}

/** Integers that doubles hold exactly are CBOR integers; all other numbers, and -0, are floats. */
function writeNumber(writer: CborWriter, value: number): void {
  // Most are small and not negative: 1 / -0 is not either.
  if (value >>> 0 === value && (value !== 0 || 1 / value > 0)) writer.head(MAJOR.unsigned, value);
  else if (Number.isSafeInteger(value) && (value !== 0 || Object.is(value, 0))) {
    if (value >= 0) writer.head(MAJOR.unsigned, value);
    else writer.head(MAJOR.negative, -1 - value);
  } else {
    writer.float(value);
  }
}

/** Well-formed strings are text; a lone surrogate has no UTF-8, so such a string stands as its UTF-16 code units. */
function writeString(writer: CborWriter, value: string): void {
  if (writer.shortText(value)) return;
  if (isWellFormed(value)) return writer.text(value);
  const units = new Uint8Array(2 * value.length);
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index);
    units[2 * index] = unit & 0xff;
    units[2 * index + 1] = unit >>> 8;
  }
  openObject(writer, 'utf16', MAJOR.bytes, units.length);
  writer.raw(units);
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function isWellFormed(value: string): boolean {
  const modern = value as { isWellFormed?: () => boolean };
  return modern.isWellFormed === undefined ? !LONE_SURROGATE.test(value) : modern.isWellFormed();
}

/** Only the symbols of the global registry mean the same everywhere. */
function writeSymbol(writer: CborWriter, value: symbol): void {
  const key = Symbol.keyFor(value);
  if (key === undefined)
    throw new Unencodable(
      'a symbol that is not in the global registry is another one in each thread. Use Symbol.for(name)',
    );
  openObject(writer, 'symbol', MAJOR.array, 1);
  writeString(writer, key);
}

/** A bigint differs from the number of its value, so it stands in an object; inside, the preferred form of its size (section 3.4.3). */
function writeBigInt(writer: CborWriter, value: bigint): void {
  openObject(writer, 'bigint', MAJOR.array, 1);
  const magnitude = value < 0n ? -1n - value : value;
  if (magnitude <= BigInt(Number.MAX_SAFE_INTEGER))
    return writer.head(value < 0n ? MAJOR.negative : MAJOR.unsigned, Number(magnitude));
  const hex = magnitude.toString(16);
  const bytes = fromHex(hex.padStart(hex.length + (hex.length % 2), '0'));
  if (bytes.length <= 8) {
    writer.byte((value < 0n ? MAJOR.negative : MAJOR.unsigned) | 27);
    writer.raw(fromHex(hex.padStart(16, '0')));
    return;
  }
  writer.head(MAJOR.tag, value < 0n ? BIGNUM_TAGS.negative : BIGNUM_TAGS.positive);
  writer.bytes(bytes);
}

/** Binary data of the language's own classes. Returns whether the value was that. */
function writeBuffer(writer: CborWriter, value: object, prototype: unknown): boolean {
  if (ArrayBuffer.isView(value)) return writeView(writer, value, prototype);
  if (prototype !== ArrayBuffer.prototype && !isSharedBuffer(value)) return false;
  writer.bytes(new Uint8Array(value as ArrayBuffer));
  return true;
}

function writeView(writer: CborWriter, value: ArrayBufferView, prototype: unknown): boolean {
  const name = Object.prototype.toString.call(value).slice(8, -1);
  if (prototype !== (globalThis as unknown as Record<string, { prototype: unknown }>)[name]?.prototype) return false;
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const tag = TYPED_ARRAY_TAGS[name];
  if (tag !== undefined) {
    writer.head(MAJOR.tag, tag);
    writer.bytes(bytes, (value as Uint8Array).BYTES_PER_ELEMENT);
  } else {
    openObject(writer, 'DataView', MAJOR.bytes, bytes.length);
    writer.raw(bytes);
  }
  return true;
}

/** The beginning of `27([type, data])`, up to the head of the data. */
export function openObject(writer: CborWriter, type: string, major: number, argument: number): void {
  writer.head(MAJOR.tag, OBJECT_TAG);
  writer.head(MAJOR.array, 2);
  writer.text(type);
  writer.head(major, argument);
}

function encodeString(value: string): Uint8Array {
  const writer = new CborWriter(new Uint8Array(2 * value.length + 32));
  writeString(writer, value);
  return concatenate(writer.pieces());
}

/** The pieces as one array of its own. */
export function concatenate(pieces: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(byteLength(pieces));
  let position = 0;
  for (const piece of pieces) {
    whole.set(piece, position);
    position += piece.length;
  }
  return whole;
}

/** The digest of a value: that of its canonical encoding. */
export function digestValue(encoder: Encoder, hasher: Hasher, value: unknown): ContentId {
  const writer = new CborWriter(new Uint8Array(4096));
  encoder.write(writer, value);
  return contentId(hasher, writer.pieces());
}
