import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCompressor, type CompressedBuffer } from '../../dist/wasm/index.js';
import { sameBytes, sampleBytes } from './support/bytes.ts';

function bytesOfArray(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer as ArrayBuffer, array.byteOffset, array.byteLength);
}

const text = new TextEncoder().encode(
  JSON.stringify(Array.from({ length: 20_000 }, (_, id) => ({ id, name: `user ${id % 97}`, flag: id % 3 === 0 }))),
);

function halfRandom(): Uint8Array {
  const noise = sampleBytes(100_000);
  return noise.map((byte, index) => (index % 2_000 < 1_000 ? byte : 5));
}

/** Buffers that shrink, with the size of their elements. */
const SHRINKING: Readonly<Record<string, readonly [bytes: Uint8Array, elementSize: number]>> = {
  text: [text, 1],
  zeros: [new Uint8Array(300_000), 1],
  'a slow series': [bytesOfArray(Float64Array.from({ length: 40_000 }, (_, index) => Math.sin(index / 1000))), 8],
  'a counter': [bytesOfArray(Int32Array.from({ length: 70_001 }, (_, index) => 3 * index)), 4],
  'a counter of 16 bits': [bytesOfArray(Uint16Array.from({ length: 70_001 }, (_, index) => index)), 2],
  'a run of one byte, longer than a length has bytes': [new Uint8Array(65_536).fill(7), 1],
  'half of it random': [halfRandom(), 1],
};

describe('createCompressor', () => {
  const compressor = createCompressor();

  test.each(Object.keys(SHRINKING))('%s comes back as it was, and is smaller', (name) => {
    const [bytes, elementSize] = SHRINKING[name] ?? [text, 1];
    const compressed = compressor.compress(bytes, elementSize);
    expect(compressed?.bytes.length).toBeLessThan(0.9 * bytes.length);
    expect(sameBytes(compressor.decompress(compressed as CompressedBuffer, bytes.length), bytes)).toBe(true);
  });

  test('what does not shrink is left alone', () => {
    for (const length of [0, 1, 12, 13, 64, 5000, 200_000])
      expect(compressor.compress(sampleBytes(length), 1)).toBeUndefined();
  });

  test('any repetitions of any lengths come back as they were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(3_000)), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.constantFrom(1, 2, 4, 8),
        (parts, elementSize) => {
          const bytes = Uint8Array.from(
            parts.flatMap(([part, times]) => Array.from({ length: times }, () => [...part]).flat()),
          );
          const compressed = compressor.compress(bytes, elementSize);
          if (compressed !== undefined)
            expect(sameBytes(compressor.decompress(compressed, bytes.length), bytes)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a damaged frame ends in a RangeError, and never in another content', () => {
    const bytes = text.subarray(0, 70_000);
    const { encoding, bytes: frame } = compressor.compress(bytes, 1) as CompressedBuffer;
    const attempt = (damaged: Uint8Array, length = bytes.length): void => {
      try {
        expect(sameBytes(compressor.decompress({ encoding, bytes: damaged }, length), bytes)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    };
    for (let at = 0; at < frame.length; at += at < 200 ? 1 : 37) {
      const damaged = frame.slice();
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      attempt(damaged);
      attempt(frame.subarray(0, at));
    }
    for (const length of [0, 1, bytes.length - 1, bytes.length + 1, 2 ** 40])
      expect(() => compressor.decompress({ encoding, bytes: frame }, length)).toThrow(RangeError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => attempt(noise)),
      { numRuns: 300 },
    );
    expect(() => compressor.decompress({ encoding: 'gzip', bytes: frame }, 1)).toThrow(/must be lz4/);
  });
});
