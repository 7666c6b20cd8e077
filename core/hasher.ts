/**
 * The port through which core hashes. Which engine stands behind it (wasm, native, plain JavaScript) is
 * chosen by the runtime's layer, by measurement, and never changes a digest.
 */

/** An engine that computes SHA-256 (FIPS 180-4). All digests are 32 bytes; hex digests are 64 lower-case characters. */
export interface Hasher {
  /** What computes, for reports: `'wasm-simd'`, `'wasm'`, `'native'`, `'javascript'`. */
  readonly name: string;

  /** How many chunks {@link hashChunks} takes at once: so many go to another thread together. */
  readonly lanes: number;

  /**
   * Memory of the engine into which the canonical encoder writes, so that small keys are hashed where they stand.
   * At least 4 KiB. Read it anew before each use: the engine may have moved it. Its contents do not survive
   * any other call of the engine.
   */
  readonly scratch: Uint8Array;

  /** The hex SHA-256 of the first `length` bytes of {@link scratch}. */
  hashScratch(length: number): string;

  /** The SHA-256 of the concatenation of `pieces`, as 32 bytes. Nothing is copied that need not be. */
  hash(pieces: readonly Uint8Array[]): Uint8Array;

  /**
   * The SHA-256 of every `chunkSize` bytes of the concatenation of `pieces` (the last chunk may be shorter),
   * as the concatenated 32-byte digests in order. Engines that can hash several chunks at once do so here.
   */
  hashChunks(pieces: readonly Uint8Array[], chunkSize: number): Uint8Array;
}

/** What TypeScript calls `Uint8Array<ArrayBuffer>` from 5.7 on, and `Uint8Array` before: declarations are read by both. */
export type Bytes = ReturnType<Uint8ArrayConstructor['of']>;

/** Content above this many bytes (4 MiB) is hashed in chunks of this size. See `core/README.md`, 'Digests of content'. */
export const CHUNK_SIZE = 4_194_304;

/** The digest of a content together with its length in bytes, which tells a content from a list of digests. */
export interface ContentId {
  readonly length: number;
  /** 64 hex characters. */
  readonly digest: string;
}

/**
 * The digest of a content: plain SHA-256 up to 4 MiB; above, the SHA-256 of the concatenated SHA-256 digests of
 * its 4 MiB chunks (the published Dropbox content hash).
 */
export function contentId(hasher: Hasher, pieces: readonly Uint8Array[]): ContentId {
  const length = byteLength(pieces);
  const bytes = length <= CHUNK_SIZE ? hasher.hash(pieces) : hasher.hash([hasher.hashChunks(pieces, CHUNK_SIZE)]);
  return { length, digest: toHex(bytes) };
}

/** The sum of the pieces' lengths in bytes. */
export function byteLength(pieces: readonly Uint8Array[]): number {
  let length = 0;
  for (const piece of pieces) length += piece.byteLength;
  return length;
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex of `bytes`. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** The value of each hex digit, by its character code. */
const DIGITS: readonly (number | undefined)[] = Array.from({ length: 103 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? undefined : digit;
});

/** The bytes of a hex string. Throws a `RangeError` where it is not hex. */
export function fromHex(text: string): Bytes {
  const bytes = new Uint8Array(text.length >>> 1);
  let isHex = text.length % 2 === 0;
  for (let index = 0; index < bytes.length; index++) {
    const high = DIGITS[text.charCodeAt(2 * index)];
    const low = DIGITS[text.charCodeAt(2 * index + 1)];
    if (high === undefined || low === undefined) isHex = false;
    else bytes[index] = 16 * high + low;
  }
  if (!isHex) throw new RangeError(`Cannot read hex: current value is '${text.slice(0, 80)}'`);
  return bytes;
}
