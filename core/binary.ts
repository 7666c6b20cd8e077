/**
 * The binary encoding, for messages and files: a small head, and beside it the buffers of large arrays, as they are. To
 * write an array is to refer to it, to read one is to make a view. `core/README.md` specifies it.
 */
import { CborWriter, type BufferBeside } from './cbor-writer.ts';
import type { Compressor } from './compressor.ts';
import { DEFAULT_LIMITS } from './decode-limits.ts';
import { decodeValue, type DecodeContext } from './decode.ts';
import { concatenate, type Encoder } from './encode.ts';
import { DeserializationError } from './errors.ts';
import { byteLength, type Bytes } from './hasher.ts';

/** A value in its binary encoding. */
export interface BinaryParts {
  /** Everything but the buffers. */
  readonly head: Bytes;
  /**
   * The contents of arrays of 1 KiB and more: views of the value's own memory, valid until it changes, unless they were
   * compressed. Structured clone copies them, or moves them to another thread; shared memory stays shared.
   */
  readonly buffers: readonly Uint8Array[];
}

/** Where buffers begin in a file: at multiples of this, in bytes, so that any typed array can be a view of it. */
const ALIGNMENT = 64;
/** `somen/b1`, the format's name. */
const MAGIC = new Uint8Array([0x73, 0x6f, 0x6d, 0x65, 0x6e, 0x2f, 0x62, 0x31]);
/** Name, length of the index, length of the head's value. */
const PREFIX = 16;

/** What the head says of a buffer: its length; if it is compressed, also the length that is left, and how. */
type IndexEntry = number | readonly [length: number, stored: number, encoding: string];

/** Writes a value. */
export function writeBinary(value: unknown, encoder: Encoder, compressor: Compressor | undefined): BinaryParts {
  const beside: BufferBeside[] = [];
  const writer = new CborWriter(new Uint8Array(1024), 0, beside);
  if (!encoder.writeShared(writer, value)) encoder.write(writer, value);
  const index: IndexEntry[] = [];
  const buffers = beside.map(({ bytes, elementSize }) => {
    const compressed = compressor?.compress(bytes, elementSize);
    index.push(compressed === undefined ? bytes.length : [bytes.length, compressed.bytes.length, compressed.encoding]);
    return compressed?.bytes ?? bytes;
  });
  return { head: headOf(index, concatenate(writer.pieces()), encoder), buffers };
}

function headOf(index: readonly IndexEntry[], value: Uint8Array, encoder: Encoder): Bytes {
  const writer = new CborWriter(new Uint8Array(256));
  encoder.write(writer, index);
  const indexBytes = concatenate(writer.pieces());
  const prefix = new Uint8Array(PREFIX);
  prefix.set(MAGIC);
  const data = new DataView(prefix.buffer);
  data.setUint32(8, indexBytes.length, true);
  data.setUint32(12, value.length, true);
  return concatenate([prefix, indexBytes, value]);
}

/** The parts as one piece of memory, each buffer at a multiple of 64 bytes. */
export function joinParts({ head, buffers }: BinaryParts): Bytes {
  let length = head.length;
  const starts = buffers.map((buffer) => {
    const start = aligned(length);
    length = start + buffer.length;
    return start;
  });
  const whole = new Uint8Array(length);
  whole.set(head);
  buffers.forEach((buffer, index) => whole.set(buffer, starts[index]));
  return whole;
}

function aligned(position: number): number {
  return Math.ceil(position / ALIGNMENT) * ALIGNMENT;
}

/**
 * Reads a value, from its parts or from one piece of memory.
 * @throws DeserializationError where it is damaged, beyond the limits, or of an unknown type
 */
export function readBinary(
  source: BinaryParts | Uint8Array,
  context: DecodeContext,
  compressor: () => Compressor | undefined,
): unknown {
  const head = source instanceof Uint8Array ? source : source.head;
  const { index, value, end } = readHead(head, context);
  const stored = source instanceof Uint8Array ? buffersIn(source, end, index) : source.buffers;
  const limit = context.limits?.bytes ?? DEFAULT_LIMITS.bytes;
  if (end + byteLength(stored) > limit) throw damaged(`it has more bytes than the limit of ${limit}`);
  const buffers = new BufferList(index, stored, limit, compressor);
  return decodeValue(value, { ...context, buffers });
}

function readHead(
  head: Uint8Array,
  context: DecodeContext,
): { readonly index: readonly IndexEntry[]; readonly value: Uint8Array; readonly end: number } {
  if (head.length < PREFIX || MAGIC.some((byte, at) => head[at] !== byte))
    throw damaged("it does not begin with 'somen/b1'");
  const data = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const start = PREFIX + data.getUint32(8, true);
  const end = start + data.getUint32(12, true);
  if (end > head.length) throw damaged('its head is cut off');
  const index = decodeValue(head.subarray(PREFIX, start), { ...context, limits: {} });
  if (!Array.isArray(index) || !index.every(isEntry)) throw damaged('its index is none');
  return { index, value: head.subarray(start, end), end };
}

function isEntry(entry: unknown): entry is IndexEntry {
  if (!Array.isArray(entry)) return isLength(entry);
  return isLength(entry[0]) && isLength(entry[1]) && typeof entry[2] === 'string';
}

function isLength(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function storedLength(entry: IndexEntry): number {
  return typeof entry === 'number' ? entry : entry[1];
}

function buffersIn(bytes: Uint8Array, end: number, index: readonly IndexEntry[]): Uint8Array[] {
  let position = end;
  const buffers = index.map((entry) => {
    const start = aligned(position);
    position = start + storedLength(entry);
    if (position > bytes.length) throw damaged('a buffer is cut off');
    return bytes.subarray(start, position);
  });
  if (position !== bytes.length) throw damaged('more bytes follow');
  return buffers;
}

/** The buffers as they were written; a compressed one is restored when it is asked for. */
class BufferList {
  readonly #index: readonly IndexEntry[];
  readonly #stored: readonly Uint8Array[];
  readonly #compressor: () => Compressor | undefined;
  readonly #restored: (Uint8Array | undefined)[] = [];
  #left: number;

  constructor(
    index: readonly IndexEntry[],
    stored: readonly Uint8Array[],
    limit: number,
    compressor: () => Compressor | undefined,
  ) {
    if (index.length !== stored.length || index.some((entry, at) => storedLength(entry) !== stored[at]?.length))
      throw damaged('its buffers are not those of its index');
    this.#index = index;
    this.#stored = stored;
    this.#left = limit;
    this.#compressor = compressor;
  }

  at(index: number): Uint8Array | undefined {
    const entry = this.#index[index];
    const stored = this.#stored[index];
    if (typeof entry === 'number' || entry === undefined || stored === undefined) return stored;
    return (this.#restored[index] ??= this.#restore(entry[0], entry[2], stored));
  }

  #restore(length: number, encoding: string, bytes: Uint8Array): Uint8Array {
    this.#left -= length;
    if (this.#left < 0) throw damaged('its buffers have more bytes than the limit');
    const compressor = this.#compressor();
    if (compressor === undefined)
      throw damaged(`a buffer is compressed as ${encoding}, which only somen/node and somen/web can read`);
    return compressor.decompress({ encoding, bytes }, length);
  }
}

function damaged(why: string): DeserializationError {
  return new DeserializationError(`Cannot read the binary encoding: ${why}`, 'value');
}
