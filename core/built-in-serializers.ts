/** The types that every registry knows beside those that the encoding itself has: what structured clone carries, and `URL`. */
import { errorMembers, makeError } from './error-data.ts';
import { FILE_VALUE } from './file-value.ts';
import { NotPrepared, type AnyClass, type Serializer } from './serializer.ts';

const MAP: Serializer<Map<unknown, unknown>, readonly unknown[]> = {
  tag: 'Map',
  class: Map,
  exact: true,
  cloneable: true,
  serialize: (value, pack) => pack(entriesOf(value)),
  deserialize: (data) => filledMap(new Map(), data),
  allocate: () => new Map(),
  assign: (map, data) => void filledMap(map, data),
};

/** Keys and values in turn. */
function entriesOf(map: ReadonlyMap<unknown, unknown>): unknown[] {
  const list: unknown[] = [];
  for (const [key, value] of map) list.push(key, value);
  return list;
}

function filledMap(map: Map<unknown, unknown>, data: readonly unknown[]): Map<unknown, unknown> {
  if (data.length % 2 !== 0) throw new TypeError('a Map with a key that has no value');
  for (let index = 0; index < data.length; index += 2) map.set(data[index], data[index + 1]);
  return map;
}

const SET: Serializer<Set<unknown>, readonly unknown[]> = {
  tag: 'Set',
  class: Set,
  exact: true,
  cloneable: true,
  serialize: (value, pack) => pack([...value]),
  deserialize: (data) => new Set(data),
  allocate: () => new Set(),
  assign: (set, data) => {
    for (const item of data) set.add(item);
  },
};

const DATE: Serializer<Date, readonly [number]> = {
  tag: 'Date',
  class: Date,
  exact: true,
  cloneable: true,
  serialize: (value, pack) => pack([value.getTime()]),
  deserialize: ([time]) => new Date(expectType(time, 'number', 'a Date without a time')),
};

const REG_EXP: Serializer<RegExp, readonly [string, string]> = {
  tag: 'RegExp',
  class: RegExp,
  exact: true,
  cloneable: true,
  serialize: ({ source, flags }, pack) => pack([source, flags]),
  deserialize: ([source, flags]) =>
    new RegExp(
      expectType(source, 'string', 'a RegExp without a source'),
      expectType(flags, 'string', 'a RegExp without flags'),
    ),
};

/** Class name, message, and members with the cause among them; no stack, which differs from run to run. */
const ERROR: Serializer<Error, readonly [string, string, Record<string, unknown>]> = {
  tag: 'Error',
  class: Error,
  serialize: (value, pack) => pack([value.name, value.message, errorMembers(value)]),
  deserialize: ([name, message, members]) =>
    makeError(
      expectType(name, 'string', 'an Error without a name'),
      expectType(message, 'string', 'an Error without a message'),
      expectType(members, 'object', 'an Error without members') ?? {},
    ),
};

/** `new Number(1)` and its like, which structured clone carries as well. */
function wrapper(Class: AnyClass, type: 'number' | 'string' | 'boolean' | 'bigint'): Serializer<object, [unknown]> {
  return {
    tag: Class.name,
    class: Class,
    exact: true,
    cloneable: true,
    serialize: (value, pack) => pack([value.valueOf()]),
    deserialize: ([value]) => Object(expectType(value, type, `a ${Class.name} object without a value`)) as object,
  };
}

/** The runtime's own classes: where a runtime lacks one, its instances cannot be read. */
function platformClass(name: string): { readonly class?: AnyClass } {
  const Class = (globalThis as unknown as Record<string, AnyClass | undefined>)[name];
  return typeof Class === 'function' ? { class: Class } : {};
}

function makePlatformObject(name: string, ...args: readonly unknown[]): object {
  const { class: Class } = platformClass(name);
  if (Class === undefined) throw new TypeError(`a ${name}, which this runtime does not have`);
  return Reflect.construct(Class as never, args) as object;
}

function url(): Serializer<URL, readonly [string]> {
  return {
    tag: 'URL',
    ...platformClass('URL'),
    exact: true,
    serialize: ({ href }, pack) => pack([href]),
    deserialize: ([href]) => new URL(expectType(href, 'string', 'a URL without text')),
  };
}

