/**
 * Compression of buffers: the bytes of elements regrouped, or their differences, then LZ4. What comes out is a standard
 * LZ4 frame (github.com/lz4/lz4, doc/lz4_Frame_format.md) of independent blocks, with its checksum.
 */
import { createCompressionEngine, view, type CompressionExports } from './engine.ts';

/** What is done to a buffer's elements before LZ4: nothing, the shuffle, or differences and the shuffle. */
type Filter = 'none' | 'shuffle' | 'delta';

/** A compressed buffer. */
export interface CompressedBuffer {
  /** How: `lz4`, `shuffle8+lz4`, `delta4+shuffle4+lz4`. The numbers are the elements' size in bytes. */
  readonly encoding: string;
  readonly bytes: Uint8Array;
}

/** Compresses and restores buffers. */
export interface Compressor {
  /**
   * Compresses a buffer of elements of `elementSize` bytes (1, 2, 4 or 8). A sample decides how; `undefined` where it saves
   * less than a tenth.
   */
  compress(bytes: Uint8Array, elementSize: number): CompressedBuffer | undefined;
  /**
   * The buffer of `length` bytes that was compressed.
   * @throws RangeError where the frame is damaged, or gives another length
   */
  decompress(compressed: CompressedBuffer, length: number): Uint8Array;
}

/** The largest block (a 'block maximum size' of 4). */
const BLOCK = 65_536;
const MAGIC = 0x184d2204;
/** Version 1, independent blocks, with the content's size and checksum. */
const FLAGS = 0b0110_1100;
/** Blocks of up to 64 KiB. */
const BLOCK_DESCRIPTOR = 0x40;
/** Magic number, descriptor with the content's size, and the descriptor's checksum. */
const HEAD = 15;
/** Marks a block that stands as it is. */
const STORED = 0x8000_0000;
/** LZ4 cannot do better than this: one byte for 255. */
const MAX_RATIO = 256;
/** How much of a buffer is tried, in bytes, at how many places. */
const SAMPLE = { size: 16_384, places: 3 } as const;
/** What saves less is not worth its time. */
const MIN_SAVING = 0.1;

/** A compressor with an engine of its own. Throws an `Error` where WebAssembly is missing or refused. */
export function createCompressor(): Compressor {
  return new Lz4Compressor(createCompressionEngine());
}

class Lz4Compressor implements Compressor {
  readonly #exports: CompressionExports;
  readonly #input: Uint8Array;
  readonly #output: Uint8Array;

  constructor(exports: CompressionExports) {
    const { SHUFFLED, STAGING } = exports;
    this.#exports = exports;
    this.#input = view(exports, STAGING, BLOCK);
    this.#output = view(exports, SHUFFLED, BLOCK);
  }

  compress(bytes: Uint8Array, elementSize: number): CompressedBuffer | undefined {
    const filter = this.#chosenFilter(bytes, elementSize);
    if (filter === undefined) return undefined;
    const frame = this.#frame(bytes, filter, elementSize);
    if (frame.length > (1 - MIN_SAVING) * bytes.length) return undefined;
    return { encoding: encodingOf(filter, elementSize), bytes: frame };
  }

  #chosenFilter(bytes: Uint8Array, elementSize: number): Filter | undefined {
    const filters: Filter[] = elementSize === 1 ? ['none'] : ['none', 'shuffle', 'delta'];
    const samples = samplesOf(bytes);
    const total = samples.reduce((sum, sample) => sum + sample.length, 0);
    const sizes = filters.map((filter) =>
      samples.reduce((sum, sample) => sum + this.#blockSize(sample, filter, elementSize), 0),
    );
    const best = Math.min(...sizes);
    return best > (1 - MIN_SAVING) * total ? undefined : filters[sizes.indexOf(best)];
  }

