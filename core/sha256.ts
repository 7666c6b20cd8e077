/**
 * SHA-256 in plain JavaScript: what core hashes with where no runtime layer has plugged in a faster engine, and
 * where a page's security policy forbids WebAssembly. About 0.06 GB/s, an eighth of the wasm engine.
 */
import { byteLength, toHex, type Hasher } from './hasher.ts';

/** FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const K: Int32Array = fractions(64, Math.cbrt);
/** FIPS 180-4, 5.3.3: the same of the square roots of the first 8 primes. */
const INITIAL: Int32Array = fractions(8, Math.sqrt);

function fractions(count: number, root: (prime: number) => number): Int32Array {
  const words = new Int32Array(count);
  for (let prime = 2, found = 0; found < count; prime++) {
    let divisor = 2;
    while (divisor * divisor <= prime && prime % divisor !== 0) divisor++;
    if (divisor * divisor > prime) words[found++] = ((root(prime) % 1) * 2 ** 32) | 0;
  }
  return words;
}

/** A running SHA-256. */
class Sha256 {
  readonly #state = INITIAL.slice();
  readonly #words = new Int32Array(64);
  readonly #block = new Uint8Array(64);
  readonly #view = new DataView(this.#block.buffer);
  #filled = 0;
  #length = 0;

  update(bytes: Uint8Array): void {
    this.#length += bytes.length;
    let position = 0;
    while (position < bytes.length) {
      const part = bytes.subarray(position, position + 64 - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      position += part.length;
      if (this.#filled === 64) this.#compress();
    }
  }

  /** FIPS 180-4, 5.1.1: a 1 bit, zeros, the length in bits as 64-bit big-endian. */
  digest(): Uint8Array {
    this.#block.fill(0, this.#filled);
    this.#block[this.#filled] = 0x80;
    if (this.#filled >= 56) {
      this.#compress();
      this.#block.fill(0);
    }
    this.#view.setUint32(56, Math.floor(this.#length / 2 ** 29));
    this.#view.setUint32(60, (this.#length * 8) >>> 0);
    this.#compress();
    const digest = new DataView(new ArrayBuffer(32));
    this.#state.forEach((word, index) => digest.setInt32(4 * index, word));
    return new Uint8Array(digest.buffer);
  }

  /** FIPS 180-4, 6.2.2. */
  #compress(): void {
    const words = this.#words;
    for (let t = 0; t < 16; t++) words[t] = this.#view.getInt32(4 * t);
    for (let t = 16; t < 64; t++) {
      const near = sigma(at(words, t - 15), 7, 18, 3);
      const far = sigma(at(words, t - 2), 17, 19, 10);
      words[t] = (at(words, t - 16) + near + at(words, t - 7) + far) | 0;
    }
    const state = this.#state;
    let [a, b, c, d] = [at(state, 0), at(state, 1), at(state, 2), at(state, 3)];
    let [e, f, g, h] = [at(state, 4), at(state, 5), at(state, 6), at(state, 7)];
    for (let t = 0; t < 64; t++) {
      const e1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const first = (h + e1 + ((e & f) ^ (~e & g)) + at(K, t) + at(words, t)) | 0;
      const a0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const second = (a0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      // One by one: a destructuring assignment cost more than the round.
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index] = (at(state, index) + word) | 0));
    this.#filled = 0;
  }
}

function at(words: Int32Array, index: number): number {
  return words[index] as number;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function sigma(word: number, first: number, second: number, shift: number): number {
  return rotate(word, first) ^ rotate(word, second) ^ (word >>> shift);
}

function hash(pieces: readonly Uint8Array[]): Uint8Array {
  const running = new Sha256();
  for (const piece of pieces) running.update(piece);
  return running.digest();
}

/** An engine in plain JavaScript. */
export function createPortableHasher(): Hasher {
  const scratch = new Uint8Array(16_384);
  return {
    name: 'javascript',
    lanes: 1,
    scratch,
    hashScratch: (length) => toHex(hash([scratch.subarray(0, length)])),
    hash,
    hashChunks(pieces, chunkSize) {
      const digests = new Uint8Array(32 * Math.ceil(byteLength(pieces) / chunkSize));
      let index = 0;
      for (const chunk of chunksOf(pieces, chunkSize)) digests.set(hash(chunk), 32 * index++);
      return digests;
    },
  };
}

/** Cuts the concatenation of `pieces` into chunks of `chunkSize` bytes, each a list of views; the last may be shorter. */
export function* chunksOf(pieces: readonly Uint8Array[], chunkSize: number): Generator<readonly Uint8Array[]> {
  let chunk: Uint8Array[] = [];
  let missing = chunkSize;
  for (const piece of pieces) {
    for (let start = 0; start < piece.length;) {
      const part = piece.subarray(start, start + missing);
      chunk.push(part);
      start += part.length;
      missing -= part.length;
      if (missing > 0) continue;
      yield chunk;
      chunk = [];
      missing = chunkSize;
    }
  }
  if (chunk.length > 0) yield chunk;
}
