/** The hasher of Node: for each operation the faster of `node:crypto` and WebAssembly. */
import { createHash, hash } from 'node:crypto';
import type { Hasher } from '../core/hasher.ts';
import { createWasmHasher } from '../wasm/index.ts';

/** Bytes of a digest. */
const DIGEST_LENGTH = 32;

/** Bytes of the scratch where there is no WebAssembly to provide one. */
const SCRATCH_LENGTH = 65_536;

/** `node:crypto` refuses more than 2 ** 31 - 1 bytes at once. */
const MAX_UPDATE = 2 ** 30;

/**
 * Up to this many bytes WebAssembly is faster even where the processor has instructions for SHA-256, because a call of
 * `node:crypto` costs more than the blocks.
 */
const WASM_UP_TO = { scratch: 55, hash: 375 };

/** What WebAssembly and `node:crypto` each do best. Falls back on `node:crypto` alone where there is no WebAssembly. */
export function createNodeHasher(): Hasher {
  try {
    return new FastestHasher(createWasmHasher());
  } catch {
    return new NativeHasher(new Uint8Array(SCRATCH_LENGTH));
  }
}

/**
 * Whether this processor computes SHA-256 in hardware. Without, SHA-512 takes two thirds of the time of SHA-256, since
 * it works on words of twice the width; with, SHA-256 is faster (3 times with SHA-NI, where only SHA-256 has instructions).
 * The comparison takes under a millisecond and, unlike one with WebAssembly, does not depend on what is compiled yet.
 */
function hasHardwareSha256(): boolean {
  const bytes = new Uint8Array(16_384);
  let sha256 = Infinity;
  let sha512 = Infinity;
  for (let round = 0; round < 5; round++) {
    sha256 = Math.min(sha256, duration('sha256', bytes));
    sha512 = Math.min(sha512, duration('sha512', bytes));
  }
  return sha256 < sha512;
}

/** Milliseconds of one native hash of `bytes`. */
function duration(algorithm: string, bytes: Uint8Array): number {
  const start = performance.now();
  hash(algorithm, bytes, 'buffer');
  return performance.now() - start;
}

/** `node:crypto` behind the port. */
class NativeHasher implements Hasher {
  readonly name = 'native';
  readonly lanes = 1;
  readonly scratch: Uint8Array;

  constructor(scratch: Uint8Array) {
    this.scratch = scratch;
  }

  hashScratch(length: number): string {
    return hash('sha256', this.scratch.subarray(0, length), 'hex');
  }

  hash(pieces: readonly Uint8Array[]): Uint8Array {
    const [first, second] = pieces;
    if (first !== undefined && second === undefined && first.length <= MAX_UPDATE) {
      return new Uint8Array(hash('sha256', first, 'buffer'));
    }
    const whole = createHash('sha256');
    forEachSlice(pieces, Infinity, (slice) => whole.update(slice));
    return new Uint8Array(whole.digest());
  }

  hashChunks(pieces: readonly Uint8Array[], chunkSize: number): Uint8Array {
    const digests: Uint8Array[] = [];
    let chunk = createHash('sha256');
    let open = false;
    forEachSlice(pieces, chunkSize, (slice, ends) => {
      chunk.update(slice);
      open = !ends;
      if (!ends) return;
      digests.push(chunk.digest());
      chunk = createHash('sha256');
    });
    if (open) digests.push(chunk.digest());
    const result = new Uint8Array(digests.length * DIGEST_LENGTH);
    digests.forEach((digest, index) => result.set(digest, index * DIGEST_LENGTH));
    return result;
  }
}

/** Calls `each` with successive slices of the pieces, none across the end of a chunk, and whether the slice ends its chunk. */
function forEachSlice(
  pieces: readonly Uint8Array[],
  chunkSize: number,
  each: (slice: Uint8Array, ends: boolean) => void,
): void {
  let room = chunkSize;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const taken = Math.min(room, piece.length - at, MAX_UPDATE);
      room -= taken;
      each(piece.subarray(at, at + taken), room === 0);
      at += taken;
      if (room === 0) room = chunkSize;
    }
  }
}

/** Chooses by size, and above that by what the processor can do. */
class FastestHasher implements Hasher {
  readonly #wasm: Hasher;
  readonly #native: Hasher;
  #hardware: boolean | undefined;

  constructor(wasm: Hasher) {
    this.#wasm = wasm;
    this.#native = new NativeHasher(wasm.scratch);
  }

  get name(): string {
    return this.#large().name;
  }

  get lanes(): number {
    return this.#large().lanes;
  }

  get scratch(): Uint8Array {
    return this.#wasm.scratch;
  }

  hashScratch(length: number): string {
    return length <= WASM_UP_TO.scratch ? this.#wasm.hashScratch(length) : this.#large().hashScratch(length);
  }

  hash(pieces: readonly Uint8Array[]): Uint8Array {
    let length = 0;
    for (const piece of pieces) length += piece.length;
    return length <= WASM_UP_TO.hash ? this.#wasm.hash(pieces) : this.#large().hash(pieces);
  }

  hashChunks(pieces: readonly Uint8Array[], chunkSize: number): Uint8Array {
    return this.#large().hashChunks(pieces, chunkSize);
  }

  /** The hasher for more than a few blocks. Measures once, when it is first asked. */
  #large(): Hasher {
    this.#hardware ??= hasHardwareSha256();
    return this.#hardware ? this.#native : this.#wasm;
  }
}