  #blockSize(bytes: Uint8Array, filter: Filter, elementSize: number): number {
    this.#stage(bytes, filter, elementSize);
    return this.#exports.lz4Compress(bytes.length) || bytes.length;
  }

  /** Makes the bytes, filtered, the kernels' input. */
  #stage(bytes: Uint8Array, filter: Filter, elementSize: number): void {
    const exports = this.#exports;
    this.#input.set(bytes);
    // What is left of an element at the end of a buffer stays where it is.
    const count = Math.floor(bytes.length / elementSize);
    if (filter === 'none' || count === 0) return;
    if (filter === 'delta') exports.delta(count, elementSize);
    exports.shuffle(count, elementSize);
    exports.restage(count * elementSize);
  }

  #frame(bytes: Uint8Array, filter: Filter, elementSize: number): Uint8Array {
    const exports = this.#exports;
    const blocks = Math.ceil(bytes.length / BLOCK);
    const frame = new Uint8Array(HEAD + bytes.length + 4 * blocks + 8);
    const data = new DataView(frame.buffer);
    this.#writeHead(frame, data, bytes.length);
    let position = HEAD;
    const checksum = this.#checksum(bytes.length);
    for (let start = 0; start < bytes.length; start += BLOCK) {
      const block = bytes.subarray(start, start + BLOCK);
      this.#stage(block, filter, elementSize);
      checksum.add(exports.STAGING.value, block.length);
      const length = exports.lz4Compress(block.length);
      data.setUint32(position, length || (STORED | block.length) >>> 0, true);
      frame.set(length === 0 ? this.#input.subarray(0, block.length) : this.#output.subarray(0, length), position + 4);
      position += 4 + (length || block.length);
    }
    data.setUint32(position, 0, true);
    data.setUint32(position + 4, checksum.end(), true);
    return frame.slice(0, position + 8);
  }

  #writeHead(frame: Uint8Array, data: DataView, length: number): void {
    data.setUint32(0, MAGIC, true);
    data.setUint8(4, FLAGS);
    data.setUint8(5, BLOCK_DESCRIPTOR);
    data.setBigUint64(6, BigInt(length), true);
    data.setUint8(14, this.#headChecksum(frame));
  }

  /** The second byte of the checksum of the descriptor. */
  #headChecksum(frame: Uint8Array): number {
    const exports = this.#exports;
    this.#input.set(frame.subarray(4, 14));
    return (exports.xxhFinish(exports.STAGING.value, 10, 10) >>> 8) & 0xff;
  }

  /** The checksum of a content that comes in blocks. */
  #checksum(total: number): { add(at: number, length: number): void; end(): number } {
    const exports = this.#exports;
    let result = 0;
    let left = total;
    exports.xxhInit();
    if (total === 0) result = exports.xxhFinish(exports.STAGING.value, 0, 0);
    return {
      add: (at, length) => {
        const whole = length & ~15;
        exports.xxhUpdate(at, whole);
        left -= length;
        if (left === 0) result = exports.xxhFinish(at + whole, length - whole, total);
      },
      end: () => result >>> 0,
    };
  }

  decompress({ encoding, bytes }: CompressedBuffer, length: number): Uint8Array {
    const { filter, elementSize } = parseEncoding(encoding);
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#checkHead(bytes, data, length);
    const content = new Uint8Array(length);
    const checksum = this.#checksum(length);
    let position = HEAD;
    for (let start = 0; start < length; start += BLOCK) {
      const size = Math.min(BLOCK, length - start);
      position = this.#restore(bytes, data, position, size);
      checksum.add(this.#exports.SHUFFLED.value, size);
      this.#unfilter(size, filter, elementSize);
      content.set(this.#output.subarray(0, size), start);
    }
    const isEnd = position + 8 === bytes.length && data.getUint32(position, true) === 0;
    if (!isEnd || data.getUint32(position + 4, true) !== checksum.end()) throw damaged('its checksum is another one');
    return content;
  }

  #checkHead(bytes: Uint8Array, data: DataView, length: number): void {
    if (bytes.length < HEAD + 8 || data.getUint32(0, true) !== MAGIC) throw damaged('it does not begin as one');
    const isKnown = data.getUint8(4) === FLAGS && data.getUint8(5) === BLOCK_DESCRIPTOR;
    if (!isKnown || data.getUint8(14) !== this.#headChecksum(bytes)) throw damaged('its head is another one');
    if (data.getBigUint64(6, true) !== BigInt(length)) throw damaged(`its content is not ${length} bytes long`);
    if (length > MAX_RATIO * bytes.length) throw damaged(`it cannot hold ${length} bytes`);
  }

  /** Leaves the content of one block, and returns where the next one begins. */
  #restore(bytes: Uint8Array, data: DataView, position: number, size: number): number {
    if (position + 4 > bytes.length) throw damaged('it is cut off');
    const head = data.getUint32(position, true);
    const length = head & ~STORED;
    const block = bytes.subarray(position + 4, position + 4 + length);
    if (block.length !== length || length === 0 || length > BLOCK) throw damaged('it is cut off');
    if (head >= STORED) {
      if (length !== size) throw damaged('a block has another length');
      this.#output.set(block);
    } else {
      this.#input.set(block);
      if (this.#exports.lz4Decompress(length, size) !== size) throw damaged('a block is no LZ4 block');
    }
    return position + 4 + length;
  }

  #unfilter(size: number, filter: Filter, elementSize: number): void {
    const exports = this.#exports;
    const count = Math.floor(size / elementSize);
    if (filter === 'none' || count === 0) return;
    exports.restage(count * elementSize);
    exports.unshuffle(count, elementSize);
    if (filter === 'delta') exports.undelta(count, elementSize);
  }
}

/** Blocks from the beginning, the middle and the end. */
function samplesOf(bytes: Uint8Array): Uint8Array[] {
  const { size, places } = SAMPLE;
  if (bytes.length <= places * size) return bytes.length > BLOCK ? [bytes.subarray(0, BLOCK)] : [bytes];
  return Array.from({ length: places }, (_, index) => {
    const start = Math.floor((index * (bytes.length - size)) / (places - 1));
    // Where elements begin, whatever their size is.
    return bytes.subarray(start & ~7, (start & ~7) + size);
  });
}

function encodingOf(filter: Filter, elementSize: number): string {
  if (filter === 'none') return 'lz4';
  return filter === 'shuffle' ? `shuffle${elementSize}+lz4` : `delta${elementSize}+shuffle${elementSize}+lz4`;
}

function parseEncoding(encoding: string): { readonly filter: Filter; readonly elementSize: number } {
  for (const elementSize of [1, 2, 4, 8])
    for (const filter of ['none', 'shuffle', 'delta'] as const)
      if (encodingOf(filter, elementSize) === encoding) return { filter, elementSize };
  throw new RangeError(
    `Cannot restore a buffer: current value of its encoding is '${encoding.slice(0, 80)}', it must be lz4, shuffleN+lz4 or deltaN+shuffleN+lz4`,
  );
}

function damaged(why: string): RangeError {
  return new RangeError(`Cannot restore a buffer: the LZ4 frame is damaged, ${why}`);
}
