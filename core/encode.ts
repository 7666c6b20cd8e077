/**
 * The canonical encoding of values: what keys and digests are made of, and what caches store. `core/README.md`
 * specifies it; `decode.ts` reads it.
 */
import { CborWriter, MAJOR } from './cbor-writer.ts';
import { dataOf, type ClassReference } from './classes.ts';
import { SerializationError } from './errors.ts';
import { travellingClassOf } from './fail.ts';
import { byteLength, contentId, fromHex, type Bytes, type ContentId, type Hasher } from './hasher.ts';
import { taskOf } from './scheduled.ts';
import { toPortable } from './portable-workflow.ts';
import { isQuoted, type Quoted } from './quote.ts';
import { describe, type Task } from './task.ts';
import { plainHints } from './wire-task.ts';
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

/** Nesting deeper than this is refused: it is more likely a cycle than data. */
export const MAX_DEPTH = 512;

/** Simple values (RFC 8949, section 3.3). */
const SIMPLE = { false: 0xf4, true: 0xf5, null: 0xf6, undefined: 0xf7 } as const;

/** How references are written: the runtime decides what a module is called. */
export interface Namer {
  task(task: Task): readonly [id: string, version: string];
  class(known: ClassReference): string;
}

/** What is wrong with a value, without its path: that is looked up afterwards, so that good values do not pay for it. */
class Unencodable extends Error {}

/** Writes values. One serves for many. */
export class Encoder {
  readonly #namer: Namer;

  constructor(namer: Namer) {
    this.#namer = namer;
  }

  /**
   * Writes a value.
   * @throws SerializationError where a part of the value has no encoding, with its path from `root`
   */
  write(writer: CborWriter, value: unknown, root = 'value'): void {
    try {
      this.#value(writer, value, 0);
    } catch (error) {
      if (!(error instanceof Unencodable)) throw error;
      throw this.#locate(value, root, error);
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
        return this.#function(writer, value);
      case 'symbol':
        throw new Unencodable('a symbol has no content that could be compared or stored');
    }
  }

  #function(writer: CborWriter, value: object): void {
    if (isPromised(value)) throw new Unencodable('it is a promised value; compute it first: await run(p)');
    const task = taskOf(value);
    if (task === undefined)
      throw new Unencodable(
        'a function can only be passed by reference to a task. Schedule it at the top level of a module: schedule(fn)',
      );
    openObject(writer, 'task', MAJOR.array, 2);
    for (const part of this.#namer.task(task)) writer.text(part);
  }

  #object(writer: CborWriter, value: object, depth: number): void {
    if (depth > MAX_DEPTH) throw new Unencodable(`it is nested deeper than ${MAX_DEPTH} levels, or contains itself`);
    if (Array.isArray(value)) return this.#array(writer, value, depth);
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null)
      return this.#plainObject(writer, value as Record<string, unknown>, depth);
    if (ArrayBuffer.isView(value)) return writeView(writer, value);
    if (value instanceof ArrayBuffer || isSharedBuffer(value)) return writer.bytes(new Uint8Array(value));
    this.#builtIn(writer, value, prototype, depth);
  }

  #builtIn(writer: CborWriter, value: object, prototype: unknown, depth: number): void {
    if (prototype === Map.prototype)
      return this.#items(writer, 'Map', [...(value as Map<unknown, unknown>)].flat(), depth);
    if (prototype === Set.prototype) return this.#items(writer, 'Set', [...(value as Set<unknown>)], depth);
    if (prototype === Date.prototype) return this.#items(writer, 'Date', [(value as Date).getTime()], depth);
    if (prototype === RegExp.prototype)
      return this.#items(writer, 'RegExp', [(value as RegExp).source, (value as RegExp).flags], depth);
    if (value instanceof Error) return this.#error(writer, value, depth);
    if (typeof URL === 'function' && value instanceof URL) return this.#items(writer, 'URL', [value.href], depth);
    if (isQuoted(value)) return this.#quote(writer, value, depth);
    const known = travellingClassOf(value);
    if (known !== undefined) return this.#items(writer, 'instance', [this.#namer.class(known), dataOf(value)], depth);
    throw new Unencodable(
      `it is ${describe(value)}, whose instances have no encoding. Put @schedule on the class, or pass its data as a plain object`,
    );
  }

  #quote(writer: CborWriter, quoted: Quoted<unknown>, depth: number): void {
    const { tasks, nodes } = toPortable(quoted.node, (task) => {
      const reference = this.#namer.task(task);
      return task.base === undefined ? reference : [...reference, plainHints(task.hints)];
    });
    this.#items(writer, 'quote', [tasks, nodes], depth);
  }

  #array(writer: CborWriter, value: readonly unknown[], depth: number): void {
    writer.head(MAJOR.array, value.length);
    for (let index = 0; index < value.length; index++) {
      if (value[index] === undefined && !(index in value)) openObject(writer, 'hole', MAJOR.array, 0);
      else this.#value(writer, value[index], depth + 1);
    }
  }

  #plainObject(writer: CborWriter, value: Readonly<Record<string, unknown>>, depth: number): void {
    const keys = Object.keys(value);
    if (Object.getOwnPropertySymbols(value).length > 0)
      throw new Unencodable('it has members named by symbols, which have no encoding');
    sortKeys(keys);
    writer.head(MAJOR.map, keys.length);
    for (const key of keys) {
      if (key === '__proto__') throw new Unencodable("it has a member named '__proto__', which is never stored");
      writeString(writer, key);
      this.#value(writer, value[key], depth + 1);
    }
  }

  /** An object of a named type whose data is a list. */
  #items(writer: CborWriter, type: string, items: readonly unknown[], depth: number): void {
    openObject(writer, type, MAJOR.array, items.length);
    for (const item of items) this.#value(writer, item, depth + 1);
  }

  /** Class name, message, cause, and own members; no stack, which differs from run to run. */
  #error(writer: CborWriter, error: Error, depth: number): void {
    openObject(writer, 'Error', MAJOR.array, 3);
    writeString(writer, error.name);
    writeString(writer, error.message);
    this.#plainObject(writer, errorMembers(error), depth + 1);
  }

  #locate(value: unknown, path: string, problem: Unencodable): SerializationError {
    let at = path;
    const seen = new Set<unknown>();
    for (let current = value; !seen.has(current) && seen.size < MAX_DEPTH;) {
      seen.add(current);
      const child = this.#failingChild(current);
      if (child === undefined) break;
      at += child.step;
      current = child.value;
    }
    return new SerializationError(`Cannot encode ${at}: ${problem.message}`, at);
  }

  #failingChild(value: unknown): { step: string; value: unknown } | undefined {
    return childrenOf(value).find((child) => {
      try {
        this.#value(new CborWriter(new Uint8Array(256)), child.value, 0);
        return false;
      } catch {
        return true;
      }
    });
  }
}

