import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentId, toHex } from '../../dist/core/hasher.js';
import { chunksOf, createPortableHasher } from '../../dist/core/sha256.js';
import { createWasmHasher } from '../../dist/wasm/index.js';
import { CAVS_SHORT } from '../wasm/vectors/cavs.js';
import { bytesOf } from '../wasm/support/bytes.js';

const hasher = createPortableHasher();

/** FIPS 180-2, appendix B. */
const FIPS: readonly (readonly [message: string, digest: string])[] = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
];

describe('createPortableHasher', () => {
  test('a portable hasher gives the digests of FIPS 180-2', () => {
    for (const [message, digest] of FIPS) expect(toHex(hasher.hash([new TextEncoder().encode(message)]))).toBe(digest);
  });

  test('a portable hasher gives the digests of NIST CAVS', () => {
    for (const [message, digest] of CAVS_SHORT) expect(toHex(hasher.hash([bytesOf(message)]))).toBe(digest);
  });

  test('a portable hasher agrees with WebAssembly for random bytes in random pieces, also in chunks and in its scratch', () => {
    const wasm = createWasmHasher();
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 200 }),
        (pieces, chunkSize) => {
          expect(toHex(hasher.hash(pieces))).toBe(toHex(wasm.hash(pieces)));
          expect(toHex(hasher.hashChunks(pieces, chunkSize))).toBe(toHex(wasm.hashChunks(pieces, chunkSize)));
          const whole = pieces.flatMap((piece) => [...piece]);
          hasher.scratch.set(whole);
          expect(hasher.hashScratch(whole.length)).toBe(toHex(wasm.hash(pieces)));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('contentId', () => {
  test('contentId is the plain SHA-256 up to 4 MiB, and above that of the digests of the chunks', () => {
    const bytes = new Uint8Array(2 ** 22 + 1).fill(7);
    const whole = bytes.subarray(0, 2 ** 22);
    expect(contentId(hasher, [whole])).toEqual({ length: 2 ** 22, digest: toHex(hasher.hash([whole])) });
    const digests = [whole, bytes.subarray(2 ** 22)].map((chunk) => hasher.hash([chunk]));
    expect(contentId(hasher, [bytes])).toEqual({ length: 2 ** 22 + 1, digest: toHex(hasher.hash(digests)) });
    expect(contentId(hasher, [bytes.subarray(0, 5), bytes.subarray(5)])).toEqual(contentId(hasher, [bytes]));
  });
});

describe('chunksOf', () => {
  test('chunksOf cuts pieces into chunks of one size and a rest, without a copy', () => {
    const pieces = [Uint8Array.of(1, 2, 3), new Uint8Array(0), Uint8Array.of(4, 5, 6, 7, 8)];
    const chunks = [...chunksOf(pieces, 3)];
    expect(chunks.map((chunk) => chunk.flatMap((part) => [...part]))).toEqual([
      [1, 2, 3],
      [4, 5, 6],
      [7, 8],
    ]);
    expect(chunks.flat().every((part) => pieces.some((piece) => piece.buffer === part.buffer))).toBe(true);
    expect([...chunksOf([], 3)]).toEqual([]);
  });
});
