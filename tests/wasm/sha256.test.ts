import * as fc from 'fast-check';
import { createSHA256, type IHasher } from 'hash-wasm';
import { beforeAll, describe, expect, test } from 'vitest';
import { createWasmHasher, type WasmHasher } from '../../dist/wasm/index.js';
import { asciiBytes, bytesOf, cutAt, hexOf, sampleBytes } from './support/bytes.ts';
import { CAVS_LONG, CAVS_SHORT } from './vectors/cavs.ts';

/** FIPS 180-4's examples (NIST's 'SHA256.pdf') and the well-known ones of FIPS 180-2, appendix B. */
const FIPS: readonly (readonly [message: string, digest: string])[] = [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
    '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  ],
  [
    'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu',
    'cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1',
  ],
  ['a'.repeat(1_000_000), 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0'],
];

/** Around the ends of a block, of its padding, of a lane's stripe and of the staging buffer. */
const EDGES = [
  0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 16_383, 16_384, 16_385, 65_535, 65_536, 65_537, 131_072,
];

let oracle: IHasher;
beforeAll(async () => {
  oracle = await createSHA256();
});

/** The digest by hash-wasm. */
function expected(bytes: Uint8Array): string {
  return oracle.init().update(bytes).digest();
}

/** The digests by hash-wasm of every `chunkSize` bytes. */
function expectedChunks(bytes: Uint8Array, chunkSize: number): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += chunkSize) text += expected(bytes.subarray(at, at + chunkSize));
  return text;
}

/** The hex digest of bytes put into the scratch. */
function viaScratch(hasher: WasmHasher, bytes: Uint8Array): string {
  hasher.scratch.set(bytes);
  return hasher.hashScratch(bytes.length);
}

