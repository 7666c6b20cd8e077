/** Instances of the embedded modules, and what they export. */
import { COMPRESSION_MODULE } from './compression.generated.ts';
import { SCALAR_MODULE, SIMD_MODULE } from './module.generated.ts';

/** Which of the two modules to use. */
export interface EngineOptions {
  /**
   * `true` and `false` demand the module with and without SIMD, for tests.
   * @default whether this engine has SIMD
   */
  readonly simd?: boolean;
}

/** A place or a size in the module's memory, fixed when it was compiled. See `assembly/layout.ts`. */
interface Constant {
  readonly value: number;
}

/** The exports of both modules. See `assembly/scalar.ts`. */
export interface EngineExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly BLOCK: Constant;
  readonly DIGEST: Constant;
  readonly HEX: Constant;
  readonly LANE_STRIDE: Constant;
  readonly STAGING: Constant;
  readonly STAGING_SIZE: Constant;
  readonly STATE: Constant;
  readonly STRIPE: Constant;
  /** Starts a message of one stream. */
  init(): void;
  /** Runs `count` staged blocks through the compression function. */
  update(count: number): void;
  /** Ends a message of `total` bytes with the `length` bytes staged, and leaves its digest. */
  finish(length: number, total: number): void;
  /** Leaves the hex digest of the first `length` staged bytes. */
  hashScratch(length: number): void;
}

/** What the module with SIMD exports besides: four messages of one length at once. See `assembly/lanes.ts`. */
export interface LaneExports {
  /** Starts four messages. */
  lanesInit(): void;
  /** Runs `count` staged blocks of each message through the compression function. */
  lanesUpdate(count: number): void;
  /** Ends four messages of `total` bytes with the `length` bytes staged of each, and leaves their digests. */
  lanesFinish(length: number, total: number): void;
}

/** The exports of the module that compresses. See `assembly/compression.ts`. */
export interface CompressionExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly SHUFFLED: Constant;
  readonly STAGING: Constant;
  /** Shuffles `count` staged elements of `size` bytes. */
  shuffle(count: number, size: number): void;
  /** Undoes `shuffle`. */
  unshuffle(count: number, size: number): void;
  /** Replaces `count` staged elements of `size` bytes by their differences. */
  delta(count: number, size: number): void;
  /** Undoes `delta`, in place of what `unshuffle` left. */
  undelta(count: number, size: number): void;
  /** Makes the `length` bytes that a kernel left the next one's input. */
  restage(length: number): void;
  /** Compresses the first `length` staged bytes. Returns the block's length, or 0 where it is no shorter. */
  lz4Compress(length: number): number;
  /** Restores a staged block. Returns the content's length, or -1 where it is damaged or longer than `capacity`. */
  lz4Decompress(length: number, capacity: number): number;
  /** Starts a checksum. */
  xxhInit(): void;
  /** Adds the `length` bytes at `at`, a multiple of 16. */
  xxhUpdate(at: number, length: number): void;
  /** Ends a checksum of `total` bytes with the last `length`, fewer than 16. */
  xxhFinish(at: number, length: number, total: number): number;
}

/** An instance with its own memory, which never grows. */
export interface Engine {
  readonly exports: EngineExports;
  /** The four lanes, where the engine has SIMD. */
  readonly lanes: LaneExports | undefined;
}

/**
 * Compiles (synchronously: a millisecond) and instantiates the module that suits this engine.
 * Throws an `Error` where WebAssembly is missing or a Content-Security-Policy refuses it.
 */
export function createEngine(options: EngineOptions = {}): Engine {
  return orExplain(() => {
    const simdBytes = fromBase64(SIMD_MODULE);
    const simd = options.simd ?? WebAssembly.validate(simdBytes);
    const exports = instantiate(simd ? simdBytes : fromBase64(SCALAR_MODULE));
    // the generated module is built from the sources that the interfaces describe
    return {
      exports: exports as unknown as EngineExports,
      lanes: simd ? (exports as unknown as LaneExports) : undefined,
    };
  });
}

/** An instance of the module that compresses. Throws as {@link createEngine} does. */
export function createCompressionEngine(): CompressionExports {
  return orExplain(() => instantiate(fromBase64(COMPRESSION_MODULE)) as unknown as CompressionExports);
}

function instantiate(bytes: Uint8Array): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

function orExplain<T>(create: () => T): T {
  try {
    return create();
  } catch (cause) {
    throw new Error(
      "Cannot compile WebAssembly: this engine has none, or a Content-Security-Policy refuses it; allow it with script-src 'wasm-unsafe-eval', or use another hasher",
      { cause },
    );
  }
}

/** The `length` bytes at `at` in the engine's memory. */
export function view({ memory }: Pick<EngineExports, 'memory'>, at: Constant, length: number): Uint8Array {
  return new Uint8Array(memory.buffer, at.value, length);
}

/** The bytes of a base64 text. */
function fromBase64(text: string): Uint8Array {
  return Uint8Array.fromBase64?.(text) ?? Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
