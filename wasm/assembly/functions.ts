/** The functions of SHA-256 (FIPS 180-4, section 4.1.2) on 32-bit words, and the two halves of a round. */

/** Sigma 0 in capitals (equation 4.4). */
// @ts-ignore: decorator
@inline
export function sum0(x: u32): u32 {
  return rotr(x, 2) ^ rotr(x, 13) ^ rotr(x, 22);
}

/** Sigma 1 in capitals (equation 4.5). */
// @ts-ignore: decorator
@inline
export function sum1(x: u32): u32 {
  return rotr(x, 6) ^ rotr(x, 11) ^ rotr(x, 25);
}

/** Sigma 0 in lower case (equation 4.6). */
// @ts-ignore: decorator
@inline
export function sigma0(x: u32): u32 {
  return rotr(x, 7) ^ rotr(x, 18) ^ (x >>> 3);
}

/** Sigma 1 in lower case (equation 4.7). */
// @ts-ignore: decorator
@inline
export function sigma1(x: u32): u32 {
  return rotr(x, 17) ^ rotr(x, 19) ^ (x >>> 10);
}

/** T1 of a round (section 6.2.2, step 3) with Ch as `((f ^ g) & e) ^ g`; `scheduled` is W + K. */
// @ts-ignore: decorator
@inline
export function add1(h: u32, e: u32, f: u32, g: u32, scheduled: u32): u32 {
  return h + scheduled + (((f ^ g) & e) ^ g) + sum1(e);
}

/** T1 + T2 of a round, with Maj as `b ^ ((a ^ b) & (b ^ c))`: the engine reuses `a ^ b` as the next round's `b ^ c`. */
// @ts-ignore: decorator
@inline
export function add2(t1: u32, a: u32, b: u32, c: u32): u32 {
  return t1 + sum0(a) + (b ^ ((a ^ b) & (b ^ c)));
}
