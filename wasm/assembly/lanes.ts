/**
 * Four SHA-256 computations of equal length at once, one in each 32-bit lane of the vectors.
 *
 * Measured in Node 20 (GB/s of the four together; hash-wasm 0.43, this algorithm in C by gcc 0.79): all working
 * variables as locals 0.67-0.72, schedule first and rounds after it 0.67, fully unrolled 0.73 and, with nested
 * rotations, 0.49: the engine postpones the chain of `a` and spills what it keeps waiting. Storing every new `a` to memory,
 * from where `c` and `d` are read when needed, forces the order: 0.80-0.87.
 */
import { INITIAL, K } from './constants';
import { BLOCK, DIGEST, LANE_STRIDE, SCHEDULE, STAGING, STATE } from './layout';
import { pad } from './padding';
import { bigEndian, sigma0, sigma1, sum0, sum1 } from './vector-functions';

/** The latest four values of the working variable `a`: round t keeps its own in place t mod 4. */
const RECENT: usize = memory.data(64, 64);

/** Starts four messages. */
export function lanesInit(): void {
  for (let i: usize = 0; i < 8; i++) v128.store(STATE + 16 * i, v128.load32_splat(INITIAL + 4 * i));
}

/** Runs the first `count` blocks of each lane's stripe through the compression function. */
export function lanesUpdate(count: i32): void {
  for (let at = STAGING; count > 0; count--, at += BLOCK) {
    for (let row: usize = 0; row < 4; row++) gather(at + 16 * row, SCHEDULE + 64 * row);
    compressFour();
  }
}

/** Ends four messages of `total` bytes, of which the last `length` (at most a stripe) stand in each lane's stripe. */
export function lanesFinish(length: i32, total: f64): void {
  let blocks = 0;
  for (let lane = 0; lane < 4; lane++) blocks = pad(STAGING + lane * LANE_STRIDE, length, total);
  lanesUpdate(blocks);
  transpose(v128.load(STATE, 0), v128.load(STATE, 16), v128.load(STATE, 32), v128.load(STATE, 48), DIGEST, 32);
  transpose(v128.load(STATE, 64), v128.load(STATE, 80), v128.load(STATE, 96), v128.load(STATE, 112), DIGEST + 16, 32);
  for (let at = DIGEST; at < DIGEST + 128; at += 16) v128.store(at, bigEndian(v128.load(at)));
}

/** Four words of each lane at `at`, as four vectors of the schedule at `w`. */
function gather(at: usize, w: usize): void {
  transpose(
    bigEndian(v128.load(at)),
    bigEndian(v128.load(at + LANE_STRIDE)),
    bigEndian(v128.load(at + 2 * LANE_STRIDE)),
    bigEndian(v128.load(at + 3 * LANE_STRIDE)),
    w,
    16,
  );
}

/** Stores the columns of the matrix of 4 by 4 words whose rows are given, `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function transpose(r0: v128, r1: v128, r2: v128, r3: v128, to: usize, stride: usize): void {
  const low01 = i8x16.shuffle(r0, r1, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const low23 = i8x16.shuffle(r2, r3, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const high01 = i8x16.shuffle(r0, r1, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  const high23 = i8x16.shuffle(r2, r3, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  v128.store(to, i8x16.shuffle(low01, low23, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
  v128.store(to + stride, i8x16.shuffle(low01, low23, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31));
  v128.store(to + 2 * stride, i8x16.shuffle(high01, high23, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
  v128.store(to + 3 * stride, i8x16.shuffle(high01, high23, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31));
}

/** W of the round `index` rounds after `w`, plus its K (FIPS 180-4, section 6.2.2). */
// @ts-ignore: decorator
@inline
function given(w: usize, k: usize, index: usize): v128 {
  return i32x4.add(v128.load(w + 16 * index), v128.load32_splat(k + 4 * index));
}

/** The same for a round after the sixteenth, whose W is computed and stored first (step 1). */
// @ts-ignore: decorator
@inline
function extended(w: usize, k: usize, index: usize): v128 {
  const at = w + 16 * index;
  const first = i32x4.add(v128.load(at - 256), sigma0(v128.load(at - 240)));
  const word = i32x4.add(first, i32x4.add(v128.load(at - 112), sigma1(v128.load(at - 32))));
  v128.store(at, word);
  return i32x4.add(word, v128.load32_splat(k + 4 * index));
}

