/** The end of a message. */
import { BLOCK } from './layout';

/**
 * Pads the last `length` bytes, at `at`, of a message of `total` bytes (FIPS 180-4, section 5.1.1): a one bit, zeros,
 * and the message's length in bits as a big-endian 64-bit number. Returns the number of blocks that then stand at `at`.
 * `total` is a double, since that is what JavaScript hands over; it is exact up to 2 ** 53.
 */
export function pad(at: usize, length: i32, total: f64): i32 {
  const blocks = (length + 8) / BLOCK + 1;
  const bits = at + blocks * BLOCK - 8;
  store<u8>(at + length, 0x80);
  let zeros = at + length + 1;
  for (; zeros & 7; zeros++) store<u8>(zeros, 0);
  for (; zeros < bits; zeros += 8) store<u64>(zeros, 0);
  store<u64>(bits, bswap((total as u64) << 3));
  return blocks;
}
