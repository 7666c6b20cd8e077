/** Typed arrays as bytes: their head in CBOR, and the shuffle that prepares them for compression. */
import { createEngine, view } from './engine.ts';
import type { Engine, EngineOptions } from './engine.ts';

/** Any of JavaScript's typed arrays. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** The tags of the little-endian element types (RFC 8746, section 2.1), by the class's name, which holds across realms. */
const TAGS: Readonly<Record<TypedArray[typeof Symbol.toStringTag], number>> = {
  Uint8Array: 64,
  Uint8ClampedArray: 68,
  Uint16Array: 69,
  Uint32Array: 70,
  BigUint64Array: 71,
  Int8Array: 72,
  Int16Array: 77,
  Int32Array: 78,
  BigInt64Array: 79,
  Float32Array: 85,
  Float64Array: 86,
};

/** The largest rank that numeric libraries know (NumPy 2). */
const MAX_RANK = 64;

/** The widest element that can be shuffled, in bytes. */
const MAX_ELEMENT_SIZE = 256;

/** Encodes typed arrays. */
export interface ArrayCodec {
  /**
   * What stands before the bytes of `array` in deterministic CBOR (RFC 8949, section 4.2.1): the tag of the element type
   * and the head of a byte string; with a `shape`, inside an array in row-major order (RFC 8746, section 3.1.1).
   * The array's bytes follow as they are, in little-endian order. Throws a `RangeError` where the shape is not the array's.
   */
  head(array: TypedArray, shape?: readonly number[]): Uint8Array;

  /**
   * The bytes of elements of `elementSize` bytes, regrouped: all first bytes, then all second bytes, and so on.
   * Throws a `RangeError` unless `elementSize` is an integer from 1 to 256 that divides the length.
   */
  shuffle(bytes: Uint8Array, elementSize: number): Uint8Array;

  /** Undoes {@link shuffle}. */
  unshuffle(bytes: Uint8Array, elementSize: number): Uint8Array;
}

/** A codec with an engine of its own. Throws an `Error` where WebAssembly is missing or refused. */
export function createArrayCodec(options: EngineOptions = {}): ArrayCodec {
  return new Codec(createEngine(options));
}

class Codec implements ArrayCodec {
  readonly #engine: Engine;
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;

  constructor(engine: Engine) {
    const { SHUFFLED, STAGING, STAGING_SIZE } = engine.exports;
    this.#engine = engine;
    this.#input = view(engine, STAGING, STAGING_SIZE.value);
    this.#output = view(engine, SHUFFLED, STAGING_SIZE.value);
  }

  head(array: TypedArray, shape: readonly number[] = []): Uint8Array {
    if (shape.length > 0) assertShape(array, shape);
    const { byteOffset, buffer } = this.#input;
    new Float64Array(buffer, byteOffset, MAX_RANK).set(shape);
    const length = this.#engine.exports.arrayHead(TAGS[array[Symbol.toStringTag]], shape.length, array.byteLength);
    return this.#output.slice(0, length);
  }

  shuffle(bytes: Uint8Array, elementSize: number): Uint8Array {
    const result = new Uint8Array(bytes.length);
    this.#inBlocks(bytes.length, elementSize, (first, count, total) => {
      this.#input.set(bytes.subarray(first * elementSize, (first + count) * elementSize));
      this.#engine.exports.shuffle(count, elementSize);
      for (let plane = 0; plane < elementSize; plane++) {
        result.set(this.#output.subarray(plane * count, (plane + 1) * count), plane * total + first);
      }
    });
    return result;
  }

  unshuffle(bytes: Uint8Array, elementSize: number): Uint8Array {
    const result = new Uint8Array(bytes.length);
    this.#inBlocks(bytes.length, elementSize, (first, count, total) => {
      for (let plane = 0; plane < elementSize; plane++) {
        this.#input.set(bytes.subarray(plane * total + first, plane * total + first + count), plane * count);
      }
      this.#engine.exports.unshuffle(count, elementSize);
      result.set(this.#output.subarray(0, count * elementSize), first * elementSize);
    });
    return result;
  }

  /** Calls `each` with the first element and the number of elements of every block that fits into the engine's memory. */
  #inBlocks(length: number, elementSize: number, each: (first: number, count: number, total: number) => void): void {
    if (
      !Number.isInteger(elementSize) ||
      elementSize < 1 ||
      elementSize > MAX_ELEMENT_SIZE ||
      length % elementSize !== 0
    ) {
      throw new RangeError(
        `Cannot shuffle ${length} bytes: current value of elementSize is ${elementSize}, it must be an integer from 1 to ${MAX_ELEMENT_SIZE} that divides the length`,
      );
    }
    const total = length / elementSize;
    const capacity = Math.floor(this.#input.length / elementSize);
    for (let first = 0; first < total; first += capacity) each(first, Math.min(capacity, total - first), total);
  }
}

/** Throws a `RangeError` unless `shape` has as many elements as `array`. */
function assertShape(array: TypedArray, shape: readonly number[]): void {
  const count = shape.reduce((product, dimension) => product * dimension, 1);
  const valid = shape.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 0);
  if (!valid || shape.length > MAX_RANK || count !== array.length) {
    throw new RangeError(
      `Cannot encode an array of ${array.length} elements: current value of shape is [${shape.join(', ')}], its product must be the number of elements (at most ${MAX_RANK} dimensions)`,
    );
  }
}
