import { DeserializationError, fromNpy, SerializationError, toNpy, type NdArray } from 'somen';
import { describe, expect, test } from 'vitest';

/** What `numpy.save` writes for `numpy.arange(6, dtype='<i4').reshape(2, 3)` (NumPy 1.24). */
const HEADER = "{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }";

function npy(header: string, data: ArrayBufferView, version: readonly number[] = [1, 0]): Uint8Array {
  const size = version[0] === 1 ? 2 : 4;
  const padding = 64 - ((8 + size + header.length + 1) % 64);
  const text = new TextEncoder().encode(`${header}${' '.repeat(padding % 64)}\n`);
  const length = new Uint8Array([text.length & 0xff, text.length >>> 8, 0, 0]).subarray(0, size);
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return new Uint8Array([0x93, ...new TextEncoder().encode('NUMPY'), ...version, ...length, ...text, ...bytes]);
}

describe('toNpy', () => {
  test('writes what NumPy writes', () => {
    const data = Int32Array.of(0, 1, 2, 3, 4, 5);
    const bytes = toNpy({ data, shape: [2, 3] });
    expect(bytes).toEqual(npy(HEADER, data));
    expect(bytes.length).toBe(128 + 24);
  });

  test('what was written comes back, of each type and shape', () => {
    const arrays: NdArray[] = [
      { data: Int8Array.of(-1, 2), shape: [2] },
      { data: Uint8Array.of(255), shape: [] },
      { data: Int16Array.of(-1, 2, 3, 4), shape: [2, 1, 2] },
      { data: new Uint16Array(0), shape: [0, 3] },
      { data: Uint32Array.of(1), shape: [1, 1] },
      { data: BigInt64Array.of(-1n, 2n), shape: [2] },
      { data: BigUint64Array.of(2n ** 63n), shape: [1] },
      { data: Float32Array.of(1.5, Number.NaN), shape: [2] },
      { data: Float64Array.from({ length: 1000 }, (_, index) => index), shape: [10, 100] },
    ];
    for (const array of arrays) {
      const back = fromNpy(toNpy(array));
      expect(back).toEqual(array);
      expect(back.data.byteOffset % 64).toBe(0);
    }
    expect(fromNpy(toNpy(Uint8ClampedArray.of(1, 2)))).toEqual({ data: Uint8Array.of(1, 2), shape: [2] });
  });

  test('strided arrays are written in row-major order', () => {
    const data = Float64Array.of(1, 2, 3, 4, 5, 6);
    expect(fromNpy(toNpy({ data, shape: [3, 2], stride: [1, 3], offset: 0 })).data).toEqual(
      Float64Array.of(1, 4, 2, 5, 3, 6),
    );
    expect(fromNpy(toNpy({ data, shape: [3], stride: [-2], offset: 5 })).data).toEqual(Float64Array.of(6, 4, 2));
    expect(fromNpy(toNpy({ data, shape: [2], offset: 3 })).data).toEqual(Float64Array.of(4, 5));
  });

  test('refuses what NumPy cannot have and shapes beyond the data', () => {
    expect(() => toNpy(new DataView(new ArrayBuffer(4)) as never)).toThrow(SerializationError);
    expect(() => toNpy({ data: Int8Array.of(1, 2), shape: [3] })).toThrow(RangeError);
    expect(() => toNpy({ data: Int8Array.of(1, 2), shape: [2], stride: [2] })).toThrow(RangeError);
    expect(() => toNpy({ data: Int8Array.of(1, 2), shape: [2], offset: -1 })).toThrow(RangeError);
  });
});

describe('fromNpy', () => {
  test('reads versions 1 to 3, either byte order, either order of elements, and booleans', () => {
    const data = Int32Array.of(0, 1, 2, 3, 4, 5);
    for (const version of [
      [1, 0],
      [2, 0],
      [3, 0],
    ])
      expect(fromNpy(npy(HEADER, data, version))).toEqual({ data, shape: [2, 3] });
    const swapped = new DataView(new ArrayBuffer(8));
    swapped.setInt32(0, 7);
    swapped.setInt32(4, -2);
    expect(fromNpy(npy("{'descr': '>i4', 'fortran_order': False, 'shape': (2,), }", swapped)).data).toEqual(
      Int32Array.of(7, -2),
    );
    expect(fromNpy(npy("{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3), }", data))).toEqual({
      data: Int32Array.of(0, 2, 4, 1, 3, 5),
      shape: [2, 3],
    });
    expect(fromNpy(npy("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", Uint8Array.of(1, 0))).data).toEqual(
      Uint8Array.of(1, 0),
    );
  });

  test('refuses other types and damaged files, and says why', () => {
    const of = (descr: string, shape = '(1,)'): string =>
      `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
    const one = Float64Array.of(1);
    const bad: [Uint8Array, RegExp][] = [
      [new Uint8Array(0), /no \.npy file/],
      [npy(HEADER, one, [4, 0]), /version 4/],
      [npy(of("'|O'"), one), /type '\|O'/],
      [npy(of("'<c16'"), one), /type '<c16'/],
      [npy(of("'<U2'"), one), /type '<U2'/],
      [npy(of("[('a', '<f8')]"), one), /type/],
      [npy(of("'<f8'", '(2,)'), one), /needs 16 bytes, and it has 8/],
      [npy(of("'<f8'", '(99999999999, 99999999)'), one), /needs/],
      [npy('__import__("os")', one), /its header is not one/],
      [npy(HEADER, one).subarray(0, 60), /cut off/],
    ];
    for (const [bytes, message] of bad) {
      expect(() => fromNpy(bytes)).toThrow(DeserializationError);
      expect(() => fromNpy(bytes)).toThrow(message);
    }
  });
});
