/** SHA-256 in WebAssembly, over the engine's fixed staging memory. */
import { createEngine, view } from './engine.ts';
import type { Engine, EngineOptions, LaneExports } from './engine.ts';
import { HEX_LENGTH, asciiDigest } from './hex.ts';
import { DIGEST_LENGTH, Incremental } from './incremental.ts';
import type { IncrementalHash } from './incremental.ts';
import { PieceReader, totalLength } from './pieces.ts';

/** Messages that the SIMD module hashes at once. */
const LANES = 4;

/** From how many messages on four lanes, some of them idle, are faster than one stream after the other: lanes are 1.5 times as fast. */
const WORTHWHILE_LANES = 3;

/** An engine that computes SHA-256 (FIPS 180-4). All digests are 32 bytes; hex digests are 64 lower-case characters. */
export interface WasmHasher {
  /** What computes, for reports: `'wasm-simd'` or `'wasm'`. */
  readonly name: 'wasm-simd' | 'wasm';
  /** How many chunks or inputs it hashes at once. */
  readonly lanes: 4 | 1;

  /** Memory of the engine (64 KiB) for messages that are hashed where they stand. Its contents do not survive any other call. */
  readonly scratch: Uint8Array;

  /** The hex SHA-256 of the first `length` bytes of {@link scratch}. Throws a `RangeError` where that is more than it holds. */
  hashScratch(length: number): string;

  /** The SHA-256 of the concatenation of `pieces`. */
  hash(pieces: readonly Uint8Array[]): Uint8Array;

  /**
   * The SHA-256 of every `chunkSize` bytes of the concatenation of `pieces` (the last chunk may be shorter), as the
   * concatenated digests in order; with SIMD, four chunks at once. Throws a `RangeError` unless `chunkSize` is a
   * positive integer.
   */
  hashChunks(pieces: readonly Uint8Array[], chunkSize: number): Uint8Array;

  /** The SHA-256 of each input, as the concatenated digests in order; with SIMD, four inputs of one length at once. */
  hashBatch(inputs: readonly Uint8Array[]): Uint8Array;

  /** Starts a message that arrives bit by bit. */
  create(): IncrementalHash;
}

/**
 * A hasher with an engine of its own (192 KiB of memory, compiled in about a millisecond).
 * Throws an `Error` where WebAssembly is missing or a Content-Security-Policy without `'wasm-unsafe-eval'` refuses it.
 */
export function createWasmHasher(options: EngineOptions = {}): WasmHasher {
  return new Sha256(createEngine(options));
}

class Sha256 implements WasmHasher {
  readonly name: 'wasm-simd' | 'wasm';
  readonly lanes: 4 | 1;
  readonly scratch: Uint8Array;
  readonly #engine: Engine;
  readonly #staging: Uint8Array;
  readonly #digests: Uint8Array;
  readonly #hex: DataView;

  constructor(engine: Engine) {
    const { LANE_STRIDE, STAGING, STAGING_SIZE, DIGEST, HEX, memory } = engine.exports;
    this.name = engine.lanes === undefined ? 'wasm' : 'wasm-simd';
    this.lanes = engine.lanes === undefined ? 1 : 4;
    this.scratch = view(engine.exports, STAGING, STAGING_SIZE.value);
    this.#engine = engine;
    this.#staging = view(engine.exports, STAGING, LANES * LANE_STRIDE.value);
    this.#digests = view(engine.exports, DIGEST, LANES * DIGEST_LENGTH);
    this.#hex = new DataView(memory.buffer, HEX.value, HEX_LENGTH);
  }

