/** SHA-256 of a message that arrives bit by bit. */
import { view } from './engine.ts';
import type { Engine } from './engine.ts';

/** Bytes of a digest, and of the hash value between two blocks. */
export const DIGEST_LENGTH = 32;

/** A message that arrives bit by bit. Any number of them may be under way at once. */
export interface IncrementalHash {
  /** Adds `bytes` to the message. */
  update(bytes: Uint8Array): this;
  /** The SHA-256 of the message so far, as 32 bytes; the message may go on. */
  digest(): Uint8Array;
}

/**
 * Keeps its state outside of the engine and brings it back for each call, so that several may use one engine in turn:
 * 32 bytes of hash value, and the bytes that do not fill a block yet.
 */
export class Incremental implements IncrementalHash {
  readonly #engine: Engine;
  readonly #staging: Uint8Array;
  readonly #state: Uint8Array;
  readonly #digest: Uint8Array;
  readonly #value: Uint8Array;
  readonly #tail: Uint8Array;
  #tailLength = 0;
  #total = 0;

  constructor(engine: Engine) {
    const { BLOCK, DIGEST, STAGING, STAGING_SIZE, STATE } = engine.exports;
    this.#engine = engine;
    this.#staging = view(engine.exports, STAGING, STAGING_SIZE.value);
    this.#state = view(engine.exports, STATE, DIGEST_LENGTH);
    this.#digest = view(engine.exports, DIGEST, DIGEST_LENGTH);
    engine.exports.init();
    this.#value = this.#state.slice();
    this.#tail = new Uint8Array(BLOCK.value);
  }

  update(bytes: Uint8Array): this {
    this.#total += bytes.length;
    if (this.#tailLength + bytes.length < this.#tail.length) this.#keep(bytes);
    else this.#compress(bytes);
    return this;
  }

  digest(): Uint8Array {
    this.#state.set(this.#value);
    this.#staging.set(this.#tail);
    this.#engine.exports.finish(this.#tailLength, this.#total);
    return this.#digest.slice();
  }

  /** Hashes all whole blocks of the tail and `bytes`, and keeps the rest. */
  #compress(bytes: Uint8Array): void {
    const blockSize = this.#tail.length;
    this.#state.set(this.#value);
    this.#staging.set(this.#tail);
    let staged = this.#tailLength;
    this.#tailLength = 0;
    let at = 0;
    while (staged + bytes.length - at >= blockSize) {
      const room = Math.min(this.#staging.length, staged + bytes.length - at);
      const blocks = Math.floor(room / blockSize);
      const taken = blocks * blockSize - staged;
      this.#staging.set(bytes.subarray(at, at + taken), staged);
      this.#engine.exports.update(blocks);
      at += taken;
      staged = 0;
    }
    this.#value.set(this.#state);
    this.#keep(bytes.subarray(at));
  }

  /** Adds `bytes` to the tail, where there is room for them. */
  #keep(bytes: Uint8Array): void {
    this.#tail.set(bytes, this.#tailLength);
    this.#tailLength += bytes.length;
  }
}
