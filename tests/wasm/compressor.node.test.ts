/** LZ4 frames against another implementation. */
import { compress, decompress } from 'lz4js';
import { expect, test } from 'vitest';
import { createCompressor } from '../../dist/wasm/index.js';

const compressor = createCompressor();
const text = new TextEncoder().encode(
  JSON.stringify(Array.from({ length: 30_000 }, (_, id) => ({ id, name: `user ${id % 97}`, x: id / 7 }))),
);

test.each([400, 1000, 65_536, 65_537, 500_000])('another implementation reads our frames of %d bytes', (length) => {
  const bytes = text.subarray(0, length);
  const frame = compressor.compress(bytes, 1);
  expect(frame?.encoding).toBe('lz4');
  expect(Buffer.compare(decompress(frame?.bytes ?? bytes), bytes)).toBe(0);
});

test('a frame of another implementation is told from ours by its head', () => {
  const frame = compress(text);
  expect(() => compressor.decompress({ encoding: 'lz4', bytes: frame }, text.length)).toThrow(
    /its head is another one/,
  );
});
