/** Compression of buffers: ours beside the platform's `CompressionStream`. */
import { createCompressor } from '../../../dist/wasm/index.js';
import { compare, timed } from '../support/measure.mjs';
import { smallObjects } from './contents.mjs';

/**
 * Buffers, with the size of their elements.
 * @param {number} bytes
 */
function buffers(bytes) {
  const doubles = Float64Array.from({ length: bytes / 8 }, (_, index) => Math.sin(index / 1000));
  return {
    'a sine series of doubles': [new Uint8Array(doubles.buffer), 8],
    'the same, rounded to hundredths': [
      new Uint8Array(doubles.map((value) => Math.round(100 * value) / 100).buffer),
      8,
    ],
    'a counter of 32 bits': [new Uint8Array(Int32Array.from({ length: bytes / 4 }, (_, index) => 3 * index).buffer), 4],
    'JSON text': [new TextEncoder().encode(JSON.stringify(smallObjects(bytes / 96))), 1],
    'random bytes': [Uint8Array.from({ length: bytes }, () => 256 * Math.random()), 1],
  };
}

/**
 * Sizes, and milliseconds to compress and to restore.
 * @param {{ bytes: number, rounds: number }} options
 */
export async function measureCompression({ bytes, rounds }) {
  const compressor = createCompressor();
  const results = [];
  for (const [name, [buffer, elementSize]] of Object.entries(buffers(bytes))) {
    const compressed = compressor.compress(buffer, elementSize);
    const deflated = await through(buffer, new CompressionStream('deflate-raw'));
    const taken = await compare(
      [
        { name: 'lz4', sample: () => timed(() => compressor.compress(buffer, elementSize)) },
        { name: 'deflate', sample: () => timed(() => through(buffer, new CompressionStream('deflate-raw'))) },
        {
          name: 'un-lz4',
          sample: () => timed(() => compressed && compressor.decompress(compressed, buffer.length)),
        },
        { name: 'inflate', sample: () => timed(() => through(deflated, new DecompressionStream('deflate-raw'))) },
      ],
      { rounds },
    );
    results.push({
      name,
      encoding: compressed?.encoding ?? 'as it is',
      length: buffer.length,
      compressed: compressed?.bytes.length ?? buffer.length,
      deflated: deflated.length,
      taken,
    });
  }
  return results;
}

async function through(bytes, stream) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}
