/**
 * Reads what `encode.ts` wrote. Decoding builds values of the built-in types and nothing else, runs no code, and
 * allocates no more than the bytes that are really there.
 */
import { BIGNUM_TAGS, MAX_DEPTH, OBJECT_TAG, TYPED_ARRAY_TAGS } from './encode.ts';
import { makeInstance, type KnownClass } from './classes.ts';
import { SerializationError } from './errors.ts';
import type { Hints } from './hints.ts';
import { fromPortable, type PortableNode } from './portable-workflow.ts';
import { Quoted } from './quote.ts';
import { scheduled } from './scheduled.ts';
import { deriveTask, type Task } from './task.ts';

/** What a reader of stored data can look up. */
export interface DecodeContext {
  /** The task of an id, or `undefined` where no module of this thread has scheduled it. */
  taskById(id: string): Task | undefined;
  /** The class of an id, or `undefined` where this thread does not know it. */
  classById(id: string): KnownClass | undefined;
}

const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ARRAY_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(TYPED_ARRAY_TAGS).map(([name, tag]) => [tag, name]),
);
const ERROR_CLASSES: ReadonlyMap<string, ErrorConstructor> = new Map(
  Object.entries({ EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError }),
);

/** Marks a missing element while its array is being read. */
const HOLE: unique symbol = Symbol('hole');

/**
 * The value of a canonical encoding. Typed arrays are views of `bytes` where these are aligned for them, else copies.
 * @throws SerializationError where the bytes are not one encoded value
 */