  hashScratch(length: number): string {
    if (!(length >= 0 && length <= this.scratch.length)) {
      throw new RangeError(
        `Cannot hash the scratch: current value of length is ${length}, it holds ${this.scratch.length} bytes`,
      );
    }
    this.#engine.exports.hashScratch(length);
    return asciiDigest(this.#hex);
  }

  hash(pieces: readonly Uint8Array[]): Uint8Array {
    this.#hashStream(new PieceReader(pieces), totalLength(pieces));
    return this.#digests.slice(0, DIGEST_LENGTH);
  }

  hashChunks(pieces: readonly Uint8Array[], chunkSize: number): Uint8Array {
    if (!Number.isSafeInteger(chunkSize) || chunkSize < 1) {
      throw new RangeError(
        `Cannot hash chunks: current value of chunkSize is ${chunkSize}, it must be a positive integer`,
      );
    }
    const length = totalLength(pieces);
    const digests = new Uint8Array(Math.ceil(length / chunkSize) * DIGEST_LENGTH);
    const whole = Math.floor(length / chunkSize);
    let reader = new PieceReader(pieces);
    for (let chunk = 0; chunk < whole; chunk += LANES) {
      const messages: Message[] = [];
      for (let position = chunk; position < Math.min(chunk + LANES, whole); position++) {
        messages.push({ reader, position });
        reader = reader.ahead(chunkSize);
      }
      this.#digestEach(messages, chunkSize, digests);
    }
    const rest = length - whole * chunkSize;
    if (rest > 0) this.#digestEach([{ reader, position: whole }], rest, digests);
    return digests;
  }

  hashBatch(inputs: readonly Uint8Array[]): Uint8Array {
    const digests = new Uint8Array(inputs.length * DIGEST_LENGTH);
    const waiting = new Map<number, Message[]>();
    inputs.forEach((input, position) => {
      const messages = waiting.get(input.length) ?? [];
      messages.push({ reader: new PieceReader([input]), position });
      waiting.set(input.length, messages);
      if (messages.length === LANES) this.#digestEach(messages.splice(0), input.length, digests);
    });
    for (const [length, messages] of waiting) this.#digestEach(messages, length, digests);
    return digests;
  }

  create(): IncrementalHash {
    return new Incremental(this.#engine);
  }

  /** Puts the digest of the next `length` bytes of each of up to four messages where it belongs in `digests`. */
  #digestEach(messages: readonly Message[], length: number, digests: Uint8Array): void {
    const { lanes } = this.#engine;
    if (lanes !== undefined && messages.length >= WORTHWHILE_LANES) {
      this.#hashInLanes(lanes, messages, length);
      messages.forEach(({ position }, lane) => {
        digests.set(this.#digests.subarray(lane * DIGEST_LENGTH, (lane + 1) * DIGEST_LENGTH), position * DIGEST_LENGTH);
      });
      return;
    }
    for (const { reader, position } of messages) {
      this.#hashStream(reader, length);
      digests.set(this.#digests.subarray(0, DIGEST_LENGTH), position * DIGEST_LENGTH);
    }
  }

  /** Leaves the digests of the next `length` bytes of each message. A lane without a message hashes what it finds. */
  #hashInLanes(lanes: LaneExports, messages: readonly Message[], length: number): void {
    const { BLOCK, LANE_STRIDE, STRIPE } = this.#engine.exports;
    const stage = (bytes: number): void => {
      messages.forEach(({ reader }, lane) => reader.read(this.#staging, lane * LANE_STRIDE.value, bytes));
    };
    lanes.lanesInit();
    let left = length;
    for (; left > STRIPE.value; left -= STRIPE.value) {
      stage(STRIPE.value);
      lanes.lanesUpdate(STRIPE.value / BLOCK.value);
    }
    stage(left);
    lanes.lanesFinish(left, length);
  }

  /** Leaves the digest of the next `length` bytes of `reader`. */
  #hashStream(reader: PieceReader, length: number): void {
    const { exports } = this.#engine;
    const capacity = this.scratch.length;
    exports.init();
    let left = length;
    for (; left > capacity; left -= capacity) {
      reader.read(this.#staging, 0, capacity);
      exports.update(capacity / exports.BLOCK.value);
    }
    reader.read(this.#staging, 0, left);
    exports.finish(left, length);
  }
}

/** A message to be hashed, and which of the digests is its. */
interface Message {
  readonly reader: PieceReader;
  readonly position: number;
}
