/** Short texts: most strings in data are, and most names of members were met before. */

/** UTF-8. Throws an error where the bytes are none. */
export const textDecoder: TextDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of UTF-16 code units, little endian: what has no UTF-8. */
export function decodeUtf16(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index + 1 < bytes.length; index += 2)
    text += String.fromCharCode((bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8));
  return text;
}

/** Texts up to this many bytes are read here while they are ASCII: a call of the decoder costs more. */
export const SHORT_TEXT = 24;

/** The text of a few bytes of UTF-8. */
export function shortText(bytes: Uint8Array, start: number, length: number): string {
  const end = start + length;
  let text = '';
  let all = 0;
  let at = start;
  // Four at a time: each step makes a string that is thrown away.
  for (; at + 4 <= end; at += 4) {
    const a = bytes[at] as number;
    const b = bytes[at + 1] as number;
    const c = bytes[at + 2] as number;
    const d = bytes[at + 3] as number;
    all |= a | b | c | d;
    text += String.fromCharCode(a, b, c, d);
  }
  for (; at < end; at++) {
    const code = bytes[at] as number;
    all |= code;
    text += CHARACTERS[code] ?? '';
  }
  return all < 0x80 ? text : textDecoder.decode(bytes.subarray(start, end));
}

/** The text of each ASCII code. */
const CHARACTERS: readonly string[] = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));

/** The names of members that were read, by a few of their bytes. */
export class KeyMemory {
  readonly #texts: (string | undefined)[] = [];

  text(bytes: Uint8Array, start: number, length: number): string {
    const slot = (length * 37 + (bytes[start] ?? 0) * 11 + (bytes[start + length - 1] ?? 0)) & 255;
    const known = this.#texts[slot];
    if (known !== undefined && isText(known, bytes, start, length)) return known;
    const text = shortText(bytes, start, length);
    // Where each byte is a character, it is ASCII.
    if (text.length === length) this.#texts[slot] = text;
    return text;
  }
}

function isText(text: string, bytes: Uint8Array, start: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let index = 0; index < length; index++) if (text.charCodeAt(index) !== bytes[start + index]) return false;
  return true;
}