/** Own members of an error that travel with it: enumerable ones, and the standard ones that are not. */
export function errorMembers(error: Error): Record<string, unknown> {
  const members: Record<string, unknown> = Object.fromEntries(Object.entries(error));
  delete members['name'];
  delete members['stack'];
  if ('cause' in error) members['cause'] = error.cause;
  if (error instanceof AggregateError) members['errors'] = error.errors;
  return members;
}

function childrenOf(value: unknown): { step: string; value: unknown }[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.map((item: unknown, index) => ({ step: `[${index}]`, value: item }));
  if (value instanceof Map)
    return [...value].flatMap(([key, item], index) => [
      { step: `.keys()[${index}]`, value: key as unknown },
      { step: `.values()[${index}]`, value: item as unknown },
    ]);
  if (value instanceof Set)
    return [...value].map((item: unknown, index) => ({ step: `.values()[${index}]`, value: item }));
  const members = value instanceof Error ? errorMembers(value) : (value as Record<string, unknown>);
  return Object.keys(members).map((key) => ({
    step: /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`,
    value: members[key],
  }));
}

function isSharedBuffer(value: object): value is SharedArrayBuffer {
  return typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer;
}

/** Integers that doubles hold exactly are CBOR integers; all other numbers, and -0, are floats. */
function writeNumber(writer: CborWriter, value: number): void {
  if (Number.isSafeInteger(value) && (value !== 0 || Object.is(value, 0))) {
    if (value >= 0) writer.head(MAJOR.unsigned, value);
    else writer.head(MAJOR.negative, -1 - value);
  } else {
    writer.float(value);
  }
}

/** Well-formed strings are text; a lone surrogate has no UTF-8, so such a string stands as its UTF-16 code units. */
function writeString(writer: CborWriter, value: string): void {
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

function writeView(writer: CborWriter, value: ArrayBufferView): void {
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const name = Object.prototype.toString.call(value).slice(8, -1);
  const tag = TYPED_ARRAY_TAGS[name];
  if (tag === undefined) {
    if (name !== 'DataView') throw new Unencodable(`it is a ${name}, which has no encoding`);
    openObject(writer, 'DataView', MAJOR.bytes, bytes.length);
    writer.raw(bytes);
    return;
  }
  if (
    Object.getPrototypeOf(value) !== (globalThis as unknown as Record<string, { prototype: unknown }>)[name]?.prototype
  ) {
    throw new Unencodable(
      `it is ${describe(value)}, a subclass whose instances have no encoding. Pass a plain ${name}`,
    );
  }
  writer.head(MAJOR.tag, tag);
  writer.bytes(bytes);
}

/** The beginning of `27([type, data])`, up to the head of the data. */
export function openObject(writer: CborWriter, type: string, major: number, argument: number): void {
  writer.head(MAJOR.tag, OBJECT_TAG);
  writer.head(MAJOR.array, 2);
  writer.text(type);
  writer.head(major, argument);
}

/** Section 4.2.1: keys in bytewise order of their encodings: shorter first, then by bytes. */
function sortKeys(keys: string[]): void {
  if (keys.length < 2) return;
  if (keys.every((key) => /^[\0-\x7f]*$/.test(key))) keys.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  else keys.sort((a, b) => compareBytes(encodeString(a), encodeString(b)));
}

function encodeString(value: string): Uint8Array {
  const writer = new CborWriter(new Uint8Array(2 * value.length + 32));
  writeString(writer, value);
  return concatenate(writer.pieces());
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
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
