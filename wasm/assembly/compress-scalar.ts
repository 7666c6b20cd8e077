/** SHA-256 compression of one stream in plain 32-bit arithmetic, for engines without SIMD. */
import { K } from './constants';
import { BLOCK, SCHEDULE, STATE } from './layout';
import { add1, add2, sigma0, sigma1 } from './functions';

/** Word `index` of the message, big-endian (FIPS 180-4, section 3.1), kept at `w` for the schedule. */
// @ts-ignore: decorator
@inline
function read(block: usize, w: usize, index: usize): u32 {
  const word = bswap(load<u32>(block + 4 * index));
  store<u32>(w + 4 * index, word);
  return word;
}

/** The next word of the schedule (section 6.2.2, step 1), `index` words after `w`. */
// @ts-ignore: decorator
@inline
function extend(w: usize, index: usize): u32 {
  const at = w + 4 * index;
  const word = load<u32>(at - 64) + sigma0(load<u32>(at - 60)) + load<u32>(at - 28) + sigma1(load<u32>(at - 8));
  store<u32>(at, word);
  return word;
}

/** The round constant `index` words after `k`. */
// @ts-ignore: decorator
@inline
function constant(k: usize, index: usize): u32 {
  return load<u32>(k + 4 * index);
}

/** Runs `count` blocks at `block` through the compression function into {@link STATE} (section 6.2.2). */
export function compressScalar(block: usize, count: i32): void {
  for (; count > 0; count--, block += BLOCK) compressBlock(block);
}

/** Instead of moving the eight working variables along, eight rounds in a row rename them. */
function compressBlock(block: usize): void {
  let a = load<u32>(STATE, 0), b = load<u32>(STATE, 4), c = load<u32>(STATE, 8), d = load<u32>(STATE, 12);
  let e = load<u32>(STATE, 16), f = load<u32>(STATE, 20), g = load<u32>(STATE, 24), h = load<u32>(STATE, 28);
  let k = K, w = SCHEDULE;
  for (; w < SCHEDULE + 64; w += 32, k += 32, block += 32) {
    h = add1(h, e, f, g, read(block, w, 0) + constant(k, 0)); d += h; h = add2(h, a, b, c);
    g = add1(g, d, e, f, read(block, w, 1) + constant(k, 1)); c += g; g = add2(g, h, a, b);
    f = add1(f, c, d, e, read(block, w, 2) + constant(k, 2)); b += f; f = add2(f, g, h, a);
    e = add1(e, b, c, d, read(block, w, 3) + constant(k, 3)); a += e; e = add2(e, f, g, h);
    d = add1(d, a, b, c, read(block, w, 4) + constant(k, 4)); h += d; d = add2(d, e, f, g);
    c = add1(c, h, a, b, read(block, w, 5) + constant(k, 5)); g += c; c = add2(c, d, e, f);
    b = add1(b, g, h, a, read(block, w, 6) + constant(k, 6)); f += b; b = add2(b, c, d, e);
    a = add1(a, f, g, h, read(block, w, 7) + constant(k, 7)); e += a; a = add2(a, b, c, d);
  }
  for (; w < SCHEDULE + 256; w += 32, k += 32) {
    h = add1(h, e, f, g, extend(w, 0) + constant(k, 0)); d += h; h = add2(h, a, b, c);
    g = add1(g, d, e, f, extend(w, 1) + constant(k, 1)); c += g; g = add2(g, h, a, b);
    f = add1(f, c, d, e, extend(w, 2) + constant(k, 2)); b += f; f = add2(f, g, h, a);
    e = add1(e, b, c, d, extend(w, 3) + constant(k, 3)); a += e; e = add2(e, f, g, h);
    d = add1(d, a, b, c, extend(w, 4) + constant(k, 4)); h += d; d = add2(d, e, f, g);
    c = add1(c, h, a, b, extend(w, 5) + constant(k, 5)); g += c; c = add2(c, d, e, f);
    b = add1(b, g, h, a, extend(w, 6) + constant(k, 6)); f += b; b = add2(b, c, d, e);
    a = add1(a, f, g, h, extend(w, 7) + constant(k, 7)); e += a; a = add2(a, b, c, d);
  }
  addToState(a, b, c, d, e, f, g, h);
}

/** The next hash value (section 6.2.2, step 4). */
// @ts-ignore: decorator
@inline
export function addToState(a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32, h: u32): void {
  store<u32>(STATE, load<u32>(STATE, 0) + a, 0);
  store<u32>(STATE, load<u32>(STATE, 4) + b, 4);
  store<u32>(STATE, load<u32>(STATE, 8) + c, 8);
  store<u32>(STATE, load<u32>(STATE, 12) + d, 12);
  store<u32>(STATE, load<u32>(STATE, 16) + e, 16);
  store<u32>(STATE, load<u32>(STATE, 20) + f, 20);
  store<u32>(STATE, load<u32>(STATE, 24) + g, 24);
  store<u32>(STATE, load<u32>(STATE, 28) + h, 28);
}
