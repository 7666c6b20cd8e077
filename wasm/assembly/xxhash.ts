/** xxHash32 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md), the checksum of LZ4 frames. The seed is 0. */

const PRIME_1: u32 = 0x9e3779b1;
const PRIME_2: u32 = 0x85ebca77;
const PRIME_3: u32 = 0xc2b2ae3d;
const PRIME_4: u32 = 0x27d4eb2f;
const PRIME_5: u32 = 0x165667b1;

/** The four accumulators (step 1). */
let a: u32 = 0, b: u32 = 0, c: u32 = 0, d: u32 = 0;

/** Starts a content. */
export function xxhInit(): void {
  a = PRIME_1 + PRIME_2;
  b = PRIME_2;
  c = 0;
  d = 0 - PRIME_1;
}

// @ts-ignore: decorator
@inline
function round(accumulator: u32, at: usize): u32 {
  return rotl(accumulator + load<u32>(at) * PRIME_2, 13) * PRIME_1;
}

/** Takes the `length` bytes at `at`, a multiple of 16 (step 2). */
export function xxhUpdate(at: usize, length: i32): void {
  let v = a, w = b, x = c, y = d;
  for (const end = at + length; at < end; at += 16) {
    v = round(v, at);
    w = round(w, at + 4);
    x = round(x, at + 8);
    y = round(y, at + 12);
  }
  a = v;
  b = w;
  c = x;
  d = y;
}

/** Ends a content of `total` bytes with the `length` bytes at `at`, fewer than 16, and returns its hash (steps 3 to 6). */
export function xxhFinish(at: usize, length: i32, total: f64): u32 {
  let hash = total < 16 ? PRIME_5 : rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18);
  hash += (total as u64) as u32;
  const end = at + length;
  for (; at + 4 <= end; at += 4) hash = rotl(hash + load<u32>(at) * PRIME_3, 17) * PRIME_4;
  for (; at < end; at++) hash = rotl(hash + load<u8>(at) * PRIME_5, 11) * PRIME_1;
  hash = (hash ^ (hash >>> 15)) * PRIME_2;
  hash = (hash ^ (hash >>> 13)) * PRIME_3;
  return hash ^ (hash >>> 16);
}
