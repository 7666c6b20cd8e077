import { toHex } from './hasher.ts';
import type { Hints } from './hints.ts';
import { scheduled, type Scheduled } from './scheduled.ts';
import { createPortableHasher } from './sha256.ts';
import { makeTask, type AnyFunction } from './task.ts';
import {
  carriedFunction,
  isArrayType,
  isWasmType,
  type CarriedFunction,
  type WasmAllocator,
  type WasmArray,
  type WasmSignature,
  type WasmType,
} from './wasm-call.ts';

/** Bytes of a module: a buffer or a view of one. */
export type WasmBytes = ArrayBuffer | ArrayBufferView;

/** Something that gives bytes: what `fetch` returns. */
export interface WasmResponse {
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** How the exports of a module become tasks. */
export interface WasmOptions extends Partial<WasmAllocator> {
  /** Begins the tasks' names: `name/export`. @default `wasm/` and the first 12 digits of the bytes' SHA-256 */
  readonly name?: string;
  /** Hints of all the tasks. */
  readonly hints?: Omit<Hints, 'name' | 'version'>;
}

/** Signatures by export. */
export type WasmSignatures = Readonly<Record<string, WasmSignature>>;

interface WasmValues {
  readonly i32: number;
  readonly u32: number;
  readonly f32: number;
  readonly f64: number;
  readonly i64: bigint;
  readonly u64: bigint;
  readonly 'i8[]': Int8Array;
  readonly 'u8[]': Uint8Array;
  readonly 'i16[]': Int16Array;
  readonly 'u16[]': Uint16Array;
  readonly 'i32[]': Int32Array;
  readonly 'u32[]': Uint32Array;
  readonly 'i64[]': BigInt64Array;
  readonly 'u64[]': BigUint64Array;
  readonly 'f32[]': Float32Array;
  readonly 'f64[]': Float64Array;
}

type WasmParameters<P extends readonly WasmType[]> = { -readonly [K in keyof P]: WasmValues[P[K]] };

type WasmResult<S extends WasmSignature> = S extends { readonly result: infer R }
  ? R extends WasmType
    ? WasmValues[R]
    : R extends number
      ? S['parameters'][R] extends WasmArray
        ? WasmValues[S['parameters'][R]]
        : never
      : undefined
  : undefined;

/** The tasks of a module, by export. */
export type WasmTasks<S extends WasmSignatures> = {
  readonly [K in keyof S]: Scheduled<(...args: WasmParameters<S[K]['parameters']>) => WasmResult<S[K]>>;
};

/**
 * Makes tasks of the exports of a WebAssembly module. It is compiled once, and workers are given the compiled module:
 * they import nothing. The tasks' version is the SHA-256 of the bytes, with the signature.
 *
 * Numbers are passed as they are, `i64` and `u64` as bigints. A typed array is copied into memory that the export
 * `options.allocate` gives, and is two arguments of the export: its address and its length in elements. What an
 * export may import is `env.abort`, as AssemblyScript's do.
 *
 * @example
 * const { sumPrimes } = wasmTasks(readFileSync('primes.wasm'), { sumPrimes: { parameters: ['i32'], result: 'f64' } });
 * await run(sumPrimes(100)); // 1060
 *
 * @throws TypeError where the module lacks an export, or imports something, or a signature makes no sense
 */
export function wasmTasks<const S extends WasmSignatures>(
  source: WasmBytes,
  signatures: S,
  options?: WasmOptions,
): WasmTasks<S>;
export function wasmTasks<const S extends WasmSignatures>(
  source: WasmResponse | PromiseLike<WasmBytes | WasmResponse>,
  signatures: S,
  options?: WasmOptions,
): Promise<WasmTasks<S>>;
export function wasmTasks(
  source: WasmBytes | WasmResponse | PromiseLike<WasmBytes | WasmResponse>,
  signatures: WasmSignatures,
  options: WasmOptions = {},
): unknown {
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return define(bytesOf(source), signatures, options);
  return load(source).then((bytes) => define(bytes, signatures, options));
}

async function load(source: WasmResponse | PromiseLike<WasmBytes | WasmResponse>): Promise<Uint8Array<ArrayBuffer>> {
  const loaded = await source;
  if (loaded instanceof ArrayBuffer || ArrayBuffer.isView(loaded)) return bytesOf(loaded);
  if (typeof (loaded as Partial<WasmResponse> | undefined)?.arrayBuffer === 'function')
    return new Uint8Array(await loaded.arrayBuffer());
  throw new TypeError('Cannot make tasks of a WebAssembly module: give its bytes, or the response of a fetch');
}

function bytesOf(source: WasmBytes): Uint8Array<ArrayBuffer> {
  return source instanceof ArrayBuffer
    ? new Uint8Array(source)
    : new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice();
}

function define(
  bytes: Uint8Array<ArrayBuffer>,
  signatures: WasmSignatures,
  options: WasmOptions,
): Record<string, Scheduled<AnyFunction>> {
  const module = new WebAssembly.Module(bytes);
  const digest = toHex(createPortableHasher().hash([bytes]));
  const { name = `wasm/${digest.slice(0, 12)}`, hints, memory = 'memory', allocate, free } = options;
  const exported = new Map(WebAssembly.Module.exports(module).map((each) => [each.name, each.kind]));
  checkImports(module);
  const tasks = Object.entries(signatures).map(([key, signature]) => {
    const carried: CarriedFunction = { module, digest, export: key, signature, memory, allocate, free };
    checkExports(carried, exported);
    const { parameters, result } = signature;
    const version = `${digest} (${parameters.join(', ')}) => ${result ?? 'void'}`;
    const fn = carriedFunction(carried);
    Object.defineProperty(fn, 'toString', { value: () => `${key} of ${digest}` });
    const task = makeTask(fn, { ...hints, name: `${name}/${key}`, version }, undefined, undefined, carried);
    return [key, scheduled(task)] as const;
  });
  return Object.fromEntries(tasks);
}

function checkImports(module: WebAssembly.Module): void {
  for (const { module: from, name } of WebAssembly.Module.imports(module))
    if (from !== 'env' || name !== 'abort')
      throw new TypeError(
        `Cannot make tasks of a WebAssembly module that imports '${from}.${name}': workers could not give it that. Compile it without imports`,
      );
}

function checkExports(
  { export: name, signature, memory, allocate, free }: CarriedFunction,
  exported: ReadonlyMap<string, string>,
): void {
  const { parameters, result } = signature;
  const need = (what: string | undefined, kind: string, why: string): void => {
    if (what === undefined || exported.get(what) !== kind)
      throw new TypeError(
        `Cannot make a task of '${name}': the module has no ${kind} '${what ?? ''}', ${why}. It exports ${[...exported.keys()].join(', ')}`,
      );
  };
  need(name, 'function', 'which the signatures name');
  for (const type of [...parameters, ...(typeof result === 'string' ? [result] : [])])
    if (!isWasmType(type)) throw new TypeError(`Cannot make a task of '${name}': there is no type '${String(type)}'`);
  if (typeof result === 'number' && !isArrayType(parameters[result]))
    throw new TypeError(`Cannot make a task of '${name}': its result is parameter ${result}, which is no array`);
  if (parameters.some((type) => isArrayType(type)))
    need(allocate, 'function', 'to allocate arrays with (options.allocate)');
  if ([...parameters, result].some((type) => isArrayType(type)))
    need(memory, 'memory', 'to pass arrays in (options.memory)');
  if (free !== undefined) need(free, 'function', 'to free arrays with (options.free)');
}
