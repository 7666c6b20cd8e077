/**
 * Calls of exports of WebAssembly modules: numbers go as they are, typed arrays are copied into the module's memory
 * and out of it. A function is described by data that structured clone carries, so that any thread can make it.
 */
import type { AnyFunction } from './task.ts';

/** Types of numbers. 64-bit integers are bigints. */
export type WasmNumber = 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64';
/** Types of arrays. */
export type WasmArray = `${'i8' | 'u8' | 'i16' | 'u16' | 'i32' | 'u32' | 'i64' | 'u64' | 'f32' | 'f64'}[]`;
/** Types of parameters. */
export type WasmType = WasmNumber | WasmArray;

/** What an export takes and gives. */
export interface WasmSignature {
  /** An array is two arguments of the export: its address in memory, and its length in elements. */
  readonly parameters: readonly WasmType[];
  /**
   * A number; or an array, for which the export returns an i64: the address in the low 32 bits, the length in
   * elements in the high ones; or the position of an array among the parameters, which the export changes in place.
   * @default nothing
   */
  readonly result?: WasmType | number;
}

/** Names of exports by which arrays cross. */
export interface WasmAllocator {
  /** The memory. */
  readonly memory: string;
  /** Takes a number of bytes and returns an address, aligned for every type: `malloc`. */
  readonly allocate: string | undefined;
  /** Gives memory back: `free(address, bytes)`. Without it, each call with arrays gets an instance of its own. */
  readonly free: string | undefined;
}

/** An export of a module, as data. */
export interface CarriedFunction extends WasmAllocator {
  /** The compiled module: threads share its code. */
  readonly module: object;
  /** SHA-256 of the module's bytes, in hex. */
  readonly digest: string;
  readonly export: string;
  readonly signature: WasmSignature;
}

interface ArrayClass {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): TypedArray;
}
interface TypedArray extends ArrayBufferView {
  readonly length: number;
  set(values: unknown): void;
  slice(): TypedArray;
}

const ARRAYS: Readonly<Record<WasmArray, string>> = {
  'i8[]': 'Int8Array',
  'u8[]': 'Uint8Array',
  'i16[]': 'Int16Array',
  'u16[]': 'Uint16Array',
  'i32[]': 'Int32Array',
  'u32[]': 'Uint32Array',
  'i64[]': 'BigInt64Array',
  'u64[]': 'BigUint64Array',
  'f32[]': 'Float32Array',
  'f64[]': 'Float64Array',
};

/** Bounds of integers. */
const RANGES: Readonly<Record<string, readonly [number | bigint, number | bigint]>> = {
  i32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
  u64: [0n, 2n ** 64n - 1n],
};

/** Whether a type is one of arrays. */
export function isArrayType(type: WasmType | number | undefined): type is WasmArray {
  return typeof type === 'string' && Object.hasOwn(ARRAYS, type);
}

/** Whether a text names a type. */
export function isWasmType(type: unknown): type is WasmType {
  return typeof type === 'string' && (['f32', 'f64'].includes(type) || type in RANGES || Object.hasOwn(ARRAYS, type));
}

/** Instances of this thread by the module's digest: one serves all functions of a module. */
const INSTANCES = new Map<string, WebAssembly.Instance>();

/** Makes the function of an export. The module is instantiated with the first call. */
export function carriedFunction(carried: CarriedFunction): AnyFunction {
  const { parameters } = carried.signature;
  return (...args: unknown[]): unknown => {
    if (args.length !== parameters.length)
      throw new TypeError(
        `Cannot call '${carried.export}' with ${args.length} arguments: it takes ${parameters.length} (${parameters.join(', ')})`,
      );
    parameters.forEach((type, index) => checkArgument(carried.export, type, args[index], index));
    return call(carried, args);
  };
}

function call(carried: CarriedFunction, args: readonly unknown[]): unknown {
  const { digest, free, signature } = carried;
  const hasArrays = [...signature.parameters, signature.result].some((type) => isArrayType(type));
  const isOwn = hasArrays && free === undefined;
  const instance = (isOwn ? undefined : INSTANCES.get(digest)) ?? instantiate(carried.module);
  if (!isOwn) INSTANCES.set(digest, instance);
  try {
    return new WasmCall(carried, instance).run(args);
  } catch (error) {
    // After a trap its memory may be in any state.
    INSTANCES.delete(digest);
    throw error;
  }
}

/** `abort` is what AssemblyScript's modules import to tell of a failed assertion. */
function instantiate(module: object): WebAssembly.Instance {
  return new WebAssembly.Instance(module, {
    env: {
      abort: (_message: number, _file: number, line: number, column: number) => {
        throw new Error(`The WebAssembly module aborted at line ${line}, column ${column}`);
      },
    },
  });
}

