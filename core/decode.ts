/**
 * Reads what `encode.ts` wrote. Decoding builds values of registered types and nothing else, runs no code of the data, and
 * allocates no more than the bytes that are really there.
 */
import { BESIDE_TAG } from './cbor-writer.ts';
import type { KnownClass } from './classes.ts';
import { DEFAULT_LIMITS, type DecodeLimits } from './decode-limits.ts';
import { BIGNUM_TAGS, OBJECT_TAG, SHARING_TAGS, TYPED_ARRAY_TAGS } from './encode.ts';
import { DeserializationError } from './errors.ts';
import { toHex } from './hasher.ts';
import type { Hints } from './hints.ts';
import { fromPortable, type PortableNode } from './portable-workflow.ts';
import { Quoted } from './quoted.ts';
import { Reference } from './reference.ts';
import { scheduled } from './scheduled.ts';
import { canAllocate, Packed, type Handling, type Serializer } from './serializer.ts';
import { BUILT_IN, type FoundSerializer, type Serializers } from './serializers.ts';
import { decodeUtf16, KeyMemory, SHORT_TEXT, shortText, textDecoder } from './short-text.ts';
import { deriveTask, type Task } from './task.ts';
import { stepText } from './walk.ts';

/** What a reader of stored data can look up. */
export interface DecodeContext {
  /** The task of an id, or `undefined` where no module of this thread has scheduled it. */
  taskById(id: string, version?: string): Task | undefined;
  /** The class of an id, or `undefined` where this thread does not know it. */
  classById(id: string): KnownClass | undefined;
  /** @default the built-in ones */
  readonly serializers?: Serializers;
  readonly limits?: DecodeLimits | undefined;
  /** Whether values that were packed by reference are rebuilt. @default false */
  readonly deref?: boolean | undefined;
  /** Whether typed arrays share no memory: none but one that takes most of the memory is a view. @default false: all are views */
  readonly separates?: boolean | undefined;
  /** Contents that stand beside the data, where some do. */
  readonly buffers?: { at(index: number): Uint8Array | undefined };
}

const ARRAY_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(TYPED_ARRAY_TAGS).map(([name, tag]) => [tag, name]),
);

/** Marks a missing element while its array is being read. */
const HOLE: unique symbol = Symbol('hole');
/** Marks a shared value that is not there yet. */
const UNDONE: unique symbol = Symbol('undone');

/**
 * The value of a canonical encoding. Typed arrays are views of `bytes` where these are aligned for them, else copies.
 * @throws DeserializationError where the bytes are not one encoded value, with the path to where it is not
 */
export function decodeValue(bytes: Uint8Array, context: DecodeContext): unknown {
  kept ??= new Reader(new Uint8Array(0), { taskById: () => undefined, classById: () => undefined });
  const reader = new Reader(bytes, context);
  try {
    const value = reader.value(0);
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof DeserializationError) throw error;
    throw reader.error(`the data is damaged (${messageOf(error)})`, error);
  }
}

/** What is more than one item. */
export const NOT_PLAIN: unique symbol = Symbol('not plain');

/**
 * Whole numbers of up to 32 bits, floats, constants and short texts, for which no reader need be set up.
 * {@link NOT_PLAIN} for all else.
 */
export function plainValue(bytes: Uint8Array, start: number, end: number): unknown {
  const initial = start < end ? (bytes[start] as number) : 0xff;
  const major = initial >>> 5;
  if (major < 2) {
    const number = plainInteger(bytes, start, end);
    return number < 0 ? NOT_PLAIN : major === 0 ? number : -1 - number;
  }
  const length = end - start;
  if (major === 3 && length <= SHORT_TEXT && length === 1 + (initial & 0x1f) && isAscii(bytes, start, end))
    return shortText(bytes, start + 1, length - 1);
  if (initial === 0xfb && length === 9) {
    for (let index = 0; index < 8; index++) FLOAT_BYTES[7 - index] = bytes[start + index + 1] as number;
    return FLOAT[0];
  }
  return length === 1 && initial >= 0xf4 && initial <= 0xf7 ? CONSTANTS[initial - 0xf4] : NOT_PLAIN;
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if ((bytes[index] as number) >= 0x80) return false;
  return true;
}

