import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createArrayCodec, type TypedArray } from '../../dist/wasm/index.js';
import { bytesOf, hexOf, sameBytes, sampleBytes } from './support/bytes.ts';

/** The shuffle as its definition says. */
function shuffled(bytes: Uint8Array, elementSize: number): Uint8Array {
  const count = bytes.length / elementSize;
  return bytes.map((_, index) => bytes[(index % count) * elementSize + Math.floor(index / count)] ?? 0);
}

describe.each([{ simd: true }, { simd: false }])('createArrayCodec (simd: $simd)', ({ simd }) => {
  const codec = createArrayCodec({ simd });

  /** Tags of RFC 8746, table 1 and 2; lengths in the shortest form of RFC 8949, section 4.2.1. */
  const HEADS: readonly (readonly [array: TypedArray, hex: string])[] = [
    [new Uint8Array(0), 'd84040'],
    [new Uint8ClampedArray(23), 'd84457'],
    [new Uint16Array(12), 'd8455818'],
    [new Uint32Array(63), 'd84658fc'],
    [new BigUint64Array(32), 'd847590100'],
    [new Int8Array(255), 'd84858ff'],
    [new Int16Array(32_767), 'd84d59fffe'],
    [new Int32Array(16_384), 'd84e5a00010000'],
    [new BigInt64Array(1), 'd84f48'],
    [new Float32Array(2), 'd85548'],
    [new Float64Array(3), 'd8565818'],
  ];

  test('head gives tag and length when the array is any of the eleven kinds', () => {
    for (const [array, hex] of HEADS) expect(hexOf(codec.head(array))).toBe(hex);
  });

  test('head gives a row-major array when there is a shape', () => {
    // 40([[2, 3], 86(h'...48 bytes')]), after RFC 8746, section 3.1.1
    expect(codec.head(new Float64Array(6), [2, 3])).toEqual(bytesOf('d82882820203d8565830'));
    expect(codec.head(new Uint8Array(0), [0, 300])).toEqual(bytesOf('d82882820019012cd84040'));
  });

  test.each([[[2, 2]], [[6.5]], [[-2, -3]], [[Number.NaN]], [Array.from({ length: 65 }, () => 1)]])(
    'head throws a RangeError when the shape of six elements is %j',
    (shape) => {
      expect(() => codec.head(new Float64Array(6), shape)).toThrow(RangeError);
    },
  );

  test('shuffle regroups bytes and unshuffle restores them when elements have any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.nat(20_000), (elementSize, count) => {
        const bytes = sampleBytes(elementSize * Math.min(count, Math.floor(80_000 / elementSize)));
        const result = codec.shuffle(bytes, elementSize);
        expect(sameBytes(result, shuffled(bytes, elementSize))).toBe(true);
        expect(sameBytes(codec.unshuffle(result, elementSize), bytes)).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  test.each([0, -1, 1.5, 3, 257, Number.NaN])(
    'shuffle throws a RangeError when the element size of 8 bytes is %d',
    (elementSize) => {
      expect(() => codec.shuffle(new Uint8Array(8), elementSize)).toThrow(RangeError);
      expect(() => codec.unshuffle(new Uint8Array(8), elementSize)).toThrow(RangeError);
    },
  );
});
