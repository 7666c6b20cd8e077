/**
 * Writes CBOR (RFC 8949) in its core deterministic encoding (section 4.2.1): definite lengths, shortest heads,
 * shortest floats. It knows bytes and heads; which value becomes which item is `encode.ts`.
 */

/** Major types of RFC 8949, section 3.1, as the three high bits of the initial byte. */
export const MAJOR = {
  unsigned: 0x00,
  negative: 0x20,
  bytes: 0x40,
  text: 0x60,
  array: 0x80,
  map: 0xa0,
  tag: 0xc0,
} as const;

/** Binary data from this size on is not copied into the writer: it stands as a piece of its own. */
const OUT_OF_LINE = 1024;
/** Size in bytes of the blocks that follow the first one. */
const BLOCK_SIZE = 65_536;
/** Strings up to this length are written character by character: cheaper than a call of the encoder while they are ASCII. */
const SHORT_STRING = 64;

/** Up to this many bytes a loop is faster than a call of `set`. */
const FEW = 24;

const textEncoder = new TextEncoder();
const float64 = new Float64Array(1);
const float64Bytes = new Uint8Array(float64.buffer);
const float32 = new Float32Array(1);
const float32Bytes = new Uint8Array(float32.buffer);
const float32Bits = new Uint32Array(float32.buffer);

/** Stands for a byte string that is elsewhere: its index follows. Only in the binary encoding, and in no registry. */
export const BESIDE_TAG = 40_000;

/** A byte string that stands beside what is written. */
export interface BufferBeside {
  readonly bytes: Uint8Array;
  readonly elementSize: number;
}

/** A place in what was written. */
export interface WriterMark {
  readonly pieces: number;
  readonly block: Uint8Array;
  readonly position: number;
  readonly start: number;
}

/** A growing sequence of bytes. It starts in a memory that the caller gives, so that small results need no copy. */
export class CborWriter {
  /**
   * One that stays. V8 forgets the layout of a class's instances when a full collection finds none, and with it the
   * machine code that relies on it: measured after each of those, the next call took 20 ms instead of 4.
   */
  static readonly kept: CborWriter = new CborWriter(new Uint8Array(0));

  /** What is full already, in order. */
  readonly #pieces: Uint8Array[] = [];
  #block: Uint8Array;
  #position: number;
  /** Where in the current block the bytes begin that are not among the pieces yet. */
  #start: number;

  /** Large binary data that stands beside, where it may. */
  readonly #beside: BufferBeside[] | undefined;

  /** Writes into `memory` from `position` on. Large binary data goes into `beside`, if that is given. */
  constructor(memory: Uint8Array, position = 0, beside?: BufferBeside[]) {
    this.#beside = beside;
    this.#block = memory;
    this.#position = position;
    this.#start = position;
  }

  /** Whether all bytes still stand in the memory given at the start. */
  get inMemory(): boolean {
    return this.#pieces.length === 0;
  }

  /** How many bytes of the current block are written. While {@link inMemory}, the length of the whole. */
  get position(): number {
    return this.#position;
  }

  /** Forgets what was written after `position`. Only while {@link inMemory}. */
  rewind(position: number): void {
    this.#position = position;
  }

