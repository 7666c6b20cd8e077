/**
 * Messages in a stream of bytes. A frame is 16 bytes, little endian: the channel (32 bits), 32 bits that are 0, the
 * length of the body in bytes (64 bits); then the body: a message in the binary encoding of `core/binary.ts`, CBOR with
 * large buffers beside it, each at a multiple of 64 bytes.
 */
import type { BinaryParts } from '../../core/binary.ts';

/** What a stream begins with. A login shell may write something before it, which is skipped. */
export const PREAMBLE: Uint8Array = new TextEncoder().encode('\0somen/pilot/1\n\0');

const HEADER = 16;
/** Where buffers begin; see `core/binary.ts`. */
const ALIGNMENT = 64;
/** A frame up to this long goes out in one piece, in bytes. */
const ONE_PIECE = 65_536;
const PADDING = new Uint8Array(ALIGNMENT);

/** The pieces of a frame, to be written one after the other, and their length in all. */
export interface Frame {
  readonly pieces: readonly Uint8Array[];
  readonly length: number;
}

/** How long the frame of a message is, in bytes. */
export function frameLength({ head, buffers }: BinaryParts): number {
  let length = head.length;
  for (const buffer of buffers) length = Math.ceil(length / ALIGNMENT) * ALIGNMENT + buffer.length;
  return HEADER + length;
}

/** Writes a frame. Its large buffers stay where they are: nobody may change them until they are written. */
export function makeFrame(channel: number, { head, buffers }: BinaryParts): Frame {
  const header = new Uint8Array(HEADER);
  const pieces: Uint8Array[] = [header, head];
  let length = head.length;
  for (const buffer of buffers) {
    const padding = (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT;
    if (padding > 0) pieces.push(PADDING.subarray(0, padding));
    pieces.push(buffer);
    length += padding + buffer.length;
  }
  const view = new DataView(header.buffer);
  view.setUint32(0, channel, true);
  view.setBigUint64(8, BigInt(length), true);
  const whole = HEADER + length;
  return { pieces: whole <= ONE_PIECE ? [Buffer.concat(pieces, whole)] : pieces, length: whole };
}

/** Takes a frame: its channel, its body in a memory of its own, and its whole length. */
export type TakeFrame = (channel: number, body: Uint8Array<ArrayBuffer>, length: number) => void;

/** Puts frames together again. */
export class FrameReader {
  readonly #take: TakeFrame;
  /** The longest frame that is taken, in bytes: who has not said who it is may not fill the memory. */
  limit: number;
  readonly #header = new Uint8Array(HEADER);
  readonly #headerView = new DataView(this.#header.buffer);
  /** How much of the header is there. */
  #headed = 0;
  /** The body that is being read, */
  #body: Uint8Array<ArrayBuffer> | undefined;
  /** and how much of it is there. */
  #filled = 0;

  constructor(limit: number, take: TakeFrame) {
    this.limit = limit;
    this.#take = take;
  }

  /**
   * Takes what came next.
   * @throws RangeError where this is no frame, or one beyond the limit
   */
  push(chunk: Uint8Array): void {
    for (let position = 0; position < chunk.length;) {
      position += this.#body === undefined ? this.#readHeader(chunk, position) : this.#readBody(chunk, position);
      if (this.#body !== undefined && this.#filled === this.#body.length) this.#give(this.#body);
    }
  }

  #readHeader(chunk: Uint8Array, position: number): number {
    const count = Math.min(HEADER - this.#headed, chunk.length - position);
    this.#header.set(chunk.subarray(position, position + count), this.#headed);
    this.#headed += count;
    if (this.#headed === HEADER) this.#begin(Number(this.#headerView.getBigUint64(8, true)));
    return count;
  }

  #begin(length: number): void {
    if (this.#headerView.getUint32(4, true) !== 0) throw new RangeError('what was sent is no frame');
    if (length > this.limit) throw new RangeError(`a frame has ${length} bytes, more than the limit of ${this.limit}`);
    // Not zeroed: every byte is written before anybody reads it.
    this.#body = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    this.#filled = 0;
  }

  #readBody(chunk: Uint8Array, position: number): number {
    const body = this.#body as Uint8Array;
    const count = Math.min(body.length - this.#filled, chunk.length - position);
    body.set(chunk.subarray(position, position + count), this.#filled);
    this.#filled += count;
    return count;
  }

  #give(body: Uint8Array<ArrayBuffer>): void {
    this.#headed = 0;
    this.#body = undefined;
    this.#take(this.#headerView.getUint32(0, true), body, HEADER + body.length);
  }
}
