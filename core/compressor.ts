/** The port of a compressor of buffers. What stands behind it, the runtime's layer says. */

/** A compressed buffer. */
export interface CompressedBuffer {
  /** How it was compressed, for the one who restores it: `lz4`, `shuffle8+lz4`. */
  readonly encoding: string;
  readonly bytes: Uint8Array;
}

/** Compresses and restores buffers, and verifies what it restores. */
export interface Compressor {
  /** Compresses a buffer of elements of `elementSize` bytes. `undefined` where it is not worth it. */
  compress(bytes: Uint8Array, elementSize: number): CompressedBuffer | undefined;
  /** The buffer of `length` bytes that was compressed. Throws an error where it is damaged. */
  decompress(compressed: CompressedBuffer, length: number): Uint8Array;
}
