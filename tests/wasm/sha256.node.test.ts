import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNodeHasher } from '../../dist/node/hasher.js';
import { createWasmHasher } from '../../dist/wasm/index.js';
import { cutAt, hexOf, sampleBytes } from './support/bytes.ts';

/** The digest by `node:crypto`. */
function expected(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The digests by `node:crypto` of every `chunkSize` bytes. */
function expectedChunks(bytes: Uint8Array, chunkSize: number): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += chunkSize) text += expected(bytes.subarray(at, at + chunkSize));
  return text;
}

/** Bytes in shared memory. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

describe.each([
  { name: 'createWasmHasher with SIMD', create: () => createWasmHasher({ simd: true }) },
  { name: 'createWasmHasher without SIMD', create: () => createWasmHasher({ simd: false }) },
  { name: 'createNodeHasher', create: () => createNodeHasher() },
])('$name', ({ create }) => {
  const hasher = create();

  test('hash agrees with node:crypto when the message is cut anywhere', () => {
    fc.assert(
      fc.property(fc.nat(150_000), fc.array(fc.nat(150_000), { maxLength: 8 }), (length, splits) => {
        const bytes = sampleBytes(length);
        expect(hexOf(hasher.hash(cutAt(bytes, splits)))).toBe(expected(bytes));
      }),
      { numRuns: 50 },
    );
  });

  test('hash and hashScratch agree with node:crypto when the message has 0 to 700 bytes', () => {
    for (let length = 0; length <= 700; length++) {
      const bytes = sampleBytes(length);
      hasher.scratch.set(bytes);
      expect(hasher.hashScratch(length)).toBe(expected(bytes));
      expect(hexOf(hasher.hash([bytes]))).toBe(expected(bytes));
    }
  });

  test('hashChunks agrees with node:crypto when pieces, lengths and chunk sizes are any', () => {
    const splits = fc.array(fc.nat(60_000), { maxLength: 8 });
    fc.assert(
      fc.property(fc.nat(60_000), fc.integer({ min: 200, max: 30_000 }), splits, (length, chunkSize, at) => {
        const bytes = sampleBytes(length);
        expect(hexOf(hasher.hashChunks(cutAt(bytes, at), chunkSize))).toBe(expectedChunks(bytes, chunkSize));
      }),
      { numRuns: 50 },
    );
  });

  test('hash and hashChunks read shared memory', () => {
    const bytes = sampleBytes(100_000);
    expect(hexOf(hasher.hash([shared(bytes)]))).toBe(expected(bytes));
    expect(hexOf(hasher.hash([shared(bytes), shared(bytes)]))).toBe(expected(new Uint8Array([...bytes, ...bytes])));
    expect(hexOf(hasher.hashChunks([shared(bytes)], 20_000))).toBe(expectedChunks(bytes, 20_000));
  });

  test('hash and hashChunks return plain bytes of their own', () => {
    for (const length of [10, 10_000]) {
      const digest = hasher.hash([sampleBytes(length)]);
      expect(Object.getPrototypeOf(digest)).toBe(Uint8Array.prototype);
      expect(digest.buffer.byteLength).toBe(32);
      expect(Object.getPrototypeOf(hasher.hashChunks([sampleBytes(length)], 64))).toBe(Uint8Array.prototype);
    }
  });

  test('scratch has room for at least 4 KiB', () => {
    expect(hasher.scratch.length).toBeGreaterThanOrEqual(4096);
  });
});

test('createNodeHasher falls back on node:crypto when there is no WebAssembly', () => {
  const original: unknown = Reflect.get(globalThis, 'WebAssembly');
  try {
    Reflect.set(globalThis, 'WebAssembly', undefined);
    const hasher = createNodeHasher();
    expect(hasher.name).toBe('native');
    hasher.scratch.set(sampleBytes(40));
    expect(hasher.hashScratch(40)).toBe(expected(sampleBytes(40)));
  } finally {
    Reflect.set(globalThis, 'WebAssembly', original);
  }
});