/** As much of a `Blob` as is needed; `core` is compiled without the DOM. */
interface BlobLike {
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

interface FileLike extends BlobLike {
  readonly name: string;
  readonly lastModified: number;
}

/** The contents of blobs that were read: they never change. */
const blobContents = new WeakMap<object, ArrayBuffer>();

async function readBlob(value: BlobLike): Promise<void> {
  if (!blobContents.has(value)) blobContents.set(value, await value.arrayBuffer());
}

/** @throws NotPrepared where it was not read yet */
function contentOf(value: BlobLike): ArrayBuffer {
  const content = blobContents.get(value);
  if (content === undefined) throw new NotPrepared(value);
  return content;
}

function blob(): Serializer<BlobLike, readonly [string, ArrayBuffer]> {
  return {
    tag: 'Blob',
    ...platformClass('Blob'),
    exact: true,
    cloneable: true,
    prepare: readBlob,
    serialize: (value, pack) => pack([value.type, contentOf(value)]),
    deserialize: ([type, content]) => makePlatformObject('Blob', [expectBuffer(content)], { type }) as BlobLike,
  };
}

function file(): Serializer<FileLike, readonly [string, number, string, ArrayBuffer]> {
  return {
    tag: 'File',
    ...platformClass('File'),
    exact: true,
    cloneable: true,
    prepare: readBlob,
    serialize: (value, pack) => pack([value.name, value.lastModified, value.type, contentOf(value)]),
    deserialize: ([name, lastModified, type, content]) =>
      makePlatformObject('File', [expectBuffer(content)], expectType(name, 'string', 'a File without a name'), {
        type,
        lastModified,
      }) as FileLike,
  };
}

/** Pixels: RGBA, row by row. */
interface ImageDataLike {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly colorSpace: string;
}

function imageData(): Serializer<ImageDataLike, readonly [number, number, string, Uint8ClampedArray]> {
  return {
    tag: 'ImageData',
    ...platformClass('ImageData'),
    exact: true,
    cloneable: true,
    serialize: ({ width, height, colorSpace, data }, pack) => pack([width, height, colorSpace, data]),
    deserialize: ([width, height, colorSpace, data]) => {
      if (!(data instanceof Uint8ClampedArray)) throw new TypeError('an ImageData without pixels');
      return makePlatformObject('ImageData', new Uint8ClampedArray(data), width, height, {
        colorSpace,
      }) as ImageDataLike;
    },
  };
}

/** Node's `Buffer`, which is a `Uint8Array` to everybody else. */
function buffer(): Serializer<Uint8Array, Uint8Array> {
  return {
    tag: 'Buffer',
    ...platformClass('Buffer'),
    exact: true,
    serialize: (value, pack) => pack(new Uint8Array(value.buffer, value.byteOffset, value.length)),
    deserialize: (data) => {
      if (!(data instanceof Uint8Array)) throw new TypeError('a Buffer without bytes');
      const { class: Class } = platformClass('Buffer');
      return Class === undefined ? data : asBuffer(Class, data);
    },
  };
}

function asBuffer(Class: unknown, { buffer: memory, byteOffset, length }: Uint8Array): Uint8Array {
  return (Class as { from(memory: unknown, byteOffset: number, length: number): Uint8Array }).from(
    memory,
    byteOffset,
    length,
  );
}

function expectType<T>(value: T, type: string, problem: string): T {
  if (typeof value !== type) throw new TypeError(problem);
  return value;
}

function expectBuffer(value: unknown): ArrayBuffer {
  if (value instanceof ArrayBuffer) return value;
  throw new TypeError('a Blob without a content');
}

/** All of them, for this runtime. */
export function builtInSerializers(): readonly Serializer[] {
  return [
    MAP,
    SET,
    DATE,
    REG_EXP,
    ERROR,
    wrapper(Boolean, 'boolean'),
    wrapper(Number, 'number'),
    wrapper(String, 'string'),
    wrapper(BigInt as unknown as AnyClass, 'bigint'),
    url(),
    blob(),
    file(),
    imageData(),
    buffer(),
    FILE_VALUE,
  ];
}