  /** Where the writer is, for {@link reset}. */
  mark(): WriterMark {
    return { pieces: this.#pieces.length, block: this.#block, position: this.#position, start: this.#start };
  }

  /** Forgets what was written since `mark`. */
  reset({ pieces, block, position, start }: WriterMark): void {
    this.#pieces.length = pieces;
    this.#block = block;
    this.#position = position;
    this.#start = start;
  }

  /** All bytes, in order. The last piece is a view of the writer's memory. */
  pieces(): readonly Uint8Array[] {
    return [...this.#pieces, this.#block.subarray(this.#start, this.#position)];
  }

  /** An initial byte with its argument in the fewest bytes (section 4.2.1). `argument` is a whole number below 2^53. */
  head(major: number, argument: number): void {
    if (this.#position + 9 > this.#block.length) this.#grow();
    if (argument < 24) {
      this.#block[this.#position++] = major | argument;
    } else if (argument < 0x100) {
      this.#block[this.#position++] = major | 24;
      this.#block[this.#position++] = argument;
    } else {
      this.#longHead(major, argument);
    }
  }

  #longHead(major: number, argument: number): void {
    if (argument < 0x1_0000) {
      this.#block[this.#position++] = major | 25;
    } else if (argument < 0x1_0000_0000) {
      this.#block[this.#position++] = major | 26;
      this.#uint16(argument / 0x1_0000);
    } else {
      this.#block[this.#position++] = major | 27;
      this.#uint16(argument / 0x1_0000_0000_0000);
      this.#uint16(argument / 0x1_0000_0000);
      this.#uint16(argument / 0x1_0000);
    }
    this.#uint16(argument);
  }

  #uint16(value: number): void {
    this.#block[this.#position++] = Math.floor(value / 0x100);
    this.#block[this.#position++] = value;
  }

  /** One byte as it is: a simple value. */
  byte(value: number): void {
    if (this.#position >= this.#block.length) this.#grow();
    this.#block[this.#position++] = value;
  }

  /** A few bytes as they are. */
  few(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length > FEW) return this.raw(bytes);
    if (this.#position + length > this.#block.length) this.#grow();
    const block = this.#block;
    const start = this.#position;
    for (let index = 0; index < length; index++) block[start + index] = bytes[index] as number;
    this.#position = start + length;
  }

  /** Bytes as they are. Large ones are not copied, so they must not change until the pieces were used. */
  raw(bytes: Uint8Array): void {
    if (bytes.length >= OUT_OF_LINE) return this.#outOfLine(bytes);
    if (this.#position + bytes.length > this.#block.length) this.#grow();
    this.#block.set(bytes, this.#position);
    this.#position += bytes.length;
  }

  /** A byte string: the content of elements of `elementSize` bytes. */
  bytes(bytes: Uint8Array, elementSize = 1): void {
    if (this.#beside !== undefined && bytes.length >= OUT_OF_LINE) {
      this.head(MAJOR.tag, BESIDE_TAG);
      return this.head(MAJOR.unsigned, this.#beside.push({ bytes, elementSize }) - 1);
    }
    this.head(MAJOR.bytes, bytes.length);
    this.raw(bytes);
  }

  /** A text string, if it is a short one of ASCII characters. Returns whether it was. */
  shortText(text: string): boolean {
    return text.length <= SHORT_STRING && this.#ascii(text);
  }

  /** A text string, which must be well-formed. */
  text(text: string): void {
    if (!this.shortText(text)) {
      const bytes = textEncoder.encode(text);
      this.head(MAJOR.text, bytes.length);
      this.raw(bytes);
    }
  }

  #ascii(text: string): boolean {
    const before = this.#position;
    const block = this.#block;
    this.head(MAJOR.text, text.length);
    if (block !== this.#block || this.#position + text.length > block.length) return this.#undo(block, before);
    let position = this.#position;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) return this.#undo(block, before);
      block[position++] = code;
    }
    this.#position = position;
    return true;
  }

  #undo(block: Uint8Array, position: number): false {
    if (block === this.#block) this.#position = position;
    else this.#position = this.#start;
    return false;
  }

  /** A number that is no integer: the shortest of the three float widths that keeps its value. */
  float(value: number): void {
    if (this.#position + 9 > this.#block.length) this.#grow();
    const half = Math.fround(value) === value ? toHalf(value) : Number.isNaN(value) ? 0x7e00 : undefined;
    if (half !== undefined) {
      this.#block[this.#position++] = 0xf9;
      this.#uint16(half);
      return;
    }
    const isSingle = Math.fround(value) === value;
    const bytes = isSingle ? float32Bytes : float64Bytes;
    if (isSingle) float32[0] = value;
    else float64[0] = value;
    this.#block[this.#position++] = isSingle ? 0xfa : 0xfb;
    // Big endian here, little endian there.
    for (let index = bytes.length - 1; index >= 0; index--) this.#block[this.#position++] = bytes[index] as number;
  }

  #outOfLine(bytes: Uint8Array): void {
    this.#flush();
    this.#pieces.push(bytes);
  }

  #grow(): void {
    this.#flush();
    if (this.#pieces.length === 0) this.#pieces.push(new Uint8Array(0));
    this.#block = new Uint8Array(BLOCK_SIZE);
    this.#position = 0;
    this.#start = 0;
  }

  #flush(): void {
    if (this.#position > this.#start) this.#pieces.push(this.#block.subarray(this.#start, this.#position));
    this.#start = this.#position;
  }
}

/** The 16 bits of a number that is exact in half precision (RFC 8949, appendix D), else `undefined`. */
function toHalf(value: number): number | undefined {
  float32[0] = value;
  const bits = float32Bits[0] as number;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const mantissa = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00;
  if (exponent === 0 && mantissa === 0) return sign;
  if (exponent >= 113 && exponent <= 142)
    return (mantissa & 0x1fff) === 0 ? sign | ((exponent - 112) << 10) | (mantissa >>> 13) : undefined;
  if (exponent < 103 || exponent > 112) return undefined;
  const shift = 126 - exponent;
  const full = mantissa | 0x800000;
  return full % 2 ** shift === 0 ? sign | (full >>> shift) : undefined;
}