/** T1 of a round (step 3); Ch is a bit-wise selection. */
// @ts-ignore: decorator
@inline
function add1(h: v128, e: v128, f: v128, g: v128, scheduled: v128): v128 {
  return i32x4.add(i32x4.add(i32x4.add(h, scheduled), v128.bitselect(f, g, e)), sum1(e));
}

/** T1 + T2 of round `index`, kept as its `a`; where `a` and `b` differ, `c` has the majority. */
// @ts-ignore: decorator
@inline
function add2(t1: v128, a: v128, b: v128, index: usize): v128 {
  const c = v128.load(RECENT + 16 * ((index + 1) & 3));
  const sum = i32x4.add(t1, i32x4.add(sum0(a), v128.bitselect(c, b, v128.xor(a, b))));
  v128.store(RECENT + 16 * (index & 3), sum);
  return sum;
}

/** `d` of round `index`: `a` of four rounds before. */
// @ts-ignore: decorator
@inline
function d(index: usize): v128 {
  return v128.load(RECENT + 16 * (index & 3));
}

/** One compression in every lane, of the 16 vectors that begin the schedule. */
function compressFour(): void {
  let a = v128.load(STATE, 0), b = v128.load(STATE, 16), t = a;
  let e = v128.load(STATE, 64), f = v128.load(STATE, 80), g = v128.load(STATE, 96), h = v128.load(STATE, 112);
  for (let i: usize = 0; i < 4; i++) v128.store(RECENT + 48 - 16 * i, v128.load(STATE + 16 * i));
  let w = SCHEDULE, k = K;
  for (; w < SCHEDULE + 256; w += 64, k += 16) {
    t = add1(h, e, f, g, given(w, k, 0)); h = i32x4.add(t, d(0)); b = add2(t, a, b, 0);
    t = add1(g, h, e, f, given(w, k, 1)); g = i32x4.add(t, d(1)); a = add2(t, b, a, 1);
    t = add1(f, g, h, e, given(w, k, 2)); f = i32x4.add(t, d(2)); b = add2(t, a, b, 2);
    t = add1(e, f, g, h, given(w, k, 3)); e = i32x4.add(t, d(3)); a = add2(t, b, a, 3);
  }
  for (; w < SCHEDULE + 1024; w += 128, k += 32) {
    t = add1(h, e, f, g, extended(w, k, 0)); h = i32x4.add(t, d(0)); b = add2(t, a, b, 0);
    t = add1(g, h, e, f, extended(w, k, 1)); g = i32x4.add(t, d(1)); a = add2(t, b, a, 1);
    t = add1(f, g, h, e, extended(w, k, 2)); f = i32x4.add(t, d(2)); b = add2(t, a, b, 2);
    t = add1(e, f, g, h, extended(w, k, 3)); e = i32x4.add(t, d(3)); a = add2(t, b, a, 3);
    t = add1(h, e, f, g, extended(w, k, 4)); h = i32x4.add(t, d(4)); b = add2(t, a, b, 4);
    t = add1(g, h, e, f, extended(w, k, 5)); g = i32x4.add(t, d(5)); a = add2(t, b, a, 5);
    t = add1(f, g, h, e, extended(w, k, 6)); f = i32x4.add(t, d(6)); b = add2(t, a, b, 6);
    t = add1(e, f, g, h, extended(w, k, 7)); e = i32x4.add(t, d(7)); a = add2(t, b, a, 7);
  }
  for (let i: usize = 0; i < 4; i++) {
    v128.store(STATE + 16 * i, i32x4.add(v128.load(STATE + 16 * i), v128.load(RECENT + 48 - 16 * i)));
  }
  v128.store(STATE, i32x4.add(e, v128.load(STATE, 64)), 64);
  v128.store(STATE, i32x4.add(f, v128.load(STATE, 80)), 80);
  v128.store(STATE, i32x4.add(g, v128.load(STATE, 96)), 96);
  v128.store(STATE, i32x4.add(h, v128.load(STATE, 112)), 112);
}