interface Memory {
  readonly buffer: ArrayBuffer;
}
interface Block {
  readonly address: number;
  readonly bytes: number;
}

class WasmCall {
  readonly #carried: CarriedFunction;
  readonly #exports: Readonly<Record<string, unknown>>;
  readonly #blocks: Block[] = [];

  constructor(carried: CarriedFunction, instance: WebAssembly.Instance) {
    this.#carried = carried;
    this.#exports = instance.exports;
  }

  run(args: readonly unknown[]): unknown {
    const { parameters, result } = this.#carried.signature;
    const own = args.flatMap((value, index) => this.#lower(parameters[index], value));
    const returned = this.#function(this.#carried.export)(...own);
    const value = typeof result === 'number' ? this.#inPlace(result, args) : this.#raise(result, returned);
    // A call that traps leaves its instance, so there is nothing to free then.
    for (const { address, bytes } of this.#blocks)
      if (this.#carried.free !== undefined) this.#function(this.#carried.free)(address, bytes);
    return value;
  }

  #function(name: string): (...args: unknown[]) => unknown {
    return this.#exports[name] as (...args: unknown[]) => unknown;
  }

  /** Memory may grow with each call into the module, so views are made anew. */
  #view(type: WasmArray, address: number, length: number): TypedArray {
    const Class = (globalThis as unknown as Record<string, ArrayClass>)[ARRAYS[type]] as ArrayClass;
    const { buffer } = this.#exports[this.#carried.memory] as Memory;
    const end = address + length * Class.BYTES_PER_ELEMENT;
    if (address % Class.BYTES_PER_ELEMENT !== 0 || end > buffer.byteLength)
      throw new RangeError(
        `Cannot read the ${type} of '${this.#carried.export}': ${length} elements at address ${address} are ${end > buffer.byteLength ? `beyond the memory of ${buffer.byteLength} bytes` : 'not aligned'}`,
      );
    return new Class(buffer, address, length);
  }

  #lower(type: WasmType | undefined, value: unknown): unknown[] {
    if (!isArrayType(type)) return [value];
    const { length, byteLength } = value as TypedArray;
    // An empty array still has an address of its own.
    const bytes = Math.max(byteLength, 8);
    const address = Number(this.#function(this.#carried.allocate ?? '')(bytes)) >>> 0;
    if (address === 0)
      throw new RangeError(`Cannot call '${this.#carried.export}': its module could not allocate ${bytes} bytes`);
    this.#blocks.push({ address, bytes });
    this.#view(type, address, length).set(value);
    return [address, length];
  }

  #inPlace(parameter: number, args: readonly unknown[]): unknown {
    const { parameters } = this.#carried.signature;
    const type = parameters[parameter];
    const block = this.#blocks[parameters.slice(0, parameter).filter((each) => isArrayType(each)).length];
    if (!isArrayType(type) || block === undefined) return undefined;
    return this.#view(type, block.address, (args[parameter] as TypedArray).length).slice();
  }

  #raise(type: WasmType | undefined, returned: unknown): unknown {
    if (type === undefined) return undefined;
    if (!isArrayType(type))
      return type === 'u32'
        ? Number(returned) >>> 0
        : type === 'u64'
          ? BigInt.asUintN(64, returned as bigint)
          : returned;
    const pair = BigInt.asUintN(64, returned as bigint);
    const [address, length] = [Number(pair & 0xffff_ffffn), Number(pair >> 32n)];
    const view = this.#view(type, address, length);
    this.#blocks.push({ address, bytes: view.byteLength });
    return view.slice();
  }
}

/** @throws TypeError or RangeError, with the export, the position and the value */
function checkArgument(name: string, type: WasmType, value: unknown, index: number): void {
  const refuse = (Class: typeof TypeError | typeof RangeError): never => {
    const shown =
      typeof value === 'object' && value !== null ? (value.constructor?.name ?? 'an object') : String(value);
    throw new Class(
      `Cannot call '${name}': argument ${index} must be ${isArrayType(type) ? ARRAYS[type] : type}, and is ${typeof value === 'bigint' ? `${shown}n` : shown}`,
    );
  };
  if (isArrayType(type)) {
    if (Object.prototype.toString.call(value) !== `[object ${ARRAYS[type]}]`) refuse(TypeError);
    return;
  }
  const isBig = type === 'i64' || type === 'u64';
  if (typeof value !== (isBig ? 'bigint' : 'number')) refuse(TypeError);
  const range = RANGES[type];
  if (range === undefined) return;
  if ((!isBig && !Number.isInteger(value)) || (value as number) < range[0] || (value as number) > range[1])
    refuse(RangeError);
}
