/** Digests as text. */

/** Characters in a SHA-256 digest's hex. */
export const HEX_LENGTH = 64;

/**
 * The string of the 64 ASCII characters in `text`.
 *
 * One call with 64 arguments makes a flat string, ready to be a key of a map. Measured with that first look-up included,
 * in Node 20 and Chromium 143: this 166 and 116 ns, TextDecoder 148 and 252, a table of all 65,536 byte pairs 210 and
 * 180 (its sixteen parts are joined at the first look-up), `String.fromCharCode.apply` 280 and 240.
 */
// oxfmt-ignore
export function asciiDigest(text: DataView): string {
  return String.fromCharCode(
    text.getUint8(0), text.getUint8(1), text.getUint8(2), text.getUint8(3), text.getUint8(4), text.getUint8(5), text.getUint8(6), text.getUint8(7),
    text.getUint8(8), text.getUint8(9), text.getUint8(10), text.getUint8(11), text.getUint8(12), text.getUint8(13), text.getUint8(14), text.getUint8(15),
    text.getUint8(16), text.getUint8(17), text.getUint8(18), text.getUint8(19), text.getUint8(20), text.getUint8(21), text.getUint8(22), text.getUint8(23),
    text.getUint8(24), text.getUint8(25), text.getUint8(26), text.getUint8(27), text.getUint8(28), text.getUint8(29), text.getUint8(30), text.getUint8(31),
    text.getUint8(32), text.getUint8(33), text.getUint8(34), text.getUint8(35), text.getUint8(36), text.getUint8(37), text.getUint8(38), text.getUint8(39),
    text.getUint8(40), text.getUint8(41), text.getUint8(42), text.getUint8(43), text.getUint8(44), text.getUint8(45), text.getUint8(46), text.getUint8(47),
    text.getUint8(48), text.getUint8(49), text.getUint8(50), text.getUint8(51), text.getUint8(52), text.getUint8(53), text.getUint8(54), text.getUint8(55),
    text.getUint8(56), text.getUint8(57), text.getUint8(58), text.getUint8(59), text.getUint8(60), text.getUint8(61), text.getUint8(62), text.getUint8(63),
  );
}