const CONSTANTS: readonly unknown[] = [false, true, null, undefined];
/** Little endian, like all typed arrays. */
const FLOAT = new Float64Array(1);
const FLOAT_BYTES = new Uint8Array(FLOAT.buffer);

/** The argument of a head that is all of the bytes, or -1. */
function plainInteger(bytes: Uint8Array, start: number, end: number): number {
  const low = (bytes[start] as number) & 0x1f;
  const length = end - start;
  if (low < 24) return length === 1 ? low : -1;
  if (low > 26 || length !== 1 + (1 << (low - 24))) return -1;
  let value = 0;
  for (let index = start + 1; index < end; index++) value = value * 256 + (bytes[index] as number);
  return value;
}

/** One that stays: see `CborWriter.kept`. */
let kept: Reader | undefined;

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #context: DecodeContext;
  readonly #serializers: Serializers;
  readonly #limits: Required<DecodeLimits>;
  /** How many values were read. Counted upwards: V8 would make an object for each number above 2 ** 31. */
  #read = 0;
  readonly #maxItems: number;
  /** Where the reader is: an index or a member's name on each level. */
  readonly #steps: (string | number)[] = [];
  #depth = 0;
  /** Values that are referred to, by index. */
  readonly #shared: unknown[] = [];
  /** The index of the value that is read next, if it is referred to. */
  #index = -1;
  readonly #keys = new KeyMemory();
  #position = 0;

  constructor(bytes: Uint8Array, context: DecodeContext) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#context = context;
    this.#serializers = context.serializers ?? BUILT_IN;
    this.#limits = { ...DEFAULT_LIMITS, ...context.limits };
    this.#maxItems = this.#limits.items;
    if (bytes.length > this.#limits.bytes)
      this.#fail(`${bytes.length} bytes, more than the limit of ${this.#limits.bytes}`);
  }

  end(): void {
    if (this.#position !== this.#bytes.length) this.#fail('more bytes follow the value');
  }

  error(what: string, cause?: unknown): DeserializationError {
    const path = this.#steps
      .slice(0, this.#depth)
      .map((at) => stepText(at, typeof at === 'number' ? 'item' : 'member'))
      .join('');
    const place = path === '' ? `at offset ${this.#position}` : `value${path}, at offset ${this.#position}`;
    return new DeserializationError(
      `Cannot decode ${place}: ${what}`,
      `value${path}`,
      cause === undefined ? {} : { cause },
    );
  }

  value(depth: number): unknown {
    const value = this.#item(depth);
    return value === HOLE ? this.#fail('a hole outside an array') : value;
  }

  #item(depth: number): unknown {
    if (++this.#read > this.#maxItems) this.#fail(`more than ${this.#maxItems} values`);
    const initial = this.#view.getUint8(this.#position++);
    switch (initial >>> 5) {
      case 0:
        return this.#wide(initial);
      case 1:
        return this.#negative(initial);
      case 2:
        return this.#keep(this.#slice(this.#argument(initial)).slice().buffer);
      case 3:
        return this.#text(this.#argument(initial));
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
    throw this.error(what);
  }

  /** Notes a value that is referred to. Containers do so before they are filled. */
  #keep<T>(value: T): T {
    if (this.#index >= 0) {
      this.#shared[this.#index] = value;
      this.#index = -1;
    }
    return value;
  }

  /** The argument of a head as a number. Lengths and counts beyond 2^53 cannot be true. */
  #argument(initial: number): number {
    const wide = this.#wide(initial);
    return typeof wide === 'bigint' ? this.#fail('an argument above 2^53') : wide;
  }

  #wide(initial: number): number | bigint {
    const low = initial & 0x1f;
    if (low < 24) return low;
    const at = this.#position;
    this.#position += 1 << (low - 24);
    if (low === 24) return this.#view.getUint8(at);
    if (low === 25) return this.#view.getUint16(at);
    if (low === 26) return this.#view.getUint32(at);
    if (low !== 27) this.#fail('an indefinite length');
    const wide = this.#view.getBigUint64(at);
    return wide <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(wide) : wide;
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
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** Goes on after `length` bytes, and returns where they begin. */
  #advance(length: number): number {
    const start = this.#position;
    if (length > this.#bytes.length - start)
      this.#fail(`${length} bytes announced, ${this.#bytes.length - start} there`);
    this.#position += length;
    return start;
  }

  #text(length: number): string {
    if (length > SHORT_TEXT) return textDecoder.decode(this.#slice(length));
    const start = this.#advance(length);
    return shortText(this.#bytes, start, length);
  }

  #count(count: number): number {
    if (count > this.#bytes.length - this.#position)
      this.#fail(`${count} items announced, ${this.#bytes.length - this.#position} bytes there`);
    return count;
  }

  /** As the encoder counts: an object of a named type and its data are one level. */
  #checkDepth(depth: number): void {
    if (depth > this.#limits.depth) this.#fail(`nested deeper than ${this.#limits.depth} levels`);
  }

  #array(count: number, depth: number): unknown[] {
    this.#checkDepth(depth);
    // A short one gets its room at once; a long one as its items come, since the count may be made up.
    const items: unknown[] = this.#keep(count <= SHORT_ARRAY ? new Array<unknown>(count) : []);
    this.#count(count);
    for (let index = 0; index < count; index++) {
      this.#enter(depth, index);
      const item = this.#item(depth + 1);
      if (item !== HOLE) items[index] = item;
      else if (items.length <= index) items.length = index + 1;
    }
    this.#depth = depth;
    return items;
  }

  #enter(depth: number, at: string | number): void {
    this.#steps[depth] = at;
    this.#depth = depth + 1;
  }

  #map(count: number, depth: number): Record<string, unknown> {
    this.#checkDepth(depth);
    const object: Record<string, unknown> = this.#keep({});
    this.#count(count);
    for (let index = 0; index < count; index++) {
      const key = this.#key(depth);
      this.#enter(depth, key);
      const item = this.value(depth + 1);
      if (key !== '__proto__') object[key] = item;
    }
    this.#depth = depth;
    return object;
  }

  /** Most names were met before: then they need not be decoded. */
  #key(depth: number): string {
    const initial = this.#view.getUint8(this.#position);
    const length = initial & 0x1f;
    if (initial >>> 5 === 3 && length < 24 && this.#position + length < this.#bytes.length) {
      this.#position += 1 + length;
      this.#read++;
      return this.#keys.text(this.#bytes, this.#position - length, length);
    }
    const key = this.value(depth + 1);
    return typeof key === 'string' ? key : this.#fail('a member whose name is no string');
  }

  #tagged(tag: number, depth: number): unknown {
    if (tag === OBJECT_TAG) return this.#object(depth);
    if (tag === SHARING_TAGS.shared) return this.#sharedItem(depth);
    if (tag === SHARING_TAGS.reference) return this.#reference();
    const name = ARRAY_NAMES.get(tag);
    if (name !== undefined) return this.#keep(this.#typedArray(name));
    return tag === BESIDE_TAG ? this.#keep(this.#beside(tag).slice().buffer) : this.#fail(`the unknown tag ${tag}`);
  }

  #sharedItem(depth: number): unknown {
    if (this.#index >= 0) this.#fail('a value that is shared twice');
    const index = this.#shared.push(UNDONE) - 1;
    this.#index = index;
    const value = this.value(depth);
    this.#index = -1;
    this.#shared[index] = value;
    return value;
  }

  #reference(): unknown {
    const index = this.#argument(this.#view.getUint8(this.#position++));
    const value = this.#shared[index];
    if (index >= this.#shared.length || value === UNDONE)
      this.#fail(`a reference to value ${index}, which is not there`);
    return value;
  }

  #byteString(): Uint8Array {
    const initial = this.#view.getUint8(this.#position++);
    if (initial >>> 5 === 6) return this.#beside(this.#argument(initial));
    if (initial >>> 5 !== 2) this.#fail('no byte string where one belongs');
    return this.#slice(this.#argument(initial));
  }

  /** A content that stands beside the data. */
  #beside(tag: number): Uint8Array {
    const index = tag === BESIDE_TAG ? this.#argument(this.#view.getUint8(this.#position++)) : -1;
    return this.#context.buffers?.at(index) ?? this.#fail('no byte string where one belongs');
  }

  #typedArray(name: string): unknown {
    const bytes = this.#byteString();
    const Class = (globalThis as unknown as Record<string, TypedArrayClass | undefined>)[name];
    if (Class === undefined) return this.#fail(`a ${name}, which this runtime does not have`);
    const size = Class.BYTES_PER_ELEMENT;
    if (bytes.length % size !== 0) this.#fail(`a ${name} of ${bytes.length} bytes`);
    const isView = this.#context.separates !== true || 2 * bytes.length > bytes.buffer.byteLength;
    if (isView && bytes.byteOffset % size === 0) return new Class(bytes.buffer, bytes.byteOffset, bytes.length / size);
    return new Class(bytes.slice().buffer);
  }

  /** `27([type, data])`, or `27([type, data, handling])`. */
  #object(depth: number): unknown {
    const initial = this.#view.getUint8(this.#position++);
    if (initial !== 0x82 && initial !== 0x83) this.#fail('an object that is not [type, data]');
    const type = this.value(depth + 1);
    if (typeof type !== 'string') this.#fail('an object whose type is no text');
    const isHandled = initial === 0x83;
    return isHandled || this.#serializers.byTag(type) !== undefined
      ? this.#serialized(type, isHandled, depth)
      : this.#keep(this.#native(type, depth));
  }

  /** The encoding's own types. */
  #native(type: string, depth: number): unknown {
    switch (type) {
      case 'utf16':
        return decodeUtf16(this.#byteString());
      case 'DataView':
        return new DataView(this.#byteString().slice().buffer);
      case 'bigint':
        return this.#bigInt();
      case 'instance':
        return this.#serialized(type, false, depth);
      case 'hole':
        return this.#list(depth).length === 0 ? HOLE : this.#fail('a hole with a content');
      case 'symbol':
        return Symbol.for(this.#expectText(this.#list(depth)[0], 'a symbol without a key'));
      case 'task':
        return this.#scheduled(this.#list(depth));
      case 'quote':
        return this.#quote(this.#list(depth));
      default:
        return this.#fail(
          `an object of the unknown type '${type.slice(0, 80)}'. Register its serialiser: createRegistry({ serializers: [...] })`,
        );
    }
  }

  #list(depth: number): readonly unknown[] {
    const index = this.#index;
    this.#index = -1;
    const initial = this.#view.getUint8(this.#position++);
    if (initial >>> 5 !== 4) this.#fail('an object whose data is no list');
    const list = this.#array(this.#argument(initial), depth);
    this.#index = index;
    return list;
  }

  #expectText(value: unknown, problem: string): string {
    return typeof value === 'string' ? value : this.#fail(problem);
  }

  #quote([tasks, nodes]: readonly unknown[]): Quoted<unknown> {
    if (!Array.isArray(tasks) || !Array.isArray(nodes) || !nodes.every(isPortableNode))
      return this.#fail('a quote that is no workflow');
    const node = fromPortable({ tasks: tasks as TaskRecord[], nodes }, ([id, version, hints]) => {
      const task = this.#task(id, version);
      return hints === undefined ? task : deriveTask(task, hints);
    });
    return new Quoted(node);
  }

  #scheduled([id, version, captured]: readonly unknown[]): unknown {
    const task = this.#task(this.#expectText(id, 'a task without an id'), version);
    if (captured === undefined) return scheduled(task);
    return Array.isArray(captured)
      ? scheduled(task, () => captured)
      : this.#fail('a task whose captured values are no list');
  }

  #task(id: string, version: unknown): Task {
    const known = typeof version === 'string' ? version : undefined;
    return this.#context.taskById(id, known) ?? this.#fail(`the task '${id}', which no module here has scheduled`);
  }

  // ---- values that serialisers make

  #serialized(type: string, isHandled: boolean, depth: number): unknown {
    const index = this.#index;
    this.#index = -1;
    if (type === 'instance') return this.#instance(index, isHandled, depth);
    const serializer = this.#serializers.byTag(type);
    if (serializer === undefined) return this.#fail(`an object of the unknown type '${type.slice(0, 80)}'`);
    return this.#built({ serializer, known: undefined }, index, isHandled, depth, () => this.#data(depth));
  }

  /** A list of data is on the level of the object itself. */
  #data(depth: number): unknown {
    const isList = this.#view.getUint8(this.#position) >>> 5 === 4;
    return this.value(isList ? depth : depth + 1);
  }

  #instance(index: number, isHandled: boolean, depth: number): unknown {
    if (this.#view.getUint8(this.#position++) !== 0x82) this.#fail('an instance that is not [class, data]');
    const id = this.#expectText(this.value(depth + 1), 'an instance whose class is no text');
    const known = this.#context.classById(id);
    if (known === undefined)
      return this.#fail(`an instance of the unknown class '${id}'. Put @schedule on it, and import its module`);
    const found = { serializer: known.serializer, known };
    return this.#built(found, index, isHandled, depth, () => this.value(depth + 1));
  }

  #built(found: FoundSerializer, index: number, isHandled: boolean, depth: number, read: () => unknown): unknown {
    const { serializer } = found;
    if (index >= 0 && canAllocate(serializer) && !isHandled) {
      const value = serializer.allocate();
      this.#shared[index] = value;
      serializer.assign(value, this.#checked(serializer, read()));
      return value;
    }
    const data = read();
    const { ref, files = [] } = isHandled ? this.#handling(depth) : ({} as Handling);
    if (ref === true && this.#context.deref !== true) return new Reference(found, new Packed(data, { ref, files }));
    return serializer.deserialize(this.#checked(serializer, data), { files });
  }

  /** The types whose data is a list take it apart without asking. */
  #checked(serializer: Serializer, data: unknown): unknown {
    if (!Array.isArray(data) && LISTED.has(serializer.tag) && BUILT_IN.byTag(serializer.tag) === serializer)
      this.#fail('an object that is not [type, data]');
    return data;
  }

  #handling(depth: number): Handling {
    const { ref, files } = (this.value(depth + 1) ?? {}) as { readonly ref?: unknown; readonly files?: unknown };
    const isValid = Array.isArray(files) ? files.every((file) => typeof file === 'string') : files === undefined;
    if (!isValid) this.#fail('files that are no list of names');
    return { ...(ref === true && { ref }), ...(files !== undefined && { files: files as string[] }) };
  }

  #bigInt(): bigint {
    if (this.#view.getUint8(this.#position++) !== 0x81) this.#fail('a bigint that is not [integer]');
    const initial = this.#view.getUint8(this.#position++);
    if (initial >>> 5 === 0) return BigInt(this.#wide(initial));
    if (initial >>> 5 === 1) return BigInt(this.#negative(initial));
    if (initial >>> 5 !== 6) this.#fail('a bigint that is no integer');
    const tag = this.#argument(initial);
    if (tag !== BIGNUM_TAGS.positive && tag !== BIGNUM_TAGS.negative) this.#fail('a bigint that is no integer');
    const magnitude = BigInt(`0x0${toHex(this.#byteString())}`);
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
        return fromHalf(this.#view.getUint16((this.#position += 2) - 2));
      case 0xfa:
        return this.#view.getFloat32((this.#position += 4) - 4);
      case 0xfb:
        return this.#view.getFloat64((this.#position += 8) - 8);
      default:
        return this.#fail(`the unknown simple value 0x${initial.toString(16)}`);
    }
  }
}

/** The built-in types: their data are lists. */
const LISTED: ReadonlySet<string> = new Set([
  'Map',
  'Set',
  'Date',
  'RegExp',
  'URL',
  'Error',
  'Blob',
  'File',
  'ImageData',
  'Boolean',
  'Number',
  'String',
  'BigInt',
]);

/** A task in a quoted workflow; hints where they are not those that it was scheduled with. */
type TaskRecord = readonly [id: string, version: string, hints?: Hints];

function isPortableNode(value: unknown): value is PortableNode {
  const { args, links } = (value ?? {}) as Partial<PortableNode>;
  return Array.isArray(args) && Array.isArray(links);
}

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

/** Arrays up to this many items get their room at once. */
const SHORT_ARRAY = 64;