export function decodeValue(bytes: Uint8Array, context: DecodeContext): unknown {
  const reader = new Reader(bytes, context);
  try {
    const value = reader.value(0);
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof SerializationError) throw error;
    throw new SerializationError(
      `Cannot decode ${bytes.length} bytes at offset ${reader.position}: they are damaged`,
      '',
      { cause: error },
    );
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #context: DecodeContext;
  position = 0;

  constructor(bytes: Uint8Array, context: DecodeContext) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#context = context;
  }

  end(): void {
    if (this.position !== this.#bytes.length) this.#fail('more bytes follow the value');
  }

  value(depth: number): unknown {
    const value = this.#item(depth);
    return value === HOLE ? this.#fail('a hole outside an array') : value;
  }

  #item(depth: number): unknown {
    const initial = this.#view.getUint8(this.position++);
    switch (initial >>> 5) {
      case 0:
        return this.#integer(initial);
      case 1:
        return this.#negative(initial);
      case 2:
        return this.#slice(this.#argument(initial)).slice().buffer;
      case 3:
        return textDecoder.decode(this.#slice(this.#argument(initial)));
      case 4:
        return this.#array(this.#argument(initial), depth);
      case 5:
        return this.#map(this.#argument(initial), depth);
      case 6:
        return this.#tagged(this.#argument(initial), depth);
      default:
        return this.#simple(initial);
    }
  }

  #fail(what: string): never {
    throw new SerializationError(`Cannot decode at offset ${this.position}: ${what}`, '');
  }

  /** The argument of a head as a number. Lengths and counts beyond 2^53 cannot be true. */
  #argument(initial: number): number {
    const wide = this.#wide(initial);
    return typeof wide === 'bigint' ? this.#fail('an argument above 2^53') : wide;
  }

  #wide(initial: number): number | bigint {
    const low = initial & 0x1f;
    if (low < 24) return low;
    const at = this.position;
    this.position += 1 << (low - 24);
    if (low === 24) return this.#view.getUint8(at);
    if (low === 25) return this.#view.getUint16(at);
    if (low === 26) return this.#view.getUint32(at);
    if (low !== 27) this.#fail('an indefinite length');
    const wide = this.#view.getBigUint64(at);
    return wide <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(wide) : wide;
  }

  #integer(initial: number): number | bigint {
    return this.#wide(initial);
  }

  #negative(initial: number): number | bigint {
    const argument = this.#wide(initial);
    return typeof argument === 'bigint'
      ? -1n - argument
      : Number.isSafeInteger(-1 - argument)
        ? -1 - argument
        : -1n - BigInt(argument);
  }

  #slice(length: number): Uint8Array {
    if (length > this.#bytes.length - this.position)
      this.#fail(`${length} bytes announced, ${this.#bytes.length - this.position} there`);
    this.position += length;
    return this.#bytes.subarray(this.position - length, this.position);
  }

  #count(count: number): number {
    if (count > this.#bytes.length - this.position)
      this.#fail(`${count} items announced, ${this.#bytes.length - this.position} bytes there`);
    return count;
  }

  /** As the encoder counts: an object of a named type and its data are one level. */
  #checkDepth(depth: number): void {
    if (depth > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH} levels`);
  }

  #array(count: number, depth: number): unknown[] {
    this.#checkDepth(depth);
    const items: unknown[] = [];
    items.length = this.#count(count);
    for (let index = 0; index < count; index++) {
      const item = this.#item(depth + 1);
      if (item !== HOLE) items[index] = item;
    }
    return items;
  }

  #map(count: number, depth: number): Record<string, unknown> {
    this.#checkDepth(depth);
    const object: Record<string, unknown> = {};
    this.#count(count);
    for (let index = 0; index < count; index++) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string') this.#fail('a member whose name is no string');
      const item = this.value(depth + 1);
      if (key !== '__proto__') object[key] = item;
    }
    return object;
  }

  #tagged(tag: number, depth: number): unknown {
    if (tag === OBJECT_TAG) return this.#object(depth);
    const name = ARRAY_NAMES.get(tag);
    return name === undefined ? this.#fail(`the unknown tag ${tag}`) : this.#typedArray(name);
  }

  #byteString(): Uint8Array {
    const initial = this.#view.getUint8(this.position++);
    if (initial >>> 5 !== 2) this.#fail('no byte string where one belongs');
    return this.#slice(this.#argument(initial));
  }

  #typedArray(name: string): unknown {
    const bytes = this.#byteString();
    const Class = (globalThis as unknown as Record<string, TypedArrayClass | undefined>)[name];
    if (Class === undefined) return this.#fail(`a ${name}, which this runtime does not have`);
    const size = Class.BYTES_PER_ELEMENT;
    if (bytes.length % size !== 0) this.#fail(`a ${name} of ${bytes.length} bytes`);
    if (bytes.byteOffset % size === 0) return new Class(bytes.buffer, bytes.byteOffset, bytes.length / size);
    return new Class(bytes.slice().buffer);
  }

  #object(depth: number): unknown {
    if (this.#view.getUint8(this.position++) !== 0x82) this.#fail('an object that is not [type, data]');
    const type = this.value(depth + 1);
    if (type === 'utf16') return decodeUtf16(this.#byteString());
    if (type === 'DataView') return new DataView(this.#byteString().slice().buffer);
    if (type === 'bigint') return this.#bigInt();
    const initial = this.#view.getUint8(this.position++);
    if (typeof type !== 'string' || initial >>> 5 !== 4) this.#fail('an object that is not [type, data]');
    return this.#construct(type, this.#array(this.#argument(initial), depth));
  }

  #construct(type: string, data: readonly unknown[]): unknown {
    const [first, second] = data;
    switch (type) {
      case 'hole':
        return HOLE;
      case 'Map':
        return new Map(data.flatMap((key, index) => (index % 2 === 0 ? [[key, data[index + 1]] as const] : [])));
      case 'Set':
        return new Set(data);
      case 'Date':
        return new Date(first as number);
      case 'RegExp':
        return new RegExp(first as string, second as string);
      case 'URL':
        return new URL(first as string);
      case 'Error':
        return makeError(first as string, second as string, data[2] as Record<string, unknown>);
      case 'task':
        return scheduled(this.#task(first as string));
      case 'quote':
        return new Quoted(
          fromPortable({ tasks: first as TaskRecord[], nodes: second as PortableNode[] }, ([id, , hints]) => {
            const task = this.#task(id);
            return hints === undefined ? task : deriveTask(task, hints);
          }),
        );
      case 'instance': {
        const known = this.#context.classById(first as string);
        return known === undefined
          ? this.#fail(`an instance of the unknown class '${String(first)}'`)
          : makeInstance(known, second);
      }
      default:
        return this.#fail(`an object of the unknown type '${type}'`);
    }
  }

  #task(id: string): Task {
    return this.#context.taskById(id) ?? this.#fail(`the task '${id}', which no module here has scheduled`);
  }

  #bigInt(): bigint {
    if (this.#view.getUint8(this.position++) !== 0x81) this.#fail('a bigint that is not [integer]');
    const initial = this.#view.getUint8(this.position++);
    if (initial >>> 5 === 0) return BigInt(this.#integer(initial));
    if (initial >>> 5 === 1) return BigInt(this.#negative(initial));
    if (initial >>> 5 !== 6) this.#fail('a bigint that is no integer');
    const tag = this.#argument(initial);
    if (tag !== BIGNUM_TAGS.positive && tag !== BIGNUM_TAGS.negative) this.#fail('a bigint that is no integer');
    let magnitude = 0n;
    for (const byte of this.#byteString()) magnitude = (magnitude << 8n) | BigInt(byte);
    return tag === BIGNUM_TAGS.positive ? magnitude : -1n - magnitude;
  }

  #simple(initial: number): unknown {
    switch (initial) {
      case 0xf4:
        return false;
      case 0xf5:
        return true;
      case 0xf6:
        return null;
      case 0xf7:
        return undefined;
      case 0xf9:
        return fromHalf(this.#view.getUint16((this.position += 2) - 2));
      case 0xfa:
        return this.#view.getFloat32((this.position += 4) - 4);
      case 0xfb:
        return this.#view.getFloat64((this.position += 8) - 8);
      default:
        return this.#fail(`the unknown simple value 0x${initial.toString(16)}`);
    }
  }
}

/** A task in a quoted workflow; hints where they are not those that it was scheduled with. */
type TaskRecord = readonly [id: string, version: string, hints?: Hints];

interface TypedArrayClass {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): unknown;
}

/** RFC 8949, appendix D. */
function fromHalf(half: number): number {
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  const sign = half & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent !== 31) return sign * (mantissa + 1024) * 2 ** (exponent - 25);
  return mantissa === 0 ? sign * Infinity : NaN;
}

function decodeUtf16(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index + 1 < bytes.length; index += 2)
    text += String.fromCharCode((bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8));
  return text;
}

/** An error with its class where that is a standard one, else an `Error` of that name. */
export function makeError(name: string, message: string, members: Readonly<Record<string, unknown>>): Error {
  const { cause, errors, ...own } = members;
  const options = 'cause' in members ? { cause } : undefined;
  const error = Array.isArray(errors)
    ? new AggregateError(errors, message, options)
    : new (ERROR_CLASSES.get(name) ?? Error)(message, options);
  if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  return Object.assign(error, own);
}
