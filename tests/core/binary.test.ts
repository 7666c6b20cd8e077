import * as fc from 'fast-check';
import { DeserializationError, registry } from 'somen';
import { describe, expect, test } from 'vitest';
import { values } from './support/values.js';

const numbers = Float64Array.from({ length: 10_000 }, (_, index) => index / 3);

describe('toBinary', () => {
  test('a large array is referred to, and not copied; read, it is a view', () => {
    const { head, buffers } = registry.toBinary({ numbers, small: new Uint8Array(10) });
    expect(head.length).toBeLessThan(120);
    expect(buffers).toHaveLength(1);
    expect(buffers[0]?.buffer).toBe(numbers.buffer);
    const back = registry.fromBinary({ head, buffers }) as { numbers: Float64Array };
    expect(back.numbers.buffer).toBe(numbers.buffer);
    expect(back).toEqual({ numbers, small: new Uint8Array(10) });
  });

  test('in one piece, buffers begin at multiples of 64 bytes, and are read as views', () => {
    const value = [new Uint8Array(1025), numbers, new Int16Array(3000), new BigInt64Array(200)];
    const file = registry.toBinaryFile(value);
    const back = registry.fromBinary(file) as typeof value;
    expect(back).toEqual(value);
    for (const array of back) {
      expect(array.buffer).toBe(file.buffer);
      expect(array.byteOffset % 64).toBe(0);
    }
  });

  test('a value is read wherever it begins', () => {
    const file = registry.toBinaryFile({ numbers });
    for (const offset of [1, 4, 8, 13]) {
      const moved = new Uint8Array(file.length + offset + 3);
      moved.set(file, offset);
      expect(registry.fromBinary(moved.subarray(offset, offset + file.length))).toEqual({ numbers });
    }
  });

  test('parts go through structured clone, and shared memory stays shared', () => {
    const parts = structuredClone(registry.toBinary([numbers, 'x']));
    expect(registry.fromBinary(parts)).toEqual([numbers, 'x']);
  });

  test('parts are handed over, and read on the other side without a copy', () => {
    const { head, buffers } = registry.toBinary([numbers.slice(), new Uint8Array(2000).fill(3)]);
    const moved = structuredClone({ head, buffers }, { transfer: buffers.map(({ buffer }) => buffer as ArrayBuffer) });
    expect(buffers[0]?.length).toBe(0);
    const [first] = registry.fromBinary(moved) as [Float64Array];
    expect(first).toEqual(numbers);
    expect(first.buffer).toBe(moved.buffers[0]?.buffer);
  });

  test('one array that is met twice is one buffer', () => {
    const { buffers } = registry.toBinary([numbers, { again: numbers }]);
    expect(buffers).toHaveLength(1);
  });

  test('random values come back as they were', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(registry.fromBinary(registry.toBinary(value))).toEqual(value);
        expect(registry.fromBinary(registry.toBinaryFile(value))).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test("'somen' alone cannot compress, and says where one can", () => {
    expect(() => registry.toBinary(numbers, { compress: true })).toThrow(/somen\/node or somen\/web/);
  });

  test('what is no binary encoding is refused', () => {
    const file = registry.toBinaryFile({ numbers });
    const parts = registry.toBinary({ numbers });
    const bad: (() => unknown)[] = [
      () => registry.fromBinary(new Uint8Array(0)),
      () => registry.fromBinary(file.subarray(0, 15)),
      () => registry.fromBinary(file.subarray(0, 30)),
      () => registry.fromBinary(file.subarray(0, file.length - 1)),
      () => registry.fromBinary(new Uint8Array([...file, 0])),
      () => registry.fromBinary(file.slice().fill(0, 0, 4)),
      () => registry.fromBinary({ head: parts.head, buffers: [] }),
      () => registry.fromBinary({ head: parts.head, buffers: [new Uint8Array(5)] }),
      () => registry.fromBinary(file, { limits: { bytes: 100 } }),
    ];
    for (const read of bad) expect(read).toThrow(DeserializationError);
  });
});
