/** NumPy's `.npy` files (NEP 1; `numpy.lib.format`): one array with its type and shape. */
import { concatenate } from './encode.ts';
import { DeserializationError, SerializationError } from './errors.ts';
import type { Bytes } from './hasher.ts';
import { fromColumnMajor, gatherElements, type NdArray, type StridedArray, type TypedArray } from './nd-array.ts';

/** `\x93NUMPY`. */
const MAGIC = new Uint8Array([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]);
/** The data begins at a multiple of this, in bytes. */
const ALIGNMENT = 64;
/** NumPy leaves room for this many digits of the first axis, so that a file can be appended to. */
const GROWTH_DIGITS = 21;

/** NumPy's names of types, and JavaScript's arrays of them. */
const TYPES: readonly (readonly [type: string, array: string])[] = [
  ['i1', 'Int8Array'],
  ['u1', 'Uint8Array'],
  ['i2', 'Int16Array'],
  ['u2', 'Uint16Array'],
  ['i4', 'Int32Array'],
  ['u4', 'Uint32Array'],
  ['i8', 'BigInt64Array'],
  ['u8', 'BigUint64Array'],
  ['f2', 'Float16Array'],
  ['f4', 'Float32Array'],
  ['f8', 'Float64Array'],
];

/**
 * An array as the bytes of a `.npy` file, the same as `numpy.save` writes. A typed array has one axis; strided arrays
 * (those of `ndarray`, say) are written in row-major order.
 *
 * @example
 * await writeFile('a.npy', toNpy({ data: new Float64Array([1, 2, 3, 4, 5, 6]), shape: [2, 3] })); // numpy.load('a.npy')
 *
 * @throws SerializationError where NumPy has no such type
 * @throws RangeError where the shape is not that of the elements
 */
export function toNpy(array: TypedArray | StridedArray): Bytes {
  const strided: StridedArray = ArrayBuffer.isView(array) ? { data: array, shape: [array.length] } : array;
  const name = Object.prototype.toString.call(strided.data).slice(8, -1);
  const type = TYPES.find(([, own]) => own === (name === 'Uint8ClampedArray' ? 'Uint8Array' : name))?.[0];
  if (type === undefined)
    throw new SerializationError(`Cannot write a ${name} as .npy: NumPy has no such type`, 'array');
  const { data, shape } = gatherElements(strided);
  const header = headerOf(`${data.BYTES_PER_ELEMENT === 1 ? '|' : '<'}${type}`, shape);
  return concatenate([header, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}

function headerOf(descr: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const growth = shape.length === 0 ? 0 : GROWTH_DIGITS - String(shape[0]).length;
  const prefix = MAGIC.length + 4;
  const length = Math.ceil((prefix + dictionary.length + growth + 1) / ALIGNMENT) * ALIGNMENT - prefix;
  const text = `${dictionary.padEnd(length - 1)}\n`;
  const head = new Uint8Array([...MAGIC, 1, 0, length & 0xff, length >>> 8]);
  return concatenate([head, new TextEncoder().encode(text)]);
}

/**
 * The array of a `.npy` file, in row-major order. Numbers of either byte order and arrays in either order are read; booleans
 * become a `Uint8Array`. Where the data is aligned and in order already, it is a view of `bytes`.
 *
 * @example
 * const { data, shape } = fromNpy(new Uint8Array(await readFile('a.npy')));
 *
 * @throws DeserializationError where it is no such file, is cut off, or holds what is no number (objects, texts, records,
 * complex numbers)
 */
export function fromNpy(bytes: Uint8Array): NdArray {
  const { header, start } = readHeader(bytes);
  const { descr, isColumnMajor, shape } = parseHeader(header);
  const { Class, isSwapped } = classOf(descr);
  const size = Class.BYTES_PER_ELEMENT;
  const count = shape.reduce((product, length) => product * length, 1);
  if (count * size !== bytes.length - start)
    throw damaged(`its shape [${shape.join(', ')}] needs ${count * size} bytes, and it has ${bytes.length - start}`);
  const content = bytes.subarray(start);
  const isView = content.byteOffset % size === 0 && !isSwapped;
  const own = isView ? content : content.slice();
  if (isSwapped) swapBytes(own, size);
  const data = new Class(own.buffer, own.byteOffset, count);
  return isColumnMajor && shape.length > 1 ? fromColumnMajor({ data, shape }) : { data, shape };
}

/** Versions 1, 2 and 3 differ in the width of the header's length, and in its encoding. */
function readHeader(bytes: Uint8Array): { readonly header: string; readonly start: number } {
  if (bytes.length < 12 || MAGIC.some((byte, index) => bytes[index] !== byte)) throw damaged('it is no .npy file');
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) throw damaged(`its version ${version} is not known`);
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = version === 1 ? 10 : 12;
  const start = at + (version === 1 ? data.getUint16(8, true) : data.getUint32(8, true));
  if (start > bytes.length) throw damaged('it is cut off');
  return { header: new TextDecoder().decode(bytes.subarray(at, start)), start };
}

const HEADER = /^\{'descr': ('[^']*'|\[.*\]), 'fortran_order': (True|False), 'shape': \(((?:\d+, ?)*\d*),?\),? *\}\s*$/;

function parseHeader(header: string): {
  readonly descr: string;
  readonly isColumnMajor: boolean;
  readonly shape: readonly number[];
} {
  const match = HEADER.exec(header);
  if (match === null) throw damaged(`its header is not one: ${header.trim().slice(0, 80)}`);
  const [, descr = '', order, axes = ''] = match;
  const shape = axes.split(',').flatMap((axis) => (axis.trim() === '' ? [] : [Number(axis)]));
  return { descr: descr.replaceAll("'", ''), isColumnMajor: order === 'True', shape };
}

interface NumberArrayClass {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
}

function classOf(descr: string): { readonly Class: NumberArrayClass; readonly isSwapped: boolean } {
  const type = descr.slice(1) === 'b1' ? 'u1' : descr.slice(1);
  const name = TYPES.find(([own]) => own === type)?.[1];
  if (name === undefined || !/^[<>|=]/.test(descr))
    throw damaged(`its type '${descr}' is not among those of JavaScript's typed arrays`);
  const Class = (globalThis as unknown as Record<string, NumberArrayClass | undefined>)[name];
  if (Class === undefined) throw damaged(`its type '${descr}' needs a ${name}, which this runtime does not have`);
  return { Class, isSwapped: descr.startsWith('>') && Class.BYTES_PER_ELEMENT > 1 };
}

function swapBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) bytes.subarray(start, start + size).reverse();
}

function damaged(why: string): DeserializationError {
  return new DeserializationError(`Cannot read the .npy file: ${why}`, 'bytes');
}
