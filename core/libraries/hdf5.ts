import { toBase64 } from '../base64.ts';
import type { Hasher } from '../hasher.ts';
import { type NdArray, type TypedArray } from '../nd-array.ts';
import type { AnyClass, Serializer } from '../serializer.ts';

/** As much of the module `h5wasm` as is needed. */
export interface Hdf5Library {
  /** The compiled library, once it is there; its file system is Node's in Node, and one in memory in browsers. */
  readonly ready: Promise<{ readonly FS: unknown }>;
  readonly File: new (name: string, mode: 'r' | 'a' | 'w') => Hdf5File;
}

interface Hdf5File {
  readonly file_id: bigint | number;
  get(path: string): unknown;
  create_dataset(dataset: { name: string; data: never; shape: number[]; dtype?: string }): unknown;
  close(): unknown;
}

/** Something that only one thread or process at a time can hold. */
export interface Lock {
  /** Calls `task` while nobody else holds the lock, and returns what it returns. */
  run<T>(task: () => T): T;
}

/** How arrays are stored in HDF5 files. */
export interface Hdf5Options {
  /** The file. Made when the first array is stored. */
  readonly file: string;
  /** Keeps others from the file meanwhile: HDF5 does not. Give `fileLock(name)` where workers store arrays. @default none */
  readonly lock?: Lock;
}

/** NumPy's names of types, and HDF5's in h5wasm. */
const TYPES: Readonly<Record<string, readonly [numpy: string, hdf5: string]>> = {
  Int8Array: ['int8', '<b'],
  Uint8Array: ['uint8', '<B'],
  Int16Array: ['int16', '<h'],
  Uint16Array: ['uint16', '<H'],
  Int32Array: ['int32', '<i'],
  Uint32Array: ['uint32', '<I'],
  BigInt64Array: ['int64', '<q'],
  BigUint64Array: ['uint64', '<Q'],
  Float32Array: ['float32', '<f'],
  Float64Array: ['float64', '<d'],
};

/** The file that arrays stand in. */
class ArrayFile {
  readonly #h5wasm: Hdf5Library;
  readonly #exists: (name: string) => boolean;
  readonly #name: string;
  readonly #lock: Lock;

  constructor(h5wasm: Hdf5Library, files: FileSystem, { file, lock = { run: (task) => task() } }: Hdf5Options) {
    this.#h5wasm = h5wasm;
    this.#exists = (name) => files.analyzePath(name).exists;
    this.#name = file;
    this.#lock = lock;
  }

  /** What is there already is the same: its name is its digest. */
  store(path: string, { data, shape }: NdArray): void {
    const [, type] = typeOf(data);
    this.#open('a', (file) => {
      if (file.get(path) === null)
        file.create_dataset({ name: path, data: data as never, shape: [...shape], dtype: type });
    });
  }

  load(path: unknown): NdArray {
    return this.#open('r', (file) => {
      const dataset = typeof path === 'string' ? file.get(path) : null;
      const { value, shape } = (dataset ?? {}) as { readonly value?: unknown; readonly shape?: number[] };
      if (ArrayBuffer.isView(value) && shape !== undefined) return { data: value as TypedArray, shape };
      throw new TypeError(`Cannot find the array '${String(path)}' in the HDF5 file ${this.#name}`);
    });
  }

  #open<T>(mode: 'r' | 'a', use: (file: Hdf5File) => T): T {
    return this.#lock.run(() => {
      const exists = this.#exists(this.#name);
      if (!exists && mode === 'r') throw new TypeError(`Cannot find the HDF5 file ${this.#name}`);
      const file = new this.#h5wasm.File(this.#name, exists ? mode : 'w');
      if (file.file_id < 0) throw new TypeError(`Cannot open ${this.#name}: it is no HDF5 file, or not ours to write`);
      try {
        return use(file);
      } finally {
        file.close();
      }
    });
  }
}

/** Emscripten's file systems. */
interface FileSystem {
  analyzePath(name: string): { readonly exists: boolean };
}

/** What stands for an array. */
interface StoredArray {
  readonly filename: string;
  readonly hdf5_path: string;
}

/** See `hdf5Arrays`. (Seed 000, `SerArray`.) */
export async function hdf5ArraysOn(
  hasher: () => Hasher,
  h5wasm: Hdf5Library,
  options: Hdf5Options,
): Promise<Serializer<TypedArray, StoredArray>> {
  const { FS } = await h5wasm.ready;
  const file = new ArrayFile(h5wasm, FS as FileSystem, options);
  return {
    tag: 'SerArray',
    class: Object.getPrototypeOf(Uint8Array) as AnyClass,
    serialize: (array, pack) => {
      const nd = { data: array, shape: [array.length] };
      const path = arrayDigest(hasher(), nd);
      file.store(path, nd);
      return pack({ filename: options.file, hdf5_path: path }, { files: [options.file], ref: true });
    },
    // From this file, and not from the one that the data names: that could be any.
    deserialize: ({ hdf5_path: path }) => file.load(path).data,
  };
}

/** Type, shape and elements as a SHA-256 in URL-safe base64: the same that Noodles computes. */
function arrayDigest(hasher: Hasher, { data, shape }: NdArray): string {
  const [numpy] = typeOf(data);
  const pieces = [
    new TextEncoder().encode(numpy),
    new Uint8Array(BigInt64Array.from(shape, BigInt).buffer),
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ];
  return toBase64(hasher.hash(pieces)).replaceAll('+', '-').replaceAll('/', '_');
}

function typeOf(data: TypedArray): readonly [numpy: string, hdf5: string] {
  const name = Object.prototype.toString.call(data).slice(8, -1);
  const type = TYPES[name];
  if (type === undefined) throw new TypeError(`Cannot store a ${name} in an HDF5 file: h5wasm has no such type`);
  return type;
}
