/**
 * LZ4 blocks (github.com/lz4/lz4, doc/lz4_Block_format.md) of up to 64 KiB: literals and copies of what stood before.
 * The search is greedy with one candidate for each hash, and takes longer steps the longer it finds nothing.
 */
import { CANDIDATES, CANDIDATE_BITS, SHUFFLED, STAGING } from './layout';

/** The shortest copy ('minmatch'). */
const MIN_COPY: i32 = 4;
/** The last bytes of a block are literals, */
const LAST_LITERALS: usize = 5;
/** and no copy begins later than this many bytes before the end ('mflimit'). */
const LAST_COPY: usize = 12;
/** After so many misses (as a power of two) the search takes a longer step. */
const PATIENCE: i32 = 6;
/** Room for copies of eight bytes at a time. */
const SLACK: usize = 16;

// @ts-ignore: decorator
@inline
function hash(at: usize): usize {
  return ((load<u32>(at) * 2654435761) >>> (32 - CANDIDATE_BITS)) as usize;
}

/** Where the last bytes with this hash stood; notes that they stand at `at` now. */
// @ts-ignore: decorator
@inline
function exchange(at: usize): usize {
  const entry = CANDIDATES + 2 * hash(at);
  const candidate = STAGING + load<u16>(entry);
  store<u16>(entry, (at - STAGING) as u16);
  return candidate;
}

/** Writes what of a length does not fit its four bits in the token. */
// @ts-ignore: decorator
@inline
function writeLength(to: usize, length: usize): usize {
  for (; length >= 255; length -= 255) store<u8>(to++, 255);
  store<u8>(to++, length);
  return to;
}

/** Copies eight bytes at a time, up to seven more than it should. */
// @ts-ignore: decorator
@inline
function copyWide(to: usize, from: usize, length: usize): void {
  for (const end = to + length; to < end; to += 8, from += 8) store<u64>(to, load<u64>(from));
}

/** How many bytes are equal at `a` and `b`, which is further on, up to `end`. */
function equalBytes(a: usize, b: usize, end: usize): usize {
  const start = b;
  while (b + 8 <= end) {
    const difference = load<u64>(a) ^ load<u64>(b);
    if (difference != 0) return b - start + (ctz(difference) >>> 3) as usize;
    a += 8;
    b += 8;
  }
  while (b < end && load<u8>(a) == load<u8>(b)) {
    a++;
    b++;
  }
  return b - start;
}

/** Compresses the first `length` staged bytes, and returns the length of the block, or 0 where it would not be shorter. */
export function lz4Compress(length: i32): i32 {
  const end = STAGING + length, limit = SHUFFLED + length;
  if (length < 13) return 0;
  memory.fill(CANDIDATES, 0, 2 << CANDIDATE_BITS);
  let anchor = STAGING, at = STAGING + 1, to = SHUFFLED;
  while (true) {
    let misses = 1 << PATIENCE, candidate: usize = 0;
    let found = false;
    while (at <= end - LAST_COPY) {
      candidate = exchange(at);
      if (load<u32>(candidate) == load<u32>(at)) {
        found = true;
        break;
      }
      at += misses++ >> PATIENCE;
    }
    if (!found) break;
    while (at > anchor && candidate > STAGING && load<u8>(at - 1) == load<u8>(candidate - 1)) {
      at--;
      candidate--;
    }
    const literals = at - anchor;
    if (to + literals + literals / 255 + SLACK > limit) return 0;
    const token = to++;
    if (literals >= 15) to = writeLength(to, literals - 15);
    copyWide(to, anchor, literals);
    to += literals;
    store<u16>(to, (at - candidate) as u16);
    to += 2;
    const more = equalBytes(candidate + MIN_COPY, at + MIN_COPY, end - LAST_LITERALS);
    if (to + more / 255 + SLACK > limit) return 0;
    if (more >= 15) to = writeLength(to, more - 15);
    store<u8>(token, (min<usize>(literals, 15) << 4) | min<usize>(more, 15));
    at += MIN_COPY + more;
    anchor = at;
    if (at > end - LAST_COPY) break;
    exchange(at - 2);
  }
  const literals = end - anchor;
  if (to + literals + literals / 255 + 2 > limit) return 0;
  store<u8>(to++, min<usize>(literals, 15) << 4);
  if (literals >= 15) to = writeLength(to, literals - 15);
  memory.copy(to, anchor, literals);
  return (to + literals - SHUFFLED) as i32;
}

/** Where {@link readLength} stopped. */
let position: usize = 0;

/** The rest of a length, which goes on while bytes are 255; more than `limit` where it is too long or cut off. */
function readLength(from: usize, end: usize, limit: usize): usize {
  let length: usize = 0, byte: usize = 255;
  while (byte == 255) {
    if (from >= end || length > limit) return limit + 1;
    byte = load<u8>(from++);
    length += byte;
  }
  position = from;
  return length;
}

/**
 * Restores a block of `length` staged bytes, and returns how many bytes it gave, or -1 where it is damaged or gives more
 * than `capacity`. It never reads or writes elsewhere.
 */
export function lz4Decompress(length: i32, capacity: i32): i32 {
  let from = STAGING, to = SHUFFLED;
  const end = from + length, limit = to + capacity;
  while (from < end) {
    const token: usize = load<u8>(from++);
    let literals = token >>> 4;
    if (literals == 15) {
      literals += readLength(from, end, capacity);
      if (literals > <usize>capacity) return -1;
      from = position;
    }
    if (from + literals > end || to + literals > limit) return -1;
    if (from + literals + 8 <= end && to + literals + 8 <= limit) copyWide(to, from, literals);
    else memory.copy(to, from, literals);
    from += literals;
    to += literals;
    if (from == end) return (to - SHUFFLED) as i32;
    if (from + 2 > end) return -1;
    const offset: usize = load<u16>(from);
    from += 2;
    if (offset == 0 || to - offset < SHUFFLED) return -1;
    let copied = token & 15;
    if (copied == 15) {
      copied += readLength(from, end, capacity);
      if (copied > <usize>capacity) return -1;
      from = position;
    }
    copied += MIN_COPY;
    if (to + copied > limit) return -1;
    if (offset == 1) memory.fill(to, load<u8>(to - 1), copied);
    else if (offset >= 8 && to + copied + 8 <= limit) copyWide(to, to - offset, copied);
    else for (let i: usize = 0; i < copied; i++) store<u8>(to + i, load<u8>(to + i - offset));
    to += copied;
  }
  return -1;
}
