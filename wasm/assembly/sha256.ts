/** SHA-256 of one stream (FIPS 180-4, section 6.2): incremental over the staging buffer, and in one go over the scratch. */
import { compressScalar } from './compress-scalar';
import { compressSimd } from './compress-simd';
import { INITIAL } from './constants';
import { DIGEST, HEX, STAGING, STATE } from './layout';
import { pad } from './padding';

/** Starts a message. */
export function init(): void {
  for (let i: usize = 0; i < 32; i += 8) store<u64>(STATE + i, load<u64>(INITIAL + i));
}

/** Runs the first `count` blocks of the staging buffer through the compression function. */
export function update(count: i32): void {
  if (ASC_FEATURE_SIMD) compressSimd(STAGING, count);
  else compressScalar(STAGING, count);
}

/** Ends a message of `total` bytes, of which the last `length` stand in the staging buffer, and leaves its digest. */
export function finish(length: i32, total: f64): void {
  update(pad(STAGING, length, total));
  for (let i: usize = 0; i < 32; i += 4) store<u32>(DIGEST + i, bswap(load<u32>(STATE + i)));
}

/** Hashes the first `length` bytes of the staging buffer and leaves the digest in hex. */
export function hashScratch(length: i32): void {
  init();
  update(pad(STAGING, length, length as f64));
  for (let i: usize = 0; i < 8; i++) store<u64>(HEX + 8 * i, hex(load<u32>(STATE + 4 * i)));
}

/** Eight lower-case hex digits as ASCII, the most significant first in memory. */
function hex(word: u32): u64 {
  let digits = bswap(word) as u64;
  digits = (digits | (digits << 16)) & 0x0000_ffff_0000_ffff;
  digits = (digits | (digits << 8)) & 0x00ff_00ff_00ff_00ff;
  digits = ((digits >> 4) & 0x000f_000f_000f_000f) | ((digits & 0x000f_000f_000f_000f) << 8);
  // adding 6 carries the digits above 9 into bit 4; the letters begin 39 characters after where the decimals end
  const letters = ((digits + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101;
  return digits + 0x3030_3030_3030_3030 + letters * 39;
}