describe.each([
  { name: 'wasm-simd', simd: true },
  { name: 'wasm', simd: false },
])('createWasmHasher ($name)', ({ name, simd }) => {
  const hasher = createWasmHasher({ simd });

  test('name tells which module computes', () => {
    expect(hasher.name).toBe(name);
  });

  test('hash and create agree with NIST when the messages are the examples of FIPS 180-4', () => {
    for (const [message, digest] of FIPS) {
      expect(hexOf(hasher.hash([asciiBytes(message)]))).toBe(digest);
      expect(hexOf(hasher.create().update(asciiBytes(message)).digest())).toBe(digest);
    }
  });

  test('hash, hashScratch, hashBatch and create agree with NIST when the messages are those of CAVS', () => {
    for (const [message, digest] of [...CAVS_SHORT, ...CAVS_LONG]) {
      const bytes = bytesOf(message);
      expect(hexOf(hasher.hash([bytes]))).toBe(digest);
      expect(viaScratch(hasher, bytes)).toBe(digest);
      expect(hexOf(hasher.hashBatch([bytes, bytes, bytes, bytes]))).toBe(digest.repeat(4));
      expect(hexOf(hasher.create().update(bytes).digest())).toBe(digest);
    }
  });

  test.each(EDGES)(
    'hash, hashScratch, hashBatch and create agree with hash-wasm when the message has %i bytes',
    (length) => {
      const bytes = sampleBytes(length);
      const digest = expected(bytes);
      expect(hexOf(hasher.hash([bytes]))).toBe(digest);
      expect(hexOf(hasher.create().update(bytes).digest())).toBe(digest);
      expect(hexOf(hasher.hashBatch([bytes, bytes, bytes]))).toBe(digest.repeat(3));
      if (length <= hasher.scratch.length) expect(viaScratch(hasher, bytes)).toBe(digest);
    },
  );

  test('hash gives the digest of the concatenation when the pieces are cut anywhere', () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(), fc.array(fc.nat(200_000), { maxLength: 12 }), (length, seed, splits) => {
        const bytes = sampleBytes(length, seed);
        expect(hexOf(hasher.hash(cutAt(bytes, splits)))).toBe(expected(bytes));
      }),
      { numRuns: 40 },
    );
  });

  test('hash gives the digest of nothing when there are no pieces', () => {
    expect(hexOf(hasher.hash([]))).toBe(expected(new Uint8Array()));
    expect(hexOf(hasher.hash([new Uint8Array(), new Uint8Array()]))).toBe(expected(new Uint8Array()));
  });

  test('hash returns bytes of its own when it is called again', () => {
    const first = hasher.hash([asciiBytes('abc')]);
    hasher.hash([asciiBytes('abcd')]);
    expect(first.buffer.byteLength).toBe(32);
    expect(hexOf(first)).toBe(expected(asciiBytes('abc')));
  });

  test('hashScratch reads the scratch and nothing behind it when earlier contents are left there', () => {
    hasher.scratch.fill(0xff);
    for (const length of [0, 3, 55, 56, 64, 100]) {
      const bytes = sampleBytes(length, 7);
      expect(viaScratch(hasher, bytes)).toBe(expected(bytes));
    }
  });

  test.each([-1, 65_537, Number.NaN])('hashScratch throws a RangeError when the length is %d', (length) => {
    expect(() => hasher.hashScratch(length)).toThrow(RangeError);
  });

  test('hashScratch has room for at least 4 KiB', () => {
    expect(hasher.scratch.length).toBeGreaterThanOrEqual(4096);
  });

  describe('hashChunks', () => {
    test.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('agrees with hash-wasm when there are %i chunks', (count) => {
      for (const chunkSize of [64, 1000, 20_000, 70_000]) {
        for (const surplus of [-1, 0, 1]) {
          const bytes = sampleBytes(count * chunkSize + surplus, count);
          expect(hexOf(hasher.hashChunks([bytes], chunkSize))).toBe(expectedChunks(bytes, chunkSize));
        }
      }
    });

    test('agrees with hash-wasm when pieces, lengths and chunk sizes are any', () => {
      const splits = fc.array(fc.nat(100_000), { maxLength: 10 });
      fc.assert(
        fc.property(fc.nat(100_000), fc.integer({ min: 300, max: 60_000 }), splits, (length, chunkSize, at) => {
          const bytes = sampleBytes(length, chunkSize);
          expect(hexOf(hasher.hashChunks(cutAt(bytes, at), chunkSize))).toBe(expectedChunks(bytes, chunkSize));
        }),
        { numRuns: 40 },
      );
    });

    test('gives no digest when there are no bytes', () => {
      expect(hasher.hashChunks([], 64)).toEqual(new Uint8Array());
      expect(hasher.hashChunks([new Uint8Array()], 64)).toEqual(new Uint8Array());
    });

    test('gives one digest a byte when the chunk size is 1', () => {
      const bytes = sampleBytes(9);
      expect(hexOf(hasher.hashChunks([bytes], 1))).toBe(expectedChunks(bytes, 1));
    });

    test.each([0, -4, 1.5, Number.NaN, Infinity])('throws a RangeError when the chunk size is %d', (chunkSize) => {
      expect(() => hasher.hashChunks([sampleBytes(10)], chunkSize)).toThrow(RangeError);
    });
  });

  describe('hashBatch', () => {
    test('gives the digests in the order of the inputs when lengths are mixed', () => {
      const length = fc.constantFrom(0, 5, 32, 64, 200, 17_000);
      fc.assert(
        fc.property(fc.array(length, { maxLength: 30 }), (lengths) => {
          const inputs = lengths.map((each, index) => sampleBytes(each, index));
          expect(hexOf(hasher.hashBatch(inputs))).toBe(inputs.map(expected).join(''));
        }),
        { numRuns: 40 },
      );
    });

    test('gives no digest when there are no inputs', () => {
      expect(hasher.hashBatch([])).toEqual(new Uint8Array());
    });
  });

  describe('create', () => {
    test('gives the digest of the concatenation when updates are cut anywhere', () => {
      fc.assert(
        fc.property(fc.nat(150_000), fc.array(fc.nat(150_000), { maxLength: 12 }), (length, splits) => {
          const bytes = sampleBytes(length);
          const hash = hasher.create();
          for (const piece of cutAt(bytes, splits)) hash.update(piece);
          expect(hexOf(hash.digest())).toBe(expected(bytes));
        }),
        { numRuns: 40 },
      );
    });

    test('keeps two messages apart when they are updated in turn', () => {
      const [first, second] = [sampleBytes(5000, 1), sampleBytes(5000, 2)];
      const [one, two] = [hasher.create(), hasher.create()];
      for (let at = 0; at < 5000; at += 77) {
        one.update(first.subarray(at, at + 77));
        hasher.hash([second]);
        two.update(second.subarray(at, at + 77));
        hasher.hashBatch([first, second, first, second]);
      }
      expect(hexOf(one.digest())).toBe(expected(first));
      expect(hexOf(two.digest())).toBe(expected(second));
    });

    test('goes on when a digest was taken in between', () => {
      const bytes = sampleBytes(300);
      const hash = hasher.create().update(bytes.subarray(0, 100));
      expect(hexOf(hash.digest())).toBe(expected(bytes.subarray(0, 100)));
      expect(hexOf(hash.digest())).toBe(expected(bytes.subarray(0, 100)));
      expect(hexOf(hash.update(bytes.subarray(100)).digest())).toBe(expected(bytes));
    });
  });
});

test('createWasmHasher names the policy to change when WebAssembly is refused', () => {
  const original: unknown = Reflect.get(globalThis, 'WebAssembly');
  try {
    Reflect.set(globalThis, 'WebAssembly', undefined);
    expect(() => createWasmHasher()).toThrow("'wasm-unsafe-eval'");
  } finally {
    Reflect.set(globalThis, 'WebAssembly', original);
  }
});

test('two hashers do not share memory when both are in use', () => {
  const [one, two] = [createWasmHasher(), createWasmHasher()];
  one.scratch.set(asciiBytes('abc'));
  two.scratch.set(asciiBytes('xyz'));
  expect(one.hashScratch(3)).toBe(expected(asciiBytes('abc')));
  expect(two.hashScratch(3)).toBe(expected(asciiBytes('xyz')));
});
