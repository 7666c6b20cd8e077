/** The calls in a history, taken apart: which task, which version, which arguments. */
import { DeserializationError } from './errors.ts';
import { decodeValue } from './decode.ts';
import { fromBase64 } from './base64.ts';
import { showEncoded } from './stored-values.ts';

/** A call as its key was made of it. */
export interface StoredCall {
  readonly task: string;
  readonly version: string;
  /** What each argument stands for in the key: its encoding, or its length and digest. */
  readonly args: readonly Uint8Array[];
}

/** `["somen/1", task, version, [argument, ...]]` begins so: an array of four. */
const ARRAY_OF_FOUR = 0x84;

/**
 * The call of an entry, from base64; `undefined` where it was not written down, or cannot be read.
 */
export function storedCall(text: string | undefined): StoredCall | undefined {
  if (text === undefined) return undefined;
  try {
    return readCall(fromBase64(text));
  } catch {
    return undefined;
  }
}

function readCall(bytes: Uint8Array): StoredCall {
  const items = new Items(bytes);
  if (items.byte() !== ARRAY_OF_FOUR) throw items.error('no call');
  const [format, task, version] = [items.text(), items.text(), items.text()];
  if (!/^somen\/\d+$/.test(format)) throw items.error(`a call of the unknown format '${format}'`);
  const count = items.count();
  const args = Array.from({ length: count }, () => items.item());
  return { task, version, args };
}

/** The arguments of a call, shortened for reading. */
export function showArguments(call: StoredCall): readonly string[] {
  return call.args.map(showEncoded);
}

/** Goes from item to item of a CBOR text (RFC 8949), without reading them. */
class Items {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.#view.getUint8(this.#position++);
  }

  error(what: string): DeserializationError {
    return new DeserializationError(`Cannot read a call at offset ${this.#position}: ${what}`, 'call');
  }

  text(): string {
    return String(decodeValue(this.item(), { taskById: () => undefined, classById: () => undefined }));
  }

  /** The head of an array: how many items follow. */
  count(): number {
    const initial = this.byte();
    if (initial >>> 5 !== 4) throw this.error('no list of arguments');
    const count = this.#argument(initial);
    // Each item takes a byte: a count beyond that is made up.
    if (count > this.#bytes.length) throw this.error(`${count} arguments announced`);
    return count;
  }

  /** The bytes of the next item. */
  item(): Uint8Array {
    const start = this.#position;
    for (let left = 1; left > 0; left--) left += this.#skip();
    if (this.#position > this.#bytes.length) throw this.error('it ends too early');
    return this.#bytes.subarray(start, this.#position);
  }

  /** Goes over a head and what stands in it; returns how many items belong to it. */
  #skip(): number {
    const initial = this.byte();
    const argument = this.#argument(initial);
    switch (initial >>> 5) {
      case 2:
      case 3:
        this.#position += argument;
        return 0;
      case 4:
        return argument;
      case 5:
        return 2 * argument;
      case 6:
        return 1;
      default:
        return 0;
    }
  }

  #argument(initial: number): number {
    const low = initial & 0x1f;
    if (low < 24) return low;
    if (low > 27) throw this.error('an indefinite length');
    const at = this.#position;
    this.#position += 1 << (low - 24);
    if (low === 24) return this.#view.getUint8(at);
    if (low === 25) return this.#view.getUint16(at);
    return low === 26 ? this.#view.getUint32(at) : Number(this.#view.getBigUint64(at));
  }
}
