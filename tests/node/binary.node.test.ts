/** Compression of buffers, as `somen/node` has it. */
import { DeserializationError, registry } from 'somen/node';
import { registry as portable } from 'somen';
import { expect, test } from 'vitest';

const series = Float64Array.from({ length: 50_000 }, (_, index) => Math.sin(index / 1000));
const noise = Uint8Array.from({ length: 50_000 }, () => 256 * Math.random());
const counter = Int32Array.from({ length: 50_000 }, (_, index) => index);

test('buffers that shrink are compressed, the others are not, and all come back', () => {
  const value = [series, noise, counter, 'x'];
  const { head, buffers } = registry.toBinary(value, { compress: true });
  expect(buffers[0]?.length).toBeLessThan(0.8 * series.byteLength);
  expect(buffers[1]?.buffer).toBe(noise.buffer);
  expect(buffers[2]?.length).toBeLessThan(0.05 * counter.byteLength);
  expect(registry.fromBinary({ head, buffers })).toEqual(value);
  expect(registry.fromBinary(registry.toBinaryFile(value, { compress: true }))).toEqual(value);
});

test('a damaged buffer is refused, and so is one beyond the limits', () => {
  const file = registry.toBinaryFile({ series, counter }, { compress: true });
  for (let at = 200; at < file.length; at += 4099) {
    const damaged = file.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 4;
    let back: unknown;
    try {
      back = registry.fromBinary(damaged);
    } catch (error) {
      expect(error).toBeInstanceOf(DeserializationError);
      continue;
    }
    // Padding between buffers does not count.
    expect(back).toEqual({ series, counter });
  }
  expect(() => registry.fromBinary(file, { limits: { bytes: file.length } })).toThrow(DeserializationError);
});

test("'somen' alone says where compressed data can be read", () => {
  const parts = registry.toBinary({ counter }, { compress: true });
  expect(() => portable.fromBinary(parts)).toThrow(/somen\/node and somen\/web/);
});
