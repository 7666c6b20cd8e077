/** The functions of SHA-256 (FIPS 180-4, section 4.1.2) on four 32-bit words at once. */

/** Wasm has no vector rotate; the relaxed instructions have none either. */
// @ts-ignore: decorator
@inline
function rotateRight(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shr_u(x, bits), i32x4.shl(x, 32 - bits));
}

/** Sigma 0 in capitals (equation 4.4). */
// @ts-ignore: decorator
@inline
export function sum0(x: v128): v128 {
  return v128.xor(v128.xor(rotateRight(x, 2), rotateRight(x, 13)), rotateRight(x, 22));
}

/** Sigma 1 in capitals (equation 4.5). */
// @ts-ignore: decorator
@inline
export function sum1(x: v128): v128 {
  return v128.xor(v128.xor(rotateRight(x, 6), rotateRight(x, 11)), rotateRight(x, 25));
}

/** Sigma 0 in lower case (equation 4.6). */
// @ts-ignore: decorator
@inline
export function sigma0(x: v128): v128 {
  return v128.xor(v128.xor(rotateRight(x, 7), rotateRight(x, 18)), i32x4.shr_u(x, 3));
}

/** Sigma 1 in lower case (equation 4.7). */
// @ts-ignore: decorator
@inline
export function sigma1(x: v128): v128 {
  return v128.xor(v128.xor(rotateRight(x, 17), rotateRight(x, 19)), i32x4.shr_u(x, 10));
}

/** Four words of a message, which are big-endian (section 3.1), as numbers; and back. */
// @ts-ignore: decorator
@inline
export function bigEndian(words: v128): v128 {
  return i8x16.shuffle(words, words, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}
